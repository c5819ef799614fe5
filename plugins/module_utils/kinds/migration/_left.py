# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run has left that could not undo all, and that a later one may clear away; nothing here does I/O.

The source is online again, so nothing of it can be taken up: what was sent is older. It may be cleared away where the sign
says that it is the run's own, and nothing shows that somebody has used it since. Otherwise it is the user's to judge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...values._wire import told_amount
from ._found import FoundLun, name_of
from ._names import marker_of
from ._survey import MigrationRequest, Seen, id_of


@dataclass(frozen=True)
class Leftover:
    """What is to be cleared away.

    Attributes:
        action_id: the replication action, and what bears its id: its package, the temporary project and the markers.
        copy: the hidden copy; `None` when there is none.
    """

    action_id: str
    copy: FoundLun | None


def find_leftover(seen: Seen, request: MigrationRequest, copy: FoundLun | None, *, useless: bool) -> Leftover | None:
    """Tell what an earlier run of the same controller has left and this one may clear away; `None` for nothing.

    Args:
        seen: what was seen of the LUN.
        request: what the run is to do.
        copy: the copy of the LUN outside of a package; `None` when there is none.
        useless: whether the action of the LUN can send no more.
    """
    sign, lun = seen.sign, seen.lun
    if sign is None or sign.left is None or sign.place != seen.place or lun is None or lun.removal_name is not None:
        return None
    own = sign.left.action_id
    if sign.left.controller != request.owner.controller or any(id_of(action) != own for action in seen.mine):
        return None
    if copy is None:
        return Leftover(own, None) if useless else None
    in_place = copy.place == seen.goal or copy.place.project == own
    # As long as no host sees the LUN, its copy is as good as it, and is taken up.
    proved = lun.is_seen and in_place and copy.is_kin(lun) and is_unused(copy, own)
    return Leftover(own, copy) if proved else None


def is_unused(copy: FoundLun, action_id: str) -> bool:
    """Whether a copy is hidden, and holds what it held when it was sent; where the figures are not told, nobody knows."""
    wire = next((one for one in copy.snapshots if name_of(one, "snapshot") == marker_of(action_id)), None)
    if copy.is_seen or wire is None:
        return False
    then, now = told_amount(wire, "space_data"), copy.record["space_data"]
    return then is not None and then == now and told_amount(wire, "space_unique") == 0


def without(seen: Seen, leftover: Leftover) -> Seen:
    """What will be seen of a LUN when a leftover has been cleared away."""
    copy = None if seen.copy is leftover.copy else seen.copy
    return replace(seen, copy=copy, temporary=None, mine=(), action_id=None, has_package=None)
