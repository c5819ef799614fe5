"""Roles, and the authorizations of roles and users (API reference 16.3.3 and 16.3.4)."""

from __future__ import annotations

from collections.abc import Callable

from zfssa_lab.api import needs
from zfssa_lab.api.call import Call, Record, Reply
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.needs import Needs
from zfssa_lab.api.routing import Route
from zfssa_lab.model.authorizations import ROLE, Authorization, Authorizations, Role, scope_in, table_of
from zfssa_lab.model.properties import Table

Named = tuple[str, Authorization]


def _listed(_call: Call, role: Role) -> Record:
    return {"name": role.name, "role": role.name, "description": role.description}


def _detail(call: Call, role: Role) -> Record:
    base = ROLES.href(call, role.name, "authorizations")
    return {**_listed(call, role), "authorizations": authorization_list(call, role.authorizations, base)}


def _change(_call: Call, _roles: object, role: Role, arguments: Record) -> None:
    role.description = arguments.get("description", role.description)


def revoke_role(call: Call) -> Reply:
    """Take a role from all users: 202 without a body (API reference 16.3.3)."""
    role = ROLES.found(call)
    call.arguments(Table())
    call.appliance.users.revoke(role)
    return Reply(202)


ROLES = Kind(
    path="role/roles",
    one="role",
    many="roles",
    titles=("a role", "roles"),
    removing="Destroy",
    where=lambda call: call.appliance.users.roles,
    each=lambda _call, roles: roles.by_name.values(),
    listed=_listed,
    record=_detail,
    table=ROLE,
    create=lambda _call, roles, arguments: roles.create(arguments),
    change=_change,
    remove=lambda call, _roles, role: call.appliance.users.delete_role(role),
    needs={
        "POST": needs.role("createRole"),
        "PUT": needs.role("changeDescription"),
        "DELETE": needs.role("destroyRole"),
    },
    commands=(
        Route(
            "PUT",
            "role/roles/{name}/revoke",
            revoke_role,
            "Take a role from all users",
            needs=needs.role("revokeRole"),
        ),
    ),
)


def _authorization(call: Call, named: Named) -> Record:
    """Return an authorization with all the flags of its scope (API reference 16.3.4)."""
    one = named[1]
    known = table_of(one.scope).on(call.release).by_name
    return {"scope": one.scope, **{name: one.values[name] for name in known if name != "scope"}}


def authorization_list(call: Call, held: Authorizations, base: str) -> list[Record]:
    """Return the authorizations of a role or user, each with what it is called and where it is, below ``base``."""
    return [
        {"auth": name, **_authorization(call, (name, one)), "href": f"{base}/{name}"}
        for name, one in held.by_name.items()
    ]


def _create(call: Call, held: Authorizations, arguments: Record) -> Named:
    values = {**_table_of_new(call).defaults(), **arguments}
    name = held.add(values.pop("scope"), values)
    return name, held.get(name)


def _change_authorization(_call: Call, _held: Authorizations, named: Named, arguments: Record) -> None:
    """What is not named stays as it is (API reference 16.3.3)."""
    named[1].values.update(arguments)


def _remove(_call: Call, held: Authorizations, named: Named) -> None:
    del held.by_name[named[0]]


def _table_of_new(call: Call) -> Table:
    """Return the table of the scope that the body names."""
    return table_of(scope_in(call.body))


def _authorizations(
    path: str, what: str, where: Callable[[Call], Authorizations], wanted: Needs
) -> Kind[Authorizations, Named]:
    return Kind(
        path=path,
        one="auth",
        # Those of a user alone are called exceptions (API reference 16.3.4).
        many=f"{what}s",
        titles=(f"an {what}", f"{what}s"),
        key="auth",
        where=where,
        each=lambda _call, held: held.by_name.items(),
        called=lambda _call, named: named[0],
        listed=lambda call, named: {"auth": named[0], **_authorization(call, named)},
        record=_authorization,
        new=_table_of_new,
        table=lambda call: table_of(where(call).get(call.path["auth"]).scope),
        create=_create,
        change=_change_authorization,
        remove=_remove,
        needs=wanted,
    )


ROWS = (
    ROLES,
    _authorizations(
        "role/roles/{name}/authorizations",
        "authorization",
        lambda call: ROLES.found(call).authorizations,
        needs.role("configureAuths"),
    ),
    _authorizations(
        "user/users/{name}/exceptions",
        "exception",
        lambda call: call.appliance.users.get(call.path["name"]).exceptions,
        needs.user("configureExceptions"),
    ),
)
