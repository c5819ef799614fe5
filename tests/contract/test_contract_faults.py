"""Lost answers, a busy appliance, sessions that end: what is asked for is done, and done once."""

from __future__ import annotations

from typing import Any

import pytest
from cases import ACTIONS, filled, on_the_way, prepare
from lab_appliances import Record
from module_runner import MODULES, WRITES, Bench, Order, Run
from prediction import unlike
from verbs import IN_GROUP, INITIATOR, KINDS, LUN, MIGRATION, RESTORED, ROUTE, TO_GROUP, VERBS, WITHOUT, Verb, ids


def test_every_kind_of_write_of_every_module_is_here() -> None:
    kinds: dict[str, set[str]] = {}
    for verb in VERBS:
        kinds.setdefault(verb.module, set()).add(f"{verb.method} {verb.name.split(' ')[0]}")

    assert kinds == KINDS
    assert sorted({*KINDS, *WITHOUT}) == MODULES
    assert {module: {kind.split(" ")[0] for kind in KINDS[module]} for module in KINDS} == {
        module: WRITES[module] for module in KINDS
    }


def suffer(bench: Bench, verb: Verb, action: Record, **fault: Any) -> tuple[Run, Run]:
    """Carry out a verb while its write suffers a fault; check that the end is as it shall be.

    Returns:
        What was predicted, and what came.
    """
    if verb.stalled:
        bench.lab.fault({"replication": "stall"})
    made = prepare(bench.lab, verb.before)
    if not verb.stalled:
        on_the_way(bench.lab)
    prepare(bench.lab, verb.then, made)
    options = filled(verb.options, made)
    predicted = bench.change(verb.module, options, verb.at, check=True)
    bench.lab.fault(action, verb.side or verb.at, method=verb.method, path=verb.path, nth=verb.nth, **fault)

    run = bench.change(verb.module, options, verb.at)

    assert run.changed
    assert bench.lab.faults() == []
    if verb.repeats:
        assert not bench.change(verb.module, options, verb.at).changed
    state = bench.lab[verb.at].state
    for kind in ("actions", "packages", "initiators", "initiator_groups", "target_groups"):
        assert len(state[kind]) <= 1
    for update in state["actions"]:
        assert update["state"] == "idle"
    return predicted, run


def sent(run: Run) -> int:
    """How many writes there were, without the questions whether they are meant."""
    return len([row for row in run.writes if row["status"] != 409])


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_write_whose_answer_is_lost_is_not_repeated(verb: Verb, bench: Bench) -> None:
    predicted, run = suffer(bench, verb, {"drop": "after"})

    assert sent(run) == verb.writes + (not verb.shows)
    assert unlike(predicted, run) == []


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_write_that_got_lost_is_repeated(verb: Verb, bench: Bench) -> None:
    _predicted, run = suffer(bench, verb, {"drop": "before"})

    assert sent(run) == verb.writes + 1


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_session_that_ends_in_mid_task_is_opened_anew(verb: Verb, bench: Bench) -> None:
    _predicted, run = suffer(bench, verb, {"expire_sessions": True})

    assert [row["status"] for row in run.writes].count(401) == 1
    assert sent(run) == verb.writes + 1


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_write_that_is_called_busy_and_is_done_all_the_same_is_no_failure(verb: Verb, bench: Bench) -> None:
    predicted, run = suffer(bench, verb, {"status": 503, "done": True})

    assert unlike(predicted, run) == []


# The client itself waits, so one kind of write of each module will do.
BUSY = (
    "create LUN",
    "add initiator",
    "create project",
    "disable service",
    "create action",
    "send update",
    "sever package",
)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.name in BUSY], ids=ids)
def test_busy_appliance_is_waited_for(verb: Verb, bench: Bench) -> None:
    _predicted, run = suffer(bench, verb, {"status": 503}, times=2)

    assert [row["status"] for row in run.writes][:2] == [503, 503]
    assert len(run.writes) == 3


