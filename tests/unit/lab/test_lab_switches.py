"""The switches for what the guides leave open: how they are put, and what each position does."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from lab_world import (
    ACTIONS,
    LUNS,
    MIB,
    PROJECTS,
    REPLICATED,
    SEND,
    World,
    action,
    clone,
    group,
    initiator,
    lun,
    own_replication,
    snapshot,
    wait,
    write,
)

from zfssa_lab.lab import Lab, Settings
from zfssa_lab.switches import TABLE, BadPosition, Switches, UnknownSwitch, strict_positions

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/lab.md"
SEVER = ("west", "PUT", "{packages}/{id}/sever", {"projname": "t"})
SEVERED = ("west", "GET", f"{PROJECTS}/t/luns/a")
Worlds = Callable[[str], World]


def put(name: str, value: str) -> Callable[[World], None]:
    """Put a switch into a position."""

    def put(world: World) -> None:
        answer = world.tell("PUT", f"/switches/{name}", {"value": value})
        assert answer[name]["value"] == value, answer

    return put


def status(world: World, *step: Any) -> int:
    """Return the status of a request."""
    answer = world.send(step)
    assert answer is not None
    return answer.status_code


def test_the_table_is_documented() -> None:
    """The table in docs/lab.md is that of the code."""
    rows = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].startswith("`") and cells[0].strip("`") in TABLE:
            rows.append(cells)
    assert rows == [
        [f"`{name}`", ", ".join(f"`{value}`" for value in one.values), f"`{one.strict}`", one.description]
        for name, one in TABLE.items()
    ]


def test_each_switch_has_a_default_and_a_strict_position() -> None:
    """Both are among its values; no value is there twice."""
    for switch in TABLE.values():
        assert switch.strict in switch.values
        assert len(set(switch.values)) == len(switch.values) > 1
    assert strict_positions() == {name: switch.strict for name, switch in TABLE.items()}


def test_unknown_names_and_values_are_refused(world: World) -> None:
    """At the start and at the control port, in one sentence that names those that there are."""
    with pytest.raises(UnknownSwitch, match=r"no switch 'links'; there are severed-guid, .*link"):
        Switches({"links": "each"})
    with pytest.raises(BadPosition, match="link takes each or shared, not 'both'"):
        Switches({"link": "both"})
    assert "there is no switch 'links'" in world.tell("PUT", "/switches/links", {"value": "each"})["error"]
    assert "link takes each or shared" in world.tell("PUT", "/switches/link", {"value": "both"})["error"]
    for body in ({}, {"value": 1}, {"value": "each", "more": 1}):
        assert "switch link wants" in world.tell("PUT", "/switches/link", body)["error"]
    assert "method" in world.tell("DELETE", "/switches/link")["error"]


def test_reset_goes_back_to_where_the_lab_began() -> None:
    """Those of the command line, not the defaults."""
    lab = Lab(Settings({"east": "127.0.0.1"}, switches={"link": "shared"}))
    lab.switches.put("link", "each")
    lab.switches.put("date-header", "absent")
    lab.reset()
    assert (lab.switches["link"], lab.switches["date-header"]) == ("shared", "sent")


def test_the_control_port_shows_the_switches(world: World) -> None:
    """With their present positions."""
    world.do(put("link", "shared"))
    shown = world.tell("GET", "/switches")
    assert list(shown) == list(TABLE)
    assert (shown["link"]["value"], shown["link"]["default"], shown["link"]["strict"]) == ("shared", "each", "shared")
    assert shown["severed-guid"]["value"] == "source"


@pytest.mark.parametrize(("value", "same"), [("source", True), ("new", False)])
def test_guid_of_a_severed_lun(world: World, value: str, same: bool) -> None:
    """Severed or reversed; a clone of the package always has one of its own (API reference 15.1)."""
    world.do(put("severed-guid", value), *REPLICATED)
    source = world.state("east")["luns"][0]["lunguid"]
    copy = ("west", "PUT", "{packages}/{id}/clone", {"target_project": "c"})
    world.do(copy, SEVER)
    severed, cloned = (world.do(("west", "GET", f"{PROJECTS}/{name}/luns/a"))["lun"] for name in ("t", "c"))
    assert (severed["lunguid"] == source) is same
    assert cloned["lunguid"] not in (source, severed["lunguid"])


def test_guid_of_a_reversed_lun(world: World) -> None:
    """As that of a severed one."""
    world.do(*REPLICATED)
    source = world.state("east")["luns"][0]["lunguid"]
    world.do(("west", "PUT", "{packages}/{id}/pkgreverse", {"projname": "t"}))
    assert world.do(SEVERED)["lun"]["lunguid"] == source


@pytest.mark.parametrize(("value", "expected"), [("online", "online"), ("replicated", "offline")])
def test_status_of_a_severed_lun(world: World, value: str, expected: str) -> None:
    """That of the source at the last update, or online."""
    world.do(put("severed-status", value), lun(status="offline"), own_replication(), action(), SEND, wait(10))
    world.do(("PUT", f"{LUNS}/a", {"status": "online"}), SEVER)
    assert world.do(SEVERED)["lun"]["status"] == expected


def test_status_that_was_set_in_the_package(world: World) -> None:
    """It is kept by a sever, as all that was changed there (API reference 14.7)."""
    world.do(*REPLICATED, ("west", "PUT", "{packages}/{id}/projects/default/luns/a", {"status": "offline"}), SEVER)
    assert world.do(SEVERED)["lun"]["status"] == "offline"


@pytest.mark.parametrize(("value", "expected"), [("kept", ("7", 7)), ("new", ("auto", 0))])
def test_number_of_a_severed_lun(world: World, value: str, expected: tuple[str, int]) -> None:
    """The fixed one of its source, or the first that is free."""
    world.do(put("severed-lu-number", value), lun(lunumber=7), own_replication(), action(), SEND, wait(10), SEVER)
    severed = world.do(SEVERED)["lun"]
    assert (severed["lunumber"], severed["assignednumber"]) == expected


@pytest.mark.parametrize(("value", "expected"), [("not-presented", 202), ("refused", 409)])
@pytest.mark.parametrize("verb", ["sever", "pkgreverse", "clone"])
def test_groups_that_are_missing_on_the_target(world: World, value: str, expected: int, verb: str) -> None:
    """The LUN is there for nobody, or there is none; nothing is missing once the groups are there."""
    world.do(initiator(1), group("ig", 1), lun(initiatorgroup="ig"), own_replication(), action(), SEND, wait(10))
    world.do(put("sever-missing-groups", value))
    order = ("west", "PUT", f"{{packages}}/{{id}}/{verb}", {"target_project" if verb == "clone" else "projname": "t"})
    answer = world.send(order)
    assert answer is not None
    if expected == 409:
        assert answer.status_code == 409
        assert 'LUN "a" has initiator group "ig", which does not exist here' in answer.json()["fault"]["message"]
        world.do(("west", *initiator(1)), ("west", *group("ig", 1)), order)
        assert world.do(SEVERED)["lun"]["assignednumber"] == 0
    else:
        assert answer.status_code in (201, 202)
        assert world.do(SEVERED)["lun"]["assignednumber"] == -1


DESTRUCTIVE = {
    "lun": ("DELETE", f"{LUNS}/b"),
    "filesystem": ("DELETE", f"{PROJECTS}/default/filesystems/f"),
    "project": ("DELETE", f"{PROJECTS}/p"),
    "snapshot": ("DELETE", f"{LUNS}/a/snapshots/s2"),
    "snapshot of a project": ("DELETE", f"{PROJECTS}/p/snapshots/s"),
    "rollback": ("PUT", f"{LUNS}/a/snapshots/s1/rollback"),
    "custom property": ("DELETE", "storage/v1/schema/owner"),
    "package": ("west", "DELETE", "{packages}/{id}"),
    "received snapshot": ("west", "DELETE", "{packages}/{id}/projects/default/luns/a/snapshots/s1"),
}
THINGS = (
    lun("b"),
    ("POST", f"{PROJECTS}/default/filesystems", {"name": "f"}),
    ("POST", PROJECTS, {"name": "p"}),
    ("POST", f"{PROJECTS}/p/snapshots", {"name": "s"}),
    ("POST", "storage/v1/schema", {"property": "owner", "type": "String"}),
    lun(),
    snapshot("s1"),
    own_replication(),
    action(),
    SEND,
    wait(10),
    snapshot("s2"),
)


@pytest.mark.parametrize("what", DESTRUCTIVE)
@pytest.mark.parametrize(("value", "release"), [("always", "2013.1"), ("always", "8.8"), ("never", "8.8")])
def test_confirmation_of_what_has_no_dependents(worlds: Worlds, what: str, value: str, release: str) -> None:
    """Asked for always, or never; a parameter that nobody asked for is ignored."""
    world = worlds(release)
    *where, path = DESTRUCTIVE[what]
    world.do(*THINGS, put("confirm-destroy", value))
    if value == "always":
        answer = world.send((*where, path))
        assert answer is not None
        assert answer.status_code == 409
        assert "ERR_CONFIRM_REQUIRED" in answer.text
    assert status(world, *where, f"{path}?confirm=true") in (202, 204)


@pytest.mark.parametrize(
    ("value", "release", "expected"), [("by-release", "2013.1", 204), ("by-release", "8.7", 409), ("never", "8.7", 204)]
)
def test_confirmation_of_what_has_dependents(worlds: Worlds, value: str, release: str, expected: int) -> None:
    """By release from 8.7 on (API reference 1.8), or never."""
    world = worlds(release)
    world.do(put("confirm-destroy", value), lun(), snapshot(), clone())
    assert status(world, "DELETE", f"{LUNS}/a") == expected


@pytest.mark.parametrize(("value", "expected"), [("accepted", 202), ("refused", 409)])
@pytest.mark.parametrize("whole", [False, True])
def test_update_of_a_lun_that_is_offline(world: World, value: str, expected: int, whole: bool) -> None:
    """Of the LUN's own action, and of its project's."""
    made = ("POST", ACTIONS, {"pool": "tank", "project": "default", "target": "west", "target_pool": "tank"})
    world.do(put("offline-update", value), lun(), *((made,) if whole else (own_replication(), action())))
    world.do(SEND, wait(10), ("PUT", f"{LUNS}/a", {"status": "offline"}))
    assert status(world, *SEND) == expected


def test_date_header(world: World) -> None:
    """Sent with every answer of an appliance, or with none; the control port does not care."""
    path = "storage/v1/pools"
    assert "Date" in world.east.call("GET", path).headers
    # It is the appliance's own clock that it tells.
    world.clock.advance(86400)
    told = parsedate_to_datetime(world.east.call("GET", path).headers["Date"])
    assert abs(told.timestamp() - world.clock.present()) < 60
    world.do(put("date-header", "absent"))
    for answer in (world.east.call("GET", path), world.east.call("GET", "none")):
        assert "Date" not in answer.headers
        assert answer.headers["Server"] == "TwistedWeb/10.1.0"


@pytest.mark.parametrize(("value", "seconds"), [("each", (0.5, 1.0)), ("shared", (1.0, 1.5))])
def test_bandwidth_of_a_link(world: World, value: str, seconds: tuple[float, float]) -> None:
    """Two updates of 512 MiB and 1 GiB at 1 GiB/s: the longer one is alone once the shorter one is through."""
    steps: list[Any] = [put("link", value)]
    for name, count in (("a", 512), ("b", 1024)):
        steps += [lun(name, volsize="2g"), own_replication(name), write(count * MIB, name)]
    world.do(*steps)
    idents = []
    for name in ("a", "b"):
        world.do(action(name), SEND)
        idents.append(world.id)

    def busy() -> list[str]:
        found = [world.do(("GET", f"{ACTIONS}/{ident}"))["action"] for ident in idents]
        return [one["state"] for one in found]

    # 0.3 s go by before the first byte; the blocks of metadata take next to nothing.
    world.do(wait(0.3 + seconds[0] - 0.01))
    assert busy() == ["sending", "sending"]
    world.do(wait(0.02))
    assert busy() == ["idle", "sending"]
    world.do(wait(seconds[1] - seconds[0] - 0.03))
    assert busy() == ["idle", "sending"]
    world.do(wait(0.03))
    assert busy() == ["idle", "idle"]


def test_updates_of_another_link_do_not_share(heads: Callable[[str], World]) -> None:
    """Each pair of appliances has a link of its own."""
    world = heads("8.8")
    world.do(put("link", "shared"))
    idents = []
    for name, target, pool in (("a", "west", "lake"), ("b", "north", "tank")):
        world.do(lun(name, volsize="2g"), own_replication(name), write(1024 * MIB, name))
        world.do(action(name, target=target, target_pool=pool), SEND)
        idents.append(world.id)
    world.do(wait(1.32))
    for ident in idents:
        assert world.do(("GET", f"{ACTIONS}/{ident}"))["action"]["last_result"] == "success"
