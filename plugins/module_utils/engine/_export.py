# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is, put as the options that would make it: each item is a task for its module that changes nothing.

Secrets are not among them, because an appliance does not tell them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..kinds.lun._table import LUN
from ..kinds.project._table import PROJECT
from ..kinds.san._table import INITIATOR, INITIATOR_GROUPS, ISCSI, TARGET, TARGET_GROUPS
from ..kinds.schema._table import SCHEMA
from ..kinds.snapshot._table import OF_PROJECT, REPLICATION, SYSTEM
from ..values._errors import ZfssaError
from ..values._wire import clear, is_clear
from ._resource import CUSTOM, Record, Resource, Wire

_LOCAL = ("", "local")


def options_of(resource: Resource, record: Record) -> Record:
    """The options that make an object as it is.

    What its module would not take is left out: what the appliance did not give, and values that came with a release
    later than this table.
    """
    options = {option: clear(record[option]) for option in (*resource.scope, resource.key)}
    spec = resource.argument_spec()
    for prop in resource.writable:
        value = None if prop.secret else clear(record[prop.option])
        choices = spec[prop.option].get("choices")
        if value is None or (choices and value not in choices):
            continue
        try:
            prop.value.from_user(prop.option, value)
        except (ValueError, ZfssaError):
            continue
        options[prop.option] = value
    if record.get(CUSTOM):
        options[CUSTOM] = record[CUSTOM]
    return options


def _of_records(resource: Resource) -> Callable[[list[Record]], list[Record]]:
    return lambda records: [options_of(resource, record) for record in records if _is_named(resource, record)]


def _is_named(resource: Resource, record: Record) -> bool:
    """Whether an object bears names; of what does not no module could be told."""
    return all(is_clear(record[option]) for option in (*resource.scope, resource.key)) and bool(record[resource.key])


def _of_wires(resource: Resource, **scope: str) -> Callable[[list[Wire]], list[Record]]:
    """Items of what is given as the appliance has it."""
    return lambda wires: _of_records(resource)([resource.told(wire, scope) for wire in wires])


def _luns(records: list[Record]) -> list[Record]:
    """LUNs; a clone with its source."""
    items = []
    for record in records:
        if not _is_named(LUN, record):
            continue
        origin = clear(record["origin"])
        source: Record = {}
        if origin and origin.get("pool", record["pool"]) == record["pool"]:
            source = {"project": origin.get("project"), "lun": origin.get("share"), "snapshot": origin["snapshot"]}
        told = all(source.values()) and not str(source.get("snapshot", REPLICATION)).startswith(REPLICATION)
        items.append({**options_of(LUN, record), **({"source": source} if told else {})})
    return items


def _snapshots(wires: list[Wire]) -> list[Record]:
    """Snapshots that somebody took; those that the appliance takes and prunes by itself are nobody's wish."""
    items = []
    for wire in wires:
        names = [wire.get(key) for key in (*OF_PROJECT.scope, "share", "name", "collection", "href")]
        if not all(isinstance(one, str | None) for one in names):
            continue
        name = str(wire.get("name") or "")
        if not name or name.startswith(SYSTEM) or str(wire.get("collection") or "") not in _LOCAL:
            continue
        item = {option: wire.get(option) for option in OF_PROJECT.scope}
        share = wire.get("share")
        if share:
            # A snapshot names its share, and its path what that is (API reference 7.2).
            kind = "filesystem" if "/filesystems/" in str(wire.get("href", "")) else "lun"
            item[kind] = share
        items.append({**item, "name": name})
    return items


def _without_protocol(items: Callable[[list[Wire]], list[Record]]) -> Callable[[list[Wire]], list[Record]]:
    """Items of groups of iSCSI, which their modules mean when nothing else is said."""
    return lambda wires: [{key: item[key] for key in item if key != "protocol"} for item in items(wires)]


# Subset of `zfssa_info` -> what makes items of it; in the order in which they can be made.
INPUTS: dict[str, Callable[[list[Any]], list[Record]]] = {
    "schema": _of_wires(SCHEMA),
    "projects": _of_records(PROJECT),
    "initiators": _of_wires(INITIATOR),
    "initiator_groups": _without_protocol(_of_wires(INITIATOR_GROUPS[ISCSI], protocol=ISCSI)),
    "targets": _of_wires(TARGET),
    "target_groups": _without_protocol(_of_wires(TARGET_GROUPS[ISCSI], protocol=ISCSI)),
    "luns": _luns,
    "snapshots": _snapshots,
}
