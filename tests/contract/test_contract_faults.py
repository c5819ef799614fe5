"""Lost answers, a busy appliance, sessions that end: what is asked for is done, and done once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from cases import (
    ACTIONS,
    MASK,
    REPLICATED,
    SENT,
    Call,
    filled,
    lun,
    on_the_way,
    own_replication,
    prepare,
    project,
    snapshot,
)
from lab_appliances import Record
from module_runner import Bench, Order, Run

PLACE = {"pool": "tank", "project": "default"}
LUN = {**PLACE, "name": "a"}
ROUTE = {**PLACE, "lun": "a", "target": "west", "target_pool": "tank"}
INITIATOR = {"initiator": "iqn.2020-01.com.example:host"}
KNOWN = ("POST", "san/v1/iscsi/initiators", INITIATOR)
IN_GROUP = {"name": "ig-a", "initiators": [INITIATOR["initiator"]]}
GROUPED = (KNOWN, ("POST", "san/v1/iscsi/initiator-groups", IN_GROUP))
EMPTY_GROUP = ("POST", "san/v1/iscsi/initiator-groups", {"name": "ig-a"})
EMPTY_TARGETS = ("POST", "san/v1/iscsi/target-groups", {"name": "tg-a"})
TARGET = ("POST", "san/v1/iscsi/targets", {"alias": "t-a"})
PACKAGE = {"id": "{id}"}
TO_GROUP = {**PLACE, "lun": "a", "initiator_groups": ["ig-a"]}
MONTHLY = {"frequency": "month", "day": "31"}
SCHEDULED = (*REPLICATED, ("POST", f"{ACTIONS}/{{id}}/schedules", MONTHLY))
NO_PEER = (("DELETE", "storage/v1/replication/targets/west"),)


@dataclass(frozen=True)
class Verb:
    """One kind of write: the task that makes it, and where it shows in the journal.

    Attributes:
        method, path: the write; the path is a pattern.
        repeats: whether the task, run once more, has nothing left to do.
    """

    name: str
    module: str
    options: Record
    method: str
    path: str
    before: tuple[Call, ...] = ()
    at: str = "east"
    repeats: bool = True


VERBS = (
    Verb("create LUN", "zfssa_lun", {**LUN, "size": "1G", "initiator_groups": []}, "POST", "/luns$"),
    Verb("change LUN", "zfssa_lun", {**LUN, "size": "2G"}, "PUT", "/luns/a$", (lun(),)),
    Verb("rename LUN", "zfssa_lun", {**LUN, "new_name": "b"}, "PUT", "/luns/a$", (lun(),)),
    Verb("move LUN", "zfssa_lun", {**LUN, "new_project": "proj-a"}, "PUT", "/luns/a$", (project(), lun())),
    Verb("destroy LUN", "zfssa_lun", {**LUN, "state": "absent", "force": True}, "DELETE", "/luns/a", (lun(), snapshot())),
    Verb("create project", "zfssa_project", {"pool": "tank", "name": "proj-a", "quota": "5G"}, "POST", "/projects$"),
    Verb("change project", "zfssa_project", {"pool": "tank", "name": "proj-a", "quota": "5G"}, "PUT", "/proj-a$", (project(),)),
    Verb("rename project", "zfssa_project", {"pool": "tank", "name": "proj-a", "new_name": "proj-b"}, "PUT", "/proj-a$", (project(),)),
    Verb("destroy project", "zfssa_project", {"pool": "tank", "name": "proj-a", "state": "absent"}, "DELETE", "/proj-a", (project(),)),
    Verb("disable service", "zfssa_service", {"name": "nfs", "state": "disabled"}, "PUT", "/nfs/disable$"),
    Verb("set service", "zfssa_service", {"name": "iscsi", "properties": {"isns_access": True}}, "PUT", "/iscsi$"),
    Verb("create initiator", "zfssa_initiator", {**INITIATOR, "chap_user": "u", "chap_secret": "x" * 12}, "POST", "/initiators$"),
    Verb("change initiator", "zfssa_initiator", {**INITIATOR, "alias": "h"}, "PUT", "/initiators/", (KNOWN,)),
    Verb("remove initiator", "zfssa_initiator", {**INITIATOR, "state": "absent"}, "DELETE", "/initiators/", (KNOWN,)),
    Verb("create initiator group", "zfssa_initiator_group", IN_GROUP, "POST", "/initiator-groups$", (KNOWN,)),
    Verb("create group by adding", "zfssa_initiator_group", {**IN_GROUP, "membership": "add"}, "POST", "/initiator-groups$", (KNOWN,)),
    Verb("change initiator group", "zfssa_initiator_group", IN_GROUP, "PUT", "/initiator-groups/", (KNOWN, EMPTY_GROUP)),
    Verb("add initiator", "zfssa_initiator_group", {**IN_GROUP, "membership": "add"}, "PUT", "/initiator-groups/", (KNOWN, EMPTY_GROUP)),
    Verb("take out initiator", "zfssa_initiator_group", {**IN_GROUP, "membership": "remove"}, "PUT", "/initiator-groups/", GROUPED),
    Verb("remove initiator group", "zfssa_initiator_group", {"name": "ig-a", "state": "absent"}, "DELETE", "/initiator-groups/", GROUPED),
    Verb("create target", "zfssa_target", {"alias": "t-a"}, "POST", "/targets$"),
    Verb("change target", "zfssa_target", {"alias": "t-a", "interfaces": ["ixgbe0"]}, "PUT", "/targets/", (TARGET,)),
    Verb("remove target", "zfssa_target", {"alias": "t-a", "state": "absent"}, "DELETE", "/targets/", (TARGET,)),
    Verb("create target group", "zfssa_target_group", {"name": "tg-a", "targets": ["t-a"]}, "POST", "/target-groups$", (TARGET,)),
    Verb("add target", "zfssa_target_group", {"name": "tg-a", "targets": ["t-a"], "membership": "add"}, "PUT", "/target-groups/", (TARGET, EMPTY_TARGETS)),
    Verb("remove target group", "zfssa_target_group", {"name": "tg-a", "state": "absent"}, "DELETE", "/target-groups/", (EMPTY_TARGETS,)),
    Verb("create action", "zfssa_replication", ROUTE, "POST", "/actions$", (lun(), own_replication())),
    Verb("change action", "zfssa_replication", {**ROUTE, "use_ssl": False}, "PUT", "/actions/", REPLICATED),
    Verb("remove action", "zfssa_replication", {**ROUTE, "state": "absent"}, "DELETE", "/actions/", REPLICATED),
    Verb("switch off inheritance", "zfssa_replication", {**PLACE, "lun": "a", "inherited": False}, "PUT", "/replication$", (lun(),)),
    Verb("send update", "zfssa_replication_update", {**ROUTE, "poll_interval": 1}, "PUT", "/sendupdate$", REPLICATED, repeats=False),
    Verb("send next update", "zfssa_replication_update", {**ROUTE, "poll_interval": 1}, "PUT", "/sendupdate$", SENT, repeats=False),
    Verb("disable package", "zfssa_replication_package", {**PACKAGE, "enabled": False}, "PUT", "/packages/", SENT, "west"),
    Verb("sever package", "zfssa_replication_package", {**PACKAGE, "state": "severed", "project": "copy"}, "PUT", "/sever$", SENT, "west"),
    Verb("reverse package", "zfssa_replication_package", {**PACKAGE, "state": "reversed", "project": "back"}, "PUT", "reverse$", SENT, "west"),
    Verb("clone package", "zfssa_replication_package", {**PACKAGE, "state": "cloned", "project": "try"}, "PUT", "/clone$", SENT, "west"),
    Verb("create schedule", "zfssa_replication", {**ROUTE, "schedules": [MONTHLY]}, "POST", "/schedules$", REPLICATED),
    Verb("remove schedule", "zfssa_replication", {**ROUTE, "schedules": []}, "DELETE", "/schedules/", SCHEDULED),
    Verb("register peer", "zfssa_replication_target", {"label": "west", "hostname": "west", "root_password": "lab-password"}, "POST", "/targets$", NO_PEER),
    Verb("change peer", "zfssa_replication_target", {"label": "west", "auto_accept_cert": True}, "PUT", "/targets/"),
    Verb("remove peer", "zfssa_replication_target", {"label": "west", "state": "absent"}, "DELETE", "/targets/"),
    Verb("attach LUN", "zfssa_lun_mapping", TO_GROUP, "PUT", "/luns/a$", (*GROUPED, lun(initiatorgroup=MASK))),
    Verb("detach LUN", "zfssa_lun_mapping", {**TO_GROUP, "state": "absent"}, "PUT", "/luns/a$", (*GROUPED, lun(initiatorgroup="ig-a"))),
    Verb("destroy package", "zfssa_replication_package", {**PACKAGE, "state": "absent"}, "DELETE", "/packages/", SENT, "west"),
)  # fmt: skip


def ids(verb: Any) -> str:
    """Name a row."""
    return str(verb.name).replace(" ", "_")


def suffer(bench: Bench, verb: Verb, action: Record, **fault: Any) -> Run:
    """Carry out a verb while its write suffers a fault; check that the end is as it shall be."""
    made = prepare(bench.lab, verb.before)
    on_the_way(bench.lab)
    options = filled(verb.options, made)
    which = {"method": verb.method, "path": verb.path, **fault}
    bench.lab.fault(action, verb.at, **which)

    run = bench.change(verb.module, options, verb.at)

    assert run.changed
    assert bench.lab.faults() == []
    if verb.repeats:
        assert not bench.change(verb.module, options, verb.at).changed
    state = bench.lab[verb.at].state
    for kind in ("luns", "actions", "packages", "initiators", "initiator_groups", "target_groups"):
        assert len(state[kind]) <= 1
    for update in state["actions"]:
        assert update["state"] == "idle"
    return run


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_write_whose_answer_is_lost_is_not_repeated(verb: Verb, bench: Bench) -> None:
    run = suffer(bench, verb, {"drop": "after"})

    assert len(run.writes) == 1


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_write_that_got_lost_is_repeated(verb: Verb, bench: Bench) -> None:
    run = suffer(bench, verb, {"drop": "before"})

    assert len(run.writes) == 2


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_session_that_ends_in_mid_task_is_opened_anew(verb: Verb, bench: Bench) -> None:
    run = suffer(bench, verb, {"expire_sessions": True})

    assert run.writes[0]["status"] == 401
    assert len(run.writes) == 2


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
    run = suffer(bench, verb, {"status": 503}, times=2)

    assert [row["status"] for row in run.writes][:2] == [503, 503]
    assert len(run.writes) == 3


READERS = (
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
