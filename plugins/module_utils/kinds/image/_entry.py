# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the image cache: their names, what is written on them, and what is to be made of one.

A cached LUN carries the image's id, its time and its checksums as custom properties, and a counter that whoever fills it
counts up. That it was filled is proved by one thing only: a snapshot that bears the LUN's own GUID. A LUN that was made anew under the
same name has another GUID, so that nobody who comes late can prove a LUN that is not his.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...engine._types import Record
from ...values._units import parse_time, told_time
from ...values._wire import clear

ID, UPDATED_AT, CHECKSUM, FILL = "image_id", "updated_at", "image_checksum", "image_fill"
SCHEMA: Mapping[str, str] = {
    ID: "Image that this LUN was made from",
    UPDATED_AT: "When that image was last changed",
    CHECKSUM: "Checksums of the file of that image",
    FILL: "Sign of life of whoever fills this LUN",
}
_PREFIX = "image-"
# What stands between the name of an entry and the end of its GUID, once nobody is to be given a clone of it any more.
_RETIRED = ".old."
_NO_PART_OF_A_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 40
_PROOF = re.compile(rf"{_PREFIX}[0-9a-f]{{32}}")
_END_OF_GUID = 12

# What is to be made of an entry.
MISSING, GOOD, RENEWED, STALE, FILLING, DEAD, FOREIGN = (
    "missing", "good", "renewed", "stale", "filling", "dead", "foreign",
)  # fmt: skip


@dataclass(frozen=True)
class Image:
    """An image as somebody wants it.

    Attributes:
        id: what tells it from other images.
        updated_at: when it was changed last, in UTC where it is a time; empty where that is not known.
        checksums: those of its file that are known, each as `sha256:HEX`.
    """

    id: str
    updated_at: str = ""
    checksums: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its cached LUN."""
        last = self.id.rstrip("/").rpartition("/")[2].lower()
        slug = _NO_PART_OF_A_NAME.sub("-", last)[:_LONGEST_SLUG].strip("-")
        digest = hashlib.sha256(self.id.encode()).hexdigest()[:10]
        return f"{_PREFIX}{slug}-{digest}" if slug else f"{_PREFIX}{digest}"

    def properties(self, fill: str | None = None) -> dict[str, str]:
        """What is written on its cached LUN; `fill` is the first sign of life."""
        told = {ID: self.id, UPDATED_AT: self.updated_at, CHECKSUM: ",".join(self.checksums), FILL: fill}
        # What is not known is not written: an appliance may refuse an empty text.
        return {name: value for name, value in told.items() if value}


def same_time(given: object) -> str:
    """A time as text that can be compared: in UTC where it is one, else as it is."""
    plain = "" if given is None else str(given).strip()
    return told_time(plain) or plain


def proof_of(guid: str) -> str:
    """The name of the snapshot that proves that the LUN of a GUID was filled."""
    return f"{_PREFIX}{guid.lower()}"


def is_proof(snapshot: str) -> bool:
    """Whether a snapshot bears a name as the cache gives it, be it with the GUID of another LUN: who came too late took it."""
    return bool(_PROOF.fullmatch(snapshot))


def retired_name(name: str, guid: str) -> str:
    """The name of an entry that is given to nobody any more."""
    return f"{base_name(name)}{_RETIRED}{guid[-_END_OF_GUID:].lower()}"


def base_name(name: str) -> str:
    """The name that an entry had before it was retired; its own where it was not."""
    return name.partition(_RETIRED)[0]


def is_retired(name: str) -> bool:
    """Whether an entry of that name is given to nobody any more."""
    return _RETIRED in name


@dataclass(frozen=True)
class Entry:
    """A cached LUN as it was seen."""

    name: str
    guid: str
    size: int | None
    image: Image
    fill: str
    created: str
    groups: tuple[str, ...]

    @property
    def is_retired(self) -> bool:
        """Whether it is given to nobody any more."""
        return is_retired(self.name)

    @property
    def proof(self) -> str:
        """The snapshot that proves it, if there is one of that name."""
        return proof_of(self.guid)

    def told(self) -> dict[str, Any]:
        """It as results tell it."""
        return {
            "name": self.name,
            "snapshot": self.proof,
            "size": self.size,
            "guid": self.guid,
            "image_id": self.image.id,
            "updated_at": self.image.updated_at or None,
            "checksums": list(self.image.checksums),
            "created": self.created or None,
        }


def entry_of(lun: Record) -> Entry | None:
    """The entry that a LUN is; `None` where it is none, because the cache has not made it, or what it says of itself is gone."""
    custom, guid, name = clear(lun["custom"]) or {}, clear(lun["lunguid"]), str(lun["name"])
    image = str(custom.get(ID) or "")
    # A clone takes over what is written on its origin.
    if not name.startswith(_PREFIX) or not guid or not image or clear(lun["origin"]):
        return None
    if base_name(name) != Image(image).name:
        return None
    return Entry(
        name=name,
        guid=str(guid),
        size=clear(lun["size"]),
        image=Image(
            image, same_time(custom.get(UPDATED_AT)), tuple(filter(None, str(custom.get(CHECKSUM) or "").split(",")))
        ),
        fill=str(custom.get(FILL) or ""),
        created=str(clear(lun["creation"]) or ""),
        groups=tuple(clear(lun["initiator_groups"]) or ()),
    )


def agree(one: Iterable[str], other: Iterable[str]) -> bool | None:
    """Whether two files are the same by their checksums; `None` where none of them can be compared."""
    kinds, others = (dict(part.split(":", 1) for part in sums if ":" in part) for sums in (one, other))
    common = kinds.keys() & others.keys()
    return all(kinds[kind].lower() == others[kind].lower() for kind in common) if common else None


def judge(lun: Record | None, proved: bool, wanted: Image, quiet: float, patience: float) -> str:
    """Say what is to be made of the LUN that has the name of an image's entry.

    Args:
        lun: its record; `None` where there is none.
        proved: whether it has the snapshot that proves it.
        wanted: the image.
        quiet: seconds since its sign of life changed last, as somebody saw it who looked all the time.
        patience: seconds for which it may stand still.

    Returns:
        `missing`: make it. `good`: clone it. `renewed`: the same bytes, whose time has changed. `stale`: other bytes.
        `filling`: somebody is at it. `dead`: somebody was. `foreign`: not the cache's, or not of this image.
    """
    if lun is None:
        return MISSING
    entry = entry_of(lun)
    if entry is None or entry.image.id != wanted.id:
        return FOREIGN
    if not proved:
        return DEAD if quiet >= patience else FILLING
    same_bytes = agree(entry.image.checksums, wanted.checksums)
    same_day = not wanted.updated_at or entry.image.updated_at == wanted.updated_at
    if same_bytes is False or (same_bytes is None and not same_day):
        return STALE
    return GOOD if same_day else RENEWED


class Pulse:
    """Watches a sign of life: by how long it has not changed, never by anybody's clock but one's own.

    Args:
        now: seconds, never going back.
    """

    def __init__(self, now: float) -> None:
        self._seen: tuple[str, str] | None = None
        self._since = now

    def quiet(self, entry: Entry, now: float) -> float:
        """Seconds for which an entry has been seen with the same sign of life."""
        seen = (entry.guid, entry.fill)
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since


def age(entry: Entry, now: Any) -> float | None:
    """Seconds since an entry was made, by the appliance's own clock; `None` where nobody knows."""
    made = parse_time(entry.created)
    return None if made is None else float((now - made).total_seconds())
