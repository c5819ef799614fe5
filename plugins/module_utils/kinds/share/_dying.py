# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which LUNs and filesystems are destroyed together with projects, LUNs and snapshots: those that are in them, and clones that live on them.

API reference 5.4 and 7.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...engine._read import Effect, Reader, read_all, read_list
from ...engine._types import Identity, Pages, Record
from ...values._names import segment
from ...values._wire import Wire, clear, label_of, text
from ..lun._table import LUN
from ..pool._pools import STORAGE, project_path


def dying_with(reader: Reader, paths: Iterable[str]) -> list[Effect]:
    """Tell what becomes of the LUNs that go with something, clones of clones included.

    Args:
        reader: the state before it goes.
        paths: what is destroyed.
    """
    gone = set(paths)
    found: list[Effect] = []
    luns = [lun for lun in read_all(reader, LUN, {}) if _path(lun) not in gone]
    while doomed := [lun for lun in luns if not gone.isdisjoint(_lives_on(lun))]:
        luns = [lun for lun in luns if lun not in doomed]
        gone |= set(map(_path, doomed))
        found += [Effect(LUN, lun, None) for lun in doomed]
    return found


def filesystems_dying_with(pages: Pages, paths: Iterable[str]) -> list[Identity]:
    """Name the filesystems that go with something, clones of clones included.

    Args:
        pages: asks the appliance before it goes.
        paths: what is destroyed.
    """
    gone = set(paths)
    found: list[Identity] = []
    left = [_lives_as(wire) for wire in read_list(pages, f"{STORAGE}/filesystems", "filesystems")]
    while doomed := [one for one in left if not gone.isdisjoint(one.on)]:
        left = [one for one in left if one not in doomed]
        gone |= {one.path for one in doomed}
        found += [one.identity for one in doomed]
    return found


class _Filesystem(NamedTuple):
    """A filesystem: its names, its path, and the paths of what it lives on."""

    identity: Identity
    path: str
    on: tuple[str, ...]


def _lives_as(wire: Wire) -> _Filesystem:
    label = label_of(wire, "filesystem")
    identity = {option: text(wire, option, label) for option in ("pool", "project", "name")}
    own = project_path(identity["pool"], identity["project"])
    path = f"{own}/filesystems/{segment(identity['name'])}"
    origin = wire.get("origin")
    if not isinstance(origin, dict) or not all(origin.get(key) for key in ("project", "share", "snapshot")):
        return _Filesystem(identity, path, (own,))
    project = project_path(identity["pool"], str(origin["project"]))
    share = f"{project}/filesystems/{segment(str(origin['share']))}"
    at = f"snapshots/{segment(str(origin['snapshot']))}"
    # One that is part of a snapshot of the project goes with that.
    return _Filesystem(identity, path, (own, project, share, f"{share}/{at}", f"{project}/{at}"))


def _path(lun: Record) -> str:
    return LUN.path(LUN.identity_of(lun))


def _lives_on(lun: Record) -> tuple[str, ...]:
    """The paths of the project that a LUN is in, and of the project, the LUN and the snapshot that it is a clone of."""
    own = project_path(lun["pool"], lun["project"])
    origin = clear(lun["origin"]) or {}
    if not all(origin.get(key) for key in ("project", "share")):
        return (own,)
    share = LUN.path({"pool": lun["pool"], "project": origin["project"], "name": origin["share"]})
    snapshot = f"{share}/snapshots/{segment(str(origin.get('snapshot')))}"
    return (own, project_path(lun["pool"], origin["project"]), share, snapshot)
