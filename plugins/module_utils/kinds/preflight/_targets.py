# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether targets are there and online, and whether hosts can reach them: API reference 2.4 and 9.3."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from ...engine._types import Record
from ...values._errors import Absent, PlanRefused
from ...values._names import folded, shown
from ...values._wire import Wire, label_of, named, text
from ..lun._connection import INTERFACES, addresses_of, is_online, is_up, portals_of
from ..san._protocols import SAN
from ..san._table import TARGET, for_management, is_port_name
from ._finding import FAILED, UNKNOWN, Verdict, good
from ._once import OnceWithFailures

_PORTS = f"{SAN}/fc/targets"
_ON_NETWORK = "look at the network on the appliance (BUI Configuration > Network)"


def is_fc(name: str) -> bool:
    """Whether a target is a port of a card, by its name; such a one has no address."""
    return is_port_name("fc", name)


def read_targets(once: OnceWithFailures) -> list[Record]:
    """Read the iSCSI targets."""
    return [TARGET.normalise(wire) for wire in once.listed(TARGET.list_path({}), TARGET.plural)]


def read_ports(once: OnceWithFailures) -> list[Wire]:
    """Read the FC targets."""
    return once.listed(_PORTS, "targets")


def read_interfaces(once: OnceWithFailures) -> list[Wire]:
    """Read the interfaces of the network."""
    return once.listed(INTERFACES, "interfaces")


def target_in(targets: Sequence[Record], name: str) -> Record:
    """An iSCSI target, by its alias or its IQN.

    Raises:
        PlanRefused: it does not exist.
    """
    for target in targets:
        if target["alias"] == name or folded(target["iqn"]) == folded(name):
            return target
    there = f", or use one of: {', '.join(sorted(one['alias'] for one in targets))}" if targets else ""
    raise Absent(f"target {name} does not exist", advice=f"create it with zfssa_target{there}")


def judge_target(targets: Sequence[Record], name: str) -> Verdict:
    """Whether an iSCSI target exists and is online."""
    target = target_in(targets, name)
    if is_online(target):
        return good(f"target {target['alias']} is online as {target['iqn']}")
    return Verdict(
        FAILED,
        f"target {target['alias']} is {target['state']}",
        "bring it online on the appliance (BUI Configuration > SAN)",
    )


def judge_port(ports: Sequence[Wire], name: str) -> Verdict:
    """Whether an FC port exists, and is one that hosts log in to."""
    for wire in ports:
        label = label_of(wire, "FC port")
        if folded(text(wire, "wwn", label)) != folded(name):
            continue
        mode = text(wire, "mode", label)
        if mode == "target":
            return good(f"{name} is an FC port in target mode")
        if not mode:
            return Verdict(UNKNOWN, f"FC port {name} does not tell its mode", "look at it on the appliance")
        return Verdict(
            FAILED,
            f"FC port {name} is in {mode} mode",
            "set it to target mode on the appliance (BUI Configuration > SAN)",
        )
    there = ", ".join(named(ports, "wwn")) or "there is none"
    raise PlanRefused(f"FC port {name} does not exist", advice=f"use one of: {there}")


def judge_portals(target: Record, interfaces: Sequence[Wire]) -> Verdict:
    """Whether hosts find a target at an address, and all its interfaces are up.

    Args:
        target: its record.
        interfaces: those of the network, as the appliance gives them.
    """
    portals = [portal for portal in portals_of(target, interfaces) if _is_reachable(portal)]
    at = (
        f"hosts find target {target['alias']} at {shown(portals)}"
        if portals
        else f"no host can reach target {target['alias']}"
    )
    wrong = _wrong(target["interfaces"] or [], interfaces)
    if wrong:
        return Verdict(FAILED, f"{at}, but {'; '.join(wrong)}" if portals else f"{at}: {'; '.join(wrong)}", _ON_NETWORK)
    if not portals:
        return Verdict(FAILED, f"{at}: none of its interfaces is up with an address of its own", _ON_NETWORK)
    return good(at)


def _wrong(own: Sequence[str], interfaces: Sequence[Wire]) -> list[str]:
    """What is wrong with the interfaces that a target is bound to, a clause for each."""
    known = {wire["interface"]: wire for wire in interfaces if isinstance(wire.get("interface"), str)}
    clauses = []
    for name in own:
        wire = known.get(name)
        if wire is None:
            clauses.append(f"interface {name} does not exist")
        elif for_management(wire):
            clauses.append(f"interface {name} {for_management(wire)}")
        elif not is_up(wire):
            clauses.append(f"interface {name} is {wire.get('state')}")
        elif not addresses_of(wire):
            clauses.append(f"interface {name} has no address")
    return clauses


def _is_reachable(portal: str) -> bool:
    """Whether a host elsewhere may find an address; what is no address is a name, of which nobody knows."""
    try:
        address = ipaddress.ip_address(portal.rpartition(":")[0].strip("[]"))
    except ValueError:
        return True
    return not (address.is_unspecified or address.is_loopback or address.is_link_local or address.is_multicast)
