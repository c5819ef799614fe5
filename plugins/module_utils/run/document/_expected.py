# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan that somebody has approved: it is carried out, or nothing is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...values._errors import InvalidInput, PlanRefused
from ...values._mask import clipped
from ...values._names import LONGEST_SHOWN, shown

_LINES_SHOWN = 20
_PLAN_ID = re.compile(r"[0-9a-f]{32}")


def approved_plan(expected: Any) -> Mapping[str, Any] | None:
    """The plan that was approved, with its `plan_id`; `None` where any plan will do.

    Args:
        expected: the id, or the registered result of the task that planned it.

    Raises:
        InvalidInput: it is neither.
    """
    return None if expected is None else _read(expected)


def require_expected(approved: Mapping[str, Any] | None, plan_id: str, lines: Sequence[str]) -> None:
    """Refuse a plan that is not the one that was approved.

    Args:
        approved: that one; `None` where any plan will do.
        plan_id: the id of the present plan.
        lines: those of the present plan.

    Raises:
        PlanRefused: it is another plan.
    """
    if approved is None or approved["plan_id"] == plan_id:
        return
    before = approved.get("plan")
    raise PlanRefused(
        f"the plan is not the one that was approved: that is {approved['plan_id']}, and this one is {plan_id}; "
        f"{_difference(before, lines) if isinstance(before, list) else _present(lines)}",
        advice="look at the present plan, which is in the result, and approve it or find out who changes the appliance",
    )


def _read(expected: Any) -> Mapping[str, Any]:
    """What was approved, with its `plan_id`."""
    if isinstance(expected, str) and expected.lstrip().startswith("{"):
        try:
            expected = json.loads(expected)
        except ValueError:
            pass
    if isinstance(expected, Mapping):
        if isinstance(expected.get("plan_id"), str):
            return expected
        raise InvalidInput(
            "expect_plan has no plan_id in it",
            advice="give the registered result of a task of zfssa_san with state=planned, or the plan_id of one",
        )
    text = str(expected).strip()
    if not text:
        raise InvalidInput("expect_plan is empty", advice="give the plan_id that was approved, or leave it out")
    if not _PLAN_ID.fullmatch(text):
        raise InvalidInput(
            f"expect_plan {clipped(text, LONGEST_SHOWN)!r} is no plan_id",
            advice="give the 32 digits that state=planned returns",
        )
    return {"plan_id": text}


def _difference(before: Sequence[Any], lines: Sequence[str]) -> str:
    """The lines that are in one of two plans only."""
    gone = [f"not any more: {line}" for line in before if line not in lines]
    new = [f"by now: {line}" for line in lines if line not in before]
    if not gone and not new:
        return "its lines are the same, but an object has changed on which it is based"
    return shown([*gone, *new], _LINES_SHOWN)


def _present(lines: Sequence[str]) -> str:
    return f"its lines are: {shown(lines, _LINES_SHOWN)}" if lines else "there is nothing to do by now"
