"""What hosts really read and write over iSCSI, and what they are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_heads import BACK, FORM, TAKEN
from lab_hosts import (
    MIB,
    Host,
    LoginFailed,
    checksum,
    defined,
    hosts_group,
    iqn,
    needs_tgt,
    over,
    portal,
    random_bytes,
    target,
)
from lab_world import (
    ACTIONS,
    LUNS,
    MASK,
    PACKAGES,
    PROJECTS,
    SEND,
    World,
    action,
    clone,
    own_replication,
    snapshot,
    wait,
)

pytestmark = needs_tgt

SECRET, OTHER_SECRET, TARGET_SECRET = "secret-of-h1!", "secret-of-h2!", "targets-secret"
MakeHost = Callable[..., Host]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Start the lab for all tests of this file."""
    world = World("8.8", tmp_path_factory.mktemp("plane"), data_plane="files")
    yield world
    world.close()


@pytest.fixture
def plane(running: World) -> World:
    """Return the lab with one target on each appliance, and the initiator h1 in the group g1 on both."""
    running.reset()
    for step in (target(), defined("h1"), hosts_group("g1", "h1")):
        running.do(step, ("west", *step))
    return running


@pytest.fixture
def host(plane: World, tmp_path: Path) -> MakeHost:
    """Return a function that gives a host at the portal of an appliance."""

    def make(name: str = "h1", user: str = "", secret: str = "", appliance: str = "east") -> Host:
        return Host(name, portal(plane, appliance), tmp_path, user, secret)

    return make


def _iqn(world: World, appliance: str = "east") -> str:
    name: str = world.state(appliance)["targets"][0]["iqn"]
    return name


def _lun(name: str = "a", size: str = "8m", **more: Any) -> Any:
    return ("POST", LUNS, {"name": name, "volsize": size, "sparse": True, "initiatorgroup": "g1", **more})


def _set(**values: Any) -> Any:
    return ("PUT", f"{LUNS}/a", values)


def _space(world: World, *keys: str, name: str = "a") -> list[int]:
    record = world.do(("GET", f"{LUNS}/{name}"))["lun"]
    return [record[key] for key in keys]


def _rollback(name: str = "a", to: str = "s1") -> Any:
    return ("PUT", f"{LUNS}/{name}/snapshots/{to}/rollback?confirm=true")


def test_64_mib_arrive_everywhere(plane: World, host: MakeHost) -> None:
    """An image is written, snapshotted, cloned, rolled back to and replicated; everywhere it is the same image."""
    east, iqn_east = host(), _iqn(plane)
    image = random_bytes(64 * MIB)
    plane.do(_lun(size="64m"))
    east.write(iqn_east, 1, image)
    assert east.sum(iqn_east, 1) == checksum(image)

    changed = over(image, random_bytes(8 * MIB), 16 * MIB)
    plane.do(snapshot(), lambda _world: east.write(iqn_east, 1, changed[16 * MIB : 24 * MIB], 16 * MIB))
    plane.do(clone("c"))
    assert east.sum(iqn_east, 1) == checksum(changed)
    assert east.sum(iqn_east, 2) == checksum(image)
    east.write(iqn_east, 2, random_bytes(MIB))
    plane.do(_rollback())
    assert east.sum(iqn_east, 1) == checksum(image)

    plane.do(own_replication(), action(), SEND, wait(10))
    assert plane.action()["last_result"] == "success"
    east.write(iqn_east, 1, changed[16 * MIB : 24 * MIB], 16 * MIB)
    plane.do(SEND, wait(10))
    assert plane.action()["bytes_sent"] == 8 * MIB
    east.write(iqn_east, 1, random_bytes(MIB))
    plane.do(("west", "PUT", f"{PACKAGES}/{plane.id}/sever", {"projname": "moved"}))
    assert host(appliance="west").sum(_iqn(plane, "west"), 1) == checksum(changed)

    # The snapshot came along with its bytes: a rollback on the other side brings back the first image.
    came = f"{PROJECTS}/moved/luns/a/snapshots/s1/rollback?confirm=true"
    plane.do(("west", "PUT", came))
    assert host(appliance="west").sum(_iqn(plane, "west"), 1) == checksum(image)


