"""A LUN that names a group which does not see it: after a sever, when the group was missing, or the number taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    ACTIONS,
    PROJECTS,
    Call,
    action,
    groups,
    lun,
    on_the_way,
    own_replication,
    prepare,
)
from lab_appliances import RELEASES, Record
from module_runner import Bench
from prediction import unlike

HOST_A, HOST_B = "iqn.2020-01.com.example:ig-a-0", "iqn.2020-01.com.example:ig-b-1"


# A LUN that names a group which does not see it: after a sever, when the group was missing, or the number taken.


def severed(bench: Bench, *at_west: Call, **values: object) -> Record:
    """Replicate a LUN that ig-a sees to west, and sever it there into a project."""
    to_send = (*groups("ig-a"), lun(initiatorgroup="ig-a", **values), own_replication(), action())
    made = prepare(bench.lab, (*to_send, ("PUT", f"{ACTIONS}/{{id}}/sendupdate")))
    on_the_way(bench.lab)
    prepare(bench.lab, on_west(*at_west))
    bench.change("zfssa_replication_package", {"id": made, "state": "severed", "project": "came"}, "west")
    there = bench.lab.west.lun("a")
    assert there["initiatorgroup"] in (["ig-a"], "ig-a") and there["assignednumber"] in ([-1], -1)
    return {"pool": "tank", "project": "came"}


def on_west(*calls: Call) -> tuple[Call, ...]:
    """The same calls at the other appliance."""
    return tuple(("west", *call) for call in calls)


LATER = (
    ("zfssa_lun", {"name": "a", "initiator_groups": ["ig-a"]}),
    ("zfssa_lun", {"name": "a", "initiator_groups": ["ig-a"], "size": "2G"}),
    ("zfssa_lun_mapping", {"lun": "a", "initiator_groups": ["ig-a"]}),
    ("zfssa_lun_mapping", {"lun": "a", "initiators": [HOST_A]}),
)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("module", "options"), LATER, ids=["lun", "lun-grown", "mapping", "mapping-by-host"])
def test_group_that_came_after_the_sever_gets_to_see_the_lun(
    module: str, options: Record, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    place = severed(bench)
    prepare(bench.lab, on_west(*groups("ig-a")))

    predicted, real, again, checked = (
        bench.change(module, {**place, **options}, "west", check=check, diff=True)
        for check in (True, False, False, True)
    )

    assert predicted.changed and real.changed and not again.changed and not checked.changed
    assert unlike(predicted, real) == [] and unlike(checked, again) == []
    assert len(real.writes) == 1
    assert real.value["lu_numbers"] == again.value["lu_numbers"] == {"ig-a": 0}
    assert predicted.value["lu_numbers"] == {"ig-a": None}
    for run in (predicted, real):
        assert run.result["diff"]["before"] != run.result["diff"]["after"]


def test_lun_that_is_offline_is_judged_when_it_goes_online(bench: Bench) -> None:
    place = {**severed(bench), "name": "a", "initiator_groups": ["ig-a"]}
    prepare(bench.lab, on_west(*groups("ig-a"), ("PUT", f"{PROJECTS}/came/luns/a", {"status": "offline"})))

    offline = bench.change("zfssa_lun", place, "west")
    predicted, online, again = (
        bench.change("zfssa_lun", {**place, "status": "online"}, "west", check=check) for check in (True, False, False)
    )

    assert not offline.changed
    assert predicted.changed and online.changed and not again.changed
    assert unlike(predicted, online) == []
    assert online.value["lu_numbers"] == {"ig-a": 0}


def test_groups_that_no_task_names_are_left_alone(bench: Bench) -> None:
    place = severed(bench)

    run = bench.change("zfssa_lun", {**place, "name": "a"}, "west")

    assert not run.changed and run.value["lu_numbers"] == {}


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize(("module", "options"), LATER[:3], ids=["lun", "lun-grown", "mapping"])
def test_number_that_was_taken_at_the_sever_is_named(module: str, options: Record, check: bool, bench: Bench) -> None:
    place = severed(bench, *groups("ig-a"), lun("b", initiatorgroup="ig-a", lunumber=7), lunumber=7)

    run = bench.refuse(module, {**place, **options}, "west", check=check)

    assert "LU number 7 is taken in initiator group ig-a by LUN tank/default/b" in run.msg
    assert "choose another one" in run.msg


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_group_that_is_not_there_after_the_sever_is_named(check: bool, bench: Bench) -> None:
    place = severed(bench)

    run = bench.refuse("zfssa_lun", {**place, "name": "a", "initiator_groups": ["ig-a"]}, "west", check=check)

    assert "initiator group ig-a does not exist" in run.msg and "zfssa_initiator_group" in run.msg
