# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both appliances show of LUNs that are to be migrated: read here, judged in `_migration_judge`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...client._client import Client
from ...engine._read import Reader, read_list
from ...engine._resource import Resource
from ...engine._types import Pages, Record
from ...values._errors import InvalidInput
from ...values._names import check_name, folded, segment
from ...values._owner import NOBODY, Owner, this_run
from ...values._release import Release
from ...values._wire import Wanted, Wire, found_by, refusal, text, told_amount
from ..lun._table import LUN
from ..pool._pools import POOLS, project_path, require_pool
from ..replication._inherited import read_inherited
from ..replication._scope import ACTIONS, FLAT_PACKAGES, SOURCES, TARGETS, Scope, known_as
from ..replication._table import ACTION, PEER, label_of_replica
from ..san._protocols import EVERYTHING, PROTOCOLS
from ..san._refusals import members_of
from ..san._table import INITIATOR_GROUPS, TARGET_GROUPS
from ..schema._table import SCHEMA
from ._found import FoundLun, find, find_now, name_of
from ._names import Place, Sign, is_removal_name, sign_of
from ._schedules import has_schedules

_ACTION_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

Groups = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class MigrationRequest:
    """What a migration is to do.

    Attributes:
        luns: the LUNs on the source.
        goals: where each is to be on the target.
        peer: label of the target among the source's replication targets.
        cutover: whether the LUNs are to move, or only to be copied.
        delete_source: whether they are destroyed on the source in the end.
        groups: initiator and target groups that have another name on the target.
        full_again: whether all may be sent once more where the base of the increments is gone.
        end_other: whether a LUN's replication to somewhere else may end with the migration.
        take_over: whether the user has said that no other run works on the LUNs.
        owner: the run itself.
        source_name, target_name: the appliances in messages.
    """

    luns: tuple[Place, ...]
    goals: tuple[Place, ...]
    peer: str
    cutover: bool = True
    delete_source: bool = True
    groups: Mapping[str, str] = field(default_factory=dict)
    full_again: bool = False
    end_other: bool = False
    take_over: bool = False
    owner: Owner = NOBODY
    source_name: str = "the source"
    target_name: str = "the target"

    @property
    def destroys(self) -> bool:
        """Whether the source of a LUN is destroyed in the end."""
        return self.cutover and self.delete_source

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> MigrationRequest:
        """The request in a module's options.

        Raises:
            InvalidInput: a name is none.
        """
        pool, project = (check_name(key, options[key]) for key in ("pool", "project"))
        to_pool, to_project = (check_name(key, options[key]) for key in ("target_pool", "target_project"))
        names = [check_name("luns", name) for name in options["luns"]]
        return cls(
            luns=tuple(Place(pool, project, name) for name in names),
            goals=tuple(Place(to_pool, to_project, name) for name in names),
            peer=options["peer"],
            cutover=options["cutover"],
            delete_source=options["delete_source"],
            groups={str(old): str(new) for old, new in (options.get("groups") or {}).items()},
            full_again=options["full_again"],
            end_other=options["other_replication"] == "end",
            take_over=options["take_over"],
            owner=this_run(options["run"]),
            source_name=options["source_name"],
            target_name=options["target_name"],
        )


def id_of(action: Wire) -> str:
    """The id of an action.

    Raises:
        NotUnderstood: it has none that can be read.
    """
    label = label_of_replica(ACTION, action)
    ident = text(action, "id", label)
    if not ident:
        raise refusal("id", action.get("id"), label)
    return ident


@dataclass(frozen=True)
class SourceSide:
    """What the source has, for all LUNs of a run.

    Attributes:
        luns: the LUNs of the project.
        actions, targets: all replication actions, and the peers.
        signs: the signs of migrations, by the name of the project.
        groups: initiator groups with their members, those of the LUNs among them.
        target_groups: the names of the LUNs' target groups.
    """

    luns: tuple[Wire, ...]
    actions: tuple[Wire, ...]
    targets: tuple[Wire, ...]
    signs: Mapping[str, Sign | None]
    groups: Groups
    target_groups: frozenset[str]


@dataclass(frozen=True)
class TargetSide:
    """What the target has.

    Attributes:
        luns, filesystems: what is in the project.
        projects: those of the pool.
        available: bytes that are available in the pool; `None` when it does not tell.
        groups: the initiator groups with their members.
        target_groups: the target groups with their members.
        custom: the names of the custom properties that it knows; none where no LUN has any.
        release: its software release.
    """

    luns: tuple[Wire, ...]
    filesystems: frozenset[str]
    projects: tuple[Wire, ...]
    available: int | None
    groups: Groups
    target_groups: Groups
    custom: frozenset[str]
    release: Release

    def project(self, name: str) -> Wire:
        """A project of the pool; empty when it does not exist."""
        return next(iter(found_by(self.projects, {"name": (name,)}, "project")), {})


