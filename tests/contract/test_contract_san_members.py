"""Members of groups that several tasks change at the same time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import prepare
from lab_appliances import RELEASES
from module_runner import Bench, Order
from san_calls import HOSTS, group, hosts, members

GROUP = {"name": "ig-a"}


# Members that others change at the same time.


def join(name: str, membership: str = "add") -> Order:
    """Put one initiator into the group, or take it out."""
    return Order("zfssa_initiator_group", {**GROUP, "initiators": [name], "membership": membership})


def slow_first_reading(bench: Bench, times: int) -> None:
    """Let all who come at the same time have read before any of them writes."""
    bench.lab.fault({"slow_ms": 1000}, method="GET", path="/initiator-groups/ig-a$", times=times)


def run_together(bench: Bench, orders: list[Order]) -> None:
    """Run orders at the same time, in processes of their own; none of them may fail, and none must be run again."""
    runs = bench.run_all(orders)

    assert [run.msg for run in runs if run.failed] == []
    for order, run in zip(orders, runs, strict=True):
        (name,) = order.options["initiators"]
        assert run.changed
        assert (name in run.value["initiators"]) == (order.options["membership"] == "add")
    for order in orders:
        assert not bench.change(order.module, order.options).changed


@pytest.mark.parametrize("release", RELEASES)
def test_two_who_have_read_the_same_both_win(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (*hosts(3), group(HOSTS[2])))
    slow_first_reading(bench, 2)

    run_together(bench, [join(HOSTS[0]), join(HOSTS[1])])

    assert members(bench) == HOSTS[:3]


@pytest.mark.parametrize("there", [True, False], ids=["group", "no group yet"])
def test_eight_at_once_all_win(there: bool, bench: Bench) -> None:
    prepare(bench.lab, (*hosts(8), *([group()] if there else [])))

    run_together(bench, [join(name) for name in HOSTS])

    assert members(bench) == HOSTS


def test_those_who_come_and_those_who_go_all_win(bench: Bench) -> None:
    prepare(bench.lab, (*hosts(8), group(*HOSTS[:4])))
    slow_first_reading(bench, 8)

    run_together(bench, [join(name, "remove") for name in HOSTS[:4]] + [join(name) for name in HOSTS[4:]])

    assert members(bench) == HOSTS[4:]


def test_change_of_members_is_looked_after_twice(bench: Bench) -> None:
    prepare(bench.lab, (*hosts(2), group(HOSTS[0])))

    run = bench.change("zfssa_initiator_group", join(HOSTS[1]).options)

    made = [row["method"] for row in run.requests if "/initiator-groups/" in row["path"]]
    assert made == ["GET", "PUT", "GET", "GET"]
