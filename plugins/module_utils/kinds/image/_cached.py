# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_image`: an image in the cache, transferred by one run however many want it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from ...client._client import Client
from ...client._progress import Cadence
from ...engine._operation import Operation, Options
from ...engine._outcome import Seen
from ...engine._plan import Item, Step
from ...engine._read import Reader
from ...engine._types import Results
from ...values._errors import ObjectExists, PlanRefused
from ...values._units import human_size
from ._acts import Cache, look_at, note, remove_retired, retire, size_for
from ._entry import (
    DEAD,
    FILLING,
    FOREIGN,
    GOOD,
    MISSING,
    RENEWED,
    STALE,
    Entry,
    Image,
    Pulse,
    entry_of,
    judge,
    proof_of,
)
from ._fill import destination, fill
from ._inspect import Inspected, checksums_of, inspect, unchanged_since
from ._magic import FORMATS
from ._qemu import Disturbed
from ._source import is_url, obtained, secret_parts, shown_source
from ._wish import Wish

SPEC: dict[str, Any] = {
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "image": {"type": "str", "required": True},
    "id": {"type": "str"},
    "updated_at": {"type": "str"},
    "checksum": {"type": "str"},
    "format": {"type": "str", "choices": list(FORMATS)},
    "max_size": {"type": "str", "default": "1T"},
    "folder": {"type": "path"},
    "image_validate_certs": {"type": "bool", "default": True},
    "initiator": {"type": "str", "required": True},
    "initiator_group": {"type": "str", "required": True},
    "target_group": {"type": "str", "default": "default"},
    "portal": {"type": "str"},
    "chap_user": {"type": "str"},
    "chap_secret": {"type": "str", "no_log": True},
    "verify": {"type": "bool", "default": False},
    "takeover_after": {"type": "int", "default": 180},
    "stall_timeout": {"type": "int", "default": 300},
}
# How often a run may begin anew because others were faster.
_MOST_ROUNDS = 20
# How often it is begun anew because others disturb its transfer.
_MOST_DISTURBED = 5


@dataclass(frozen=True)
class Look:
    """What there is of an image on the appliance.

    Attributes:
        verdict: what is to be made of it.
        entry: it; `None` where there is none, or none of the cache.
    """

    verdict: str
    entry: Entry | None


def see(reader: Reader, cache: Cache, image: Image, pulse: Pulse | None = None, patience: float = 1.0) -> Look:
    """Look at the entry of an image."""
    lun, snapshots = look_at(reader, cache, image.name)
    entry = None if lun is None else entry_of(lun)
    proved = entry is not None and entry.proof in snapshots
    quiet = pulse.quiet(entry, time.monotonic()) if pulse and entry else 0.0
    return Look(judge(lun, proved, image, quiet, patience), entry)


def refuse_foreign(cache: Cache, image: Image) -> PlanRefused:
    """The refusal for a LUN that has the name of an entry and is none."""
    return PlanRefused(
        f"{cache.label(image.name)} has the name under which image {image.id} is cached, and does not say that it is that image",
        advice="look where it comes from; rename or destroy it, and run it again",
    )


def plan_image(client: Client, options: Options) -> Item:
    """Plan for the options of `zfssa_image`.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: the image or the appliance is not fit for it.
    """
    wish = Wish.of(options)
    seen = see(client, wish.cache, wish.image)
    if seen.verdict == FOREIGN:
        raise refuse_foreign(wish.cache, wish.image)
    before = _results(wish, seen.entry if seen.verdict in (GOOD, RENEWED, STALE) else None)
    if seen.verdict == GOOD:
        return Item((), before, before)
    predicted = _rehearsed(client, wish) if seen.verdict in (MISSING, STALE) else {}
    step = Step(
        verb="note the time of" if seen.verdict == RENEWED else "cache",
        label=f"image {shown_source(wish.source)} in {wish.cache.label(wish.image.name)}",
        method="PUT" if seen.verdict == RENEWED else "POST",
        path=wish.cache.path(wish.image.name) if seen.verdict == RENEWED else wish.cache.path("").rstrip("/"),
        body=None,
        outcome=Seen(probe=wish.cache.path(wish.image.name), done=lambda body: body is not None),
    )

    def carry_out(plan: Item, client: Any, done: list[str]) -> Results:
        return _Run(client, wish, done).cached()

    return Item((step,), before, {"image": {**_results(wish, None)["image"], **predicted}}, carry_out=carry_out)


def _rehearsed(client: Client, wish: Wish) -> dict[str, Any]:
    """Look at all that can be looked at without a change, and predict; an image on the web is not fetched for that."""
    destination(client, wish)
    if is_url(wish.source):
        return {"transferred": True, "checksums": None}
    with obtained(wish.source, True, wish.folder, wish.validate_certs, lambda _count, _of: None) as file:
        checksums = checksums_of(file, wish.checksum, lambda _count: None)
        found = inspect(file, wish.stated, wish.largest)
    return {
        "transferred": True,
        "checksums": list(checksums),
        "size": size_for(client, wish.cache, found.virtual_size, found.written),
        "format": found.fmt,
        "virtual_size": found.virtual_size,
    }


def _results(wish: Wish, entry: Entry | None, inspected: Inspected | None = None, transferred: bool = False) -> Results:
    """What is told of it."""
    return {
        "image": {
            "id": wish.image.id,
            "lun": wish.image.name,
            "snapshot": None if entry is None else proof_of(entry.guid),
            "size": None if entry is None else entry.size,
            "updated_at": (wish.image if entry is None else entry.image).updated_at or None,
            "checksums": [] if entry is None else list(entry.image.checksums),
            "format": None if inspected is None else inspected.fmt,
            "virtual_size": None if inspected is None else inspected.virtual_size,
            "transferred": transferred,
        }
    }


