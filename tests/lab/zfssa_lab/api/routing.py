"""The routing table: each endpoint is one function and one row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from zfssa_lab.api.call import Call, Reply
from zfssa_lab.api.needs import Needs
from zfssa_lab.model.properties import Table
from zfssa_lab.release import Release

Endpoint = Callable[[Call], Reply]
TableOf = Table | Callable[[Call], Table]
_VERSION = re.compile(r"v(\d{1,3})(?:\.(\d{1,3}))?")


@dataclass(frozen=True)
class Route:
    """A row: ``feature`` names the release difference that must hold for the row to exist.

    ``fixed`` are values that the endpoint finds in ``Call.path`` beside those of the template.
    ``table`` holds the properties that a POST or PUT takes, for clients that ask what they are (API reference 1.8).
    ``needs`` is the authorization that the command wants; without it the table of authorizations says so.
    """

    method: str
    template: str
    endpoint: Endpoint
    description: str
    feature: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    table: TableOf | None = None
    needs: Needs | None = None

    @property
    def service(self) -> str:
        """The first segment of the template."""
        return self.template.split("/")[0]

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments after the service."""
        return tuple(self.template.split("/")[1:])


class Row(Protocol):
    """A description of a kind of object, from which routes come."""

    def routes(self) -> tuple[Route, ...]:
        """Return them in their order."""


def routes_of(rows: Iterable[Route | Row]) -> tuple[Route, ...]:
    """Return all routes of a registry."""
    return tuple(route for row in rows for route in ((row,) if isinstance(row, Route) else row.routes()))


def table_in(call: Call, table: TableOf) -> Table:
    """Return the table that holds for a call."""
    return table if isinstance(table, Table) else table(call)


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
        self._by_shape: dict[tuple[str, int], list[tuple[Route, tuple[str, ...], tuple[bool, ...]]]] = {}
        for route in self.routes:
            segments = route.segments
            # Of two templates that fit, the one with the earlier literal segment is meant.
            literal = tuple(not segment.startswith("{") for segment in segments)
            self._by_shape.setdefault((route.service, len(segments)), []).append((route, segments, literal))

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
        for route, segments, literal in self._by_shape.get((parts[1], len(parts) - 3), []):
            bound = _bind(segments, parts[3:])
            if bound is None:
                continue
            bound.update(route.fixed)
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