@pytest.mark.parametrize("trouble", ["fail", "cancel"])
def test_broken_update_leaves_the_replica(plane: World, host: MakeHost, trouble: str) -> None:
    """After a failed or cancelled update the replica is that of the last good one."""
    first = random_bytes(8 * MIB)
    plane.do(_lun(), lambda _world: host().write(_iqn(plane), 1, first))
    plane.do(own_replication(), action(), SEND, wait(10))
    host().write(_iqn(plane), 1, random_bytes(MIB))
    if trouble == "fail":
        plane.tell("POST", "/faults", {"action": {"replication": "fail"}})
        plane.do(SEND, wait(10))
    else:
        plane.do(SEND, ("PUT", f"{ACTIONS}/{plane.id}/cancelupdate"))
    assert plane.action()["last_result"] != "success"
    plane.do(("west", "PUT", f"{PACKAGES}/{plane.id}/sever", {"projname": "moved"}))
    assert host(appliance="west").sum(_iqn(plane, "west"), 1) == checksum(first)


def test_clone_and_reverse_of_a_package_have_its_bytes(plane: World, host: MakeHost) -> None:
    """What a package becomes has its bytes, and a reversed replication brings back what was written meanwhile."""
    first = random_bytes(8 * MIB)
    plane.do(_lun(), lambda _world: host().write(_iqn(plane), 1, first))
    plane.do(own_replication(), action(), SEND, wait(10))
    west, iqn_west = host(appliance="west"), _iqn(plane, "west")
    plane.do(("west", "PUT", f"{PACKAGES}/{plane.id}/clone", {"target_project": "copy"}))
    assert west.sum(iqn_west, 1) == checksum(first)
    west.write(iqn_west, 1, random_bytes(MIB))
    plane.do(("west", "DELETE", f"{PROJECTS}/copy?confirm=true"))

    plane.do(("west", "PUT", f"{PACKAGES}/{plane.id}/pkgreverse", {"projname": "there"}))
    assert west.sum(iqn_west, 1) == checksum(first)
    news = random_bytes(MIB)
    west.write(iqn_west, 1, news, MIB)
    back = f"{ACTIONS}/{_back(plane)}"
    plane.do(("west", "PUT", back, {"enabled": True}), ("west", "PUT", f"{back}/sendupdate"), wait(10))
    plane.do(("PUT", f"{PACKAGES}/{_back(plane)}/sever", {"projname": "again"}))
    assert host().sum(_iqn(plane), 1) == checksum(over(first, news, MIB))


def _back(world: World) -> str:
    ident: str = world.state("west")["actions"][0]["id"]
    return ident


def test_a_host_that_is_not_in_the_group_is_turned_away(plane: World, host: MakeHost) -> None:
    """The target does not exist for it, and discovery does not name it."""
    plane.do(_lun(), defined("h2"))
    assert _iqn(plane) in host("h1").list()
    with pytest.raises(LoginFailed, match="Target not found"):
        host("h2").inquire(_iqn(plane), 1)
    assert _iqn(plane) not in host("h2").list()
    plane.do(("PUT", "san/v1/iscsi/initiator-groups/g1", {"initiators": [iqn("h2")]}))
    assert "DIRECT_ACCESS" in host("h2").inquire(_iqn(plane), 1)
    with pytest.raises(LoginFailed, match="Target not found"):
        host("h1").inquire(_iqn(plane), 1)


def test_default_group_lets_everybody_in(plane: World, host: MakeHost) -> None:
    """Also hosts that the appliance has never heard of."""
    plane.do(_lun(initiatorgroup="default"))
    assert "DIRECT_ACCESS" in host("stranger").inquire(_iqn(plane), 1)


def test_lun_names_itself_as_the_appliance_does(plane: World, host: MakeHost) -> None:
    """Vendor, product, and the GUID as serial number."""
    guid = plane.do(_lun())["lun"]["lunguid"]
    answer = host().inquire(_iqn(plane), 1)
    assert "Vendor:SUN" in answer
    assert "Product:ZFS Storage" in answer
    assert guid in host().inquire(_iqn(plane), 1, "-e", "1", "-c", "128")


def _unreachable(host: Host, target_iqn: str, number: int = 1) -> None:
    with pytest.raises(LoginFailed):
        host.inquire(target_iqn, number)


@pytest.mark.parametrize(
    ("hide", "show"),
    [
        (_set(initiatorgroup=MASK), _set(initiatorgroup="g1")),
        (_set(status="offline"), _set(status="online")),
        (_set(exported=False), _set(exported=True)),
        (("PUT", "service/v1/services/iscsi/disable"), ("PUT", "service/v1/services/iscsi/enable")),
        (
            ("PUT", "san/v1/iscsi/targets/alias=t", {"state": "offline"}),
            ("PUT", "san/v1/iscsi/targets/alias=t", {"state": "online"}),
        ),
    ],
    ids=["masked", "offline", "not exported", "service off", "target offline"],
)
def test_hidden_lun_is_out_of_reach_and_comes_back(plane: World, host: MakeHost, hide: Any, show: Any) -> None:
    """Before the answer to the request is there, hosts see its effect; the bytes stay."""
    data = random_bytes(MIB)
    plane.do(_lun())
    host().write(_iqn(plane), 1, data)
    name = _iqn(plane)
    plane.do(hide)
    _unreachable(host(), name)
    plane.do(show)
    assert host().read(name, 1)[:MIB] == data