class _Run:
    """One run that wants an image to be in the cache.

    Args:
        client: of the appliance.
        wish: what is wanted.
        done: gets what was done.
    """

    def __init__(self, client: Client, wish: Wish, done: list[str]) -> None:
        self._client, self._wish, self._done = client, wish, done
        self._pulse = Pulse(time.monotonic())
        self._cadence, self._began = Cadence(), time.monotonic()

    def cached(self) -> Results:
        """See to it that the image is in the cache, whoever puts it there."""
        for _round in range(_MOST_ROUNDS):
            seen = self._settled()
            if seen.verdict == FOREIGN:
                raise refuse_foreign(self._wish.cache, self._wish.image)
            if seen.verdict == GOOD:
                return _results(self._wish, seen.entry)
            if seen.verdict == RENEWED and seen.entry:
                return self._noted(seen.entry, self._wish.image)
            if seen.verdict == DEAD and seen.entry:
                self._client.tell(
                    f"{self._label} was left half filled by a run that gives no sign of life; it is begun anew"
                )
                self._remove(seen.entry)
                continue
            results = self._transferred(seen.entry if seen.verdict == STALE else None)
            if results is not None:
                return results
        raise PlanRefused(f"{self._label} is removed and made again by others all the time", advice="find out by whom")

    @property
    def _label(self) -> str:
        return self._wish.cache.label(self._wish.image.name)

    def _settled(self) -> Look:
        """Look until nobody is filling it who is alive."""
        while True:
            seen = see(self._client, self._wish.cache, self._wish.image, self._pulse, self._wish.patience)
            if seen.verdict != FILLING:
                return seen
            elapsed = time.monotonic() - self._began
            if self._cadence.due(elapsed) and seen.entry:
                percent = seen.entry.fill.rpartition(".")[2] or "0"
                self._client.tell(f"another run fills {self._label}: {percent} %, waited for {elapsed:.0f} s")
            time.sleep(min(5.0, self._wish.patience / 10))

    def _noted(self, entry: Entry, image: Image) -> Results:
        """The same bytes with another time: only that is written."""
        note(self._client, self._wish.cache, entry.name, image.properties())
        self._done.append(f"note the time of image {image.id}")
        seen = see(self._client, self._wish.cache, image)
        return _results(self._wish, seen.entry or entry)

    def _remove(self, entry: Entry) -> None:
        """Take an entry away: it is destroyed, or kept under another name while it has clones."""
        retired = retire(self._client, self._wish.cache, entry)
        if retired is None:
            return
        self._done.append(f"retire {self._wish.cache.label(entry.name)}")
        if remove_retired(self._client, self._wish.cache, retired) is None:
            self._done.append(f"destroy {self._wish.cache.label(retired.name)}")

    def _transferred(self, stale: Entry | None) -> Results | None:
        """Transfer the image; `None` when somebody else has begun with it meanwhile."""
        wish, client = self._wish, self._client
        tell = _now_and_then(client, f"image {shown_source(wish.source)} is being fetched")
        with obtained(wish.source, bool(wish.checksum), wish.folder, wish.validate_certs, tell) as file:
            compare, inspected, image = self._looked_at(file)
            if stale is not None:
                verdict = see(client, wish.cache, image).verdict
                if verdict in (GOOD, RENEWED):
                    return self._noted(stale, image) if verdict == RENEWED else _results(wish, stale, inspected)
            size = size_for(client, wish.cache, inspected.virtual_size, inspected.written)
            if stale is not None:
                self._remove(stale)
            try:
                entry = self._filled(file, compare, inspected, image, size)
            except ObjectExists:
                self._cadence, self._began = Cadence(), time.monotonic()
                return None
            self._done.append(f"cache image {image.id}")
            client.report(f"image {image.id} is in {self._label}")
            return _results(wish, entry, inspected, transferred=True)

    def _filled(
        self, file: BinaryIO, compare: Callable[[], None], inspected: Inspected, image: Image, size: int
    ) -> Entry:
        """Fill a LUN; when others disturb it, it is begun anew in another one."""
        for number in range(1, _MOST_DISTURBED):
            try:
                return fill(self._client, self._wish, file, inspected, image, size, compare)
            except Disturbed:
                self._client.tell(
                    f"{self._label} is begun anew, because LUNs came or went on the target of the host that writes"
                )
                # Two runs on one host would go on disturbing each other at the same pace.
                time.sleep(secrets.randbelow(1000) / 1000 * number)
        return fill(self._client, self._wish, file, inspected, image, size, compare)

    def _looked_at(self, file: BinaryIO) -> tuple[Callable[[], None], Inspected, Image]:
        """What raises when an open image is another one since, what it is, and it with its checksums."""
        wish = self._wish
        # From here on: what is checked and looked at is what is written.
        compare = unchanged_since(file)
        read = _now_and_then(self._client, f"the checksum of image {shown_source(wish.source)} is being computed")
        checksums = checksums_of(file, wish.checksum, lambda count: read(count, None))
        return compare, inspect(file, wish.stated, wish.largest), wish.known_by(checksums)


def _now_and_then(client: Client, what: str) -> Callable[[int, int | None], None]:
    """What is called with bytes, and tells of them now and then."""
    began, cadence = time.monotonic(), Cadence()

    def tell(count: int, total: int | None) -> None:
        if cadence.due(time.monotonic() - began):
            part = f"{100 * count // total} % of {human_size(total)}" if total else human_size(count)
            client.tell(f"{what}: {part}")

    return tell


OPERATION = Operation(
    spec=SPEC, plan=plan_image, results=("image",), diff=False, told_by_writes=True, secret_parts=secret_parts
)
