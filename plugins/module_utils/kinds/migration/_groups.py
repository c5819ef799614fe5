# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who would see a LUN on the target that did not see it on the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...client._client import Client
from ...values._names import folded, shown
from ..san._protocols import EVERYTHING
from ..san._table import INITIATOR_GROUPS, TARGET_GROUPS
from ._names import Before, Place
from ._shared import Shared, sentences
from ._survey import Groups, MigrationRequest, TargetSide, peer_of, read_groups


def strangers(
    place: Place, request: MigrationRequest, before: Before, source: Groups, target: Groups, *, hidden: bool = False
) -> Iterator[Shared]:
    """Say which initiators would see a LUN on the target that could not see it on the source.

    Args:
        place: the LUN.
        request: the groups that the user has named may hold what they want.
        before: the groups that the LUN was in.
        source, target: what the groups hold.
        hidden: whether the LUN is presented by nobody until that has been settled.
    """
    until = ", which no host sees until that is settled" if hidden else ""
    for old in before.initiator_groups:
        if old in request.groups:
            continue
        more = sorted(target.get(old, frozenset()) - source.get(old, frozenset()))
        if more and old in source:
            head = (
                f"initiator group {old} on {request.target_name} has initiators that {old} on {request.source_name} has not ({shown(more)}), and "
                "they would see "
            )
            tail = f"{until}; remove them there, or name the group in migrate_lun_groups to say that they may"
            yield Shared(place, (head, tail))


def of_groups(
    place: Place, request: MigrationRequest, before: Before, source: Groups, target: TargetSide
) -> Iterator[Shared]:
    """Say which groups of a LUN the target lacks, and who would see it there that did not see it before."""
    there = request.target_name
    tail = f" does not exist on {there}; create it there, or name another one with migrate_lun_groups"
    target_group = request.groups.get(before.target_group, before.target_group)
    if target_group not in (EVERYTHING, *target.target_groups):
        yield Shared(place, (f"target group {target_group} of ", tail))
    goals = [(group, request.groups.get(group, group)) for group in before.initiator_groups]
    for _old, new in goals:
        if new not in (EVERYTHING, *target.groups):
            yield Shared(place, (f"initiator group {new} of ", tail))
    yield from strangers(place, request, before, source, target.groups)
    for old, new in goals:
        if new == EVERYTHING and old != EVERYTHING and old not in request.groups:
            yield Shared(
                place, ("every initiator would see ", f" on {there}; name group {old} in migrate_lun_groups to say so")
            )


def lacking(
    place: Place, request: MigrationRequest, before: Before, source: Groups, target: Groups
) -> Iterator[Shared]:
    """Say which initiators see a LUN now, and will not see it on the target."""
    for name in before.initiator_groups:
        if name not in target or name not in source or name in request.groups:
            continue
        missing = sorted(source[name] - target[name])
        if missing:
            head = f"Initiators of group {name} on {request.source_name} are not in group {name} on {request.target_name}, and will not see "
            yield Shared(place, (head, f" there: {shown(missing)}."))


def members_of_target_group(request: MigrationRequest, before: Before, target_groups: Groups) -> tuple[str, ...] | None:
    """The targets through which a LUN is to be seen; `None` where the user leaves that to the group, or there is none."""
    name = before.target_group
    return None if name in request.groups or name not in target_groups else tuple(sorted(target_groups[name]))


def grown(client: Client, request: MigrationRequest, before: Before, targets: Iterable[str] | None) -> list[str]:
    """Look once more at what the groups hold through which hosts will see a LUN.

    Nothing is read where the LUN is in no group, or the user has named the groups.

    Args:
        client: of the source, with the target as its peer.
        request: which LUN it is.
        before: the groups that it was in.
        targets: what its target group on the target held when its migration began; `None` where that does not matter.
    """
    place, peer = request.luns[0], peer_of(client)
    names = {name for name in before.initiator_groups if name not in request.groups} - {EVERYTHING}
    source, target = (read_groups(side, INITIATOR_GROUPS, names) for side in (client, peer))
    found = sentences(strangers(place, request, before, source, target))
    name = before.target_group
    if targets is None or name in request.groups or not before.initiator_groups:
        return found
    now = read_groups(peer, TARGET_GROUPS, {name}).get(name, frozenset())
    more = sorted(now - set(map(folded, targets)))
    if more:
        found.append(
            f"target group {name} on {request.target_name} has got targets since the migration began ({shown(more)}), and through them hosts "
            f"would see {place.label}, too; remove them there, or name the group in migrate_lun_groups to say that they may"
        )
    return found