def test_lun_is_seen_through_its_target_group_only(plane: World, host: MakeHost) -> None:
    """Two targets: a LUN of the second one's group is not under the first."""
    second = plane.do(target("u"))["target"]["iqn"]
    first = next(one["iqn"] for one in plane.state("east")["targets"] if one["alias"] == "t")
    plane.do(("POST", "san/v1/iscsi/target-groups", {"name": "tg", "targets": [second]}))
    plane.do(_lun(targetgroup="tg"))
    assert "DIRECT_ACCESS" in host().inquire(second, 1)
    _unreachable(host(), first)
    plane.do(_set(targetgroup="default"))
    for name in (first, second):
        assert "DIRECT_ACCESS" in host().inquire(name, 1)


def test_numbers_are_those_of_the_model(plane: World, host: MakeHost) -> None:
    """Automatic ones begin at 1, a chosen one is obeyed, and each number has its own bytes."""
    numbers = {}
    for name, chosen in (("a", "auto"), ("b", 7), ("c", "auto")):
        numbers[name] = plane.do(_lun(name, lunumber=chosen))["lun"]["assignednumber"]
    assert [number if isinstance(number, int) else number[0] for number in numbers.values()] == [1, 7, 2]
    images = {number: random_bytes(8 * MIB) for number in (1, 7, 2)}
    for number, image in images.items():
        host().write(_iqn(plane), number, image)
    plane.do(("PUT", f"{LUNS}/b", {"name": "renamed"}))
    assert {number: host().sum(_iqn(plane), number) for number in images} == {
        number: checksum(image) for number, image in images.items()
    }


def test_new_size_is_seen_at_the_next_login(plane: World, host: MakeHost) -> None:
    """The old content stays, the new part is empty."""
    data = random_bytes(8 * MIB)
    plane.do(_lun(), lambda _world: host().write(_iqn(plane), 1, data))
    plane.do(_set(volsize="16m"))
    assert host().size(_iqn(plane), 1) == 16 * MIB
    assert host().read(_iqn(plane), 1) == data + bytes(8 * MIB)


def test_chap(plane: World, host: MakeHost) -> None:
    """A target that demands it admits the right name and secret only, and a new secret counts at once."""
    plane.do(_lun(), ("PUT", "san/v1/iscsi/targets/alias=t", _chap_target()))
    name = _iqn(plane)
    _unreachable(host(), name)
    plane.do(_account("h1", "u1", SECRET))
    for user, secret in (("", ""), ("u1", "wrong-secret!"), ("someone", SECRET)):
        with pytest.raises(LoginFailed, match=r"Authentication failure|target requires"):
            host("h1", user, secret).inquire(name, 1)
    assert "DIRECT_ACCESS" in host("h1", "u1", SECRET).inquire(name, 1)
    assert "DIRECT_ACCESS" in host("h1", "u1", SECRET).inquire(name, 1, mutual=f"t1%{TARGET_SECRET}")
    with pytest.raises(LoginFailed):
        host("h1", "u1", SECRET).inquire(name, 1, mutual="t1%not-the-secret")
    plane.do(_account("h1", "u1", OTHER_SECRET))
    _unreachable(host("h1", "u1", SECRET), name)
    assert "DIRECT_ACCESS" in host("h1", "u1", OTHER_SECRET).inquire(name, 1)
    plane.do(("PUT", "san/v1/iscsi/targets/alias=t", {"auth": "none"}))
    assert "DIRECT_ACCESS" in host().inquire(name, 1)


def _chap_target() -> dict[str, str]:
    return {"auth": "chap", "targetchapuser": "t1", "targetchapsecret": TARGET_SECRET}


def _account(name: str, user: str, secret: str) -> Any:
    return ("PUT", f"san/v1/iscsi/initiators/{iqn(name)}", {"chapuser": user, "chapsecret": secret})


