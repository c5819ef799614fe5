# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lives on a snapshot, and dies with it: API reference 7.4."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._errors import PlanRefused
from .._names import segment, shown
from .._read import POOLS, Reader, items_of, read_list
from .._resource import Wire
from .._values import Flag


@dataclass(frozen=True)
class Clone:
    """A share that lives on a snapshot: what it is in words, and whether the appliance refuses to destroy it."""

    label: str
    protected: bool

    def __str__(self) -> str:
        return self.label


def read_clones(reader: Reader, pool: str, path: str, snapshot: Wire) -> list[Clone]:
    """Read the clones of a snapshot, and those of their snapshots in turn.

    Args:
        pool: its pool, where its clones are, too.
        path: path of the snapshot.
        snapshot: it as the appliance gives it; only when this speaks of clones they are looked for, and as the number
            lags behind the destruction of a clone there may be none (API reference 1.9).
    """
    number = int(snapshot.get("numclones") or 0)
    if not number:
        return []
    found = []
    body = reader.get(f"{path}/dependents")
    if body is None:
        return [Clone(f"{number} that the appliance does not name", False)]
    for wire in items_of(body, "dependents"):
        # Only the address tells what it is.
        kind = "filesystem" if "/filesystems/" in str(wire.get("href")) else "lun"
        project, share = str(wire.get("project")), str(wire.get("share"))
        place = f"{POOLS}/{segment(pool)}/projects/{segment(project)}/{kind}s/{segment(share)}"
        clone = (reader.get(place) or {}).get(kind) or {}
        label = f"{'LUN' if kind == 'lun' else kind} {pool}/{project}/{share}"
        found.append(Clone(label, bool(Flag().from_wire(clone.get("nodestroy")))))
        found.extend(read_clones_of_all(reader, pool, place))
    return found


def read_clones_of_all(reader: Reader, pool: str, share: str) -> list[Clone]:
    """Read the clones of all snapshots of a share, given by its path."""
    return [
        clone
        for wire in read_list(reader, f"{share}/snapshots", "snapshots")
        for clone in read_clones(reader, pool, f"{share}/snapshots/{segment(wire.get('name'))}", wire)
    ]


def refuse_protected_clones(label: str, clones: Iterable[Clone]) -> None:
    """Guard against what the appliance refuses, too (API reference 7.4).

    Raises:
        PlanRefused: one of the clones has `nodestroy`.
    """
    protected = [clone for clone in clones if clone.protected]
    if protected:
        raise PlanRefused(
            f"{label} has a clone that would die with it and is protected by nodestroy: {shown(protected)}",
            advice="set nodestroy of the clone to false in a task of its own first, or keep both",
        )
