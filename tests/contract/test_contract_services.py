"""Services, sessions, and what reading costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import SENT, Case, lun, on_the_way, play, prepare, project, rows
from lab_appliances import RELEASES, Record, is_login
from module_runner import MODULES, RESULTS, Bench
from test_contract_mapping import CASES as MAPPING_CASES
from test_contract_objects import LUN_CASES, PROJECT_CASES
from test_contract_replication import CASES as REPLICATION_CASES
from test_contract_replication import ROUTE
from test_contract_san import GROUP_CASES, INITIATOR_CASES, TARGET_CASES
from test_contract_schema import CASES as SCHEMA_CASES
from test_contract_snapshots import SNAPSHOT_CASES

LUN = {"pool": "tank", "project": "default", "name": "a"}
CASES = (
    Case(
        "disabled",
        "zfssa_service",
        {"name": "nfs", "state": "disabled"},
        expect={"status": "disabled"},
        releases=RELEASES,
    ),
    Case(
        "enabled", "zfssa_service", {"name": "ftp", "state": "enabled"}, expect={"status": "online"}, releases=RELEASES
    ),
    Case(
        "properties",
        "zfssa_service",
        {"name": "iscsi", "properties": {"isns_access": True}},
        expect={"status": "online"},
    ),
    Case(
        "alerts",
        "zfssa_service",
        {"name": "replication", "properties": {"enable_start_finish_alerts": False}},
    ),
    Case(
        "properties and disabled",
        "zfssa_service",
        {"name": "ssh", "state": "disabled", "properties": {"listen_port": 2222}},
        expect={"status": "disabled"},
        writes=2,
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


def test_service_is_only_read_when_nothing_is_asked(bench: Bench) -> None:
    run = bench.change("zfssa_service", {"name": "iscsi"})

    assert not run.changed
    assert run.value["name"] == "iscsi"
    assert run.value["properties"]["isns_access"] is False


def test_every_module_is_gone_through() -> None:
    cases = LUN_CASES + PROJECT_CASES + SNAPSHOT_CASES + SCHEMA_CASES + CASES
    cases += INITIATOR_CASES + TARGET_CASES + GROUP_CASES + MAPPING_CASES + REPLICATION_CASES
    # An update, a session, a look and a raw call are no state that could be there already: they have tests of their own.
    others = {"zfssa_replication_update", "zfssa_session", "zfssa_info", "zfssa_rest"}

    assert sorted({case.module for case in cases} | others) == MODULES == sorted(RESULTS)


@pytest.mark.parametrize("release", RELEASES)
def test_session_is_opened_shared_and_ended(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)

    predicted = bench.change("zfssa_session", {}, check=True)
    bench.sessions = 1
    opened = bench.change("zfssa_session", {})
    token = {"session": opened.value["token"], "username": None, "password": None}
    used = bench.change("zfssa_project", {"pool": "tank", "name": "proj-a"}, connection=token)
    bench.sessions = 0
    ended = bench.change("zfssa_session", {"state": "absent"}, connection=token)
    again = bench.change("zfssa_session", {"state": "absent"}, connection=token)

    assert predicted.value == {"token": None, "username": "admin", "host": "127.0.0.1"}
    assert [len(run.requests) for run in (predicted, opened, ended)] == [0, 1, 1]
    assert opened.value == {**predicted.value, "token": opened.value["token"]}
    assert not any(is_login(row) for row in used.requests)
    assert ended.value is None and again.value is None
    assert not any(run.changed for run in (predicted, opened, ended, again))


def test_session_that_was_not_opened_in_check_mode_is_done_without(bench: Bench) -> None:
    run = bench.change("zfssa_project", {"pool": "tank", "name": "x"}, connection={"session": ""})

    assert run.changed


def test_connection_comes_from_the_environment(bench: Bench) -> None:
    here = bench.lab.east.connection()
    environment = {f"ZFSSA_{key.upper()}": str(value) for key, value in here.items()}

    run = bench.change(
        "zfssa_project",
        {"pool": "tank", "name": "proj-a"},
        connection=dict.fromkeys(here),
        environment={**environment, "ZFSSA_TIMEOUT": "30"},
    )

    assert run.changed
    assert "proj-a" in bench.lab.east.projects()


# What is there already, and how many requests it takes to see that with a session.
NOTHING_TO_DO = (
    ("zfssa_lun", {**LUN, "size": "1G", "status": "online"}, "east", 1),
    ("zfssa_lun", {**LUN, "name": "x", "state": "absent"}, "east", 1),
    ("zfssa_project", {"pool": "tank", "name": "default", "compression": "off"}, "east", 1),
    ("zfssa_service", {"name": "iscsi", "state": "enabled"}, "east", 1),
    ("zfssa_info", {"gather_subset": ["luns"]}, "east", 1),
    ("zfssa_replication_update", {"id": "{id}", "max_age": 3600}, "east", 1),
    ("zfssa_replication_package", {"id": "{id}", "enabled": True}, "west", 1),
    # The label of the peer, and the actions, are two lists.
    ("zfssa_replication", ROUTE, "east", 2),
    ("zfssa_replication", {**ROUTE, "schedules": []}, "east", 3),
    ("zfssa_replication_target", {"label": "west", "hostname": "west"}, "east", 1),
)


@pytest.mark.parametrize(("module", "options", "at", "most"), NOTHING_TO_DO)
def test_requests_that_a_look_takes(module: str, options: Record, at: str, most: int, bench: Bench) -> None:
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    options = {key: made if value == "{id}" else value for key, value in options.items()}

    without = bench.change(module, options, at, verbosity=3)
    bench.sessions = 1
    token = bench.change("zfssa_session", {}, at).value["token"]
    with_session = bench.change(module, options, at, connection={"session": token}, verbosity=3)
    bench.sessions = 0
    bench.change("zfssa_session", {"state": "absent"}, at, connection={"session": token})

    assert not without.changed and not with_session.changed
    assert len(with_session.requests) == with_session.result["requests"] <= most
    assert len(without.requests) == without.result["requests"] + 2 <= most + 2


@pytest.mark.parametrize(
    ("module", "options", "most"),
    [
        ("zfssa_project", {"pool": "tank", "name": "x"}, 3 + 2),
        ("zfssa_lun", {**LUN, "project": "proj-a", "size": "1G"}, 3 + 2),
        ("zfssa_lun", {**LUN, "size": "2G"}, 3 + 1),
        ("zfssa_lun", {**LUN, "name": "b", "state": "absent"}, 3 + 2),
        ("zfssa_service", {"name": "nfs", "state": "disabled"}, 3 + 1),
    ],
)
def test_requests_that_a_change_takes(module: str, options: Record, most: int, bench: Bench) -> None:
    prepare(bench.lab, (project(), lun(), lun("b")))

    run = bench.change(module, options)

    assert run.changed
    assert len(run.requests) <= most
