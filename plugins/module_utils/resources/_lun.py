# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs: API reference 5."""

from __future__ import annotations

from typing import Any

from .._errors import PlanRefused
from .._resource import Change, Dependents, Property, Record, Reference, Resource, Rivals, Wire
from .._units import format_size
from .._values import Choice, Flag, Name, Names, Size, Value, Whole
from ._project import BLOCK_SIZE, CHECKSUM, COMPRESSION, LOGBIAS, refuse_protected

# API reference 9.5: a LUN in this group is presented to nobody.
MASKED = "com.sun.ms.vss.hg.maskAll"
AUTO = "auto"
# API reference 14.8.
_HIGHEST_LU_NUMBER = 16383

_GROUPS = Names(nobody=MASKED)
_PROTOCOLS = ("iscsi", "fc", "srp")


def _groups_of(title: str, plural: str) -> Reference:
    lists = tuple(f"/api/san/v1/{protocol}/{plural}" for protocol in _PROTOCOLS)
    return Reference(title, lists, "groups", always=("default",))


class LuNumber(Value):
    """A LU number, or `auto` when the appliance chooses."""

    def from_user(self, option: str, value: Any) -> Any:
        if str(value).strip().lower() == AUTO:
            return AUTO
        try:
            return Whole(0, _HIGHEST_LU_NUMBER).from_user(option, str(value).strip())
        except ValueError:
            raise ValueError(
                f"{option} {value!r} is neither auto nor a number from 0 to {_HIGHEST_LU_NUMBER}"
            ) from None

    def same(self, current: Any, wanted: Any) -> bool:
        # Whatever number the appliance chose is what "auto" asks for.
        return wanted in (AUTO, current)


def lu_numbers(wire: Wire) -> dict[str, int]:
    """The LU number in each initiator group to which the LUN is presented.

    The appliance gives two lists that are aligned by position, or two scalars (API reference 5.2 and 12.1).
    """
    groups = wire.get("initiatorgroup")
    numbers = wire.get("assignednumber")
    groups = [groups] if isinstance(groups, str) else list(groups or [])
    numbers = list(numbers) if isinstance(numbers, list) else [numbers] * len(groups)
    return {
        str(group): int(number)
        for group, number in zip(groups, numbers, strict=False)
        if group and group != MASKED and number not in (None, "") and int(number) >= 0
    }


def _lu_number(wire: Wire) -> int | str:
    numbers = set(lu_numbers(wire).values())
    if len(numbers) == 1:
        return numbers.pop()
    setting = next((wire[name] for name in ("lunumber", "lunnumber") if name in wire), AUTO)
    return int(setting) if str(setting).isdigit() else AUTO


def _origin(wire: Wire) -> dict[str, str] | None:
    origin = wire.get("origin")
    if not isinstance(origin, dict) or not origin.get("snapshot"):
        return None
    return {key: str(origin[key]) for key in ("pool", "project", "share", "snapshot") if key in origin}


def _settle(before: Record | None, after: Record) -> Record:
    """LU numbers follow the groups; a number that the appliance has yet to choose is `None`.

    As in a record that was read, `lu_number` is the number in all groups when there is one, else the setting.
    """
    asked = after["lu_number"]
    known = before["lu_numbers"] if before and before["target_group"] == after["target_group"] else {}
    renumbered = before is None or before["lu_number"] != asked
    fixed = asked if isinstance(asked, int) and renumbered else None
    numbers = {group: known.get(group) if fixed is None else fixed for group in after["initiator_groups"] or []}
    if fixed is None and (numbers or known):
        agreed = set(numbers.values())
        after["lu_number"] = agreed.pop() if len(agreed) == 1 else None
    after["lu_numbers"] = numbers
    return after


def _refuse_shrink(change: Change) -> None:
    size = change.wanted.get("size")
    if size is not None and size < change.current["size"] and not change.allowed.get("allow_shrink"):
        raise PlanRefused(
            f"{change.label} has {format_size(change.current['size'])}, and {format_size(size)} would cut off its end",
            advice="leave size as it is, or set allow_shrink to true if its data ends before that",
        )


LUN = Resource(
    kind="lun",
    plural="luns",
    title="LUN",
    collection="/api/storage/v1/pools/{pool}/projects/{project}/luns",
    scope=("pool", "project"),
    properties=(
        Property("size", "volsize", Size(least=1)),
        Property(
            "volblocksize",
            "volblocksize",
            BLOCK_SIZE,
            create_only=True,
            inherits="default_volblocksize",
        ),
        Property("sparse", "sparse", Flag(), inherits="default_sparse"),
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
        Property("writecache", "writecache", Flag(), initial=False),
        Property("nodestroy", "nodestroy", Flag(), initial=False),
        Property("status", "status", Choice(("online", "offline")), initial="online"),
        Property(
            "initiator_groups",
            "initiatorgroup",
            _GROUPS,
            initial=["default"],
            refers=_groups_of("initiator group", "initiator-groups"),
        ),
        Property(
            "target_group",
            "targetgroup",
            Name(),
            initial="default",
            refers=_groups_of("target group", "target-groups"),
        ),
        Property(
            "lu_number",
            "lunumber",
            LuNumber(),
            formerly=("lunnumber", "lunumber_spelling"),
            initial=AUTO,
            read=_lu_number,
            with_these=("initiator_groups", "target_group"),
        ),
        Property("lu_numbers", "assignednumber", Value(), read_only=True, read=lu_numbers),
        Property("lunguid", "lunguid", Value(), older=("stmfguid",), read_only=True),
        Property("origin", "origin", Value(), read_only=True, read=_origin),
        Property("space_data", "space_data", Size(), read_only=True),
        Property("space_total", "space_total", Size(), read_only=True, unsure_after=("size", "sparse")),
        Property("canonical_name", "canonical_name", Value(), read_only=True, unsure_after=("project", "name")),
        Property("creation", "creation", Value(), read_only=True),
        Property("id", "id", Value(), read_only=True),
    ),
    custom=True,
    required_to_create=("size",),
    guards=(_refuse_shrink,),
    destroy_guards=(refuse_protected,),
    dependents=(Dependents("snapshot", "/snapshots", "snapshots"),),
    # API reference 1.7, 12.14.
    rivals=Rivals("filesystem", "/api/storage/v1/pools/{pool}/projects/{project}/filesystems", "filesystem"),
    older_move="/api/storage/v1/pools/{pool}/projects/{project}/filesystems",
    settle=_settle,
)