@dataclass(frozen=True)
class Seen:
    """What was seen of one LUN.

    Attributes:
        place, goal: where it is on the source, and is to be on the target.
        lun: it on the source.
        copy: what has its name at the goal.
        temporary: what has its name in a project that a sever made; `action_id` is the name of that.
        mine, others: the actions that send it to the goal's pool, and those that send it elsewhere.
        inherited: whether it takes part in the replication of its project.
        has_package: whether the target has the package of the action; `None` where that was not asked.
        sign: the sign of a run; `other_sign` when there is a project of that name that is none.
        scheduled: whether it has schedules of automatic snapshots that a move leaves behind; `None` when that is not shown.
    """

    place: Place
    goal: Place
    lun: FoundLun | None
    copy: FoundLun | None
    temporary: FoundLun | None
    action_id: str | None
    mine: tuple[Wire, ...]
    others: tuple[Wire, ...]
    inherited: bool | None
    has_package: bool | None
    sign: Sign | None
    other_sign: bool
    scheduled: bool | None = False


def read_source_side(reader: Reader, request: MigrationRequest) -> SourceSide:
    """Read what the source has.

    Raises:
        PlanRefused: the pool does not exist, or is served by the other node of the cluster.
    """
    place = request.luns[0]
    require_pool(reader, place.pool)
    signs = {
        name: Sign.read(wire.get("mountpoint"))
        for wire in read_list(reader, f"{POOLS}/{segment(place.pool)}/projects", "projects")
        if (name := name_of(wire, "project")) in {sign_of(lun) for lun in request.luns}
    }
    luns = tuple(read_list(reader, LUN.list_path(place.identity), LUN.plural))
    used = {group for record in _records(request, luns) for group in record["initiator_groups"]}
    used |= {group for sign in signs.values() if sign for group in sign.before.initiator_groups}
    return SourceSide(
        luns=luns,
        actions=tuple(read_list(reader, ACTIONS, "actions")),
        targets=tuple(read_list(reader, TARGETS, "targets")),
        signs=signs,
        groups=read_groups(reader, INITIATOR_GROUPS, used),
        target_groups=frozenset(
            {record["target_group"] or EVERYTHING for record in _records(request, luns)}
            | {sign.before.target_group for sign in signs.values() if sign}
        ),
    )


def read_target_side(reader: Reader, request: MigrationRequest, source: SourceSide) -> TargetSide:
    """Read what the target has.

    Args:
        source: what the source has, whose groups the target must have.

    Raises:
        PlanRefused: the pool does not exist, or is served by the other node of the cluster.
    """
    goal = request.goals[0]
    pool = require_pool(reader, goal.pool)
    usage = pool.get("usage")
    project = project_path(goal.pool, goal.project)
    filesystems = read_list(reader, f"{project}/filesystems", "filesystems")
    # It matters only to what the LUNs have of it.
    custom = any(record.get("custom") for record in _records(request, source.luns))
    schema = read_list(reader, SCHEMA.collection, *SCHEMA.list_keys) if custom else []
    return TargetSide(
        luns=tuple(read_list(reader, LUN.list_path(goal.identity), LUN.plural)),
        filesystems=frozenset(name_of(wire, "filesystem") for wire in filesystems),
        projects=tuple(read_list(reader, f"{POOLS}/{segment(goal.pool)}/projects", "projects")),
        available=told_amount(usage, "available") if isinstance(usage, dict) else None,
        groups=read_groups(reader, INITIATOR_GROUPS, (request.groups.get(name, name) for name in source.groups)),
        target_groups=read_groups(
            reader, TARGET_GROUPS, (request.groups.get(name, name) for name in source.target_groups)
        ),
        # One whose name cannot be read is known to nobody.
        custom=frozenset(wire["property"] for wire in schema if isinstance(wire.get("property"), str)),
        release=reader.release,
    )


def read_groups(reader: Pages, kinds: Mapping[str, Resource], needed: Iterable[str]) -> Groups:
    """Read the groups that matter with their members, as these are compared.

    Raises:
        NotUnderstood: the members of one cannot be told.
    """
    found = {}
    for kind, wire in _groups_named(reader, kinds, needed):
        record = kind.normalise(wire)
        found[record["name"]] = frozenset(map(folded, record[members_of(kind)]))
    return found


def _groups_named(
    reader: Pages, kinds: Mapping[str, Resource], needed: Iterable[str]
) -> Iterator[tuple[Resource, Wire]]:
    """Read groups of some names; of further protocols only while some are not found."""
    missing = set(needed) - {EVERYTHING}
    for protocol in PROTOCOLS:
        if not missing:
            return
        kind, found = kinds[protocol], set()
        for wire in read_list(reader, kind.list_path({"protocol": protocol}), kind.plural):
            name = name_of(wire, kind.title)
            if name in missing:
                found.add(name)
                yield kind, wire
        missing -= found


