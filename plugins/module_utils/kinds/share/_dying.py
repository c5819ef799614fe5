# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which LUNs are destroyed together with projects, LUNs and snapshots: those that are in them, and clones that live on them.

API reference 5.4 and 7.4.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...engine._read import Effect, Reader, read_all
from ...engine._types import Record
from ...values._names import segment
from ...values._wire import clear
from ..lun._table import LUN
from ..pool._pools import project_path


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
