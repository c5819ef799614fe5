# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_lun_migration`: looks at a migration, and does those of its acts that must look at both appliances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...client._client import Client
from ...engine._apply import apply
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, unchanged
from ...engine._planner import plan_present, plan_rename
from ...engine._types import Record, Results
from ...values._errors import InvalidInput, ObjectExists, PlanRefused, ZfssaError
from ...values._names import check_name, shown
from ...values._types import SortedNames
from ..lun._table import LUN
from ..replication._replicated import read_replications
from ._capacity import capacity_problems
from ._compare import differences, unnumbered
from ._destroy import Removal, destroy, stands
from ._found import FoundLun, find_now
from ._groups import grown
from ._hosts import presented_under_another_name, taken_number
from ._judge import (
    SOURCE_GONE,
    THERE,
    Standing,
    has_clones,
    holds,
    judge,
)
from ._mask import mask, plan_masked, plan_unmasked, unmask
from ._names import Before, Left, Place, told
from ._shared import sentences
from ._sign import explained, plan_no_sign, plan_sign, read_sign
from ._survey import MigrationRequest, peer_of, read_lun, read_source_side, read_target_side

SURVEYED, CLAIMED, RELEASED = "surveyed", "claimed", "released"
COPY_MASKED, COPY_UNMASKED, VERIFIED, RESTORED = "copy_masked", "copy_unmasked", "verified", "restored"
SOURCE_DESTROYED, COPY_DESTROYED = "source_destroyed", "copy_destroyed"


def plan_migration(client: Client, options: Mapping[str, Any]) -> Item:
    """Plan what `state` asks for; see the module's documentation.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: something stands in the way; the sentence names all that does.
    """
    request = MigrationRequest.of(options)
    if not request.luns:
        raise InvalidInput("luns is empty", advice="name the LUNs")
    state = options["state"]
    if state != SURVEYED and len(request.luns) > 1:
        raise InvalidInput(f"state={state} is for one LUN", advice="name one in luns")
    return _PLANS[state](client, request, options)


def act_on_migration(plan: Item, client: Client, options: Mapping[str, Any]) -> Results:
    """Do what is planned. What destroys a LUN goes its own way, because it looks at both sides between its steps."""
    state, request = options["state"], MigrationRequest.of(options)
    if not plan.steps:
        return plan.after
    if isinstance(plan, _Destruction):
        destroy(plan.removal)
        return plan.after
    if state == COPY_MASKED:
        return mask(plan, peer_of(client))
    if state == COPY_UNMASKED:
        return unmask(plan, peer_of(client), request, options["replica"])
    if state == RESTORED:
        return _restore(plan, client, request, options)
    return _claim(plan, client, request)


# Where LUNs stand


def _survey(client: Client, request: MigrationRequest) -> list[Standing]:
    source = read_source_side(client, request)
    target = read_target_side(peer_of(client), request, source)
    standings = []
    for number in range(len(request.luns)):
        standing = judge(read_lun(client, request, number, source, target), request, source, target)
        taken = taken_number(client, request, standing)
        standings.append(replace(standing, problems=(*standing.problems, *taken)))
    problems = sentences(problem for standing in standings for problem in standing.problems)
    problems += presented_under_another_name(client, request, standings)
    problems += capacity_problems(standings, request, target)
    if problems:
        raise PlanRefused("; ".join(problems), advice="")
    return standings


def _plan_surveyed(client: Client, request: MigrationRequest, _options: Mapping[str, Any]) -> Item:
    standings = _survey(client, request)
    return replace(unchanged(_survey_results(standings)), warnings=_warnings(standings))


def _survey_results(standings: list[Standing]) -> Results:
    return told(luns=[standing.facts() for standing in standings])


def _warnings(standings: list[Standing]) -> tuple[str, ...]:
    return tuple(sentences(warning for standing in standings for warning in standing.warnings))


