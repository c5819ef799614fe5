"""Initiators, targets and their groups, per protocol (API reference 9)."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import (
    Denied,
    InvalidArgument,
    MissingArgument,
    StateConflict,
    already_exists,
    bad_value,
    expecting,
    not_found,
)
from zfssa_lab.model.tables import ALL_INITIATORS, ALL_TARGETS, MASK_ALL
from zfssa_lab.model.views import check_views

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance

PROTOCOLS = ("iscsi", "fc", "srp")
RESERVED_GROUPS = (ALL_INITIATORS, MASK_ALL)

# How a member is named on each protocol (API reference 9): RFC 3720 for iSCSI.
_MEMBER_NAMES = {
    "iscsi": (
        re.compile(
            r"iqn\.\d{4}-(0[1-9]|1[0-2])\.[A-Za-z0-9][A-Za-z0-9.\-]*(:\S+)?"
            r"|eui\.[0-9A-Fa-f]{16}|naa\.([0-9A-Fa-f]{16}){1,2}"
        ),
        "an iSCSI name such as iqn.2020-01.com.example:host",
    ),
    "fc": (re.compile(r"wwn\.[0-9A-Fa-f]{16}"), "a world wide name such as wwn.2100001B32000001"),
    "srp": (re.compile(r"eui\.([0-9A-Fa-f]{16}){1,2}"), "an EUI such as eui.0002C90300000001"),
}
_LONGEST_NAME = 223
_SECRET = range(12, 17)


@dataclass
class Initiator:
    """A host's port."""

    name: str
    alias: str = ""
    chapuser: str = ""
    chapsecret: str = ""


@dataclass
class Target:
    """A port of the appliance."""

    iqn: str
    alias: str = ""
    auth: str = "none"
    targetchapuser: str = ""
    targetchapsecret: str = ""
    interfaces: list[str] = field(default_factory=list)
    state: str = "online"


@dataclass
class Group:
    """A group of initiators or of targets: ``members`` holds their names."""

    name: str
    members: list[str] = field(default_factory=list)


class Protocol:
    """The SAN objects of one protocol."""

    def __init__(self, san: San, name: str) -> None:
        self.san = san
        self.name = name
        self.initiators: dict[str, Initiator] = {}
        self.targets: dict[str, Target] = {}
        self.initiator_groups: dict[str, Group] = {}
        self.target_groups: dict[str, Group] = {}

    def create_initiator(self, arguments: dict[str, Any]) -> Initiator:
        """Define an initiator from checked arguments (API reference 9.1)."""
        name = arguments["initiator"]
        self._check_name("initiator", name)
        if name in self.initiators:
            raise already_exists("initiator", name)
        initiator = Initiator(name)
        self.modify_initiator(initiator, {k: v for k, v in arguments.items() if k != "initiator"})
        self.initiators[name] = initiator
        return initiator

    def _check_name(self, what: str, name: str) -> None:
        pattern, wanted = _MEMBER_NAMES[self.name]
        if len(name) > _LONGEST_NAME or not pattern.fullmatch(name):
            raise bad_value(what, name, wanted)

    def modify_initiator(self, initiator: Initiator, arguments: dict[str, Any]) -> None:
        """Set properties of an initiator."""
        alias = arguments.get("alias", "")
        _check_alias(alias, initiator, self.initiators.values())
        _check_secret("chapsecret", arguments)
        vars(initiator).update(arguments)

    def delete_initiator(self, initiator: Initiator) -> None:
        """Forget an initiator; refused while a group holds it (API reference 9.7)."""
        _check_unused(initiator.name, self.initiator_groups)
        del self.initiators[initiator.name]

    def create_target(self, arguments: dict[str, Any]) -> Target:
        """Make a target from checked arguments (API reference 9.3)."""
        iqn = arguments.get("iqn") or self.san.appliance.identities.target_iqn()
        self._check_name("iqn", iqn)
        if iqn in self.targets:
            raise already_exists("target", iqn)
        target = Target(iqn)
        self.modify_target(target, {key: value for key, value in arguments.items() if key != "iqn"})
        self.targets[iqn] = target
        return target

    def modify_target(self, target: Target, arguments: dict[str, Any]) -> None:
        """Set properties of a target, all or none."""
        _check_alias(arguments.get("alias", ""), target, self.targets.values())
        _check_secret("targetchapsecret", arguments)
        usable = self.san.appliance.data_interfaces()
        for interface in arguments.get("interfaces", []):
            if interface not in usable:
                raise bad_value("interfaces", interface, expecting(usable))
        after = {**vars(target), **arguments}
        if after["auth"] == "chap":
            for name in ("targetchapuser", "targetchapsecret"):
                if not after[name]:
                    raise MissingArgument(f'auth "chap" wants "{name}"')
        vars(target).update(arguments)

    def delete_target(self, target: Target) -> None:
        """Remove a target; refused while a group holds it (API reference 9.7)."""
        _check_unused(target.iqn, self.target_groups)
        del self.targets[target.iqn]

    def create_group(self, kind: str, arguments: dict[str, Any]) -> Group:
        """Make an initiator or target group; ``kind`` is "initiators" or "targets"."""
        name = arguments["name"]
        groups = self.groups(kind)
        taken = self.san.initiator_group_names() if kind == "initiators" else self.san.target_group_names()
        if name in (*taken, *RESERVED_GROUPS):
            raise already_exists("group", name)
        group = Group(name)
        groups[name] = group
        try:
            self.set_members(kind, group, arguments.get(kind, []))
        except Exception:
            del groups[name]
            raise
        return group

    def groups(self, kind: str) -> dict[str, Group]:
        """Return the groups of ``kind`` "initiators" or "targets"."""
        return self.initiator_groups if kind == "initiators" else self.target_groups

    def set_members(self, kind: str, group: Group, members: list[str]) -> None:
        """Replace the members of a group; refused when LU numbers would collide."""
        known = list(self.initiators) if kind == "initiators" else self.target_names()
        for member in members:
            if member not in known:
                raise bad_value(kind, member, expecting(known))
            others = self.target_groups.values() if kind == "targets" else ()
            for other in others:
                if other is not group and member in other.members:
                    raise StateConflict(f'target "{member}" is in target group "{other.name}"')
        before, group.members = group.members, members
        try:
            check_views(self.san.appliance, group.name)
        except StateConflict:
            group.members = before
            raise

    def target_names(self) -> list[str]:
        """Return the names of all targets: those that were made, or the ports of both heads."""
        if self.name != "fc":
            return list(self.targets)
        return [port for head in self.san.heads for port in head.fc_ports]

    def delete_group(self, kind: str, group: Group) -> None:
        """Remove a group; refused while a LUN refers to it (API reference 9.7)."""
        for lun in [lun for head in self.san.heads for lun in head.luns()]:
            used = group.name in lun.numbers if kind == "initiators" else lun.values["targetgroup"] == group.name
            if used:
                raise StateConflict(f'group "{group.name}" is in use by LUN "{lun.path}"')
        del self.groups(kind)[group.name]

    def find_group(self, kind: str, name: str, deleting: bool = False) -> Group:
        """Return the group called ``name``; NotFound, or Denied when a built-in one is deleted."""
        groups = self.groups(kind)
        if name in groups:
            return groups[name]
        if deleting and name in RESERVED_GROUPS:
            raise Denied(f'group "{name}" is built in')
        raise not_found(name)


