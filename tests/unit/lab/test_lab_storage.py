"""Behaviour of storage objects that one request cannot show: every href leads somewhere, answers agree, work takes time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lab_facts import FS, OWNER, TARGET, A, proj
from lab_world import GIB, LUNS, PROJECTS, REPLICATED, World, clone, group, initiator, lun, snapshot, wait, write

from zfssa_lab.api.dispatch import ROUTES
from zfssa_lab.release import RELEASE_NAMES, release

POOL = "storage/v1/pools/tank"
FILLED = (
    OWNER,
    TARGET,
    initiator(1),
    group("g", 1),
    proj("p-1", readonly=True),
    lun("b", initiatorgroup="g"),
    snapshot("s:1", "default/luns/b"),
    clone("c", "b", "s:1"),
    ("POST", FS, {"name": "f"}),
    snapshot("of-project", "default"),
    *REPLICATED,
)


def hrefs(value: Any) -> Iterator[str]:
    """Return every href in a body."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "href":
                yield inner
            else:
                yield from hrefs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from hrefs(inner)


def roots(name: str, version: int) -> list[str]:
    """Return the paths that can be read without knowing the name of anything."""
    paths = {
        f"{route.service}/v{version}/{'/'.join(route.segments)}"
        for route in ROUTES
        if route.method == "GET" and "{" not in route.template and release(name).has(route.feature)
    }
    return sorted(paths - {f"storage/v{version}/import"})


@pytest.mark.parametrize(
    ("name", "version"), [(name, version) for name in RELEASE_NAMES for version in release(name).api_versions]
)
@pytest.mark.parametrize("side", ["east", "west"])
def test_every_href_leads_somewhere(name: str, version: int, side: str, worlds: Callable[[str], World]) -> None:
    """Whatever path any record shows can be read, on the source and on the target of a replication."""
    world = worlds(name)
    world.do(*FILLED)
    client = getattr(world, side)
    waiting, seen, dead = roots(name, version), set(), []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = client.call("GET", path)
        if response.status_code != 200:
            dead.append((path, response.status_code))
            continue
        for href in hrefs(response.json()):
            assert href.startswith("/api/"), (path, href)
            waiting.append(href.removeprefix("/api/"))
    assert len(seen) > 50
    assert not dead, dead


CREATIONS = [
    ("project", proj(), f"{PROJECTS}/p"),
    ("lun", lun(), A),
    ("filesystem", ("POST", FS, {"name": "f"}), f"{FS}/f"),
    ("property", OWNER, "storage/v1/schema/owner"),
    ("snapshot", snapshot("s1", "default"), f"{PROJECTS}/default/snapshots/s1"),
]


@pytest.mark.parametrize("name", RELEASE_NAMES)
@pytest.mark.parametrize(("kind", "step", "path"), CREATIONS, ids=[kind for kind, _step, _path in CREATIONS])
def test_creation_answers_what_a_get_shows(
    kind: str, step: tuple[Any, ...], path: str, name: str, worlds: Callable[[str], World]
) -> None:
    """POST, PUT and GET give the same object, and the Location leads to it (API reference 0.2)."""
    world = worlds(name)
    made = world.send(step)
    assert made is not None
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/{path}" == made.json()[kind]["href"]
    shown = world.do(("GET", path))
    assert made.json() == shown
    if kind != "snapshot":
        assert world.do(("PUT", path, {})) == shown
    gone = world.send(("DELETE", path))
    assert gone is not None
    assert (gone.status_code, gone.content) == (204, b"")


@pytest.mark.parametrize("name", RELEASE_NAMES)
def test_severed_settings_are_received(name: str, worlds: Callable[[str], World]) -> None:
    """What came with a replica is `received` until it is set or unset (API reference 4)."""
    world = worlds(name)
    world.do(lun(compression="gzip", copies=2), *REPLICATED[1:])
    world.do(("west", "PUT", f"{world.packages}/{world.id}/sever", {"projname": "new"}))
    path = f"{PROJECTS}/new/luns/a"
    source = world.do(("west", "GET", path))["lun"]["source"]
    assert (source["compression"], source["copies"], source["checksum"]) == ("received", "received", "inherited")
    changed = world.do(("west", "PUT", path, {"compression": "gzip", "unset": ["copies"]}))["lun"]
    assert (changed["source"]["compression"], changed["source"]["copies"]) == ("local", "inherited")
    assert changed["copies"] == 1


def test_scrub_takes_time(world: World) -> None:
    """A scrub reads what is in the pool, and can be stopped (API reference 3)."""
    world.do(lun(), write(GIB), lun("b", sparse=True), write(GIB, "b"), ("PUT", f"{POOL}/scrub"))
    world.clock.advance(1)
    half = world.do(("GET", POOL))["pool"]["scrub"]
    assert (half["complete"], half["examined"], half["op_start"]) == (False, GIB, "20231114T22:13:20")
    assert "last_end" not in half
    again = world.send(("PUT", f"{POOL}/scrub"))
    assert again is not None
    assert again.status_code == 409
    world.clock.advance(2)
    done = world.do(("GET", POOL))["pool"]["scrub"]
    assert done["complete"] is True
    assert done["examined"] == 2 * GIB + 2 * 16384
    world.do(("PUT", f"{POOL}/scrub"), wait(1), ("DELETE", f"{POOL}/scrub"))
    world.clock.advance(5)
    stopped = world.do(("GET", POOL))["pool"]["scrub"]
    assert (stopped["complete"], stopped["examined"]) == (True, GIB)


@pytest.mark.parametrize("name", RELEASE_NAMES)
def test_usage_of_users_adds_up(name: str, worlds: Callable[[str], World]) -> None:
    """What users and groups take is the data of the filesystems (API reference 4)."""
    world = worlds(name)
    for number in range(3):
        world.do(("POST", FS, {"name": f"f{number}", "root_user": f"u{number % 2}"}))
    data = sum(one["space_data"] for one in world.do(("GET", FS))["filesystems"])
    for kind in ("users", "groups"):
        assert sum(one["usage"] for one in world.do(("GET", f"{PROJECTS}/default/usage/{kind}"))[kind]) == data


def test_pages_of_a_list(world: World) -> None:
    """start and limit walk a list without gap or overlap (API reference 1.8)."""
    world.do(*(lun(f"l{number}", volsize=8192) for number in range(7)))
    found: list[str] = []
    while page := world.do(("GET", f"{LUNS}?start={len(found)}&limit=3"))["luns"]:
        found += [one["name"] for one in page]
    assert found == [f"l{number}" for number in range(7)]
