"""Facts of the API reference about roles and authorizations: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_facts import FROM_87, NEW, OFF, SCHEMA, UP_TO_87, A, Fact, check, rows
from lab_world import ACTIONS, LUNS, MASK, PROJECTS, REPLICATED, World, initiator, lun, own_replication, snapshot

from zfssa_lab.api.authorization import TABLE, needs_of, pattern
from zfssa_lab.api.dispatch import ROUTES

ROLES = "role/v1/roles"
AUTHS = f"{ROLES}/r/authorizations"
USERS = "user/v1/users"
EXCEPTIONS = f"{USERS}/joe/exceptions"
ADD_ROLE = ("POST", ROLES, {"name": "r", "description": "a role"})
ADD_JOE = ("POST", USERS, {"logname": "joe", "fullname": "Joe", "initial_password": "joe-password"})
GIVE = ("PUT", f"{USERS}/joe", {"roles": ["basic", "r"]})
AS_JOE: dict[str, Any] = {"auth": ("joe", "joe-password")}
P = {"name": "p"}


def auth(scope: str, *flags: str, **filters: str) -> tuple[Any, ...]:
    """Add an authorization to role r."""
    return ("POST", AUTHS, {"scope": scope, **filters, **{f"allow_{flag}": True for flag in flags}})


def joe(*auths: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make a user with a role of these authorizations."""
    return (ADD_ROLE, ADD_JOE, *auths, GIVE)


def lacks(flag: str) -> Callable[[Any], bool]:
    """Say whether the refusal names the flag that is missing."""
    return lambda body: f"lacks allow_{flag} of scope" in body["fault"]["message"]