class San:
    """All SAN objects of an appliance, or of both ``heads`` of a cluster (API reference 2.2)."""

    def __init__(self, appliance: Appliance) -> None:
        self.heads = [appliance]
        self.protocols = {name: Protocol(self, name) for name in PROTOCOLS}

    @property
    def appliance(self) -> Appliance:
        """The appliance that had them first."""
        return self.heads[0]

    @property
    def in_use(self) -> bool:
        """Say whether anything is defined."""
        return any(
            one.initiators or one.targets or one.initiator_groups or one.target_groups
            for one in self.protocols.values()
        )

    def copy(self, appliance: Appliance) -> San:
        """Return the same objects for an appliance that goes its own way from now on."""
        twin = San(appliance)
        for name, protocol in self.protocols.items():
            for kind in ("initiators", "targets", "initiator_groups", "target_groups"):
                setattr(twin.protocols[name], kind, copy.deepcopy(getattr(protocol, kind)))
        return twin

    def initiator_group_names(self) -> list[str]:
        """Names that a LUN may have as initiator group, ``default`` first."""
        groups = [name for p in self.protocols.values() for name in p.initiator_groups]
        return [ALL_INITIATORS, *groups]

    def target_group_names(self) -> list[str]:
        """Names that a LUN may have as target group, ``default`` first."""
        groups = [name for p in self.protocols.values() for name in p.target_groups]
        return [ALL_TARGETS, *groups]

    def initiator_members(self) -> dict[str, frozenset[str]]:
        """Return the members of every initiator group."""
        return _members(p.initiator_groups for p in self.protocols.values())

    def target_members(self) -> dict[str, frozenset[str]]:
        """Return the members of every target group."""
        return _members(p.target_groups for p in self.protocols.values())


def _members(tables: Any) -> dict[str, frozenset[str]]:
    return {name: frozenset(group.members) for table in tables for name, group in table.items()}


def _check_alias(alias: str, owner: object, others: Any) -> None:
    """Refuse a second object of one alias: ``alias=NAME`` must select one (API reference 0.2)."""
    for other in others:
        if alias and other is not owner and other.alias == alias:
            raise already_exists("alias", alias)


def _check_secret(name: str, arguments: dict[str, Any]) -> None:
    secret = arguments.get(name, "")
    if secret and len(secret) not in _SECRET:
        # The value itself is secret, so the message does not repeat it.
        raise InvalidArgument(f'bad property value for "{name}" (expecting {_SECRET[0]} to {_SECRET[-1]} characters)')


def _check_unused(member: str, groups: dict[str, Group]) -> None:
    for group in groups.values():
        if member in group.members:
            raise StateConflict(f'"{member}" is in group "{group.name}"')
