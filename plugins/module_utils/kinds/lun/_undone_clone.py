# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a clone that did not come to its end: nothing of it is left behind.

The snapshot that was taken for it goes when the clone is refused. The clone goes with it when it cannot have the size that is
wanted. What only may have been made, because an answer was lost, stays: the next run goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...engine._apply import apply_in_order
from ...engine._plan import Item, Log, Step, all_allowed
from ...engine._planner import plan_removal
from ...engine._types import Identity, Record
from ...values._errors import LostReply, NotFound, Unmet, ZfssaError
from ..snapshot._table import OF_LUN
from ..snapshot._temporary import is_temporary
from ..snapshot._temporary_found import dependents_of
from ._clone_base import refuse_dependents, removal_step
from ._removed_clone import Clone, removed_with_snapshot
from ._table import LUN


@dataclass(frozen=True)
class UndoneClone:
    """Removes what a plan for a clone has made; see `Undo` of the engine.

    Attributes:
        identity: the clone.
        source: the snapshot that it is made from, in the form that `origin` has in its record.
        cloned: the step that makes the clone.
        taken: the step that takes the snapshot, where the plan does.
    """

    identity: Identity
    source: Record
    cloned: Step
    taken: Step | None

    def __call__(self, error: ZfssaError, client: Any, log: Log, done: list[str]) -> None:
        if isinstance(error, LostReply | Unmet):
            return
        made = [step for step in (self.taken, self.cloned) if step is not None and _has_made(step, log, done)]
        if not made:
            return
        what = self._snapshot_label if self.cloned not in made else LUN.label(self.identity)
        try:
            self._remove(client, clone=self.cloned in made)
        except ZfssaError as trouble:
            error.reason += f"; and {what}, which this task had made, could not be removed again ({trouble.reason})"
            return
        undone = [str(step) for step in made]
        done[:] = [one for one in done if one not in undone]

    @property
    def _snapshot(self) -> Identity:
        return {
            "pool": self.source["pool"],
            "project": self.source["project"],
            "lun": self.source["share"],
            OF_LUN.key: self.source["snapshot"],
        }

    @property
    def _snapshot_label(self) -> str:
        return OF_LUN.label(self._snapshot)

    def _remove(self, client: Any, *, clone: bool) -> None:
        """Remove the clone and its temporary snapshot, or the snapshot alone."""
        snapshot = self._snapshot
        if clone:
            label = LUN.label(self.identity)
            plan = plan_removal(LUN, LUN.path(self.identity), label, {**self.identity}, confirm=all_allowed)
            if is_temporary(snapshot[OF_LUN.key]):
                plan = removed_with_snapshot(plan, client, [Clone(self.identity, snapshot)])
            _carry_out(plan, client)
            return
        if dependents_of(client, snapshot) is None:
            return
        refuse_dependents(client, snapshot)
        _carry_out(Item((removal_step(snapshot),), {}, {}), client)


def _carry_out(plan: Item, client: Any) -> None:
    done: list[str] = []
    try:
        if plan.carry_out is None:
            apply_in_order(plan, client, done, judged=True)
        else:
            plan.carry_out(plan, client, done)
    except NotFound:
        # Somebody else has removed it.
        return


def _has_made(step: Step, log: Log, done: list[str]) -> bool:
    """Whether a step was carried out, and not found done: what was refused all along was there."""
    statuses = [status for method, path, status in log if (method, path) == (step.method, step.path)]
    return str(step) in done and any(status is None or status < 300 or status >= 500 for status in statuses)
