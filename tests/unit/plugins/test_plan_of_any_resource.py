"""For every kind of object, any state of it and any request: the plan leads there, at once, as predicted, and with nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from any_resource import RELEASES, SingleObject, all_resources, states, values, wanted_options
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from prediction import differences

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._planner import plan_absent, plan_present
from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import CUSTOM, Resource
from ansible_collections.zfssa.storage.plugins.module_utils.engine._types import Record
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

RESOURCES = all_resources()
SECRET = "kept-to-itself"
EVERYTHING = {"allow_shrink": True, "force": True}


def for_every_resource(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test for each kind of object, with random data."""
    each = pytest.mark.parametrize("resource", RESOURCES.values(), ids=[name.replace(" ", "_") for name in RESOURCES])
    found: Callable[..., None] = each(
        settings(max_examples=settings.default.max_examples // 6)(given(data=st.data())(test))
    )
    return found


@dataclass
class Scene:
    """An appliance, and what a user wants of it."""

    resource: Resource
    appliance: SingleObject
    options: Record

    @property
    def wanted(self) -> Record:
        """The options, normalised."""
        return self.resource.wanted(self.options)

    def plan(self, allowed: dict[str, bool] | None = None) -> Item:
        """Plan for what there is at present."""
        return plan_present(
            self.resource,
            self.appliance.identity,
            self.appliance.record,
            self.wanted,
            parent=self.appliance.parent,
            allowed=EVERYTHING if allowed is None else allowed,
            release=self.appliance.release,
        )


def scene(data: st.DataObject, resource: Resource, *, new: bool | None = None, release: Release | None = None) -> Scene:
    """Draw what there is and what is wanted; a request does not touch what is fixed, see `test_fixed...`."""
    is_new = data.draw(st.booleans(), "new") if new is None else new
    state = None if is_new else data.draw(states(resource), "state")
    parent = {
        prop.inherits: prop.value.from_user(prop.option, data.draw(values(prop.value)))
        for prop in resource.writable
        if prop.inherits
    }
    release = release or data.draw(st.sampled_from(list(RELEASES.values())), "release")
    appliance = SingleObject(resource, state, data.draw(states(resource), "own"), parent, release)
    options = data.draw(wanted_options(resource, complete=is_new), "options")
    if not is_new:
        options = {key: value for key, value in options.items() if key not in fixed(resource)}
    # What a release lacks has a test of its own, see `test_what_a_release_lacks...`.
    options = {key: value for key, value in options.items() if key not in lacking(resource, release)}
    found = Scene(resource, appliance, options)
    assume(_is_possible(found))
    return found


def _is_possible(scene: Scene) -> bool:
    """Whether this release can have it: no permission helps where it cannot."""
    try:
        scene.plan()
    except PlanRefused:
        return False
    return True


def fixed(resource: Resource) -> set[str]:
    """The options that are for creation only."""
    return {prop.option for prop in resource.writable if prop.create_only}


def lacking(resource: Resource, release: Release) -> set[str]:
    """The options that a release does not have."""
    return {prop.option for prop in resource.writable if prop.lacked_by(release)}


def test_every_kind_of_object_is_here() -> None:
    kinds = {resource.kind for resource in RESOURCES.values()}

    assert kinds >= {"project", "lun", "snapshot", "property", "initiator", "target", "group", "action", "package"}


@for_every_resource
def test_it_becomes_what_is_wanted_at_once_and_as_predicted(resource: Resource, data: st.DataObject) -> None:
    here = scene(data, resource)
    before = here.appliance.record

    plan = here.plan()
    result = apply(plan, here.appliance)

    record = here.appliance.record
    assert record is not None
    assert result == {resource.kind: record}
    # What only the appliance knows is None.
    assert list(differences(plan.after[resource.kind], record, ("*",))) == []
    assert plan.before == {resource.kind: before}
    for prop in resource.writable:
        if prop.option in here.wanted and not prop.secret:
            assert prop.has(record, here.wanted), prop.option
    assert not here.wanted.get(CUSTOM) or here.wanted[CUSTOM].items() <= record[CUSTOM].items()
    if before is None:
        inherited = [prop for prop in resource.properties if prop.inherits]
        assert all(plan.after[resource.kind][prop.option] is not None for prop in inherited)
    assert len(here.appliance.sent) == len(plan.steps) <= 1
    assert not here.plan().changed


@for_every_resource
def test_only_what_differs_is_sent(resource: Resource, data: st.DataObject) -> None:
    here = scene(data, resource, new=False)
    before = here.appliance.record

    apply(here.plan(), here.appliance)

    after = here.appliance.record
    assert before is not None and after is not None
    own = {prop.option for prop in resource.properties if prop.unsure_after or prop.with_these or prop.read_only}
    for option in set(after) - set(here.options) - own:
        assert after[option] == before[option], f"{option} was not named and changed"
    for _method, body in here.appliance.sent:
        for prop in resource.writable:
            if prop.wire_on(here.appliance.release) in (body or {}) and not prop.with_these:
                assert prop.option in here.options, f"{prop.option} was sent and not named"
                assert after[prop.option] != before[prop.option], f"{prop.option} was sent and did not differ"
        named = {key.removeprefix("custom:") for key in body or {} if key.startswith("custom:")}
        assert all(after[CUSTOM][name] != before[CUSTOM].get(name) for name in named)


@for_every_resource
def test_what_is_there_as_options_needs_no_step(resource: Resource, data: st.DataObject) -> None:
    here = scene(data, resource, new=False)
    record = here.appliance.record
    assert record is not None
    options = {prop.option: record[prop.option] for prop in resource.writable if not prop.secret}

    here.options = {**options, **({CUSTOM: record[CUSTOM]} if resource.custom else {})}

    assert not here.plan({}).changed


@for_every_resource
def test_permission_lifts_a_refusal_and_nothing_else(resource: Resource, data: st.DataObject) -> None:
    here = scene(data, resource, new=False)

    plan = here.plan()
    try:
        unpermitted = here.plan({})
    except PlanRefused as refusal:
        # What is refused says how to have it all the same.
        assert any(permission in str(refusal) for permission in EVERYTHING)
        assert plan.changed
    else:
        assert _written(unpermitted) == _written(plan)


@for_every_resource
def test_fixed_properties_are_refused_when_they_differ(resource: Resource, data: st.DataObject) -> None:
    if not fixed(resource):
        return
    here = scene(data, resource, new=False)
    request = data.draw(wanted_options(resource, complete=True), "request")
    here.options = {key: value for key, value in request.items() if key in fixed(resource)}
    assume(here.options)
    record = here.appliance.record
    assert record is not None
    same = all(record[option] == value for option, value in here.wanted.items())

    try:
        assert not here.plan().changed
        assert same
    except PlanRefused as refusal:
        assert not same
        assert "fixed at creation" in str(refusal)


@for_every_resource
def test_what_a_release_lacks_is_refused_and_what_that_amounts_to_anyway_is_not_sent(
    resource: Resource, data: st.DataObject
) -> None:
    release = data.draw(st.sampled_from(list(RELEASES.values())), "release")
    newer = [prop for prop in resource.writable if prop.lacked_by(release)]
    if not newer:
        return
    here = scene(data, resource, release=release)
    prop = data.draw(st.sampled_from(newer), "property")
    here.options[prop.option] = data.draw(values(prop.value), "value")

    try:
        plan = here.plan()
    except PlanRefused as refusal:
        assert here.wanted[prop.option] != prop.without
        label = resource.label(here.appliance.identity)
        assert f"{label} cannot have {prop.option}, which needs {prop.since}" in str(refusal)
        assert f"this appliance has {release}" in str(refusal)
    else:
        assert here.wanted[prop.option] == prop.without == plan.after[resource.kind][prop.option]
        assert apply(plan, here.appliance) == plan.after | {resource.kind: here.appliance.record}
        assert all(prop.wire not in (body or {}) for _method, body in here.appliance.sent)


def test_some_property_has_come_with_a_release() -> None:
    """What the test above is about exists."""
    assert any(lacking(resource, release) for resource in RESOURCES.values() for release in RELEASES.values())


@for_every_resource
def test_it_is_removed_once(resource: Resource, data: st.DataObject) -> None:
    here = scene(data, resource)
    appliance = here.appliance
    record = appliance.record

    def plan(*dependents: str, force: bool = True) -> Item:
        return plan_absent(resource, appliance.identity, appliance.record, dependents, allowed={"force": force})

    if record is not None and record.get("nodestroy"):
        with pytest.raises(PlanRefused, match="nodestroy"):
            plan()
        return
    if record is not None:
        with pytest.raises(PlanRefused, match="holds snapshot s1"):
            plan("snapshot s1", force=False)
    planned = plan("snapshot s1")
    assert planned.changed is (record is not None)
    assert apply(planned, appliance) == planned.after == {resource.kind: None}
    assert appliance.record is None
    assert not plan().changed


@for_every_resource
def test_secrets_are_sent_and_never_shown(resource: Resource, data: st.DataObject) -> None:
    if not resource.secrets:
        return
    here = scene(data, resource)
    given_secrets = {option: SECRET for option in resource.secrets if option in here.options}
    assume(given_secrets)
    wanted = {**here.wanted, **given_secrets}

    plan = plan_present(
        resource,
        here.appliance.identity,
        here.appliance.record,
        wanted,
        allowed=EVERYTHING,
        always=tuple(resource.secrets),
    )
    result = apply(plan, here.appliance)

    assert here.appliance.secrets == given_secrets
    assert SECRET not in f"{plan.before} {plan.after} {result} {[str(step) for step in plan.steps]}"


def _written(plan: Item) -> list[Any]:
    return [(step.method, step.path, step.body) for step in plan.steps]
