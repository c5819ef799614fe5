"""The control port: journal, state, faults, reset, writes."""

from __future__ import annotations

import threading
import time

import pytest
import requests
from lab_world import GIB, LUNS, MASK, MIB, World, lun, snapshot, write

from zfssa_lab.model.space import POOL_METADATA

STATE_KEYS = {
    "sessions", "pools", "projects", "luns", "filesystems", "snapshots", "schema", "initiators",
    "initiator_groups", "targets", "target_groups", "replication_targets", "actions", "sources",
    "packages",
}  # fmt: skip
ROW_KEYS = {"n", "appliance", "method", "path", "status", "t", "session", "fault", "peer"}


def plan(world: World, action: object, **more: object) -> None:
    """Plan a fault for requests to east."""
    answer = world.tell("POST", "/faults", {"appliance": "east", "action": action, **more})
    assert "fault" in answer, answer


def test_journal_numbers_and_filters(world: World) -> None:
    """Rows have their documented keys and can be asked for by appliance and number."""
    world.do(lun(), ("west", "GET", "storage/v1/pools?x=1"), ("GET", "storage/v1/pools"))
    rows = world.tell("GET", "/journal")
    assert [row["n"] for row in rows] == [1, 2, 3]
    assert all(row.keys() == ROW_KEYS for row in rows)
    assert (rows[0]["method"], rows[0]["status"]) == ("POST", 201)
    assert rows[1]["path"] == "/api/storage/v1/pools?x=1"
    assert len(world.tell("GET", "/journal?appliance=east&since=1")) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"pool": "lake", "broken": True},
        {"interface": "ixgbe9", "broken": True},
        {"pool": "tank", "broken": 1},
        {"pool": "tank"},
    ],
)
def test_hardware_that_is_not_there_cannot_break(world: World, body: dict[str, object]) -> None:
    """What cannot be meant is refused, and nothing is broken."""
    assert "error" in world.tell("POST", "/hardware", {"appliance": "east", **body})
    assert world.do(("GET", "storage/v1/pools/tank"))["pool"]["status"] == "online"


@pytest.mark.parametrize("query", ["appliance=north", "since=-1", "since=x", "since=%C2%B2", "since=" + "9" * 5000])
def test_bad_queries_of_the_journal(world: World, query: str) -> None:
    """What cannot be meant is refused in a sentence."""
    with requests.Session() as http:
        http.trust_env = False
        response = http.get(f"{world.control}/journal?{query}", timeout=5)
    assert (response.status_code, "error" in response.json()) == (400, True)


def test_state_has_every_kind(world: World) -> None:
    """Nothing is hidden in the state, except secrets."""
    world.do(lun(), snapshot())
    state = world.tell("GET", "/state")["appliances"]
    assert set(state) == {"east", "west"}
    assert all(kinds.keys() == STATE_KEYS for kinds in state.values())
    found = state["east"]["snapshots"][0]
    assert (found["pool"], found["project"], found["share"]) == ("tank", "default", "a")


def test_sessions_are_those_of_the_state(world: World) -> None:
    """A session is listed until it ends, on its appliance, as the state has it."""
    assert world.tell("GET", "/sessions") == {"appliances": {"east": [], "west": []}}

    token = world.east.call("POST", "access/v1").headers["X-Auth-Session"]

    listed = world.tell("GET", "/sessions")["appliances"]
    assert (len(listed["east"]), listed["west"]) == (1, [])
    assert listed["east"] == world.state("east")["sessions"]
    assert token not in str(listed)

    world.east.call("DELETE", "access/v1", headers={"X-Auth-Session": token})

    assert world.tell("GET", "/sessions") == {"appliances": {"east": [], "west": []}}


def test_tokens_and_secrets_show_nowhere(world: World) -> None:
    """Neither journal nor state gives a token, a password or a CHAP secret away."""
    token = world.east.call("POST", "access/v1").headers["X-Auth-Session"]
    secret = {"initiator": "iqn.2020-01.com.example:h", "chapuser": "u", "chapsecret": "tell-nobody-1"}
    world.do(("POST", "san/v1/iscsi/initiators", secret))
    with requests.Session() as http:
        http.trust_env = False
        text = http.get(world.control + "/journal", timeout=5).text
        text += http.get(world.control + "/state", timeout=5).text
    for hidden in (token, "tell-nobody-1", "lab-password"):
        assert hidden not in text
    assert world.state("east")["sessions"][0]["session"] in text


def test_status_fault_hits_the_nth_request(world: World) -> None:
    """nth counts matching requests only; nothing is done on a planned status."""
    plan(world, {"status": 503}, method="POST", path="/luns$", nth=2, times=2)
    statuses = [world.east.call(*lun(str(number))).status_code for number in range(5)]
    assert statuses == [201, 503, 503, 201, 201]
    assert len(world.state("east")["luns"]) == 3
    row = world.tell("GET", "/journal")[1]
    assert (row["status"], row["fault"]) == (503, {"status": 503})


def test_status_fault_has_a_fault_body(world: World) -> None:
    """A planned status looks like the appliance's own (API reference 1.7)."""
    plan(world, {"status": 503})
    fault = world.east.call("GET", "storage/v1/pools").json()["fault"]
    assert (fault["code"], fault["name"]) == (503, "ERR_BUSY")


