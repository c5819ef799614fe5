"""Facts of the API reference about custom properties and SAN objects: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import H1, IG, IT, OWNER, SCHEMA, TARGET, TG, TT, A, Fact, check, rows
from lab_world import World, group, initiator, lun

FACTS = [
    Fact("8", "schema Location", (), OWNER, 201, {"href": "/api/storage/v1/schema/owner"}),
    Fact("8", "schema list", (OWNER,), ("GET", SCHEMA), 200, lambda b: b["properties"][0]["property"] == "owner"),
    Fact("8", "schema bad type", (), ("POST", SCHEMA, {"property": "x", "type": "Float"}), 400, "ERR_INVALID_ARG"),
    Fact("8", "schema modify", (OWNER,), ("PUT", f"{SCHEMA}/owner", {"description": "d"}), 202, {"description": "d"}),
    Fact("8", "schema remove", (OWNER,), ("DELETE", f"{SCHEMA}/owner"), 204),
    Fact(
        "9.1",
        "secret is not shown",
        (),
        ("POST", IT, {"initiator": H1, "chapuser": "u", "chapsecret": "123456789012"}),
        201,
        {"chapsecret": "", "chapuser": "u"},
    ),
    Fact(
        "9.1",
        "secret too short",
        (),
        ("POST", IT, {"initiator": H1, "chapsecret": "short"}),
        400,
        lambda b: "short" not in b["fault"]["message"],
    ),
    Fact("9.1", "bad IQN", (), ("POST", IT, {"initiator": "host1"}), 400, "ERR_INVALID_ARG"),
    Fact("9.7", "IQN taken", (initiator(1),), initiator(1), 409, "ERR_OBJECT_EXISTS"),
    Fact(
        "9.1",
        "alias selects",
        (("POST", IT, {"initiator": H1, "alias": "h"}),),
        ("GET", f"{IT}/alias=h"),
        200,
        {"initiator": H1, "href": "/api/san/v1/iscsi/initiators/alias=h"},
    ),
    Fact("9.2", "unknown member", (), group("g", 1), 400, "ERR_INVALID_ARG"),
    Fact(
        "9.2",
        "list is replaced",
        (initiator(1), initiator(2), group("g", 1)),
        ("PUT", f"{IG}/g", {"initiators": ["iqn.2020-01.com.example:h2"]}),
        202,
        {"initiators": ["iqn.2020-01.com.example:h2"]},
    ),
    Fact("9", "list key is groups", (group("g"),), ("GET", IG), 200, lambda b: b["groups"][0]["name"] == "g"),
    Fact("9.7", "group in use", (group("g"), lun(initiatorgroup="g")), ("DELETE", f"{IG}/g"), 409, "ERR_STATE_CHANGED"),
    Fact("9.7", "free group", (group("g"), lun(initiatorgroup="g"), ("DELETE", A)), ("DELETE", f"{IG}/g"), 204),
    Fact("9.7", "initiator in use", (initiator(1), group("g", 1)), ("DELETE", f"{IT}/{H1}"), 409, "ERR_STATE_CHANGED"),
    Fact("9.5", "default is built in", (), ("DELETE", f"{IG}/default"), 403, "ERR_DENIED"),
    Fact("9.5", "default is taken", (), group("default"), 409, "ERR_OBJECT_EXISTS"),
    Fact(
        "14.8",
        "membership that collides",
        (
            initiator(1),
            initiator(2),
            group("g1", 1),
            group("g2", 2),
            lun("b", initiatorgroup="g1"),
            lun(initiatorgroup="g2"),
        ),
        ("PUT", f"{IG}/g2", {"initiators": [H1]}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "9.3",
        "target IQN is made",
        (),
        ("POST", TT, {"alias": "t", "interfaces": ["ixgbe0"]}),
        201,
        lambda b: b["target"]["iqn"].startswith("iqn.1986-03.com.sun:02:"),
    ),
    Fact("9.3", "target by alias", (TARGET,), ("GET", f"{TT}/alias=t1"), 200, {"alias": "t1", "auth": "none"}),
    Fact("9.3", "missing alias", (), ("GET", f"{TT}/alias=t1"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.4",
        "management interface",
        (),
        ("POST", TT, {"alias": "t", "interfaces": ["ixgbe2"]}),
        400,
        lambda b: '"ixgbe0" or "ixgbe1"' in b["fault"]["message"],
    ),
    Fact("9.3", "chap wants user and secret", (), ("POST", TT, {"alias": "t", "auth": "chap"}), 400, "ERR_MISSING_ARG"),
    Fact(
        "9.4",
        "target group",
        (TARGET,),
        ("POST", TG, {"name": "tg", "targets": ["iqn.1986-03.com.sun:02:t1"]}),
        201,
        {"targets": ["iqn.1986-03.com.sun:02:t1"]},
    ),
    Fact(
        "9.7",
        "target in use",
        (TARGET, ("POST", TG, {"name": "tg", "targets": ["iqn.1986-03.com.sun:02:t1"]})),
        ("DELETE", f"{TT}/alias=t1"),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "9.6",
        "fc initiator",
        (),
        ("POST", "san/v1/fc/initiators", {"initiator": "wwn.2100001B32000001"}),
        201,
        {"alias": ""},
    ),
    Fact("9.6", "fc targets are hardware", (), ("POST", "san/v1/fc/targets", {}), 405),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