def test_numbers_of_space_follow_what_hosts_write(plane: World, host: MakeHost) -> None:
    """New blocks, blocks that a snapshot holds, and blocks that were written twice."""
    plane.do(_lun())
    before = plane.state("east")["pools"][0]["usage"]["used"]
    host().write(_iqn(plane), 1, random_bytes(4 * MIB))
    assert _space(plane, "space_data", "space_snapshots") == [16384 + 4 * MIB, 0]
    assert plane.state("east")["pools"][0]["usage"]["used"] == before + 4 * MIB
    plane.do(snapshot())
    host().write(_iqn(plane), 1, random_bytes(MIB))
    host().write(_iqn(plane), 1, random_bytes(MIB))
    host().write(_iqn(plane), 1, random_bytes(MIB), 4 * MIB)
    assert _space(plane, "space_data", "space_snapshots") == [16384 + 5 * MIB, MIB]
    plane.do(clone("c"))
    assert _space(plane, "space_data", name="c") == [0]
    host().write(_iqn(plane), 2, random_bytes(MIB))
    assert _space(plane, "space_data", name="c") == [MIB]


def test_control_port_writes_bytes(plane: World, host: MakeHost) -> None:
    """They fill what is free first, and count once."""
    data = random_bytes(2 * MIB)
    plane.do(_lun(), lambda _world: host().write(_iqn(plane), 1, data, MIB))
    order = {"appliance": "east", "pool": "tank", "project": "default", "lun": "a", "bytes": 6 * MIB}
    assert plane.tell("POST", "/write", order)["space_data"] == 16384 + 8 * MIB
    image = host().read(_iqn(plane), 1)
    assert image[MIB : 3 * MIB] == data
    assert all(image[place : place + MIB] != bytes(MIB) for place in range(0, 8 * MIB, MIB))
    assert _space(plane, "space_data") == [16384 + 8 * MIB]
    assert "bytes left" in plane.tell("POST", "/write", {**order, "bytes": 1 << 50})["error"]


def test_network_shows_where_the_portal_is(plane: World) -> None:
    """Clients look for it there."""
    interfaces = plane.do(("GET", "network/v1/interfaces"))["interfaces"]
    assert [one["curaddrs"] for one in interfaces if not one["admin"]] == [["127.0.0.1"]] * 2


def test_takeover_moves_luns_to_the_portal_of_the_peer(tmp_path: Path) -> None:
    """The head that has taken over serves the bytes of both, the other one nothing."""
    pools = {"east": {"tank": 1 << 40}, "west": {"lake": 1 << 40}}
    world = World("8.8", tmp_path / "lab", appliances=pools, data_plane="files")
    try:
        world.do(FORM, target(), defined("h1"), hosts_group("g1", "h1"), _lun())
        name, data = _iqn(world), random_bytes(MIB)
        east, west = (Host("h1", portal(world, one), tmp_path) for one in ("east", "west"))
        east.write(name, 1, data)
        _unreachable(west, name)
        world.do(TAKEN)
        assert west.read(name, 1)[:MIB] == data
        _unreachable(east, name)
        west.write(name, 1, data[::-1])
        world.do(BACK, wait(60), ("GET", LUNS))
        assert east.read(name, 1)[:MIB] == data[::-1]
    finally:
        world.close()


def test_what_is_withheld_is_said(plane: World, host: MakeHost) -> None:
    """tgt cannot hide a LUN from one host of a target: the older LUN wins, and the control port says so."""
    plane.do(defined("h2"), hosts_group("g2", "h2"), _lun(), wait(1), _lun("b", initiatorgroup="g2"))
    _unreachable(host("h2"), _iqn(plane))
    assert "DIRECT_ACCESS" in host("h1").inquire(_iqn(plane), 1)
    shown = plane.tell("GET", "/data-plane")["appliances"]["east"]
    assert [(one["what"], "older LUN" in one["reason"]) for one in shown["withheld"]] == [("default/b as 1", True)]
    plane.do(("DELETE", f"{LUNS}/a"))
    assert "DIRECT_ACCESS" in host("h2").inquire(_iqn(plane), 1)


def test_files_go_with_their_objects_and_a_reset_takes_all(plane: World) -> None:
    """A snapshot's bytes live as long as a replica is made of them."""
    folder = Path(plane.ca_file).parent / "bytes"
    plane.do(_lun(), snapshot(), clone("c"))
    assert len(list(folder.iterdir())) == 3
    plane.do(own_replication(), action(), SEND, wait(10), ("DELETE", f"{LUNS}/a/snapshots/s1"))
    # c went with its snapshot; left are a, its base of the next update, and s1, which the replica has.
    assert len(list(folder.iterdir())) == 3
    plane.do(("DELETE", f"{ACTIONS}/{plane.id}"), ("DELETE", f"{LUNS}/a"))
    assert len(list(folder.iterdir())) == 2
    plane.do(("west", "DELETE", f"{PACKAGES}/{plane.id}"))
    assert not list(folder.iterdir())
    plane.do(_lun())
    plane.lab.reset()
    assert not list(folder.iterdir())
    assert plane.tell("GET", "/data-plane")["appliances"]["east"]["targets"] == []
