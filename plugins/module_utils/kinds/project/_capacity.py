# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is room for what is to be reserved: API reference 3 and 4.

An appliance reserves somewhat more than is asked for, to have room for what it notes about the data. How much that is
nobody says, so what is refused here certainly does not fit, and of what just about fits the appliance decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...engine._read import Effect, State, is_planning
from ...engine._types import Pages, Record
from ...values._errors import NoRoom, PlanRefused
from ...values._wire import Wire, clear, told_amount
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


@dataclass
class _Taken:
    """What a plan for several objects takes in a project so far; less than nothing is given back.

    Where nobody knows how much it will be, as snapshots may hold what a LUN gives back, it is rather less than more, so that
    what is refused certainly does not fit.

    Attributes:
        shares: the bytes that its shares reserve.
        reservation: the bytes that the project reserves beyond what it takes already.
        idle: the bytes of its reservation that nothing in it takes.
    """

    shares: int = 0
    reservation: int = 0
    idle: int = 0

    @property
    def of_pool(self) -> int:
        """The bytes that the pool loses: shares take from the reservation of their project first."""
        return self.reservation + max(self.shares - self._kept, min(self.shares, 0))

    @property
    def left_reserved(self) -> int:
        """The bytes of the reservation that its shares may take yet."""
        return max(self._kept - self.shares, 0)

    @property
    def _kept(self) -> int:
        """The bytes of the reservation that nothing took before the plan, with the reservation as it will be."""
        return max(self.idle + self.reservation, 0)


class _Tally:
    """What a plan takes so far, project by project; each effect is counted once, and each project when it has changed."""

    def __init__(self) -> None:
        self._counted = 0
        self._projects: defaultdict[str, _Taken] = defaultdict(_Taken)
        # By the path of their pool: what all its projects lose it, and those that are not in that yet.
        self._of_pool: defaultdict[str, int] = defaultdict(int)
        self._stale: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def of(self, project: str) -> _Taken | None:
        """What it takes in a project; `None` where it has to do with nothing in it."""
        return self._projects.get(project)

    def of_pool(self, pool: str) -> int:
        """The bytes that a pool loses."""
        return self._of_pool[pool_path(pool)]

    def brought_up(self, state: State, pool: str) -> _Tally:
        """The same with all that is planned by now in the projects of a pool."""
        for effect in state.effects[self._counted :]:
            self._count(effect)
        self._counted = len(state.effects)
        here = pool_path(pool)
        stale = self._stale[here]
        for path in list(stale):
            one = self._projects[path]
            one.idle = told_amount(_inner(state.get(path), "project"), "space_unused_res") or 0
            self._of_pool[here] += one.of_pool - stale.pop(path)
        return self

    def _count(self, effect: Effect) -> None:
        resource, before, after = effect.resource, effect.before, effect.after
        for path, size in resource.holds_back(before, after).items():
            self._at(path).reservation += size
        taken, given = (dict(resource.reserves(one)) if one else {} for one in (after, before))
        for path, size in given.items():
            # What leaves a project takes its data along.
            self._at(path).shares -= size if path in taken else max(size, _known(before, "space_total"))
        for path, size in taken.items():
            self._at(path).shares += size

    def _at(self, path: str) -> _Taken:
        """What it takes in a project, which changes."""
        one = self._projects[path]
        self._stale[path.rpartition("/projects/")[0]].setdefault(path, one.of_pool)
        return one


def _taken(pages: Pages, pool: str) -> _Tally:
    """What a plan takes in the projects of a pool so far."""
    return pages.kept(_Tally).brought_up(pages, pool) if is_planning(pages) else _Tally()


def held_back(before: Record | None, after: Record | None) -> Mapping[str, int]:
    """The bytes that a project reserves beyond what it takes already; another name makes it another project."""
    paths = [project_path(one["pool"], one["name"]) for one in (before, after) if one]
    return {**dict.fromkeys(paths, 0), paths[-1]: _reserved_more(before, after)}


def _reserved_more(before: Record | None, after: Record | None) -> int:
    """The bytes that a project reserves beyond what it takes already."""
    if after is None or before is None:
        return _known(after, "reservation") - _known(before, "space_total")
    more = _known(after, "reservation") - max(_known(before, "space_total"), _known(before, "reservation"))
    return more if more > 0 else min(_known(after, "reservation") - _known(before, "reservation"), 0)


def _known(record: Record | None, option: str) -> int:
    """A number of bytes in a record; nothing where nobody knows it."""
    value = clear((record or {}).get(option))
    return value if isinstance(value, int) else 0


def room_in_pool(wire: Wire) -> int | None:
    """The bytes that a pool, as the appliance gives it, has left; `None` where nobody tells."""
    return told_amount(_inner(wire, "usage"), "available")


