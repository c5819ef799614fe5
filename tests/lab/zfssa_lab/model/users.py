"""Users, what they may do, and their preferences (API reference 1.2, 2.5 and 16.3)."""

from __future__ import annotations

import copy
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.authorizations import BASIC, SCOPES, Authorizations, Need, Role, Roles, everything_of
from zfssa_lab.model.errors import Denied, MissingArgument, StateConflict, Unauthorized, already_exists
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.shelf import named

if TYPE_CHECKING:
    from zfssa_lab.model.sessions import Session

ROOT = "root"
MONITOR = "monitor"
MONITOR_PASSWORD = "lab-monitor"  # public: the lab guards nothing
FIRST_UID = 2000000000
# What a user may sign in for: the others own files only, or nothing.
_SIGNS_IN = "local"

_COMMON = (
    Property("fullname", "string", ""),
    Property("initial_password", "string", ""),
    Property("require_annotation", "boolean", False),
    Property("kiosk_mode", "boolean", False, create=False),
    Property("kiosk_screen", "string", "status/dashboard", create=False),
)
USER = Table(
    Property("logname", "word", required=True, modify=False),
    Property("type", "string", "local", choices=("local", "data", "nologin"), modify=False, feature="user_types"),
    Property("uid", "integer", None, low=100, high=2**31 - 1, modify=False, feature="user_types"),
    *_COMMON,
    # A new user has the role of every appliance; others are given afterwards (16.3.6).
    Property("roles", "strings", [BASIC], create=False),
    read_only=("href", "exceptions", "preferences"),
)
CLONED_USER = Table(
    Property("user", "word", required=True),
    Property("clonename", "word", required=True),
    Property("fullname", "string", ""),
    Property("password", "string", required=True),
    Property("uid", "integer", None, low=100, high=2**31 - 1, feature="user_types"),
)
PREFERENCES = Table(
    Property("locale", "string", "C"),
    Property("login_screen", "string", "status/dashboard"),
    Property("session_timeout", "integer", 15, low=1, high=2**31 - 1),
    Property("cli_idle_timeout", "integer", -1, low=-1, high=2**31 - 1, feature="access_tokens"),
    Property("advanced_analytics", "boolean", False),
    read_only=("href", "keys", "tokens"),
)


@dataclass
class User:
    """Someone with a login name: may do all as ``superuser``, else what roles and exceptions allow."""

    logname: str
    uid: int
    password: str
    fullname: str = ""
    type: str = "local"
    superuser: bool = False
    roles: list[str] = field(default_factory=lambda: [BASIC])
    exceptions: Authorizations = field(default_factory=Authorizations)
    settings: dict[str, Any] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=PREFERENCES.defaults)

    @property
    def session_timeout(self) -> float:
        """Seconds after which a session that nobody uses ends (API reference 1.3)."""
        return 60.0 * int(self.preferences["session_timeout"])


