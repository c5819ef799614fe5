# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What depends on a snapshot, and is destroyed with it: API reference 7.4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...engine._read import is_planning, read_list, unwrap
from ...engine._types import Pages
from ...values._errors import PlanRefused
from ...values._names import segment, shown
from ...values._wire import Wire, count, flag, label_of, text
from ..pool._pools import project_path, share_label
from ..share._dependents import Dependent
from ._dependents_list import dependents_at
from ._table import require_unheld


@dataclass(frozen=True)
class Clone:
    """A share that lives on a snapshot: its label, whether the appliance refuses to destroy it, and its path."""

    label: str
    protected: bool
    path: str = ""

    def __str__(self) -> str:
        return self.label


def clone_of(kind: str, names: tuple[str, str, str], wire: Wire) -> Clone:
    """Describe a share that is a clone.

    Args:
        kind: `lun` or `filesystem`.
        names: its pool, project and name.
        wire: it as the appliance gives it.
    """
    label = share_label(kind, *names)
    return Clone(label, flag(wire, "nodestroy", label), share_path(kind, names))


def share_path(kind: str, names: tuple[str, str, str]) -> str:
    """The path of a share; its kind and names as for `clone_of`."""
    pool, project, name = names
    return f"{project_path(pool, project)}/{kind}s/{segment(name)}"


def read_clones(reader: Pages, pool: str, path: str, snapshot: Wire) -> list[Clone]:
    """Read the clones of a snapshot, and those of their snapshots in turn.

    Args:
        pool: its pool, where its clones are, too.
        path: path of the snapshot.
        snapshot: it as the appliance gives it; only when this speaks of clones they are looked for, and as the number
            lags behind the destruction of a clone there may be none (API reference 1.9).
    """
    label = label_of(snapshot, "snapshot")
    number = count(snapshot, "numclones", label)
    if not number:
        return []
    found = []
    dependents = dependents_at(reader, path, label)
    if dependents is None:
        return [Clone(f"{number} that the appliance does not name", False)]
    for one in dependents:
        kind = one.kind
        names = (pool, one.project, one.name)
        place = share_path(kind, names)
        clone = reader.get(place)
        if clone is None and is_planning(reader):
            # It goes, or gets another name, before.
            continue
        found.append(clone_of(kind, names, {} if clone is None else unwrap(clone, kind, one.what)))
        found.extend(read_clones_of_all(reader, pool, place))
    if is_planning(reader) and number > len(found):
        found.append(Clone(f"{number - len(found)} of this plan", False))
    return found


def read_clones_of_all(reader: Pages, pool: str, share: str) -> list[Clone]:
    """Read the clones of all snapshots of a share, given by its path."""
    return _clones_of(reader, pool, share, read_list(reader, f"{share}/snapshots", "snapshots"))


def _clones_of(reader: Pages, pool: str, share: str, snapshots: Iterable[Wire]) -> list[Clone]:
    return [
        clone
        for wire in snapshots
        for clone in read_clones(reader, pool, f"{share}/snapshots/{segment(_name(wire))}", wire)
    ]


def _name(snapshot: Wire) -> str:
    return text(snapshot, "name", label_of(snapshot, "snapshot"))


@dataclass(frozen=True)
class DoomedSnapshots:
    """The snapshots of something that is to be destroyed.

    Attributes:
        held: the names of those that are under a retention hold.
        clones: all clones of them.
    """

    held: tuple[str, ...] = ()
    clones: tuple[Clone, ...] = ()


def read_snapshots(reader: Pages, pool: str, shares: Iterable[str], project: str | None = None) -> DoomedSnapshots:
    """Read the snapshots of shares, and of a project.

    Args:
        pool: where they are.
        shares: their paths.
        project: its path; `None` for the shares alone. Clones live on the snapshots of shares only.
    """
    lists = [(share, read_list(reader, f"{share}/snapshots", "snapshots")) for share in shares]
    clones = [clone for share, snapshots in lists for clone in _clones_of(reader, pool, share, snapshots)]
    if project is not None:
        lists.append((project, read_list(reader, f"{project}/snapshots", "snapshots")))
    held = [
        _name(wire)
        for _share, snapshots in lists
        for wire in snapshots
        if not require_unheld(wire, label_of(wire, "snapshot"))
    ]
    return DoomedSnapshots(tuple(dict.fromkeys(held)), tuple(clones))


def _refuse(label: str, why: str, named: Iterable[object], advice: str) -> None:
    """Refuse what the appliance refuses for the sake of some things; `{}` in the reason is what names them."""
    names = list(named)
    if names:
        raise PlanRefused(f"{label} {why.format(shown(names))}", advice=advice)


def refuse_held(label: str, held: Iterable[str]) -> None:
    """Refuse to destroy snapshots that are under a retention hold, given by their names (API reference 7.2)."""
    why = "has snapshots under a retention hold, which the appliance does not destroy: {}"
    _refuse(label, why, held, "lift the hold on the appliance first, or keep both")


def refuse_protected(label: str, dependents: Iterable[Dependent]) -> None:
    """Refuse to destroy dependents that have `nodestroy` (API reference 5.4)."""
    why = "holds {}, which would be destroyed with it and is protected by nodestroy"
    protected = (one for one in dependents if one.protected)
    _refuse(label, why, protected, "set its nodestroy to false in a task of its own first, or keep both")


def refuse_protected_clones(label: str, clones: Iterable[Clone]) -> None:
    """Refuse to destroy clones that have `nodestroy` (API reference 7.4)."""
    why = "has a clone that would be destroyed with it and is protected by nodestroy: {}"
    protected = (clone for clone in clones if clone.protected)
    _refuse(label, why, protected, "set nodestroy of the clone to false in a task of its own first, or keep both")


def refuse_dependent_clones(label: str, clones: Sequence[Clone], *, force: bool) -> None:
    """Refuse to destroy clones together with what they were made from.

    Raises:
        PlanRefused: one of them has `nodestroy`, or the user has not allowed that they are destroyed.
    """
    refuse_protected_clones(label, clones)
    if clones and not force:
        raise PlanRefused(
            f"{label} has clones, which would be destroyed with it: {shown(clones)}",
            advice="destroy them first, or set force to true if they may be destroyed",
        )