def room_in_project(wire: Wire) -> int | None:
    """The bytes that a project, as the appliance gives it, has left within its quota; `None` where nobody tells."""
    available = told_amount(wire, "space_available")
    limits = [available] if available is not None else _left_in_quota(wire, _Taken())
    return max(min(limits), 0) if limits else None


def _left_in_pool(pages: Pages, pool: str, taken: int) -> int | None:
    """The bytes that a pool has left for what a plan has yet to take; `None` where nobody tells."""
    left = room_in_pool(_inner(pages.get(pool_path(pool)), "pool"))
    return None if left is None else left - taken


def _left_in_quota(wire: Wire, own: _Taken) -> list[int]:
    """The bytes that a project has left within its quota; none where it has no quota."""
    quota = told_amount(wire, "quota")
    used = (told_amount(wire, "space_total") or 0) - (told_amount(wire, "space_unused_res") or 0)
    return [quota - max(used, 0) - own.shares] if quota else []


def _left_in(pages: Pages, pool: str, project: str, wire: Wire) -> int | None:
    """The bytes that a project has left for what a plan has yet to take; `None` where nobody tells.

    Args:
        wire: the project; of one that the plan makes or changes only the quota is known.
    """
    taken = _taken(pages, pool)
    counted = taken.of(project_path(pool, project))
    own = counted or _Taken(idle=told_amount(wire, "space_unused_res") or 0)
    available, others = told_amount(wire, "space_available"), taken.of_pool(pool) - (counted.of_pool if counted else 0)
    # What others give back comes to what it tells, unless its quota is what limits it.
    limits = [] if available is None else [available - own.shares - min(others, 0)]
    if available is None or others < 0:
        limits += _left_in_quota(wire, own)
    # The pool is asked only in a plan for several objects: it takes of the pool elsewhere, or has changed the project.
    if others or (is_planning(pages) and available is None):
        left = _left_in_pool(pages, pool, others + own.of_pool)
        limits += [] if left is None else [left + own.left_reserved]
    return max(min(limits), 0) if limits else None


def _refuse_more(needed: int, left: int, pool: str, project: str, wire: Wire) -> None:
    if needed <= left:
        return
    quota = told_amount(wire, "quota")
    limit = f", within its quota of {about(quota)}" if quota else ""
    raise PlanRefused(
        f"it takes {about(needed)}, and project {pool}/{project} has {about(max(left, 0))} left{limit}",
        advice=NoRoom.default_advice,
    )


@dataclass(frozen=True)
class RoomForLun:
    """A project has room for what a LUN is to reserve, its quota included."""

    # What a refusal is about.
    option: ClassVar[str] = "size"
    pool: str
    project: str
    needed: int

    def __call__(self, pages: Pages) -> None:
        wire = _read(pages, self.pool, self.project)
        left = _left_in(pages, self.pool, self.project, wire)
        if left is not None:
            _refuse_more(self.needed, left, self.pool, self.project, wire)


@dataclass(frozen=True)
class RoomForReservation:
    """A pool has room for what a project is to reserve beyond what it takes already."""

    # What a refusal is about.
    option: ClassVar[str] = "reservation"
    pool: str
    needed: int

    def __call__(self, pages: Pages) -> None:
        left = _left_in_pool(pages, self.pool, _taken(pages, self.pool).of_pool(self.pool))
        if left is not None and self.needed > left:
            raise PlanRefused(
                f"the reservation takes {about(self.needed)}, and pool {self.pool} has {about(max(left, 0))} left",
                advice="free space in the pool, or choose a smaller reservation",
            )


@dataclass(frozen=True)
class QuotaForShare:
    """A project can take what a share reserves that is moved there, within its quota."""

    pool: str
    project: str
    needed: int

    def __call__(self, pages: Pages) -> None:
        wire = _read(pages, self.pool, self.project)
        own = _taken(pages, self.pool).of(project_path(self.pool, self.project)) or _Taken()
        for left in _left_in_quota(wire, own):
            _refuse_more(self.needed, left, self.pool, self.project, wire)


@dataclass(frozen=True)
class UsageWithinQuota:
    """A project takes no more already than a quota that it is to have."""

    # What a refusal is about.
    option: ClassVar[str] = "quota"
    pool: str
    project: str
    quota: int

    def __call__(self, pages: Pages) -> None:
        wire = _read(pages, self.pool, self.project)
        total, idle = told_amount(wire, "space_total"), told_amount(wire, "space_unused_res")
        planned = _taken(pages, self.pool).of(project_path(self.pool, self.project)) or _Taken()
        used = (total or 0) - (idle or 0) + planned.shares
        if used > self.quota:
            raise PlanRefused(
                f"project {self.pool}/{self.project} takes {about(used)} already, more than a quota of {about(self.quota)}",
                advice="free space in it, or choose a larger quota",
            )
