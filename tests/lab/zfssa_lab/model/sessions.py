"""Login sessions and persistent tokens (API reference 1.3 and 15.1)."""

from __future__ import annotations

import hmac
import secrets
import string
from dataclasses import dataclass

from zfssa_lab.clock import Clock
from zfssa_lab.model.errors import Busy, MissingArgument, Unauthorized, not_found
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.users import PREFERENCES, User, Users

IDLE_TIMEOUT = 60.0 * int(PREFERENCES.by_name["session_timeout"].default)
PER_USER = 64
# What a login may say of its token, and what a token that is asked for may be.
LOGIN = Table(Property("name", "word", "", feature="access_tokens"))
TOKEN = Table(
    Property("name", "word", ""),
    Property("preserve", "boolean", False),
    Property("expiration", "integer", None, low=1, high=2**31 - 1),
    read_only=("href", "id", "token_username"),
)

_FINGERPRINT_KEY = secrets.token_bytes(16)


def fingerprint(token: str) -> str:
    """Return a short mark that tells tokens apart and cannot be turned back into one."""
    return hmac.digest(_FINGERPRINT_KEY, token.encode(), "sha256").hex()[:10]


def _made_up_name() -> str:
    """Return the name of a token that was given none (API reference 15.1)."""
    return "REST-" + "".join(secrets.choice(string.ascii_letters + string.digits) for _place in range(8))


@dataclass
class Session:
    """A login of ``owner``, or a token that was made for one.

    It ends when it was not used for as long as its user prefers, or at the time ``expires`` if there is one.
    One to ``preserve`` outlives reboots, and both heads of a cluster know it.
    """

    token: str
    owner: User
    created: float
    used: float
    name: str
    preserve: bool = False
    expires: float | None = None

    @property
    def user(self) -> str:
        """The login name."""
        return self.owner.logname

    @property
    def id(self) -> str:
        """What it is called where the token itself must not be seen."""
        return fingerprint(self.token)

    @property
    def end(self) -> float:
        """When it ends if nobody uses it any more."""
        return self.used + self.owner.session_timeout if self.expires is None else self.expires


class Sessions:
    """The logins of one appliance.

    Both heads of a cluster have the same users and persistent tokens, but each its own sessions (API reference
    12.11 and 15.1).
    """

    def __init__(self, clock: Clock, users: Users) -> None:
        self._clock = clock
        self.users = users
        self._live: dict[str, Session] = {}

    def _all(self) -> dict[str, Session]:
        """Return what has not ended, and whose user still exists, by token."""
        now = self._clock.now()
        for kept in (self._live, self.users.tokens):
            for token, session in list(kept.items()):
                if self.users.by_name.get(session.user) is not session.owner or now > session.end:
                    del kept[token]
        return {**self.users.tokens, **self._live}

    def live(self) -> list[Session]:
        """Return the sessions and persistent tokens that have not ended."""
        return list(self._all().values())

    def of(self, user: User) -> list[Session]:
        """Return those of one user."""
        return [session for session in self.live() if session.owner is user]

    def find(self, user: User, text: str) -> Session:
        """Return one of a user's by its token or id; NotFound."""
        for session in self.of(user):
            if text in (session.token, session.id):
                return session
        raise not_found(text)

    def open(self, user: User, name: str = "", preserve: bool = False, expiration: int | None = None) -> Session:
        """Log ``user`` in, for ``expiration`` seconds if given; Busy when the user has PER_USER sessions already."""
        if len(self.of(user)) >= PER_USER:
            raise Busy(f'user "{user.logname}" has {PER_USER} sessions already')
        if preserve and expiration is None:
            raise MissingArgument('"expiration"')
        now = self._clock.now()
        expires = None if expiration is None else now + expiration
        session = Session(secrets.token_urlsafe(24), user, now, now, name or _made_up_name(), preserve, expires)
        (self.users.tokens if preserve else self._live)[session.token] = session
        return session

    def use(self, token: str) -> Session:
        """Return the session of ``token`` and put off its expiry; Unauthorized."""
        session = self._all().get(token)
        if session is None:
            raise Unauthorized("invalid or expired session")
        session.used = self._clock.now()
        return session

    def close(self, token: str) -> None:
        """Log out."""
        self._live.pop(token, None)
        self.users.tokens.pop(token, None)

    def expire_all(self) -> None:
        """End every session; what is to be preserved stays."""
        self._live.clear()
