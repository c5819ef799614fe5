# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is room for what is to be reserved: API reference 3 and 4.

An appliance reserves somewhat more than is asked for, to have room for what it notes about the data. How much that is
nobody says, so what is refused here certainly does not fit, and of what just about fits the appliance decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...engine._read import is_planning, reserved
from ...engine._types import Pages
from ...values._errors import NoRoom, PlanRefused
from ...values._wire import Wire, told_amount
from ..pool._pools import pool_path, project_path

_UNITS = "KMGTPE"


def about(size: int) -> str:
    """Write bytes for a person who need not know them exactly: `1.03G`."""
    number, unit = float(size), ""
    for larger in _UNITS:
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{number:.2f}".rstrip("0").rstrip(".") + unit


def _inner(body: object, key: str) -> Wire:
    """What is in an envelope; nothing where it is none."""
    inner = body.get(key) if isinstance(body, dict) else None
    return inner if isinstance(inner, dict) else {}


def _read(pages: Pages, pool: str, project: str) -> Wire:
    return _inner(pages.get(project_path(pool, project)), "project")


def _left_in_pool(pages: Pages, pool: str) -> int | None:
    """The bytes that a pool has left for what a plan has yet to take; `None` where nobody tells."""
    wire = _inner(pages.get(pool_path(pool)), "pool")
    left = told_amount(_inner(wire, "usage"), "available")
    return None if left is None else max(left - reserved(pages, pool_path(pool)), 0)


def _left_in(pages: Pages, pool: str, project: str, wire: Wire) -> int | None:
    """The bytes that a project has left for what a plan has yet to take; `None` where nobody tells.

    Args:
        wire: the project; one that the plan makes has a quota at most.
    """
    here = project_path(pool, project)
    told = told_amount(wire, "space_available")
    told = told if told is not None else told_amount(wire, "quota") or None
    limits = [] if told is None else [max(told - reserved(pages, here), 0)]
    # The pool is asked only in a plan for several objects: it takes of the pool elsewhere, or makes the project.
    if reserved(pages, pool_path(pool)) > reserved(pages, here) or (is_planning(pages) and told is None):
        limits += [left for left in (_left_in_pool(pages, pool),) if left is not None]
    return min(limits, default=None)


@dataclass(frozen=True)
class RoomForLun:
    """A project has room for what a LUN is to reserve, its quota included."""

    pool: str
    project: str
    needed: int

    def __call__(self, pages: Pages) -> None:
        wire = _read(pages, self.pool, self.project)
        left, quota = _left_in(pages, self.pool, self.project, wire), told_amount(wire, "quota")
        if left is not None and self.needed > left:
            limit = f", within its quota of {about(quota)}" if quota else ""
            raise PlanRefused(
                f"it takes {about(self.needed)}, and project {self.pool}/{self.project} has {about(left)} left{limit}",
                advice=NoRoom.default_advice,
            )


@dataclass(frozen=True)
class RoomForReservation:
    """A pool has room for what a project is to reserve beyond what it takes already."""

    pool: str
    needed: int

    def __call__(self, pages: Pages) -> None:
        left = _left_in_pool(pages, self.pool)
        if left is not None and self.needed > left:
            raise PlanRefused(
                f"the reservation takes {about(self.needed)}, and pool {self.pool} has {about(left)} left",
                advice="free space in the pool, or choose a smaller reservation",
            )


@dataclass(frozen=True)
class UsageWithinQuota:
    """A project takes no more already than a quota that it is to have."""

    pool: str
    project: str
    quota: int

    def __call__(self, pages: Pages) -> None:
        wire = _read(pages, self.pool, self.project)
        total, idle = told_amount(wire, "space_total"), told_amount(wire, "space_unused_res")
        used = (total or 0) - (idle or 0)
        if used > self.quota:
            raise PlanRefused(
                f"project {self.pool}/{self.project} takes {about(used)} already, more than a quota of {about(self.quota)}",
                advice="free space in it, or choose a larger quota",
            )
