# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs: API reference 5."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ...engine._preconditions import ReferenceExists
from ...engine._relations import DESTROY, Change, Dependents, Precondition, Reference, SharedNames
from ...engine._resource import Property, Resource
from ...engine._types import Record
from ...values._errors import NotUnderstood, PlanRefused, Unmet, ZfssaError
from ...values._release import OS8_7, OS8_8
from ...values._types import Amount, Choice, Flag, Moment, Name, Names, Size, Value, Whole, Word
from ...values._units import format_size
from ...values._wire import Wire, clear, is_clear
from ..pool._pools import PROJECT, project_path, served_here
from ..project._capacity import RoomForLun
from ..project._table import BLOCK_SIZE, CHECKSUM, COMPRESSION, LOGBIAS, THROUGHPUT, refuse_protected
from ..san._protocols import MASKED, PROTOCOLS, SAN
from ..schema._table import CUSTOM_PROPERTIES
from ._free_numbers import FreeNumber
from ._lu_numbers import assigned_numbers, check_alone, lu_numbers, lu_setting, refuse_several, unseen_groups
from ._views import LUNS

AUTO = "auto"
# API reference 14.8.
_HIGHEST_LU_NUMBER = 16383
_DIGITS = re.compile(r"[0-9]{1,9}")


def _groups_of(title: str, plural: str) -> Reference:
    lists = tuple(f"{SAN}/{protocol}/{plural}" for protocol in PROTOCOLS)
    return Reference(title, lists, "groups", always=("default",), maker=f"zfssa_{title.replace(' ', '_')}")


# What may see a LUN.
INITIATOR_GROUPS_OF_LUN = _groups_of("initiator group", "initiator-groups")
_TARGET_GROUPS = _groups_of("target group", "target-groups")


class Audience(Names):
    """The initiator groups that see a LUN."""

    def from_user(self, option: str, value: Any) -> Any:
        check_alone(option, value)
        return super().from_user(option, value)


class LuNumber(Value):
    """A LU number, or `auto` when the appliance chooses."""

    def from_user(self, option: str, value: Any) -> Any:
        text = str(value).strip().lower()
        if text == AUTO:
            return AUTO
        if _DIGITS.fullmatch(text) and int(text) <= _HIGHEST_LU_NUMBER:
            return int(text)
        raise ValueError(f"{option} {value!r} is neither auto nor a number from 0 to {_HIGHEST_LU_NUMBER}")


def _has_number(current: Record, wanted: Record) -> bool:
    # Whatever number the appliance chose is what "auto" asks for; while nobody sees the LUN, there is only what is set.
    number = wanted["lu_number"]
    return number == current["lu_number"] or (number == AUTO and bool(current["lu_numbers"]))


def _is_seen(current: Record, wanted: Record) -> bool:
    # What goes online is judged as if it were: groups without a number are sent with the order.
    online = {**current, "status": wanted.get("status", current["status"])}
    return wanted["initiator_groups"] == current["initiator_groups"] and not unseen_groups(online)


def _unseen(label: str, values: Record, lun: Record) -> ZfssaError | None:
    """What says that a LUN has been presented to a group that does not see it."""
    unseen = [group for group in unseen_groups(lun) if group in values.get("initiator_groups", ())]
    if not unseen:
        return None
    return Unmet(
        f"{label} has no LU number in initiator group {', '.join(unseen)}, so that no host in it sees the LUN",
        advice="see that the LUN is exported and its LU number free, or hide it by an empty list as initiator_groups of zfssa_lun "
        "and present it again",
    )


def _lu_number(wire: Wire) -> int | str:
    numbers = set(lu_numbers(wire).values())
    if len(numbers) == 1:
        return numbers.pop()
    setting = lu_setting(wire)
    return AUTO if setting is None else setting


def _origin(wire: Wire) -> dict[str, str] | None:
    origin = wire.get("origin") or {}
    if not isinstance(origin, dict):
        raise ValueError("no origin")
    told = {key: origin[key] for key in ("pool", "project", "share", "snapshot") if key in origin}
    if not all(isinstance(name, str) for name in told.values()):
        raise ValueError("no origin")
    return told if told.get("snapshot") else None


