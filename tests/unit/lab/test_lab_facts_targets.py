"""Facts of the API reference about iSCSI targets and their groups: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FROM_87, IG, NEW, TARGET, TG, TT, A, Fact, check, rows
from lab_world import World, group, lun

T1 = "iqn.1986-03.com.sun:02:t1"
SECRET = "twelve-chars"
CHAP = {"auth": "chap", "targetchapuser": "u", "targetchapsecret": SECRET}


def tg(name: str = "tg", *targets: str) -> tuple[Any, ...]:
    """Make a target group."""
    return ("POST", TG, {"name": name, "targets": list(targets)})


TARGETS = [
    Fact(
        "9.3",
        "fields",
        (),
        TARGET,
        201,
        lambda b: (
            b["target"].keys()
            == {"alias", "auth", "href", "interfaces", "iqn", "state", "targetchapsecret", "targetchapuser"}
        ),
    ),
    Fact(
        "9.3",
        "defaults",
        (),
        ("POST", TT, {"alias": "t"}),
        201,
        {"auth": "none", "targetchapuser": "", "targetchapsecret": "", "state": "online"},
    ),
    Fact("9.3", "no interface is all", (), ("POST", TT, {"alias": "t"}), 201, {"interfaces": []}, assumed=True),
    Fact("9.3", "nothing is needed", (), ("POST", TT, {}), 201, {"alias": ""}, assumed=True),
    Fact("9.3", "own name", (), TARGET, 201, {"iqn": T1}),
    Fact("9.3", "bad name", (), ("POST", TT, {"alias": "t", "iqn": "t"}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "9.3",
        "long name",
        (),
        ("POST", TT, {"iqn": "iqn.2020-01.com.example:" + "t" * 200}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("9.3", "name taken", (TARGET,), TARGET, 409, "ERR_OBJECT_EXISTS"),
    Fact("9.3", "alias taken", (TARGET,), ("POST", TT, {"alias": "t1"}), 409, "ERR_OBJECT_EXISTS", assumed=True),
    Fact("9.3", "by name", (TARGET,), ("GET", f"{TT}/{T1}"), 200, {"href": f"/api/{TT}/{T1}"}),
    Fact("9.3", "echoed selector", (TARGET,), ("GET", f"{TT}/alias=t1"), 200, {"href": f"/api/{TT}/alias=t1"}),
    Fact("9.3", "by its name as a property", (TARGET,), ("GET", f"{TT}/iqn={T1}"), 200, {"alias": "t1"}, assumed=True),
    Fact("9.3", "list", (TARGET,), ("GET", TT), 200, lambda b: [one["iqn"] for one in b["targets"]] == [T1]),
    Fact(
        "9.3",
        "interfaces",
        (),
        ("POST", TT, {"alias": "t", "interfaces": ["ixgbe0", "ixgbe1"]}),
        201,
        {"interfaces": ["ixgbe0", "ixgbe1"]},
    ),
    Fact(
        "9.3",
        "interfaces change",
        (TARGET,),
        ("PUT", f"{TT}/alias=t1", {"interfaces": ["ixgbe1"]}),
        202,
        {"interfaces": ["ixgbe1"]},
    ),
    Fact(
        "9.3",
        "unknown interface",
        (),
        ("POST", TT, {"alias": "t", "interfaces": ["ixgbe9"]}),
        400,
        lambda b: '"ixgbe0" or "ixgbe1"' in b["fault"]["message"],
    ),
    Fact(
        "9.3",
        "interfaces as a string",
        (),
        ("POST", TT, {"alias": "t", "interfaces": "ixgbe0"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "9.3",
        "chap",
        (),
        ("POST", TT, {"alias": "t", **CHAP}),
        201,
        {"auth": "chap", "targetchapuser": "u", "targetchapsecret": ""},
    ),
    Fact(
        "9.3",
        "chap in two steps",
        (("POST", TT, {"alias": "t", "targetchapuser": "u", "targetchapsecret": SECRET}),),
        ("PUT", f"{TT}/alias=t", {"auth": "chap"}),
        202,
        {"auth": "chap"},
    ),
    Fact(
        "9.3",
        "chap without a user",
        (),
        ("POST", TT, {"alias": "t", "auth": "chap", "targetchapsecret": SECRET}),
        400,
        "ERR_MISSING_ARG",
        assumed=True,
    ),
    Fact(
        "9.3",
        "chap loses its secret",
        (("POST", TT, {"alias": "t", **CHAP}),),
        ("PUT", f"{TT}/alias=t", {"targetchapsecret": ""}),
        400,
        "ERR_MISSING_ARG",
        assumed=True,
    ),
    Fact(
        "9.3",
        "chap ends",
        (("POST", TT, {"alias": "t", **CHAP}),),
        ("PUT", f"{TT}/alias=t", {"auth": "none", "targetchapuser": "", "targetchapsecret": ""}),
        202,
        {"auth": "none"},
    ),
    Fact(
        "9.3",
        "short secret",
        (),
        ("POST", TT, {"alias": "t", "targetchapsecret": "short"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "9.3",
        "unknown auth",
        (),
        ("POST", TT, {"alias": "t", "auth": "radius"}),
        400,
        lambda b: '"none" or "chap"' in b["fault"]["message"],
    ),
    Fact("9.3", "offline", (TARGET,), ("PUT", f"{TT}/alias=t1", {"state": "offline"}), 202, {"state": "offline"}),
    Fact("9.3", "no such state", (TARGET,), ("PUT", f"{TT}/alias=t1", {"state": "x"}), 400, "ERR_INVALID_ARG"),
    Fact(
        "9.3",
        "state at creation",
        (),
        ("POST", TT, {"alias": "t", "state": "offline"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "9.3",
        "name stays",
        (TARGET,),
        ("PUT", f"{TT}/alias=t1", {"iqn": "iqn.2020-01.com.example:t"}),
        400,
        "ERR_INVALID_ARG",
    ),
    Fact(
        "9.3",
        "new alias",
        (TARGET, ("PUT", f"{TT}/alias=t1", {"alias": "t2"})),
        ("GET", f"{TT}/alias=t2"),
        200,
        {"iqn": T1},
    ),
    Fact("9.3", "delete", (TARGET,), ("DELETE", f"{TT}/{T1}"), 204),
    Fact(
        "9.3",
        "v2",
        (TARGET,),
        ("GET", f"san/v2/iscsi/targets/{T1}"),
        200,
        {"href": f"/api/san/v2/iscsi/targets/{T1}"},
        NEW,
    ),
    Fact("9.3", "the list is one key", (TARGET,), ("GET", TT), 200, lambda b: b.keys() == {"targets"}, assumed=True),
]
TARGET_GROUPS = [
    Fact(
        "9.4",
        "fields",
        (TARGET, tg("tg", T1)),
        ("GET", f"{TG}/tg"),
        200,
        lambda b: b["group"] == {"name": "tg", "targets": [T1], "href": f"/api/{TG}/tg"},
    ),
    Fact("9.4", "list", (tg(),), ("GET", TG), 200, lambda b: [one["name"] for one in b["groups"]] == ["tg"]),
    Fact("9.4", "replaced", (TARGET, tg()), ("PUT", f"{TG}/tg", {"targets": [T1]}), 202, {"targets": [T1]}),
    Fact("9.4", "alias is no name", (TARGET,), tg("tg", "t1"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("9.4", "in two groups", (TARGET, tg("tg", T1)), tg("th", T1), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact(
        "9.4",
        "moved",
        (TARGET, tg("tg", T1), tg("th"), ("PUT", f"{TG}/tg", {"targets": []})),
        ("PUT", f"{TG}/th", {"targets": [T1]}),
        202,
        {"targets": [T1]},
    ),
    Fact(
        "9.4",
        "what was refused is not there",
        (TARGET, tg("tg", T1), lambda w: w.send(tg("th", T1))),
        ("GET", f"{TG}/th"),
        404,
        "ERR_NOT_FOUND",
    ),
    Fact("9.4", "v2", (tg(),), ("GET", "san/v2/iscsi/target-groups/tg"), 200, {"name": "tg"}, NEW),
    Fact("9.4", "missing", (), ("GET", f"{TG}/tg"), 404, "ERR_NOT_FOUND"),
    Fact("9.5", "default is built in", (), ("DELETE", f"{TG}/default"), 403, "ERR_DENIED", assumed=True),
    Fact("9.5", "default is taken", (), tg("default"), 409, "ERR_OBJECT_EXISTS", assumed=True),
    Fact(
        "9.7", "in use", (tg(), lun(targetgroup="tg")), ("DELETE", f"{TG}/tg"), 409, "ERR_STATE_CHANGED", assumed=True
    ),
    Fact(
        "9.7",
        "free again",
        (tg(), lun(targetgroup="tg"), ("PUT", A, {"targetgroup": "default"})),
        ("DELETE", f"{TG}/tg"),
        204,
    ),
    Fact(
        "9.7",
        "one of two groups of a LUN",
        (group("g"), group("h"), lun(initiatorgroup=["g", "h"])),
        ("DELETE", f"{IG}/h"),
        409,
        "ERR_STATE_CHANGED",
        FROM_87,
        True,
    ),
    Fact(
        "9.7",
        "target leaves its group",
        (TARGET, tg("tg", T1), ("PUT", f"{TG}/tg", {"targets": []})),
        ("DELETE", f"{TT}/{T1}"),
        204,
    ),
]


@rows([*TARGETS, *TARGET_GROUPS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
