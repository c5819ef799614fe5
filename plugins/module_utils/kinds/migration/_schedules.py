# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedules of automatic snapshots of a LUN, which no replication carries."""

from __future__ import annotations

from collections.abc import Iterable

from ...engine._read import Reader, read_list
from ...values._errors import ApplianceError, BadReply
from ...values._wire import Wire, label_of, text
from ..lun._table import LUN
from ..pool._pools import project_path
from ..snapshot._table import AUTOMATIC
from ._names import Place

# What is different in two schedules that do the same.
_NAMES = ("id", "href", "name")


def is_automatic(snapshot: Wire) -> bool:
    """Whether a schedule has taken a snapshot, by all that is told of it; nothing depends on it but a warning."""
    name = text(snapshot, "name", label_of(snapshot, "snapshot"))
    return name.startswith(AUTOMATIC) or str(snapshot.get("isauto")).lower() == "true"


def has_schedules(reader: Reader, place: Place, snapshots: Iterable[Wire]) -> bool | None:
    """Whether schedules take snapshots of a LUN, or some have; those of its project that have taken none are the project's.

    Nothing more is read where its snapshots tell. Nothing depends on it but a warning, so that an appliance that does not show
    schedules is no failure.

    Args:
        place: the LUN under the name that it has now.
        snapshots: those that it has.

    Returns:
        `None` when the appliance does not show it.
    """
    if any(map(is_automatic, snapshots)):
        return True
    own = _schedules(reader, LUN.path(place.identity))
    if not own:
        return None if own is None else False
    # It is not known whether a LUN shows those of its project as well (API reference 16.2).
    inherited = _schedules(reader, project_path(place.pool, place.project)) or []
    return any(one not in inherited for one in own)


def _schedules(reader: Reader, base: str) -> list[Wire] | None:
    """What the schedules do that an appliance shows there; `None` when it does not show them."""
    try:
        found = read_list(reader, f"{base}/automatic", "automatic", "automatics")
    except BadReply:
        return None
    except ApplianceError as error:
        if not 400 <= (error.status or 0) < 500:
            raise
        return None
    return [{key: value for key, value in one.items() if key not in _NAMES} for one in found]