def _settle(before: Record | None, after: Record) -> Record:
    """LU numbers follow the groups; a number that the appliance has yet to choose is `None`.

    As in a record that was read, `lu_number` is the number in all groups when there is one, else the setting.
    """
    presented = ("lu_number", "lu_numbers", "target_group", "initiator_groups")
    if not all(is_clear(record.get(key)) for record in (before or {}, after) for key in presented):
        # What became of a number that nobody understands only the appliance knows.
        return after if before is None else {**after, **_unsure(before, after)}
    asked = after["lu_number"]
    known = before["lu_numbers"] if before and before["target_group"] == after["target_group"] else {}
    renumbered = before is None or before["lu_number"] != asked
    fixed = asked if isinstance(asked, int) and renumbered else None
    numbers = {group: known.get(group) if fixed is None else fixed for group in after["initiator_groups"] or []}
    if fixed is None and (numbers or (before and before["lu_numbers"])):
        agreed = set(numbers.values())
        after["lu_number"] = agreed.pop() if len(agreed) == 1 else None
    after["lu_numbers"] = numbers
    return after


def _unsure(before: Record, after: Record) -> Record:
    """The LU numbers of a LUN of which not all can be understood, when its groups may change: unknown."""
    same = all(
        after[key] is before[key] or (is_clear(after[key]) and is_clear(before[key]) and after[key] == before[key])
        for key in ("initiator_groups", "target_group", "lu_number")
    )
    return {} if same else {"lu_numbers": None}


def _refuse_shrink(change: Change) -> None:
    size = change.changes.get("size")
    if size is None or change.current is None:
        return
    if change.current["size"] is None:
        raise NotUnderstood(f"the appliance does not report the size of {change.label}, so that it cannot be changed")
    if size < change.current["size"] and not change.allowed.get("allow_shrink"):
        raise PlanRefused(
            f"{change.label} has {format_size(change.current['size'])}, and {format_size(size)} would truncate it",
            advice="leave size as it is, or set allow_shrink to true if its data ends before that",
        )


def _refuse_part_of_a_block(change: Change) -> None:
    size, block = change.changes.get("size"), clear(change.after["volblocksize"])
    if size and block and size % block:
        below = size - size % block
        choice = " or ".join(format_size(one) for one in (below, below + block) if one)
        raise PlanRefused(
            f"size of {change.label} cannot be {format_size(size)}: it is no multiple of its volblocksize, "
            f"{format_size(block)}",
            advice=f"give {choice}",
        )


def _named_by(change: Change) -> Iterable[Precondition]:
    """What a LUN names already, and what must be there so that it can be presented again to groups that do not see it."""
    after = change.after
    current = {**(change.current or {}), "status": after["status"]}
    # A precondition says why an appliance refuses. Where nobody can tell, the appliance alone does.
    told = change.current and all(is_clear(current[key]) for key in ("status", "initiator_groups", "lu_numbers"))
    unseen = unseen_groups(current) if told else ()
    again = tuple(group for group in unseen if group in after["initiator_groups"])
    if again and is_clear(after["target_group"]):
        yield ReferenceExists(INITIATOR_GROUPS_OF_LUN, again)
        if after["target_group"]:
            yield ReferenceExists(_TARGET_GROUPS, (after["target_group"],))


def _preconditions(change: Change) -> Iterable[Precondition]:
    """What must hold so that a LUN can go, or have its size and its LU numbers."""
    if change.verb == DESTROY:
        refuse_protected(change)
        return
    _refuse_shrink(change)
    _refuse_part_of_a_block(change)
    changes, after = change.changes, change.after
    groups = clear(after["initiator_groups"]) or []
    if "initiator_groups" in changes:
        refuse_several(change.label, groups, change.release)
        yield from _named_by(change)
    growth = changes.get("size", 0) - (clear(change.current["size"]) or 0 if change.current else 0)
    if growth > 0 and after["sparse"] is False:
        yield RoomForLun(after["pool"], after["project"], growth)
    if {"initiator_groups", "target_group", "lu_number"} & set(changes) and groups and is_clear(after["target_group"]):
        number = changes.get("lu_number")
        known = (change.current or {}).get("lu_number")
        # Who sets no number keeps the one that is set, and whether one is, only the LUN itself tells.
        if isinstance(number, int) or (number is None and isinstance(known, int)):
            names = (after["pool"], after["project"], after["name"])
            yield FreeNumber(names, number, tuple(groups), after["target_group"], LUN)


