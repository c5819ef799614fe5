# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a state: the predicate is the caller's, the loop is here and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from ..values._errors import WaitTimeout
from ._progress import Cadence, Tell

T = TypeVar("T")

_FIRST_PAUSE = 0.25


class Clock(Protocol):
    """What is needed of the module `time`."""

    def monotonic(self) -> float:
        """Seconds, never going back."""

    def sleep(self, seconds: float, /) -> None:
        """Pause."""


def wait_until(
    fetch: Callable[[], T],
    done: Callable[[T], bool],
    *,
    what: str,
    describe: Callable[[T], str],
    timeout: float,
    interval: float,
    tell: Tell,
    clock: Clock = time,
) -> T:
    """Fetch until it is done, with pauses that grow from a quarter of a second to `interval`.

    Args:
        fetch: reads the present state.
        done: tells whether that is the state waited for; it may raise to end the wait with a failure.
        what: what is waited for, for the message ("the update of action 1234").
        describe: a state, for the message of a time-out.
        timeout: seconds to wait at the most.
        interval: seconds between two looks at the most.
        tell: takes a sentence about how it goes, now and then.
        clock: tells the time and pauses.

    Returns:
        The state that was done.

    Raises:
        WaitTimeout: not done in time; the message has the last state seen.
    """
    began = clock.monotonic()
    cadence = Cadence()
    pause = min(_FIRST_PAUSE, interval)
    while True:
        state = fetch()
        if done(state):
            return state
        elapsed = clock.monotonic() - began
        left = timeout - elapsed
        if left <= 0:
            raise WaitTimeout(
                f"{what} was not done after {timeout:g} s; last seen: {describe(state)}",
                advice="it continues on the appliance; wait longer with wait_timeout, or look there for the reason",
            )
        if cadence.due(elapsed):
            tell(f"{what} is not done after {elapsed:.0f} s of at most {timeout:g} s; last seen: {describe(state)}")
        clock.sleep(min(pause, left))
        pause = min(pause * 2, interval)
