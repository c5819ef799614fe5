# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a LUN stands between two appliances, and what stands in the way of its migration; nothing here does I/O.

The appliances themselves tell where a LUN stands. That a LUN of the target is the copy of one of the source is proved by
the package, the GUID or the marker, and never taken for granted because of its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...values._errors import NotUnderstood
from ...values._names import shown
from ...values._units import format_size
from ...values._wire import Wire, count, label_of, refusal, told_amount
from ..lun._table import LUN
from ..replication._scope import peer_label
from ..replication._table import ACTION, SUCCESS, record_of
from ..san._protocols import EVERYTHING
from ..snapshot._table import REPLICATION, require_unheld
from ._compare import require_comparable
from ._found import FoundLun, name_of
from ._groups import lacking, members_of_target_group, of_groups, strangers
from ._left import Leftover, find_leftover, without
from ._names import Before, action_of_marker, marker_of, sync_marker_of
from ._shared import Said, Shared
from ._survey import MigrationRequest, Seen, SourceSide, TargetSide, id_of

# Where a LUN can stand.
MISSING = "missing"
AT_SOURCE = "source"
COPYING = "copying"
SEVERED = "severed"
MOVED = "moved"
SOURCE_GONE = "gone"
THERE = "there"
# The steps that need not be taken any more, by where a LUN stands. The move is taken again: it gives the copy what it lacks.
_TAKEN = {SEVERED: ("inheritance", "action", "update", "sever"), MOVED: ("inheritance", "action", "update", "sever")}


@dataclass(frozen=True)
class Standing:
    """Where a LUN stands, and what the next step needs to know.

    Attributes:
        seen: what was seen of it.
        state: one of the constants above.
        before: what the LUN was before the migration; as it is now where no run has changed it.
        renew: whether the action that is there has lost its base, and is replaced.
        problems, warnings: what stands in the way, and what the user is to know; whole sentences, which LUNs may share.
        leftover: what is cleared away before the first step; all else is told as if it were gone already.
        targets: what its target group on the target holds; `None` where that does not matter.
    """

    seen: Seen
    state: str
    before: Before
    renew: bool
    problems: tuple[Said, ...]
    warnings: tuple[Said, ...]
    leftover: Leftover | None = None
    targets: tuple[str, ...] | None = None

    @property
    def action_id(self) -> str | None:
        """The id of the replication action that is used, or was."""
        if self.state == MOVED and self.seen.action_id is None and self.seen.lun and self.seen.copy:
            return next(iter(sorted(self.seen.lun.markers & self.seen.copy.markers)), None)
        return None if self.renew else self.seen.action_id

    def facts(self) -> dict[str, Any]:
        """It for a role: plain values."""
        seen, lun = self.seen, self.seen.lun
        return {
            "name": seen.place.name,
            "state": self.state,
            "lun": lun.record if lun else None,
            "target_lun": seen.copy.record if seen.copy else None,
            "action_id": self.action_id,
            "old_action_id": seen.action_id if self.renew else None,
            "had_action": bool(seen.mine) and not self.renew,
            "inherited": bool(self.before.inherited),
            "before": {
                "status": self.before.status,
                "initiator_groups": list(self.before.initiator_groups),
                "target_group": self.before.target_group,
                "lu_number": self.before.setting,
                "lu_numbers": dict(self.before.numbers),
                "is_seen": self.before.is_seen,
            },
            "marker_prefix": marker_of(""),
            "sync_marker_prefix": sync_marker_of(""),
            "markers": sorted(seen.copy.markers) if seen.copy else [],
            "taken": list(_TAKEN.get(self.state, ())),
            "others": [id_of(wire) for wire in seen.others],
            "left": self._left(),
            "targets": None if self.targets is None else list(self.targets),
        }

    def _left(self) -> dict[str, Any] | None:
        if self.leftover is None:
            return None
        copy = self.leftover.copy
        elsewhere = copy is not None and copy.place != self.seen.goal
        return {
            "action_id": self.leftover.action_id,
            "has_copy": copy is not None,
            "copy_project": copy.place.project if copy and elsewhere else None,
        }


