# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thin LUN may be larger than its pool, which the appliance allows; its hosts get errors once the pool is full."""

from __future__ import annotations

from dataclasses import replace

from ...engine._plan import Item
from ...engine._read import is_planning
from ...engine._types import Pages, Record
from ...values._errors import ApplianceError
from ...values._names import segment
from ...values._wire import clear, told_amount
from ..pool._pools import POOLS
from ..project._capacity import about
from ._table import LUN


def warned(plan: Item, pages: Pages, available: int | None) -> Item:
    """Add a warning to a plan that makes or grows a thin LUN beyond its pool.

    Args:
        plan: for a LUN, or for something else, which is left alone.
        pages: asks the appliance for the size of the pool; only where the LUN is larger than what is available.
        available: the bytes that are available to the LUN, `None` where nobody knows: of a project that the plan makes.
    """
    after: Record | None = plan.after.get(LUN.kind)
    if not after or not clear(after.get("sparse")):
        return plan
    if available is None and not is_planning(pages):
        return plan
    size, before = clear(after.get("size")), (plan.before.get(LUN.kind) or {}).get("size")
    if not isinstance(size, int) or size == before or size <= (available or 0):
        return plan
    total = _total(pages, after["pool"])
    if total is None or size <= total:
        return plan
    warning = (
        f"{LUN.label(after)} is thin with a size of {about(size)}, and all of pool {after['pool']} is {about(total)}; "
        "when the pool is full, writes of its hosts fail."
    )
    return replace(plan, warnings=(*plan.warnings, warning))


def _total(pages: Pages, pool: str) -> int | None:
    """The bytes of a pool; `None` where nobody tells."""
    try:
        body = pages.get(f"{POOLS}/{segment(pool)}")
    except ApplianceError:
        # No task fails for a warning.
        return None
    wire = (body or {}).get("pool")
    usage = wire.get("usage") if isinstance(wire, dict) else None
    return told_amount(usage, "total") if isinstance(usage, dict) else None
