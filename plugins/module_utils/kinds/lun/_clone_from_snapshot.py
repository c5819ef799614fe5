# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`source` of `zfssa_lun`: a LUN that is made as a clone, of a snapshot that is there or one taken for it; API reference 7.3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...engine._kind import Request
from ...engine._outcome import ObjectHas, Seen
from ...engine._plan import Item, Step
from ...engine._preconditions import names_free, preconditions_of
from ...engine._read import Reader
from ...engine._relations import CREATE, Change, Precondition
from ...engine._types import Identity, Record, Results
from ...values._errors import InvalidInput, NotUnderstood, PlanRefused
from ...values._names import check_name
from ...values._release import Release
from ...values._units import format_size
from ...values._wire import Wire, told_amount
from ..project._capacity import RoomForLun
from ..project._lookup import require_project
from ..share._inheritance_on_move import inherited_elsewhere
from ..snapshot._table import OF_LUN, REPLICATION, check_snapshot
from ._clone_base import Base, snapshot_for, snapshot_of
from ._table import AUTO, LUN
from ._thin import warned
from ._undone_clone import UndoneClone

# What a clone has of its own. All else it takes over from its origin.
_OWN = ("lunguid", "space_data", "space_total", "canonical_name", "creation", "id", "size")
# Fixed by the snapshot, so that they are never sent with the order to clone.
_FIXED = ("size", "volblocksize")
_NO_SHRINK = "leave size out, or set allow_shrink to true if its data ends before that"


def source_of(options: Mapping[str, Any]) -> Record | None:
    """The checked `source` of a module's options, in the form that `origin` has in the record of a clone.

    It has no snapshot where the user names none.

    Raises:
        InvalidInput: it can never be right.
    """
    source = options.get("source")
    if source is None:
        return None
    lun = {
        "pool": check_name("pool", str(options["pool"])),
        "project": check_name("source.project", str(source.get("project") or options["project"])),
        "share": check_name("source.lun", str(source["lun"])),
    }
    if source.get("snapshot") is None:
        return lun
    snapshot = check_snapshot("source.snapshot", str(source["snapshot"]))
    if snapshot.startswith(REPLICATION):
        raise InvalidInput(
            f"snapshot {snapshot} belongs to replication, and cannot be cloned",
            advice="take a snapshot with zfssa_snapshot and clone that, or leave source.snapshot out",
        )
    return {**lun, "snapshot": snapshot}


def require_origin(label: str, current: Record, source: Record) -> None:
    """Refuse to make a clone of a LUN that exists: no LUN becomes a clone later, or one of something else.

    Raises:
        PlanRefused: it is not a clone of that snapshot.
    """
    origin = current["origin"]
    if _same(origin, source):
        return
    raise PlanRefused(
        f"{label} exists and is {_described(origin) if origin else 'no clone'}, so it cannot be {_described(source)}",
        advice="choose another name, correct source or leave it out, or destroy the LUN first",
    )


def plan_clone(reader: Reader, identity: Identity, source: Record, request: Request) -> Item:
    """Plan that a LUN that does not exist is made as a clone, and grown when a larger size is wanted.

    What this makes is removed again when it does not come to its end: see `_undone_clone`.

    Raises:
        PlanRefused: the LUN or the snapshot does not exist, or the clone cannot have the block size or the size that is wanted.
    """
    label, wanted = LUN.label(identity), request.wanted
    shrinks = bool(request.allowed.get("allow_shrink"))
    base = snapshot_of(reader, source) if "snapshot" in source else snapshot_for(reader, source, identity)
    current = LUN.normalise(base.lun)
    parent = None
    if identity["project"] != source["project"]:
        parent = require_project(reader, identity["pool"], identity["project"])
    _refuse_other_blocks(label, current, wanted)
    _refuse_smaller(label, base, wanted, shrinks=shrinks)
    asked = {key: value for key, value in wanted.items() if key not in _FIXED}
    values = LUN.to_create(asked, reader.release)
    size = wanted.get("size", base.size)
    after = {**_predict(identity, base.source, base.lun, parent, values), "size": size}
    needed = {} if size is None else {"size": max(size, base.size or 0)}
    change = Change(CREATE, label, None, {**values, **needed}, after, reader.release)
    clone = replace(
        _clone_step(identity, base.source, asked, reader.release),
        preconditions=(*names_free(LUN, identity), *_with_room(base, identity, preconditions_of(LUN, change))),
    )
    steps = [*base.steps, clone]
    if "size" in wanted and wanted["size"] != base.size:
        steps.append(_resize_step(identity, wanted["size"], reader.release, shrinks=shrinks))
    undo = UndoneClone(identity, base.source, clone, taken=base.steps[-1] if base.steps else None)
    plan = Item(tuple(steps), {"lun": None}, {"lun": after}, warnings=base.warnings, undo=undo)
    return warned(plan, reader, told_amount(base.lun, "space_available"))


