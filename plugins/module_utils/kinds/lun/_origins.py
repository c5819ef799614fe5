# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the snapshots that clones are made from, for what is planned after that."""

from __future__ import annotations

from ...engine._read import Effect, Reader, read
from ...engine._types import Record
from ...values._wire import clear
from ..snapshot._table import OF_LUN, OF_PROJECT
from ..snapshot._temporary import is_temporary, temporary_of
from ._removed_clone import Clone, snapshot_going_with
from ._table import LUN


def origins_after(reader: Reader, record: Record | None, more: int) -> tuple[Effect, ...]:
    """What becomes of the snapshots that a LUN is a clone of, with the number of their clones.

    Args:
        reader: the state.
        record: the LUN that comes or goes.
        more: how many more clones they have: 1 or -1.
    """
    origin = clear((record or {}).get("origin")) or {}
    if record is None or not all(origin.get(key) for key in ("project", "share", "snapshot")):
        return ()
    names = {"pool": record["pool"], "project": origin["project"], "lun": origin["share"], "name": origin["snapshot"]}
    temporary = temporary_of(record)
    if more < 0 and temporary is not None:
        snapshot = snapshot_going_with(reader, Clone(LUN.identity_of(record), temporary))
        if snapshot is not None:
            return (Effect(OF_LUN, snapshot, None),)
    found = []
    # One of a project counts the clones of those that are part of it.
    for resource in (OF_LUN, OF_PROJECT):
        snapshot = read(reader, resource, names)
        if snapshot is None and resource is OF_LUN and more > 0 and is_temporary(names["name"]):
            taken = OF_LUN.predict(None, names, release=reader.release)
            found.append(Effect(OF_LUN, None, {**taken, "numclones": 1}))
        clones = None if snapshot is None else clear(snapshot["numclones"])
        if snapshot is not None and clones is not None:
            found.append(Effect(resource, snapshot, {**snapshot, "numclones": max(clones + more, 0)}))
    return tuple(found)