def _records(request: MigrationRequest, wires: Iterable[Wire]) -> list[Record]:
    """The records of the LUNs that are meant, out of a list."""
    names = {place.name for place in request.luns}
    return [
        LUN.normalise(wire, request.luns[0].identity)
        for wire in wires
        if (found := name_of(wire, LUN.title)) in names or any(is_removal_name(found, name) for name in names)
    ]


def read_lun(client: Client, request: MigrationRequest, number: int, source: SourceSide, target: TargetSide) -> Seen:
    """Read what belongs to one LUN.

    Args:
        client: of the source, with the target as its peer.
        number: which of the request's LUNs.
        source, target: what both sides have.
    """
    peer = peer_of(client)
    place, goal = request.luns[number], request.goals[number]
    lun = find(client, place, source.luns)
    to_peer: Wanted = {"target": _names_of_peer(request.peer, source.targets)}
    mine, others = _sorted(source, place.name, place, {**to_peer, "target_pool": (goal.pool,)})
    inherited = _inherited(client, place.named(lun.removal_name or place.name)) if lun else None
    if inherited:
        # What its project sends to the target itself, it need not get any more.
        others += _sorted(source, None, place, to_peer)[1]
    temporary, action_id = _temporary(peer, goal, mine, target, lun)
    # The project that a sever made may be left without the copy; whether the action can still send, its package tells.
    sent_by = (action_id or id_of(mine[0])) if mine and temporary is None else None
    return Seen(
        place=place,
        goal=goal,
        lun=lun,
        copy=find(peer, goal, target.luns),
        temporary=temporary,
        action_id=action_id or sent_by,
        mine=tuple(mine),
        others=tuple(others),
        inherited=inherited,
        has_package=package_path(peer, sent_by) is not None if sent_by else None,
        sign=source.signs.get(sign_of(place)),
        other_sign=sign_of(place) in source.signs and source.signs[sign_of(place)] is None,
        scheduled=_scheduled(client, lun) if request.cutover else False,
    )


def peer_of(client: Client) -> Client:
    """The client of the target.

    Raises:
        InvalidInput: there is no second connection.
    """
    if client.peer is None:
        raise InvalidInput("there is no connection to the target", advice="give target")
    return client.peer


def _names_of_peer(label: str, targets: Iterable[Wire]) -> set[str]:
    """All by which actions may refer to a peer, given by its label."""
    return {label}.union(*map(known_as, found_by(targets, {"label": (label,)}, PEER.title)))


def _sorted(source: SourceSide, lun: str | None, place: Place, there: Wanted) -> tuple[list[Wire], list[Wire]]:
    """The actions that send a LUN, or its project, to where it is to go, and those that send it elsewhere.

    Raises:
        NotUnderstood: nobody can tell whether one is among them, and among which.
    """
    sent = found_by(source.actions, Scope(place.pool, place.project, lun).wanted, ACTION.title, every=True)
    mine = found_by(sent, there, ACTION.title, every=True)
    return mine, [wire for wire in sent if wire not in mine]


def _scheduled(reader: Reader, lun: FoundLun | None) -> bool | None:
    return has_schedules(reader, lun.place.named(lun.removal_name or lun.place.name), lun.snapshots) if lun else False


def _inherited(reader: Reader, place: Place) -> bool | None:
    flag: bool | None = read_inherited(reader, Scope(place.pool, place.project, place.name), reader.release)
    return flag


def _temporary(
    reader: Reader, goal: Place, mine: list[Wire], target: TargetSide, lun: FoundLun | None
) -> tuple[FoundLun | None, str | None]:
    """Find the copy in the project that the sever made, which is named after the action; that may be gone already.

    Then only kinship tells the copy from that of another LUN of the same name.
    """
    names = [name_of(wire, "project") for wire in target.projects]
    known = [ident for ident in map(id_of, mine) if ident in names]
    for name in known or [name for name in names if not mine and _ACTION_ID.fullmatch(name)]:
        found = find_now(reader, Place(goal.pool, name, goal.name))
        if found is not None and (known or (lun is not None and found.is_kin(lun))):
            return found, name
    return None, known[0] if known else None


def package_path(reader: Reader, action_id: str) -> str | None:
    """The path of the package of an action, which has the action's id (API reference 10.4); `None` when there is none."""
    paths = [f"{FLAT_PACKAGES}/{segment(action_id)}"]
    if not reader.release.has("flat_packages"):
        sources = read_list(reader, SOURCES, "sources")
        names = [name_of(wire, "replication source") for wire in sources]
        paths = [f"{SOURCES}/{segment(name)}/packages/{segment(action_id)}" for name in names]
    return next((path for path in paths if reader.get(path) is not None), None)
