"""Facts of the API reference about login, sessions and services: given these steps, this request has this outcome."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from lab_facts import NEW, UP_TO_87, Fact, check, rows
from lab_heads import LOGIN, TOKEN
from lab_world import AUTH, World, wait

from zfssa_lab.api.dispatch import ROUTES
from zfssa_lab.model.sessions import IDLE_TIMEOUT, PER_USER

POOLS = "storage/v1/pools"
SERVICES = {route.service for route in ROUTES}


def anonymous(request: Any) -> Any:
    """Send a request without a password."""
    return request


def sent(**headers: str) -> dict[str, Any]:
    """Send these headers, and no password beside them; in names, ``_`` stands for ``-``."""
    return {"auth": anonymous, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}


def basic(text: str) -> dict[str, Any]:
    """Send Basic credentials made of ``text``."""
    return sent(Authorization=f"Basic {base64.b64encode(text.encode()).decode()}")


USER = sent(X_Auth_User=AUTH[0], X_Auth_Key=AUTH[1])
NOBODY: dict[str, Any] = {"auth": anonymous}
WRONG: dict[str, Any] = {"auth": (AUTH[0], "wrong")}
LOGINS = tuple(LOGIN for _number in range(PER_USER))
PREFERENCES = "user/v1/users/admin/preferences"


def timeout(minutes: int) -> tuple[Any, ...]:
    """Set the idle timeout of the lab's user."""
    return ("PUT", PREFERENCES, {"session_timeout": minutes})


