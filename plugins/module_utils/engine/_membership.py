# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of a list of members that others may be changing at the same time.

The appliance cannot add one member: a new list takes the place of the old one (API reference 9.2). So whoever adds a
member reads the list and writes it back with one more, and of two who have both read before either writes, the second
undoes what the first has done. Neither is told.

Therefore a writer looks whether his change is there, and begins again when it is not. One look right after the write is
too early: somebody who has read before the write may write after the look. But he does so within the time that reading and
writing take him, and the best guess at that is how long they took oneself. After that time there is a second look, and
what is there then stays. Only a writer who sits on what he has read for much longer than others do goes unseen.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..values._errors import ApplianceError, Busy, Conflict, LostReply, NotFound, ObjectExists, Unfinished, ZfssaError
from ..values._names import as_known, folded
from ._apply import Writer, apply_in_order, refuse_unmet
from ._plan import Item
from ._preconditions import explained
from ._types import Results

EXACT, ADD, REMOVE = "exact", "add", "remove"

_TRIES = 12
# Seconds from the first look to the second one: a busy client may need the shortest between its reading and its writing.
_SHORTEST, _LONGEST = 0.5, 30.0
# Seconds between two looks for a write that may still be under way: the first time, and at most.
_FIRST_LOOK, _LOOK_INTERVAL = 0.25, 5.0


def members_after(membership: str, present: Iterable[str], given: Iterable[str]) -> list[str]:
    """The members that there shall be, sorted; those that are there already are spelled as they are there.

    Args:
        membership: `exact`, `add` or `remove`: whether those given are all of them, come to those present, or go.
        present: the members that there are.
        given: those that the user gave.
    """
    present = set(present)
    if membership == REMOVE:
        gone = {folded(name) for name in given}
        return sorted(name for name in present if folded(name) not in gone)
    names = as_known(given, present)
    return sorted({*present, *names} if membership == ADD else names)


@dataclass(frozen=True)
class Pace:
    """How time passes; tests give another one.

    Attributes:
        clock: seconds, never going back.
        sleep: pauses for some seconds.
        chance: a number from 0 to 1, another one each time.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


REAL = Pace()


@dataclass(frozen=True)
class ReplaceList:
    """How a plan is carried out that replaces a list which others may be changing: its change stays.

    Attributes:
        members: what is changed, for the message when others undo it again and again.
        replan: reads anew and plans for the same; a plan without steps says that it is done.
        pace: how time passes, when it is not the real time.
    """

    members: str
    replan: Callable[[Any], Item]
    pace: Pace | None = None

    def __call__(self, plan: Item, client: Writer, done: list[str]) -> Results:
        """Carry it out.

        Returns:
            The results as they were read last.

        Raises:
            Conflict: others undid the change each time.
            ZfssaError: a write or a look failed; `done` names the writes that had been carried out before it.
        """
        pace = self.pace or REAL
        lost = False
        if not plan.steps:
            return apply_in_order(plan, client, done)
        for attempt in range(1, _TRIES + 1):
            began = pace.clock()
            try:
                if _makes(plan):
                    # Who has read before this knows no list, and the appliance will not make it a second time.
                    return apply_in_order(plan, client, done)
                trouble = _write(plan, client, done)
            except ObjectExists as error:
                trouble = error
            seen = self._look(client, trouble)
            if isinstance(trouble, Unfinished):
                seen = self._watch(client, trouble, seen)
            took = plan.took + pace.clock() - began
            if not seen.changed:
                pace.sleep(min(max(took, _SHORTEST), _LONGEST))
                seen = self.replan(client)
            if not seen.changed:
                return seen.after
            if trouble is not None and not _is_passing(trouble, lost, plan, seen):
                raise trouble
            lost = lost or isinstance(trouble, LostReply)
            # Those who have undone each other's work must not begin again at the same moment.
            pace.sleep(min(max(took, _SHORTEST) * attempt, _LONGEST) * pace.chance())
            began = pace.clock()
            plan = self.replan(client)
            plan = replace(plan, took=pace.clock() - began)
        raise Conflict(
            f"others have undone the change of {self.members} {_TRIES} times",
            advice="find out what else changes them, and run the task again",
        )

    def _look(self, client: Writer, trouble: ZfssaError | None) -> Item:
        try:
            return self.replan(client)
        except ZfssaError as error:
            if trouble is None:
                raise
            raise LostReply(
                f"{trouble.reason}, and it could not be determined whether it was carried out ({error.reason})",
                status=trouble.status,
                fault=trouble.fault,
                request=trouble.request,
            ).during(trouble.doing or "") from None

    def _watch(self, client: Writer, trouble: Unfinished, seen: Item) -> Item:
        """Look for some time whether a write was carried out whose answer has not ended, and which is not sent again."""
        pace = self.pace or REAL
        end, pause = pace.clock() + trouble.patience, _FIRST_LOOK
        while seen.changed and pace.clock() < end:
            pace.sleep(pause)
            pause = min(2 * pause, _LOOK_INTERVAL)
            seen = self._look(client, trouble)
        return seen


def _makes(plan: Item) -> bool:
    """Whether a plan makes the list, and replaces none."""
    return bool(plan.steps) and all(step.method == "POST" for step in plan.steps)


def _write(plan: Item, client: Writer, done: list[str]) -> ZfssaError | None:
    """Write once.

    Returns:
        The trouble that leaves open what there is now, `None` when the write was answered well. A write whose answer is
        lost is not repeated here: the list may be another one by now.
    """
    for step in plan.steps:
        try:
            body = client.send(step.method, step.path, step.body).body
        except (LostReply, NotFound) as error:
            return error.during(str(step))
        except ApplianceError as error:
            error.during(str(step))
            if (error.status or 0) < 500 or isinstance(error, Busy):
                raise explained(error, step.preconditions, client).during(str(step)) from None
            return error
        except ZfssaError as error:
            raise error.during(str(step)) from None
        done.append(str(step))
        refuse_unmet(step, body, client)
    return None


def _is_passing(trouble: ZfssaError, lost: bool, plan: Item, seen: Item) -> bool:
    """Whether a write that was in trouble may do better next time."""
    if isinstance(trouble, LostReply):
        return not lost and not isinstance(trouble, Unfinished)
    if isinstance(trouble, (ObjectExists, NotFound)):
        # Somebody has made the list meanwhile, or has removed it.
        return [step.method for step in plan.steps] != [step.method for step in seen.steps]
    return False
