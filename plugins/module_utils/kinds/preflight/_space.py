# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a project is there, and whether there is room in it: API reference 3 and 4."""

from __future__ import annotations

from dataclasses import dataclass

from ...engine._read import unwrap
from ...values._errors import Absent
from ...values._wire import Wire, told_amount
from ..pool._pools import is_exported, project_path
from ..project._capacity import about, room_in_pool, room_in_project
from ._finding import FAILED, UNKNOWN, Verdict, good
from ._once import OnceWithFailures

_MAKE_ROOM = "free space, raise the quota of the project, or choose another place"


@dataclass(frozen=True)
class Room:
    """What there is and may be in a pool and a project, in bytes; `None` where nobody tells.

    Attributes:
        left: what can be taken now.
        most: what can ever be taken: the size of the pool, or the quota of the project.
        where: the place, for messages.
    """

    left: int | None
    most: int | None
    where: str


def read_project(once: OnceWithFailures, pool: str, project: str) -> Wire | None:
    """Read a project; `None` when it does not exist."""
    body = once.get(project_path(pool, project))
    return None if body is None else unwrap(body, "project", f"project {pool}/{project}")


def judge_project(pool: Wire, project: str, wire: Wire | None) -> Verdict:
    """Whether a project exists.

    Args:
        pool: its pool, as the appliance gives it.
        project: its name.
        wire: it as the appliance gives it, `None` when it is not found.
    """
    label = f"project {pool['name']}/{project}"
    if wire is not None:
        return good(f"{label} exists")
    if is_exported(pool):
        return Verdict(UNKNOWN, f"{label} is not looked for, because the other node has the pool", "ask the other node")
    raise Absent(f"{label} does not exist", advice="create it with zfssa_project")


def room(pool: Wire, project: str | None, wire: Wire | None) -> Room:
    """What there is in a pool and, where it is there, a project with its quota.

    Args:
        pool: as the appliance gives it.
        project: the name of the project; `None` for the pool alone.
        wire: it as the appliance gives it.
    """
    limits, sizes = [room_in_pool(pool)], [_total(pool)]
    where = f"pool {pool['name']}"
    if project and wire is not None:
        limits.append(room_in_project(wire))
        quota = told_amount(wire, "quota")
        sizes.append(quota or None)
        # Without a quota, or with one that the pool cannot give, it is the pool that limits.
        if quota and limits[1] == _least(limits):
            where = f"project {pool['name']}/{project} (quota {about(quota)})"
    return Room(_least(limits), _least(sizes), where)


def _total(pool: Wire) -> int | None:
    usage = pool.get("usage")
    return told_amount(usage, "total") if isinstance(usage, dict) else None


def _least(numbers: list[int | None]) -> int | None:
    """The least of the numbers that are known."""
    known = [number for number in numbers if number is not None]
    return min(known) if known else None


def judge_thick(room: Room, needed: int) -> Verdict:
    """Whether LUNs that are not sparse find room: all of it is taken when they are made."""
    if room.left is None:
        return Verdict(UNKNOWN, f"{room.where} does not tell how much is left", "look at it on the appliance")
    needs, left = _told_apart(needed, room.left)
    told = f"{needs} would be reserved, and {room.where} has {left} left"
    return good(told) if needed <= room.left else Verdict(FAILED, told, _MAKE_ROOM)


def judge_thin(room: Room, needed: int, taken: int = 0) -> Verdict:
    """Whether sparse LUNs find room, which take only what is written.

    Args:
        needed: the size that they have together.
        taken: what LUNs that are not sparse take of the same room.
    """
    if room.left is None:
        return Verdict(UNKNOWN, f"{room.where} does not tell how much is left", "look at it on the appliance")
    left = max(room.left - taken, 0)
    if room.most is not None and needed > room.most:
        return Verdict(
            FAILED, f"{about(needed)} can never be written: {room.where} holds {about(room.most)} at most", _MAKE_ROOM
        )
    if needed and not left:
        beside = f" beside the {about(taken)} of LUNs that are not sparse" if taken else ""
        return Verdict(FAILED, f"nothing could be written{beside}: {room.where} has nothing left", _MAKE_ROOM)
    told = f"sparse LUNs of {about(needed)} together would be written to {room.where}, which has {about(left)} left"
    return good(told if needed <= left else f"{told}, so that it would be over-subscribed")


def _told_apart(needed: int, left: int) -> tuple[str, str]:
    """Two numbers of bytes for a message, exact where they would look the same."""
    short = about(needed), about(left)
    return short if short[0] != short[1] or needed == left else (f"{needed} bytes", f"{left}")
