# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_snapshot`: snapshots taken, renamed, destroyed, rolled back to, and pruned; API reference 7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ...engine._outcome import Seen, is_same, record_in
from ...engine._plan import Item, Step, all_allowed, unchanged
from ...engine._planner import plan_present, plan_removal, plan_rename
from ...engine._read import Reader, is_planning, items_in, read_list, unwrap
from ...engine._relations import Precondition
from ...engine._types import Identity, Pages, Record, Results
from ...values._errors import Absent, InvalidInput, PlanRefused
from ...values._names import check_name, segment, shown
from ...values._release import Release
from ...values._units import parse_time
from ...values._wire import Wire, found_by, label_of, named, refusal, text
from ..pool._pools import require_pool
from ..project._lookup import explain_missing_share, require_project
from ..replication._replicated import NoUpdateRunning
from ..replication._scope import Scope
from ._dependent_clones import Clone, read_clones, refuse_dependent_clones, refuse_protected_clones
from ._retention import Retention
from ._table import OF_PROJECT, REPLICATION, SnapshotResource, snapshots_of
from ._temporary import refuse_temporary

_NOTHING: Results = {"snapshot": None, "pruned": []}
# A moment that no snapshot was taken after: what has no readable time counts as the newest.
_NEVER = datetime.max.replace(tzinfo=UTC)


