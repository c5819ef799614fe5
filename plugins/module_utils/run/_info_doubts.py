# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `zfssa_info` says of values that it gives as they came: it decides nothing, but whoever uses them may.

Subsets of records find them while these are made. The others are given as the appliance has them, and are looked through by
the tables here, which have what a decision rests on: names, identifiers, owners, states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..engine._resource import Property, Resource
from ..values._types import Flag, Value, Word
from ..values._wire import Unreadable, Wire, brief, cleared


def _table(title: str, key: str, *properties: str, **others: Value) -> Resource:
    """The description of what is only given: its name, texts, and properties of other types."""
    values: dict[str, Value] = {**dict.fromkeys(properties, Word()), **others}
    return Resource(
        kind="",
        plural="",
        title=title,
        collection="",
        scope=(),
        key=key,
        wire_key=key,
        properties=tuple(Property(name, name, value, read_only=True, decided=True) for name, value in values.items()),
    )


# Subset -> what is looked at in its items.
TABLES: Mapping[str, Resource] = {
    "system": _table("appliance", "nodename", "asn", "version"),
    "cluster": _table("cluster", "state", "peer_asn", "peer_hostname", "peer_state"),
    "users": _table("user", "logname"),
    "interfaces": _table("interface", "interface", "state"),
    "pools": _table("pool", "name", "status", "owner", "asn"),
    "filesystems": _table("filesystem", "name", "pool", "project", "id", nodestroy=Flag()),
    "replication_sources": _table("replication source", "name", "asn"),
}


def doubts_of(subset: str, gathered: Any) -> list[Unreadable]:
    """Find what in a subset cannot be understood, where it is given as the appliance has it."""
    table = TABLES.get(subset)
    if table is None:
        return []
    found: list[Unreadable] = []
    for wire in gathered if isinstance(gathered, list) else [gathered]:
        cleared(table.told(wire), found)
    return found


def warnings_for(
    subset: str, doubts: Iterable[Unreadable], left_out: Iterable[Wire | Any] = (), *, as_it_came: bool = True
) -> tuple[str, ...]:
    """Say of a subset what cannot be understood, once for each property.

    Args:
        subset: its name.
        doubts: all that was found in it.
        left_out: what was not given, because nothing could be told of it.
        as_it_came: whether it is given all the same, and not as `None`.
    """
    fate = "is given in {} as it came" if as_it_came else "what depends on it is null in {}"
    first: dict[str, Unreadable] = {}
    labels: dict[str, set[str]] = {}
    for doubt in doubts:
        first.setdefault(doubt.what, doubt)
        labels.setdefault(doubt.what, set()).add(doubt.label)
    sentences = [
        f"{what} of {doubt.label}{_more(len(labels[what]) - 1)} cannot be understood, and {fate.format(subset)}: "
        f"{brief(doubt.raw)}."
        for what, doubt in first.items()
    ]
    missing = list(left_out)
    if missing:
        sentences.append(
            f"In {subset}, {len(missing)} of what the appliance has is left out, because it is not clear whether it "
            f"was asked for: {brief(missing[0])}."
        )
    return tuple(sentences)


def _more(number: int) -> str:
    return f" and of {number} more" if number else ""
