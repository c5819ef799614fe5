# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a clone goes together with the temporary snapshot that it was made from.

An appliance that destroys a snapshot destroys what lives on it as well (API reference 7.4). So a single order removes both, and
no run that breaks off can leave the snapshot without its clone. No release asks before that, so that right before it the
appliance is asked what lives on the snapshot. Where that is not the clone alone, or where the snapshot may not go, the clone
goes alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ...engine._apply import apply_in_order
from ...engine._outcome import Seen
from ...engine._plan import Item, Step
from ...engine._read import Reader, is_planning, unwrap
from ...engine._relations import Precondition
from ...engine._types import Identity, Pages, Record, Results
from ...values._errors import ApplianceError, Busy, NotAuthorized, PlanRefused, ZfssaError
from ...values._wire import label_of
from ..snapshot._table import OF_LUN, require_unheld
from ..snapshot._temporary import temporary_of
from ..snapshot._temporary_found import dependents_of, find_left
from ._clone_base import removal_step
from ._table import LUN


class Clone(NamedTuple):
    """A clone that is removed: its names, and those of its temporary snapshot."""

    identity: Identity
    snapshot: Identity

    @property
    def label(self) -> str:
        """What messages call both."""
        return f"{LUN.label(self.identity)} with {OF_LUN.label(self.snapshot)}"


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


def is_alone(pages: Pages, clone: Clone) -> bool:
    """Whether nothing but a clone lives on its snapshot."""
    return dependents_of(pages, clone.snapshot) == {("lun", clone.identity["project"], clone.identity["name"])}


def removed_with_snapshot(plan: Item, clones: Sequence[Clone]) -> Item:
    """Complete a plan that destroys a clone, or what some are in, so that their temporary snapshots go as well.

    Args:
        plan: it; its last step destroys the object.
        clones: those that go with it; the object itself, where it is one.
    """
    if not clones or not plan.steps:
        return plan
    last = plan.steps[-1]
    removals = [_Removal(one, _both_step(one, last), last.confirm) for one in clones]
    itself = last.path == LUN.path(clones[0].identity)
    steps = tuple(one.step for one in removals)
    shown = (*plan.steps[:-1], *steps) if itself else (*plan.steps[:-1], *steps, last)
    return replace(plan, steps=shown, carry_out=_WithSnapshots(tuple(removals), None if itself else last, last))


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
    steps = [removal_step(one, {OF_LUN.key: one[OF_LUN.key]}) for one in find_left(reader, lun, clone)]
    return replace(plan, steps=tuple(steps))


class _Removal(NamedTuple):
    """A clone that goes.

    Attributes:
        clone: it.
        step: removes it with its snapshot.
        judge: judges once more whether it may go.
    """

    clone: Clone
    step: Step
    judge: Precondition | None


@dataclass(frozen=True)
class _WithSnapshots:
    """How a plan is carried out that removes clones with their temporary snapshots.

    Attributes:
        removals: the clones.
        after: the step that comes after them; `None` where the only clone is the object itself.
        alone: the step that destroys the object, whatever becomes of snapshots.
    """

    removals: tuple[_Removal, ...]
    after: Step | None
    alone: Step

    def __call__(self, plan: Item, client: Any, done: list[str]) -> Results:
        """Carry it out; arguments and result as for any plan."""
        left = [one.clone for one in self.removals if not _removed(one, client, done)]
        if self.after is not None or left:
            apply_in_order(replace(plan, steps=(self.alone,), carry_out=None), client, done, judged=True)
        for clone in left:
            _remove_left(clone.snapshot, client, done, LUN.label(clone.identity))
        return dict(plan.after)


def _removed(one: _Removal, client: Any, done: list[str]) -> bool:
    """Remove a clone with its snapshot, where nothing else lives on that.

    Returns:
        Whether it is removed; not where the appliance refuses, which may be for the sake of the snapshot alone.
    """
    if not is_alone(client, one.clone):
        return False
    if one.judge is not None:
        # No release asks whether what lives on the snapshots of the clone may go (API reference 7.4).
        one.judge(client)
    try:
        apply_in_order(Item((one.step,), {}, {}), client, done, judged=True)
    except (NotAuthorized, Busy):
        raise
    except (ApplianceError, PlanRefused) as error:
        if (error.status or 400) >= 500:
            raise
        return False
    return True


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
        apply_in_order(Item((removal_step(snapshot, wire),), {}, {}), client, done, judged=True)
    except ZfssaError as error:
        error.reason += f"; {what} is destroyed, and {label}, which it was made from, may still be there"
        raise


def _both_step(clone: Clone, last: Step) -> Step:
    """The step that removes a clone together with its snapshot.

    Args:
        clone: it.
        last: the step that destroys the object, whose conditions hold for this one.
    """

    def confirm(pages: Pages) -> None:
        if not is_alone(pages, clone):
            raise PlanRefused(f"something else lives on {OF_LUN.label(clone.snapshot)}", advice="")
        judge: Precondition | None = last.confirm
        if judge is not None:
            judge(pages)

    return Step(
        verb=last.verb,
        label=clone.label,
        method="DELETE",
        path=OF_LUN.path(clone.snapshot),
        body=None,
        outcome=Seen(
            probe=LUN.path(clone.identity),
            done=lambda body: body is None,
            giving=lambda _body: {LUN.kind: None},
            where=LUN.found_where(clone.identity),
        ),
        confirm=confirm,
        preconditions=last.preconditions,
    )