def judge(seen: Seen, request: MigrationRequest, source: SourceSide, target: TargetSide) -> Standing:
    """Tell where a LUN stands, and what stands in the way."""
    state = _state(seen, request)
    before = _before(seen)
    lost = _lost_base(seen, request) if state == COPYING else None
    useless = bool(lost) or (state == COPYING and record_of(ACTION, seen.mine[0])["enabled"] is False)
    leftover = find_leftover(seen, request, {SEVERED: seen.temporary, MOVED: seen.copy}.get(state), useless=useless)
    if leftover is not None:
        state, lost, seen = AT_SOURCE, None, without(seen, leftover)
    problems: list[Said] = []
    if state != THERE:
        problems += _of_other_runs(seen, request)
    if state == SOURCE_GONE and request.cutover and seen.copy and not seen.copy.is_seen:
        problems += strangers(seen.place, request, before, source.groups, target.groups, hidden=True)
    if state not in (THERE, SOURCE_GONE):
        problems += [
            *_of_place(seen, request, state),
            *_of_action(seen, request, state, lost),
            *_of_replication(seen, request, source),
            *(_of_source(seen, request) if state != MISSING else ()),
            *(_of_target(seen, request, before, source, target) if state != MISSING else ()),
        ]
    warnings: list[Said] = []
    if state not in (THERE, MISSING):
        warnings += [*lacking(seen.place, request, before, source.groups, target.groups), *_unscheduled(seen, request)]
    renew = bool(lost) and request.full_again
    targets = members_of_target_group(request, before, target.target_groups)
    return Standing(seen, state, before, renew, tuple(problems), tuple(warnings), leftover, targets)


def _state(seen: Seen, request: MigrationRequest) -> str:
    if seen.lun is None:
        return SOURCE_GONE if _is_unfinished(seen) else THERE if seen.copy else MISSING
    if seen.copy is not None and seen.copy.is_kin(seen.lun):
        return _state_with_copy(seen, seen.lun, seen.copy, request)
    if seen.temporary is not None:
        return SEVERED
    return COPYING if seen.mine else AT_SOURCE


def _state_with_copy(seen: Seen, lun: FoundLun, copy: FoundLun, request: MigrationRequest) -> str:
    """Where a LUN stands of which the target has a copy in its place, beside the source."""
    keeps = request.cutover and not request.destroys and not lun.is_seen and lun.removal_name is None
    if keeps and _is_over(seen):
        return THERE
    # A kept source is taken from its groups when the copy has been verified: from then on there is only the way forward, because
    # hosts may have written to the copy.
    kept = lun.record["status"] == "offline" and not lun.record["initiator_groups"]
    hidden_from_all = not (seen.sign and seen.sign.before.initiator_groups)
    if keeps and not seen.mine and (copy.is_seen or (kept and not hidden_from_all)):
        return SOURCE_GONE
    return MOVED


def _is_over(seen: Seen) -> bool:
    """Whether no run has begun something with the LUN that it has not brought to an end."""
    found = (seen.lun, seen.copy)
    return not seen.mine and seen.sign is None and all(one is None or one.removal_name is None for one in found)


def _is_unfinished(seen: Seen) -> bool:
    """Whether a run still has something to do for a copy whose source is gone; nothing but what it left behind proves that."""
    return seen.copy is not None and not _is_over(seen)


def _is_whole(lun: FoundLun, copy: FoundLun | None) -> bool:
    """Whether a copy has the marker that the LUN got when no host saw it any more, so that nothing was written after it."""
    return copy is not None and not copy.markers.isdisjoint(lun.markers)


def _written_since(lun: FoundLun, copy: FoundLun | None) -> bool:
    """Whether figures tell that the LUN has been written to since it got the marker that its copy has.

    They need not tell it: what was overwritten in place, they do not show.
    """
    common = lun.markers & (copy.markers if copy else frozenset())
    for wire in lun.snapshots:
        if action_of_marker(name_of(wire, "snapshot")) in common:
            then, now = told_amount(wire, "space_data"), lun.record["space_data"]
            grown = then is not None and isinstance(now, int) and then != now
            return grown or bool(told_amount(wire, "space_unique"))
    return False


