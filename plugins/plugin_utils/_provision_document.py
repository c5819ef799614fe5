# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document for hosts: what they shall have, or what is to be taken away with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._protocols import EVERYTHING
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import NotUnderstood
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import folded, shown
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import Options, Place, Wanted

Record = dict[str, Any]
Config = dict[str, list[Options]]
_ABSENT = {"state": "absent"}
_REMOVE = {"membership": "remove"}


class Found(NamedTuple):
    """What an appliance has of the SAN, as records.

    Attributes:
        initiators, initiator_groups, targets, target_groups, luns: all of them.
    """

    initiators: list[Record]
    initiator_groups: list[Record]
    targets: list[Record]
    target_groups: list[Record]
    luns: list[Record]


def found_in(info: Mapping[str, Any]) -> Found:
    """Read the result of zfssa_info, on which decisions rest here.

    Raises:
        NotUnderstood: something in it is not what it should be, because the appliance gave it so.
    """
    return Found(
        initiators=_records(info, "initiators", ("initiator",)),
        initiator_groups=_records(info, "initiator_groups", ("name",), "initiators"),
        targets=_records(info, "targets", ("alias", "iqn")),
        target_groups=_records(info, "target_groups", ("name",), "targets"),
        luns=_records(info, "luns", ("pool", "project", "name", "target_group"), "initiator_groups"),
    )


def _records(info: Mapping[str, Any], section: str, texts: Sequence[str], names: str = "") -> list[Record]:
    """The records of one list, in which some values must be texts, and one a list of names."""
    records = [dict(one) for one in info.get(section) or ()]
    for record in records:
        wrong = [key for key in texts if not isinstance(record.get(key), str)]
        listed = record.get(names) if names else []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            wrong.append(names)
        if wrong:
            raise NotUnderstood(
                f"{section} of the appliance has one whose {shown(wrong)} cannot be understood: {record!r:.200}"
            )
    return records


def present(wanted: Wanted) -> Config:
    """The document that gives hosts what they shall have.

    Args:
        wanted: as judged.
    """
    membership, secrets = {"membership": wanted.membership}, wanted.update_secrets
    groups = wanted.groups_of_hosts()
    audience: dict[Place, set[str]] = {}
    for host in wanted.hosts:
        for lun in host.luns:
            audience.setdefault(lun, set()).add(host.initiator_group)
    return {
        "projects": list(wanted.projects.values()),
        "initiators": [_with_secret(one, secrets) for one in wanted.initiators.values()],
        "initiator_groups": [
            {"name": name, "initiators": _once(one for host in hosts for one in host.initiators), **membership}
            for name, hosts in groups.items()
        ],
        "targets": [
            _with_secret({key: value for key, value in one.items() if key != "group"}, secrets)
            for one in wanted.targets
        ],
        "target_groups": [
            {"name": name, "targets": aliases, **membership} for name, aliases in wanted.groups_of_targets().items()
        ],
        # Who else sees a LUN is no concern of these hosts.
        "luns": [
            {**_named(place), **options, "initiator_groups": sorted(audience[place]), "membership": "add"}
            for place, options in wanted.luns.items()
        ],
    }


def _with_secret(options: Options, when: str) -> Options:
    return {**options, "update_secret": when} if "chap_secret" in options else options


def _once(names: Iterable[str]) -> list[str]:
    return list({folded(name): name for name in names}.values())


def _named(place: Place) -> Options:
    return dict(zip(("pool", "project", "name"), place, strict=True))


def absent(wanted: Wanted, found: Found) -> tuple[Config, list[str]]:
    """The document that takes hosts away from what there is.

    Args:
        wanted: as judged.
        found: what there is. Only what is there is in the document, so that there is nothing in it when they are gone.

    Returns:
        The document, and what stays because others need it, as clauses.
    """
    leaving = _Leaving(wanted, found)
    leaving.take_groups()
    leaving.take_initiators()
    leaving.take_luns()
    leaving.take_targets()
    return {name: items for name, items in leaving.config.items() if items}, leaving.kept


