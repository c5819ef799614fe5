"""Users and their preferences (API reference 2.5)."""

from __future__ import annotations

from zfssa_lab.api import needs
from zfssa_lab.api.call import Call, Record, Reply, accepted, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.roles import authorization_list
from zfssa_lab.api.routing import Route
from zfssa_lab.api.tokens import token_list
from zfssa_lab.model.errors import MissingArgument
from zfssa_lab.model.properties import Table
from zfssa_lab.model.users import CLONED_USER, PREFERENCES, USER, User, Users

_USER = "user/users/{name}"


def _listed(call: Call, user: User) -> Record:
    record: Record = {"logname": user.logname}
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
        "href": USERS.href(call, user.logname, "preferences"),
        **{name: value for name, value in user.preferences.items() if name in known},
        "keys": [],
    }
    if call.release.access_tokens:
        record["tokens"] = token_list(call, user) if call.version > 1 else []
    return record


def _detail(call: Call, user: User) -> Record:
    exceptions = authorization_list(call, user.exceptions, USERS.href(call, user.logname, "exceptions"))
    return {**_listed(call, user), "exceptions": exceptions, "preferences": _preferences(call, user)}


def _new_user(call: Call) -> Table:
    return CLONED_USER if "clonename" in call.body else USER


def _create(call: Call, users: Users, arguments: Record) -> User:
    """Make a user, or with ``clonename`` one like another (API reference 2.5)."""
    if call.release.user_needs_fullname and not arguments.get("fullname"):
        raise MissingArgument('"fullname"')
    return users.clone(arguments) if "clonename" in arguments else users.create(arguments)


def get_preferences(call: Call) -> Reply:
    """API reference 2.5."""
    return ok(preferences=_preferences(call, USERS.found(call)))


def modify_preferences(call: Call) -> Reply:
    """A new ``session_timeout`` is that of the user's present sessions, too (API reference 1.3)."""
    user = USERS.found(call)
    user.preferences.update(call.arguments(PREFERENCES))
    return accepted(preferences=_preferences(call, user))


USERS = Kind(
    path="user/users",
    one="user",
    many="users",
    titles=("a user", "users"),
    removing="Destroy",
    where=lambda call: call.appliance.users,
    each=lambda _call, users: users.by_name.values(),
    called=lambda _call, user: user.logname,
    listed=_listed,
    record=_detail,
    table=USER,
    new=_new_user,
    create=_create,
    change=lambda _call, users, user, arguments: users.modify(user, arguments),
    remove=lambda call, users, user: users.delete(user, call.user),
    needs={"POST": needs.new_user, "PUT": needs.user_changes, "DELETE": needs.user("destroyUser")},
    commands=(
        Route("GET", f"{_USER}/preferences", get_preferences, "Show a user's preferences"),
        Route(
            "PUT",
            f"{_USER}/preferences",
            modify_preferences,
            "Modify a user's preferences",
            table=PREFERENCES,
            needs=needs.preferences,
        ),
    ),
)
ROWS = (USERS,)