def plan_snapshot(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan for what the snapshot is of, `name`, `new_name`, `state`, and the retention.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: the change is not possible or not safe as things stand.
    """
    kind = snapshots_of(options)
    name, new_name, state = options.get("name"), options.get("new_name"), options["state"]
    # What only looks through the snapshots needs no name.
    identity = kind.identity({**options, kind.key: "all" if name is None else name})
    retention = Retention.of(options)
    if new_name is not None and state != "present":
        raise InvalidInput(f"new_name cannot be combined with state={state}", advice="leave it out")
    if state == "absent":
        plan = _plan_destroyed(reader, kind, identity, options)
    elif state == "restored":
        plan = _plan_restored(reader, kind, identity, options)
    elif new_name is not None:
        plan = _plan_renamed(reader, kind, identity, str(new_name))
    elif retention is not None:
        plan = _plan_retention(reader, kind, identity, retention, options)
    else:
        plan = _plan_present(reader, kind, identity)
    return replace(plan, before={**_NOTHING, **plan.before}, after={**_NOTHING, **plan.after})


# Taken


def _plan_present(reader: Reader, kind: SnapshotResource, identity: Identity) -> Item:
    current = _record(reader, kind, identity)
    if current is None:
        _require_holder(reader, kind, identity)
    return _plan_taken(kind, identity, current, reader.release)


def _plan_taken(kind: SnapshotResource, identity: Identity, current: Record | None, release: Release) -> Item:
    if current is None:
        # Only the system takes those with a leading dot.
        refuse_temporary(kind.key, check_name(kind.key, identity[kind.key]))
    return plan_present(kind, identity, current, {}, release=release)


def _require_holder(reader: Reader, kind: SnapshotResource, identity: Identity) -> None:
    """Read what the snapshot is of, which must be there."""
    if kind is OF_PROJECT:
        require_project(reader, identity["pool"], identity["project"])
    elif reader.get(_holder_path(kind, identity)) is None:
        share = kind.scope[-1]
        raise explain_missing_share(reader, share, identity["pool"], identity["project"], identity[share])


# Renamed


def _plan_renamed(reader: Reader, kind: SnapshotResource, identity: Identity, new_name: str) -> Item:
    _refuse_replication(kind, identity, "renamed")
    goal = {**identity, kind.key: check_name("new_name", new_name)}
    refuse_temporary("new_name", new_name)
    current, there = (_record(reader, kind, names) for names in (identity, goal))
    if is_planning(reader) and reader.is_given(kind.path(identity)):
        # Another item has its name by now, so that it has left it before.
        current = None
    if current is None and there is None:
        require_pool(reader, identity["pool"])
        raise Absent(
            f"there is neither a {kind.label(identity)} nor a {kind.label(goal)}",
            advice="take a snapshot first, in a task without new_name",
        )
    if current is None or identity == goal or (there is not None and is_same(current, there)):
        return unchanged({"snapshot": there})
    if there is not None:
        raise PlanRefused(
            f"{kind.label(identity)} cannot become {kind.label(goal)}: there is one of this name",
            advice="choose another name, or destroy the one that is not wanted",
        )
    return plan_rename(unchanged({"snapshot": current}), kind, identity, goal, reader.release)


# Destroyed


def _plan_destroyed(reader: Reader, kind: SnapshotResource, identity: Identity, options: Mapping[str, Any]) -> Item:
    _refuse_replication(kind, identity, "destroyed")
    wire = _read_one(reader, kind, identity)
    if wire is None:
        require_pool(reader, identity["pool"])
        return unchanged({"snapshot": None})
    label, current = kind.label(identity), kind.normalise(wire, identity)
    _refuse_held(label, current)
    clones = read_clones(reader, identity["pool"], kind.path(identity), wire)
    refuse_dependent_clones(label, clones, force=options["force"])
    confirm = all_allowed if options["force"] else partial(_refuse_clones, kind=kind, identity=identity)
    return plan_removal(kind, kind.path(identity), label, current, confirm=confirm)


def _refuse_clones(pages: Pages, kind: SnapshotResource, identity: Identity) -> None:
    """Refuse to destroy a snapshot that has clones by now."""
    wire = _read_one(pages, kind, identity) or {}
    clones = read_clones(pages, identity["pool"], kind.path(identity), wire)
    refuse_dependent_clones(kind.label(identity), clones, force=False)


def _refuse_replication(kind: SnapshotResource, identity: Identity, what: str) -> None:
    if identity[kind.key].startswith(REPLICATION):
        raise InvalidInput(
            f"{kind.label(identity)} belongs to replication, and cannot be {what}",
            advice="remove the replication action if nobody needs it any more",
        )


def _refuse_held(label: str, snapshot: Record) -> None:
    if snapshot["held"]:
        raise PlanRefused(
            f"{label} is under a retention hold, and the appliance does not destroy it",
            advice="lift the hold on the appliance first",
        )


# Rolled back to


def _plan_restored(reader: Reader, kind: SnapshotResource, identity: Identity, options: Mapping[str, Any]) -> Item:
    """Plan a rollback. It is always a change: nothing tells for certain that nobody has written since the snapshot."""
    if kind is OF_PROJECT:
        raise InvalidInput(
            f"{kind.holder(identity)} cannot be rolled back as a whole",
            advice="give lun or filesystem, one after the other",
        )
    label = kind.label(identity)
    target, newer = _split(kind, identity, _read_all(reader, kind, identity))
    if target is None:
        known = ", ".join(name for name in named(newer) if not name.startswith(REPLICATION)) or "there is none"
        raise Absent(f"{label} does not exist", advice=f"use one of {kind.holder(identity)}: {known}")
    names = [_name(kind, wire) for wire in newer]
    clones: list[Clone] = []
    for wire in newer:
        one = {**identity, kind.key: _name(kind, wire)}
        _refuse_held(kind.label(one), kind.normalise(wire, one))
        clones.extend(read_clones(reader, identity["pool"], kind.path(one), wire))
    refuse_protected_clones(f"a snapshot newer than {label}", clones)
    if not options["force"]:
        _refuse_newer(label, names, clones)
    current = kind.normalise(target, identity)
    after = {**current, "space_unique": None}
    confirm = all_allowed if options["force"] else partial(_refuse_newer_by_now, kind=kind, identity=identity)
    step = replace(
        _rollback_step(kind, identity, target, names, confirm=confirm), preconditions=(_idle(reader, kind, identity),)
    )
    return Item((step,), {"snapshot": current}, {"snapshot": after, "pruned": names})


def _idle(reader: Reader, kind: SnapshotResource, identity: Identity) -> NoUpdateRunning:
    """What must hold of replication so that a share can be rolled back."""
    option = kind.scope[-1]
    scope = Scope(identity["pool"], identity["project"], identity[option])
    of_lun = option == "lun"
    flag = scope.inheritance_path(reader.release) if of_lun else f"{_holder_path(kind, identity)}/replication"
    return NoUpdateRunning(scope.pool, scope.project, scope.lun, flag)


def _split(kind: SnapshotResource, identity: Identity, snapshots: list[Wire]) -> tuple[Wire | None, list[Wire]]:
    """The snapshot of a name and those that are newer; all of them where there is none of that name.

    Raises:
        NotUnderstood: nobody can tell which are newer.
    """
    target = _with_name(snapshots, identity[kind.key])
    if target is None:
        return None, snapshots
    _require_times(kind, identity, snapshots)
    return target, snapshots[snapshots.index(target) + 1 :]


def _refuse_newer(label: str, names: Sequence[str], clones: Sequence[Clone]) -> None:
    if names:
        destroyed = shown([f"snapshot {name}" for name in names]) + (
            f", with the clones {shown(clones)}" if clones else ""
        )
        raise PlanRefused(
            f"a rollback to {label} would destroy what is newer: {destroyed}",
            advice="set force to true if it may be destroyed",
        )


def _refuse_newer_by_now(pages: Pages, kind: SnapshotResource, identity: Identity) -> None:
    """Refuse a rollback when there are newer snapshots by now."""
    snapshots = _in_order(read_list(pages, kind.list_path(identity), kind.plural))
    _target, newer = _split(kind, identity, snapshots)
    _refuse_newer(kind.label(identity), [_name(kind, wire) for wire in newer], ())


def _rollback_step(
    kind: SnapshotResource, identity: Identity, target: Wire, newer: list[str], *, confirm: Precondition
) -> Step:
    unique = kind.normalise(target, identity)["space_unique"]

    def results(body: Wire) -> Results | None:
        wire = _with_name(items_in(body, kind.plural), identity[kind.key])
        found = record_in(kind, identity, body if wire is None else {kind.kind: wire})
        return None if found is None else {kind.kind: found, "pruned": newer}

    def done(body: Wire | None) -> bool:
        # A rollback leaves nothing newer, and nothing that only the snapshot has. Where neither was there before, nothing
        # tells, and it is sent again, which leads to the same content.
        snapshots = items_in(body, kind.plural)
        wire = _with_name(snapshots, identity[kind.key])
        if wire is None:
            return False
        if newer:
            return not any(_with_name(snapshots, name) for name in newer)
        return bool(unique) and kind.normalise(wire, identity)["space_unique"] == 0

    return Step(
        verb="roll back",
        label=f"{kind.holder(identity)} to {kind.label(identity)}",
        method="PUT",
        path=f"{kind.path(identity)}/rollback",
        body=None,
        outcome=Seen(probe=kind.list_path(identity), done=done, giving=results),
        confirm=confirm,
    )


# Pruned


def _plan_retention(
    reader: Reader, kind: SnapshotResource, identity: Identity, retention: Retention, options: Mapping[str, Any]
) -> Item:
    """Plan that a snapshot is taken where a name is given, and old ones are destroyed after that."""
    snapshots = _read_all(reader, kind, identity)
    name = options.get("name")
    plan = unchanged({"snapshot": None})
    if name is not None:
        wire = _with_name(snapshots, name)
        current = None if wire is None else kind.normalise(wire, identity)
        plan = _plan_taken(kind, identity, current, reader.release)
    doomed = []
    for wire in retention.superfluous(snapshots, name):
        clones = read_clones(reader, identity["pool"], _path_of(kind, identity, wire), wire)
        if not clones or (options["force"] and not any(clone.protected for clone in clones)):
            doomed.append(wire)
    names = [_name(kind, wire) for wire in doomed]
    steps = [
        _prune_step(kind, {**identity, kind.key: name}, names[: number + 1], force=bool(options["force"]))
        for number, name in enumerate(names)
    ]
    return replace(plan, steps=(*plan.steps, *steps), after={**plan.after, "pruned": names})


def _prune_step(kind: SnapshotResource, identity: Identity, pruned: list[str], *, force: bool) -> Step:
    confirm = all_allowed if force else partial(_refuse_clones, kind=kind, identity=identity)
    removal = plan_removal(kind, kind.path(identity), kind.label(identity), {**identity}, confirm=confirm)
    return replace(removal.steps[0], verb="prune").giving(partial(_pruned, pruned))


def _pruned(names: Sequence[str], _body: Wire) -> Results:
    return {"pruned": list(names)}


# Reading


def _holder_path(kind: SnapshotResource, identity: Identity) -> str:
    return kind.list_path(identity).rpartition("/")[0]


def _path_of(kind: SnapshotResource, identity: Identity, wire: Wire) -> str:
    return f"{kind.list_path(identity)}/{segment(_name(kind, wire))}"


def _name(kind: SnapshotResource, wire: Wire) -> str:
    return text(wire, "name", label_of(wire, kind.title))


def _require_times(kind: SnapshotResource, identity: Identity, snapshots: Sequence[Wire]) -> None:
    """Refuse a rollback when it is not clear which snapshots are newer and would be destroyed.

    Raises:
        NotUnderstood: one of several has a time that cannot be read.
    """
    for wire in snapshots if len(snapshots) > 1 else ():
        if parse_time(wire.get("creation")) is None:
            label = kind.label({**identity, kind.key: _name(kind, wire)})
            raise refusal("creation", wire.get("creation"), label)


def _read_one(pages: Pages, kind: SnapshotResource, identity: Identity) -> Wire | None:
    if is_planning(pages):
        # Where what it is of gets another name, it has that, too.
        record, wire = pages.found(kind, identity)
        return None if record is None else wire
    body = pages.get(kind.path(identity))
    return None if body is None else unwrap(body, kind.kind, kind.label(identity))


def _record(reader: Reader, kind: SnapshotResource, identity: Identity) -> Record | None:
    wire = _read_one(reader, kind, identity)
    return None if wire is None else kind.normalise(wire, identity)


def _read_all(reader: Reader, kind: SnapshotResource, identity: Identity) -> list[Wire]:
    """Read all snapshots of the same object, the oldest first; those of one second stay as the appliance has them.

    Raises:
        PlanRefused: there is no such object.
    """
    snapshots = read_list(reader, kind.list_path(identity), kind.plural)
    if not snapshots:
        # An empty list may stand for an object that is not there.
        _require_holder(reader, kind, identity)
    return _in_order(snapshots)


def _in_order(snapshots: list[Wire]) -> list[Wire]:
    return sorted(snapshots, key=lambda wire: parse_time(wire.get("creation")) or _NEVER)


def _with_name(snapshots: Sequence[Wire], name: str) -> Wire | None:
    return next(iter(found_by(snapshots, {"name": (name,)}, OF_PROJECT.title)), None)