def _before(seen: Seen) -> Before:
    """What the LUN was before the migration: what a run has written down of what it has changed, or else what it is."""
    sign = seen.sign if seen.sign is not None and seen.sign.place == seen.place else None
    if sign is not None and (seen.lun is None or not seen.lun.is_seen):
        groups = seen.lun.record["initiator_groups"] if seen.lun else []
        if seen.lun is None or not groups or sorted(groups) == sorted(sign.before.initiator_groups):
            return sign.before
        # Somebody has given it other groups meanwhile.
        return replace(sign.before, initiator_groups=_in_order(seen.lun), numbers=dict(seen.lun.record["lu_numbers"]))
    if seen.lun is None:
        return Before("online", (), EVERYTHING)
    record = seen.lun.record
    # A LUN that a run has put online again may still have the action for which it had to leave the one of its project.
    inherited = seen.inherited or (sign.before.inherited if sign else seen.inherited)
    if record["status"] is None:
        raise refusal("status", None, seen.place.label)
    return Before(
        str(record["status"]),
        _in_order(seen.lun),
        str(record["target_group"] or EVERYTHING),
        seen.lun.setting,
        dict(record["lu_numbers"]),
        inherited,
    )


def _in_order(lun: FoundLun) -> tuple[str, ...]:
    """The initiator groups of a LUN in the order in which the appliance has them."""
    names, wire = lun.record["initiator_groups"], lun.wire.get("initiatorgroup")
    listed = [name for name in wire if name in names] if isinstance(wire, list) else []
    return tuple(listed) if sorted(listed) == names else tuple(names)


def _of_other_runs(seen: Seen, request: MigrationRequest) -> Iterator[Said]:
    if seen.other_sign:
        yield (
            f"the project that marks {seen.place.label} as being migrated cannot be read by this version; look at its mount point, "
            "and rename it if no run works on the LUN"
        )
    sign = seen.sign
    if sign is None or sign.owner == request.owner or sign.owner.has_ended or request.take_over:
        return
    tail = "; wait for its end, or set migrate_lun_take_over to true if you know that it is no longer running"
    yield Shared(seen.place, (f"{sign.owner} is migrating ", tail))


def _of_place(seen: Seen, request: MigrationRequest, state: str) -> Iterator[str]:
    """What is in the way where the LUN is, or shall be."""
    label, goal = seen.place.label, seen.goal.label
    if state == MISSING:
        there = f", but a copy of it is in project {seen.goal.pool}/{seen.action_id} there" if seen.temporary else ""
        yield (
            f"{label} exists neither on {request.source_name} nor, as {goal}, on {request.target_name}{there}; check migrate_lun_pool, "
            "migrate_lun_project and migrate_lun_luns"
        )
    elif state == MOVED:
        yield from _of_moved(seen, request)
    elif seen.copy is not None:
        both = "" if seen.copy.is_seen or (seen.lun and seen.lun.is_seen) else " (no host sees either)"
        yield (
            f"{request.target_name} has a {goal} already, and nothing proves that it is a copy of {label}, which {request.source_name} has{both}: they "
            "have different GUIDs and no marker of a migration in common; rename or remove the one that is not wanted with "
            "zfssa_lun, and run the role again"
        )
    if state == SEVERED and seen.lun is not None:
        yield from _of_copy(seen, request, seen.lun, seen.temporary, f"project {seen.goal.pool}/{seen.action_id}")


def _of_copy(seen: Seen, request: MigrationRequest, lun: FoundLun, copy: FoundLun | None, what: str) -> Iterator[str]:
    """Why a copy that an earlier run has made cannot be taken up.

    Args:
        what: what is to be destroyed if it is not wanted.
    """
    label, here = seen.place.label, f"{seen.place.label} on {request.source_name}"
    cure = f"destroy {what} on {request.target_name}, and the replication action with zfssa_replication, and run the role again"
    if lun.is_seen:
        yield f"hosts can see {here} again after its copy was severed, so that the copy may be older; {cure}"
    elif not _is_whole(lun, copy):
        yield (
            f"nothing proves that the copy of {label} in {what} on {request.target_name} holds all that the LUN holds: they have no "
            f"marker of a migration in common; {cure}"
        )
    elif _written_since(lun, copy):
        yield f"{here} has been written to after its copy was severed, so that the copy is older; {cure}"


