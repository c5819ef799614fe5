"""How many requests each module makes, exactly: to see that there is nothing to do, and to change something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from cases import (
    LUNS,
    MASK,
    PROJECTS,
    SCHEMA,
    SENT,
    Call,
    clone,
    filled,
    groups,
    lun,
    on_the_way,
    prepare,
    project,
    snapshot,
    target_group,
)
from examples import PEER
from lab_appliances import Record, is_login
from module_runner import MODULES, WITH_BYTES, WRITES, Bench, Run
from verbs import CLONE_OF_LUN, MIGRATION, OFFLINE, RESTORED, SIGNED, TEMPORARY

PLACE = {"pool": "tank", "project": "default"}
A = {**PLACE, "lun": "a"}
ROUTE = {**A, "target": "west", "target_pool": "tank"}
HOST = "iqn.2020-01.com.example:ig-a-0"
UNKNOWN_HOST = "iqn.2020-01.com.example:nobody"
TARGET = "iqn.1986-03.com.sun:02:tg-a"
GONE = {"state": "absent"}
DOCUMENT = {
    "projects": [{"pool": "tank", "name": "db-1"}],
    "initiator_groups": [{"name": "ig-a", "initiators": [HOST]}],
    "luns": [{**PLACE, "name": "a", "size": "1G", "initiator_groups": ["ig-a"]}, {**PLACE, "name": "d"}],
}
WORLD: tuple[Call, ...] = (
    *SENT,
    snapshot(),
    project("db-1"),
    ("POST", SCHEMA, {"property": "tag"}),
    *groups("ig-a"),
    *target_group(),
    ("PUT", f"{LUNS}/a", {"initiatorgroup": "ig-a", "targetgroup": "tg-a"}),
    ("POST", f"{LUNS}/a/snapshots", {"name": "old"}),
    ("PUT", f"{LUNS}/a/snapshots/old/clone", {"share": "c"}),
    lun("d"),
    lun("e", initiatorgroup=MASK),
)


@dataclass(frozen=True)
class Budget:
    """A task, and how many requests it makes with a session.

    Attributes:
        requests: how many.
        why: what they are, where they are more than one.
        at: the appliance.
        before: what comes first.
    """

    module: str
    options: Record
    requests: int = 1
    why: str = ""
    at: str = "east"
    before: tuple[Call, ...] = ()


# Nothing is called absent before it is seen that this node has its pool: the other one of the cluster may.
ITS_POOL = "it, and its pool"
NOTHING_TO_DO = (
    Budget("zfssa_image_cache", {**PLACE, "id": "minimal-1.0"}),
    Budget("zfssa_info", {"gather_subset": ["system"]}),
    Budget("zfssa_info", {"gather_subset": ["luns", "pools"]}, 2, "one for each subset"),
    Budget("zfssa_info", {"gather_subset": ["capacity"]}, 4, "pools, projects, LUNs, cluster"),
    Budget("zfssa_info", {"gather_subset": ["manageable"]}, 4, "LUNs, actions, their targets, the node"),
    Budget("zfssa_info", {"gather_subset": ["luns", "manageable"]}, 4, "nothing is read twice"),
    Budget("zfssa_info", {"gather_subset": ["cluster", "pools", "projects", "luns", "capacity"]}, 4, "nothing is read twice"),
    Budget("zfssa_info", {"gather_subset": ["all"]}, 21, "one for each list, and the schedules of each action; capacity adds none"),
    Budget("zfssa_info", {"as_input": True}, 11,
           "one for each kind of object that can be input, and for actions the targets, and the schedules of each"),
    Budget("zfssa_initiator", {"initiator": HOST}),
    Budget("zfssa_initiator", {"initiator": UNKNOWN_HOST, **GONE}),
    Budget("zfssa_initiator_group", {"name": "ig-a", "initiators": [HOST]}),
    Budget("zfssa_initiator_group", {"name": "ig-a", "initiators": [HOST], "membership": "add"}),
    Budget("zfssa_initiator_group", {"name": "x", **GONE}),
    Budget("zfssa_lun", {**PLACE, "name": "a", "size": "1G", "initiator_groups": ["ig-a"]}),
    Budget("zfssa_lun", {**PLACE, "name": "x", **GONE}, 2, ITS_POOL),
    Budget("zfssa_lun", {**PLACE, "name": "c", "source": {"lun": "a", "snapshot": "old"}}),
    Budget("zfssa_lun", {**PLACE, "name": "c", "source": {"lun": "a"}}),
    Budget("zfssa_lun", {**PLACE, "name": "x", "source": {"lun": "a"}, **GONE}, 3, "it, its pool, and what it may have left"),
    Budget("zfssa_lun", {**PLACE, "name": "x", "new_name": "a"}, 2, "the old name, the new one"),
    Budget("zfssa_lun_mapping", {**A, "initiator_groups": ["ig-a"]}, 6,
           "LUN, initiators, groups, targets, target groups, interfaces: what a host needs to log in"),
    Budget("zfssa_lun_mapping", {**A, "initiators": [HOST]}, 6, "the same"),
    Budget("zfssa_lun_mapping", {**A, "initiators": [UNKNOWN_HOST], **GONE}, 2, "LUN, groups"),
    Budget("zfssa_lun_mapping", {**A, "initiator_groups": ["ig-x"], **GONE}),
    Budget("zfssa_lun_mapping", {**A, "lun": "e", "all_hosts": True, **GONE}),
    Budget("zfssa_lun_migration", {**MIGRATION, "luns": ["d"]}, 12, "all that a migration depends on, on both appliances"),
    Budget("zfssa_lun_migration", {**MIGRATION, "state": "released"}),
    Budget("zfssa_lun_migration", {**MIGRATION, "state": "copy_destroyed"}, 2, "the LUNs of its place, and their pool"),
    Budget("zfssa_preflight", {}, 2, "what the appliance is, and its services"),
    Budget("zfssa_preflight", {**PLACE, "space": {"thick": "1G", "thin": "1G"}, "initiators": [HOST, UNKNOWN_HOST],
                               "initiator_groups": ["ig-a", "default"], "targets": ["t-tg-a", TARGET], "peers": ["west"],
                               "schema": [{"name": "tag"}, {"name": "x"}], "services": ["nfs"]}, 12,
           "besides cluster, pools, project, initiators, groups, targets, interfaces, peers, actions, schema"),
    Budget("zfssa_project", {"pool": "tank", "name": "db-1"}),
    Budget("zfssa_project", {"pool": "tank", "name": "x", **GONE}, 2, ITS_POOL),
    Budget("zfssa_replication", ROUTE, 2, "targets, actions: an action is known by what it sends where"),
    Budget("zfssa_replication", {**ROUTE, "schedules": []}, 3, "targets, actions, schedules: a list of their own"),
    Budget("zfssa_replication", {**ROUTE, "inherited": False}, 3, "targets, actions, flag"),
    Budget("zfssa_replication", {**A, "inherited": False}, 2, "version for the path of the flag, flag"),
    Budget("zfssa_replication", {**A, "target": "west", **GONE, "lun": "c"}, 3, "targets, actions, pool"),
    Budget("zfssa_replication_package", {"id": "{id}", "enabled": True}, at="west"),
    Budget("zfssa_replication_package", {"id": "x", **GONE}, 2, "it, and the pools: which one it would be in nobody knows", "west"),
    Budget("zfssa_replication_target", {"label": "west", "hostname": "west"}),
    Budget("zfssa_replication_target", {"label": "north", **GONE}),
    Budget("zfssa_replication_update", {"id": "{id}", "max_age": 3600}),
    Budget("zfssa_replication_update", {"id": "{id}", "state": "cancelled"}),
    Budget("zfssa_replication_update", {**ROUTE, "max_age": 3600}, 2, "targets, actions"),
    Budget("zfssa_rest", {"path": "/api/storage/v1/pools"}),
    Budget("zfssa_san", {"config": DOCUMENT}, 3, "the lists of groups, of projects, and of the LUNs of one project"),
    Budget("zfssa_san", {"config": DOCUMENT, "state": "planned"}, 3, "the same"),
    Budget("zfssa_schema", {"name": "tag"}),
    Budget("zfssa_schema", {"name": "x", **GONE}),
    Budget("zfssa_service", {"name": "iscsi", "state": "enabled"}),
    Budget("zfssa_snapshot", {**A, "name": "s1"}),
    Budget("zfssa_snapshot", {**A, "name": "x", **GONE}, 2, ITS_POOL),
    Budget("zfssa_snapshot", {**A, "name": "s1", "match": "s*", "keep_last": 1}),
    Budget("zfssa_snapshot", {**A, "name": "x", "new_name": "s1"}, 2, "the old name, the new one"),
    Budget("zfssa_target", {"alias": "t-tg-a"}),
    Budget("zfssa_target", {"alias": "x", **GONE}),
    Budget("zfssa_target_group", {"name": "tg-a", "targets": [TARGET]}),
    Budget("zfssa_target_group", {"name": "tg-a", "targets": ["t-tg-a"]}, 2, "group, targets: an alias is looked up"),
    Budget("zfssa_target_group", {"name": "x", **GONE}),
)  # fmt: skip

NEW = {**PLACE, "name": "b", "size": "1G"}
PACKAGE = {"id": "{id}", "state": "severed", "project": "{id}"}
WEST = {"label": "west", "hostname": "west", "root_password": "lab-password"}
REGISTERED = ("DELETE", "storage/v1/replication/targets/west")
TARGET_A = ("POST", "san/v1/iscsi/targets", {"alias": "t-a", "iqn": TARGET})
OWN = ("PUT", f"{PROJECTS}/default/filesystems/a/replication", {"inherited": False})
HIDDEN = (*groups("ig-a"), lun(initiatorgroup=MASK))
TAKEN = (lun(), snapshot())
WEEKLY = {"frequency": "week", "day": "Monday"}
# Here the requests are those of the change alone.
CHANGES = (
    Budget("zfssa_initiator", {"initiator": HOST}, 3, "initiator, all of them for another spelling, write"),
    Budget("zfssa_initiator", {"initiator": HOST, "alias": "h"}, 2, before=groups("ig-a")),
    Budget("zfssa_initiator_group", {"name": "ig-b", "initiators": [HOST]}, 2, before=groups("ig-a")),
    Budget("zfssa_initiator_group", {"name": "ig-a", "initiators": []}, 4, "group, LUNs that use it, pools of another node, write",
           before=groups("ig-a")),
    Budget("zfssa_lun", NEW, 3),
    Budget("zfssa_lun", {**NEW, "name": "a", "size": "2G"}, 2, before=(lun(),)),
    Budget("zfssa_lun", {**PLACE, "name": "a", **GONE}, 4, before=(lun(),)),
    Budget("zfssa_lun", {**PLACE, "name": "c", "source": {"lun": "a", "snapshot": "s1"}}, 4, "LUN, origin, snapshot, write", before=TAKEN),
    Budget("zfssa_lun", CLONE_OF_LUN, 7, "LUN, origin, its snapshots, the name and room before the first of two writes", before=(lun(),)),
    Budget("zfssa_lun", {**CLONE_OF_LUN, "size": "2G"}, 8, "the same, and one more write", before=(lun(),)),
    Budget("zfssa_lun", {**PLACE, "name": "c", **GONE}, 11,
           "LUN, snapshots, replication; its origin and what lives on that; the first two again, write; the origin again, write",
           before=(lun(), snapshot(TEMPORARY), clone(at=TEMPORARY))),
    Budget("zfssa_lun_mapping", {**A, "initiator_groups": ["ig-a"]}, 8, "what it reads to do nothing, write, two looks", before=HIDDEN),
    Budget("zfssa_lun_mapping", {**A, "initiators": [HOST]}, 8, "the same", before=HIDDEN),
    Budget("zfssa_lun_mapping", {**A, "all_hosts": True, **GONE}, 8, "what it hides from whom, write, two looks",
           before=(*groups("ig-a"), lun(initiatorgroup="ig-a"))),
    Budget("zfssa_lun_migration", {**MIGRATION, "state": "claimed"}, 14, "a look at both appliances, the sign", before=(lun(),)),
    Budget("zfssa_lun_migration", {**MIGRATION, "state": "released"}, 5, "sign, what is in it, write", before=(lun(), SIGNED)),
    Budget("zfssa_lun_migration", {**MIGRATION, "state": "copy_masked", "action_id": "{id}"}, 5, "package, LUN, write, LUN", before=SENT),
    Budget("zfssa_lun_migration", RESTORED, 6, "LUNs, sign, copies, write", before=(lun(), OFFLINE)),
    Budget("zfssa_project", {"pool": "tank", "name": "proj-a"}, 3),
    Budget("zfssa_project", {"pool": "tank", "name": "proj-a", "quota": "1G"}, 2, before=(project(),)),
    Budget("zfssa_replication", ROUTE, 4, before=(lun(), OWN)),
    Budget("zfssa_replication", {**ROUTE, "schedules": [WEEKLY]}, 6,
           "what can be refused is looked up before the first of several writes", before=(lun(), OWN)),
    Budget("zfssa_replication", {**ROUTE, "inherited": False}, 6, "two changes: the flag and the action", before=(lun(),)),
    Budget("zfssa_replication_package", {"id": "{id}", "enabled": False}, 2, at="west", before=SENT),
    Budget("zfssa_replication_package", PACKAGE, 3, at="west", before=SENT),
    Budget("zfssa_replication_target", WEST, 2, before=(REGISTERED,)),
    Budget("zfssa_replication_target", {"label": "west", "auto_accept_cert": True}, 2),
    Budget("zfssa_replication_update", {"id": "{id}", "wait": False}, 2, before=SENT),
    Budget("zfssa_rest", {"method": "POST", "path": f"/api/{PROJECTS}", "body": {"name": "x"}}, 1),
    Budget("zfssa_san", {"config": {"luns": [{**NEW, "name": "a", "size": "2G"}]}}, 3, "LUNs, room in the project, write", before=(lun(),)),
    Budget("zfssa_san", {"config": {"luns": [NEW]}}, 4, "LUNs, project, filesystems with the same name, write"),
    Budget("zfssa_schema", {"name": "tag"}, 2),
    Budget("zfssa_service", {"name": "nfs", "state": "disabled"}, 2),
    Budget("zfssa_snapshot", {**A, "name": "s1"}, 3, before=(lun(),)),
    Budget("zfssa_snapshot", {**A, "name": "s1", **GONE}, 2, before=TAKEN),
    Budget("zfssa_target", {"alias": "t-a"}, 2),
    Budget("zfssa_target_group", {"name": "tg-b", "targets": [TARGET]}, 3, before=(TARGET_A,)),
)  # fmt: skip


# What is a change each time.
ALWAYS = ("zfssa_rest", "zfssa_replication_update")


def count(bench: Bench, budget: Budget, made: str, opened: dict[str, str]) -> tuple[Run, int]:
    """Run a task, with sessions or without; return how many requests it made, the login and its end not counted.

    All are on one connection to each appliance, and without a session there is one login on each.
    """
    own, peer = (by_session(opened.get(name)) for name in (budget.at, "west"))
    run = bench.change(budget.module, filled(budget.options, made), budget.at, connection=own, to_peer=peer)
    connections = {row["peer"]: row["appliance"] for row in run.requests}
    assert len(connections) == len(set(connections.values())) <= (2 if budget.module in PEER else 1), budget
    logins = [(row["peer"], row["method"]) for row in run.requests if is_login(row)]
    assert sorted(logins) == ([] if opened else sorted(product(connections, ("DELETE", "POST")))), budget
    return run, len(run.requests) - len(logins)


def by_session(token: str | None) -> Record:
    """Options of a connection that has a session already."""
    return {"session": token, "username": None, "password": None} if token else {}


def tokens(bench: Bench) -> dict[str, str]:
    """Open a session with each appliance."""
    found = {}
    for name in ("east", "west"):
        bench.sessions += 1
        found[name] = bench.change("zfssa_session", {}, name).value["token"]
    return found


def end(bench: Bench, opened: dict[str, str]) -> None:
    """End the sessions."""
    for name, token in opened.items():
        bench.sessions -= 1
        bench.change("zfssa_session", GONE, name, connection={"session": token, "username": None, "password": None})


def test_every_module_is_here() -> None:
    assert sorted({budget.module for budget in NOTHING_TO_DO} | {"zfssa_session", *WITH_BYTES}) == MODULES
    changing = {module for module in MODULES if WRITES[module]} - set(WITH_BYTES)
    assert {budget.module for budget in CHANGES} == changing
    assert all(budget.why for budget in NOTHING_TO_DO if budget.requests > 1)


def test_requests_that_it_takes_to_do_nothing(bench: Bench) -> None:
    made = prepare(bench.lab, WORLD)
    on_the_way(bench.lab)
    opened = tokens(bench)
    counted: dict[str, Any] = {}
    for budget in NOTHING_TO_DO:
        with_session, few = count(bench, budget, made, opened)
        without, many = count(bench, budget, made, {})
        assert not with_session.changed and not without.changed, budget
        counted[f"{budget.module} {budget.options}"] = (few, many)
    end(bench, opened)

    assert counted == {
        f"{budget.module} {budget.options}": (budget.requests, budget.requests) for budget in NOTHING_TO_DO
    }


@pytest.mark.parametrize("budget", CHANGES, ids=lambda budget: budget.module[6:])
def test_requests_that_it_takes_to_change_something(budget: Budget, bench: Bench) -> None:
    """A change is at most two more than a look, unless the table says why."""
    made = prepare(bench.lab, budget.before)
    on_the_way(bench.lab)

    done, requests = count(bench, budget, made, {})

    assert done.changed
    assert requests == budget.requests
    if budget.module not in ALWAYS:
        again, least = count(bench, budget, made, {})
        assert not again.changed
        assert budget.why or requests <= least + 2


def test_package_of_old_software_is_looked_for_at_its_source(bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of("2013.1")
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    opened = tokens(bench)

    # Where it would be on newer software, the sources, the package below its source.
    _run, requests = count(bench, Budget("zfssa_replication_package", {"id": "{id}"}, at="west"), made, opened)
    end(bench, opened)

    assert requests == 3
