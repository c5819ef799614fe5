"""From a request to its answer: who asks, for what, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from zfssa_lab.api import (
    access,
    analytics,
    automatic,
    cluster,
    hardware,
    logs,
    network,
    packages,
    pools,
    replicas,
    replication,
    roles,
    san,
    schedules,
    schema,
    services,
    snapshots,
    storage,
    system,
    tokens,
    usage,
    users,
)
from zfssa_lab.api.arguments import decode_object
from zfssa_lab.api.authentication import authenticate
from zfssa_lab.api.authorization import authorize
from zfssa_lab.api.call import Call, Reply
from zfssa_lab.api.faults import fault_reply, refusal_reply
from zfssa_lab.api.listing import shape_list
from zfssa_lab.api.metadata import answer_with_metadata, wants_metadata
from zfssa_lab.api.routing import Match, Route, Router, Row, routes_of
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.errors import ApplianceError, InvalidArgument
from zfssa_lab.model.sessions import Session, fingerprint
from zfssa_lab.release import Release

# All that the API has: a row for each module, with the routes and the kinds of objects in it.
ROWS: tuple[Route | Row, ...] = (
    *access.ROWS,
    *system.ROWS,
    *cluster.ROWS,
    *hardware.ROWS,
    *network.ROWS,
    *services.ROWS,
    *logs.ROWS,
    *analytics.ROWS,
    *users.ROWS,
    *tokens.ROWS,
    *roles.ROWS,
    *pools.ROWS,
    *storage.ROWS,
    *schema.ROWS,
    *usage.ROWS,
    *snapshots.ROWS,
    *automatic.ROWS,
    *san.ROWS,
    *replication.ROWS,
    *schedules.ROWS,
    *packages.ROWS,
    *replicas.ROWS,
)
ROUTES = routes_of(ROWS)


@dataclass(frozen=True)
class Request:
    """A request as it came in: path and query, headers by lower-case names; ``peer`` is the connection's other end."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = ""

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def is_login(self) -> bool:
        """Say whether it is meant to make a session (API reference 1.3)."""
        return self.method == "POST" and self.path.startswith("/api/access/")

    @property
    def is_logout(self) -> bool:
        """Say whether it is meant to end a session (API reference 1.3)."""
        return self.method == "DELETE" and self.path.startswith("/api/access/")

    @property
    def has_password(self) -> bool:
        """Say whether it carries a password, which takes the appliance time to check."""
        headers = self.headers
        return "x-auth-session" not in headers and ("authorization" in headers or "x-auth-user" in headers)


@dataclass(frozen=True)
class Answer:
    """The reply, and the mark of the session that was used or made."""

    reply: Reply
    session: str | None = None


class UnsupportedMedia(ApplianceError):
    """A body that is not JSON by its content type."""

    fault = "ERR_UNSUPPORTED_MEDIA"


@cache
def _usual_router(release: Release) -> Router:
    """Return the router of a release, which all labs share: it never changes."""
    return Router(ROUTES, release)


