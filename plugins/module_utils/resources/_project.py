# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects: API reference 4."""

from __future__ import annotations

from .._errors import PlanRefused
from .._resource import Change, Dependents, Property, Resource
from .._values import Choice, Flag, Size, Value, Whole

COMPRESSION = Choice(("off", "lzjb", "lz4", "gzip-2", "gzip", "gzip-9"))
CHECKSUM = Choice(("fletcher2", "fletcher4", "sha256", "sha256mac"))
LOGBIAS = Choice(("latency", "throughput"))
BLOCK_SIZE = Size(512, 1024**2, power_of_two=True)


def refuse_protected(change: Change) -> None:
    """Guard against the destruction of what has `nodestroy`, which the appliance refuses too (API reference 5.4)."""
    if change.current["nodestroy"]:
        raise PlanRefused(
            f"{change.label} is protected by nodestroy",
            advice="set nodestroy to false in a task of its own first",
        )


PROJECT = Resource(
    kind="project",
    plural="projects",
    title="project",
    collection="/api/storage/v1/pools/{pool}/projects",
    scope=("pool",),
    properties=(
        Property("compression", "compression", COMPRESSION),
        Property("checksum", "checksum", CHECKSUM, initial="fletcher4"),
        Property("logbias", "logbias", LOGBIAS, initial="latency"),
        Property("recordsize", "recordsize", BLOCK_SIZE, initial=128 * 1024),
        Property("default_volblocksize", "default_volblocksize", BLOCK_SIZE, initial=8192),
        Property("default_sparse", "default_sparse", Flag(), initial=False),
        Property("quota", "quota", Size(), initial=0),
        Property("reservation", "reservation", Size(), initial=0),
        Property("nodestroy", "nodestroy", Flag(), initial=False),
        Property("mountpoint", "mountpoint", Value(), read_only=True, unsure_after=("name",)),
        Property("copies", "copies", Whole(1, 3), read_only=True, initial=1),
        Property("dedup", "dedup", Flag(), read_only=True, initial=False),
        Property("secondarycache", "secondarycache", Value(), read_only=True, initial="all"),
        Property("space_available", "space_available", Size(), read_only=True, unsure_after=("quota", "reservation")),
        Property("space_data", "space_data", Size(), read_only=True),
        Property("space_total", "space_total", Size(), read_only=True, unsure_after=("quota", "reservation")),
        Property("canonical_name", "canonical_name", Value(), read_only=True, unsure_after=("name",)),
        Property("creation", "creation", Value(), read_only=True),
        Property("id", "id", Value(), read_only=True),
    ),
    custom=True,
    destroy_guards=(refuse_protected,),
    dependents=(
        Dependents("LUN", "/luns", "luns"),
        Dependents("filesystem", "/filesystems", "filesystems"),
        Dependents("snapshot", "/snapshots", "snapshots"),
    ),
)
