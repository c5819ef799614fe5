# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_image_cache`: LUNs from images that are in the cache, and what becomes of the cache."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...client._client import Client
from ...client._progress import Cadence
from ...engine._operation import Operation, Options
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, unchanged
from ...engine._types import Record, Results
from ...values._errors import Absent, PlanRefused, ZfssaError
from ._acts import Cache, cached_luns, held_by, note
from ._cached import refuse_foreign, see
from ._clones import Remembered, absent_luns, checked_luns, lun_spec, make_lun, plan_lun, require_places
from ._entry import FILLING, FOREIGN, GOOD, MISSING, RENEWED, Entry, Image, Pulse, entry_of, judge, retired_name
from ._retention import Kept, Limits, doomed, entries_in, limits_of, remove
from ._wish import image_of, seconds

SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "id": {"type": "str", "required": True},
    "updated_at": {"type": "str"},
    "checksum": {"type": "str"},
    "luns": {"type": "list", "elements": "dict", "default": [], "options": lun_spec()},
    "keep_last": {"type": "int"},
    "max_age": {"type": "str"},
    "takeover_after": {"type": "int", "default": 180},
}


@dataclass
class _Found:
    """What was found in a cache, and what is to be done.

    Attributes:
        cache: it.
        image: the image that is wanted.
        state: what is to be made of its entry.
        entry: it.
        reader: knows what the list of LUNs has told.
        luns: the LUNs that are wanted and can be made or are there, each with its plan.
        going: the entries that can go.
        noted: whether the entry gets another time.
        give_back: whether an entry that cannot be destroyed stays what it was.
        staying: those of the entries that go which will have to stay, as it is predicted, each with the reason.
        left: entries of the image that were retired by earlier runs and still have to stay.
    """

    cache: Cache
    image: Image
    state: str
    entry: Entry | None
    reader: Remembered
    luns: list[Item]
    going: list[Entry]
    noted: bool = False
    give_back: bool = True
    staying: tuple[tuple[Entry, str], ...] = ()
    left: tuple[Kept, ...] = ()


def plan_cache(client: Client, options: Options) -> Item:
    """Plan for the options of `zfssa_image_cache`.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: it is not possible or not safe.
    """
    cache, image = Cache.of(options), image_of(options)
    wanted, limits = checked_luns(options, cache), limits_of(options.get("keep_last"), options.get("max_age"))
    patience = seconds(options, "takeover_after")
    wires, records = cached_luns(client, cache)
    if options["state"] == "absent":
        return _plan_absent(client, cache, image, records, limits, patience)
    found = _look(client, cache, image, records)
    found.reader.know(cache.path("").rstrip("/"), wires)
    missing = absent_luns(found.reader, cache, wanted, image)
    needed = bool(missing) or not wanted
    if needed and found.state == FOREIGN:
        raise refuse_foreign(cache, image)
    if needed and found.state not in (GOOD, RENEWED):
        require_places(found.reader, cache, missing)
        return unchanged(_told(found, []))
    try:
        found.luns = [plan_lun(found.reader, cache, one, found.entry if one in missing else None) for one in wanted]
        if not wanted and found.entry:
            _require_proof(found)
    except Absent:
        found.state = see(client, cache, image).verdict
        if found.state in (GOOD, RENEWED):
            raise
        require_places(found.reader, cache, missing)
        return unchanged(_told(found, []))
    found.state = found.state if needed else GOOD
    found.noted = found.state == RENEWED
    found.going = doomed(client, cache, records, limits, client.now, image.name)
    return _item(found)


def _look(client: Client, cache: Cache, image: Image, records: Sequence[Record]) -> _Found:
    """What the list of LUNs tells of an image. Whether its entry is whole shows when it is cloned."""
    reader = Remembered(client)
    lun = next((one for one in records if one["name"] == image.name), None)
    entry = None if lun is None else entry_of(lun)
    return _Found(cache, image, judge(lun, True, image, 0.0, 1.0), entry, reader, [], [])


def _require_proof(found: _Found) -> None:
    """Look whether an entry is whole, where no LUN is made from it.

    Raises:
        Absent: it is not.
    """
    if found.entry is None:
        return
    path = f"{found.cache.path(found.entry.name)}/snapshots/{found.entry.proof}"
    if found.reader.get(path) is None:
        raise Absent(f"snapshot {found.entry.proof} does not exist")


