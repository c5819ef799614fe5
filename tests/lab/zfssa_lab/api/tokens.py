"""Endpoints of login tokens (API reference 15.1): version 2 of the API only."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Record, Reply, created, no_content, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import Unauthorized, not_found
from zfssa_lab.model.sessions import TOKEN, Session
from zfssa_lab.model.users import User


def token_record(call: Call, session: Session) -> Record:
    """Return a token without itself: who has it, and when it ends."""
    view = View(call.release, call.version)
    return {
        "href": view.href("users", session.user, "preferences", "tokens", session.id, service="user"),
        "name": session.name,
        "token_username": session.user,
        "preserve": session.preserve,
        "expiration": view.stamp(session.end),
        "id": session.id,
    }


def token_list(call: Call, user: User) -> list[Record]:
    """Return the tokens of a user, those of logins among them."""
    return [token_record(call, session) for session in call.appliance.sessions.of(user)]


def _user(call: Call) -> User:
    if call.version < 2:
        raise not_found("tokens")
    return call.appliance.users.get(call.path["name"])


def list_tokens(call: Call) -> Reply:
    """API reference 15.1."""
    return ok(tokens=token_list(call, _user(call)))


def get_token(call: Call) -> Reply:
    """Find a token by itself or by its id (API reference 15.1)."""
    return ok(token=token_record(call, call.appliance.sessions.find(_user(call), call.path["token"])))


def create_token(call: Call) -> Reply:
    """Make a token; it wants name and password of whom it is for, in headers (API reference 15.1)."""
    user = _user(call)
    if not call.by_headers or call.user != user.logname:
        raise Unauthorized(f'a token wants name and password of user "{user.logname}" (X-Auth-User, X-Auth-Key)')
    session = call.appliance.sessions.open(user, **call.arguments(TOKEN))
    reply = created(token=token_record(call, session))
    reply.headers["X-Auth-Session"] = session.token
    return reply


def delete_token(call: Call) -> Reply:
    """API reference 15.1."""
    sessions = call.appliance.sessions
    sessions.close(sessions.find(_user(call), call.path["token"]).token)
    return no_content()


_TOKENS = "user/users/{name}/preferences/tokens"
ROUTES = (
    Route("GET", _TOKENS, list_tokens, "List a user's tokens", "access_tokens"),
    Route("POST", _TOKENS, create_token, "Make a token", "access_tokens", table=TOKEN),
    Route("GET", f"{_TOKENS}/{{token}}", get_token, "Show a token", "access_tokens"),
    Route("DELETE", f"{_TOKENS}/{{token}}", delete_token, "End a token", "access_tokens"),
)