def _of_moved(seen: Seen, request: MigrationRequest) -> Iterator[str]:
    # Mostly both have one name, and one of them is destroyed by what is said here: only the appliance tells them apart.
    label, goal = f"{seen.place.label} on {request.source_name}", f"{seen.goal.label} on {request.target_name}"
    if seen.lun is None or seen.copy is None:
        return
    if not request.cutover:
        yield f"{label} has been moved to {goal} already; set migrate_lun_cutover to true to finish that"
    elif seen.copy.is_seen and seen.lun.is_seen:
        yield (
            f"{label} and its copy {goal} are both presented to hosts, and it is not known which one is current; compare them, take "
            "one offline with zfssa_lun, and run the role again"
        )
    elif seen.copy.is_seen:
        yield (
            f"{goal} is in use, and {label}, of which it is a copy, is still there, though no host sees it; destroy {label} with "
            "zfssa_lun and state=absent if nobody needs it"
        )
    elif _is_over(seen) and not seen.lun.is_seen:
        yield (
            f"{goal} is a copy of {label} that a migration has made, which has ended, and no host sees either; compare "
            "them, and destroy the one that is not needed on its appliance, with zfssa_lun and state=absent"
        )
    else:
        yield from _of_copy(seen, request, seen.lun, seen.copy, seen.goal.label)


def _of_action(seen: Seen, request: MigrationRequest, state: str, lost: str | None) -> Iterator[str]:
    """What is wrong with the replication action that is there already."""
    label = seen.place.label
    if state == COPYING:
        action = record_of(ACTION, seen.mine[0])
        if len(seen.mine) > 1:
            yield f"{label} is replicated to {request.peer} by more than one action; remove all but one with zfssa_replication"
        for key, wrong, what, cure in (
            ("enabled", False, "disabled", "enabled to true"),
            ("continuous", True, "continuous", "continuous to false"),
            (
                "include_snaps",
                False,
                "does not send snapshots, which would be lost with the source",
                "include_snaps to true",
            ),
        ):
            # What an appliance does not tell is `None`, and not wrong. It disables an action that can never send again.
            if action[key] == wrong and not (lost and key == "enabled"):
                verb = "" if what.startswith("does") else "is "
                yield (
                    f"the replication action of {label} to {request.peer} {verb}{what}, so the migration cannot use it; set "
                    f"{cure} with zfssa_replication"
                )
    if lost and not request.full_again:
        yield lost


def _lost_base(seen: Seen, request: MigrationRequest) -> str | None:
    """Why the next update of an action would have to send everything once more, or could send nothing; else `None`."""
    if seen.lun is None:
        return None
    label, action = seen.place.label, record_of(ACTION, seen.mine[0])
    size = seen.lun.record["space_data"]
    all_again = f"all of it{f', {format_size(size)},' if isinstance(size, int) else ''} has to be sent again"
    cure = f"set migrate_lun_full_again to true if {all_again}"
    if seen.has_package is False:
        return f"the replication action of {label} has no package on {request.target_name} any more, so it cannot send again; {cure}"
    if action["last_result"] != SUCCESS and not action["last_sync"]:
        # Nothing has been sent that could be sent again.
        return None
    ident, names = id_of(seen.mine[0]), [name_of(wire, "snapshot") for wire in seen.lun.snapshots]
    base = f"{REPLICATION}{ident}"
    if any(name.startswith(base) for name in names):
        return None
    # An appliance may hide the snapshots of replication (API reference 10.5). Then the one is asked that a run takes right before
    # an update: a rollback past the hidden one has destroyed it as well.
    hidden = not any(name.startswith(REPLICATION) for name in names)
    if hidden and sync_marker_of(ident) in names:
        return None
    return f"the snapshot of {label} that its next update would build on is gone, by a rollback for example; {cure}"