def _plan_claimed(client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Item:
    (standing,) = _survey(client, request)
    results, seen = _survey_results([standing]), standing.seen
    steps: list[tuple[Client, Step]] = []
    if standing.state not in (THERE, SOURCE_GONE):
        steps += [(client, step) for step in plan_sign(client, seen.place, standing.before, request.owner).steps]
    left = standing.leftover.copy if standing.leftover else None
    copies = [(peer_of(client), found) for found in (seen.copy, seen.temporary, left)]
    for side, found in ((client, seen.lun), *copies):
        if found is not None and found.removal_name is not None:
            steps += [(side, step) for step in _returned(side, found)]
    sides = tuple(side for side, _step in steps)
    plan = tuple(step for _side, step in steps)
    warnings = () if options["warned"] else _warnings([standing])
    return _Claim(plan, results, results, warnings=warnings, sides=sides)


@dataclass(frozen=True)
class _Claim(Item):
    """A plan whose steps are not all on the source.

    Attributes:
        sides: the client for each step.
    """

    sides: tuple[Client, ...] = field(default=(), kw_only=True)


def _returned(side: Client, found: FoundLun) -> tuple[Step, ...]:
    """The step that gives a LUN its name back which a run had taken from it and did not come to destroy."""
    marked = found.place.named(str(found.removal_name))
    current = {**found.record, "name": marked.name}
    plan = plan_rename(unchanged({LUN.kind: current}), LUN, marked.identity, found.place.identity, side.release)
    return tuple(replace(step, verb="give back", preconditions=()).giving(lambda _body: {}) for step in plan.steps)


def _claim(plan: Item, client: Client, request: MigrationRequest) -> Results:
    """Leave the sign on the source, or take it away, and give names back on the side that has them."""
    sides = plan.sides if isinstance(plan, _Claim) else (client,) * len(plan.steps)
    for side, step in zip(sides, plan.steps, strict=True):
        try:
            apply(Item((step,), {}, {}), side)
        except ObjectExists as error:
            if step.verb == "give back":
                raise
            raise explained(error, request.luns[0]) from None
    return plan.after


def _plan_released(client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Item:
    left = Left(request.owner.controller, _action_id(options)) if options.get("action_id") else None
    plan = plan_no_sign(client, request.luns[0], request.owner, keep=options["keep"], left=left)
    return replace(plan, before=told(), after=told())


# The copy in its place


def _both(client: Client, request: MigrationRequest, lun: FoundLun | None = None) -> tuple[FoundLun, FoundLun]:
    """The LUN and its copy as they stand now.

    Args:
        lun: the LUN, where it has just been read.

    Raises:
        PlanRefused: one of them is not there, or nothing proves that the one is a copy of the other.
    """
    place, goal = request.luns[0], request.goals[0]
    lun, copy = lun or find_now(client, place), find_now(peer_of(client), goal)
    for found, label, where in ((lun, place.label, request.source_name), (copy, goal.label, request.target_name)):
        if found is None or found.removal_name is not None:
            there = "" if found is None else f", where another run has renamed it to {found.removal_name} to destroy it"
            raise PlanRefused(f"{label} is not on {where}{there}", advice="look at both appliances")
    if lun is None or copy is None or not copy.is_kin(lun):
        raise PlanRefused(
            f"nothing proves that {goal.label} on {request.target_name} is a copy of {place.label}: they have different GUIDs and no marker "
            "in common",
            advice="look at both appliances",
        )
    return lun, copy


def _plan_verified(client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Item:
    """Compare the hidden copy with its source, and who would see it with who saw that."""
    lun, copy = _both(client, request)
    before = _before_of(options)
    wrong = differences(lun.record, copy.record, before, request.groups)
    missing = sorted(lun.names_of_snapshots - copy.names_of_snapshots)
    if missing:
        wrong.append(f"it lacks the snapshots {shown(missing)}")
    without = unnumbered(copy.record, bool(lun.record["lu_numbers"]))
    if without:
        wrong.append(
            f"it has no LU number in the groups {shown(without)}, where the one of {lun.place.label} may be taken"
        )
    if lun.markers.isdisjoint(copy.markers):
        wrong.append("it lacks the marker of the migration, so that nothing proves that it has the last update")
    if copy.is_seen:
        wrong.append("hosts can see it already")
    if lun.is_seen:
        wrong.append(f"hosts can see {lun.place.label} on {request.source_name} again, so that the copy may be older")
    problems = [f"the copy {copy.place.label} is not as its source: {'; '.join(wrong)}"] if wrong else []
    # The source is presented again when this is refused; later there is no way back.
    problems += grown(client, request, before, options["targets"])
    if problems:
        raise PlanRefused("; ".join(problems), advice="")
    return unchanged(told(lun=lun.record, target_lun=copy.record))


def _before_of(options: Mapping[str, Any]) -> Before:
    given = options.get("before")
    if not given:
        raise InvalidInput(f"state={options['state']} needs before", advice="give what state=claimed returned")
    try:
        return Before.of(given)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidInput(
            f"before {given!r} is not a possible state of a LUN", advice="give what state=claimed returned, as it is"
        ) from None


# The end of one of the two


def _plan_source_destroyed(client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Item:
    before, peer = _before_of(options), peer_of(client)
    there = find_now(client, request.luns[0])
    if there is None:
        return _plan_destroyed(None)
    lun, copy = _both(client, request, there)

    def survives() -> str | None:
        return stands(peer, copy, beside=request.target_name)

    def unfit(current: FoundLun) -> str | None:
        now = find_now(peer, copy.place)
        if now is None:
            return f"{copy.place.label} is not on {request.target_name} any more"
        return _unfit_source(current, now, before) or _still_replicated(client, current, request)

    objection = _unfit_source(lun, copy, before) or _still_replicated(client, lun, request)
    return _plan_destroyed(Removal(client, lun, request.source_name, survives, unfit, objection))


def _unfit_source(lun: FoundLun, copy: FoundLun, before: Before) -> str | None:
    """Why a LUN may not be destroyed although its copy stands: what has come about since the copy was verified."""
    if lun.markers.isdisjoint(copy.markers):
        return f"its copy {copy.place.label} lacks the marker of the migration, so that nothing proves that it has the last update"
    groups = lun.record["initiator_groups"]
    if groups and groups != sorted(before.initiator_groups):
        return f"it is presented to {shown(groups)} by now instead of {shown(before.initiator_groups) or 'nobody'}"
    for key in ("size", "volblocksize"):
        if lun.record[key] != copy.record[key]:
            return f"its {key} is {lun.record[key]} now, and that of the copy {copy.record[key]}"
    if lun.is_seen:
        return "hosts can see it again, so that they may have written to it"
    if lun.record["nodestroy"]:
        return "it is protected by nodestroy"
    cloned = [str(wire.get("name")) for wire in lun.snapshots if has_clones(wire)]
    if cloned:
        return f"something has been cloned from its snapshots ({shown(cloned)}), and would be destroyed with it"
    held = [str(wire.get("name")) for wire in lun.snapshots if holds(wire)]
    if held:
        return f"its snapshots {shown(held)} are under a retention hold"
    missing = sorted(lun.names_of_snapshots - copy.names_of_snapshots)
    if missing:
        return f"its snapshots {shown(missing)} are not on the copy"
    return None


def _still_replicated(client: Client, lun: FoundLun, request: MigrationRequest) -> str | None:
    if request.end_other:
        return None
    name = lun.removal_name or lun.place.name
    found = read_replications(client, lun.place.pool, lun.place.project, name)
    return f"it has {shown(found)} by now, which would end" if found else None


def _plan_copy_destroyed(client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Item:
    """Plan for the copy at its goal, or in the project that the sever made; a LUN of that name that is no copy is none."""
    peer, place, goal = peer_of(client), request.luns[0], request.goals[0]
    severed_into = options.get("copy_project")
    at = Place(goal.pool, check_name("copy_project", severed_into), goal.name) if severed_into else goal
    copy = find_now(peer, at)
    if copy is None:
        return _plan_destroyed(None)
    lun = find_now(client, place)
    if lun is None or lun.removal_name is not None:
        why = "" if lun is None else f" under its name: another run has renamed it to {lun.removal_name} to destroy it"
        raise PlanRefused(f"{place.label} was not found on {request.source_name}{why}, so its copy is kept", advice="")
    # What is in the project that bears the action's id came out of its package.
    if not copy.is_kin(lun) and severed_into is None:
        return _plan_destroyed(None)

    def unfit(current: FoundLun) -> str | None:
        if current.is_seen:
            return "it is presented to hosts, which may have written to it"
        cloned = [str(wire.get("name")) for wire in current.snapshots if has_clones(wire)]
        return f"something has been cloned from its snapshots ({shown(cloned)})" if cloned else None

    survives = partial(stands, client, lun, beside=request.source_name)
    return _plan_destroyed(Removal(peer, copy, request.target_name, survives, unfit, unfit(copy)))


@dataclass(frozen=True)
class _Destruction(Item):
    """A plan that looks at both sides between its steps.

    Attributes:
        removal: what is destroyed, and what must hold for that.
    """

    removal: Removal = field(kw_only=True)


def _plan_destroyed(found: Removal | None) -> Item:
    """Predict the end of a LUN; what speaks against it is looked for once more right before the act.

    Raises:
        PlanRefused: something speaks against it already.
    """
    gone = told(destroyed=found.lun.place.label if found else None)
    if found is None:
        return unchanged(gone)
    if found.objection is not None:
        raise PlanRefused(f"{found.lun.place.label} on {found.where} is not destroyed: {found.objection}", advice="")
    path = LUN.path(found.lun.place.identity)
    step = Step(
        verb="destroy",
        label=found.lun.place.label,
        method="DELETE",
        path=path,
        body=None,
        outcome=Seen(probe=path, done=lambda body: body is None),
    )
    return _Destruction((step,), told(), gone, removal=found)


# Back to the source


def _plan_restored(client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Item:
    """Plan that the source is presented as it was, once its copy is proved gone or hidden."""
    place, before = request.luns[0], _before_of(options)
    lun = find_now(client, place)
    if lun is None:
        raise PlanRefused(f"{place.label} is not on {request.source_name}", advice="look at both appliances")
    if not _is_undisturbed(client, request) or options["was_severed"]:
        _refuse_seen_copy(client, request, lun, options)
    wanted: Record = {
        "status": before.status,
        "initiator_groups": SortedNames(before.initiator_groups),
        "target_group": before.target_group,
    }
    if before.setting is not None and lun.record["initiator_groups"] != wanted["initiator_groups"]:
        wanted["lu_number"] = before.setting
    plan = plan_present(LUN, place.identity, lun.record, wanted, release=client.release)
    steps = _returned(client, lun) if lun.removal_name else ()
    return replace(
        plan,
        steps=(*steps, *plan.steps),
        before=told(lun=lun.record),
        after=told(lun=plan.after[LUN.kind]),
    )


def _is_undisturbed(client: Client, request: MigrationRequest) -> bool:
    """Whether the LUN still has the sign of this run, so that nobody else has gone on with it.

    Raises:
        PlanRefused: another run has taken it over.
    """
    place = request.luns[0]
    sign = read_sign(client, place)
    if sign is not None and sign.owner != request.owner and not sign.owner.has_ended:
        raise PlanRefused(
            f"{place.label} stays as it is, because {sign.owner} has taken over its migration",
            advice="wait for its end, and look at both appliances",
        )
    return sign is not None and sign.owner == request.owner


def _refuse_seen_copy(client: Client, request: MigrationRequest, lun: FoundLun, options: Mapping[str, Any]) -> None:
    """Refuse two LUNs of one content that hosts see at the same time.

    Raises:
        PlanRefused: a copy can be seen, or could not be looked for.
    """
    peer, goal = peer_of(client), request.goals[0]
    places = [goal]
    if options.get("action_id"):
        places.append(Place(goal.pool, _action_id(options), goal.name))
    for place in places:
        try:
            copy = find_now(peer, place)
        except ZfssaError as error:
            raise PlanRefused(
                f"{lun.place.label} stays as it is, because it could not be determined whether its copy is hidden ({error.reason})",
                advice=f"look at {request.target_name}, and run the role again",
            ) from None
        if copy is not None and copy.is_seen and (copy.is_kin(lun) or place != goal):
            raise PlanRefused(
                f"{lun.place.label} stays as it is, because its copy {copy.place.label} is presented by {request.target_name}",
                advice="take the copy offline with zfssa_lun if no host has written to it, and run the role again",
            )


def _restore(plan: Item, client: Client, request: MigrationRequest, options: Mapping[str, Any]) -> Results:
    """Present the source, and see to it that hosts find it under the numbers that they know."""
    results = apply(replace(plan, before={}, after={}), client)
    place, before = request.luns[0], _before_of(options)
    record = results.get(LUN.kind) or plan.after["migration"]["lun"]
    known = {group: number for group, number in before.numbers.items() if group in record["lu_numbers"]}
    if before.is_seen and known and known != {group: record["lu_numbers"][group] for group in known}:
        number = next(iter(set(known.values()))) if len(set(known.values())) == 1 else None
        if number is None:
            raise PlanRefused(
                f"{place.label} is online on {request.source_name} again, but under other LU numbers than before: "
                f"{record['lu_numbers']} instead of {known}",
                advice="rescan for it on its hosts",
            )
        again = plan_present(LUN, place.identity, record, {"lu_number": number}, release=client.release)
        record = apply(again, client)[LUN.kind]
    return told(lun=record)


def _action_id(options: Mapping[str, Any]) -> str:
    if not options.get("action_id"):
        raise InvalidInput(f"state={options['state']} needs action_id", advice="give the id of the replication action")
    return check_name("action_id", options["action_id"])


_PLANS: dict[str, Callable[[Client, MigrationRequest, Mapping[str, Any]], Item]] = {
    SURVEYED: _plan_surveyed,
    CLAIMED: _plan_claimed,
    RELEASED: _plan_released,
    COPY_MASKED: lambda client, request, options: plan_masked(peer_of(client), request, _action_id(options)),
    COPY_UNMASKED: lambda client, request, options: plan_unmasked(
        peer_of(client), request, _action_id(options), options["replica"] or {}
    ),
    VERIFIED: _plan_verified,
    SOURCE_DESTROYED: _plan_source_destroyed,
    COPY_DESTROYED: _plan_copy_destroyed,
    RESTORED: _plan_restored,
}
STATES = tuple(_PLANS)
