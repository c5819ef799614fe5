# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: the ordered steps from what is to what is wanted, as a value.

Nothing here does I/O: a plan can be printed, compared and counted without an appliance. Guards are part of planning, so
what is not safe is refused in check mode exactly as in a real run, before the first write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ._errors import InvalidInput, PlanRefused
from ._names import shown
from ._release import NEWEST, Release
from ._resource import CUSTOM, Change, Identity, Record, Reference, Resource, Rival, Wire

# What a task returns beside `changed`: result key -> record (`None` when the object does not exist).
Results = dict[str, Any]


@dataclass(frozen=True)
class Wait:
    """What to wait for after a step.

    Attributes:
        path: what to read.
        done: tells from the answer whether it has come; raises when it has failed.
        what: what is waited for, in words.
        describe: the present state in words.
        timeout: seconds at the most.
        interval: seconds between two looks at the most.
    """

    path: str
    done: Callable[[Wire | None], bool]
    what: str
    describe: Callable[[Wire | None], str]
    timeout: float
    interval: float


@dataclass(frozen=True)
class Step:
    """One write, and all that is needed to make it once and only once.

    Attributes:
        verb: what it does to the object, in one word (`create`).
        label: the object in words.
        method, path, body: the request.
        probe: path of a read that shows whether the write was carried out, should its answer be lost.
        done: judges the answer to that read (`None` = not found).
        results: makes results of an answer; gets the body of the write's answer, or of the read where that has none.
        confirmed: whether everything that may die with it is known and allowed, so that the appliance's question for a
            confirmation may be answered with yes (API reference 1.8).
        reread: path of the object where an answer does not have it; `probe` when not given.
        wait: what to wait for afterwards.
        rival: what of another kind may have the name that the step gives.
        needless: tells from the results of the steps before it that there is nothing left to do; may raise.
        completed: completes the step from the results of those before it, where its path is known only then.
    """

    verb: str
    label: str
    method: str
    path: str
    body: Wire | None
    probe: str
    done: Callable[[Wire | None], bool]
    results: Callable[[Wire], Results | None] = lambda _body: {}
    confirmed: bool = False
    reread: str | None = None
    wait: Wait | None = None
    rival: Rival | None = None
    needless: Callable[[Results], bool] = lambda _results: False
    completed: Callable[[Results], Step] | None = None

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"


@dataclass(frozen=True)
class Plan:
    """The way from `before` to `after`.

    Attributes:
        steps: the writes in order; none when all is as wanted.
        before, after: results before, and as predicted.
        waits: what to wait for before the first step.
        references: names that the appliance will look up when it gets the values. A real run leaves it to refuse unknown
            ones, before anything is written; check mode looks them up itself.
        took: seconds that it took to read for it and to make it.
    """

    steps: tuple[Step, ...]
    before: Results
    after: Results
    waits: tuple[Wait, ...] = ()
    references: tuple[tuple[Reference, tuple[str, ...]], ...] = ()
    took: float = field(default=0.0, compare=False)

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.steps)


def unchanged(results: Results) -> Plan:
    """The plan that does nothing and returns what there is."""
    return Plan((), results, results)


def plan_present(
    resource: Resource,
    identity: Identity,
    current: Record | None,
    wanted: Record,
    *,
    parent: Record | None = None,
    allowed: Mapping[str, bool] | None = None,
    release: Release = NEWEST,
    always: tuple[str, ...] = (),
) -> Plan:
    """Plan that an object exists with the wanted values.

    Args:
        resource: its kind.
        identity: its names.
        current: its record, `None` when it does not exist.
        wanted: normalised values that the user gave; nothing else is compared or sent.
        parent: the parent's record, for what a new object inherits.
        allowed: the user's explicit permissions.
        release: the appliance's; older ones spell some properties differently.
        always: options that are sent even when nothing says that they differ.

    Raises:
        InvalidInput: it must be created and lacks something for that.
        PlanRefused: a guard stands against it.
    """
    if current is None:
        return _plan_create(resource, identity, wanted, parent, release)
    changes = {**resource.differences(current, wanted), **{key: wanted[key] for key in always if key in wanted}}
    if not changes:
        return unchanged({resource.kind: current})
    label = resource.label(identity)
    for prop in resource.writable:
        if prop.create_only and prop.option in changes:
            raise PlanRefused(
                f"{prop.option} of {label} is {prop.value.show(current[prop.option])} and cannot become "
                f"{prop.value.show(changes[prop.option])}: it is fixed at creation",
                advice=f"leave {prop.option} out, or make a new {resource.title}",
            )
    for guard in resource.guards:
        guard(Change(label, current, changes, allowed or {}))
    read = results_of(resource, identity)
    return plan_changes(resource, resource.path(identity), label, current, changes, read, release)


def plan_changes(
    resource: Resource,
    path: str,
    label: str,
    current: Record,
    changes: Record,
    read: Callable[[Wire], Results | None],
    release: Release = NEWEST,
) -> Plan:
    """Plan that an object gets values that it does not have; no guard is asked.

    Args:
        resource: its kind.
        path, label: where it is, and what it is in words.
        current: its record.
        changes: normalised values.
        read: makes results of an answer that has the object.
        release: the appliance's.
    """
    if not changes:
        return unchanged({resource.kind: current})
    step = Step(
        verb="update",
        label=f"{label} ({', '.join(_changed_names(changes))})",
        method="PUT",
        path=path,
        body=resource.payload(changes, release),
        probe=path,
        # Whether a secret has come over nobody can see; to send it again does no harm.
        done=lambda body: not resource.secrets & set(changes) and reads_as(resource, read(body or {}), changes),
        results=read,
    )
    return Plan(
        (step,),
        {resource.kind: current},
        {resource.kind: resource.predict(current, changes)},
        references=resource.references(changes),
    )