def _of_replication(seen: Seen, request: MigrationRequest, source: SourceSide) -> Iterator[Said]:
    """Replication to somewhere else that would end with the migration."""
    if not seen.others or request.end_other or not request.cutover:
        return
    for wire in seen.others:
        target = str(wire.get("target"))
        peer = peer_label(source.targets, target)
        so = f" is replicated to {peer} (pool {wire.get('target_pool')}) as well, and that would end for "
        cure = (
            " with the migration; set migrate_lun_other_replication to end if it may, or set it up anew "
            f"on {request.target_name} first"
        )
        if wire.get("share"):
            yield Shared(seen.place, ("", so, cure))
        else:
            project = f"project {seen.place.pool}/{seen.place.project}, with it "
            yield Shared(seen.place, (project, f",{so}", cure))


def _of_source(seen: Seen, request: MigrationRequest) -> Iterator[str]:
    """What keeps the LUN from being taken away."""
    if seen.lun is None:
        return
    label, record = seen.place.label, seen.lun.record
    require_comparable(record)
    # A run that was interrupted leaves the LUN offline with its sign, and with a marker.
    if record["status"] != "online" and not seen.sign and not seen.lun.markers:
        yield (
            f"{label} is offline, so that it is not known whether hosts shall see it on {request.target_name}; set its status to online "
            "with zfssa_lun, with an empty initiator_groups if nobody shall see it"
        )
    if not request.destroys:
        return
    keep = "or migrate_lun_delete_source to false to keep the LUN"
    if record["nodestroy"]:
        yield f"{label} is protected by nodestroy; set nodestroy to false with zfssa_lun, {keep}"
    cloned = [str(wire.get("name")) for wire in seen.lun.snapshots if has_clones(wire)]
    if cloned:
        yield f"{label} has snapshots with clones, which would be destroyed with it ({shown(cloned)}); remove the clones, {keep}"
    held = [str(wire.get("name")) for wire in seen.lun.snapshots if holds(wire)]
    if held:
        yield (
            f"{label} has snapshots under a retention hold ({shown(held)}), and the appliance destroys neither them nor the LUN; "
            f"lift the hold on the appliance, {keep}"
        )


def has_clones(snapshot: Wire) -> bool:
    """Whether something may have been cloned from a snapshot: what cannot be read counts as a clone."""
    try:
        return bool(count(snapshot, "numclones", label_of(snapshot, "snapshot")))
    except NotUnderstood:
        return True


def holds(snapshot: Wire) -> bool:
    """Whether a snapshot is under a retention hold.

    Raises:
        NotUnderstood: nobody can tell.
    """
    return not require_unheld(snapshot, label_of(snapshot, "snapshot"))


def _of_target(
    seen: Seen, request: MigrationRequest, before: Before, source: SourceSide, target: TargetSide
) -> Iterator[Said]:
    """What the target lacks."""
    goal = seen.goal
    if goal.name in target.filesystems:
        yield (
            f"{request.target_name} has a filesystem {goal.pool}/{goal.project}/{goal.name}, and LUNs and filesystems of a project share "
            "their names; rename one of them"
        )
    yield from of_groups(seen.place, request, before, source.groups, target)
    unknown = sorted(set((seen.lun.record if seen.lun else {}).get("custom", {})) - target.custom)
    for name in unknown:
        tail = f" is not known to {request.target_name}; define it there with zfssa_schema"
        yield Shared(seen.place, (f"custom property {name} of ", tail))
    record = seen.lun.record if seen.lun else {}
    for prop in LUN.writable:
        if prop.lacked_by(target.release) and record.get(prop.option, prop.without) != prop.without:
            tail = f" cannot be had on {request.target_name}, whose software is {target.release}; update it, or take it off the LUN"
            yield Shared(seen.place, (f"{prop.option} of ", tail))


def _unscheduled(seen: Seen, request: MigrationRequest) -> Iterator[str]:
    """Schedules of automatic snapshots, which no replication carries; their snapshots tell of them as well."""
    if seen.lun is None or not request.cutover or seen.scheduled is False:
        return
    label, goal = seen.place.label, seen.goal.label
    found = (
        f"{request.source_name} does not show whether {label} has schedules of automatic snapshots, which"
        if seen.scheduled is None
        else f"{label} has automatic snapshots on {request.source_name}, or a schedule for them, and schedules"
    )
    yield f"{found} do not move with a LUN; see that {goal} or its project on {request.target_name} has the schedules that it needs."
