"""Sixteen clients at once: no update is lost, none sees a 500, and no thread stays behind.

Each client does a fixed number of rounds, about two seconds in all.  ``ZFSSA_LAB_LOAD_SECONDS=60`` lets them go on for a minute.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from lab_world import AUTH, LUNS, MIB, PROJECTS, World

INITIATORS = "san/v1/iscsi/initiators"
GROUPS = "san/v1/iscsi/initiator-groups"
CLIENTS = 16
ROUNDS = 6
HEADERS = {
    "Authorization": "Basic " + base64.b64encode(":".join(AUTH).encode()).decode(),
    "Content-Type": "application/json",
}


@dataclass
class Expected:
    """What a client was told: names of LUNs, snapshots by LUN, and how often which status came."""

    luns: set[str] = field(default_factory=set)
    snapshots: dict[str, set[str]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    won: int = 0
    rounds: int = 0


class Worker:
    """One client with one connection."""

    def __init__(self, world: World, number: int, turns: threading.Lock) -> None:
        context = ssl.create_default_context(cafile=world.ca_file)
        self.http = http.client.HTTPSConnection("127.0.0.1", world.port, timeout=60, context=context)
        self.number = number
        self.turns = turns
        self.done = Expected()
        self.iqn = f"iqn.2020-01.com.example:load{number}"

    def call(self, method: str, path: str, body: Any, *wanted: int) -> Any:
        """Send a request; the answer must have one of the statuses."""
        text = json.dumps(body) if body is not None else None
        self.http.request(method, f"/api/{path}", text, HEADERS)
        response = self.http.getresponse()
        content = response.read()
        self.done.statuses[response.status] = self.done.statuses.get(response.status, 0) + 1
        assert response.status in wanted, (method, path, response.status, content)
        return (response.status, json.loads(content) if content else None)

    def prepare(self) -> None:
        """Make what is the client's own."""
        self.call("POST", INITIATORS, {"initiator": self.iqn}, 201)
        self.call("POST", GROUPS, {"name": f"g{self.number}", "initiators": []}, 201)

    def work(self, until: float | None) -> Expected:
        """Do the rounds."""
        self.prepare()
        while self.done.rounds < ROUNDS if until is None else time.monotonic() < until:
            self.round(f"{self.number}-{self.done.rounds}")
            self.join_group("shared")
            self.done.rounds += 1
        self.http.close()
        return self.done

    def round(self, tag: str) -> None:
        """Make, snapshot, rename, clone, grow, race and delete."""
        done = self.done
        groups = ["default"] if self.done.rounds % 2 else [f"g{self.number}"]
        body = {"name": f"l{tag}", "volsize": MIB, "sparse": True, "initiatorgroup": groups}
        self.call("POST", LUNS, body, 201)
        self.call("POST", f"{LUNS}/l{tag}/snapshots", {"name": "s"}, 201)
        self.call("PUT", f"{LUNS}/l{tag}", {"name": f"r{tag}"}, 202)
        self.call("PUT", f"{LUNS}/r{tag}/snapshots/s/clone", {"share": f"c{tag}"}, 201)
        self.call("PUT", f"{LUNS}/r{tag}", {"volsize": 2 * MIB}, 202)
        done.luns |= {f"r{tag}", f"c{tag}"}
        done.snapshots[f"r{tag}"] = {"s"}
        self.join_group(f"g{self.number}")
        raced = self.call("POST", LUNS, {"name": f"race{self.done.rounds}", "volsize": MIB, "sparse": True}, 201, 409)
        done.won += raced[0] == 201
        self.call("PUT", f"{PROJECTS}/default", {"snaplabel": tag}, 202)
        listed = self.call("GET", f"{LUNS}/r{tag}", None, 200)[1]["lun"]
        assert listed["volsize"] == 2 * MIB
        if done.rounds % 3 == 2:
            self.call("DELETE", f"{LUNS}/r{tag}?confirm=true", None, 204)
            done.luns -= {f"r{tag}", f"c{tag}"}
            del done.snapshots[f"r{tag}"]

    def join_group(self, name: str) -> None:
        """Read the members of a group and write them back with this client's; of a shared group only in turn."""
        with self.turns if name == "shared" else threading.Lock():
            members = self.call("GET", f"{GROUPS}/{name}", None, 200)[1]["group"]["initiators"]
            changed = [one for one in members if one != self.iqn] if self.iqn in members else [*members, self.iqn]
            self.call("PUT", f"{GROUPS}/{name}", {"initiators": changed}, 202)


def test_nothing_is_lost_under_load(world: World) -> None:
    """At the end the state is the sum of what was answered."""
    seconds = float(os.environ.get("ZFSSA_LAB_LOAD_SECONDS", "0"))
    until = time.monotonic() + seconds if seconds else None
    world.do(("POST", GROUPS, {"name": "shared", "initiators": []}))
    before = set(threading.enumerate())
    turns = threading.Lock()
    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        futures = [pool.submit(Worker(world, number, turns).work, until) for number in range(CLIENTS)]
        results = [future.result() for future in futures]
    took = time.monotonic() - began
    sent = sum(sum(one.statuses.values()) for one in results)
    print(f"{sent} requests of {CLIENTS} clients in {took:.1f} s, {sent / took:.0f}/s")
    check_state(world, results)
    check_journal(world, results)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert set(threading.enumerate()) <= before


def check_state(world: World, results: list[Expected]) -> None:
    """All that was answered is there, and nothing else."""
    state = world.state("east")
    races = max(one.rounds for one in results)
    assert sum(one.won for one in results) == races
    wanted = {name for one in results for name in one.luns} | {f"race{number}" for number in range(races)}
    names = [one["name"] for one in state["luns"]]
    assert len(names) == len(set(names))
    assert set(names) == wanted
    assert {one["share"] for one in state["snapshots"]} == {name for one in results for name in one.snapshots}
    seen_by_all = [one["assignednumber"] for one in state["luns"] if one["initiatorgroup"] == ["default"]]
    assert len(seen_by_all) == len(set(seen_by_all))
    members = {one["name"]: set(one["initiators"]) for one in state["initiator_groups"]}
    odd = {f"iqn.2020-01.com.example:load{number}" for number, one in enumerate(results) if one.rounds % 2}
    assert members["shared"] == odd
    pool = world.lab.fleet.appliances["east"].pool("tank")
    assert pool.used == sum(share.footprint for project in pool.projects.values() for share in project.shares.values())


def check_journal(world: World, results: list[Expected]) -> None:
    """Each request has its row, with the status that its client saw."""
    rows = world.tell("GET", "/journal")
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    counted: dict[int, int] = {}
    for row in rows[1:]:
        counted[row["status"]] = counted.get(row["status"], 0) + 1
    seen: dict[int, int] = {}
    for one in results:
        for status, count in one.statuses.items():
            seen[status] = seen.get(status, 0) + count
    assert counted == seen
    assert max(seen) < 500
    half = len(rows) // 2
    assert world.tell("GET", f"/journal?since={half}") == rows[half:]
