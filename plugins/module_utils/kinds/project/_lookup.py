# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, and shares in them, that must be there."""

from __future__ import annotations

from ...engine._read import names_in, read, read_list
from ...engine._types import Pages, Record
from ...values._errors import Absent, PlanRefused
from ...values._names import segment
from ..pool._pools import POOLS, project_path, require_pool, share_label
from ._table import PROJECT


def explain_missing_project(reader: Pages, pool: str, project: str) -> PlanRefused:
    """Make the refusal for a project that does not exist, with the names of those that do."""
    require_pool(reader, pool)
    names = names_in(read_list(reader, f"{POOLS}/{segment(pool)}/projects", "projects"))
    return Absent(
        f"project {pool}/{project} does not exist",
        advice=f"create it with zfssa_project, or use one of pool {pool}: {names}",
    )


def require_project(reader: Pages, pool: str, project: str) -> Record:
    """Read a project that must be there.

    Raises:
        PlanRefused: it does not exist; the message names those that do.
    """
    record = read(reader, PROJECT, {"pool": pool, "name": project})
    if record is None:
        raise explain_missing_project(reader, pool, project)
    return record


def explain_missing_share(reader: Pages, kind: str, pool: str, project: str, name: str) -> PlanRefused:
    """Make the refusal for a LUN or filesystem that does not exist, with the names of those that do.

    Args:
        kind: `lun` or `filesystem`.
    """
    path = project_path(pool, project)
    if reader.get(path) is None:
        missing = explain_missing_project(reader, pool, project)
        missing.about("project")
        return missing
    names = names_in(read_list(reader, f"{path}/{kind}s", f"{kind}s"))
    return Absent(
        f"{share_label(kind, pool, project, name)} does not exist",
        advice=f"use one of project {pool}/{project}: {names}",
    )
