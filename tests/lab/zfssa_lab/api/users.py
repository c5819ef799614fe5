"""Endpoints of the user service (API reference 2.5)."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.roles import authorization_list
from zfssa_lab.api.routing import Route
from zfssa_lab.api.tokens import token_list
from zfssa_lab.model.errors import MissingArgument
from zfssa_lab.model.properties import Table
from zfssa_lab.model.users import CLONED_USER, PREFERENCES, USER, User


def _href(call: Call, *path: str) -> str:
    return View(call.release, call.version).href("users", *path, service="user")


def _listed(call: Call, user: User) -> Record:
    record: Record = {"href": _href(call, user.logname), "logname": user.logname}
    if call.release.user_types:
        record.update({"type": user.type, "uid": user.uid})
    return {
        **record,
        "fullname": user.fullname,
        "initial_password": call.release.password_shown,
        **user.settings,
        "roles": list(user.roles),
    }


def _preferences(call: Call, user: User) -> Record:
    known = PREFERENCES.on(call.release).by_name
    record: Record = {
        "href": _href(call, user.logname, "preferences"),
        **{name: value for name, value in user.preferences.items() if name in known},
        "keys": [],
    }
    if call.release.access_tokens:
        record["tokens"] = token_list(call, user) if call.version > 1 else []
    return record


def _detail(call: Call, user: User) -> Record:
    exceptions = authorization_list(call, user.exceptions, _href(call, user.logname, "exceptions"))
    return {**_listed(call, user), "exceptions": exceptions, "preferences": _preferences(call, user)}


def _find(call: Call) -> User:
    return call.appliance.users.get(call.path["name"])


def list_users(call: Call) -> Reply:
    """API reference 2.5."""
    return ok(users=[_listed(call, user) for user in call.appliance.users.by_name.values()])


def get_user(call: Call) -> Reply:
    """API reference 2.5."""
    return ok(user=_detail(call, _find(call)))


def _new_user(call: Call) -> Table:
    return CLONED_USER if "clonename" in call.body else USER


def create_user(call: Call) -> Reply:
    """Make a user, or with ``clonename`` one like another (API reference 2.5)."""
    users = call.appliance.users
    table = _new_user(call)
    arguments = call.arguments(table)
    if call.release.user_needs_fullname and not arguments.get("fullname"):
        raise MissingArgument('"fullname"')
    user = users.clone(arguments) if table is CLONED_USER else users.create(arguments)
    return created(user=_detail(call, user))


def modify_user(call: Call) -> Reply:
    """API reference 2.5."""
    user = _find(call)
    call.appliance.users.modify(user, call.arguments(USER))
    return accepted(user=_detail(call, user))


def delete_user(call: Call) -> Reply:
    """Remove a user; its sessions end (API reference 2.5)."""
    call.appliance.users.delete(_find(call), call.user)
    return no_content()


def get_preferences(call: Call) -> Reply:
    """API reference 2.5."""
    return ok(preferences=_preferences(call, _find(call)))


def modify_preferences(call: Call) -> Reply:
    """A new ``session_timeout`` is that of the user's present sessions, too (API reference 1.3)."""
    user = _find(call)
    user.preferences.update(call.arguments(PREFERENCES))
    return accepted(preferences=_preferences(call, user))


_USER = "user/users/{name}"
ROUTES = (
    Route("GET", "user/users", list_users, "List users"),
    Route("POST", "user/users", create_user, "Create a user", table=_new_user),
    Route("GET", _USER, get_user, "Show a user"),
    Route("PUT", _USER, modify_user, "Modify a user", table=USER),
    Route("DELETE", _USER, delete_user, "Destroy a user"),
    Route("GET", f"{_USER}/preferences", get_preferences, "Show a user's preferences"),
    Route("PUT", f"{_USER}/preferences", modify_preferences, "Modify a user's preferences", table=PREFERENCES),
)
