"""Users and login sessions (API reference 1.2 and 1.3)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from zfssa_lab.clock import Clock
from zfssa_lab.model.errors import Busy, Unauthorized

IDLE_TIMEOUT = 15 * 60.0
PER_USER = 64

_FINGERPRINT_KEY = secrets.token_bytes(16)


def fingerprint(token: str) -> str:
    """Return a short mark that tells tokens apart and cannot be turned back into one."""
    return hmac.digest(_FINGERPRINT_KEY, token.encode(), "sha256").hex()[:10]


@dataclass
class Session:
    """A login."""

    token: str
    user: str
    created: float
    used: float


class Sessions:
    """The logins of one appliance; each dies IDLE_TIMEOUT seconds after its last use."""

    def __init__(self, clock: Clock, user: str, password: str) -> None:
        self._clock = clock
        self._user = user
        self._password = password
        self._live: dict[str, Session] = {}

    def check_password(self, user: str, password: str) -> str:
        """Return the user's name; Unauthorized."""
        good_user = hmac.compare_digest(user.encode(), self._user.encode())
        good_password = hmac.compare_digest(password.encode(), self._password.encode())
        if not (good_user and good_password):
            raise Unauthorized("authentication failed")
        return user

    def live(self) -> list[Session]:
        """Return the sessions that have not expired."""
        oldest = self._clock.now() - IDLE_TIMEOUT
        for token in [token for token, session in self._live.items() if session.used < oldest]:
            del self._live[token]
        return list(self._live.values())

    def open(self, user: str) -> Session:
        """Log ``user`` in; Busy when the user has PER_USER sessions already."""
        if sum(session.user == user for session in self.live()) >= PER_USER:
            raise Busy(f'user "{user}" has {PER_USER} sessions already')
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