def _with_room(base: Base, identity: Identity, preconditions: Iterable[Precondition]) -> tuple[Precondition, ...]:
    """The preconditions of a clone, with the room that its snapshot takes."""
    if not base.takes:
        return tuple(preconditions)
    # What both take in one project is judged at once.
    shared = identity["project"] == base.source["project"]
    found = [
        replace(one, needed=one.needed + base.takes) if shared and isinstance(one, RoomForLun) else one
        for one in preconditions
    ]
    if not (shared and any(isinstance(one, RoomForLun) for one in found)):
        found.append(RoomForLun(base.source["pool"], base.source["project"], base.takes))
    return tuple(found)


def _refuse_smaller(label: str, base: Base, wanted: Record, *, shrinks: bool) -> None:
    size = wanted.get("size")
    if size is None or base.size is None or size >= base.size or shrinks:
        return
    raise PlanRefused(
        f"{label} would have {format_size(base.size)}, the size of its origin, and {format_size(size)} would truncate it",
        advice=_NO_SHRINK,
    )


def _refuse_other_blocks(label: str, origin: Record, wanted: Record) -> None:
    block = wanted.get("volblocksize")
    if block is not None and block != origin["volblocksize"]:
        raise PlanRefused(
            f"{label} cannot have a volblocksize of {format_size(block)}: a clone has that of its origin, "
            f"{format_size(origin['volblocksize'])}",
            advice="leave volblocksize out",
        )


def _clone_step(identity: Identity, source: Record, asked: Record, release: Release) -> Step:
    """The step that makes the clone; `asked` are the values that the user gave."""
    label, there = LUN.label(identity), ObjectHas(LUN, identity, asked, made=True)
    snapshot = {**source, "lun": source["share"], "name": source["snapshot"]}

    def done(body: Wire | None) -> bool:
        results = there.results(body or {})
        return results is not None and _same(results["lun"]["origin"], source) and there.reached(body)

    return Step(
        verb="clone",
        label=f"{OF_LUN.label(snapshot)} to {label}",
        method="PUT",
        path=f"{OF_LUN.path(snapshot)}/clone",
        body={
            "project": identity["project"],
            "share": identity["name"],
            **LUN.payload(LUN.to_create(asked, release), release, label=label),
        },
        outcome=Seen(probe=LUN.path(identity), done=done, giving=there.results, short=there.unmet),
    )


def _resize_step(identity: Identity, size: int, release: Release, *, shrinks: bool) -> Step:
    """The step to the wanted size. How large a clone is only its making shows: the origin may have been resized since."""
    label = LUN.label(identity)

    def already_satisfied(results: Results) -> bool:
        actual = results["lun"]["size"]
        if actual is None:
            raise NotUnderstood(f"the appliance does not report the size of {label}, which is made")
        if actual > size and not shrinks:
            raise PlanRefused(
                f"{label} would have {format_size(actual)}, the size of its snapshot, and {format_size(size)} would truncate it",
                advice=_NO_SHRINK,
            )
        return bool(actual == size)

    return Step(
        verb="update",
        label=f"{label} (size)",
        method="PUT",
        path=LUN.path(identity),
        body=LUN.payload({"size": size}, release),
        outcome=ObjectHas(LUN, identity, {"size": size}),
        already_satisfied=already_satisfied,
    )


def _predict(identity: Identity, source: Record, origin: Wire, parent: Record | None, values: Record) -> Record:
    """The record of the clone: the origin's, but for what is its own, what its project says, and the wanted values."""
    taken = LUN.normalise(origin)
    if parent is not None:
        taken.update(inherited_elsewhere(LUN, origin, taken, parent))
    taken.update(dict.fromkeys(_OWN))
    # The origin's number is taken, where it is not hidden.
    taken.update({**identity, "origin": source, "lu_number": AUTO})
    taken["custom"] = {**taken["custom"], **values.get("custom", {})}
    taken.update({key: value for key, value in values.items() if key != "custom"})
    return LUN.settle(None, taken)


def _same(origin: Record | None, source: Record) -> bool:
    """Whether a clone's origin is a certain snapshot; not every release tells all of it."""
    return bool(origin) and all((origin or {}).get(key, value) == value for key, value in source.items())


def _described(origin: Record) -> str:
    names = "/".join(str(origin[key]) for key in ("pool", "project", "share") if origin.get(key))
    return f"a clone of {names}" + (f"@{origin['snapshot']}" if origin.get("snapshot") else "")
