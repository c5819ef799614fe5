# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which replication package is meant: told by its id, or by where it comes from and what it is a replica of.

The keys that say so may be missing on a release (API reference 10.4). Then what the package contains serves. It cannot tell
a package of a project with one share from a package of that share, so what is known from there only is never sure of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ...engine._read import Reader, read_list, unwrap
from ...engine._types import Pages, Record
from ...values._errors import ApplianceError, BadReply, NotUnderstood, PlanRefused
from ...values._names import is_possible, segment
from ...values._wire import Wire, is_clear, label_of, text
from ._package_clones import shares_in
from ._scope import FLAT_PACKAGES, SOURCES
from ._table import PACKAGE, label_of_replica, record_of, told_of

# What tells one package from another.
_TELLING = ("source_name", "source_asn", "target_pool", "replica_of")
# An address fits, may fit, or does not.
_YES, _PERHAPS, _NO = 2, 1, 0

T = TypeVar("T")
# Reads a list of the appliance, by its path and its key.
Listing = Callable[[Reader, str, str], list[Wire]]


@dataclass(frozen=True)
class Package:
    """A package that exists.

    Attributes:
        path: where it is.
        wire: it as the appliance gives it, completed by what is in it and by its source.
        shares: the names of its shares where only these tell what it is a replica of; `None` where the appliance does.
    """

    path: str
    wire: Wire
    shares: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return text(self.wire, "id", label_of_replica(PACKAGE, self.wire))

    @property
    def record(self) -> Record:
        """Its record."""
        return record_of(PACKAGE, self.wire)

    def __str__(self) -> str:
        """It with all that tells it from another, for a message."""
        told = {key: value for key, value in told_of(PACKAGE, self.wire).items() if is_clear(value) and value}
        source = "/".join(str(told[key]) for key in ("source", "source_pool") if key in told) or "an unknown source"
        of = f" of {told['replica_of']}" if "replica_of" in told else ""
        into = f" into pool {told['target_pool']}" if "target_pool" in told else ""
        return f"{told.get('id', 'one')}{of} from {source}{into}, last sync {told.get('last_sync', 'never')}"


@dataclass(frozen=True)
class Address:
    """Which package is meant, where its id is not known.

    Attributes:
        source: name or ASN of the appliance that it comes from.
        replica_of: `PROJECT`, or `PROJECT/SHARE`.
    """

    source: str
    replica_of: str

    def __str__(self) -> str:
        return f"{self.replica_of} from {self.source}"

    @property
    def share(self) -> str | None:
        """The share that is replicated alone."""
        return self.replica_of.partition("/")[2] or None

    def fits(self, package: Package) -> int:
        """Whether a package may be the one that is meant; what cannot be understood may mean anything."""
        names = {name.lower() for key in ("source_name", "source_asn") if (name := _readable(package.wire.get(key)))}
        source = _YES if self.source.lower() in names else _NO if len(names) > 1 else _PERHAPS
        return min(source, self._fits_content(package))

    def _fits_content(self, package: Package) -> int:
        told = _readable(package.wire.get("replica_of" if package.shares is None else "project"))
        if package.shares is None:
            return _PERHAPS if not told else _YES if told.strip("/") == self.replica_of else _NO
        project, _slash, share = self.replica_of.partition("/")
        if told not in ("", project):
            return _NO
        if not told or not package.shares:
            return _PERHAPS
        if len(package.shares) > 1:
            return _NO if share else _YES
        return _PERHAPS if not share else _YES if (share,) == package.shares else _NO


def find_by_id(reader: Reader, package_id: str, source: str | None) -> tuple[str, Package | None]:
    """Find a package by its id; older releases keep it below its source.

    Returns:
        Where it is or would be, and the package; `None` when there is none.
    """
    # Where the release is not known yet, the first reply tells it; an older one answers that there is no such package.
    wire, path = None, f"{FLAT_PACKAGES}/{segment(package_id)}"
    if not reader.release_known or reader.release.has("flat_packages"):
        wire = _wire(reader, path)
    if reader.release.has("flat_packages"):
        return path, None if wire is None else completed(reader, path, wire)
    path = ""
    for item in read_list(reader, SOURCES, "sources"):
        label = label_of(item, "replication source")
        name, asn = (text(item, key, label) for key in ("name", "asn"))
        if source is not None and source not in (name, asn):
            continue
        path = f"{SOURCES}/{segment(name)}/packages/{segment(package_id)}"
        wire = _wire(reader, path)
        if wire is not None:
            return path, completed(reader, path, {**_from(item), **wire})
    return path, None


def find_by_address(reader: Reader, address: Address) -> Package | None:
    """Find the one package that an address means.

    Raises:
        PlanRefused: several may be meant, or the appliance does not tell whether one is.
    """
    found = [(package, fit) for package in read_packages(reader) if (fit := address.fits(package))]
    if not found:
        return None
    packages, sure = [package for package, _fit in found], found[0][1] == _YES
    if len(found) == 1 and sure:
        return packages[0]
    raise PlanRefused(
        f"source {address.source} and replica_of {address.replica_of} "
        + (
            "match several replication packages: "
            if len(found) > 1
            else "may or may not match the replication package "
        )
        + "; ".join(map(str, packages)),
        advice="choose one with id",
    )


