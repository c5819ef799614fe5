"""A LUN that goes from one host to the next, or away from all, while others work on it, and answers get lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import LUNS, MASK, groups, lun, prepare
from lab_appliances import RELEASES
from module_runner import Bench, Order

PLACE = {"pool": "tank", "project": "default", "lun": "a"}
NEWER = RELEASES[1:]
HOST_A, HOST_B = "iqn.2020-01.com.example:ig-a-0", "iqn.2020-01.com.example:ig-b-1"
EVERYBODY_GONE = Order("zfssa_lun_mapping", {**PLACE, "all_hosts": True, "state": "absent"})
ONE_GONE = Order("zfssa_lun_mapping", {**PLACE, "initiator_groups": ["ig-a"], "state": "absent"})


@pytest.mark.parametrize("release", NEWER)
def test_lun_moves_from_one_host_to_the_next(release: str, bench_of: Callable[[str], Bench]) -> None:
    """What a live migration asks for: the new host has the LUN before the old one loses it, and nothing of it changes."""
    bench = bench_of(release)
    prepare(bench.lab, (*groups("ig-a", "ig-b"), lun("other", initiatorgroup="ig-b"), lun(initiatorgroup="ig-a")))
    first, second = ({**PLACE, "initiators": [host]} for host in (HOST_A, HOST_B))

    arriving = bench.change("zfssa_lun_mapping", second).value
    both = [bench.change("zfssa_lun_mapping", options) for options in (first, second)]
    bench.change("zfssa_lun_mapping", {**first, "state": "absent"})
    alone = bench.change("zfssa_lun_mapping", second)

    assert arriving["hosts"] == [{"initiator": HOST_B, "lu_number": 1, "chap_user": None}]
    assert not any(run.changed for run in both)
    assert [run.value["hosts"][0]["lu_number"] for run in both] == [0, 1]
    assert not alone.changed and alone.value == arriving
    assert groups_of(bench) == ["ig-b"]


@pytest.mark.parametrize("beside", ["the same", "one of them"])
@pytest.mark.parametrize("release", NEWER)
def test_who_detaches_everybody_wins_beside_others(beside: str, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (*groups("ig-a", "ig-b"), lun(initiatorgroup=["ig-a", "ig-b"])))
    # Both have read before either writes: the list of the second one would show the LUN to ig-b again.
    bench.lab.fault({"delay_ms": 500}, method="GET", path="/luns/a$", times=2)

    runs = bench.run_all([EVERYBODY_GONE, EVERYBODY_GONE if beside == "the same" else ONE_GONE])

    assert [run.msg for run in runs if run.failed] == []
    assert runs[0].changed
    assert groups_of(bench) == [MASK]


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("release", RELEASES)
def test_lost_answer_leaves_nobody_attached(drop: str, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(),))
    bench.lab.fault({"drop": drop}, method="PUT", path="/luns/a$")

    run = bench.change("zfssa_lun_mapping", EVERYBODY_GONE.options)

    assert run.changed and run.value is None
    assert bench.lab.faults() == []
    assert groups_of(bench) == [MASK]


def groups_of(bench: Bench) -> list[str]:
    """The initiator groups of the LUN."""
    wire = bench.lab.east.call("GET", f"{LUNS}/a")["lun"]["initiatorgroup"]
    return [wire] if isinstance(wire, str) else sorted(wire)