class _Leaving:
    """Hosts that are taken away.

    Args:
        wanted: as judged.
        found: what there is.
    """

    def __init__(self, wanted: Wanted, found: Found) -> None:
        self._wanted, self._found = wanted, found
        self.config: Config = {
            name: [] for name in ("initiators", "initiator_groups", "targets", "target_groups", "luns")
        }
        self.kept: list[str] = []
        # The groups of hosts in which nobody else is, and those that are not there.
        self._gone: set[str] = set()
        self._left: set[str] = set()
        # Those that LUNs have after it; a LUN that goes is not in it.
        self._audience: dict[Place, list[str]] = {}
        self._own: set[Place] = set()

    def take_groups(self) -> None:
        """Take away the groups of the hosts; where others are in one, only the members of these hosts."""
        there = {group["name"]: group for group in self._found.initiator_groups}
        for name, hosts in self._wanted.groups_of_hosts().items():
            leaving = {folded(one) for host in hosts for one in host.initiators}
            if name not in there:
                # It has gone before, after all LUNs, or is a group of another protocol, which is none of these hosts'.
                self._left.add(name)
                continue
            members = there[name]["initiators"]
            others = [one for one in members if folded(one) not in leaving]
            if not others:
                self._gone.add(name)
                self.config["initiator_groups"].append({"name": name, **_ABSENT})
                continue
            self.kept.append(f"initiator group {name} and its LUNs stay: {shown(others)} is in it, too")
            going = [one for one in members if folded(one) in leaving]
            if going:
                self.config["initiator_groups"].append({"name": name, "initiators": going, **_REMOVE})

    def take_initiators(self) -> None:
        """Take away the initiators of the hosts that are in no other group."""
        own = set(self._wanted.groups_of_hosts())
        for record in self._found.initiators:
            name = record["initiator"]
            if folded(name) not in self._wanted.initiators:
                continue
            others = [
                group["name"]
                for group in self._found.initiator_groups
                if group["name"] not in self._groups_left_by(name, own)
                and folded(name) in map(folded, group["initiators"])
            ]
            if others:
                self.kept.append(f"initiator {name} stays: it is in initiator group {shown(others)}, too")
            else:
                self.config["initiators"].append({"initiator": name, **_ABSENT})

    def _groups_left_by(self, initiator: str, own: set[str]) -> set[str]:
        """The groups that an initiator leaves: those of the hosts that have it."""
        name = folded(initiator)
        return {host.initiator_group for host in self._wanted.hosts if name in map(folded, host.initiators)} & own

    def take_luns(self) -> None:
        """Hide the LUNs from the groups that go; remove those that are asked for and that nobody else sees."""
        groups = self._gone | self._left
        listed = {lun for host in self._wanted.hosts if host.initiator_group in groups for lun in host.luns}
        for record in self._found.luns:
            place = (record["pool"], record["project"], record["name"])
            present = record["initiator_groups"] or []
            rest = [group for group in present if group not in self._gone]
            going = [group for group in present if group in self._gone]
            self._audience[place] = rest
            if not going and (rest or place not in listed):
                if place in listed and self._wanted.remove_luns:
                    self._keep_lun(place, rest)
                continue
            self._own.add(place)
            if self._wanted.remove_luns and place in listed and not rest:
                self.config["luns"].append({**_named(place), **_ABSENT})
                del self._audience[place]
                continue
            if self._wanted.remove_luns and place in listed:
                self._keep_lun(place, rest)
            if going:
                self.config["luns"].append({**_named(place), "initiator_groups": going, **_REMOVE})

    def _keep_lun(self, place: Place, rest: list[str]) -> None:
        self.kept.append(f"LUN {'/'.join(place)} stays: {shown(rest)} sees it, too")

    def take_targets(self) -> None:
        """Take away the target groups through which nobody sees anything any more, with their targets."""
        there = {group["name"]: group for group in self._found.target_groups}
        iqns = {target["alias"]: target["iqn"] for target in self._found.targets}
        for name, aliases in self._wanted.groups_of_targets().items():
            own = [iqns[alias] for alias in aliases if alias in iqns]
            members = there[name]["targets"] if name in there else []
            others = [one for one in members if folded(one) not in map(folded, own)]
            users = self._users_of(name)
            if not own and name not in there:
                continue
            if users or others:
                why = f"{shown(users)} is presented through it" if users else f"{shown(others)} is in it, too"
                self.kept.append(f"target group {name} and its targets stay: {why}")
                continue
            self._release(name)
            self.config["target_groups"] += [{"name": name, **_ABSENT}] if name in there else []
            self.config["targets"] += [{"alias": alias, **_ABSENT} for alias in aliases if alias in iqns]

    def _users_of(self, group: str) -> list[str]:
        """The LUNs that need a target group: those that somebody sees through it, and those of others that nobody sees."""
        found = []
        for record in self._found.luns:
            place = (record["pool"], record["project"], record["name"])
            if place not in self._audience:
                continue
            rest, through = self._audience[place], record["target_group"]
            # Through all targets a LUN is seen through these as well.
            if (rest and through in (group, EVERYTHING)) or (through == group and place not in self._own):
                found.append(f"LUN {'/'.join(place)}")
        return found

    def _release(self, group: str) -> None:
        """Have the LUNs that nobody sees any more name a target group no longer that goes."""
        items = {tuple(item[key] for key in ("pool", "project", "name")): item for item in self.config["luns"]}
        for record in self._found.luns:
            place = (record["pool"], record["project"], record["name"])
            if place not in self._own or place not in self._audience or record["target_group"] != group:
                continue
            if place in items:
                items[place]["target_group"] = EVERYTHING
            else:
                self.config["luns"].append({**_named(place), "target_group": EVERYTHING})