def read_packages(reader: Reader) -> list[Package]:
    """Read all packages.

    Raises:
        NotUnderstood: the id of one, or the name of its source, cannot be read.
    """
    return [
        completed(reader, f"{path}/{segment(ident)}", wire, listed=True)
        for path, wire in _listed(reader, read_list)
        if (ident := text(wire, "id", label_of_replica(PACKAGE, wire)))
    ]


def told_packages(reader: Reader, listing: Listing) -> list[Wire]:
    """Read all packages for somebody who decides nothing: as the appliance gives them, and completed where that can be.

    Args:
        listing: reads what can be told of a list; below a source, its name is a text.
    """
    return [_told(reader, path, wire) for path, wire in _listed(reader, listing)]


def _told(pages: Pages, path: str, wire: Wire) -> Wire:
    if not is_possible(wire.get("id")):
        return wire
    try:
        return completed(pages, f"{path}/{segment(wire['id'])}", wire, listed=True).wire
    except (BadReply, NotUnderstood):
        return wire


def _listed(reader: Reader, listing: Listing) -> Iterator[tuple[str, Wire]]:
    """All packages, each with the path of its list; older releases keep them below their sources."""
    if reader.release.has("flat_packages"):
        for wire in listing(reader, FLAT_PACKAGES, "packages"):
            yield FLAT_PACKAGES, wire
        return
    for source in listing(reader, SOURCES, "sources"):
        path = f"{SOURCES}/{segment(text(source, 'name', label_of(source, 'replication source')))}/packages"
        for wire in listing(reader, path, "packages"):
            yield path, {**_from(source), **wire}


def completed(pages: Pages, path: str, wire: Wire, *, listed: bool = False) -> Package:
    """Find out what a package does not say of itself: where it comes from, and what it is a replica of.

    Args:
        path: where it is.
        wire: it as the appliance gives it.
        listed: whether it was read from a list, which may say less than the package itself.
    """
    if listed and not all(wire.get(key) for key in _TELLING):
        wire = {**wire, **_given(_looked_up(lambda: _wire(pages, path) or {}) or {})}
    if not wire.get("source_name") or not wire.get("source_asn"):
        wire = {**(_looked_up(partial(_source_of, pages, wire), also=(BadReply,)) or {}), **_given(wire)}
    if wire.get("replica_of") and wire.get("target_pool"):
        return Package(path, wire)
    project, shares = _looked_up(lambda: _content(pages, path)) or ({}, ())
    told = {**_given({"project": project.get("name"), "target_pool": project.get("pool")}), **_given(wire)}
    if wire.get("replica_of"):
        return Package(path, told)
    if wire.get("share"):
        return Package(path, {**told, **_replica_of(told.get("project"), wire["share"])})
    parts = shares if len(shares) == 1 else ()
    return Package(path, {**told, **(_replica_of(told.get("project"), *parts) if shares else {})}, shares)


def _replica_of(*parts: object) -> Wire:
    """What says of which project, and which share, a package is a replica; nothing where one of them cannot be read."""
    names = [_readable(part) for part in parts]
    return {"replica_of": "/".join(names)} if all(names) else {}


def _readable(value: object) -> str:
    """A text; empty where an appliance tells none."""
    return value if isinstance(value, str) else ""


def _wire(pages: Pages, path: str) -> Wire | None:
    body = pages.get(path)
    return None if body is None else unwrap(body, "package", f"{PACKAGE.title} {path.rpartition('/')[2]}")


def _from(source: Wire) -> Wire:
    return {"source_name": source.get("name"), "source_asn": source.get("asn")}


def _given(wire: Wire) -> Wire:
    """What an appliance has said, without what it has left empty."""
    return {key: value for key, value in wire.items() if value not in (None, "")}


def _content(pages: Pages, path: str) -> tuple[Wire, tuple[str, ...]]:
    """The project in a package, and the names of its shares; none of these where one cannot be read."""
    projects = read_list(pages, f"{path}/projects", "projects")
    name = _readable(projects[0].get("name")) if len(projects) == 1 else ""
    if not name:
        return projects[0] if len(projects) == 1 else {}, ()
    shares = [_readable(share.get("name")) for _kind, share in shares_in(pages, f"{path}/projects/{segment(name)}")]
    return projects[0], tuple(sorted(shares)) if all(shares) else ()


def _source_of(pages: Pages, package: Wire) -> Wire:
    """Both names of the source of a package: the one that it tells, or else the one below which it is listed."""
    sources = read_list(pages, SOURCES, "sources")
    told = {key: package[key] for key in ("source_name", "source_asn") if package.get(key)}
    if told:
        return next((names for names in map(_from, sources) if told.items() <= names.items()), {})
    for source in sources:
        name = _readable(source.get("name"))
        packages = read_list(pages, f"{SOURCES}/{segment(name)}/packages", "packages") if name else []
        if any(wire.get("id") == package.get("id") for wire in packages):
            return _from(source)
    return {}


def _looked_up(look: Callable[[], T], *, also: tuple[type[Exception], ...] = ()) -> T | None:
    """What a look gives that a release may refuse: it only tells more of what is there (API reference 10.4).

    Args:
        also: what else may go wrong with it.
    """
    try:
        return look()
    except also:
        return None
    except ApplianceError as error:
        if (error.status or 0) == 501 or 400 <= (error.status or 0) < 500:
            return None
        raise
