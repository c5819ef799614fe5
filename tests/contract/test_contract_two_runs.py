"""Two runs can never destroy both the LUN and its copy, however their requests interleave, and whatever breaks one of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import pytest
from lab_appliances import Lab, Record
from selection import ALL
from two_runs import Run, two_sides

OWN = ["databases/redo-1"]
# The requests that each makes before it renames the LUN that it is about to destroy.
READS = {"source_destroyed": 5, "copy_destroyed": 4}
# How the next requests of both follow one another: the rename, the look at the other side, and in long tests what comes then.
WINDOW = 4 if ALL else 2
ORDERS = [
    "".join("1" if number in first else "2" for number in range(2 * WINDOW))
    for first in combinations(range(2 * WINDOW), WINDOW)
]


def left(lab: Lab) -> tuple[list[str], list[str]]:
    """Return the LUNs of both sides."""
    return lab.east.luns(), lab.west.luns()


@pytest.mark.parametrize("last", ["source_destroyed", "copy_destroyed"])
def test_one_destroys_or_none(last: str, labs: Callable[[str], Lab]) -> None:
    lab = labs("8.8")
    outcomes = set()
    for order in ORDERS:
        two_sides(lab)
        runs = {state: Run(lab, state) for state in READS}
        for state, run in runs.items():
            for _count in range(READS[state]):
                run.step()
        for number in order:
            list(runs.values())[int(number) - 1].step()
        for state in sorted(runs, key=lambda state: state == last):
            runs[state].finish()

        east, west = left(lab)
        results = [run.result for run in runs.values()]
        destroyed = [result for result in results if not result.get("failed") and result["changed"]]
        outcomes.add(len(destroyed))
        # Whatever is left has its own name again.
        assert east + west == OWN * (2 - len(destroyed)), (order, results)
        assert len(destroyed) <= 1, (order, results)
    assert outcomes == {0, 1}, "in some order both renamed first, and in some one did"


@pytest.mark.parametrize("before", range(0, 16, 1 if ALL else 5))
@pytest.mark.parametrize("first", list(READS))
def test_run_that_comes_later_finds_one_of_them(first: str, before: int, labs: Callable[[str], Lab]) -> None:
    lab = labs("8.8")
    two_sides(lab)
    other = next(state for state in READS if state != first)
    one = Run(lab, first)
    for _count in range(before):
        one.step()
    two = Run(lab, other)
    two.finish()
    one.finish()

    east, west = left(lab)
    assert set(east + west) == set(OWN), (one.result, two.result)


@pytest.mark.parametrize("claims_after", [0, 6, 7, 11, 12])
def test_name_that_is_given_back_meanwhile_is_not_destroyed(claims_after: int, labs: Callable[[str], Lab]) -> None:
    """A run that is said to be dead, and is not, comes back when another one has given the LUN its name back."""
    lab = labs("8.8")
    two_sides(lab)
    slow = Run(lab, "source_destroyed")
    for _count in range(claims_after):
        slow.step()
    claim = Run(lab, "claimed", take_over=True)
    claim.finish()
    slow.finish()

    east, west = left(lab)
    assert west == OWN
    assert east == (OWN if slow.result.get("failed") else [])
    assert not [name for name in east + west if "removing" in name]


FAULTS: tuple[Record, ...] = ({"drop": "after"}, {"drop": "before"}, {"status": 500}, {"expire_sessions": True})
BROKEN = (("DELETE", "removing-"), ("PUT", "/luns/redo-1$"), ("GET", "/luns/redo-1$"), ("GET", "removing-[^/]*$"))
ROWS = list(product(BROKEN, FAULTS, (1, 99)))
ROWS = ROWS if ALL else [*ROWS[:4:2], *ROWS[8:12:3], ROWS[17], ROWS[27]]


@pytest.mark.parametrize("state", ["source_destroyed", "copy_destroyed"])
def test_broken_request_never_costs_both(state: str, labs: Callable[[str], Lab]) -> None:
    lab = labs("8.8")
    for (method, path), action, times in ROWS:
        two_sides(lab)
        for side in ("east", "west"):
            lab.fault(action, side, method=method, path=path, times=times)

        run = Run(lab, state)
        run.finish()
        lab.control("DELETE", "/faults")
        claim = Run(lab, "claimed", take_over=True)
        claim.finish()

        row = (method, path, action, times, run.result.get("msg"), claim.result.get("msg"))
        east, west = left(lab)
        assert (east or west) == OWN, row
        assert east in ([], OWN) and west in ([], OWN), row
        if not run.result.get("failed"):
            assert len(east + west) == 1, row
