# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a clone goes together with the temporary snapshot that it was made from.

First the clone goes, by an order of its own: an appliance that is asked to destroy a snapshot destroys what lives on it as well
(API reference 7.4) and does not ask, so that a clone of the clone which somebody makes at that moment would be lost. Then the
snapshot goes, unless something else lives on it or a retention hold keeps it. A run that breaks off in between leaves the
snapshot; `state: absent` with `source` removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ...engine._apply import apply_in_order
from ...engine._plan import Item, Step
from ...engine._read import Reader, is_planning, read, unwrap
from ...engine._types import Identity, Pages, Record, Results
from ...values._errors import ZfssaError
from ...values._wire import clear, label_of
from ..snapshot._table import OF_LUN, require_unheld
from ..snapshot._temporary import temporary_of
from ..snapshot._temporary_found import dependents_of, find_left
from ._clone_base import removal_step
from ._table import LUN


class Clone(NamedTuple):
    """A clone that is removed: its names, and those of its temporary snapshot."""

    identity: Identity
    snapshot: Identity


def clones_among(luns: Sequence[Record], project: Identity | None = None) -> list[Clone]:
    """Those of some LUNs that were made from temporary snapshots.

    Args:
        luns: their records.
        project: what they go with, whose snapshots go anyway.
    """
    found = [(LUN.identity_of(lun), temporary_of(lun)) for lun in luns]
    gone = None if project is None else (project["pool"], project["name"])
    return [
        Clone(identity, snapshot)
        for identity, snapshot in found
        if snapshot is not None and (snapshot["pool"], snapshot["project"]) != gone
    ]


def snapshot_going_with(pages: Pages, clone: Clone) -> Record | None:
    """The temporary snapshot that goes with a clone; `None` where something else lives on it, or it is held, or there is none."""
    if dependents_of(pages, clone.snapshot) != {("lun", clone.identity["project"], clone.identity["name"])}:
        return None
    snapshot = read(pages, OF_LUN, clone.snapshot)
    return snapshot if snapshot is not None and clear(snapshot["held"]) is False else None


def removed_with_snapshot(plan: Item, reader: Pages, clones: Sequence[Clone]) -> Item:
    """Complete a plan that destroys a clone, or what some are in, so that their temporary snapshots go as well.

    Args:
        plan: it; it destroys the object.
        reader: asks the appliance.
        clones: those that go with it; the object itself, where it is one.
    """
    if not clones or not plan.steps:
        return plan
    after = tuple(removal_step(clone.snapshot) for clone in clones if snapshot_going_with(reader, clone) is not None)
    return replace(plan, steps=(*plan.steps, *after), carry_out=_WithSnapshots(plan.steps, tuple(clones)))


def without_left(plan: Item, reader: Reader, clone: Identity, source: Record | None) -> Item:
    """Complete a plan for a clone that is gone, so that the temporary snapshot goes which it has left.

    Args:
        plan: it, which does nothing.
        reader: asks the appliance.
        clone: the names of the clone.
        source: what it was made from, where the user says it; in the form that `origin` has in a record.
    """
    if source is None or "snapshot" in source or is_planning(reader):
        # An item of a document is about one object, which is gone.
        return plan
    lun = {"pool": source["pool"], "project": source["project"], "name": source["share"]}
    steps = [removal_step(one) for one in find_left(reader, lun, clone)]
    return replace(plan, steps=tuple(steps))


@dataclass(frozen=True)
class _WithSnapshots:
    """How a plan is carried out that removes clones with their temporary snapshots.

    Attributes:
        own: the steps that destroy the object.
        clones: those that go with it.
    """

    own: tuple[Step, ...]
    clones: tuple[Clone, ...]

    def __call__(self, plan: Item, client: Any, done: list[str]) -> Results:
        """Carry it out; arguments and result as for any plan."""
        judge = self.own[-1].confirm
        if judge is not None:
            # Older releases do not ask whether what lives on the clone may go (API reference 7.4).
            judge(client)
        apply_in_order(replace(plan, steps=self.own, carry_out=None), client, done, judged=True)
        for clone in self.clones:
            _remove_left(clone.snapshot, client, done, LUN.label(clone.identity))
        return dict(plan.after)


def remove_left(client: Any, lun: Record) -> None:
    """Remove the temporary snapshot of a clone that has been destroyed alone.

    Args:
        client: reads and writes.
        lun: the record that the clone had.

    Raises:
        ZfssaError: it could not be removed.
    """
    snapshot = temporary_of(lun)
    if snapshot is not None:
        _remove_left(snapshot, client, [], "the LUN")


def _remove_left(snapshot: Identity, client: Any, done: list[str], what: str) -> None:
    """Remove the snapshot of a clone that has gone alone, where nothing lives on it and nothing holds it.

    Args:
        what: the clone, for the message.

    Raises:
        ZfssaError: it could not be removed.
    """
    if dependents_of(client, snapshot) != set():
        return
    label = OF_LUN.label(snapshot)
    body = client.get(OF_LUN.path(snapshot))
    wire = {} if body is None else unwrap(body, OF_LUN.kind, label)
    if not wire or not require_unheld(wire, label_of(wire, OF_LUN.title)):
        return
    try:
        apply_in_order(Item((removal_step(snapshot),), {}, {}), client, done, judged=True)
    except ZfssaError as error:
        error.reason += f"; {what} is destroyed, and {label}, which it was made from, may still be there"
        raise
