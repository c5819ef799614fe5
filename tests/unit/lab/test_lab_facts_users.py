"""Facts of the API reference about users and what they may do: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FROM_87, IT, NEW, OLD, UP_TO_87, A, Fact, check, rows
from lab_heads import LOGIN, TOKEN
from lab_world import LUNS, PROJECTS, World, initiator, lun

from zfssa_lab.model.users import MONITOR, MONITOR_PASSWORD

USERS = "user/v1/users"
MINE = f"{USERS}/{MONITOR}/preferences"
POOLS = "storage/v1/pools"
AS_MONITOR: dict[str, Any] = {"auth": (MONITOR, MONITOR_PASSWORD)}
JOE = {"logname": "joe", "fullname": "Joe", "initial_password": "joe-password"}
ADD_JOE = ("POST", USERS, JOE)
AS_JOE: dict[str, Any] = {"auth": ("joe", "joe-password")}
CLONE = {"user": "admin", "clonename": "jane", "fullname": "Jane", "password": "jane-password"}
AS_JANE: dict[str, Any] = {"auth": ("jane", "jane-password")}
LISTED = {
    "logname", "fullname", "initial_password", "require_annotation", "roles", "kiosk_mode", "kiosk_screen", "href",
}  # fmt: skip
TYPED = LISTED | {"type", "uid"}


def by_name(body: Any) -> dict[str, Any]:
    """Return users by their login names."""
    return {one["logname"]: one for one in body["users"]}


READING = [
    Fact("2.5", "who there is", (), ("GET", USERS), 200, lambda b: list(by_name(b)) == ["root", "admin", MONITOR]),
    Fact("2.5", "fields", (), ("GET", USERS), 200, lambda b: b["users"][0].keys() == TYPED, FROM_87),
    Fact("2.5", "fields before", (), ("GET", USERS), 200, lambda b: b["users"][0].keys() == LISTED, OLD, True),
    Fact("2.5", "root", (), ("GET", f"{USERS}/root"), 200, {"uid": 0, "type": "local"}, FROM_87, True),
    Fact("2.5", "a user", (), ("GET", f"{USERS}/admin"), 200, {"logname": "admin", "kiosk_mode": False}),
    Fact("2.5", "roles are a list", (), ("GET", f"{USERS}/admin"), 200, {"roles": ["basic"]}, assumed=True),
    Fact(
        "2.5",
        "a user shows its preferences",
        (),
        ("GET", f"{USERS}/admin"),
        200,
        lambda b: b["user"]["preferences"]["session_timeout"] == 15,
    ),
    Fact("2.5", "password is not shown", (), ("GET", f"{USERS}/admin"), 200, {"initial_password": True}, NEW, True),
    Fact(
        "2.5",
        "password is a dummy",
        (),
        ("GET", f"{USERS}/admin"),
        200,
        {"initial_password": "DummyPassword"},
        UP_TO_87,
        True,
    ),
    Fact("2.5", "missing user", (), ("GET", f"{USERS}/joe"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.5",
        "preferences",
        (),
        ("GET", f"{USERS}/admin/preferences"),
        200,
        {"session_timeout": 15, "locale": "C", "login_screen": "status/dashboard", "advanced_analytics": False},
    ),
    Fact("2.5", "preferences of nobody", (), ("GET", f"{USERS}/joe/preferences"), 404, "ERR_NOT_FOUND"),
]
CHANGING = [
    Fact("2.5", "create", (), ADD_JOE, 201, {"logname": "joe", "fullname": "Joe", "roles": ["basic"]}, assumed=True),
    Fact("2.5", "create: href", (), ADD_JOE, 201, {"href": "/api/user/v1/users/joe"}),
    Fact("2.5", "create: type", (), ADD_JOE, 201, {"type": "local", "uid": 2000000002}, FROM_87, True),
    Fact(
        "2.5", "create: type before", (), ("POST", USERS, {**JOE, "type": "local"}), 400, "ERR_UNKNOWN_ARG", OLD, True
    ),
    Fact("2.5", "create: taken", (ADD_JOE,), ADD_JOE, 409, "ERR_OBJECT_EXISTS"),
    Fact("2.5", "create: no name", (), ("POST", USERS, {"fullname": "Joe"}), 400, "ERR_MISSING_ARG"),
    Fact(
        "2.5", "create: bad name", (), ("POST", USERS, {**JOE, "logname": "j oe"}), 400, "ERR_INVALID_ARG", assumed=True
    ),
    Fact(
        "2.5",
        "create: no password",
        (),
        ("POST", USERS, {"logname": "joe", "fullname": "Joe"}),
        400,
        "ERR_MISSING_ARG",
        assumed=True,
    ),
    Fact(
        "2.5",
        "create: no full name",
        (),
        ("POST", USERS, {"logname": "joe", "initial_password": "x"}),
        400,
        "ERR_MISSING_ARG",
        UP_TO_87,
        True,
    ),
    Fact(
        "2.5",
        "create: full name follows",
        (),
        ("POST", USERS, {"logname": "joe", "initial_password": "x"}),
        201,
        {"fullname": "joe"},
        NEW,
        True,
    ),
    Fact(
        "2.5",
        "create: no login",
        (),
        ("POST", USERS, {"logname": "joe", "fullname": "Joe", "type": "nologin"}),
        201,
        {"type": "nologin"},
        FROM_87,
        True,
    ),
    Fact(
        "2.5",
        "create: bad type",
        (),
        ("POST", USERS, {**JOE, "type": "x"}),
        400,
        lambda b: '"local", "data" or "nologin"' in b["fault"]["message"],
        FROM_87,
        True,
    ),
    Fact(
        "2.5",
        "create: number taken",
        (ADD_JOE,),
        ("POST", USERS, {**JOE, "logname": "jim", "uid": 2000000002}),
        409,
        "ERR_OBJECT_EXISTS",
        FROM_87,
        True,
    ),
    Fact("2.5", "create: roles", (), ("POST", USERS, {**JOE, "roles": ["x"]}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("2.5", "create: unknown", (), ("POST", USERS, {**JOE, "x": 1}), 400, "ERR_UNKNOWN_ARG"),
    Fact("2.5", "clone", (), ("POST", USERS, CLONE), 201, {"logname": "jane", "fullname": "Jane"}, assumed=True),
    Fact("2.5", "clone of nobody", (), ("POST", USERS, {**CLONE, "user": "joe"}), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("2.5", "clone of root", (), ("POST", USERS, {**CLONE, "user": "root"}), 403, "ERR_DENIED", assumed=True),
    Fact(
        "2.5",
        "clone: taken",
        (ADD_JOE,),
        ("POST", USERS, {**CLONE, "clonename": "joe"}),
        409,
        "ERR_OBJECT_EXISTS",
        assumed=True,
    ),
    Fact(
        "2.5",
        "modify",
        (ADD_JOE,),
        ("PUT", f"{USERS}/joe", {"fullname": "Joseph"}),
        202,
        {"fullname": "Joseph"},
        assumed=True,
    ),
    Fact(
        "2.5",
        "kiosk",
        (ADD_JOE,),
        ("PUT", f"{USERS}/joe", {"kiosk_mode": True}),
        202,
        {"kiosk_mode": True},
        assumed=True,
    ),
    Fact(
        "2.5",
        "no rename",
        (ADD_JOE,),
        ("PUT", f"{USERS}/joe", {"logname": "jim"}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "2.5",
        "new password",
        (ADD_JOE, ("PUT", f"{USERS}/joe", {"initial_password": "new"})),
        ("GET", POOLS, None, {"auth": ("joe", "new")}),
        200,
        assumed=True,
    ),
    Fact(
        "2.5",
        "old password",
        (ADD_JOE, ("PUT", f"{USERS}/joe", {"initial_password": "new"})),
        ("GET", POOLS, None, AS_JOE),
        401,
        assumed=True,
    ),
    Fact(
        "2.5",
        "empty password",
        (ADD_JOE,),
        ("PUT", f"{USERS}/joe", {"initial_password": ""}),
        400,
        "ERR_MISSING_ARG",
        assumed=True,
    ),
    Fact("2.5", "delete", (ADD_JOE,), ("DELETE", f"{USERS}/joe"), 204, assumed=True),
    Fact(
        "2.5", "deleted", (ADD_JOE, ("DELETE", f"{USERS}/joe")), ("GET", POOLS, None, AS_JOE), 401, "ERR_UNAUTHORIZED"
    ),
    Fact(
        "2.5",
        "sessions of the deleted",
        (ADD_JOE, (*LOGIN, None, AS_JOE), ("DELETE", f"{USERS}/joe")),
        ("GET", POOLS, None, TOKEN),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact(
        "2.5",
        "sessions of a namesake",
        (ADD_JOE, (*LOGIN, None, AS_JOE), ("DELETE", f"{USERS}/joe"), ADD_JOE),
        ("GET", POOLS, None, TOKEN),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact("2.5", "delete root", (), ("DELETE", f"{USERS}/root"), 403, "ERR_DENIED", assumed=True),
    Fact("2.5", "delete oneself", (), ("DELETE", f"{USERS}/admin"), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("2.5", "delete nobody", (), ("DELETE", f"{USERS}/joe"), 404, "ERR_NOT_FOUND"),
    Fact(
        "2.5",
        "set a preference",
        (),
        ("PUT", f"{USERS}/admin/preferences", {"session_timeout": 60}),
        202,
        {"session_timeout": 60, "locale": "C"},
    ),
    Fact(
        "2.5",
        "timeout as a string",
        (),
        ("PUT", f"{USERS}/admin/preferences", {"session_timeout": "60"}),
        202,
        {"session_timeout": 60},
        assumed=True,
    ),
    Fact(
        "2.5",
        "timeout of zero",
        (),
        ("PUT", f"{USERS}/admin/preferences", {"session_timeout": 0}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("2.5", "unknown preference", (), ("PUT", f"{USERS}/admin/preferences", {"x": 1}), 400, "ERR_UNKNOWN_ARG"),
    Fact(
        "2.5",
        "preferences of another",
        (),
        ("PUT", MINE, {"session_timeout": 5}),
        202,
        {"session_timeout": 5},
        assumed=True,
    ),
    Fact(
        "10.1",
        "root's password is that of replication",
        (
            ("west", "PUT", f"{USERS}/root", {"initial_password": "new"}),
            ("DELETE", "storage/v1/replication/targets/west"),
        ),
        ("POST", "storage/v1/replication/targets", {"hostname": "west", "label": "w", "root_password": "new"}),
        201,
        {"label": "w"},
        assumed=True,
    ),
]
LOOKING = [
    Fact("2.5", "login", (), (*LOGIN, None, AS_MONITOR), 201),
    Fact("2.5", "logout", ((*LOGIN, None, AS_MONITOR),), ("DELETE", "access/v1", None, TOKEN), 204),
    Fact("2.5", "reads", (lun(),), ("GET", A, None, AS_MONITOR), 200, {"name": "a"}),
    Fact("2.5", "reads with a token", (lun(), (*LOGIN, None, AS_MONITOR)), ("GET", LUNS, None, TOKEN), 200),
    Fact("1.7", "creates no LUN", (), (*lun(), AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact("1.7", "modifies none", (lun(),), ("PUT", A, {"volsize": "2g"}, AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact("1.7", "deletes none", (lun(),), ("DELETE", A, None, AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact("1.7", "what was refused is not done", (lun(),), ("GET", A, None, AS_MONITOR), 200, {"name": "a"}),
    Fact("1.7", "creates no project", (), ("POST", PROJECTS, {"name": "p"}, AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact(
        "1.7",
        "takes no snapshot",
        (lun(),),
        ("POST", f"{A}/snapshots", {"name": "s"}, AS_MONITOR),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact("1.7", "defines no initiator", (), (*initiator(1), AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact(
        "1.7",
        "deletes no initiator",
        (initiator(1),),
        ("DELETE", f"{IT}/iqn.2020-01.com.example:h1", None, AS_MONITOR),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact(
        "1.7",
        "adds no property",
        (),
        ("POST", "storage/v1/schema", {"property": "x", "type": "String"}, AS_MONITOR),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact(
        "1.7",
        "switches no service",
        (),
        ("PUT", "service/v1/services/nfs/disable", None, AS_MONITOR),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact("1.7", "reboots nothing", (), ("PUT", "system/v1/reboot", None, AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact(
        "1.7",
        "takes nothing over",
        (),
        ("PUT", "hardware/v1/cluster/takeover", None, AS_MONITOR),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact("1.7", "adds no user", (), (*ADD_JOE, AS_MONITOR), 401, "ERR_UNAUTHORIZED"),
    Fact("1.7", "refused with a token, too", ((*LOGIN, None, AS_MONITOR),), (*lun(), TOKEN), 401, "ERR_UNAUTHORIZED"),
    Fact("1.7", "the session lives on", ((*LOGIN, None, AS_MONITOR),), ("GET", POOLS, None, TOKEN), 200),
    Fact("1.7", "before arguments", (), ("POST", LUNS, {"x": 1}, AS_MONITOR), 401, "ERR_UNAUTHORIZED", assumed=True),
    Fact("1.7", "before the object", (), ("DELETE", A, None, AS_MONITOR), 401, "ERR_UNAUTHORIZED", assumed=True),
    Fact(
        "1.6", "after the path", (), ("POST", "storage/v1/nonsense", {}, AS_MONITOR), 404, "ERR_NOT_FOUND", assumed=True
    ),
    Fact("1.6", "after the method", (), ("DELETE", POOLS, None, AS_MONITOR), 405, assumed=True),
    Fact(
        "2.5",
        "own preferences",
        (),
        ("PUT", MINE, {"session_timeout": 5}, AS_MONITOR),
        202,
        {"session_timeout": 5},
        assumed=True,
    ),
    Fact(
        "2.5",
        "no others' preferences",
        (),
        ("PUT", f"{USERS}/admin/preferences", {"session_timeout": 5}, AS_MONITOR),
        401,
        "ERR_UNAUTHORIZED",
    ),
    Fact("2.5", "a new user looks", (ADD_JOE,), ("GET", POOLS, None, AS_JOE), 200),
    Fact("2.5", "a new user changes nothing", (ADD_JOE,), (*lun(), AS_JOE), 401, "ERR_UNAUTHORIZED", assumed=True),
    Fact(
        "2.5",
        "a clone may what its model may",
        (("POST", USERS, CLONE),),
        (*lun(), AS_JANE),
        201,
        {"name": "a"},
        assumed=True,
    ),
    Fact(
        "2.5",
        "who may own files does not log in",
        (("POST", USERS, {**JOE, "type": "data"}),),
        ("GET", POOLS, None, AS_JOE),
        401,
        "ERR_UNAUTHORIZED",
        FROM_87,
        True,
    ),
]


@rows([*READING, *CHANGING, *LOOKING])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
