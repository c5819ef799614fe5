# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host needs to reach a LUN: targets, their addresses, CHAP; API reference 2.4 and 9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...engine._read import Reader, read_list
from ...engine._types import Record
from ...values._names import folded
from ...values._wire import Wire, clear, told_flag
from ..san._protocols import EVERYTHING, ISCSI, PROTOCOLS
from ..san._table import INITIATOR, INITIATOR_GROUPS, TARGET, TARGET_GROUPS

INTERFACES = "/api/network/v1/interfaces"
CHAP = "chap"
_PORT = 3260


@dataclass(frozen=True)
class Fabric:
    """What of the SAN a connection is made of.

    Attributes:
        initiators: records of iSCSI initiators.
        targets: records of iSCSI targets.
        target_groups: name of an iSCSI target group -> its targets.
        interfaces: network interfaces as the appliance gives them.
        initiator_groups: records of initiator groups, those among them by which hosts see the LUN.
    """

    initiators: tuple[Record, ...] = ()
    targets: tuple[Record, ...] = ()
    target_groups: tuple[Record, ...] = ()
    interfaces: tuple[Wire, ...] = ()
    initiator_groups: tuple[Record, ...] = ()


def read_groups(reader: Reader, protocols: Iterable[str] = PROTOCOLS) -> list[Record]:
    """Read the initiator groups of some protocols."""
    return [
        group
        for protocol in protocols
        for group in _records(reader, INITIATOR_GROUPS[protocol].list_path({"protocol": protocol}), protocol)
    ]


def _records(reader: Reader, path: str, protocol: str) -> list[Record]:
    groups = INITIATOR_GROUPS[protocol]
    return [groups.normalise(wire, {"protocol": protocol}) for wire in read_list(reader, path, groups.plural)]


def read_initiators(reader: Reader) -> tuple[Record, ...]:
    """Read the iSCSI initiators."""
    return tuple(INITIATOR.normalise(wire) for wire in read_list(reader, INITIATOR.list_path({}), INITIATOR.plural))


def read_fabric(
    reader: Reader, target_groups: Sequence[str], initiators: tuple[Record, ...], groups: Sequence[Record]
) -> Fabric:
    """Read the targets and what belongs to them.

    Args:
        target_groups: through which a LUN is presented, now or soon.
        initiators: those that were read already.
        groups: the initiator groups that were read already.
    """
    names = {"protocol": ISCSI}
    resource = TARGET_GROUPS[ISCSI]
    through = (
        [] if set(target_groups) == {EVERYTHING} else read_list(reader, resource.list_path(names), resource.plural)
    )
    return Fabric(
        initiators=initiators,
        targets=tuple(TARGET.normalise(wire) for wire in read_list(reader, TARGET.list_path({}), TARGET.plural)),
        target_groups=tuple(resource.normalise(wire, names) for wire in through),
        interfaces=tuple(read_list(reader, INTERFACES, "interfaces")),
        initiator_groups=tuple(groups),
    )


def connection(lun: Record, groups: Sequence[str], hosts: Sequence[str], fabric: Fabric) -> Record:
    """Make what a host needs to log in.

    Args:
        lun: the record of the LUN.
        groups: the initiator groups that the hosts are in.
        hosts: the names of their initiators.
        fabric: what the appliance has.
    """
    targets = [target for target in _targets(lun["target_group"], fabric) if is_online(target)]
    numbers = lun["lu_numbers"]
    # Who proves who he is by which name is only told.
    known = {folded(one["initiator"]): clear(one["chap_user"]) for one in fabric.initiators}
    users = {known[folded(host)] for host in hosts if folded(host) in known}
    users_of_targets = {clear(target["chap_user"]) for target in targets if target["auth"] == CHAP}
    return {
        "lun": {
            **{key: lun[key] for key in ("pool", "project", "name", "size")},
            "guid": lun["lunguid"],
        },
        "initiators": sorted(hosts),
        "hosts": [
            {
                "initiator": host,
                "lu_number": _number_of(host, groups, numbers or {}, fabric),
                "chap_user": known.get(folded(host)) or None,
            }
            for host in sorted(hosts)
        ],
        "initiator_groups": sorted(groups),
        "lu_numbers": {group: None if numbers is None else numbers.get(group) for group in sorted(groups)},
        "target_group": lun["target_group"],
        "targets": sorted(target["iqn"] for target in targets),
        "portals": _portals(targets, fabric.interfaces),
        "auth": CHAP if any(target["auth"] == CHAP for target in targets) else "none",
        "chap_user": (users.pop() or None) if len(users) == 1 else None,
        "target_chap_user": (users_of_targets.pop() or None) if len(users_of_targets) == 1 else None,
    }


def _number_of(host: str, groups: Sequence[str], numbers: Mapping[str, int | None], fabric: Fabric) -> int | None:
    """The LU number by which one host sees a LUN; `None` where none is known, or its groups have different ones."""
    holding = [
        group["name"]
        for group in fabric.initiator_groups
        if group["name"] in groups and folded(host) in map(folded, group["initiators"])
    ]
    found = {numbers.get(name) for name in holding}
    return found.pop() if len(found) == 1 else None


def _targets(group: str, fabric: Fabric) -> list[Record]:
    if group == EVERYTHING:
        return list(fabric.targets)
    members = {folded(iqn) for one in fabric.target_groups if one["name"] == group for iqn in one["targets"]}
    return [target for target in fabric.targets if folded(target["iqn"]) in members]


def _portals(targets: Iterable[Record], interfaces: Iterable[Wire]) -> list[str]:
    """Where some targets are."""
    known = list(interfaces)
    return sorted({portal for target in targets for portal in portals_of(target, known)})


def is_online(target: Record) -> bool:
    """Whether a target lets hosts log in; only some releases tell."""
    return target["state"] in (None, "online")


def why_unreachable(targets: Sequence[object], portals: Sequence[str]) -> str:
    """Why hosts cannot log in, empty where they can.

    Args:
        targets: those that are online.
        portals: where these are.
    """
    if portals:
        return ""
    return "no address of its targets is up" if targets else "no target is online"


def portals_of(target: Record, interfaces: Sequence[Wire]) -> list[str]:
    """Where a target is: one without interfaces of its own is on all that carry data.

    Args:
        target: its record.
        interfaces: those of the network, as the appliance gives them.
    """
    usable = [one for one in interfaces if is_up(one)]
    data = [one for one in usable if not told_flag(one, "admin")] or usable
    own = target["interfaces"] or []
    chosen = [one for one in usable if one.get("interface") in own] if own else data
    return sorted({_portal(address) for interface in chosen for address in addresses_of(interface)})


def is_up(interface: Wire) -> bool:
    """Whether an interface carries traffic, as far as it tells."""
    return bool(interface.get("state", "up") == "up")


def addresses_of(interface: Wire) -> list[str]:
    """The addresses of an interface; what is none is told to no host."""
    lists = [interface.get(key) for key in ("curaddrs", "v4addrs")]
    found = next((one for one in lists if one and isinstance(one, list)), [])
    return [address for address in found if isinstance(address, str)]


def _portal(address: str) -> str:
    host = str(address).split("/", maxsplit=1)[0]
    return f"[{host}]:{_PORT}" if ":" in host else f"{host}:{_PORT}"
