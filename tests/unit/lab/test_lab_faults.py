"""Planned faults of the answer itself: cut, garbled, slow, or an error after the work was done."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests
from lab_world import LUNS, Client, World, lun

from zfssa_lab.server import GARBAGE


def plan(world: World, action: dict[str, Any], **more: Any) -> None:
    """Plan a fault on the next request to east."""
    answer = world.tell("POST", "/faults", {"appliance": "east", "action": action, **more})
    assert answer["fault"]["action"] == action


def last_row(world: World) -> dict[str, Any]:
    """Return the journal's last row."""
    row: dict[str, Any] = world.tell("GET", "/journal")[-1]
    return row


def test_cut_body(world: World) -> None:
    """The head promises all of the body, half of it comes, and the work is done."""
    plan(world, {"body": "cut"}, method="POST")
    response = world.east.http.post(f"{world.east.url}/api/{LUNS}", json=lun()[2], stream=True, timeout=20)
    assert response.status_code == 201
    length = int(response.headers["Content-Length"])
    received = b""
    with pytest.raises(requests.RequestException):
        for chunk in response.iter_content(1):
            received += chunk
    assert len(received) == (length) // 2
    assert received.startswith(b"{")
    assert [one["name"] for one in world.state("east")["luns"]] == ["a"]
    assert (last_row(world)["status"], last_row(world)["fault"]) == (201, {"body": "cut"})
    assert world.east.call("GET", LUNS).status_code == 200


def test_garbage_body(world: World) -> None:
    """The status is as usual, the body is no JSON, and the work is done."""
    plan(world, {"body": "garbage"}, method="POST")
    response = world.east.call(*lun())
    assert (response.status_code, response.content) == (201, GARBAGE)
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        response.json()
    assert [one["name"] for one in world.state("east")["luns"]] == ["a"]
    assert last_row(world)["status"] == 201
    assert world.east.call("GET", f"{LUNS}/a").json()["lun"]["name"] == "a"


@pytest.mark.parametrize("body", ["cut", "garbage"])
def test_an_answer_without_a_body_stays_whole(world: World, body: str) -> None:
    """A 204 has nothing to cut (API reference 0.2)."""
    world.do(lun())
    plan(world, {"body": body}, method="DELETE")
    response = world.east.call("DELETE", f"{LUNS}/a")
    assert (response.status_code, response.content) == (204, b"")


def test_error_after_the_work(world: World) -> None:
    """With "done" the status comes although all was done, and a second try finds the object there."""
    plan(world, {"status": 500, "done": True}, method="POST")
    response = world.east.call(*lun())
    assert (response.status_code, response.json()["fault"]["code"]) == (500, 500)
    assert world.east.call(*lun()).status_code == 409
    plan(world, {"status": 503}, method="DELETE")
    assert world.east.call("DELETE", f"{LUNS}/a").status_code == 503
    assert world.east.call("DELETE", f"{LUNS}/a").status_code == 204


def test_slow_answer_comes_whole(world: World) -> None:
    """The bytes drip, and are all there at the end."""
    whole = world.east.call("GET", LUNS).content
    plan(world, {"slow_ms": 120})
    response = world.east.http.get(f"{world.east.url}/api/{LUNS}", stream=True, timeout=20)
    assert response.elapsed.total_seconds() < 0.1
    assert response.content == whole


def test_slow_answer_holds_up_nobody(world: World) -> None:
    """While one client waits for the end of its answer, the work is done and others are served."""
    world.east.call("GET", LUNS)
    before = set(threading.enumerate())
    plan(world, {"slow_ms": 600_000}, method="POST")
    slow = Client(world.east.url, world.ca_file)
    response = slow.http.post(f"{slow.url}/api/{LUNS}", json=lun()[2], stream=True, timeout=20)
    assert response.status_code == 201
    assert world.east.call("GET", f"{LUNS}/a").status_code == 200
    assert world.east.call("DELETE", f"{LUNS}/a").status_code == 204
    serving = set(threading.enumerate()) - before
    response.close()
    slow.http.close()
    for thread in serving:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("status", [200, 202])
def test_sessions_expire_in_the_middle(world: World, status: int) -> None:
    """The request itself gets 401 if it uses a session; one with a password goes on (API reference 1.3)."""
    world.do(lun())
    client = Client(world.east.url, world.ca_file)
    client.http.auth = lambda request: request
    token = {"X-Auth-Session": world.east.call("POST", "access/v1").headers["X-Auth-Session"]}
    step: tuple[Any, ...] = ("GET", f"{LUNS}/a") if status == 200 else ("PUT", f"{LUNS}/a", {"compression": "gzip"})
    assert client.call(*step, headers=token).status_code == status
    plan(world, {"expire_sessions": True})
    assert client.call(*step, headers=token).status_code == 401
    assert client.call(*step, headers=token).status_code == 401
    client.http.close()
    plan(world, {"expire_sessions": True})
    assert world.east.call(*step).status_code == status


@pytest.mark.parametrize(
    "bad",
    [
        {"body": "half"},
        {"body": True},
        {"slow_ms": -1},
        {"slow_ms": 600_001},
        {"slow_ms": True},
        {"done": True},
        {"status": 503, "done": False},
        {"drop": "after", "done": True},
        {"body": "cut", "slow_ms": 5},
    ],
)
def test_bad_actions(world: World, bad: dict[str, Any]) -> None:
    """A plan that makes no sense is refused."""
    assert "error" in world.tell("POST", "/faults", {"action": bad})
    assert world.tell("GET", "/faults")["faults"] == []
