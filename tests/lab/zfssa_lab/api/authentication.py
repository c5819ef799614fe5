"""Who asks: passwords and sessions (API reference 1.2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.errors import Unauthorized
from zfssa_lab.model.sessions import Session


def authenticate(appliance: Appliance, headers: Mapping[str, str]) -> tuple[str, Session | None]:
    """Return user and session of a request (API reference 1.2); Unauthorized."""
    if "x-auth-session" in headers:
        session = appliance.sessions.use(headers["x-auth-session"])
        return session.user, session
    if "x-auth-user" in headers:
        user, password = headers["x-auth-user"], headers.get("x-auth-key", "")
    else:
        user, password = _basic(headers.get("authorization", ""))
    return appliance.users.sign_in(user, password).logname, None


def _basic(header: str) -> tuple[str, str]:
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise Unauthorized("no credentials")
    try:
        user, separator, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise Unauthorized("malformed credentials") from None
    if not separator:
        raise Unauthorized("malformed credentials")
    return user, password
