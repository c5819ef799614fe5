"""The one loop that waits, with a clock that only the pauses move."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.client._wait import wait_until
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import UpdateFailed, WaitTimeout


class Clock:
    """A clock that stands still but for the pauses."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []
        self.told: list[str] = []

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let some seconds pass."""
        self.now += seconds
        self.pauses.append(seconds)


def wait_for(goal: int, clock: Clock, *, timeout: float, interval: float, states: Iterator[int] | None = None) -> int:
    """Wait until a counter that grows with every look has reached a goal."""
    looks = states or count(1)
    return wait_until(
        lambda: next(looks),
        lambda state: state >= goal,
        what="the counter",
        describe=lambda state: f"state {state}",
        timeout=timeout,
        interval=interval,
        tell=clock.told.append,
        clock=clock,
    )


def test_state_that_is_done_at_once_costs_no_pause() -> None:
    clock = Clock()

    assert wait_for(1, clock, timeout=10, interval=5) == 1
    assert clock.pauses == []


def test_pauses_double_up_to_the_interval() -> None:
    clock = Clock()

    wait_for(8, clock, timeout=100, interval=3)

    assert clock.pauses == [0.25, 0.5, 1, 2, 3, 3, 3]


def test_short_interval_is_kept_from_the_first_pause_on() -> None:
    clock = Clock()

    wait_for(4, clock, timeout=100, interval=0.1)

    assert clock.pauses == [0.1, 0.1, 0.1]


def test_time_out_tells_what_was_seen_last() -> None:
    clock = Clock()

    with pytest.raises(WaitTimeout) as caught:
        wait_for(10**9, clock, timeout=2, interval=1)

    # After pauses of 0.25, 0.5, 1 and the quarter of a second that is left.
    assert clock.pauses == [0.25, 0.5, 1, 0.25]
    assert "the counter was not done after 2 s; last seen: state 5" in str(caught.value)
    assert "wait_timeout" in str(caught.value)


def test_without_time_there_is_one_look() -> None:
    clock = Clock()

    with pytest.raises(WaitTimeout, match="state 1"):
        wait_for(2, clock, timeout=0, interval=1)

    assert clock.pauses == []


def test_state_reached_in_the_last_moment_counts() -> None:
    assert wait_for(5, Clock(), timeout=2, interval=1) == 5


def test_a_long_wait_is_told_now_and_then() -> None:
    clock = Clock()

    wait_for(4000, clock, timeout=9000, interval=0.25)

    said = [text.split(" after ")[1] for text in clock.told]
    assert clock.told[0].startswith("the counter is not done after 10 s of at most 9000 s; last seen: state ")
    assert [text.split(" s ")[0] for text in said] == ["10", "20", "40", "80", "160", "320", "620", "920"]


def test_a_short_wait_is_not_told() -> None:
    clock = Clock()

    wait_for(12, clock, timeout=60, interval=1)

    assert clock.now - 1000 < 10
    assert clock.told == []


def test_failure_of_the_predicate_ends_the_wait() -> None:
    def judge(_state: int) -> bool:
        raise UpdateFailed("it ended with: failed")

    with pytest.raises(UpdateFailed):
        wait_until(lambda: 1, judge, what="x", describe=str, timeout=9, interval=1, tell=print, clock=Clock())


@given(
    st.integers(min_value=1, max_value=60),
    st.floats(min_value=0, max_value=30),
    st.floats(min_value=0.01, max_value=10),
)
def test_wait_never_lasts_longer_than_asked(goal: int, timeout: float, interval: float) -> None:
    clock = Clock()

    try:
        wait_for(goal, clock, timeout=timeout, interval=interval)
    except WaitTimeout:
        assert sum(clock.pauses) == pytest.approx(timeout)
    assert clock.now - 1000 <= timeout + 1e-6
    assert all(pause <= interval for pause in clock.pauses)
