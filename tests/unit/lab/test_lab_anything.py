"""Whatever comes in, in whatever order: the lab itself never fails, and the space adds up."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from lab_world import AUTH, GIB, MIB

from zfssa_lab import clustering, steering
from zfssa_lab.api.dispatch import ROUTES, Request
from zfssa_lab.clock import ManualClock
from zfssa_lab.lab import Lab, Settings
from zfssa_lab.model.errors import ApplianceError
from zfssa_lab.release import RELEASE_NAMES

HEADERS = {"authorization": "Basic " + base64.b64encode(":".join(AUTH).encode()).decode()}
BODIES: dict[str, list[dict[str, Any]]] = {
    "luns": [{"name": "a", "volsize": "1g", "sparse": True}, {"name": "b", "volsize": "2g"}],
    "filesystems": [{"name": "b"}],
    "projects": [{"name": "p"}],
    "snapshots": [{"name": "a"}, {"name": "b"}],
    "clone": [{"share": "b"}, {"share": "a", "project": "p"}, {"target_project": "t"}],
    "reverse": [{"projname": "t"}],
    "pkgreverse": [{"projname": "t", "enable_action_upon_reversal": True}],
    "schedules": [{"frequency": "5min"}, {"frequency": "day", "hour": 3}],
    "automatic": [{"frequency": "hour", "keep": 2}, {"frequency": "halfhour"}],
    "replication": [{"inherited": False}],
    "sever": [{"projname": "t"}, {"projname": "p"}],
    "actions": [
        {"pool": "tank", "project": "default", "share": "a", "target": "west", "target_pool": "tank"},
        {"pool": "tank", "target": "west"},
        {"pool": "tank", "project": "default", "share": "a", "target": "north", "target_pool": "tank"},
        {"pool": "tank", "project": "p", "target": "east", "target_pool": "tank"},
    ],
    "initiators": [{"initiator": "iqn.2020-01.com.example:h1"}],
    "initiator-groups": [{"name": "a", "initiators": ["iqn.2020-01.com.example:h1"]}],
}
CHANGES: list[dict[str, Any]] = [
    {}, {"volsize": 700 * MIB}, {"volsize": "5g"}, {"sparse": False}, {"initiatorgroup": "a"},
    {"project": "p"}, {"name": "b"}, {"quota": "4g"}, {"reservation": "3g"}, {"lunumber": 1},
    {"continuous": True}, {"unset": ["compression"]}, {"compression": "gzip"}, {"enabled": False},
]  # fmt: skip
HEADS = {"appliances": ["east", "west"]}
ORDERS: list[tuple[Callable[[Lab, dict[str, Any]], Any], dict[str, Any]]] = [
    (clustering.form, HEADS), (clustering.form, HEADS), (clustering.fail_back, {}), (clustering.dissolve, {}),
    (clustering.take_over, {"appliance": "east"}), (clustering.take_over, {"appliance": "west"}),
    (steering.step_clock, {"advance_s": 3600}), (steering.step_clock, {"advance_s": 366 * 86400}),
]  # fmt: skip
ODD: list[Any] = [None, True, -1, 1.5, "", "x" * 100, [], ["a"], {}, "true", 1 << 70, "ä\n"]
FREQUENT = ("create_a_lun", "create_action", "send_update", "sever", "create_snapshot",
            "clone_snapshot", "set_inheritance", "create_project")  # fmt: skip
PLACES = {
    "pool": ["tank"], "project": ["default"] * 6 + ["p", "t"], "protocol": ["iscsi"] * 9 + ["fc"],
    "name": ["a", "replication", "default", "iqn.2020-01.com.example:h1"], "source": ["east"],
    "target": ["west"], "share": ["a", "b"], "lun": ["a", "b"], "filesystem": ["a", "b"],
    "snapshot": ["a", "b"],
}  # fmt: skip


def make_request(pick: random.Random, lab: Lab) -> Request:
    """Return a request that often makes sense."""
    usual = [one for one in ROUTES if one.endpoint.__name__ in FREQUENT]
    route = pick.choice(usual if pick.random() < 0.5 else ROUTES)
    known = [
        ident
        for one in lab.fleet.appliances.values()
        for ident in (*one.replication.actions, *one.replication.packages)
    ]
    actions = [action for one in lab.fleet.appliances.values() for action in one.replication.actions.values()]
    automatic = [
        ident for one in lab.fleet.appliances.values() for pool in one.pools.values() for ident in pool.automatic
    ]
    places = {
        **PLACES,
        "action": known or ["x"],
        "package": known or ["x"],
        "schedule": [ident for action in actions for ident in action.schedules] or ["x"],
        "automatic": automatic or ["x"],
        "autosnap": automatic or ["x"],
    }
    template = "/".join(route.segments)
    path = re.sub(r"\{(\w+)\}", lambda found: pick.choice(places.get(found[1], ["a"])), template)
    body = dict(pick.choice(BODIES.get(path.rsplit("/", 1)[-1], CHANGES)))
    if body and pick.random() < 0.1:
        body[pick.choice(list(body))] = pick.choice(ODD)
    target = f"/api/{route.service}/v1/{path}".rstrip("/") + pick.choice(
        ["", "?confirm=true", "", "?depth=2", "?props=true", "?snaps=true&limit=1"]
    )
    text = json.dumps(body).encode() if route.method in ("POST", "PUT") else b""
    return Request(route.method, target, HEADERS, text)


def check_space(lab: Lab) -> None:
    """The numbers of each pool add up."""
    for state in lab.state()["appliances"].values():
        usage = state["pools"][0]["usage"]
        assert usage["used"] + usage["available"] == usage["total"]
        assert usage["available"] <= usage["free"] <= usage["total"]


def check_places(lab: Lab) -> None:
    """Whatever was handed over, actions and packages are where their pool is."""
    for head in lab.fleet.appliances.values():
        assert all(pool.appliance is head for pool in head.pools.values())
        assert all(action.project.pool.appliance is head for action in head.replication.actions.values())
        assert all(package.pool.appliance is head for package in head.replication.packages.values())
    assert all(update.action.update is update for update in lab.fleet.updates)


@pytest.mark.parametrize("release", RELEASE_NAMES)
def test_anything_on_a_cluster(release: str) -> None:
    """Neither do they while heads take over, fail back, part and meet again, and time leaps."""
    pick = random.Random(5)  # noqa: S311 - repeatable on purpose
    pools = {"east": {"tank": 12 * GIB}, "west": {"lake": 12 * GIB}, "north": {"tank": 12 * GIB}}
    addresses = {"east": "127.0.0.1", "west": "127.0.0.2", "north": "127.0.0.3"}
    lab = Lab(Settings(addresses, release=release, pools={}, own_pools=pools), ManualClock())
    for number in range(1000):
        if number % 25 == 0:
            order, body = pick.choice(ORDERS)
            with contextlib.suppress(ApplianceError):
                order(lab, body)
        request = make_request(pick, lab)
        reply = lab.exchange(pick.choice(["east", "west", "north"]), request)
        assert reply is not None
        assert reply.status < 500 or reply.status in (501, 503), (request, reply)
        check_places(lab)


@pytest.mark.parametrize("release", RELEASE_NAMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_anything(release: str, seed: int) -> None:
    """Thousands of requests, sensible and odd, end in an answer that is no internal error."""
    pick = random.Random(seed)  # noqa: S311 - repeatable on purpose
    addresses = {"east": "127.0.0.1", "west": "127.0.0.2"}
    lab = Lab(Settings(addresses, release=release, pools={"tank": 12 * GIB}), ManualClock())
    assert isinstance(lab.clock, ManualClock)
    for number in range(1500):
        lab.clock.advance(pick.random() / 2 if number % 20 else pick.random() * 7200)
        request = make_request(pick, lab)
        reply = lab.exchange(pick.choice(["east", "east", "west"]), request)
        assert reply is not None
        json.dumps(reply.body)
        assert reply.status < 500 or reply.status in (501, 503), (request, reply)
        try:
            lab.write("east", "tank", "default", "a", pick.randrange(1, 64 * MIB))
        except ApplianceError:
            pass
        if number % 10 == 0:
            check_space(lab)
