# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an object gets from what it is to what is wanted: plans for all kinds of objects, by their descriptions.

Nothing here does I/O. What is not safe is refused while planning: in check mode exactly as in a real run, before the first
write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..values._errors import Incomplete, PlanRefused, Unmet, ZfssaError
from ..values._names import shown
from ..values._release import NEWEST, Release
from ..values._wire import Wire
from ._plan import Plan, Results, Step, all_allowed, unchanged
from ._preconditions import names_free, preconditions_of
from ._relations import CREATE, DESTROY, MOVE, RENAME, UPDATE, Change, Precondition
from ._resource import CUSTOM, Resource
from ._types import Identity, Record

# What an object keeps through a rename or a move: the first that both records have tells whether it is the same one.
_KEPT = ("lunguid", "id")


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
        PlanRefused: it is not possible, or not safe.
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
    read = results_of(resource, identity)
    path = resource.path(identity)
    return plan_changes(resource, path, label, current, changes, read, release, allowed=allowed)


def plan_changes(
    resource: Resource,
    path: str,
    label: str,
    current: Record,
    changes: Record,
    read: Callable[[Wire], Results | None],
    release: Release = NEWEST,
    *,
    allowed: Mapping[str, bool] | None = None,
) -> Plan:
    """Plan that an object gets values that it does not have.

    Args:
        resource: its kind.
        path, label: where it is, and what it is in words.
        current: its record.
        changes: normalised values.
        read: makes results of an answer that has the object.
        release: the appliance's.
        allowed: the user's explicit permissions.

    Raises:
        PlanRefused: the appliance cannot have the values, or it is not safe.
    """
    if not changes:
        return unchanged({resource.kind: current})
    after = resource.predict(current, changes)
    change = Change(UPDATE, label, current, changes, after, release, allowed or {})
    step = Step(
        verb=UPDATE,
        label=f"{label} ({', '.join(_changed_names(changes))})",
        method="PUT",
        path=path,
        body=resource.payload(changes, release),
        probe=path,
        # Whether a secret has come over nobody can see; to send it again does no harm.
        done=lambda body: not resource.secrets & set(changes) and reads_as(resource, read(body or {}), changes),
        results=read,
        preconditions=preconditions_of(resource, change),
        unmet=unmet_by(resource, label, changes, read),
        within=resource.found_where(current),
    )
    return Plan((step,), {resource.kind: current}, {resource.kind: after})


def _plan_create(
    resource: Resource, identity: Identity, wanted: Record, parent: Record | None, release: Release
) -> Plan:
    label = resource.label(identity)
    missing = [option for option in resource.required_to_create if option not in wanted]
    if missing:
        raise Incomplete(
            f"{label} does not exist, and to create it {', '.join(missing)} is missing",
            advice="add it",
        )
    read = results_of(resource, identity)
    values = resource.to_create(wanted)
    after = resource.predict(None, {**identity, **values}, parent)
    change = Change(CREATE, label, None, values, after, release)
    step = Step(
        verb=CREATE,
        label=label,
        method="POST",
        path=resource.list_path(identity),
        body={resource.wire_key: identity[resource.key], **resource.payload(values, release)},
        probe=resource.path(identity),
        done=lambda body: reads_as(resource, read(body or {}), wanted),
        results=read,
        unmet=unmet_by(resource, label, wanted, read),
        preconditions=(*names_free(resource, identity), *preconditions_of(resource, change)),
        within=resource.found_where(identity),
        # What somebody else has made may have another secret, which nobody can see.
        conclusive=not resource.secrets & set(wanted),
    )
    return Plan((step,), {resource.kind: None}, {resource.kind: after})


def plan_absent(
    resource: Resource,
    identity: Identity,
    current: Record | None,
    dependents: Sequence[object],
    *,
    allowed: Mapping[str, bool] | None = None,
    removed_with: str = "",
    confirm: Precondition | None = None,
) -> Plan:
    """Plan that an object does not exist.

    Args:
        dependents: what would die with it, in words.
        removed_with: what removes them, in words, where that is not obvious.
        allowed: `force` permits that they do.
        confirm: judges all this anew when the appliance asks for a confirmation; with `force` there is nothing to judge.

    Raises:
        PlanRefused: something stands against it, or there are dependents and no `force`.
    """
    allowed = allowed or {}
    if current is None:
        return unchanged({resource.kind: None})
    label = resource.label(identity)
    refuse_built_in(resource, identity, "destroyed")
    known = tuple(resource.preconditions(Change(DESTROY, label, current, {}, {}, allowed=allowed)))
    if dependents and not allowed.get("force"):
        raise PlanRefused(
            f"{label} holds {shown(dependents)}, which would be destroyed with it",
            advice=f"remove them first{removed_with and f', with {removed_with}'}, or set force to true if they may go",
        )
    confirm = all_allowed if allowed.get("force") else confirm
    plan = plan_removal(resource, resource.path(identity), label, current, confirm=confirm)
    return replace(plan, steps=tuple(replace(step, preconditions=known) for step in plan.steps))


