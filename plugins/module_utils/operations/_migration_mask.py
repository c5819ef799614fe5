# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presents a copy to nobody before it is severed, because nobody knows whether a severed LUN is online at once.

Guides and clients show that a replica takes other settings before the sever (API reference 10.4, 14.7), and leave open which.
"""

from __future__ import annotations

from .._apply import apply
from .._client import Client
from .._errors import ApplianceError, PlanRefused
from .._names import segment
from .._plan import Plan, Results, Step, unchanged
from .._resource import Record, Wire
from .._wire import is_clear
from ..resources._lun import LUN
from ..resources._presentation import EVERYTHING
from ._migration_names import told
from ._migration_survey import Wishes, package_path


def plan_masked(peer: Client, wishes: Wishes, action_id: str) -> Plan:
    """Plan that the LUN in a package is presented to nobody.

    Args:
        peer: the client of the target.
        wishes: which LUN it is.
        action_id: the id of the package.

    Raises:
        PlanRefused: there is no such package.
    """
    place = wishes.luns[0]
    path = package_path(peer, action_id)
    if path is None:
        raise PlanRefused(
            f"{wishes.target_name} has no replication package {action_id}", advice="look at both appliances"
        )
    replica = f"{path}/projects/{segment(place.project)}/luns/{segment(place.name)}"
    if _is_masked(_lun_in(_readable(peer, replica))):
        return unchanged(told(masked=True))
    step = Step(
        verb="mask",
        label=f"the copy of {place.label} in replication package {action_id}",
        method="PUT",
        path=replica,
        # Nobody sees it, and it names no group that might not exist here.
        body=LUN.payload({"initiator_groups": [], "target_group": EVERYTHING}, peer.release),
        probe=replica,
        done=lambda body: _is_masked(_lun_in(body)),
    )
    return Plan((step,), told(masked=False), told(masked=True))


def mask(plan: Plan, peer: Client) -> Results:
    """Mask the LUN and look whether it is; an appliance that cannot do it is no failure, the caller has another way."""
    try:
        apply(plan, peer)
    except ApplianceError as error:
        if not 400 <= (error.status or 0) < 500:
            raise
        return told(masked=False, reason=error.reason)
    return told(masked=_is_masked(_lun_in(_readable(peer, plan.steps[0].path))))


def _readable(peer: Client, path: str) -> Wire | None:
    """Read something that an appliance may not show at all (API reference 10.4)."""
    try:
        return peer.get(path)
    except ApplianceError as error:
        if not 400 <= (error.status or 0) < 500:
            raise
        return None


def _lun_in(body: Wire | None) -> Record | None:
    wire = (body or {}).get(LUN.kind)
    return LUN.told(wire) if isinstance(wire, dict) and "initiatorgroup" in wire else None


def _is_masked(record: Record | None) -> bool:
    """Whether nobody sees a LUN; where that cannot be understood, somebody may."""
    return record is not None and is_clear(record["initiator_groups"]) and not record["initiator_groups"]
