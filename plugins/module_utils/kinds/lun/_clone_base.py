# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a clone is made from: a snapshot that the user names, or a temporary one that is taken for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from ...engine._plan import Step
from ...engine._planner import plan_present, plan_removal
from ...engine._read import Reader, read_list, unwrap
from ...engine._types import Identity, Pages, Record, Results
from ...values._errors import Absent, PlanRefused
from ...values._units import told_time
from ...values._wire import Wire, clear, named, told_amount
from ..project._lookup import explain_missing_share
from ..snapshot._table import OF_LUN, REPLICATION
from ..snapshot._temporary import is_temporary
from ..snapshot._temporary_found import dependents_of, find_spot
from ._table import LUN


@dataclass(frozen=True)
class Base:
    """What a clone is made from.

    Attributes:
        source: the snapshot, in the form that `origin` has in the record of a clone.
        lun: the LUN that it is of, as the appliance gives it.
        steps: the writes by which it comes to be there; none where it is there. The last one takes it.
        size: the size that the clone will have; `None` where only its making shows it: the LUN may have been resized since.
        takes: the bytes of its project that are taken with it.
        warnings: what the user is to be told.
    """

    source: Record
    lun: Wire
    steps: tuple[Step, ...] = ()
    size: int | None = None
    takes: int = 0
    warnings: tuple[str, ...] = ()


def snapshot_of(reader: Reader, source: Record) -> Base:
    """Find the snapshot that the user names; it must be there, and so must its LUN.

    Raises:
        Absent: one of them is not.
    """
    lun = _names_of(source)
    snapshot = _in(lun, source["snapshot"])
    wire = _read_lun(reader, lun)
    if reader.get(OF_LUN.path(snapshot)) is None:
        items = read_list(reader, OF_LUN.list_path(snapshot), OF_LUN.plural)
        names = [name for name in named(items) if not name.startswith(REPLICATION) and not is_temporary(name)]
        raise Absent(
            f"{OF_LUN.label(snapshot)} does not exist",
            advice="take it with zfssa_snapshot, leave source.snapshot out for a clone of what the LUN has now, or use one of the "
            f"LUN's: {', '.join(sorted(names)) or 'there is none'}",
        )
    return Base(source, wire)


def snapshot_for(reader: Reader, source: Record, clone: Identity) -> Base:
    """Find the temporary snapshot for a clone, or plan that it is taken.

    Args:
        reader: asks the appliance.
        source: the LUN, which must be there.
        clone: the names of the clone, which does not exist.

    Raises:
        Absent: there is no such LUN.
    """
    lun = _names_of(source)
    wire = _read_lun(reader, lun)
    spot = find_spot(reader, lun, clone)
    snapshot = _in(lun, spot.name)
    whole = {**source, "snapshot": spot.name}
    if spot.wire is not None and not spot.stale:
        taken = told_time(spot.wire.get("creation"))
        warning = (
            f"{LUN.label(clone)} is made from {OF_LUN.label(snapshot)}, which a task that broke off took"
            f"{f' at {taken}' if taken else ''}; it has nothing of what has been written to {LUN.label(lun)} since."
        )
        return Base(whole, wire, warnings=() if spot.recent else (warning,))
    steps = [] if spot.wire is None else [removal_step(snapshot)]
    made = plan_present(OF_LUN, snapshot, None, {}, release=reader.release)
    steps += [replace(step, verb="take") for step in made.steps]
    current = LUN.normalise(wire, lun)
    size = clear(current["size"])
    return Base(
        whole,
        wire,
        tuple(step.giving(_nothing) for step in steps),
        size if isinstance(size, int) else None,
        _taken_with(wire, current),
    )


def removal_step(snapshot: Identity) -> Step:
    """The step that removes a temporary snapshot, which has these names; what lives on it by then keeps it."""
    confirm = partial(refuse_dependents, snapshot=snapshot)
    plan = plan_removal(
        OF_LUN, OF_LUN.path(snapshot), OF_LUN.label(snapshot), dict(snapshot), verb="remove", confirm=confirm
    )
    return plan.steps[0].giving(_nothing)


def refuse_dependents(pages: Pages, snapshot: Identity) -> None:
    """Refuse to remove a snapshot on which something lives.

    Raises:
        PlanRefused: something does.
    """
    found = dependents_of(pages, snapshot)
    if found:
        names = ", ".join(f"{project}/{name}" for _kind, project, name in sorted(found))
        raise PlanRefused(f"{OF_LUN.label(snapshot)} has clones: {names}", advice="")


def _taken_with(wire: Wire, lun: Record) -> int:
    """The bytes that a snapshot of a LUN takes: the room that a thick one has reserved is reserved anew (API reference 5.2)."""
    size, unused = clear(lun["size"]), told_amount(wire, "space_unused_res")
    if clear(lun["sparse"]) is not False or not isinstance(size, int) or unused is None:
        return 0
    return max(size - unused, 0)


def _read_lun(reader: Reader, lun: Identity) -> Wire:
    body = reader.get(LUN.path(lun))
    if body is None:
        raise explain_missing_share(reader, "lun", lun["pool"], lun["project"], lun["name"])
    return unwrap(body, LUN.kind, LUN.label(lun))


def _names_of(source: Record) -> Identity:
    return {"pool": source["pool"], "project": source["project"], "name": source["share"]}


def _in(lun: Identity, snapshot: str) -> Identity:
    return {"pool": lun["pool"], "project": lun["project"], "lun": lun["name"], OF_LUN.key: snapshot}


def _nothing(_body: Wire) -> Results:
    """A snapshot is no result of a task for a LUN."""
    return {}
