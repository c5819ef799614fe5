"""The routing table: each endpoint is one function and one row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from zfssa_lab.api.call import Call, Reply
from zfssa_lab.model.properties import Table
from zfssa_lab.release import Release

Endpoint = Callable[[Call], Reply]
_VERSION = re.compile(r"v(\d{1,3})(?:\.(\d{1,3}))?")


@dataclass(frozen=True)
class Route:
    """A row: ``feature`` names the release difference that must hold for the row to exist.

    ``fixed`` are values that the endpoint finds in ``Call.path`` beside those of the template.
    ``table`` holds the properties that a POST or PUT takes, for clients that ask what they are (API reference 1.8).
    """

    method: str
    template: str
    endpoint: Endpoint
    description: str
    feature: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    table: Table | Callable[[Call], Table] | None = None

    @property
    def service(self) -> str:
        """The first segment of the template."""
        return self.template.split("/")[0]

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments after the service."""
        return tuple(self.template.split("/")[1:])


@dataclass(frozen=True)
class Match:
    """What a path led to: the rows by method, and the values of the template's braces."""

    service: str
    version: int
    routes: dict[str, Route]
    values: dict[str, str]


class Router:
    """The rows that one release has."""

    def __init__(self, routes: Iterable[Route], release: Release) -> None:
        self.release = release
        self.routes = [route for route in routes if release.has(route.feature)]
        self.services = list(dict.fromkeys(route.service for route in self.routes))
        self._by_shape: dict[tuple[str, int], list[Route]] = {}
        for route in self.routes:
            self._by_shape.setdefault((route.service, len(route.segments)), []).append(route)

    def match(self, path: str) -> Match | None:
        """Return what ``/api/SERVICE/vN/...`` leads to, or None."""
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if len(parts) < 3 or parts[0] != "api":
            return None
        version = self.version(parts[2])
        if version is None or "" in parts:
            return None
        found: dict[str, Route] = {}
        values: dict[str, str] = {}
        best: tuple[bool, ...] = ()
        for route in self._by_shape.get((parts[1], len(parts) - 3), []):
            bound = _bind(route.segments, parts[3:])
            if bound is None:
                continue
            bound.update(route.fixed)
            # Of two templates that fit, the one with the earlier literal segment is meant.
            literal = tuple(not segment.startswith("{") for segment in route.segments)
            if literal > best or not found:
                found, values, best = {}, bound, literal
            if literal == best:
                found.setdefault(route.method, route)
                values = {**values, **bound}
        return Match(parts[1], version, found, values) if found else None

    def version(self, text: str) -> int | None:
        """Return the major version asked for if it is offered (API reference 1.4)."""
        match = _VERSION.fullmatch(text)
        if not match or int(match[1]) not in self.release.api_versions or int(match[2] or 0) > 0:
            return None
        return int(match[1])


def _bind(segments: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for segment, part in zip(segments, parts, strict=True):
        if segment.startswith("{"):
            values[segment[1:-1]] = part
        elif segment != part:
            return None
    return values
