# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the target has room for what is to be sent; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Sequence

from ...values._names import shown
from ...values._units import format_size
from ...values._wire import told_amount
from ._found import FoundLun
from ._judge import AT_SOURCE, Standing
from ._survey import MigrationRequest, TargetSide


def capacity_problems(standings: Sequence[Standing], request: MigrationRequest, target: TargetSide) -> list[str]:
    """Whether pool and project of the target have room for all LUNs together that have not been sent yet."""
    sent = [one for one in standings if (one.state == AT_SOURCE or one.renew) and _needed(one)]
    needed = sum(map(_needed, sent))
    goal = request.goals[0]
    project = target.project(goal.project)
    limits = [(f"pool {goal.pool}", target.available)]
    if told_amount(project, "quota"):
        left = told_amount(project, "space_available")
        limits.append((f"project {goal.pool}/{goal.project}, which has a quota,", left))
    labels = f"{shown([one.seen.place.label for one in sent])} {'needs' if len(sent) == 1 else 'together need'}"
    return [
        f"{labels} {format_size(needed)}, and {what} of {request.target_name} has {format_size(available)} available; make room "
        "there, or choose another place"
        for what, available in limits
        if needed and available is not None and available < needed
    ]


def _needed(standing: Standing) -> int:
    """The bytes that a copy takes beyond what is cleared away for it."""
    taken = standing.leftover.copy if standing.leftover else None
    return max(_taken_by(standing.seen.lun) - _taken_by(taken), 0)


def _taken_by(lun: FoundLun | None) -> int:
    """The bytes that a LUN takes: what it holds with its snapshots, and its size if that is reserved."""
    record = lun.record if lun else {}
    return max(record.get("space_total") or 0, 0 if record.get("sparse") else record.get("size") or 0)
