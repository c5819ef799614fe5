"""Services, and what reading and changing cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import Case, play, rows
from lab_appliances import RELEASES, Record
from module_runner import Bench

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
        releases=RELEASES,
    ),
    Case(
        "number as text",
        "zfssa_service",
        {"name": "ssh", "properties": {"listen_port": "2222"}},
        expect={"properties": {"listen_port": 2222}},
        releases=RELEASES,
    ),
    Case(
        "flag as text",
        "zfssa_service",
        {"name": "iscsi", "properties": "isns_access=yes target_chap_name=zs-east"},
        again={"name": "iscsi", "properties": {"isns_access": "on"}},
        releases=RELEASES,
    ),
    Case(
        "list of one as text",
        "zfssa_service",
        {"name": "ntp", "properties": {"servers": "ntp.example.com"}},
        expect={"properties": {"servers": ["ntp.example.com"]}},
        releases=RELEASES,
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
        releases=RELEASES,
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


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"isns_acces": True}, ("service iscsi has no property isns_acces", "isns_access, isns_server")),
        ({"isns_access": "perhaps"}, ("isns_access", "'perhaps' is neither true nor false")),
    ],
)
def test_property_that_cannot_be_is_refused_unwritten(
    properties: Record, words: tuple[str, ...], check: bool, bench: Bench
) -> None:
    run = bench.refuse("zfssa_service", {"name": "iscsi", "properties": properties}, check=check)

    assert all(word in run.msg for word in words), run.msg
    assert run.writes == []


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
