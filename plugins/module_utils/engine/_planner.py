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

from ..values._errors import Incomplete, PlanRefused
from ..values._names import shown
from ..values._release import NEWEST, Release
from ..values._wire import Wire
from ._outcome import ObjectGone, ObjectHas, ObjectIs
from ._plan import Item, Step, all_allowed, unchanged
from ._preconditions import names_free, preconditions_of
from ._relations import CREATE, DESTROY, MOVE, RENAME, UPDATE, Change, Precondition
from ._resource import CUSTOM, Resource
from ._types import Identity, Record, Results


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
) -> Item:
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
    path = resource.path(identity)
    return plan_changes(resource, path, label, current, changes, None, release, allowed=allowed)


def plan_changes(
    resource: Resource,
    path: str,
    label: str,
    current: Record,
    changes: Record,
    read: Callable[[Wire], Results | None] | None = None,
    release: Release = NEWEST,
    *,
    allowed: Mapping[str, bool] | None = None,
) -> Item:
    """Plan that an object gets values that it does not have.

    Args:
        resource: its kind.
        path, label: where it is, and what messages call it.
        current: its record.
        changes: normalised values.
        read: makes results of an answer that has the object, where its names do not tell.
        release: the appliance's.
        allowed: the user's explicit permissions.

    Raises:
        PlanRefused: the appliance cannot have the values, or it is not safe.
    """
    if not changes:
        return unchanged({resource.kind: current})
    after = resource.predict(current, changes, release=release)
    change = Change(UPDATE, label, current, changes, after, release, allowed or {})
    step = Step(
        verb=UPDATE,
        label=f"{label} ({', '.join(_changed_names(changes))})",
        method="PUT",
        path=path,
        body=resource.payload(changes, release, label=label),
        outcome=ObjectHas(resource, current, changes, path=path, read=read, label=label),
        preconditions=preconditions_of(resource, change),
    )
    return Item((step,), {resource.kind: current}, {resource.kind: after})


def _plan_create(
    resource: Resource, identity: Identity, wanted: Record, parent: Record | None, release: Release
) -> Item:
    label = resource.label(identity)
    missing = [option for option in resource.required_to_create if option not in wanted]
    if missing:
        raise Incomplete(
            f"{label} does not exist, and to {resource.making} it {' and '.join(missing)} is missing",
            advice="add it",
        )
    values = resource.to_create(wanted, release)
    after = resource.predict(None, {**identity, **values}, parent, release=release)
    change = Change(CREATE, label, None, values, after, release)
    step = Step(
        verb=resource.making,
        label=label,
        method="POST",
        path=resource.list_path(identity),
        body={resource.wire_key: identity[resource.key], **resource.payload(values, release, label=label)},
        outcome=ObjectHas(resource, identity, wanted, made=True),
        preconditions=(*names_free(resource, identity), *preconditions_of(resource, change)),
    )
    return Item((step,), {resource.kind: None}, {resource.kind: after})


def plan_absent(
    resource: Resource,
    identity: Identity,
    current: Record | None,
    dependents: Sequence[object],
    *,
    allowed: Mapping[str, bool] | None = None,
    removed_with: str = "",
    confirm: Precondition | None = None,
) -> Item:
    """Plan that an object does not exist.

    Args:
        dependents: what would be destroyed with it, as messages call it.
        removed_with: what removes them, for the message, where that is not obvious.
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
            advice=f"remove them first{removed_with and f', with {removed_with}'}, or set force to true if they may be destroyed",
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
    where: tuple[Precondition, ...] = (),
) -> Item:
    """Plan that an object is removed if it exists, whatever stands against it.

    Args:
        resource: its kind.
        path, label: where it is, and what messages call it.
        current: its record, `None` when it does not exist.
        verb: what the removal is called.
        confirm: judges anew, when the appliance asks for a confirmation, whether it may have one.
        where: what must hold so that "not found" means that it does not exist, when its names do not tell.
    """
    if current is None:
        return unchanged({resource.kind: None})
    step = Step(
        verb=verb,
        label=label,
        method="DELETE",
        path=path,
        body=None,
        outcome=ObjectGone(resource, path, current, where),
        confirm=confirm,
    )
    return Item((step,), {resource.kind: current}, {resource.kind: None})


def plan_rename(
    plan: Item,
    resource: Resource,
    old: Identity,
    new: Identity,
    release: Release,
    *,
    to_move: tuple[Precondition, ...] = (),
) -> Item:
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
                outcome=ObjectIs(resource, there, before),
                preconditions=(*names_free(resource, there), *(to_move if verb == MOVE else ())),
            )
        )
        here = there
    after = {
        **plan.after[resource.kind],
        **{option: new[option] for option in (*resource.scope, "name")},
        **resource.unsure((inner, "name"), release),
    }
    return replace(plan, steps=tuple(steps), after={**plan.after, resource.kind: after})


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


def _changed_names(changes: Record) -> list[str]:
    names = [option for option in changes if option != CUSTOM]
    return names + [f"{CUSTOM}:{name}" for name in changes.get(CUSTOM, {})]
