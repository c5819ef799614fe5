"""From a request to its answer: who asks, for what, and what came of it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from zfssa_lab.api import access, packages, replication, san, snapshots, storage, system
from zfssa_lab.api.arguments import decode_object
from zfssa_lab.api.call import Call, Reply
from zfssa_lab.api.faults import fault_reply, refusal_reply
from zfssa_lab.api.routing import Match, Router
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.errors import ApplianceError, InvalidArgument, Unauthorized
from zfssa_lab.model.sessions import Session, fingerprint
from zfssa_lab.release import Release

ROUTES = (
    *access.ROUTES,
    *system.ROUTES,
    *storage.ROUTES,
    *snapshots.ROUTES,
    *san.ROUTES,
    *replication.ROUTES,
    *packages.ROUTES,
)
_ACCESS_API = "1.0"


@dataclass(frozen=True)
class Request:
    """A request as it came in; ``target`` is path and query, header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def is_login(self) -> bool:
        """Say whether it is meant to make a session (API reference 1.3)."""
        return self.method == "POST" and self.path.startswith("/api/access/")

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


class Api:
    """The REST API of one release.  The caller holds the fleet's lock."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.router = Router(ROUTES, release)

    def answer(self, appliance: Appliance, request: Request) -> Answer:
        """Return the answer of ``appliance``; whatever goes wrong becomes a fault body."""
        session: Session | None = None
        try:
            user, session = _authenticate(appliance, request)
            reply, session = self._perform(appliance, request, user, session)
        except ApplianceError as error:
            reply = refusal_reply(error)
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
            reply = fault_reply("ERR_METHOD_NOT_ALLOWED", request.method)
            reply.headers["Allow"] = ", ".join(match.routes)
            return reply, session
        call = _call(appliance, request, match)
        call.user, call.session, call.with_password = user, session, request.has_password
        reply = route.endpoint(call)
        return reply, call.session

    def _describe_service(self, request: Request) -> Reply:
        """Answer ``GET /api/SERVICE/vN`` (API reference 1.4); all else is not found."""
        parts = request.path.strip("/").split("/")
        if request.method == "GET" and len(parts) == 3 and parts[1] in self.router.services:
            version = self.router.version(parts[2])
            if version is not None and parts[0] == "api":
                return Reply(200, {"service": self._service(parts[1], version)})
        return fault_reply("ERR_NOT_FOUND", request.path)

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
            version = _ACCESS_API if parts[1] == "access" else release.service_version
            headers[f"X-Zfssa-{parts[1].capitalize()}-Api"] = version
        return headers


def _authenticate(appliance: Appliance, request: Request) -> tuple[str, Session | None]:
    """Return user and session of the request (API reference 1.2); Unauthorized."""
    headers = request.headers
    if "x-auth-session" in headers:
        session = appliance.sessions.use(headers["x-auth-session"])
        return session.user, session
    if "x-auth-user" in headers:
        user, password = headers["x-auth-user"], headers.get("x-auth-key", "")
    else:
        user, password = _basic(headers.get("authorization", ""))
    return appliance.sessions.check_password(user, password), None


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
    """Return the arguments in the body; an empty body has none."""
    if not request.body.strip():
        return {}
    media = request.headers.get("content-type", "application/json").partition(";")[0]
    if media.strip().lower() != "application/json":
        raise UnsupportedMedia(media)
    try:
        return decode_object(json.loads(request.body, parse_constant=_no_constant))
    except (ValueError, RecursionError):
        raise InvalidArgument("malformed JSON in the request body") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
