"""Login tokens (API reference 15.1): version 2 of the API only."""

from __future__ import annotations

from zfssa_lab.api import needs
from zfssa_lab.api.call import Call, Record, Reply, created
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import Unauthorized, not_found
from zfssa_lab.model.sessions import TOKEN, Session
from zfssa_lab.model.users import User

_TOKENS = "user/users/{name}/preferences/tokens"


def _record(call: Call, session: Session) -> Record:
    """Return a token without itself: who has it, and when it ends."""
    return {
        "href": call.view.href("users", session.user, "preferences", "tokens", session.id, service="user"),
        "name": session.name,
        "token_username": session.user,
        "preserve": session.preserve,
        "expiration": call.view.stamp(session.end),
        "id": session.id,
    }


def token_list(call: Call, user: User) -> list[Record]:
    """Return the tokens of a user, those of logins among them."""
    return [_record(call, session) for session in call.appliance.sessions.of(user)]


def _user(call: Call) -> User:
    if call.version < 2:
        raise not_found("tokens")
    return call.appliance.users.get(call.path["name"])


def create_token(call: Call) -> Reply:
    """Make a token; it wants name and password of whom it is for, in headers (API reference 15.1)."""
    user = _user(call)
    if not call.by_headers or call.user != user.logname:
        raise Unauthorized(f'a token wants name and password of user "{user.logname}" (X-Auth-User, X-Auth-Key)')
    session = call.appliance.sessions.open(user, **call.arguments(TOKEN))
    reply = created(token=TOKENS.shown(call, session))
    reply.headers["X-Auth-Session"] = session.token
    return reply


TOKENS = Kind(
    path=_TOKENS,
    one="token",
    many="tokens",
    titles=("a token", "a user's tokens"),
    removing="End",
    key="token",
    feature="access_tokens",
    where=_user,
    each=lambda call, user: call.appliance.sessions.of(user),
    find=lambda call, user, text: call.appliance.sessions.find(user, text),
    record=_record,
    remove=lambda call, _user, session: call.appliance.sessions.close(session.token),
    needs=needs.preferences,
    # The answer to whoever makes one has the token in its headers.
    commands=(
        Route("POST", _TOKENS, create_token, "Make a token", "access_tokens", table=TOKEN, needs=needs.preferences),
    ),
)
ROWS = (TOKENS,)
