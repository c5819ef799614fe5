"""Endpoints of roles, and of the authorizations of roles and users (API reference 16.3.3 and 16.3.4)."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.authorizations import ROLE, Authorization, Authorizations, Role, scope_in, table_of
from zfssa_lab.model.properties import Table

_ROLES = "role/roles"
_ROLE = f"{_ROLES}/{{name}}"


def _href(call: Call, *path: str) -> str:
    return View(call.release, call.version).href("roles", *path, service="role")


def _find(call: Call) -> Role:
    return call.appliance.users.roles.get(call.path["name"])


def _listed(call: Call, role: Role) -> Record:
    return {"name": role.name, "role": role.name, "description": role.description, "href": _href(call, role.name)}


def _detail(call: Call, role: Role) -> Record:
    record = _listed(call, role)
    return {
        **record,
        "authorizations": authorization_list(call, role.authorizations, f"{record['href']}/authorizations"),
    }


def list_roles(call: Call) -> Reply:
    """API reference 16.3.3."""
    return ok(roles=[_listed(call, role) for role in call.appliance.users.roles.by_name.values()])


def get_role(call: Call) -> Reply:
    """API reference 16.3.3."""
    return ok(role=_detail(call, _find(call)))


def create_role(call: Call) -> Reply:
    """API reference 16.3.3."""
    return created(role=_detail(call, call.appliance.users.roles.create(call.arguments(ROLE))))


def modify_role(call: Call) -> Reply:
    """API reference 16.3.3."""
    role = _find(call)
    role.description = call.arguments(ROLE).get("description", role.description)
    return accepted(role=_detail(call, role))


def delete_role(call: Call) -> Reply:
    """API reference 16.3.3."""
    call.appliance.users.delete_role(_find(call))
    return no_content()


def revoke_role(call: Call) -> Reply:
    """Take a role from all users: 202 without a body (API reference 16.3.3)."""
    role = _find(call)
    call.arguments(Table())
    call.appliance.users.revoke(role)
    return Reply(202)


def authorization_record(call: Call, one: Authorization, href: str) -> Record:
    """Return an authorization with all the flags of its scope (API reference 16.3.4)."""
    known = table_of(one.scope).on(call.release).by_name
    return {"scope": one.scope, **{name: one.values[name] for name in known if name != "scope"}, "href": href}


def authorization_list(call: Call, held: Authorizations, base: str) -> list[Record]:
    """Return the authorizations of a role or user, each with what it is called."""
    return [{"auth": name, **authorization_record(call, one, f"{base}/{name}")} for name, one in held.by_name.items()]


def _held(call: Call) -> tuple[Authorizations, str]:
    """Return the authorizations that the path is about, and where they are."""
    if call.service == "role":
        role = _find(call)
        return role.authorizations, _href(call, role.name, "authorizations")
    user = call.appliance.users.get(call.path["name"])
    view = View(call.release, call.version)
    return user.exceptions, view.href("users", user.logname, "exceptions", service="user")


def _one(call: Call) -> tuple[Authorization, str]:
    held, base = _held(call)
    return held.get(call.path["auth"]), f"{base}/{call.path['auth']}"


def _table(call: Call) -> Table:
    """Return the table of the scope: that of the authorization in the path, or the one that the body names."""
    return table_of(_one(call)[0].scope if "auth" in call.path else scope_in(call.body))


def list_authorizations(call: Call) -> Reply:
    """API reference 16.3.3; those of a user alone are called exceptions (16.3.4)."""
    held, base = _held(call)
    key = "authorizations" if call.service == "role" else "exceptions"
    return ok(**{key: authorization_list(call, held, base)})


def get_authorization(call: Call) -> Reply:
    """API reference 16.3.3."""
    return ok(auth=authorization_record(call, *_one(call)))


def create_authorization(call: Call) -> Reply:
    """API reference 16.3.3."""
    held, base = _held(call)
    table = _table(call)
    values = {**table.defaults(), **call.arguments(table)}
    name = held.add(values.pop("scope"), values)
    return created(auth=authorization_record(call, held.get(name), f"{base}/{name}"))


def modify_authorization(call: Call) -> Reply:
    """What is not named stays as it is (API reference 16.3.3)."""
    found, href = _one(call)
    found.values.update(call.arguments(_table(call)))
    return accepted(auth=authorization_record(call, found, href))


def delete_authorization(call: Call) -> Reply:
    """API reference 16.3.3."""
    held, _base = _held(call)
    held.get(call.path["auth"])
    del held.by_name[call.path["auth"]]
    return no_content()


def _authorizations(base: str, what: str) -> list[Route]:
    one = f"{base}/{{auth}}"
    return [
        Route("GET", base, list_authorizations, f"List {what}s"),
        Route("POST", base, create_authorization, f"Create an {what}", table=_table),
        Route("GET", one, get_authorization, f"Show an {what}"),
        Route("PUT", one, modify_authorization, f"Modify an {what}", table=_table),
        Route("DELETE", one, delete_authorization, f"Delete an {what}"),
    ]


ROUTES = (
    Route("GET", _ROLES, list_roles, "List roles"),
    Route("POST", _ROLES, create_role, "Create a role", table=ROLE),
    Route("GET", _ROLE, get_role, "Show a role"),
    Route("PUT", _ROLE, modify_role, "Modify a role", table=ROLE),
    Route("DELETE", _ROLE, delete_role, "Destroy a role"),
    Route("PUT", f"{_ROLE}/revoke", revoke_role, "Take a role from all users"),
    *_authorizations(f"{_ROLE}/authorizations", "authorization"),
    *_authorizations("user/users/{name}/exceptions", "exception"),
)