CREDENTIALS = [
    Fact("1.2", "Basic", (), ("GET", POOLS, None, basic(":".join(AUTH))), 200),
    Fact("1.2", "user headers", (), ("GET", POOLS, None, USER), 200),
    Fact("1.2", "none", (), ("GET", POOLS, None, NOBODY), 401, "ERR_UNAUTHORIZED"),
    Fact("1.3", "wrong password", (), ("GET", POOLS, None, WRONG), 401, "ERR_UNAUTHORIZED"),
    Fact("1.3", "unknown user", (), ("GET", POOLS, None, {"auth": ("joe", "x")}), 401, "ERR_UNAUTHORIZED"),
    Fact("1.3", "user without key", (), ("GET", POOLS, None, sent(X_Auth_User="admin")), 401, "ERR_UNAUTHORIZED"),
    Fact("1.2", "no Basic", (), ("GET", POOLS, None, sent(Authorization="Bearer x")), 401, "ERR_UNAUTHORIZED"),
    Fact("1.2", "no base64", (), ("GET", POOLS, None, sent(Authorization="Basic ***")), 401, "ERR_UNAUTHORIZED"),
    Fact("1.2", "no colon", (), ("GET", POOLS, None, basic("admin")), 401, "ERR_UNAUTHORIZED"),
    Fact("1.2", "password wins over a path that is none", (), ("GET", "x/v1/y", None, WRONG), 401, "ERR_UNAUTHORIZED"),
    Fact(
        "1.2",
        "session wins over a password",
        (),
        ("GET", POOLS, None, {"headers": {"X-Auth-Session": "none"}}),
        401,
        "ERR_UNAUTHORIZED",
        assumed=True,
    ),
    Fact("1.2", "root", (), ("GET", POOLS, None, {"auth": ("root", AUTH[1])}), 200, assumed=True),
]
SESSIONS = [
    Fact("1.3", "login", (), LOGIN, 201, lambda b: {s["name"] for s in b["access"]["services"]} == SERVICES),
    Fact("1.3", "login with user headers", (), (*LOGIN, None, USER), 201),
    Fact("1.3", "login v2", (), ("POST", "access/v2"), 201, on=NEW),
    Fact("1.3", "login v1.0", (), ("POST", "access/v1.0"), 201),
    Fact("1.3", "login without a password", (), (*LOGIN, None, NOBODY), 401, "ERR_UNAUTHORIZED"),
    Fact("1.3", "login with a token", (LOGIN,), (*LOGIN, None, TOKEN), 401, "ERR_UNAUTHORIZED", assumed=True),
    Fact("1.3", "login takes no argument", (), ("POST", "access/v1", {"x": 1}), 400, "ERR_UNKNOWN_ARG", assumed=True),
    Fact("15.1", "login with null", (), (*LOGIN, None, {"data": "null"}), 201),
    Fact("15.1", "login that names its token", (), (*LOGIN, {"name": "backup"}), 201, on=NEW),
    Fact(
        "15.1", "a token has no name before", (), (*LOGIN, {"name": "backup"}), 400, "ERR_UNKNOWN_ARG", UP_TO_87, True
    ),
    Fact("1.3", "token", (LOGIN,), ("GET", POOLS, None, TOKEN), 200),
    Fact("1.3", "token of v1 in v2", (LOGIN,), ("GET", "storage/v2/pools", None, TOKEN), 200, on=NEW),
    Fact("1.3", "token of v2 in v1", (("POST", "access/v2"),), ("GET", POOLS, None, TOKEN), 200, on=NEW),
    Fact("1.3", "token of another appliance", (("west", *LOGIN),), ("GET", POOLS, None, TOKEN), 401),
    Fact("1.3", "listing makes no session", (("GET", "access/v1"),), (*LOGIN, None, TOKEN), 401),
    Fact("1.3", "logout", (LOGIN,), ("DELETE", "access/v1", None, TOKEN), 204),
    Fact("1.3", "logout v2", (LOGIN,), ("DELETE", "access/v2", None, TOKEN), 204, on=NEW),
    Fact("1.3", "token is dead", (LOGIN, ("DELETE", "access/v1", None, TOKEN)), ("GET", POOLS, None, TOKEN), 401),
    Fact(
        "1.3",
        "second logout",
        (LOGIN, ("DELETE", "access/v1", None, TOKEN)),
        ("DELETE", "access/v1", None, TOKEN),
        401,
    ),
    Fact("1.3", "logout with a password", (LOGIN,), ("DELETE", "access/v1"), 401, "ERR_UNAUTHORIZED", assumed=True),
    Fact("1.3", "a password outlives logout", (LOGIN, ("DELETE", "access/v1", None, TOKEN)), ("GET", POOLS), 200),
    Fact("1.3", "idle for the timeout", (LOGIN, wait(IDLE_TIMEOUT)), ("GET", POOLS, None, TOKEN), 200),
    Fact("1.3", "idle for longer", (LOGIN, wait(IDLE_TIMEOUT + 1)), ("GET", POOLS, None, TOKEN), 401),
    Fact(
        "1.3",
        "use puts the end off",
        (LOGIN, wait(IDLE_TIMEOUT - 1), ("GET", POOLS, None, TOKEN), wait(IDLE_TIMEOUT - 1)),
        ("GET", POOLS, None, TOKEN),
        200,
    ),
    Fact("1.3", "timeout of the user", (timeout(60), LOGIN, wait(59 * 60)), ("GET", POOLS, None, TOKEN), 200),
    Fact("1.3", "shorter timeout", (timeout(1), LOGIN, wait(61)), ("GET", POOLS, None, TOKEN), 401),
    Fact("1.3", "a login later", (timeout(1), LOGIN, wait(61), LOGIN), ("GET", POOLS, None, TOKEN), 200),
    Fact("1.3", "timeout of live sessions", (LOGIN, timeout(1), wait(61)), ("GET", POOLS, None, TOKEN), 401),
    Fact("1.3", "too many sessions", LOGINS, LOGIN, 503, "ERR_BUSY", assumed=True),
    Fact("1.3", "too many: a password works", LOGINS, ("GET", POOLS), 200, assumed=True),
    Fact("1.3", "too many: others log in", LOGINS, (*LOGIN, None, {"auth": ("root", AUTH[1])}), 201, assumed=True),
    Fact("1.3", "too many: expired ones do not count", (*LOGINS, wait(IDLE_TIMEOUT + 1)), LOGIN, 201),
    Fact("1.3", "too many: ended ones do not count", (*LOGINS, ("DELETE", "access/v1", None, TOKEN)), LOGIN, 201),
    Fact("1.3", "reboot ends sessions", (LOGIN, ("PUT", "system/v1/reboot")), ("GET", POOLS, None, TOKEN), 401),
    Fact("1.3", "restart ends sessions", (LOGIN, ("PUT", "system/v1/restart")), ("GET", POOLS, None, TOKEN), 401),
]
TOKENS = "user/v2/users/admin/preferences/tokens"
KEPT = ("POST", TOKENS, {"name": "backup", "preserve": True, "expiration": 900}, USER)
PERSISTENT = [
    Fact(
        "15.1",
        "make a token",
        (),
        KEPT,
        201,
        {"name": "backup", "token_username": "admin", "preserve": True, "expiration": "2023-11-14T22:28:20Z"},
        NEW,
    ),
    Fact("15.1", "it works", (KEPT,), ("GET", POOLS, None, TOKEN), 200, None, NEW),
    Fact("15.1", "it ends", (KEPT, wait(901)), ("GET", POOLS, None, TOKEN), 401, None, NEW),
    Fact(
        "15.1",
        "use does not put its end off",
        (KEPT, wait(600), ("GET", POOLS, None, TOKEN), wait(600)),
        ("GET", POOLS, None, TOKEN),
        401,
        None,
        NEW,
    ),
    Fact("15.1", "it is not idle", (timeout(1), KEPT, wait(120)), ("GET", POOLS, None, TOKEN), 200, None, NEW),
    Fact(
        "15.1",
        "it outlives a reboot",
        (KEPT, ("PUT", "system/v1/reboot")),
        ("GET", POOLS, None, TOKEN),
        200,
        None,
        NEW,
        True,
    ),
    Fact(
        "15.1",
        "a token that is not preserved does not",
        (("POST", TOKENS, {}, USER), ("PUT", "system/v1/reboot")),
        ("GET", POOLS, None, TOKEN),
        401,
        None,
        NEW,
        True,
    ),
    Fact("15.1", "preserve wants an end", (), ("POST", TOKENS, {"preserve": True}, USER), 400, "ERR_MISSING_ARG", NEW),
    Fact("15.1", "name and password are demanded", (KEPT,), ("POST", TOKENS, {}, TOKEN), 401, "ERR_UNAUTHORIZED", NEW),
    Fact("15.1", "in headers", (), ("POST", TOKENS, {}), 401, "ERR_UNAUTHORIZED", NEW, True),
    Fact(
        "15.1",
        "nobody makes a token for another",
        (),
        ("POST", TOKENS.replace("admin", "root"), {}, USER),
        401,
        "ERR_UNAUTHORIZED",
        NEW,
        True,
    ),
    Fact(
        "15.1", "list", (KEPT,), ("GET", TOKENS), 200, lambda b: [one["name"] for one in b["tokens"]] == ["backup"], NEW
    ),
    Fact(
        "15.1",
        "logins are listed",
        (LOGIN,),
        ("GET", TOKENS),
        200,
        lambda b: b["tokens"][0]["name"].startswith("REST-"),
        NEW,
        True,
    ),
    Fact(
        "15.1",
        "preferences show them",
        (KEPT,),
        ("GET", TOKENS.rsplit("/", 1)[0]),
        200,
        lambda b: b["preferences"]["tokens"][0]["name"] == "backup",
        NEW,
    ),
    Fact("15.1", "a token that is none", (), ("GET", f"{TOKENS}/x"), 404, "ERR_NOT_FOUND", NEW),
    Fact("15.1", "only in v2", (), ("GET", TOKENS.replace("v2", "v1")), 404, "ERR_NOT_FOUND", NEW),
    Fact("15.1", "not before 8.8", (), ("GET", TOKENS.replace("v2", "v1")), 404, "ERR_NOT_FOUND", UP_TO_87),
]
VERSIONS = [
    Fact("1.3", "list", (), ("GET", "access/v1"), 200, lambda b: {s["name"] for s in b["services"]} == SERVICES),
    Fact(
        "1.3",
        "list: fields",
        (),
        ("GET", "access/v1"),
        200,
        lambda b: b["services"][0].keys() == {"name", "uri", "version"},
    ),
    Fact("1.3", "list v1", (), ("GET", "access/v1"), 200, lambda b: b["services"][-1]["uri"] == "/api/user/v1"),
    Fact("1.3", "list v2", (), ("GET", "access/v2"), 200, lambda b: b["services"][-1]["uri"] == "/api/user/v2", NEW),
    Fact("1.4", "offered version", (), ("GET", "access/v1"), 200, lambda b: b["services"][0]["version"] == "2.0", NEW),
    Fact(
        "1.4", "offered before", (), ("GET", "access/v1"), 200, lambda b: b["services"][0]["version"] == "1.0", UP_TO_87
    ),
    Fact("1.4", "v3", (), ("GET", "storage/v3/pools"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("1.4", "v0", (), ("GET", "storage/v0/pools"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("1.4", "no version", (), ("GET", "storage/pools"), 404, "ERR_NOT_FOUND"),
    Fact("1.4", "newer minor", (), ("GET", "storage/v1.1/pools"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("1.4", "v2.0", (), ("GET", "storage/v2.0/pools"), 200, on=NEW),
    Fact("1.4", "v2.1", (), ("GET", "storage/v2.1/pools"), 404, "ERR_NOT_FOUND", NEW, True),
    Fact("1.4", "v2 before 8.8", (), ("POST", "access/v2"), 404, "ERR_NOT_FOUND", UP_TO_87),
    Fact("1.4", "service that the lab has not", (), ("GET", "workflow/v1"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("1.4", "description", (), ("GET", "san/v1"), 200, {"name": "san", "uri": "/api/san/v1"}),
    Fact(
        "1.4",
        "description: methods",
        (),
        ("GET", "network/v1"),
        200,
        lambda b: b["service"]["methods"][0].keys() == {"path", "request", "description"},
    ),
    Fact(
        "1.4",
        "description follows the release",
        (),
        ("GET", "hardware/v1"),
        200,
        lambda b: "cluster/unconfigure" in {m["path"] for m in b["service"]["methods"]},
        UP_TO_87,
    ),
    *(
        Fact("1.4", f"{name} describes itself", (), ("GET", f"{name}/v1"), 200, lambda b: b["service"]["methods"])
        for name in sorted(SERVICES - {"access"})
    ),
]


@rows([*CREDENTIALS, *SESSIONS, *PERSISTENT, *VERSIONS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
