# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a cache is not needed any more: retired entries, and those beyond a number or an age.

Only entries without clones are ever counted or taken. How many clones there are is never believed: an entry is renamed first, so that
nobody can clone it any more, then looked at, then destroyed or given its name back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...client._client import Client
from ...engine._read import Reader, read
from ...engine._types import Record
from ...values._errors import InvalidInput, ZfssaError
from ...values._wire import clear
from ..lun._table import LUN
from ._acts import Cache, clones_of, remove_retired, rename, retire, snapshots_of
from ._entry import Entry, age, entry_of

_AGE = re.compile(r"([0-9]{1,9})\s*([smhdw]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True)
class Limits:
    """What may stay in a cache.

    Attributes:
        keep_last: how many entries without clones; `None` for all.
        max_age: how many seconds old they may be; `None` for any age.
    """

    keep_last: int | None = None
    max_age: float | None = None


def limits_of(keep_last: Any, max_age: Any) -> Limits:
    """Read the limits.

    Raises:
        InvalidInput: one of them is none.
    """
    if keep_last is not None and keep_last < 0:
        raise InvalidInput(f"keep_last {keep_last} is out of range", advice="give 0 or more")
    if max_age is None or not str(max_age).strip():
        return Limits(keep_last)
    found = _AGE.fullmatch(str(max_age).strip())
    if not found:
        raise InvalidInput(
            f"max_age {str(max_age)!r} is no age", advice="give seconds, or a number with s, m, h, d or w, such as 30d"
        )
    return Limits(keep_last, float(found.group(1)) * _UNITS[found.group(2)])


def entries_in(luns: Sequence[Record]) -> list[Entry]:
    """The entries among the LUNs of a cache, the newest first."""
    found = [entry for lun in luns if (entry := entry_of(lun)) is not None]
    return sorted(found, key=lambda entry: (entry.created, entry.name), reverse=True)


def cloned_in(luns: Sequence[Record], cache: Cache) -> set[str]:
    """The names of entries that some LUNs are clones of."""
    origins = [clear(lun["origin"]) or {} for lun in luns]
    return {str(one.get("share")) for one in origins if one.get("project", cache.project) == cache.project}


def superfluous(unused: Sequence[Entry], limits: Limits, now: datetime) -> list[Entry]:
    """Those of some entries without clones, the newest first, that are beyond the limits."""
    too_many = [] if limits.keep_last is None else list(unused[limits.keep_last :])
    too_old = [
        entry
        for entry in unused
        if limits.max_age is not None and (age(entry, now) or 0.0) > limits.max_age and entry not in too_many
    ]
    return [*too_many, *too_old]


def doomed(
    reader: Reader, cache: Cache, luns: Sequence[Record], limits: Limits, now: datetime, but: str
) -> list[Entry]:
    """The entries that can go: retired ones without clones, and those beyond the limits.

    Args:
        reader: asks the appliance.
        cache: where they are.
        luns: all LUNs of the cache.
        limits: what may stay.
        now: the time on the appliance.
        but: the name of an entry that is needed.
    """
    cloned = cloned_in(luns, cache)
    free = [entry for entry in entries_in(luns) if entry.name not in cloned]
    retired = [entry for entry in free if entry.is_retired and not has_clones(reader, cache, entry)]
    if limits == Limits():
        return retired
    unused = [
        entry for entry in free if not entry.is_retired and entry.name != but and _is_unused(reader, cache, entry)
    ]
    return [*retired, *superfluous(unused, limits, now)]


def has_clones(reader: Reader, cache: Cache, entry: Entry) -> bool:
    """Whether something lives on a snapshot of an entry."""
    return any(clones_of(reader, cache, entry.name, name) for name in snapshots_of(reader, cache, entry.name))


def _is_unused(reader: Reader, cache: Cache, entry: Entry) -> bool:
    """Whether an entry is whole, and nothing depends on it; what is not whole may be somebody's who is at it."""
    snapshots = snapshots_of(reader, cache, entry.name)
    return entry.proof in snapshots and not any(clones_of(reader, cache, entry.name, name) for name in snapshots)


@dataclass(frozen=True)
class Kept:
    """An entry that should go and stays.

    Attributes:
        name: what it is called now.
        reason: why it stays.
    """

    name: str
    reason: str


def remove(client: Client, cache: Cache, entry: Entry, *, give_back: bool) -> Kept | None:
    """Take an entry away from those who look for it, and destroy it if nothing depends on it.

    Args:
        client: of the appliance.
        cache: where it is.
        entry: it.
        give_back: whether it gets its name back when it cannot be destroyed.

    Returns:
        What stays; `None` when it is gone.
    """
    retired = retire(client, cache, entry)
    if retired is None:
        return None
    reason = remove_retired(client, cache, retired)
    if reason is None:
        return None
    if give_back and not entry.is_retired:
        lun = read(client, LUN, cache.identity(retired.name))
        try:
            if lun is not None:
                rename(client, cache, lun, retired.name, entry.name)
                return Kept(entry.name, reason)
        except ZfssaError:
            # Somebody has made another one under its name: this one is retired for good.
            return Kept(retired.name, reason)
    return Kept(retired.name, reason)
