"""What a host needs to log in: targets, their addresses, LU numbers and CHAP users."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._connection import Fabric, connection
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN

H1, H2, H3 = (f"iqn.2020-01.com.example:h{number}" for number in (1, 2, 3))
T1, T2 = (f"iqn.1986-03.com.sun:02:t{number}" for number in (1, 2))


def lun(*groups: str, **values: Any) -> dict[str, Any]:
    """The record of a LUN."""
    place = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
    wire = {"volsize": 1024, "initiatorgroup": list(groups), "assignednumber": [], "targetgroup": "default"}
    return LUN.normalise({**place, **wire, **values})


INTERFACES = (
    {"interface": "a", "state": "up", "curaddrs": ["192.0.2.1", "2001:db8::1"], "admin": False},
    {"interface": "b", "state": "up", "curaddrs": [], "v4addrs": ["192.0.2.2/24"], "admin": False},
    {"interface": "down", "state": "down", "curaddrs": ["192.0.2.8"], "admin": False},
    {"interface": "mgmt", "state": "up", "curaddrs": ["192.0.2.9"], "admin": True},
)


def target(iqn: str, *interfaces: str, **values: Any) -> dict[str, Any]:
    """The record of a target."""
    told = {"alias": iqn, "interfaces": list(interfaces), "auth": "none", "chap_user": "", "state": "online"}
    return {"iqn": iqn, **told, **values}


def portals(*targets: dict[str, Any], interfaces: Any = INTERFACES) -> list[str]:
    """Where a LUN is to be found behind targets."""
    found: list[str] = connection(lun(), (), (), Fabric((), targets, (), interfaces))["portals"]
    return found


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ((), []),
        ((target(T1),), ["192.0.2.1:3260", "192.0.2.2:3260", "[2001:db8::1]:3260"]),
        ((target(T1, "b"),), ["192.0.2.2:3260"]),
        ((target(T1, "b"), target(T2, "b", "a")), ["192.0.2.1:3260", "192.0.2.2:3260", "[2001:db8::1]:3260"]),
        ((target(T1, "down", "unplugged"),), []),
        ((target(T1, "mgmt"),), ["192.0.2.9:3260"]),
        ((target(T1, state="offline"),), []),
        ((target(T1, "b", state=None),), ["192.0.2.2:3260"]),
    ],
)
def test_portals_are_where_the_targets_are(targets: tuple[Any, ...], expected: list[str]) -> None:
    assert portals(*targets) == expected


def test_appliance_with_one_interface_for_everything_uses_that() -> None:
    assert portals(target(T1), interfaces=INTERFACES[3:]) == ["192.0.2.9:3260"]


@pytest.mark.parametrize(
    ("group", "targets"), [("default", [T1, T2]), ("tg-a", [T1]), ("tg-b", []), ("of another protocol", [])]
)
def test_targets_are_those_of_the_group(group: str, targets: list[str]) -> None:
    groups = ({"name": "tg-a", "targets": [T1]}, {"name": "tg-b", "targets": []})
    fabric = Fabric((), (target(T2), target(T1)), groups, ())

    assert connection(lun(targetgroup=group), (), (), fabric)["targets"] == targets


@pytest.mark.parametrize(
    ("hosts", "user"), [((H1,), "u1"), ((H1, H2), None), ((H3,), None), ((H1, H3), None), ((), None)]
)
def test_chap_user_is_told_when_there_is_one(hosts: tuple[str, ...], user: str | None) -> None:
    initiators = tuple({"initiator": name, "chap_user": one} for name, one in ((H1, "u1"), (H2, "u2"), (H3, "")))

    assert connection(lun(), (), hosts, Fabric(initiators))["chap_user"] == user


@pytest.mark.parametrize(
    ("users", "told"),
    [([], None), (["t1"], "t1"), (["t1", "t1"], "t1"), (["t1", "t2"], None), (["t1", ""], None), ([""], None)],
)
def test_user_of_targets_that_ask_for_chap_is_told_when_there_is_one(users: list[str], told: str | None) -> None:
    targets = tuple(target(f"{T1}-{number}", auth="chap", chap_user=user) for number, user in enumerate(users))
    other = target(T2, chap_user="of no account")

    assert connection(lun(), (), (), Fabric((), (*targets, other)))["target_chap_user"] == told


def test_each_host_has_its_own_number_and_its_own_user() -> None:
    record = lun("ig-a", "ig-b", assignednumber=[5, 7])
    groups = (
        {"name": "ig-a", "initiators": [H1.upper()]},
        {"name": "ig-b", "initiators": [H2, H3]},
        {"name": "ig-c", "initiators": [H3]},
    )
    initiators = tuple({"initiator": name, "chap_user": user} for name, user in ((H1, "u1"), (H2, ""), (H3, "u3")))
    fabric = Fabric(initiators, initiator_groups=groups)

    told = connection(record, ("ig-a", "ig-b"), (H3, H1, H2), fabric)

    assert told["hosts"] == [
        {"initiator": H1, "lu_number": 5, "chap_user": "u1"},
        {"initiator": H2, "lu_number": 7, "chap_user": None},
        {"initiator": H3, "lu_number": 7, "chap_user": "u3"},
    ]


@pytest.mark.parametrize(("numbers", "told"), [([5, 5], 5), ([5, 7], None), ([5, -1], None), ([-1, -1], None)])
def test_host_of_two_groups_has_a_number_when_both_have_the_same(numbers: list[int], told: int | None) -> None:
    record = lun("ig-a", "ig-b", assignednumber=numbers)
    fabric = Fabric(initiator_groups=tuple({"name": name, "initiators": [H1]} for name in ("ig-a", "ig-b")))

    assert connection(record, ("ig-a", "ig-b"), (H1,), fabric)["hosts"][0]["lu_number"] == told


def test_chap_of_one_target_is_chap() -> None:
    fabric = Fabric((), (target(T1), target(T2, auth="chap")))

    assert connection(lun(), (), (), fabric)["auth"] == "chap"
