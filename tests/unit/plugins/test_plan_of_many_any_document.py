"""Any document on any state: what is planned for all of it at once is what its tasks do one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from any_objects import OBJECTS, RELEASES, STATES, made_appliance
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lab_client import LabClient
from many import Wanted, do_alone, unlike

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Plan
from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError

ACTIONS = "/api/storage/v1/replication/actions"
# What each appliance chooses for itself.
_OWN = ("id", "creation", "lunguid", "stmfguid", "href", "iqn", "targets", "space_available", "initiatorid")
# What is refused though its tasks may succeed: nobody knows before.
_CAUTION = ("may be the one that the appliance chooses", "two items are about")
# Each example makes three appliances.
_FEWER = settings(max_examples=settings().max_examples // 3)
_ORDER = list(KINDS.values())


def _in_order(document: list[Wanted]) -> list[Wanted]:
    """What is to be there first, in the order in which it needs each other, and what goes in the reverse order after it."""
    present = [one for one in document if one[1]["state"] == "present"]
    absent = [one for one in document if one[1]["state"] == "absent"]
    rank = {id(kind): number for number, kind in enumerate(_ORDER)}
    return [
        *sorted(present, key=lambda one: rank[id(one[0])]),
        *sorted(absent, key=lambda one: -rank[id(one[0])]),
    ]


def _called(one: Wanted) -> tuple[str, ...]:
    """What an object is called in a document."""
    kind, options = one
    names = (*kind.resource.scope, kind.resource.key, "pool", "project", "lun", "target")
    return (kind.name, *(str(options.get(name)) for name in names))


_UNORDERED = st.lists(OBJECTS, min_size=1, max_size=5, unique_by=_called)
_DOCUMENTS = st.one_of(_UNORDERED.map(_in_order), _UNORDERED.map(_in_order), _UNORDERED)


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Any:
    """Let no time pass between two looks at a list that others may change."""
    real, _membership.REAL = _membership.REAL, _membership.Pace(clock=lambda: 0.0, sleep=lambda _seconds: None)
    yield
    _membership.REAL = real


def _all(appliance: LabClient) -> dict[str, Any]:
    """All that there is, without what each appliance chooses for itself."""
    san = [f"/api/san/v1/iscsi/{kind}{what}" for kind in ("initiator", "target") for what in ("s", "-groups")]
    found: dict[str, Any] = {}
    for path in (*san, "/api/storage/v1/projects", "/api/storage/v1/luns"):
        page = appliance.do("GET", path)
        items = page if isinstance(page, list) else next(iter(page.values()))
        found[path] = [{key: value for key, value in one.items() if key not in _OWN} for one in items]
        found[path].sort(key=str)
    found["actions"] = sorted((_sent(appliance, one) for one in appliance.do("GET", ACTIONS)["actions"]), key=str)
    luns = (appliance.do("GET", f"{one}/replication") for one in _shares(appliance))
    found["flags"] = [one["inherited"] for one in luns]
    return found


def _sent(appliance: LabClient, action: dict[str, Any]) -> dict[str, Any]:
    """An action with its schedules, without what each appliance chooses for itself."""
    schedules = appliance.do("GET", f"{ACTIONS}/{action['id']}/schedules")["schedules"]
    times = sorted((one["frequency"], one.get("minute")) for one in schedules)
    return {**{key: value for key, value in action.items() if key not in _OWN}, "schedules": times}


def _shares(appliance: LabClient) -> list[str]:
    """The paths under which each release has the flags of its LUNs."""
    luns = sorted((one["project"], one["name"]) for one in appliance.do("GET", "/api/storage/v1/luns")["luns"])
    return [f"/api/storage/v1/pools/tank/projects/{place}/filesystems/{name}" for place, name in luns]


@_FEWER
@given(RELEASES, STATES, _DOCUMENTS)
def test_document_does_what_its_tasks_do(release: str, state: list[Wanted], document: list[Wanted]) -> None:
    appliance = made_appliance(release, state)
    before = _all(appliance)
    plan = plan_or_refusal(appliance, document)
    assert appliance.sent == []
    if isinstance(plan, ZfssaError):
        event(f"refused: {type(plan).__name__}")
        assert _all(appliance) == before
        if not any(why in plan.reason for why in _CAUTION):
            with pytest.raises(ZfssaError):
                do_alone(made_appliance(release, state), *document)
        return

    results = apply_plan(plan, appliance)

    assert unlike(plan, results) == []
    twin = made_appliance(release, state)
    do_alone(twin, *document)
    assert _all(appliance) == _all(twin)
    event(f"carried out with {min(len(plan.steps), 3)} or more writes")
    # A document that undoes itself has always something to do; all others have nothing left.
    again = plan_or_refusal(appliance, document)
    twin.sent.clear()
    try:
        do_alone(twin, *document)
    except ZfssaError:
        assert isinstance(again, ZfssaError)
    else:
        assert isinstance(again, ZfssaError) or again.changed == bool(twin.sent)


def plan_or_refusal(appliance: LabClient, document: list[Wanted]) -> Plan | ZfssaError:
    """Plan a document, or say what stands against it."""
    try:
        return plan_many(appliance, document)
    except ZfssaError as refusal:
        return refusal


@_FEWER
@given(RELEASES, STATES, OBJECTS)
def test_document_with_one_object_is_its_task(release: str, state: list[Wanted], wanted: Wanted) -> None:
    """The same refusal in the same words, or the same writes and the same prediction."""
    appliance, twin = made_appliance(release, state), made_appliance(release, state)
    kind, options = wanted
    try:
        alone = kind.plan(twin, options)
    except ZfssaError as refusal:
        with pytest.raises(type(refusal)) as caught:
            plan_many(appliance, [wanted])
        assert caught.value.reason == refusal.reason
        return
    try:
        (item,) = plan_many(appliance, [wanted]).items
    except ZfssaError as refusal:
        # What a task leaves to the appliance, check mode says; see that it is no other.
        with pytest.raises(ZfssaError) as judged:
            do_alone(twin, wanted)
        assert judged.value.reason == refusal.reason or "quota" in refusal.reason
        return
    assert [(step.method, step.path, step.body) for step in item.steps] == [
        (step.method, step.path, step.body) for step in alone.steps
    ]