def _plan_create(
    resource: Resource, identity: Identity, wanted: Record, parent: Record | None, release: Release
) -> Plan:
    label = resource.label(identity)
    missing = [option for option in resource.required_to_create if option not in wanted]
    if missing:
        raise InvalidInput(
            f"{label} does not exist, and to create it {', '.join(missing)} is missing",
            advice="add it",
        )
    read = results_of(resource, identity)
    step = Step(
        verb="create",
        label=label,
        method="POST",
        path=resource.list_path(identity),
        body={resource.wire_key: identity[resource.key], **resource.payload(wanted, release)},
        probe=resource.path(identity),
        done=lambda body: reads_as(resource, read(body or {}), wanted),
        results=read,
        rival=resource.rival(identity),
    )
    after = resource.predict(None, {**identity, **wanted}, parent)
    return Plan(
        (step,),
        {resource.kind: None},
        {resource.kind: after},
        references=resource.references(wanted),
    )


def plan_absent(
    resource: Resource,
    identity: Identity,
    current: Record | None,
    dependents: Sequence[str],
    *,
    allowed: Mapping[str, bool] | None = None,
) -> Plan:
    """Plan that an object does not exist.

    Args:
        dependents: what would die with it, in words.
        allowed: `force` permits that they do.

    Raises:
        PlanRefused: a guard stands against it, or there are dependents and no `force`.
    """
    allowed = allowed or {}
    if current is None:
        return unchanged({resource.kind: None})
    label = resource.label(identity)
    for guard in resource.destroy_guards:
        guard(Change(label, current, {}, allowed))
    if dependents and not allowed.get("force"):
        raise PlanRefused(
            f"{label} holds {shown(dependents)}, which would be destroyed with it",
            advice="remove them first, or set force to true if they may go",
        )
    return plan_removal(resource, resource.path(identity), label, current, confirmed=bool(allowed.get("force")))


def plan_removal(
    resource: Resource, path: str, label: str, current: Record | None, *, verb: str = "destroy", confirmed: bool = False
) -> Plan:
    """Plan that an object is removed if it exists; no guard is asked.

    Args:
        resource: its kind.
        path, label: where it is, and what it is in words.
        current: its record, `None` when it does not exist.
        verb: what the removal is called.
        confirmed: whether the appliance's question for a confirmation may be answered with yes.
    """
    if current is None:
        return unchanged({resource.kind: None})
    step = Step(
        verb=verb,
        label=label,
        method="DELETE",
        path=path,
        body=None,
        probe=path,
        done=lambda body: body is None,
        results=lambda _body: {resource.kind: None},
        confirmed=confirmed,
    )
    return Plan((step,), {resource.kind: current}, {resource.kind: None})


def plan_rename(plan: Plan, resource: Resource, old: Identity, new: Identity, release: Release) -> Plan:
    """Add to a plan that the object gets other names: a rename, a move, or both.

    Args:
        plan: what else happens to it; its steps come first, under the old names.
        old, new: names before and after; they differ in `name`, in the innermost of the scope, or in both.
        release: the appliance's; older ones take the order to move elsewhere.
    """
    steps = list(plan.steps)
    here = dict(old)
    inner = resource.scope[-1]
    for verb, option in (("move", inner), ("rename", "name")):
        if here[option] == new[option]:
            continue
        there = {**here, option: new[option]}
        path = resource.move_path(here, release) if verb == "move" else resource.path(here)
        steps.append(
            Step(
                verb=verb,
                label=f"{resource.label(here)} to {resource.label(there)}",
                method="PUT",
                path=path,
                body={option: new[option]},
                # What has the new name may be another object; that the old one is gone says it all.
                probe=resource.path(here),
                done=lambda body: body is None,
                results=results_of(resource, there),
                reread=resource.path(there),
                rival=resource.rival(there),
            )
        )
        here = there
    after = {
        **plan.after[resource.kind],
        **{option: new[option] for option in (*resource.scope, "name")},
        **{prop.option: None for prop in resource.properties if {inner, "name"} & set(prop.unsure_after)},
    }
    return replace(plan, steps=tuple(steps), after={**plan.after, resource.kind: after})


def reads_as(resource: Resource, results: Results | None, wanted: Record) -> bool:
    """Whether results have an object with the wanted values."""
    record = (results or {}).get(resource.kind)
    return record is not None and not resource.differences(record, wanted)


def results_of(resource: Resource, identity: Identity) -> Callable[[Wire], Results | None]:
    """Makes the results of an answer that has the object in its envelope; `None` when it has not."""

    def results(body: Wire) -> Results | None:
        wire = body.get(resource.envelope or resource.kind)
        return {resource.kind: resource.normalise(wire, identity)} if isinstance(wire, dict) else None

    return results


def _changed_names(changes: Record) -> list[str]:
    names = [option for option in changes if option != CUSTOM]
    return names + [f"{CUSTOM}:{name}" for name in changes.get(CUSTOM, {})]