def _plan_absent(
    client: Client, cache: Cache, image: Image, records: Sequence[Record], limits: Limits, patience: int
) -> Item:
    found = _look(client, cache, image, records)
    if found.state == FOREIGN:
        raise refuse_foreign(cache, image)
    going = doomed(client, cache, records, limits, client.now, image.name)
    found.left = tuple(
        Kept(one.name, reason)
        for one in entries_in(records)
        if one.is_retired and one.image.id == image.id and (reason := held_by(client, cache, one))
    )
    left = {one.name for one in found.left}
    going = [one for one in going if one.name not in left]
    found.going = [*([found.entry] if found.entry else []), *going]
    found.give_back = False
    found.state = MISSING
    found.staying = tuple((one, reason) for one in found.going if (reason := held_by(client, cache, one)))

    def carry_out(plan: Item, client: Any, done: list[str]) -> Results:
        _wait_for_others(client, found, patience)
        return _carried_out(client, found, done)

    item = _item(found)
    return Item(item.steps, item.before, item.after, carry_out=carry_out) if item.steps else item


def _wait_for_others(client: Client, found: _Found, patience: int) -> None:
    """Wait until nobody fills the entry who is alive."""
    pulse, began, cadence = Pulse(time.monotonic()), time.monotonic(), Cadence()
    while found.entry and (seen := see(client, found.cache, found.image, pulse, patience)).verdict == FILLING:
        if cadence.due(time.monotonic() - began):
            client.tell(f"another run fills {found.cache.label(found.image.name)}")
        time.sleep(min(5.0, patience / 10))
    if found.entry and seen.verdict not in (MISSING, FOREIGN) and seen.entry:
        found.going = [seen.entry, *found.going[1:]]


def _item(found: _Found) -> Item:
    """What is to be done, as one item."""
    steps = [step for item in found.luns for step in item.steps]
    if found.noted and found.entry:
        path = found.cache.path(found.entry.name)
        steps.append(_step("note the time of", found.cache.label(found.entry.name), "PUT", path))
    steps += [
        _step("destroy", found.cache.label(one.name), "DELETE", found.cache.path(one.name)) for one in found.going
    ]
    staying = [one for one, _reason in found.staying]
    after = _told(
        found,
        [item.after["lun"] for item in found.luns],
        [one.name for one in found.going if one not in staying],
        [Kept(retired_name(one.name, one.guid), reason) for one, reason in found.staying],
    )
    before = _told(found, [item.before["lun"] for item in found.luns])
    return Item(tuple(steps), before, after, carry_out=lambda plan, client, done: _carried_out(client, found, done))


def _step(verb: str, label: str, method: str, path: str) -> Step:
    return Step(
        verb=verb,
        label=label,
        method=method,
        path=path,
        body=None,
        outcome=Seen(probe=path, done=lambda body: body is None),
    )


def _carried_out(client: Client, found: _Found, done: list[str]) -> Results:
    """Make the LUNs, then take away what is not needed any more."""
    luns: list[Record | None] = []
    for item in found.luns:
        try:
            luns.append(make_lun(client, found.reader, item))
        except ZfssaError as error:
            seen = see(client, found.cache, found.image)
            if seen.verdict in (GOOD, RENEWED) and seen.entry == found.entry:
                raise
            # Somebody has taken the entry away meanwhile: whoever wants the LUN begins anew.
            if not _is_about_entry(error, found):
                raise
            found.state = seen.verdict
            return _told(found, luns)
        done += map(str, item.steps)
    if found.noted and found.entry:
        note(client, found.cache, found.entry.name, found.image.properties())
        done.append(f"note the time of {found.cache.label(found.entry.name)}")
        found.state = GOOD
    removed: list[str] = []
    kept: list[Kept] = []
    for entry in found.going:
        stays = remove(client, found.cache, entry, give_back=found.give_back)
        if stays is None:
            removed.append(entry.name)
            done.append(f"destroy {found.cache.label(entry.name)}")
        else:
            kept.append(stays)
    return _told(found, luns, removed, kept)


def _is_about_entry(error: ZfssaError, found: _Found) -> bool:
    """Whether a failure may come from an entry that is gone."""
    return error.status in (404, 409, 400) or isinstance(error, PlanRefused)


def _told(
    found: _Found,
    luns: Sequence[Record | None],
    removed: Sequence[str] = (),
    kept: Sequence[Kept] = (),
) -> Results:
    """The result."""
    whole = found.entry if found.state in (GOOD, RENEWED) else None
    return {
        "image_cache": {
            "state": "hit" if found.state in (GOOD, RENEWED) else found.state,
            "entry": None if whole is None else whole.told(),
            "luns": list(luns),
            "removed": list(removed),
            "kept": [{"name": one.name, "reason": one.reason} for one in (*kept, *found.left)],
        }
    }


OPERATION = Operation(spec=SPEC, plan=plan_cache, results=("image_cache",), diff=False, told_by_writes=True)
