# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether initiators are known, in which form, and whether their groups are there: API reference 9."""

from __future__ import annotations

from collections.abc import Iterable

from ...engine._preconditions import ReferenceExists
from ...engine._read import read_list
from ...engine._relations import Reference
from ...values._errors import Absent
from ...values._names import folded, shown
from ...values._wire import Wire, label_of, text, told_texts
from ..lun._table import INITIATOR_GROUPS_OF_LUN
from ..san._protocols import EVERYTHING, ISCSI, PROTOCOLS, SAN
from ..san._table import is_port_name
from ._finding import Verdict, good
from ._once import OnceWithFailures

_WHAT = {ISCSI: "an iSCSI initiator", "fc": "an FC initiator", "srp": "an SRP initiator"}


def protocols_of(initiators: Iterable[str]) -> list[str]:
    """The protocols whose initiators may be meant; an alias may be one of each."""
    named = {protocol for name in initiators for protocol in _protocols_of(name)}
    return [protocol for protocol in PROTOCOLS if protocol in named]


def _protocols_of(name: str) -> tuple[str, ...]:
    return tuple(protocol for protocol in PROTOCOLS if is_port_name(protocol, name)) or PROTOCOLS


def read_initiators(once: OnceWithFailures, protocols: Iterable[str]) -> dict[str, list[Wire]]:
    """Read the initiators of some protocols; only iSCSI is on every appliance."""
    found = {}
    for protocol in protocols:
        path = f"{SAN}/{protocol}/initiators"
        found[protocol] = once.listed(path, "initiators") if protocol == ISCSI or once.get(path) is not None else []
    return found


def judge_initiator(initiators: dict[str, list[Wire]], name: str) -> Verdict:
    """Whether the appliance knows an initiator, by its name or its alias.

    Args:
        initiators: those of each protocol, as the appliance gives them.
        name: the initiator.
    """
    for protocol in _protocols_of(name):
        for wire in initiators.get(protocol, ()):
            label = label_of(wire, "initiator")
            port, alias = text(wire, "initiator", label), text(wire, "alias", label)
            if folded(port) == folded(name) or (alias and alias == name):
                return good(f"{name} is known as {_WHAT[protocol]}, {_form(port, alias, name, wire)}")
    maker = ISCSI in _protocols_of(name)
    advice = "create it with zfssa_initiator" if maker else "make it known on the appliance (BUI Configuration > SAN)"
    raise Absent(f"initiator {name} does not exist", advice=advice)


def _form(port: str, alias: str, name: str, wire: Wire) -> str:
    """How it is written there, and what it logs in with."""
    spelled = "" if port == name else f"written {port}, "
    user = wire.get("chapuser")
    chap = f"with CHAP user {user}" if user and isinstance(user, str) else "without CHAP"
    return f"{spelled}{f'alias {alias}, ' if alias else ''}{chap}"


def judge_group(once: OnceWithFailures, name: str) -> Verdict:
    """Whether an initiator group exists, of whatever protocol, and how many it has in it.

    Raises:
        PlanRefused: it does not.
    """
    reference = INITIATOR_GROUPS_OF_LUN
    ReferenceExists(reference, (name,))(once)
    if name == EVERYTHING:
        return good(f"initiator group {name} is every initiator")
    members = told_texts(_group(once, reference, name), "initiators")
    return good(f"initiator group {name} has {shown(members) if members else 'no initiator in it'}")


def _group(once: OnceWithFailures, reference: Reference, name: str) -> Wire:
    lists = (read_list(once, path, reference.key) for path in reference.lists)
    return next((wire for found in lists for wire in found if wire.get("name") == name), {})
