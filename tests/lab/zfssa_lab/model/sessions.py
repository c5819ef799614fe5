"""Login sessions (API reference 1.3)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from zfssa_lab.clock import Clock
from zfssa_lab.model.errors import Busy, Unauthorized
from zfssa_lab.model.users import PREFERENCES, User, Users

IDLE_TIMEOUT = 60.0 * int(PREFERENCES.by_name["session_timeout"].default)
PER_USER = 64

_FINGERPRINT_KEY = secrets.token_bytes(16)


def fingerprint(token: str) -> str:
    """Return a short mark that tells tokens apart and cannot be turned back into one."""
    return hmac.digest(_FINGERPRINT_KEY, token.encode(), "sha256").hex()[:10]


@dataclass
class Session:
    """A login of ``owner``."""

    token: str
    owner: User
    created: float
    used: float

    @property
    def user(self) -> str:
        """The login name."""
        return self.owner.logname


class Sessions:
    """The logins of one appliance; each dies when it was not used for as long as its user prefers.

    Both heads of a cluster have the same users, but each its own sessions (API reference 12.11).
    """

    def __init__(self, clock: Clock, users: Users) -> None:
        self._clock = clock
        self.users = users
        self._live: dict[str, Session] = {}

    def live(self) -> list[Session]:
        """Return the sessions that have not expired, and whose user still exists."""
        now = self._clock.now()
        for token, session in list(self._live.items()):
            gone = self.users.by_name.get(session.user) is not session.owner
            if gone or now - session.used > session.owner.session_timeout:
                del self._live[token]
        return list(self._live.values())

    def open(self, user: User) -> Session:
        """Log ``user`` in; Busy when the user has PER_USER sessions already."""
        if sum(session.owner is user for session in self.live()) >= PER_USER:
            raise Busy(f'user "{user.logname}" has {PER_USER} sessions already')
        now = self._clock.now()
        session = Session(secrets.token_urlsafe(24), user, now, now)
        self._live[session.token] = session
        return session

    def use(self, token: str) -> Session:
        """Return the session of ``token`` and put off its expiry; Unauthorized."""
        self.live()
        session = self._live.get(token)
        if session is None:
            raise Unauthorized("invalid or expired session")
        session.used = self._clock.now()
        return session

    def close(self, token: str) -> None:
        """Log out."""
        self._live.pop(token, None)

    def expire_all(self) -> None:
        """End every session."""
        self._live.clear()