@pytest.mark.parametrize(("when", "left"), [("before", 0), ("after", 1)])
def test_drop(world: World, when: str, left: int) -> None:
    """The connection is cut; the work is done only by "after"."""
    plan(world, {"drop": when}, method="POST")
    with pytest.raises(requests.ConnectionError):
        world.east.call(*lun())
    assert len(world.state("east")["luns"]) == left
    row = world.tell("GET", "/journal")[-1]
    assert (row["status"], row["fault"]) == (None, {"drop": when})
    assert world.east.call("GET", "storage/v1/pools").status_code == 200


def test_expire_sessions(world: World) -> None:
    """Every session of the appliance ends, and the request sees it."""
    token = world.east.call("POST", "access/v1").headers["X-Auth-Session"]
    plan(world, {"expire_sessions": True})
    headers = {"X-Auth-Session": token}
    assert world.east.call("GET", "storage/v1/pools", headers=headers).status_code == 401
    assert world.state("east")["sessions"] == []


def test_delay(world: World) -> None:
    """A delayed request is answered late, and not otherwise."""
    plan(world, {"delay_ms": 150})
    response = world.east.call("GET", "storage/v1/pools")
    assert response.status_code == 200
    assert response.elapsed.total_seconds() >= 0.15


def test_request_that_waits_during_a_reset_does_nothing(world: World) -> None:
    """What came before a reset is forgotten: it gets no answer, makes nothing and stands in no journal."""
    plan(world, {"delay_ms": 1000})
    outcome: list[object] = []

    def late() -> None:
        try:
            outcome.append(world.east.call(*lun()).status_code)
        except requests.RequestException as error:
            outcome.append(error)

    client = threading.Thread(target=late)
    client.start()
    deadline = time.monotonic() + 10
    while world.tell("GET", "/faults")["faults"]:
        assert time.monotonic() < deadline
    world.tell("POST", "/reset")
    client.join(10)

    assert isinstance(outcome[0], requests.RequestException)
    assert world.state("east")["luns"] == []
    assert world.tell("GET", "/journal") == []


def test_faults_are_deleted(world: World) -> None:
    """DELETE /faults leaves no plan."""
    plan(world, {"status": 500})
    assert len(world.tell("GET", "/faults")["faults"]) == 1
    world.tell("DELETE", "/faults")
    assert world.east.call("GET", "storage/v1/pools").status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"action": {}},
        {"action": {"status": 200}},
        {"action": {"status": 503, "drop": "after"}},
        {"action": {"drop": "now"}},
        {"action": {"explode": True}},
        {"action": {"status": 503}, "nth": 0},
        {"action": {"status": 503}, "times": "two"},
        {"action": {"status": 503}, "path": "("},
        {"action": {"status": 503}, "appliance": "north"},
        {"action": {"status": 503}, "appliance": []},
        {"action": {"status": 503}, "verb": "GET"},
    ],
)
def test_bad_plans_are_refused(world: World, bad: object) -> None:
    """A plan that makes no sense is an error, not ignored."""
    assert "error" in world.tell("POST", "/faults", bad)
    assert world.tell("GET", "/faults")["faults"] == []


def test_reset(world: World) -> None:
    """Everything is as at first; the appliances keep their ASNs."""
    before = world.do(("GET", "system/v1/version"))["version"]["asn"]
    world.do(lun())
    plan(world, {"status": 500}, path="never")
    world.tell("POST", "/reset")
    assert world.tell("GET", "/journal") == []
    assert world.tell("GET", "/faults")["faults"] == []
    assert world.state("east")["luns"] == []
    assert world.do(("GET", "system/v1/version"))["version"]["asn"] == before


def test_write_moves_the_space(world: World) -> None:
    """A sparse LUN grows by what a host writes."""
    world.do(lun(sparse=True))
    place = {"appliance": "east", "pool": "tank", "project": "default", "lun": "a"}
    world.tell("POST", "/write", {**place, "bytes": 10 * MIB})
    assert world.do(("GET", f"{LUNS}/a"))["lun"]["space_total"] == 10 * MIB + 16384
    usage = world.do(("GET", "storage/v1/pools/tank"))["pool"]["usage"]
    assert usage["available"] == 1024 * GIB - 10 * MIB - 16384


@pytest.mark.parametrize("how", [{"status": "offline"}, {"initiatorgroup": MASK}])
def test_no_host_writes_to_what_it_cannot_see(world: World, how: dict[str, str]) -> None:
    """An offline LUN, or one presented to nobody, refuses."""
    world.do(lun(**how))
    place = {"appliance": "east", "pool": "tank", "project": "default", "lun": "a", "bytes": 1}
    with requests.Session() as http:
        http.trust_env = False
        assert http.post(world.control + "/write", json=place, timeout=5).status_code == 409


def test_full_pool_refuses_writes(world: World) -> None:
    """A sparse LUN cannot hold more than the pool."""
    world.do(lun(volsize="2000g", sparse=True))
    with pytest.raises(Exception, match="no room"):
        write(1025 * GIB)(world)
    usage = world.do(("GET", "storage/v1/pools/tank"))["pool"]["usage"]
    assert usage["used"] + usage["available"] == usage["total"]
    assert usage["used"] == 16384 + POOL_METADATA


def test_control_describes_itself(world: World) -> None:
    """GET / tells what there is."""
    assert "POST /faults" in world.tell("GET", "/")["calls"]
    assert "error" in world.tell("GET", "/nothing")
    assert "error" in world.tell("PUT", "/state")