class Users:
    """Users and roles of an appliance, or of the two heads of a cluster: root, the lab's user, and one that only looks."""

    def __init__(self, name: str, password: str) -> None:
        self.by_name: dict[str, User] = {}
        self.roles = Roles()
        # Persistent tokens are of both heads of a cluster, as the users are (API reference 15.1).
        self.tokens: dict[str, Session] = {}
        self._next = FIRST_UID
        self._add(ROOT, password, 0, fullname="Super-User", superuser=True)
        if name != ROOT:
            user = self._add(name, password, None, fullname="Lab Administrator", superuser=True)
            # Who looks at what accounts may do, as before a play, finds it.
            for scope in SCOPES:
                user.exceptions.add(scope, everything_of(scope))
        self._add(MONITOR, MONITOR_PASSWORD, None, fullname="Lab Monitor")

    def _add(self, name: str, password: str, uid: int | None, **more: Any) -> User:
        if uid is None:
            uid = self._next
            self._next += 1
        settings = {key: value for key, value in USER.defaults().items() if key in _KEPT}
        self.by_name[name] = User(name, uid, password, settings=settings, **more)
        return self.by_name[name]

    def copy(self) -> Users:
        """Return users like these that go their own way from now on."""
        return copy.deepcopy(self)

    def get(self, name: str) -> User:
        """Return the user called ``name``; NotFound."""
        return named(self.by_name, name)

    def sign_in(self, name: str, password: str) -> User:
        """Return the user whose password this is; Unauthorized."""
        user = self.by_name.get(name)
        stored = user.password if user is not None else ""
        good = hmac.compare_digest(password.encode(), stored.encode())
        if user is None or not good or not stored or user.type != _SIGNS_IN:
            raise Unauthorized("authentication failed")
        return user

    def create(self, arguments: dict[str, Any]) -> User:
        """Add a user from checked arguments; a new one may look at everything, and change nothing."""
        name, kind = arguments["logname"], arguments.get("type", _SIGNS_IN)
        password = arguments.get("initial_password", "")
        self._check_free(name, arguments.get("uid"))
        if kind != "nologin" and not password:
            raise MissingArgument('"initial_password"')
        fullname = arguments.get("fullname", name)
        user = self._add(name, password, arguments.get("uid"), fullname=fullname, type=kind)
        self._set(user, arguments)
        return user

    def clone(self, arguments: dict[str, Any]) -> User:
        """Add a user who may do what another may; its preferences are those of a new one."""
        model, name = self.get(arguments["user"]), arguments["clonename"]
        if model.logname == ROOT:
            raise Denied(f'user "{ROOT}" cannot be cloned')
        self._check_free(name, arguments.get("uid"))
        fullname = arguments.get("fullname", name)
        password, uid = arguments["password"], arguments.get("uid")
        user = self._add(name, password, uid, fullname=fullname, type=model.type, superuser=model.superuser)
        user.roles, user.exceptions = list(model.roles), copy.deepcopy(model.exceptions)
        return user

    def _check_free(self, name: str, uid: int | None) -> None:
        if name in self.by_name:
            raise already_exists("user", name)
        if uid is not None and any(user.uid == uid for user in self.by_name.values()):
            raise already_exists("uid", str(uid))

    def modify(self, user: User, arguments: dict[str, Any]) -> None:
        """Set properties of a user; a new password is good from the next request on."""
        if arguments.get("initial_password") == "":
            raise MissingArgument('"initial_password"')
        self.roles.check(arguments.get("roles", []))
        user.roles = arguments.get("roles", user.roles)
        user.password = arguments.get("initial_password", user.password)
        self._set(user, arguments)

    @staticmethod
    def _set(user: User, arguments: dict[str, Any]) -> None:
        user.fullname = arguments.get("fullname", user.fullname)
        user.settings.update({name: value for name, value in arguments.items() if name in _KEPT})

    def may(self, user: User, need: Need) -> bool:
        """Say whether a user may do what ``need`` stands for (API reference 16.3)."""
        granted = (user.exceptions, *(self.roles.get(name).authorizations for name in user.roles))
        return user.superuser or any(one.allow(need) for one in granted)

    def revoke(self, role: Role) -> None:
        """Take a role from all users (API reference 16.3.3)."""
        for user in self.by_name.values():
            user.roles = [name for name in user.roles if name != role.name]

    def delete_role(self, role: Role) -> None:
        """Remove a role; one that somebody has must be taken away first."""
        owners = [user.logname for user in self.by_name.values() if role.name in user.roles]
        if owners and role.name != BASIC:
            raise StateConflict(f'role "{role.name}" is in use by {", ".join(owners)}')
        self.roles.delete(role)

    def delete(self, user: User, who: str) -> None:
        """Remove a user: neither the superuser nor oneself."""
        if user.logname == ROOT:
            raise Denied(f'user "{ROOT}" cannot be destroyed')
        if user.logname == who:
            raise StateConflict("a user cannot destroy itself")
        del self.by_name[user.logname]


_KEPT = ("require_annotation", "kiosk_mode", "kiosk_screen")
