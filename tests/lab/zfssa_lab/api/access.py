"""Endpoints of the access service: login sessions (API reference 1.3 and 15.1)."""

from __future__ import annotations

from typing import Any

from zfssa_lab.api.call import Call, Reply, no_content, ok
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import Unauthorized
from zfssa_lab.model.sessions import LOGIN

# API reference 1.4: of the documented services, those that the lab has.
SERVICES = (
    "access", "analytics", "hardware", "log", "network", "problem", "role", "san", "service", "storage", "system", "user",
)  # fmt: skip


def _services(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "uri": f"/api/{name}/v{call.version}",
            "version": call.release.service_version,
        }
        for name in SERVICES
    ]


def login(call: Call) -> Reply:
    """Make a session, whose token may be given a name; wants a password, not a session."""
    arguments = call.arguments(LOGIN)
    if not call.with_password:
        raise Unauthorized("login wants a user name and a password")
    call.session = call.appliance.sessions.open(call.appliance.users.get(call.user), **arguments)
    headers = {"X-Auth-Session": call.session.token, "X-Auth-Name": call.session.name}
    return Reply(201, {"access": {"services": _services(call)}}, headers)


def list_services(call: Call) -> Reply:
    """List the services of the API; makes no session."""
    return ok(services=_services(call))


def logout(call: Call) -> Reply:
    """End the session whose token came with the request."""
    if call.session is None:
        raise Unauthorized("logout wants a session")
    call.appliance.sessions.close(call.session.token)
    return no_content()


ROWS = (
    Route("POST", "access", login, "Make a login session"),
    Route("GET", "access", list_services, "List the services of the API"),
    Route("DELETE", "access", logout, "End the login session"),
)
