# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads objects as records, and says in words why one cannot be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ._errors import BadReply, ObjectExists, PlanRefused
from ._names import segment
from ._release import Release
from ._resource import Identity, Record, Reference, Resource, Rival, Wire

POOLS = "/api/storage/v1/pools"
# Snapshots that replication takes for itself come and go with it (API reference 10.5).
_REPLICATION_SNAPSHOT = ".rr-"


class Pages(Protocol):
    """What is needed of a client to look something up."""

    def get(self, path: str, params: dict[str, str] | None = None) -> Wire | None:
        """Read one resource; `None` when the appliance says that it does not exist."""


class Reader(Protocol):
    """What is needed of a client to plan."""

    @property
    def release_known(self) -> bool:
        """Whether the release is known already; asking for it costs a request otherwise."""

    @property
    def release(self) -> Release:
        """The appliance's software release."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource; `None` when the appliance says that it does not exist."""


def read(reader: Reader, resource: Resource, identity: Identity) -> Record | None:
    """Read one object.

    Returns:
        Its record, `None` when it does not exist.
    """
    body = reader.get(resource.path(identity))
    return None if body is None else resource.normalise(unwrap(body, resource.envelope or resource.kind), identity)


def unwrap(body: Wire, key: str) -> Wire:
    """Take an object out of its envelope.

    Raises:
        BadReply: it is not in there.
    """
    wire = body.get(key)
    if not isinstance(wire, dict):
        raise BadReply(f"the appliance's answer has no {key!r} in it")
    return wire


def read_list(reader: Reader, path: str, *keys: str) -> list[Wire]:
    """Read a list; empty when what holds it does not exist.

    Args:
        keys: the key of the list, and other spellings of it.

    Raises:
        BadReply: the answer has none of the keys.
    """
    body = reader.get(path)
    return [] if body is None else items_of(body, *keys)


def items_of(body: Wire, *keys: str) -> list[Wire]:
    """Take a list out of its envelope.

    Args:
        keys: the key of the list, and other spellings of it.

    Raises:
        BadReply: the answer has none of the keys.
    """
    for key in keys:
        if isinstance(body.get(key), list):
            return [item for item in body[key] if isinstance(item, dict)]
    raise BadReply(f"the appliance's answer has no {keys[0]!r} in it")


def read_dependents(reader: Reader, resource: Resource, identity: Identity) -> list[str]:
    """Name what would die with an object, in words; a snapshot with the number of its clones."""
    found = []
    for kind in resource.dependents:
        for wire in read_list(reader, resource.path(identity) + kind.path, kind.key):
            name = str(wire.get("name", ""))
            if name.startswith(_REPLICATION_SNAPSHOT):
                continue
            clones = int(wire.get("numclones") or 0)
            found.append(f"{kind.title} {name}" + (f" with {clones} clone{'s' * (clones > 1)}" if clones else ""))
    return found


def require_references(reader: Reader, references: Sequence[tuple[Reference, Sequence[str]]]) -> None:
    """Look up the names that values refer to, as the appliance does when it gets them.

    Raises:
        PlanRefused: one of them is not there; the message names those that are.
    """
    for reference, names in references:
        known = set(reference.always)
        for path in reference.lists:
            if known.issuperset(names):
                break
            items = read_list(reader, path, reference.key, *reference.other_keys)
            known.update(str(item[name]) for item in items for name in reference.names if item.get(name))
        missing = [name for name in names if name not in known]
        if missing:
            raise PlanRefused(
                f"{reference.title} {', '.join(missing)} does not exist",
                advice="create it" + (f", or use one of: {', '.join(sorted(known))}" if known else ""),
            )


def rival_reason(reader: Pages, rival: Rival | None) -> str | None:
    """Look whether an object of another kind has a name already, and say so in words; `None` when it has not."""
    body = reader.get(rival.path) if rival else None
    if rival is None or body is None or rival.key not in body:
        return None
    return f"there is a {rival.label}, and both kinds share their names"


def require_vacant(reader: Pages, rivals: Sequence[tuple[str, Rival | None]]) -> None:
    """Look up the names that steps give, as the appliance does when it carries them out.

    Args:
        rivals: what each step does, in words, and what may have the name that it gives.

    Raises:
        PlanRefused: an object of another kind has one of them.
    """
    for doing, rival in rivals:
        reason = rival_reason(reader, rival)
        if reason is not None:
            raise PlanRefused(reason, advice=ObjectExists.default_advice).during(doing)


def require_pool(reader: Reader, pool: str) -> Wire:
    """Read a pool that must be there and belong to the node that answers.

    Raises:
        PlanRefused: it does not exist (the message names those that do), or the peer owns it (API reference 12.12).
    """
    body = reader.get(f"{POOLS}/{segment(pool)}")
    if body is None:
        names = _names(read_list(reader, POOLS, "pools"))
        raise PlanRefused(f"pool {pool} does not exist", advice=f"use one of the appliance's pools: {names}")
    wire = unwrap(body, "pool")
    if wire.get("status") == "exported":
        owner = wire.get("owner") or "the other node"
        raise PlanRefused(f"pool {pool} belongs to {owner} of this cluster", advice=f"set host to {owner}")
    return wire


def explain_missing_project(reader: Reader, pool: str, project: str) -> PlanRefused:
    """Make the refusal for a project that does not exist, with the names of those that do."""
    require_pool(reader, pool)
    names = _names(read_list(reader, f"{POOLS}/{segment(pool)}/projects", "projects"))
    return PlanRefused(
        f"project {pool}/{project} does not exist",
        advice=f"create it with zfssa_project, or use one of pool {pool}: {names}",
    )


def _names(items: list[Wire]) -> str:
    return ", ".join(sorted(str(item.get("name")) for item in items)) or "there is none"
