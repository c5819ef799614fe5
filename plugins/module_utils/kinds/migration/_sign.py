# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign of a run on the source: left before anything is changed, and removed at every end."""

from __future__ import annotations

from ...engine._plan import Item, all_allowed, unchanged
from ...engine._planner import plan_present, plan_removal
from ...engine._read import Reader, read
from ...engine._resource import Property, Resource
from ...values._errors import ObjectExists, PlanRefused
from ...values._owner import Owner
from ...values._types import Value
from ..project._table import PROJECT
from ..share._dependents import read_dependents
from ._names import Before, Left, Place, Sign, sign_of

_SIGN = Resource(
    kind="project",
    plural="projects",
    title="sign of a migration, project",
    collection=PROJECT.collection,
    scope=PROJECT.scope,
    properties=(Property("mountpoint", "mountpoint", Value()),),
)


def read_sign(reader: Reader, place: Place) -> Sign | None:
    """Read the sign of the run that works on a LUN; `None` when there is none."""
    return Sign.read((read(reader, _SIGN, _identity(place)) or {}).get("mountpoint") or "")


def plan_sign(reader: Reader, place: Place, before: Before, owner: Owner) -> Item:
    """Plan that a LUN has the sign of a run.

    Args:
        reader: of the source.
        place, before: the LUN, and what it was.
        owner: the run.
    """
    identity = _identity(place)
    current = read(reader, _SIGN, identity)
    text = Sign(place, owner, before).text
    return _alone(plan_present(_SIGN, identity, current, {"mountpoint": text}, release=reader.release))


def plan_no_sign(reader: Reader, place: Place, owner: Owner, *, keep: bool = False, left: Left | None = None) -> Item:
    """Plan that a LUN has no sign of this run, or of one that has ended; that of another run stays.

    Args:
        reader, place, owner: as for `plan_sign`.
        keep: whether what the LUN was before stays written down, because a run could not undo all.
        left: what then stays, and is that run's own.

    Raises:
        PlanRefused: somebody has put something into the project.
    """
    identity = _identity(place)
    current = read(reader, _SIGN, identity)
    # One that cannot be understood refuses to be asked whether it is empty: it may be the sign of another run.
    sign = Sign.read((current or {}).get("mountpoint") or "")
    if current is None or sign is None or not (sign.owner == owner or sign.owner.has_ended):
        return unchanged({})
    if keep:
        return _alone(
            plan_present(_SIGN, identity, current, {"mountpoint": sign.ended(left).text}, release=reader.release)
        )
    dependents = read_dependents(reader, PROJECT, identity)
    if dependents:
        raise PlanRefused(
            f"project {place.pool}/{identity['name']}, the sign of a migration, holds {', '.join(map(str, dependents))}",
            advice="move that elsewhere, and destroy the project with zfssa_project",
        )
    return _alone(plan_removal(_SIGN, _SIGN.path(identity), _SIGN.label(identity), current, confirm=all_allowed))


def explained(error: ObjectExists, place: Place) -> PlanRefused:
    """What it means that another run has left its sign in the same moment."""
    return PlanRefused(
        f"another run has just begun to migrate {place.label} ({error.reason})",
        advice="wait for its end, and run the role again",
    )


def _identity(place: Place) -> dict[str, str]:
    return {"pool": place.pool, "name": sign_of(place)}


def _alone(plan: Item) -> Item:
    """The same plan without results of its own: a sign is nobody's project."""
    return Item(tuple(step.giving(lambda _body: {}) for step in plan.steps), {}, {})
