# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects: API reference 4."""

from __future__ import annotations

from collections.abc import Iterable

from ...engine._relations import DESTROY, Change, Dependents, Precondition
from ...engine._resource import Property, Resource
from ...values._errors import PlanRefused
from ...values._release import OS8_8
from ...values._types import Amount, Choice, Flag, Limit, Moment, Size, Throughput, Value, Whole, Word
from ...values._units import format_size
from ...values._wire import clear
from ..pool._pools import POOLS, STORAGE, served_here
from ..schema._table import CUSTOM_PROPERTIES
from ._capacity import RoomForReservation, UsageWithinQuota, held_back

COMPRESSION = Choice(("off", "lzjb", "lz4", "gzip-2", "gzip", "gzip-9"), newer=("lz4",))
CHECKSUM = Choice(("fletcher2", "fletcher4", "sha256", "sha256mac"), newer=("sha256mac",))
LOGBIAS = Choice(("latency", "throughput"))
BLOCK_SIZE = Size(512, 1024**2, power_of_two=True)


THROUGHPUT = Throughput()


def refuse_protected(change: Change) -> None:
    """Refuse to destroy what has `nodestroy`, as the appliance does (API reference 5.4)."""
    if change.current and change.current["nodestroy"]:
        raise PlanRefused(
            f"{change.label} is protected by nodestroy",
            advice="set nodestroy to false in a task of its own first",
        )


def _preconditions(change: Change) -> Iterable[Precondition]:
    """What must hold so that a project can go, or have its quota and its reservation."""
    if change.verb == DESTROY:
        refuse_protected(change)
        return
    changes, after = change.changes, change.after
    quota, reservation = changes.get("quota"), changes.get("reservation")
    limit = clear(after["quota"])
    if reservation and limit and reservation > limit:
        raise PlanRefused(
            f"{change.label} cannot reserve {format_size(reservation)}, which is more than its quota, "
            f"{format_size(limit)}",
            advice="choose a smaller reservation, or a larger quota",
        )
    if change.current is not None and quota:
        yield UsageWithinQuota(after["pool"], after["name"], quota)
    if reservation:
        taken = (change.current or {}).get("space_total") or 0
        yield RoomForReservation(after["pool"], reservation - taken)


PROJECT = Resource(
    kind="project",
    plural="projects",
    title="project",
    collection=f"{POOLS}/{{pool}}/projects",
    scope=("pool",),
    properties=(
        Property("compression", "compression", COMPRESSION),
        Property("checksum", "checksum", CHECKSUM, initial="fletcher4"),
        Property("logbias", "logbias", LOGBIAS, initial="latency"),
        Property("recordsize", "recordsize", BLOCK_SIZE, initial=128 * 1024),
        Property("default_volblocksize", "default_volblocksize", BLOCK_SIZE, initial=8192),
        Property("default_sparse", "default_sparse", Flag(), initial=False),
        Property("quota", "quota", Limit(), initial=0, contended=True),
        Property("reservation", "reservation", Size(), initial=0, contended=True),
        Property("readlimit", "readlimit", THROUGHPUT, initial=0, since=OS8_8),
        Property("writelimit", "writelimit", THROUGHPUT, initial=0, since=OS8_8),
        Property("nodestroy", "nodestroy", Flag(), initial=False, decided=True),
        Property("mountpoint", "mountpoint", Value(), read_only=True, unsure_after=("name",)),
        Property("copies", "copies", Whole(1, 3), read_only=True, initial=1),
        Property("dedup", "dedup", Flag(), read_only=True, initial=False),
        Property("secondarycache", "secondarycache", Word(), read_only=True, initial="all"),
        Property(
            "space_available",
            "space_available",
            Amount(),
            read_only=True,
            unsure_after=("quota", "reservation"),
            of_content=True,
        ),
        Property("space_data", "space_data", Amount(), read_only=True, of_content=True),
        Property(
            "space_total",
            "space_total",
            Amount(),
            read_only=True,
            unsure_after=("quota", "reservation"),
            of_content=True,
        ),
        Property("canonical_name", "canonical_name", Value(), read_only=True, unsure_after=("name",)),
        Property("creation", "creation", Moment(), read_only=True),
        Property("id", "id", Value(), read_only=True, decided=True),
    ),
    custom=CUSTOM_PROPERTIES,
    found_where=served_here,
    everywhere=f"{STORAGE}/projects",
    built_in=("default",),
    preconditions=_preconditions,
    holds_back=held_back,
    dependents=(
        Dependents("LUN", "/luns", "luns"),
        Dependents("filesystem", "/filesystems", "filesystems"),
        Dependents("snapshot", "/snapshots", "snapshots"),
    ),
)
