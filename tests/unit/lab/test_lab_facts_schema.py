"""Facts of the API reference about custom properties: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import COUNT, FROM_87, FS, OLD, OWNER, SCHEMA, A, Fact, check, proj, rows
from lab_world import LUNS, PROJECTS, World, clone, lun, snapshot

ONE = f"{SCHEMA}/owner"
P = f"{PROJECTS}/p"
HREF = "/api/storage/v1/schema/owner"


def define(type_: str, name: str = "x") -> tuple[Any, ...]:
    """Define a custom property."""
    return ("POST", SCHEMA, {"property": name, "type": type_, "description": "text"})


def owned(step: tuple[Any, ...], **more: Any) -> tuple[Any, ...]:
    """Return a step whose body has custom:owner, too."""
    return (*step[:2], {**step[2], "custom:owner": "me", **more})


DEFINITIONS = [
    Fact("8", "empty list", (), ("GET", SCHEMA), 200, {"properties": []}),
    Fact(
        "8",
        "list",
        (OWNER,),
        ("GET", SCHEMA),
        200,
        lambda b: b == {"properties": [{"property": "owner", "type": "String", "description": "", "href": HREF}]},
    ),
    Fact(
        "8",
        "create",
        (),
        ("POST", SCHEMA, {"property": "owner", "type": "String", "description": "text"}),
        201,
        lambda b: b == {"property": {"property": "owner", "type": "String", "description": "text", "href": HREF}},
    ),
    Fact("8", "get", (OWNER,), ("GET", ONE), 200, lambda b: list(b) == ["property"]),
    Fact("8", "missing", (), ("GET", ONE), 404, "ERR_NOT_FOUND"),
    Fact("8", "taken", (OWNER,), OWNER, 409, "ERR_OBJECT_EXISTS"),
    Fact("8", "name missing", (), ("POST", SCHEMA, {"type": "String"}), 400, "ERR_MISSING_ARG"),
    Fact(
        "8",
        "type is String when not given",
        (),
        ("POST", SCHEMA, {"property": "x"}),
        201,
        {"type": "String"},
        assumed=True,
    ),
    Fact("8", "bad name", (), define("String", "a b"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("8", "name with a prefix", (), define("String", "custom/x"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "8",
        "description",
        (OWNER,),
        ("PUT", ONE, {"description": "new"}),
        202,
        {"description": "new", "type": "String"},
    ),
    Fact("8", "the name stays", (OWNER,), ("PUT", ONE, {"property": "x"}), 400, "ERR_INVALID_ARG"),
    Fact("8", "the type stays", (OWNER,), ("PUT", ONE, {"type": "Integer"}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("8", "unknown argument", (OWNER,), ("PUT", ONE, {"colour": 1}), 400, "ERR_UNKNOWN_ARG"),
    Fact("8", "modify what is missing", (), ("PUT", ONE, {"description": "x"}), 404, "ERR_NOT_FOUND"),
    Fact("8", "delete", (OWNER,), ("DELETE", ONE), 204, None),
    Fact("8", "delete what is missing", (), ("DELETE", ONE), 404, "ERR_NOT_FOUND"),
    *[
        Fact("8", f"type {kind}", (), define(kind), 201, {"type": kind})
        for kind in ("String", "Integer", "PositiveInteger", "Boolean", "EmailAddress", "Host")
    ],
    *[
        Fact("8", f"no type {kind}", (), define(kind), 400, lambda b: '"String", "Integer"' in b["fault"]["message"])
        for kind in ("string", "Float", "")
    ],
    Fact("8", "properties of cinder", (), define("Boolean", "cinder_managed"), 201, {"type": "Boolean"}),
]

# API reference 8: what each type takes, and what it does not.
TAKEN: list[tuple[str, Any, Any]] = [
    ("String", "text", "text"),
    ("String", "", ""),
    ("String", 7, "7"),
    ("Integer", -7, -7),
    ("Integer", "7", 7),
    ("Integer", 0, 0),
    ("Integer", 7.0, 7),
    ("PositiveInteger", 1, 1),
    ("PositiveInteger", "12", 12),
    ("Boolean", True, True),
    ("Boolean", "false", False),
    ("Boolean", "True", True),
    ("EmailAddress", "a@example.com", "a@example.com"),
    ("Host", "db-1.example.com", "db-1.example.com"),
    ("Host", "192.0.2.1", "192.0.2.1"),
    ("Host", "2001:db8::1", "2001:db8::1"),
]
REFUSED: list[tuple[str, Any]] = [
    ("String", True),
    ("String", ["x"]),
    ("String", None),
    ("Integer", "x"),
    ("Integer", "\u0665"),
    ("Integer", 1.5),
    ("Integer", True),
    ("PositiveInteger", 0),
    ("PositiveInteger", -1),
    ("Boolean", "yes"),
    ("Boolean", 1),
    ("EmailAddress", "nobody"),
    ("EmailAddress", "a b@c"),
    ("Host", "a b"),
    ("Host", ""),
]
VALUES = [
    Fact("8", f"{kind} takes {value!r}", (define(kind),), lun(**{"custom:x": value}), 201, {"custom:x": shown})
    for kind, value, shown in TAKEN
] + [
    Fact(
        "8",
        f"{kind} refuses {value!r}",
        (define(kind),),
        lun(**{"custom:x": value}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    )
    for kind, value in REFUSED
]

OWNERS = [
    Fact("8", "on a project", (OWNER,), owned(proj()), 201, {"custom:owner": "me"}),
    Fact("8", "on a filesystem", (OWNER,), owned(("POST", FS, {"name": "f"})), 201, {"custom:owner": "me"}),
    Fact("8", "on a LUN", (OWNER,), owned(lun()), 201, {"custom:owner": "me"}),
    Fact("8", "on a clone", (OWNER, lun(), snapshot()), owned(clone()), 201, {"custom:owner": "me"}),
    Fact("8", "in a list", (OWNER, owned(lun())), ("GET", LUNS), 200, lambda b: b["luns"][0]["custom:owner"] == "me"),
    Fact("8", "changed", (OWNER, owned(lun())), ("PUT", A, {"custom:owner": "you"}), 202, {"custom:owner": "you"}),
    Fact(
        "5.3",
        "rename and set",
        (OWNER, lun()),
        ("PUT", A, {"name": "b", "custom:owner": "me"}),
        202,
        {"name": "b", "custom:owner": "me"},
    ),
    Fact("8", "absent when unset", (OWNER,), proj(), 201, lambda b: "custom:owner" not in b["project"]),
    Fact(
        "8",
        "a share does not inherit it",
        (OWNER, owned(proj())),
        ("POST", f"{P}/luns", {"name": "a", "volsize": "1g"}),
        201,
        lambda b: "custom:owner" not in b["lun"],
        assumed=True,
    ),
    Fact(
        "8", "a clone keeps it", (OWNER, owned(lun()), snapshot()), clone(), 201, {"custom:owner": "me"}, assumed=True
    ),
    Fact(
        "4.1",
        "no source of it",
        (OWNER, owned(lun())),
        ("GET", A),
        200,
        lambda b: "custom:owner" not in b["lun"]["source"],
    ),
    *[
        Fact("8", f"not in the schema, on {kind}", (proj(), lun()), step, 400, "ERR_UNKNOWN_ARG", assumed=True)
        for kind, step in (
            ("a project", owned(proj("q"))),
            ("a filesystem", owned(("POST", FS, {"name": "f"}))),
            ("a LUN", ("PUT", A, {"custom:owner": "me"})),
        )
    ],
    Fact("8", "without a name", (OWNER, lun()), ("PUT", A, {"custom:": "me"}), 400, "ERR_UNKNOWN_ARG"),
    Fact("8", "case counts", (OWNER, lun()), ("PUT", A, {"custom:Owner": "me"}), 400, "ERR_UNKNOWN_ARG"),
    Fact(
        "8",
        "not on a snapshot",
        (OWNER, lun(), snapshot()),
        ("PUT", f"{A}/snapshots/s1", {"custom:owner": "me"}),
        400,
        "ERR_UNKNOWN_ARG",
    ),
    Fact(
        "8",
        "removal of one in use",
        (OWNER, owned(lun())),
        ("DELETE", ONE),
        409,
        "ERR_CONFIRM_REQUIRED",
        FROM_87,
        assumed=True,
    ),
    Fact("8", "removal of one in use", (OWNER, owned(lun())), ("DELETE", ONE), 204, None, OLD, assumed=True),
    Fact(
        "8",
        "values go with it",
        (OWNER, owned(lun()), ("DELETE", f"{ONE}?confirm=true")),
        ("GET", A),
        200,
        lambda b: "custom:owner" not in b["lun"],
        assumed=True,
    ),
    Fact("8", "removal of one not in use", (OWNER, COUNT, owned(lun())), ("DELETE", f"{SCHEMA}/count"), 204, None),
]


@rows([*DEFINITIONS, *VALUES, *OWNERS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))


def test_headers(world: World) -> None:
    """A definition says where it is, and which API answered (API reference 8)."""
    response = world.send(OWNER)
    assert response is not None
    assert response.headers["Location"] == HREF
    assert response.headers["X-Zfssa-Nas-Api"]
