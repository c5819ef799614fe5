"""Facts of the API reference about iSCSI initiators and their groups: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import H1, IG, IT, NEW, TG, A, Fact, check, rows
from lab_world import LUNS, World, group, initiator, lun

SECRET = "twelve-chars"
ALIASED = ("POST", IT, {"initiator": H1, "alias": "h"})


def define(name: str, status: int, what: str, assumed: bool = False) -> Fact:
    """Say whether an initiator of this name can be defined."""
    then = "ERR_INVALID_ARG" if status == 400 else None
    return Fact("9.1", f"name: {what}", (), ("POST", IT, {"initiator": name}), status, then, assumed=assumed)


def tg(name: str = "tg", *targets: str) -> tuple[Any, ...]:
    """Make a target group."""
    return ("POST", TG, {"name": name, "targets": list(targets)})


NAMES = [
    define("iqn.1993-08.org.debian:01:deadbeef", 201, "as of a host"),
    define("iqn.2020-01.com.example", 201, "without a colon"),
    define("iqn.2020-01.com.example:a.b-c:d", 201, "with two colons"),
    define("eui.02004567A425678D", 201, "EUI", True),
    define("naa.52004567BA64678D", 201, "NAA of 64 bits", True),
    define("naa.62004567BA64678D0123456789ABCDEF", 201, "NAA of 128 bits", True),
    define("naa.62004567BA64678D01", 400, "NAA of another length", True),
    define("eui.0200", 400, "short EUI", True),
    define("eui.02004567A425678Z", 400, "EUI that is not hexadecimal", True),
    define("iqn.2020-13.com.example:h", 400, "month 13", True),
    define("iqn.2020-1.com.example:h", 400, "month of one digit", True),
    define("iqn.20-01.com.example:h", 400, "year of two digits", True),
    define("iqn.2020-01.com.example:h 1", 400, "blank", True),
    define("iqn.2020-01.com.example:", 400, "nothing after the colon", True),
    define("iqn.2020-01.com_example:h", 400, "underscore in the authority", True),
    define("iqn.2020-01.", 400, "no authority", True),
    define("wwn.2100001B32000001", 400, "of another protocol", True),
    define("", 400, "empty", True),
    define("iqn.2020-01.com.example:" + "h" * 199, 201, "223 characters", True),
    define("iqn.2020-01.com.example:" + "h" * 200, 400, "224 characters", True),
]
INITIATORS = [
    Fact("9.1", "create", (), initiator(1), 201, lambda b: b["initiator"]["initiator"] == H1),
    Fact(
        "9.1",
        "fields",
        (),
        initiator(1),
        201,
        lambda b: b["initiator"].keys() == {"initiator", "alias", "chapuser", "chapsecret", "href"},
    ),
    Fact("9.1", "defaults", (), initiator(1), 201, {"alias": "", "chapuser": "", "chapsecret": ""}),
    Fact("9.1", "path", (), initiator(1), 201, {"href": f"/api/{IT}/{H1}"}),
    Fact(
        "9.1",
        "as a client makes it",
        (),
        ("POST", IT, {"initiator": H1, "alias": f"ig-a-{H1}", "chapuser": "u", "chapsecret": SECRET}),
        201,
        {"alias": f"ig-a-{H1}"},
    ),
    Fact("9.1", "no name", (), ("POST", IT, {"alias": "h"}), 400, "ERR_MISSING_ARG"),
    Fact("9.1", "unknown argument", (), ("POST", IT, {"initiator": H1, "x": 1}), 400, "ERR_UNKNOWN_ARG"),
    Fact(
        "9.1",
        "list",
        (initiator(1), initiator(2)),
        ("GET", IT),
        200,
        lambda b: [one["initiator"][-2:] for one in b["initiators"]] == ["h1", "h2"],
    ),
    Fact(
        "9.1",
        "no secret in the list",
        (("POST", IT, {"initiator": H1, "chapsecret": SECRET}),),
        ("GET", IT),
        200,
        lambda b: SECRET not in str(b),
    ),
    Fact("9.1", "get", (initiator(1),), ("GET", f"{IT}/{H1}"), 200, {"alias": ""}),
    Fact("9.1", "missing", (), ("GET", f"{IT}/{H1}"), 404, "ERR_NOT_FOUND"),
    Fact(
        "9.1",
        "by its name as a property",
        (initiator(1),),
        ("GET", f"{IT}/initiator={H1}"),
        200,
        {"href": f"/api/{IT}/initiator={H1}"},
        assumed=True,
    ),
    Fact("9.1", "missing alias", (initiator(1),), ("GET", f"{IT}/alias=h"), 404, "ERR_NOT_FOUND"),
    Fact(
        "9.1",
        "empty alias selects nothing",
        (initiator(1),),
        ("GET", f"{IT}/alias="),
        404,
        "ERR_NOT_FOUND",
        assumed=True,
    ),
    Fact("9.1", "alias as a name", (ALIASED,), ("GET", f"{IT}/h"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("9.1", "unknown selector", (ALIASED,), ("GET", f"{IT}/chapuser=h"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact(
        "9.1",
        "modify by alias",
        (ALIASED,),
        ("PUT", f"{IT}/alias=h", {"chapuser": "u"}),
        202,
        {"chapuser": "u", "alias": "h"},
    ),
    Fact("9.1", "delete by alias", (ALIASED,), ("DELETE", f"{IT}/alias=h"), 204),
    Fact("9.1", "alias changes", (ALIASED,), ("PUT", f"{IT}/{H1}", {"alias": "i"}), 202, {"alias": "i"}),
    Fact(
        "9.1",
        "name does not",
        (initiator(1),),
        ("PUT", f"{IT}/{H1}", {"initiator": "iqn.2020-01.com.example:h9"}),
        400,
        "ERR_INVALID_ARG",
    ),
    Fact(
        "9.1",
        "alias taken",
        (ALIASED, initiator(2)),
        ("PUT", f"{IT}/iqn.2020-01.com.example:h2", {"alias": "h"}),
        409,
        "ERR_OBJECT_EXISTS",
        assumed=True,
    ),
    Fact("9.1", "own alias again", (ALIASED,), ("PUT", f"{IT}/{H1}", {"alias": "h"}), 202, {"alias": "h"}),
    Fact("9.1", "secret of 16", (), ("POST", IT, {"initiator": H1, "chapsecret": "x" * 16}), 201, assumed=True),
    Fact(
        "9.1",
        "secret of 17",
        (),
        ("POST", IT, {"initiator": H1, "chapsecret": "x" * 17}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "9.1",
        "secret of 11",
        (initiator(1),),
        ("PUT", f"{IT}/{H1}", {"chapsecret": "x" * 11}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "9.1",
        "secret is taken away",
        (("POST", IT, {"initiator": H1, "chapsecret": SECRET}),),
        ("PUT", f"{IT}/{H1}", {"chapsecret": ""}),
        202,
        assumed=True,
    ),
    Fact("9.1", "delete", (initiator(1),), ("DELETE", f"{IT}/{H1}"), 204),
    Fact("9.1", "deleted", (initiator(1), ("DELETE", f"{IT}/{H1}")), ("GET", f"{IT}/{H1}"), 404, "ERR_NOT_FOUND"),
    Fact(
        "9",
        "v2",
        (initiator(1),),
        ("GET", f"san/v2/iscsi/initiators/{H1}"),
        200,
        {"href": f"/api/san/v2/iscsi/initiators/{H1}"},
        NEW,
    ),
    Fact("9", "unknown protocol", (), ("GET", "san/v1/nvme/initiators"), 404, "ERR_NOT_FOUND"),
]
GROUPS = [
    Fact(
        "9.2",
        "fields",
        (initiator(1), group("g", 1)),
        ("GET", f"{IG}/g"),
        200,
        lambda b: b["group"] == {"name": "g", "initiators": [H1], "href": f"/api/{IG}/g"},
    ),
    Fact("9.2", "empty", (), ("POST", IG, {"name": "g"}), 201, {"initiators": []}),
    Fact("9.2", "in two groups", (initiator(1), group("g", 1)), group("h", 1), 201, {"initiators": [H1]}),
    Fact(
        "9.2", "emptied", (initiator(1), group("g", 1)), ("PUT", f"{IG}/g", {"initiators": []}), 202, {"initiators": []}
    ),
    Fact(
        "9.2",
        "unknown member at a change",
        (initiator(1), group("g", 1)),
        ("PUT", f"{IG}/g", {"initiators": ["x"]}),
        400,
        lambda b: f'"{H1}"' in b["fault"]["message"],
        assumed=True,
    ),
    Fact("9.2", "a member twice", (initiator(1),), group("g", 1, 1), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "9.2",
        "members as a string",
        (initiator(1),),
        ("POST", IG, {"name": "g", "initiators": H1}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("9.2", "no name", (), ("POST", IG, {"initiators": []}), 400, "ERR_MISSING_ARG"),
    Fact("9.2", "bad name", (), group("a b"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("9.2", "no rename", (group("g"),), ("PUT", f"{IG}/g", {"name": "h"}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("9.2", "taken", (group("g"),), group("g"), 409, "ERR_OBJECT_EXISTS"),
    Fact("9.2", "missing", (), ("GET", f"{IG}/g"), 404, "ERR_NOT_FOUND"),
    Fact("9.2", "delete", (group("g"),), ("DELETE", f"{IG}/g"), 204),
    Fact("9.2", "delete with members", (initiator(1), group("g", 1)), ("DELETE", f"{IG}/g"), 204),
    Fact("9.5", "default is not listed", (), ("GET", IG), 200, {"groups": []}, assumed=True),
    Fact("9.5", "maskAll is taken", (), group("com.sun.ms.vss.hg.maskAll"), 409, "ERR_OBJECT_EXISTS", assumed=True),
    Fact(
        "9.5", "maskAll is built in", (), ("DELETE", f"{IG}/com.sun.ms.vss.hg.maskAll"), 403, "ERR_DENIED", assumed=True
    ),
    Fact("9.5", "LUN for all", (lun(),), ("PUT", A, {"initiatorgroup": "default"}), 202),
    Fact(
        "9.5", "LUN for all targets", (lun(),), ("PUT", A, {"targetgroup": "default"}), 202, {"targetgroup": "default"}
    ),
    Fact(
        "9.7",
        "LUN for a group that is not",
        (group("g"),),
        ("POST", LUNS, {"name": "a", "volsize": "1g", "initiatorgroup": "x"}),
        400,
        lambda b: '"default" or "g"' in b["fault"]["message"],
    ),
    Fact(
        "9.7",
        "target group that is not",
        (tg(),),
        ("POST", LUNS, {"name": "a", "volsize": "1g", "targetgroup": "x"}),
        400,
        lambda b: '"default" or "tg"' in b["fault"]["message"],
        assumed=True,
    ),
]


@rows([*NAMES, *INITIATORS, *GROUPS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