def _reserved(lun: Record) -> dict[str, int]:
    """What a LUN takes for itself before anything is written to it."""
    size = clear(lun["size"]) if clear(lun["sparse"]) is False else None
    return {project_path(lun["pool"], lun["project"]): size or 0}


LUN = Resource(
    kind="lun",
    plural="luns",
    title="LUN",
    collection=f"{PROJECT}/luns",
    scope=("pool", "project"),
    properties=(
        Property("size", "volsize", Size(least=1), decided=True),
        Property(
            "volblocksize",
            "volblocksize",
            BLOCK_SIZE,
            create_only=True,
            decided=True,
            inherits="default_volblocksize",
        ),
        Property("sparse", "sparse", Flag(), inherits="default_sparse", contended=True),
        Property("compression", "compression", COMPRESSION, inherits="compression"),
        Property("checksum", "checksum", CHECKSUM, inherits="checksum"),
        Property("copies", "copies", Whole(1, 3), inherits="copies"),
        Property("dedup", "dedup", Flag(), inherits="dedup"),
        Property("logbias", "logbias", LOGBIAS, inherits="logbias"),
        Property(
            "secondarycache",
            "secondarycache",
            Choice(("all", "metadata", "none")),
            inherits="secondarycache",
        ),
        # A project's own limits are for all of it, so that a new LUN has none (API reference 16.8).
        Property("readlimit", "readlimit", THROUGHPUT, initial=0, since=OS8_8),
        Property("writelimit", "writelimit", THROUGHPUT, initial=0, since=OS8_7),
        Property("writecache", "writecache", Flag(), initial=False),
        Property("nodestroy", "nodestroy", Flag(), initial=False, decided=True),
        Property("status", "status", Choice(("online", "offline")), initial="online", decided=True),
        Property(
            "initiator_groups",
            "initiatorgroup",
            Audience(nobody=MASKED),
            initial=["default"],
            # Left to the appliance, it is seen by every initiator, and a clone by the hosts of its origin.
            given_at_creation=[],
            refers=INITIATOR_GROUPS_OF_LUN,
            fulfilled=_is_seen,
            decided=True,
            contended=True,
        ),
        Property(
            "target_group",
            "targetgroup",
            Name(),
            initial="default",
            refers=_TARGET_GROUPS,
            decided=True,
            contended=True,
        ),
        Property(
            "lu_number",
            "lunumber",
            LuNumber(),
            since=OS8_7,
            formerly="lunnumber",
            initial=AUTO,
            read=_lu_number,
            with_these=("initiator_groups", "target_group"),
            fulfilled=_has_number,
            contended=True,
        ),
        Property(
            "lu_numbers",
            "assignednumber",
            Value(),
            read_only=True,
            read=lu_numbers,
            write=assigned_numbers,
            on_use=True,
        ),
        Property("lunguid", "lunguid", Word(), older=("stmfguid",), read_only=True, decided=True),
        Property("origin", "origin", Value(), read_only=True, read=_origin, on_use=True),
        Property("space_data", "space_data", Amount(), read_only=True, of_content=True),
        Property(
            "space_total", "space_total", Amount(), read_only=True, unsure_after=("size", "sparse"), of_content=True
        ),
        Property("canonical_name", "canonical_name", Value(), read_only=True, unsure_after=("project", "name")),
        Property("creation", "creation", Moment(), read_only=True),
        Property("id", "id", Value(), read_only=True, decided=True),
    ),
    custom=CUSTOM_PROPERTIES,
    required_to_create=("size",),
    preconditions=_preconditions,
    found_where=served_here,
    everywhere=LUNS,
    reserves=_reserved,
    dependents=(Dependents("snapshot", "/snapshots", "snapshots"),),
    # API reference 1.7, 12.14.
    shares_names_with=(SharedNames("filesystem", f"{PROJECT}/filesystems", "filesystem"),),
    older_move=f"{PROJECT}/filesystems",
    settle=_settle,
    unmet=_unseen,
)
