# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts see on either appliance that a LUN would get in the way of when the target presents it."""

from __future__ import annotations

from ...client._client import Client
from ...engine._read import read_list
from ...values._errors import PlanRefused
from ..lun._lu_numbers import FreeNumber
from ..lun._table import LUN
from ..lun._views import LUNS as ALL_LUNS
from ._found import is_seen
from ._judge import MISSING, SOURCE_GONE, THERE, Standing
from ._survey import MigrationRequest, peer_of


def presented_under_another_name(client: Client, request: MigrationRequest, standings: list[Standing]) -> list[str]:
    """Whether the source presents a LUN whose copy is to be presented by the target, under whatever name."""
    guids = {
        str(one.seen.copy.record["lunguid"]): one.seen.goal.label
        for one in standings
        if one.state == SOURCE_GONE and one.seen.copy and one.seen.copy.record["lunguid"]
    }
    if not guids or not request.cutover:
        return []
    there = [LUN.normalise(wire) for wire in read_list(client, ALL_LUNS, LUN.plural)]
    return [
        f"LUN {one['pool']}/{one['project']}/{one['name']} on {request.source_name} is presented to hosts and has the GUID of "
        f"{guids[str(one['lunguid'])]}; take the one that is not wanted offline with zfssa_lun, and remove it from its groups"
        for one in there
        if str(one["lunguid"]) in guids and is_seen(one)
    ]


def taken_number(client: Client, request: MigrationRequest, standing: Standing) -> list[str]:
    """Whether the LU number that somebody has set for the LUN is taken on the target."""
    before, seen = standing.before, standing.seen
    if standing.state in (THERE, SOURCE_GONE, MISSING) or before.setting is None or standing.problems:
        return []
    left = standing.leftover.copy if standing.leftover else None
    there = left or seen.temporary
    at = there.place if there else seen.goal
    groups = tuple(request.groups.get(name, name) for name in before.initiator_groups)
    target_group = request.groups.get(before.target_group, before.target_group)
    try:
        FreeNumber((at.pool, at.project, at.name), before.setting, groups, target_group, LUN)(peer_of(client))
    except PlanRefused as error:
        return [
            f"{error.reason} on {request.target_name}, and {seen.place.label} is known to its hosts by that number; free it there, or "
            "give the LUN another lu_number with zfssa_lun"
        ]
    return []
