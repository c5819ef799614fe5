"""What somebody may do, and to what: scopes, authorizations and roles (API reference 16.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from zfssa_lab.model.errors import Denied, MissingArgument, already_exists, bad_value, expecting
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.shelf import named

BASIC = "basic"
EVERYTHING = "*"
# How a flag is spelled on the wire.
PREFIX = "allow_"


@dataclass(frozen=True)
class Scope:
    """A kind of authorization: ``filters`` narrow it to objects, ``flags`` are what it can allow.

    ``newer`` flags are those of releases that tell finer (the row ``finer_authorizations`` of the release table).
    """

    flags: tuple[str, ...]
    filters: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


# API reference 16.3.5: of the scopes, those whose flags are known; the names in scrub, user and role are the lab's.
SCOPES: dict[str, Scope] = {
    "nas": Scope(
        filters=("pool", "project", "share"),
        flags=(
            "changeAccessProps", "changeGeneralProps", "changeProtocolProps", "changeSpaceProps", "changeUserQuota",
            "clearLocks", "clone", "createProject", "createShare", "destroy", "rename", "rollback", "rrsource",
            "rrtarget", "scheduleSnap", "scrub", "takeSnap",
        ),
        newer=("destroySnap", "renameSnap", "retainSnap", "releaseSnapRetention", "scheduleLockedSnap"),
    ),
    "stmf": Scope(flags=("configure",)),
    "schema": Scope(flags=("modify",)),
    "svc": Scope(filters=("service",), flags=("administer", "configure", "restart")),
    "user": Scope(
        filters=("user",),
        flags=(
            "createUser", "changeProperties", "changePassword", "changePreferences", "changeRoles",
            "configureExceptions", "destroyUser",
        ),
    ),
    "role": Scope(
        filters=("role",),
        flags=("createRole", "changeDescription", "configureAuths", "revokeRole", "destroyRole"),
    ),
    "alert": Scope(flags=("configure",), newer=("post",)),
    "workflow": Scope(filters=("owner", "uuid"), flags=("modify", "read")),
}  # fmt: skip

ROLE = Table(
    Property("name", "name", required=True, modify=False),
    Property("description", "string", ""),
    read_only=("href", "role", "authorizations"),
)


class Need(NamedTuple):
    """What a command wants: a flag of a scope for one object.

    ``of`` has the object's part of each filter: "" where it has none, as a project has no share, and None where it
    cannot be known, because the object does not exist.
    """

    scope: str
    flag: str
    of: Mapping[str, str | None]

    def __str__(self) -> str:
        """Name it as an administrator looks for it."""
        place = "/".join(part for part in self.of.values() if part)
        return f"{PREFIX}{self.flag} of scope {self.scope}" + (f" for {place}" if place else "")


@cache
def table_of(scope: str) -> Table:
    """Return the property table of the authorizations of a scope; on a release by ``Table.on``."""
    kind = SCOPES[scope]
    return Table(
        Property("scope", "string", scope, choices=tuple(SCOPES), required=True, modify=False),
        *(Property(name, "string", EVERYTHING) for name in kind.filters),
        *(Property(f"{PREFIX}{name}", "boolean", False) for name in kind.flags),
        *(Property(f"{PREFIX}{name}", "boolean", False, feature="finer_authorizations") for name in kind.newer),
        read_only=("href", "auth"),
    )


def everything_of(scope: str) -> dict[str, Any]:
    """Return the values of an authorization that allows all of a scope, for all objects."""
    kind = SCOPES[scope]
    flags = (f"{PREFIX}{name}" for name in (*kind.flags, *kind.newer))
    return {**dict.fromkeys(kind.filters, EVERYTHING), **dict.fromkeys(flags, True)}


def scope_in(body: Mapping[str, Any]) -> str:
    """Return the scope that a new authorization is to have; MissingArgument, InvalidArgument."""
    if "scope" not in body:
        raise MissingArgument('"scope"')
    scope = body["scope"]
    if not isinstance(scope, str) or scope not in SCOPES:
        raise bad_value("scope", scope, expecting(list(SCOPES)))
    return scope


@dataclass
class Authorization:
    """One authorization: its filters and its flags, by their names on the wire."""

    scope: str
    values: dict[str, Any]

    def allows(self, need: Need) -> bool:
        """Say whether it is enough for what a command wants."""
        if self.scope != need.scope or not self.values.get(f"{PREFIX}{need.flag}"):
            return False
        wanted = ((self.values[name], need.of.get(name, "")) for name in SCOPES[self.scope].filters)
        return all(mine == EVERYTHING or part is None or mine == part for mine, part in wanted)


class Authorizations:
    """The authorizations of a role, or of one user alone, by number; a number is never used again."""

    def __init__(self) -> None:
        self.by_name: dict[str, Authorization] = {}
        self._next = 0

    def add(self, scope: str, values: dict[str, Any]) -> str:
        """Add one and return what it is called: ``auth-000`` and so on."""
        name = f"auth-{self._next:03}"
        self._next += 1
        self.by_name[name] = Authorization(scope, values)
        return name

    def get(self, name: str) -> Authorization:
        """Return one; NotFound."""
        return named(self.by_name, name)

    def allow(self, need: Need) -> bool:
        """Say whether one of them is enough."""
        return any(one.allows(need) for one in self.by_name.values())


@dataclass
class Role:
    """Authorizations under a name, to be given to users."""

    name: str
    description: str
    authorizations: Authorizations = field(default_factory=Authorizations)


class Roles:
    """The roles of an appliance, or of the two heads of a cluster (API reference 16.3.3)."""

    def __init__(self) -> None:
        self.by_name = {BASIC: Role(BASIC, "Basic administration")}

    def get(self, name: str) -> Role:
        """Return the role called ``name``; NotFound."""
        return named(self.by_name, name)

    def create(self, arguments: dict[str, Any]) -> Role:
        """Add a role without authorizations; ObjectExists."""
        name = arguments["name"]
        if name in self.by_name:
            raise already_exists("role", name)
        self.by_name[name] = Role(name, arguments.get("description", ""))
        return self.by_name[name]

    def delete(self, role: Role) -> None:
        """Remove a role that nobody has; the one of every appliance stays (API reference 16.3.3)."""
        if role.name == BASIC:
            raise Denied(f'role "{BASIC}" cannot be destroyed')
        del self.by_name[role.name]

    def check(self, names: Iterable[str]) -> None:
        """Refuse names of roles that do not exist, naming those that do."""
        for name in names:
            if name not in self.by_name:
                raise bad_value("roles", name, expecting(list(self.by_name)))