def plan_removal(
    resource: Resource,
    path: str,
    label: str,
    current: Record | None,
    *,
    verb: str = DESTROY,
    confirm: Precondition | None,
) -> Plan:
    """Plan that an object is removed if it exists, whatever stands against it.

    Args:
        resource: its kind.
        path, label: where it is, and what it is in words.
        current: its record, `None` when it does not exist.
        verb: what the removal is called.
        confirm: judges anew, when the appliance asks for a confirmation, whether it may have one.
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
        confirm=confirm,
        within=resource.found_where(current),
    )
    return Plan((step,), {resource.kind: current}, {resource.kind: None})


def plan_rename(
    plan: Plan,
    resource: Resource,
    old: Identity,
    new: Identity,
    release: Release,
    *,
    to_move: tuple[Precondition, ...] = (),
) -> Plan:
    """Add to a plan that the object gets other names: a rename, a move, or both.

    Args:
        plan: what else happens to it; its steps come first, under the old names.
        old, new: names before and after; they differ in `name`, in the innermost of the scope, or in both.
        release: the appliance's; older ones take the order to move elsewhere.
        to_move: what must hold so that it can be moved.

    Raises:
        PlanRefused: it is an object whose name is fixed.
    """
    refuse_built_in(resource, old, "renamed")
    steps = list(plan.steps)
    here, before = dict(old), plan.before[resource.kind]
    inner = resource.scope[-1]
    for verb, option in ((MOVE, inner), (RENAME, "name")):
        if here[option] == new[option]:
            continue
        there = {**here, option: new[option]}
        path = resource.move_path(here, release) if verb == MOVE else resource.path(here)
        steps.append(
            Step(
                verb=verb,
                label=f"{resource.label(here)} to {resource.label(there)}",
                method="PUT",
                path=path,
                body={option: new[option]},
                probe=resource.path(there),
                done=_has_become(resource, there, before),
                results=results_of(resource, there),
                preconditions=(*names_free(resource, there), *(to_move if verb == MOVE else ())),
                within=resource.found_where(here),
            )
        )
        here = there
    after = {
        **plan.after[resource.kind],
        **{option: new[option] for option in (*resource.scope, "name")},
        **{prop.option: None for prop in resource.properties if {inner, "name"} & set(prop.unsure_after)},
    }
    return replace(plan, steps=tuple(steps), after={**plan.after, resource.kind: after})


def _has_become(resource: Resource, there: Identity, before: Record) -> Callable[[Wire | None], bool]:
    """Tells from a read under other names whether what is there is the object itself, and not another one."""
    read = results_of(resource, there)

    def done(body: Wire | None) -> bool:
        return is_same(before, (read(body or {}) or {}).get(resource.kind) or {})

    return done


def is_same(before: Record, after: Record) -> bool:
    """Whether two records, read under different names, are of one object."""
    kept = next((key for key in _KEPT if before.get(key) and after.get(key)), None)
    return kept is not None and bool(before[kept] == after[kept])


def refuse_built_in(resource: Resource, identity: Identity, what: str) -> None:
    """Refuse to touch what the appliance has for itself.

    Args:
        what: what it shall be, as in `destroyed`.

    Raises:
        PlanRefused: it is such an object.
    """
    if identity[resource.key] in resource.built_in:
        raise PlanRefused(
            f"{resource.label(identity)} is the appliance's own, and cannot be {what}",
            advice=f"choose another {resource.title}, or remove what is in it",
        )


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


def unmet_by(
    resource: Resource, label: str, values: Record, read: Callable[[Wire], Results | None]
) -> Callable[[Wire], ZfssaError | None] | None:
    """Makes what says which of the values of a request an answer does not show; `None` where a kind has nothing to say."""
    judge = resource.unmet
    if judge is None:
        return None

    def unmet(body: Wire) -> ZfssaError | None:
        record = (read(body) or {}).get(resource.kind)
        if record is None:
            return Unmet(f"{label} is not to be seen after it", advice="look at it on the appliance")
        return judge(label, values, record)

    return unmet


def _changed_names(changes: Record) -> list[str]:
    names = [option for option in changes if option != CUSTOM]
    return names + [f"{CUSTOM}:{name}" for name in changes.get(CUSTOM, {})]
