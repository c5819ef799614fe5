# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presents a copy to nobody before it is severed, because nobody knows whether a severed LUN is online at once; and undoes that.

Guides and clients show that a replica takes other settings before the sever (API reference 10.4, 14.7), and leave open which.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client._client import Client
from ...engine._apply import apply
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, unchanged
from ...engine._types import Record, Results
from ...values._errors import ApplianceError, InvalidInput, NotAuthorized, PlanRefused
from ...values._names import segment, shown
from ...values._wire import Wire, is_clear
from ..lun._table import LUN
from ..san._protocols import EVERYTHING
from ._names import Place, told
from ._survey import MigrationRequest, package_path


def plan_masked(peer: Client, request: MigrationRequest, action_id: str) -> Item:
    """Plan that the LUN in a package is presented to nobody.

    Args:
        peer: the client of the target.
        request: which LUN it is.
        action_id: the id of the package.

    Raises:
        PlanRefused: there is no such package.
    """
    place = request.luns[0]
    path = package_path(peer, action_id)
    if path is None:
        raise PlanRefused(
            f"{request.target_name} has no replication package {action_id}", advice="look at both appliances"
        )
    replica = _path_in(path, place)
    found = _lun_in(_readable(peer, replica))
    if _is_masked(found):
        return unchanged(told(masked=True))
    step = Step(
        verb="mask",
        label=_label(place, action_id),
        method="PUT",
        path=replica,
        body=LUN.payload({"initiator_groups": [], "target_group": EVERYTHING}, peer.release),
        outcome=Seen(probe=replica, done=lambda body: _is_masked(_lun_in(body))),
    )
    return Item((step,), told(masked=False), told(masked=True, replica=_presentation(found)))


def plan_unmasked(peer: Client, request: MigrationRequest, action_id: str, replica: Mapping[str, Any]) -> Item:
    """Plan that the LUN in a package is again in the groups that it was in; nothing where the package is gone.

    Args:
        peer, request, action_id: as for `plan_masked`.
        replica: what the plan to mask it has told of it.
    """
    place, wanted = request.luns[0], _given(replica)
    path = package_path(peer, action_id)
    if path is None:
        return unchanged(told(masked=None))
    lun = _path_in(path, place)
    if _presentation(_lun_in(_readable(peer, lun))) == wanted:
        return unchanged(told(masked=False))
    step = Step(
        verb="unmask",
        label=_label(place, action_id),
        method="PUT",
        path=lun,
        body=LUN.payload(wanted, peer.release),
        outcome=Seen(probe=lun, done=lambda body: _presentation(_lun_in(body)) == wanted),
    )
    return Item((step,), told(masked=True), told(masked=False))


def unmask(plan: Item, peer: Client, request: MigrationRequest, replica: Mapping[str, Any]) -> Results:
    """Give the LUN in a package its groups back.

    Raises:
        InvalidInput: `replica` is not what the plan to mask has told.
        PlanRefused: the appliance does not do it; the sentence says what is left to do.
        ZfssaError: nobody knows whether it did.
    """
    try:
        apply(plan, peer)
    except ApplianceError as error:
        was = _given(replica)
        # What an account lacks it lacks for the next run as well.
        also = f"; {error.advice}" if isinstance(error, NotAuthorized) else ""
        raise PlanRefused(
            f"{plan.steps[0].label} on {request.target_name} stays presented to nobody ({error.reason})",
            advice=f"before that package is severed or reversed, present it there to {shown(was['initiator_groups'])} through target "
            f"group {was['target_group']}, as it was{also}",
        ) from None
    return plan.after


def mask(plan: Item, peer: Client) -> Results:
    """Mask the LUN and look whether it is; an appliance that cannot do it is no failure, the caller has another way."""
    try:
        apply(plan, peer)
    except ApplianceError as error:
        if not 400 <= (error.status or 0) < 500:
            raise
        return told(masked=False, reason=error.reason)
    masked = _is_masked(_lun_in(_readable(peer, plan.steps[0].path)))
    return told(masked=masked, replica=plan.after["migration"]["replica"])


def _path_in(package: str, place: Place) -> str:
    return f"{package}/projects/{segment(place.project)}/luns/{segment(place.name)}"


def _label(place: Place, action_id: str) -> str:
    return f"the copy of {place.label} in replication package {action_id}"


def _presentation(record: Record | None) -> Record | None:
    """Who sees a LUN; `None` where that cannot be told."""
    if record is None or not all(is_clear(record[key]) for key in ("initiator_groups", "target_group")):
        return None
    return _sorted({key: record[key] for key in ("initiator_groups", "target_group")})


def _given(replica: Mapping[str, Any]) -> Record:
    try:
        given = _sorted(replica)
    except (KeyError, TypeError):
        given = {}
    groups = replica.get("initiator_groups")
    if not (given and isinstance(groups, list) and groups and all(isinstance(name, str) for name in groups)):
        raise InvalidInput(
            f"replica {dict(replica)!r} is not a possible state of a LUN",
            advice="give what state=copy_masked returned, as it is",
        )
    return given


def _sorted(presentation: Mapping[str, Any]) -> Record:
    return {
        "initiator_groups": sorted(presentation["initiator_groups"]),
        "target_group": presentation["target_group"] or EVERYTHING,
    }


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
