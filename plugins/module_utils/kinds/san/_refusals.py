# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands against a change of initiators, targets and their groups: who uses them, and incomplete CHAP credentials."""

from __future__ import annotations

from ...engine._read import read_all, read_list
from ...engine._resource import Resource
from ...engine._types import Identity, Pages, Record
from ...values._errors import InvalidInput, PlanRefused
from ...values._names import folded, shown
from ...values._wire import Wire, named
from ..pool._pools import POOLS, is_exported, owner_of
from ._protocols import ISCSI

CHAP = "chap"

# CHAP


def require_both(label: str, current: Record | None, wanted: Record) -> None:
    """Refuse an initiator with a CHAP user or a CHAP secret alone. The appliance does not tell whether it has a secret."""
    before = (current or {}).get("chap_user") or ""
    user, secret = wanted.get("chap_user", before), wanted.get("chap_secret")
    if user and (secret == "" or (user != before and not secret)):
        raise _missing(label, "chap_secret")
    if secret and not user:
        raise _missing(label, "chap_user")


def require_chap(label: str, current: Record | None, wanted: Record) -> None:
    """Refuse a target that asks for CHAP and has nothing to prove it with."""
    before = current or {"auth": "none", "chap_user": ""}
    after = {**before, **wanted}
    if after["auth"] != CHAP:
        return
    if not after["chap_user"]:
        raise _missing(label, "chap_user")
    # What asks for CHAP already has a secret; of all others the appliance does not tell.
    secret = wanted.get("chap_secret")
    if secret == "" or (before["auth"] != CHAP and not secret):
        raise _missing(label, "chap_secret")


def _missing(label: str, option: str) -> InvalidInput:
    return InvalidInput(f"{label} cannot have CHAP without {option}", advice="add it")


# Who uses them


def members_of(resource: Resource) -> str:
    """The option that has the members of a group."""
    return resource.writable[0].option


def groups_of(pages: Pages, resource: Resource, protocol: str) -> list[Record]:
    """Read the groups of a protocol."""
    return read_all(pages, resource, {"protocol": protocol})


def refuse_member(pages: Pages, groups: Resource, label: str, name: str) -> None:
    """Refuse to remove what is a member of a group."""
    found = [
        group["name"]
        for group in groups_of(pages, groups, ISCSI)
        if folded(name) in map(folded, group[members_of(groups)])
    ]
    if found:
        raise PlanRefused(
            f"{label} is a member of {groups.title} {shown(found)}",
            advice=f"remove it from there first, with zfssa_{groups.title.replace(' ', '_')} and membership=remove",
        )


def refuse_in_use(
    pages: Pages, resource: Resource, identity: Identity, what: str, *, appliance_refuses: bool = False
) -> None:
    """Refuse what would take a group from LUNs that use it, or may use it where this node does not see them.

    Args:
        what: what is to become of the group, for the message.
        guarded: whether the appliance itself refuses it for the sake of the LUNs of both nodes.
    """
    # Groups alone have to do with LUNs.
    from ..lun._table import LUN

    label = resource.label(identity)
    option = "initiator_groups" if members_of(resource) == "initiators" else "target_group"
    users = []
    for lun in read_all(pages, LUN, {}):
        # A LUN has several groups of initiators, and one of targets.
        groups = [lun[option]] if isinstance(lun[option], str) else lun[option] or []
        if identity["name"] in groups:
            users.append(LUN.label(lun))
    if users:
        raise PlanRefused(
            f"{label} cannot be {what}, because it is in use by {shown(users)}",
            advice=f"give {'it' if len(users) == 1 else 'them'} another {resource.title} first, with {option} of zfssa_lun",
        )
    _refuse_unseen(label, what, read_list(pages, POOLS, "pools"), appliance_refuses=appliance_refuses)


def _refuse_unseen(label: str, what: str, pools: list[Wire], *, appliance_refuses: bool) -> None:
    """Refuse where the other node of a cluster has pools: both share their groups, and neither sees the other's LUNs."""
    unseen = [wire for wire in pools if is_exported(wire)]
    alone = len(unseen) == len(pools)
    if not unseen or (appliance_refuses and not alone):
        return
    owner = owner_of(unseen)
    raise PlanRefused(
        f"{label} cannot be {what} here, because LUNs in pool {shown(named(unseen))} may use it, and "
        f"only {owner} of this cluster sees them",
        advice=f"set host to {owner}"
        if alone
        else "run the task while one node has all pools, or use zfssa_rest after checking there that no LUN uses it",
    )