class Api:
    """The REST API of one release.  The caller holds the fleet's lock."""

    def __init__(self, release: Release, rows: Iterable[Route | Row] = ROWS) -> None:
        self.release = release
        self.rows = tuple(rows)
        self.router = _usual_router(release) if rows is ROWS else Router(routes_of(self.rows), release)

    def answer(self, appliance: Appliance, request: Request) -> Answer:
        """Return the answer of ``appliance``; whatever goes wrong becomes a fault body."""
        session: Session | None = None
        try:
            user, session = authenticate(appliance, request.headers)
            reply, session = self._perform(appliance, request, user, session)
        except ApplianceError as error:
            reply = refusal_reply(error, self.release.documented_faults)
        reply.headers = {**self.headers(request), **reply.headers}
        return Answer(reply, fingerprint(session.token) if session else None)

    def _perform(
        self, appliance: Appliance, request: Request, user: str, session: Session | None
    ) -> tuple[Reply, Session | None]:
        match = self.router.match(request.path)
        if match is None:
            return self._describe_service(request), session
        route = match.routes.get(request.method)
        if route is None:
            reply = self.fault("ERR_METHOD_NOT_ALLOWED", request.method)
            reply.headers["Allow"] = ", ".join(match.routes)
            return reply, session
        call = _call(appliance, request, match)
        call.user, call.session, call.with_password = user, session, request.has_password
        call.by_headers = request.has_password and "x-auth-user" in request.headers
        authorize(call, route)
        return self._carry_out(call, match, route, request), call.session

    def _carry_out(self, call: Call, match: Match, route: Route, request: Request) -> Reply:
        """Do what a command says, and note in the log who has changed something."""
        if wants_metadata(call):
            reply = answer_with_metadata(call, match, route)
        else:
            reply = route.endpoint(call)
            if route.method != "GET":
                address = request.peer.rpartition(":")[0]
                call.appliance.logs.audit(call.user, address, f"{request.method} {request.path}")
        return shape_list(call, reply) if route.method == "GET" else reply

    def _describe_service(self, request: Request) -> Reply:
        """Answer ``GET /api/SERVICE/vN`` (API reference 1.4); all else is not found."""
        parts = request.path.strip("/").split("/")
        if request.method == "GET" and len(parts) == 3 and parts[1] in self.router.services:
            version = self.router.version(parts[2])
            if version is not None and parts[0] == "api":
                return Reply(200, {"service": self._service(parts[1], version)})
        return self.fault("ERR_NOT_FOUND", request.path)

    def fault(self, name: str, detail: str) -> Reply:
        """Return the answer for a fault in the shape of the release (API reference 1.7)."""
        return fault_reply(name, detail, documented=self.release.documented_faults)

    def _service(self, name: str, version: int) -> dict[str, Any]:
        return {
            "name": name,
            "uri": f"/api/{name}/v{version}",
            "version": self.release.service_version,
            "methods": [
                {
                    "path": "/".join(route.segments),
                    "request": route.method,
                    "description": route.description,
                }
                for route in self.router.routes
                if route.service == name
            ],
        }

    def headers(self, request: Request) -> dict[str, str]:
        """Return the headers that every answer has (API reference 14.1)."""
        release = self.release
        parts = request.path.strip("/").split("/")
        headers = {
            "X-Frame-Options": "SAMEORIGIN",
            "Content-Security-Policy": "frame-ancestors 'self'",
            "X-XSS-Protection": "1; mode=block",
            "X-Content-Type-Options": "nosniff",
            "X-Zfssa-Version": f"ak/SUNW,ankimo@{release.version}",
            release.version_header: release.service_version,
        }
        if len(parts) > 1 and parts[1] in self.router.services:
            headers[f"X-Zfssa-{parts[1].capitalize()}-Api"] = release.service_version
            if parts[1] == "storage":
                headers["X-Zfssa-Nas-Api"] = release.service_version
        return headers


def _call(appliance: Appliance, request: Request, match: Match) -> Call:
    return Call(
        appliance=appliance,
        method=request.method,
        service=match.service,
        version=match.version,
        path=match.values,
        query=dict(parse_qsl(urlsplit(request.target).query, keep_blank_values=True)),
        body=_body(request) if request.method in ("POST", "PUT") else {},
    )


def _body(request: Request) -> dict[str, Any]:
    """Return the arguments in the body; an empty body has none, nor has the ``null`` of a login (API reference 15.1)."""
    text = request.body.strip()
    if not text or (request.is_login and text == b"null"):
        return {}
    media = request.headers.get("content-type", "application/json").partition(";")[0]
    if media.strip().lower() != "application/json":
        raise UnsupportedMedia(media)
    try:
        body = json.loads(request.body, parse_constant=_no_constant, object_pairs_hook=_no_twins)
        # Half of a surrogate pair is no character: it could not be sent back.
        json.dumps(body, ensure_ascii=False).encode()
        return decode_object(body)
    except (ValueError, RecursionError):
        raise InvalidArgument("malformed JSON in the request body") from None


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says two things about one name."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
