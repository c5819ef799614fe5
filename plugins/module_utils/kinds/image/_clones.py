# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs as clones of a cached one: planned on what one list has told, so that each takes few requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client._client import Client
from ...engine._apply import carry_out_item
from ...engine._once import Once
from ...engine._operation import Options
from ...engine._plan import Item
from ...engine._preconditions import require
from ...engine._read import Reader, read
from ...engine._types import Record
from ...values._errors import Absent, InvalidInput, PlanRefused
from ...values._names import check_name, repeated
from ...values._wire import Wire, clear
from ..lun._kind import LUN as LUN_KIND
from ..lun._table import LUN
from ._acts import Cache
from ._entry import Entry, Image, base_name

# What of `zfssa_lun` can be said of one.
OPTIONS = ("size", "sparse", "initiator_groups", "target_group", "lu_number", "nodestroy", "writecache", "custom")
# What a LUN has to have so that it can be planned without the image.
_PLAIN: Mapping[str, Any] = {"size": "1M", "sparse": True}
_KEEPING = (
    "; LUNs stay over new builds of an image when all builds have one id, and each its own updated_at or checksum"
)


def lun_spec() -> dict[str, Any]:
    """The options of one LUN."""
    spec = LUN_KIND.spec()
    taken = {name: {key: value for key, value in spec[name].items() if key != "required"} for name in OPTIONS}
    return {"name": {"type": "str", "required": True}, "project": {"type": "str"}, **taken}


class Remembered(Once):
    """A reader that asks for nothing twice, and knows what a list has told.

    Args:
        client: of the appliance.
    """

    def __init__(self, client: Reader) -> None:
        super().__init__(client)
        self._lists: dict[str, dict[str, Wire]] = {}

    def know(self, path: str, wires: Mapping[str, Wire]) -> None:
        """Take over what the list of a path has told, by the paths of the objects."""
        self._lists[f"{path}/"] = dict(wires)

    def _ask(self, path: str, params: Mapping[str, str] | None) -> Wire | None:
        for place, wires in self._lists.items():
            if path.startswith(place) and "/" not in path.removeprefix(place):
                return {LUN.kind: wires[path]} if path in wires else None
        return super()._ask(path, params)


def checked_luns(options: Options, cache: Cache) -> list[dict[str, Any]]:
    """The LUNs that options name, each with its project.

    Raises:
        InvalidInput: one of them can never be right.
    """
    luns = [
        {
            **{key: value for key, value in one.items() if value is not None},
            "project": one.get("project") or cache.project,
        }
        for one in options.get("luns") or ()
    ]
    for one in luns:
        LUN.identity({**one, "pool": cache.pool})
        check_name("project", one["project"])
    twice = repeated([f"{one['project']}/{one['name']}" for one in luns])
    if twice:
        raise InvalidInput(f"luns has {', '.join(twice)} more than once", advice="name each LUN once")
    return luns


def absent_luns(reader: Reader, cache: Cache, luns: list[dict[str, Any]], image: Image) -> list[dict[str, Any]]:
    """Those of some LUNs that do not exist.

    Raises:
        PlanRefused: one exists, and was not made from the image.
    """
    missing = []
    for one in luns:
        identity = {"pool": cache.pool, "project": one["project"], "name": one["name"]}
        record = read(reader, LUN, identity)
        if record is None:
            missing.append(one)
        elif not comes_from(record, cache, image):
            raise PlanRefused(
                f"{LUN.label(identity)} exists, and was not made from image {image.id}",
                advice=f"choose another name, or destroy the LUN first{_KEEPING if clear(record['origin']) else ''}",
            )
    return missing


def comes_from(lun: Record, cache: Cache, image: Image) -> bool:
    """Whether a LUN is a clone of an entry of an image, be it of one that is not given to anybody any more."""
    origin = clear(lun["origin"]) or {}
    return (
        origin.get("project", cache.project) == cache.project and base_name(str(origin.get("share", ""))) == image.name
    )


def plan_lun(reader: Reader, cache: Cache, lun: Mapping[str, Any], entry: Entry | None) -> Item:
    """Plan that a LUN is there as it is wanted.

    Args:
        reader: asks the appliance.
        cache: where the entry is.
        lun: the LUN that is wanted.
        entry: what it is made from; `None` where it exists.
    """
    options: dict[str, Any] = {"state": "present", "pool": cache.pool, "allow_shrink": False, "force": False, **lun}
    if entry is not None:
        options["source"] = {"project": cache.project, "lun": entry.name, "snapshot": entry.proof}
    return LUN_KIND.plan(reader, options)


def require_places(reader: Reader, cache: Cache, luns: list[dict[str, Any]]) -> None:
    """See that LUNs can be made where they are wanted, before an image is transferred for them.

    Each is planned as a LUN of its own, since there is nothing yet to clone; a thin one takes no room of its project.

    Raises:
        PlanRefused: one cannot be made; the sentence says all that is in the way.
    """
    found: dict[str, PlanRefused] = {}
    for one in luns:
        options = {"state": "present", "pool": cache.pool, "force": False, "allow_shrink": False, **_PLAIN, **one}
        try:
            needed = LUN_KIND.plan(reader, options).preconditions
        except PlanRefused as refusal:
            found.setdefault(refusal.reason, refusal)
            continue
        for precondition in needed:
            try:
                require([precondition], reader)
            except PlanRefused as refusal:
                found.setdefault(refusal.reason, refusal)
    refusals = list(found.values())
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        reason = "; ".join(found)
        advice = "; ".join(dict.fromkeys(one.advice for one in refusals if one.advice))
        missing = [label for one in refusals if isinstance(one, Absent) for label in one.missing]
        absent = all(isinstance(one, Absent) for one in refusals)
        raise Absent(reason, missing=missing, advice=advice) if absent else PlanRefused(reason, advice=advice)


def make_lun(client: Client, reader: Reader, item: Item) -> Record:
    """Carry out what is planned for a LUN; return its record."""
    if len(item.steps) > 1:
        # Before the first of several writes all is looked up, mostly from what is known.
        require(item.preconditions, reader)
    lun: Record = carry_out_item(item, client, {})["lun"]
    return lun
