"""The client of a lab in this process: it reads and writes as the real one does, and loses what it is told to lose."""

from __future__ import annotations

import threading

import pytest
from lab_client import AFTER, BEFORE, FINE, LATE, MASKED, ROOT, LabClient, lun_path

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import Writer
from ansible_collections.zfssa.storage.plugins.module_utils.engine._read import Reader, read
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    Busy,
    ConfirmRequired,
    InvalidArgument,
    LostReply,
    NotFound,
    ObjectExists,
)

PATH = lun_path("p", "a")


@pytest.fixture
def appliance() -> LabClient:
    """An appliance with the LUN `a` in project `p`."""
    made = LabClient()
    made.add_project("p")
    made.add_lun("p", "a")
    return made


def test_it_is_a_reader_and_a_writer(appliance: LabClient) -> None:
    reader: Reader = appliance
    writer: Writer = appliance

    found = read(reader, LUN, {"pool": "tank", "project": "p", "name": "a"})

    assert found is not None
    assert writer.send("PUT", PATH, {"volsize": "2m"}).body["lun"]["volsize"] == 2 << 20


@pytest.mark.parametrize(("name", "update"), [("2013.1", 2), ("8.7", 7), ("8.8", 8)])
def test_release_is_known_at_once(name: str, update: int) -> None:
    appliance = LabClient(name)

    assert (appliance.release_known, appliance.release.update, appliance.log) == (True, update, [])


def test_requests_are_counted_and_what_builds_the_state_is_not(appliance: LabClient) -> None:
    assert appliance.log == []

    appliance.get(PATH, {"props": "false"})
    appliance.get(lun_path("p", "b"))
    appliance.send("DELETE", PATH, params={"confirm": "true"})

    assert appliance.log == [("GET", PATH, 200), ("GET", lun_path("p", "b"), 404), ("DELETE", PATH, 204)]
    assert appliance.reads == [PATH, lun_path("p", "b")]
    assert appliance.sent == [("DELETE", PATH, None, {"confirm": "true"})]
    assert appliance.work == [("DELETE", PATH, None)]
    assert appliance.luns() == []


def test_what_is_read_is_not_what_the_appliance_holds(appliance: LabClient) -> None:
    page = appliance.get(PATH)
    assert page is not None

    page["lun"]["initiatorgroup"].append("mine")

    assert appliance.existing("p", "a")["initiatorgroup"] == ["default"]


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", f"{ROOT}pools/tank/projects", {"name": "p"}, ObjectExists),
        ("POST", f"{ROOT}pools/tank/projects", {"name": "q", "colour": "red"}, InvalidArgument),
        ("PUT", lun_path("p", "b"), {"name": "c"}, NotFound),
    ],
)
def test_refusals_are_the_errors_of_the_client(
    method: str, path: str, body: dict[str, str], error: type[Exception], appliance: LabClient
) -> None:
    with pytest.raises(error):
        appliance.send(method, path, body)

    assert len(appliance.sent) == 1
    assert appliance.work == []


@pytest.mark.parametrize(
    ("fate", "at_once", "after_a_read"), [(FINE, 1, 1), (BEFORE, 0, 0), (AFTER, 1, 1), (LATE, 0, 1)]
)
def test_fate_of_a_write(fate: str, at_once: int, after_a_read: int, appliance: LabClient) -> None:
    appliance.fates = [fate]
    try:
        appliance.send("PUT", PATH, {"name": "b"})
    except LostReply:
        assert fate != FINE
    else:
        assert fate == FINE

    assert len(appliance.work) == at_once
    seen = appliance.get(PATH)
    # The read that lets a late write arrive came before it.
    assert (seen is None) == bool(at_once)
    assert len(appliance.work) == after_a_read


def test_late_write_that_is_refused_bothers_nobody(appliance: LabClient) -> None:
    appliance.fates = [LATE]
    with pytest.raises(LostReply):
        appliance.send("PUT", lun_path("p", "none"), {"name": "b"})

    assert appliance.get(PATH) is not None
    assert appliance.work == []


def test_silent_appliance_gives_no_body(appliance: LabClient) -> None:
    appliance.silent = True

    assert appliance.send("PUT", PATH, {"volsize": "2m"}).body == {}


def test_planned_faults_hit_requests_and_not_the_building(appliance: LabClient) -> None:
    appliance.fault({"status": 503}, "GET", "/luns/a$")
    appliance.fault({"drop": "after"}, "PUT", nth=2)

    with pytest.raises(Busy):
        appliance.get(PATH)
    appliance.send("PUT", PATH, {"volsize": "2m"})
    with pytest.raises(LostReply):
        appliance.send("PUT", PATH, {"volsize": "3m"})

    assert appliance.existing("p", "a")["volsize"] == 3 << 20
    assert appliance.log[-1] == ("PUT", PATH, None)


def test_pages_can_be_edited(appliance: LabClient) -> None:
    appliance.edit(PATH, lambda page: {"lun": {**page["lun"], "status": ["x"]}})

    page = appliance.get(PATH)

    assert page is not None
    assert page["lun"]["status"] == ["x"]


@pytest.mark.parametrize("strict", [False, True])
def test_strict_switches(strict: bool) -> None:
    appliance = LabClient("2013.1", strict=strict)
    appliance.add_project("p")
    if not strict:
        appliance.send("DELETE", f"{ROOT}pools/tank/projects/p")
        return

    with pytest.raises(ConfirmRequired):
        appliance.send("DELETE", f"{ROOT}pools/tank/projects/p")


def test_switch_stands_as_told() -> None:
    assert LabClient(strict=True, switches={"link": "each"}).lab.switches["link"] == "each"


def test_builders_make_what_they_say() -> None:
    appliance = LabClient()
    appliance.add_groups()
    appliance.add_property("owner")
    appliance.add_project("p", compression="gzip")
    lun = appliance.add_lun("p", "a", initiatorgroup=["ig-a"], **{"custom:owner": "x"})
    appliance.add_lun("p", "hidden", initiatorgroup=MASKED)
    appliance.add_snapshot("p", "a", "s", clones=2)

    assert (lun["compression"], lun["initiatorgroup"], lun["custom:owner"]) == ("gzip", ["ig-a"], "x")
    assert appliance.do("GET", f"{PATH}/snapshots")["snapshots"][0]["numclones"] == 2
    assert appliance.luns() == ["default/s-0", "default/s-1", "p/a", "p/hidden"]
    assert appliance.lun("p", "none") is None


def test_time_stands_still_until_the_test_moves_it(appliance: LabClient) -> None:
    before = appliance.now

    assert appliance.now == before
    appliance.clock.advance(60)
    assert (appliance.now - before).total_seconds() == 60


def test_other_appliance_is_of_the_same_lab(appliance: LabClient) -> None:
    west = appliance.peer("west")
    west.add_project("only-west")

    assert west.get(f"{ROOT}pools/tank/projects/only-west") is not None
    assert appliance.get(f"{ROOT}pools/tank/projects/only-west") is None
    assert west.peer("east").lun("p", "a") is not None


def test_heads_of_a_cluster_see_each_others_pools() -> None:
    east = LabClient(pools={}, own_pools={"east": {"tank": 2**40}, "west": {"lake": 2**40}})
    east.pair()

    pool = east.look(f"{ROOT}pools/lake")

    assert pool is not None
    assert (pool["status"], pool["owner"]) == ("exported", "west")


def test_nothing_runs_beside_the_test() -> None:
    before = threading.active_count()

    LabClient().add_project("p")

    assert threading.active_count() == before