ROLE_FACTS = [
    Fact("16.3.3", "list", (), ("GET", ROLES), 200, lambda b: [one["name"] for one in b["roles"]] == ["basic"]),
    Fact(
        "16.3.3",
        "fields of a list",
        (),
        ("GET", ROLES),
        200,
        lambda b: b["roles"][0].keys() == {"name", "role", "description", "href"},
    ),
    Fact(
        "16.3.3",
        "basic",
        (),
        ("GET", f"{ROLES}/basic"),
        200,
        {"description": "Basic administration", "authorizations": []},
    ),
    Fact("16.3.3", "create", (), ADD_ROLE, 201, {"name": "r", "description": "a role", "href": f"/api/{ROLES}/r"}),
    Fact("16.3.3", "taken", (ADD_ROLE,), ADD_ROLE, 409, "ERR_OBJECT_EXISTS"),
    Fact("16.3.3", "no name", (), ("POST", ROLES, {"description": "x"}), 400, "ERR_MISSING_ARG"),
    Fact("16.3.3", "modify", (ADD_ROLE,), ("PUT", f"{ROLES}/r", {"description": "b"}), 202, {"description": "b"}),
    Fact("16.3.3", "no rename", (ADD_ROLE,), ("PUT", f"{ROLES}/r", {"name": "b"}), 400, "ERR_INVALID_ARG"),
    Fact("16.3.3", "delete", (ADD_ROLE,), ("DELETE", f"{ROLES}/r"), 204),
    Fact("16.3.3", "delete basic", (), ("DELETE", f"{ROLES}/basic"), 403, "ERR_DENIED", assumed=True),
    Fact("16.3.3", "delete a used one", joe(), ("DELETE", f"{ROLES}/r"), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("16.3.3", "missing", (), ("GET", f"{ROLES}/r"), 404, "ERR_NOT_FOUND"),
    Fact("16.3.3", "revoke has no body", joe(), ("PUT", f"{ROLES}/r/revoke"), 202),
    Fact(
        "16.3.3", "revoked", (*joe(), ("PUT", f"{ROLES}/r/revoke")), ("GET", f"{USERS}/joe"), 200, {"roles": ["basic"]}
    ),
    Fact("16.3.2", "roles of a user", (ADD_ROLE, ADD_JOE), GIVE, 202, {"roles": ["basic", "r"]}),
    Fact("16.3.2", "unknown role", (ADD_JOE,), GIVE, 400, lambda b: 'expecting "basic"' in b["fault"]["message"]),
    Fact(
        "16.3.4", "authorization", (ADD_ROLE,), auth("schema", "modify"), 201, {"scope": "schema", "allow_modify": True}
    ),
    Fact(
        "16.3.3",
        "flags that are not set, and filters",
        (ADD_ROLE,),
        auth("svc", "restart"),
        201,
        {"service": "*", "allow_administer": False, "allow_configure": False, "allow_restart": True},
    ),
    Fact(
        "16.3.3",
        "list of authorizations",
        (ADD_ROLE, auth("stmf", "configure")),
        ("GET", AUTHS),
        200,
        lambda b: (
            b["authorizations"][0]
            == {"auth": "auth-000", "scope": "stmf", "allow_configure": True, "href": f"/api/{AUTHS}/auth-000"}
        ),
    ),
    Fact(
        "16.3.3",
        "PUT leaves the other flags",
        (ADD_ROLE, auth("svc", "restart")),
        ("PUT", f"{AUTHS}/auth-000", {"allow_configure": True}),
        202,
        {"allow_configure": True, "allow_restart": True},
    ),
    Fact(
        "16.3.3",
        "scope stays",
        (ADD_ROLE, auth("svc", "restart")),
        ("PUT", f"{AUTHS}/auth-000", {"scope": "nas"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("16.3.3", "delete it", (ADD_ROLE, auth("stmf")), ("DELETE", f"{AUTHS}/auth-000"), 204),
    Fact("16.3.3", "missing one", (ADD_ROLE,), ("GET", f"{AUTHS}/auth-000"), 404, "ERR_NOT_FOUND"),
    Fact("16.3.5", "no scope", (ADD_ROLE,), ("POST", AUTHS, {"allow_x": True}), 400, "ERR_MISSING_ARG"),
    Fact("16.3.5", "unknown scope", (ADD_ROLE,), auth("x"), 400, lambda b: '"stmf"' in b["fault"]["message"]),
    Fact("16.3.5", "unknown flag", (ADD_ROLE,), auth("stmf", "x"), 400, "ERR_UNKNOWN_ARG", assumed=True),
    Fact("16.3.5", "flags of 8.8", (ADD_ROLE,), auth("nas", "destroySnap"), 201, {"allow_destroySnap": True}, NEW),
    Fact(
        "16.3.5",
        "flags before",
        (ADD_ROLE,),
        auth("nas", "destroySnap"),
        400,
        "ERR_UNKNOWN_ARG",
        UP_TO_87,
        assumed=True,
    ),
    Fact(
        "16.3.4",
        "exception",
        (ADD_JOE,),
        ("POST", EXCEPTIONS, {"scope": "schema", "allow_modify": True}),
        201,
        {"scope": "schema", "allow_modify": True, "href": f"/api/{EXCEPTIONS}/auth-000"},
    ),
    Fact(
        "16.3.4",
        "a user shows its exceptions",
        (ADD_JOE, ("POST", EXCEPTIONS, {"scope": "schema", "allow_modify": True})),
        ("GET", f"{USERS}/joe"),
        200,
        lambda b: b["user"]["exceptions"][0]["allow_modify"],
    ),
    Fact(
        "16.3.4",
        "an exception counts",
        (ADD_JOE, ("POST", EXCEPTIONS, {"scope": "nas", "allow_createProject": True})),
        ("POST", PROJECTS, P, AS_JOE),
        201,
    ),
]

ALL = ("nas", "createProject", "createShare", "rename", "changeSpaceProps", "changeGeneralProps", "changeProtocolProps")
IN_P = joe(auth(*ALL, pool="tank", project="p"))
MADE = (("POST", PROJECTS, P), lun())
SET_GROUP = ("PUT", A, {"initiatorgroup": MASK}, AS_JOE)
ENFORCED = [
    Fact("16.3.5", "project in the filter", IN_P, ("POST", PROJECTS, P, AS_JOE), 201),
    Fact("16.3.5", "another project", IN_P, ("POST", PROJECTS, {"name": "q"}, AS_JOE), 401, lacks("createProject")),
    Fact("16.3.5", "share of another project", IN_P, (*lun(), AS_JOE), 401, lacks("createShare")),
    Fact(
        "16.3.5",
        "move into the filter: from outside",
        (*IN_P, *MADE),
        ("PUT", A, {"project": "p"}, AS_JOE),
        401,
        lacks("rename"),
        NEW,
    ),
    Fact(
        "16.3.5",
        "move out of the filter",
        (*IN_P, ("POST", PROJECTS, P), ("POST", f"{PROJECTS}/p/luns", {"name": "b", "volsize": "1g"})),
        ("PUT", f"{PROJECTS}/p/luns/b", {"project": "default"}, AS_JOE),
        401,
        lacks("createShare"),
        NEW,
        True,
    ),
    Fact(
        "16.3.5",
        "an authorization for one share is none for the project",
        joe(auth("nas", "changeGeneralProps", share="a")),
        ("PUT", f"{PROJECTS}/default", {"compression": "lzjb"}, AS_JOE),
        401,
        lacks("changeGeneralProps"),
    ),
    Fact("16.3.5", "space", (lun(), *joe(auth("nas", "changeSpaceProps"))), ("PUT", A, {"volsize": "2g"}, AS_JOE), 202),
    Fact(
        "16.3.5",
        "general",
        (lun(), *joe(auth("nas", "changeSpaceProps"))),
        ("PUT", A, {"copies": 2}, AS_JOE),
        401,
        lacks("changeGeneralProps"),
    ),
    Fact(
        "16.3.5",
        "each kind in one request",
        (lun(), *joe(auth("nas", "changeSpaceProps"))),
        ("PUT", A, {"volsize": "2g", "copies": 2}, AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact(
        "16.3.5", "presentation", (lun(), *joe(auth("nas", "changeGeneralProps"))), SET_GROUP, 202, None, UP_TO_87, True
    ),
    Fact(
        "16.3.5",
        "presentation is told finer",
        (lun(), *joe(auth("nas", "changeGeneralProps"))),
        SET_GROUP,
        401,
        lacks("changeProtocolProps"),
        NEW,
        True,
    ),
    Fact(
        "16.3.5",
        "destroy a snapshot",
        (lun(), snapshot(), *joe(auth("nas", "destroy"))),
        ("DELETE", f"{A}/snapshots/s1", None, AS_JOE),
        204,
        None,
        UP_TO_87,
        True,
    ),
    Fact(
        "16.3.5",
        "it has a flag of its own",
        (lun(), snapshot(), *joe(auth("nas", "destroy"))),
        ("DELETE", f"{A}/snapshots/s1", None, AS_JOE),
        401,
        lacks("destroySnap"),
        NEW,
    ),
    Fact("16.3.5", "take a snapshot", (lun(), *joe(auth("nas", "takeSnap"))), (*snapshot(), AS_JOE), 201),
    Fact(
        "16.3.5",
        "hold it",
        (lun(), *joe(auth("nas", "takeSnap"))),
        ("POST", f"{A}/snapshots", {"name": "s", "retentionpolicy": "unlocked"}, AS_JOE),
        401,
        lacks("retainSnap"),
        NEW,
    ),
    Fact(
        "7.3",
        "clone: a share is made",
        (lun(), snapshot(), *joe(auth("nas", "clone"))),
        ("PUT", f"{A}/snapshots/s1/clone", {"share": "c"}, AS_JOE),
        401,
        lacks("createShare"),
        assumed=True,
    ),
    Fact("16.3.5", "SAN", joe(auth("stmf", "configure")), (*initiator(1), AS_JOE), 201),
    Fact("16.3.5", "no SAN", joe(auth("nas", "changeGeneralProps")), (*initiator(1), AS_JOE), 401, lacks("configure")),
    Fact("16.3.5", "schema", joe(auth("schema", "modify")), ("POST", SCHEMA, {"property": "x"}, AS_JOE), 201),
    Fact(
        "16.3.5",
        "service in the filter",
        joe(auth("svc", "administer", service="replication")),
        ("PUT", OFF, None, AS_JOE),
        202,
    ),
    Fact(
        "16.3.5",
        "another service",
        joe(auth("svc", "administer", service="nfs")),
        ("PUT", OFF, None, AS_JOE),
        401,
        lacks("administer"),
    ),
    Fact(
        "16.3.5",
        "property of a service",
        joe(auth("svc", "administer")),
        ("PUT", "service/v1/services/ssh", {"listen_port": 23}, AS_JOE),
        401,
        lacks("configure"),
        assumed=True,
    ),
    Fact(
        "16.3.5",
        "source of a replication",
        (lun(), own_replication(), *joe(auth("nas", "rrsource", pool="tank", project="default", share="a"))),
        (
            "POST",
            ACTIONS,
            {"pool": "tank", "project": "default", "share": "a", "target": "west", "target_pool": "tank"},
            AS_JOE,
        ),
        201,
    ),
    Fact(
        "16.3.5",
        "update of another share",
        (*REPLICATED, *joe(auth("nas", "rrsource", share="b"))),
        ("PUT", f"{ACTIONS}/{{id}}/sendupdate", None, AS_JOE),
        401,
        lacks("rrsource"),
    ),
    Fact(
        "16.3.5",
        "update",
        (*REPLICATED, *joe(auth("nas", "rrsource", share="a"))),
        ("PUT", f"{ACTIONS}/{{id}}/sendupdate", None, AS_JOE),
        202,
    ),
    Fact(
        "16.3.5",
        "an action that is not there",
        joe(auth("nas", "rrsource", share="b")),
        ("DELETE", f"{ACTIONS}/x", None, AS_JOE),
        404,
        "ERR_NOT_FOUND",
        assumed=True,
    ),
    Fact(
        "16.3.5",
        "user",
        joe(auth("user", "createUser")),
        ("POST", USERS, {"logname": "jim", "fullname": "Jim", "initial_password": "x"}, AS_JOE),
        201,
        assumed=True,
    ),
    Fact(
        "16.3.5",
        "nobody becomes a superuser by a clone",
        joe(auth("user", "createUser")),
        ("POST", USERS, {"user": "admin", "clonename": "jim", "fullname": "Jim", "password": "x"}, AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
        assumed=True,
    ),
    Fact(
        "16.3.5",
        "nor by a password",
        joe(auth("user", "changePassword")),
        ("PUT", f"{USERS}/root", {"initial_password": "x"}, AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
        assumed=True,
    ),
    Fact("16.3.5", "role", joe(auth("role", "createRole")), ("POST", ROLES, {"name": "s"}, AS_JOE), 201, assumed=True),
    Fact(
        "16.3.5",
        "role that is not in the filter",
        joe(auth("role", "configureAuths", role="s")),
        (*auth("stmf"), AS_JOE),
        401,
        lacks("configureAuths"),
        assumed=True,
    ),
    Fact(
        "16.3.5",
        "machine",
        joe(auth(*ALL)),
        ("PUT", "system/v1/reboot", None, AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
        assumed=True,
    ),
    Fact(
        "16.3.3",
        "after a revocation",
        (*joe(auth("stmf", "configure")), ("PUT", f"{ROLES}/r/revoke")),
        (*initiator(1), AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact("2.5", "reading is free", (lun(), *joe()), ("GET", LUNS, None, AS_JOE), 200),
    Fact(
        "1.8",
        "metadata of a command is not",
        joe(),
        ("POST", f"{LUNS}?props=true", {}, AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
        FROM_87,
        True,
    ),
]


TARGET = [
    Fact(
        "16.3.5",
        what,
        (*REPLICATED, ("west", *ADD_ROLE), ("west", *ADD_JOE), ("west", *auth("nas", *flags)), ("west", *GIVE)),
        ("west", "PUT", "{packages}/{id}/sever", {"projname": "p"}, AS_JOE),
        status,
        then,
        assumed=True,
    )
    for what, flags, status, then in (
        ("sever", ("rrtarget", "createProject"), 202, None),
        ("sever without the project", ("rrtarget",), 401, lacks("createProject")),
        ("sever of what is not received", ("createProject", "rrsource"), 401, lacks("rrtarget")),
    )
]


@rows([*ROLE_FACTS, *ENFORCED, *TARGET])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.method != "GET"], ids=lambda one: f"{one.method} {one.template}"
)
def test_each_command_says_what_it_wants(route: Any) -> None:
    """A command whose kind, row and table have forgotten it would be free to all, or to nobody."""
    assert needs_of(route)


def test_each_row_of_the_table_is_for_a_command() -> None:
    """What nobody can send needs no authorization."""
    met = set()
    for route in ROUTES:
        if route.needs is not None:
            continue
        fits = [row for row in TABLE if route.method in row[0].split() and pattern(row[1]).fullmatch(route.template)]
        met.update(fits[:1])
    assert [row[:2] for row in TABLE if row not in met] == []
