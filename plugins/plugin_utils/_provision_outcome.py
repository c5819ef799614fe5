# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has become of hosts: what each of them needs to log in, and what it does not see that it should."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._connection import (
    CHAP,
    Fabric,
    connection,
    why_unreachable,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import folded, shown
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_document import Found, Record, absent
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import Host, Place, Wanted

# Kinds as drift is told, in the order in which they are made.
_WORDS = {
    "project": "project",
    "initiator": "initiators",
    "initiator_group": "initiator group",
    "target": "target",
    "target_group": "target group",
    "lun": "LUNs",
}
_STANDS_IN = "iqn of "
_KEYS = {
    "initiator": ("initiators", ("initiator",)),
    "initiator_group": ("initiator_groups", ("name",)),
    "target": ("targets", ("alias",)),
    "target_group": ("target_groups", ("name",)),
    "lun": ("luns", ("pool", "project", "name")),
}


def differing(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name what a plan changes, in the words of people.

    Args:
        results: `results` of zfssa_san.
    """
    kinds = {one["kind"] for one in results if one["changed"]}
    return [word for kind, word in _WORDS.items() if kind in kinds]


def predicted(wanted: Wanted, found: Found, results: Iterable[Mapping[str, Any]]) -> Found:
    """Make what there will be of what there is and what is predicted.

    Args:
        wanted: as judged.
        found: what there is.
        results: `results` of zfssa_san in check mode.
    """
    lists = found._asdict()
    for one in results:
        section, keys = _KEYS.get(one["kind"], ("", ()))
        if not section or one["object"] is None:
            continue
        names = _names(one["object"], keys)
        lists[section] = [record for record in lists[section] if _names(record, keys) != names] + [dict(one["object"])]
    # Until the appliance has chosen the iqn of a target, its alias stands for it.
    targets = [{**one, "iqn": one["iqn"] or _STANDS_IN + one["alias"]} for one in lists["targets"]]
    iqns = {target["alias"]: target["iqn"] for target in targets}
    groups = wanted.groups_of_targets()
    lists["targets"] = targets
    lists["target_groups"] = [
        one
        if one["targets"] is not None
        else {**one, "targets": [iqns[alias] for alias in groups.get(one["name"], ())]}
        for one in lists["target_groups"]
    ]
    return Found(**lists)


def _names(record: Mapping[str, Any], keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(folded(str(record[key])) for key in keys)


def connections(wanted: Wanted, found: Found, interfaces: Iterable[Mapping[str, Any]]) -> list[Record]:
    """What each host needs to log in; there are no secrets in it.

    Args:
        wanted: as judged.
        found: what there is, or will be.
        interfaces: those of the network, as the appliance gives them.
    """
    luns = _by_place(found)
    fabric = Fabric(
        initiators=tuple(found.initiators),
        targets=tuple(found.targets),
        target_groups=tuple(found.target_groups),
        interfaces=tuple(dict(one) for one in interfaces),
    )
    return [_connection(host, luns, fabric) for host in wanted.hosts]


def _by_place(found: Found) -> dict[Place, Record]:
    return {(lun["pool"], lun["project"], lun["name"]): lun for lun in found.luns}


def _connection(host: Host, luns: Mapping[Place, Record], fabric: Fabric) -> Record:
    group = host.initiator_group
    seen = [luns[place] for place in host.luns if place in luns and group in (luns[place]["initiator_groups"] or ())]
    made = [connection(lun, [group], host.initiators, fabric) for lun in seen]
    iqns = {iqn for one in made for iqn in one["targets"]}
    auth = CHAP if any(one["auth"] == CHAP for one in made) else "none"
    names = set(map(folded, host.initiators))
    users = {one["chap_user"] for one in fabric.initiators if folded(one["initiator"]) in names}
    users_of_targets = {one["chap_user"] for one in fabric.targets if one["iqn"] in iqns and one["auth"] == CHAP}
    return {
        "host": host.name,
        "initiators": list(host.initiators),
        "initiator_group": group,
        # What the appliance has yet to choose is none that a host could use.
        "targets": sorted(iqn for iqn in iqns if not iqn.startswith(_STANDS_IN)),
        "portals": sorted({portal for one in made for portal in one["portals"]}),
        "auth": auth,
        "chap_user": _only(users) if auth == CHAP else None,
        "target_chap_user": _only(users_of_targets),
        "luns": [{**one["lun"], "lu_number": one["lu_numbers"][group]} for one in made],
    }


def _only(names: set[str | None]) -> str | None:
    """The name that all have, `None` where they have none or several."""
    return (next(iter(names)) or None) if len(names) == 1 else None


def unseen(wanted: Wanted, found: Found, made: Iterable[Record]) -> list[str]:
    """Tell what hosts do not see that they should, a clause for each.

    Args:
        wanted: as judged.
        found: what there is, as it was read after the last write.
        made: what each host needs to log in.
    """
    luns = _by_place(found)
    members = {group["name"]: set(map(folded, group["initiators"] or ())) for group in found.initiator_groups}
    problems = []
    for host, needs in zip(wanted.hosts, made, strict=True):
        outside = [one for one in host.initiators if folded(one) not in members.get(host.initiator_group, set())]
        if outside:
            problems.append(f"initiator group {host.initiator_group} of host {host.name} lacks {shown(outside)}")
        for place in host.luns:
            why = _why_unseen(luns.get(place), host)
            problems += [f"host {host.name} does not see LUN {'/'.join(place)}, {why}"] if why else []
        lacking = why_unreachable(needs["targets"], needs["portals"])
        if host.luns and not problems and lacking:
            problems.append(f"host {host.name} cannot log in: {lacking} through which it sees its LUNs")
    return problems


def _why_unseen(lun: Record | None, host: Host) -> str:
    if lun is None:
        return "which does not exist"
    if host.initiator_group not in (lun["initiator_groups"] or ()):
        return f"which is not presented to initiator group {host.initiator_group}"
    # One that is offline shows itself to nobody, because somebody wants it so.
    if lun["status"] == "online" and (lun["lu_numbers"] or {}).get(host.initiator_group) is None:
        return f"which has no LU number in initiator group {host.initiator_group}"
    return ""


def left(wanted: Wanted, found: Found) -> list[str]:
    """Tell what there is still of hosts that were taken away, a clause for each.

    Args:
        wanted: as judged.
        found: what there is, as it was read after the last write.
    """
    config, _kept = absent(wanted, found)
    names = ("name", "initiator", "alias")
    return [
        f"{section} still has {next(str(item[name]) for name in names if name in item)}"
        for section, items in config.items()
        for item in items
    ]
