"""A new kind of object is one description and one row: all that an object has comes from these."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from lab_world import AUTH

from zfssa_lab import clustering
from zfssa_lab.api.dispatch import ROWS, Request
from zfssa_lab.api.kinds import Plain
from zfssa_lab.api.needs import scope
from zfssa_lab.clock import ManualClock
from zfssa_lab.lab import Lab, Settings
from zfssa_lab.model.errors import StateConflict
from zfssa_lab.model.properties import Property, Table

BOX = Plain(
    path="storage/boxes",
    one="box",
    many="boxes",
    table=Table(
        Property("name", "name", required=True),
        Property("size", "size", 0, high=2**40),
        Property("shape", "string", "square", choices=("square", "round"), modify=False),
        Property("inner", "string", ""),
        Property("hold", "boolean", False, feature="retention"),
        read_only=("href",),
    ),
    references={"inner": "storage/boxes"},
    needs=scope("stmf", "configure"),
    state="boxes",
)

BOXES = "storage/v1/boxes"
A = {"name": "a", "size": 0, "shape": "square", "inner": "", "hold": False, "href": f"/api/{BOXES}/a"}
POOLS = {"east": {"tank": 2**40}, "west": {"lake": 2**40}}
OTHER = {"appliances": ["east", "west"]}


class Toys:
    """A lab with boxes, in this process."""

    def __init__(self, release: str = "8.8") -> None:
        addresses = {"east": "127.0.0.1", "west": "127.0.0.2"}
        settings = Settings(addresses, release=release, pools={}, own_pools=POOLS)
        self.lab = Lab(settings, ManualClock(), (*ROWS, BOX))

    def call(self, method: str, path: str, body: Any = None, who: tuple[str, str] = AUTH, to: str = "east") -> Any:
        """Send a request; return status and body, None for no answer."""
        word = base64.b64encode(":".join(who).encode()).decode()
        text = b"" if body is None else json.dumps(body).encode()
        reply = self.lab.exchange(to, Request(method, f"/api/{path}", {"authorization": f"Basic {word}"}, text))
        return None if reply is None else (reply.status, reply.body)

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """Send a request that is refused; return status and name of the fault."""
        status, answer = self.call(method, path, body, **more)
        return status, answer["fault"]["name"]


@pytest.fixture
def toys() -> Toys:
    """Return a lab with the box ``a``."""
    found = Toys()
    assert found.call("POST", BOXES, {"name": "a"}) == (201, {"box": A})
    return found


def test_it_is_listed_and_read(toys: Toys) -> None:
    """By the keys of its envelope, with its defaults and its path."""
    assert toys.call("GET", BOXES) == (200, {"boxes": [A]})
    assert toys.call("GET", f"{BOXES}/a") == (200, {"box": A})
    assert toys.call("GET", f"{BOXES}?match_shape=round") == (200, {"boxes": []})


def test_it_is_changed_renamed_and_removed(toys: Toys) -> None:
    """A rename is a change of the property that names it."""
    assert toys.call("PUT", f"{BOXES}/a", {"size": "1k"}) == (202, {"box": {**A, "size": 1024}})
    renamed = {**A, "size": 1024, "name": "b", "href": f"/api/{BOXES}/b"}
    assert toys.call("PUT", f"{BOXES}/a", {"name": "b"}) == (202, {"box": renamed})
    assert toys.refused("GET", f"{BOXES}/a") == (404, "ERR_NOT_FOUND")
    assert toys.call("DELETE", f"{BOXES}/b") == (204, None)
    assert toys.call("GET", BOXES) == (200, {"boxes": []})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "fault"),
    [
        ("POST", BOXES, {"name": "b", "colour": "red"}, 400, "ERR_UNKNOWN_ARG"),
        ("POST", BOXES, {}, 400, "ERR_MISSING_ARG"),
        ("POST", BOXES, {"name": "b", "size": 2**41}, 400, "ERR_INVALID_ARG"),
        ("POST", BOXES, {"name": "b", "inner": "c"}, 400, "ERR_INVALID_ARG"),
        ("POST", BOXES, {"name": "a"}, 409, "ERR_OBJECT_EXISTS"),
        ("PUT", f"{BOXES}/a", {"colour": "red"}, 400, "ERR_UNKNOWN_ARG"),
        ("PUT", f"{BOXES}/a", {"shape": "round"}, 400, "ERR_INVALID_ARG"),
        ("PUT", f"{BOXES}/a", {"href": "/"}, 400, "ERR_INVALID_ARG"),
        ("PUT", f"{BOXES}/b", {"size": 1}, 404, "ERR_NOT_FOUND"),
        ("DELETE", f"{BOXES}/b", None, 404, "ERR_NOT_FOUND"),
        ("PATCH", BOXES, {}, 405, "ERR_METHOD_NOT_ALLOWED"),
    ],
)
def test_it_is_strict(toys: Toys, method: str, path: str, body: Any, status: int, fault: str) -> None:
    """What does not fit the description is refused, and changes nothing."""
    assert toys.refused(method, path, body) == (status, fault)
    assert toys.call("GET", BOXES) == (200, {"boxes": [A]})


def test_a_reference_holds(toys: Toys) -> None:
    """What is referred to cannot be removed, and a rename is followed."""
    toys.call("POST", BOXES, {"name": "b", "inner": "a"})
    assert toys.refused("DELETE", f"{BOXES}/a") == (409, "ERR_STATE_CHANGED")
    assert toys.refused("PUT", f"{BOXES}/a", {"name": "b"}) == (409, "ERR_OBJECT_EXISTS")
    toys.call("PUT", f"{BOXES}/a", {"name": "c"})
    assert toys.call("GET", f"{BOXES}/b")[1]["box"]["inner"] == "c"
    toys.call("PUT", f"{BOXES}/b", {"inner": ""})
    assert toys.call("DELETE", f"{BOXES}/c") == (204, None)


def test_it_wants_its_authorization(toys: Toys) -> None:
    """Looking is free; who has the flag may change."""
    monitor = ("monitor", "lab-monitor")
    assert toys.call("GET", BOXES, who=monitor)[0] == 200
    assert toys.refused("POST", BOXES, {"name": "b"}, who=monitor) == (401, "ERR_UNAUTHORIZED")
    toys.call("POST", "user/v1/users/monitor/exceptions", {"scope": "stmf", "allow_configure": True})
    assert toys.call("POST", BOXES, {"name": "b"}, who=monitor)[0] == 201


def test_a_property_comes_with_its_release() -> None:
    """It is neither known nor shown before."""
    older = Toys("8.7")
    assert older.refused("POST", BOXES, {"name": "a", "hold": True}) == (400, "ERR_UNKNOWN_ARG")
    shown = older.call("POST", BOXES, {"name": "a"})[1]["box"]
    assert shown == {name: value for name, value in A.items() if name != "hold"}


def test_clients_can_ask_for_its_properties(toys: Toys) -> None:
    """The metadata come from the same table; nothing is made."""
    status, body = toys.call("POST", f"{BOXES}?props=true", {"name": "b"})
    shape = {"name": "shape", "label": "Shape", "immutable": False, "type": "ChooseOne", "choices": ["square", "round"]}
    assert status == 200
    assert shape in body["props"]
    assert toys.call("GET", BOXES) == (200, {"boxes": [A]})


def test_faults_hit_it_and_the_journal_and_the_log_have_it(toys: Toys) -> None:
    """A planned fault, the row of the journal, the entry of the audit log and the state come by themselves."""
    toys.lab.faults.add({"appliance": "east", "method": "DELETE", "path": "/boxes/a$", "action": {"drop": "after"}})
    assert toys.call("DELETE", f"{BOXES}/a") is None
    assert toys.call("GET", BOXES) == (200, {"boxes": []})
    row = toys.lab.journal.rows()[-2]
    assert (row["method"], row["path"], row["status"]) == ("DELETE", f"/api/{BOXES}/a", None)
    summaries = [str(entry) for entry in toys.call("GET", "log/v1/logs/audit")[1]["logs"]]
    assert any("DELETE /api/storage/v1/boxes/a" in one for one in summaries)
    toys.call("POST", BOXES, {"name": "a"})
    assert toys.lab.state()["appliances"]["east"]["boxes"] == [A]


def test_the_heads_of_a_cluster_share_it(toys: Toys) -> None:
    """As all configuration: shared while they are one, a copy each afterwards; a head that joins must have none."""
    clustering.form(toys.lab, OTHER)
    assert toys.call("GET", BOXES, to="west") == (200, {"boxes": [A]})
    clustering.dissolve(toys.lab, {})
    toys.call("DELETE", f"{BOXES}/a", to="west")
    assert toys.call("GET", BOXES) == (200, {"boxes": [A]})
    toys.call("POST", BOXES, {"name": "w"}, to="west")
    with pytest.raises(StateConflict, match="of its own"):
        clustering.form(toys.lab, OTHER)
