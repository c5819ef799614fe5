# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the pool and the project are there in which `zfssa_info` found nothing: a mistyped name must not look like an empty one."""

from __future__ import annotations

from ..engine._read import Reader, names_in, read_list
from ..kinds.pool._pools import POOLS, STORAGE, project_path, require_any_pool, require_pool
from ..values._errors import Absent, NotUnderstood, PlanRefused
from ..values._names import segment
from ._info_filter import Filter

# The subsets of what is in projects.
IN_PROJECTS = frozenset(
    ("projects", "luns", "manageable", "filesystems", "snapshots", "replication_actions", "inherited_replication")
)
_PATTERNS = "a pattern, such as {}*, may match nothing"


def require_place(reader: Reader, wanted: Filter) -> None:
    """Find out that the pool and the project are there that are given by name; patterns may match nothing.

    Raises:
        PlanRefused: one of them does not exist, or the other node of the cluster serves the pool.
    """
    if wanted.literal("pool") and wanted.literal("project"):
        if reader.get(project_path(wanted.pool, wanted.project)) is None:
            _require_pool(reader, str(wanted.pool))
            raise _missing(reader, wanted)
    elif wanted.literal("pool"):
        _require_pool(reader, str(wanted.pool))
    elif wanted.literal("project"):
        projects = read_list(reader, f"{STORAGE}/projects", "projects")
        if not any(wanted.passes(pool=wire.get("pool"), project=wire.get("name")) for wire in projects):
            require_any_pool(reader)
            raise _missing(reader, wanted)


def _require_pool(reader: Reader, pool: str) -> None:
    try:
        require_pool(reader, pool)
    except NotUnderstood:
        # Whose the pool is nobody can tell, and here nothing is decided on it.
        pass


def _missing(reader: Reader, wanted: Filter) -> PlanRefused:
    """Make the refusal of a project that does not exist, with the names of those that do."""
    pool = wanted.pool if wanted.literal("pool") else None
    path = f"{POOLS}/{segment(pool)}/projects" if pool else f"{STORAGE}/projects"
    names = names_in(read_list(reader, path, "projects"))
    where = f"{pool}/" if pool else ""
    within = f" in pools {wanted.pool}" if wanted.pool and not pool else ""
    return Absent(
        f"project {where}{wanted.project} does not exist{within}",
        advice=f"use one of the projects there: {names}; or {_PATTERNS.format(wanted.project)}",
    )