CACHED = {"pool": "tank", "project": "default", "id": "minimal-1.0"}
IMAGE = {
    **CACHED,
    "image": "/srv/images/minimal.qcow2",
    "initiator": "iqn.2020-01.com.example:x",
    "initiator_group": "g",
}
READERS = (
    Order("zfssa_image", IMAGE),
    Order("zfssa_image_cache", CACHED),
    Order("zfssa_image_cache", {**CACHED, "state": "absent"}),
    Order("zfssa_lun", {**LUN, "size": "1G"}),
    Order("zfssa_lun", {**LUN, "state": "absent"}),
    Order("zfssa_project", {"pool": "tank", "name": "proj-a"}),
    Order("zfssa_service", {"name": "nfs", "state": "disabled"}),
    Order("zfssa_initiator", {**INITIATOR, "state": "absent"}),
    Order("zfssa_initiator_group", IN_GROUP),
    Order("zfssa_target", {"alias": "t-a"}),
    Order("zfssa_target_group", {"name": "tg-a", "state": "absent"}),
    Order("zfssa_info", {"gather_subset": ["luns"]}),
    Order("zfssa_replication", ROUTE),
    Order("zfssa_replication", {**ROUTE, "state": "absent"}),
    Order("zfssa_replication_update", {"id": "x"}),
    Order("zfssa_replication_package", {"id": "x", "state": "absent"}),
    Order("zfssa_replication_package", {"id": "x", "state": "severed", "project": "copy"}),
    Order("zfssa_replication_package", {"id": "x", "state": "reversed", "project": "back"}),
    Order("zfssa_replication_package", {"id": "x", "state": "cloned", "project": "try"}),
    Order("zfssa_replication_target", {"label": "west", "state": "absent"}),
    Order("zfssa_lun_mapping", TO_GROUP),
    Order("zfssa_lun_mapping", {**TO_GROUP, "state": "absent"}),
    Order("zfssa_lun_migration", MIGRATION),
    Order("zfssa_lun_migration", {**MIGRATION, "state": "claimed"}),
    Order("zfssa_lun_migration", {**MIGRATION, "state": "released"}),
    Order("zfssa_lun_migration", {**RESTORED, "state": "source_destroyed"}),
    Order("zfssa_lun_migration", RESTORED),
)


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 503}, {"drop": "before"}])
def test_sick_appliance_is_not_read_as_absence(trouble: Record, bench: Bench) -> None:
    bench.lab.fault(trouble, method="GET", path="/api/(storage|service|san)/", times=999)

    runs = bench.run_all(list(READERS))

    for run in runs:
        assert run.failed, run.output
        assert run.result["failure"]["status"] == trouble.get("status")
        assert run.result["failure"]["request"].startswith("GET ")
        assert not run.changed
    assert runs[0].writes == []


def test_answer_that_is_lost_while_the_look_fails_too_is_told(bench: Bench) -> None:
    bench.lab.fault({"drop": "after"}, method="POST", path="/luns$")
    bench.lab.fault({"status": 500}, method="GET", path="/luns/a$", nth=2, times=99)

    run = bench.refuse("zfssa_lun", {**LUN, "size": "1G"})

    assert "create LUN tank/default/a" in run.msg
    assert bench.lab.east.luns() == ["default/a"]
    assert len(run.writes) == 1


def test_session_is_closed_though_the_first_answer_is_lost(bench: Bench) -> None:
    bench.lab.fault({"drop": "before"}, method="DELETE", path="/api/access/v1$")

    run = bench.change("zfssa_lun", {**LUN, "size": "1G"})

    assert run.changed


def test_session_that_ends_at_every_read_is_no_endless_loop(bench: Bench) -> None:
    bench.lab.fault({"expire_sessions": True}, method="GET", times=99)

    run = bench.refuse("zfssa_lun", {**LUN, "size": "1G"})

    assert run.result["failure"]["status"] == 401
    assert run.writes == []
    assert bench.lab.east.call("GET", ACTIONS)["actions"] == []
