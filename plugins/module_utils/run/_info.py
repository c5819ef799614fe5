# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_info`: what an appliance is and has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..client._query import check_query, run_query
from ..engine._once import Once
from ..engine._operation import Operation
from ..engine._plan import Item, unchanged
from ..engine._read import Reader, unwrap
from ..engine._types import Record
from ..kinds._registry import IN_DOCUMENTS, KINDS
from ..kinds.lun._table import LUN
from ..kinds.pool._pools import POOLS, STORAGE
from ..kinds.project._table import PROJECT
from ..kinds.replication._scope import SOURCES
from ..kinds.san._protocols import ISCSI
from ..kinds.service._table import SERVICES, service_record
from ..values._errors import InvalidInput
from ..values._names import CUSTOM_PREFIX, segment
from ..values._wire import Wire, clear, cleared, label_of
from ._info_capacity import CLUSTER, gather_capacity
from ._info_doubts import doubts_of, warnings_for
from ._info_filter import ONE_LUN, Filter
from ._info_places import IN_PROJECTS, require_place
from ._info_records import RECORDS, exported, inputs

ALL = "all"


def _single(path: str, key: str) -> Callable[[Reader, Filter], Any]:
    """A subset that is one object, given as the appliance has it."""
    return lambda reader, _filter: unwrap(reader.get(path) or {}, key)


def _plain_list(path: str, keys: tuple[str, ...], name: str) -> Callable[[Reader, Filter], Any]:
    """A subset that is a list of objects, given as the appliance has them, filtered by their name."""

    def gather(reader: Reader, wanted: Filter) -> list[Wire]:
        return [item for item in wanted.items(reader, path, *keys) if wanted.passes(name=item.get(name))]

    return gather


def _listed(subset: str) -> Callable[[Reader, Filter], Any]:
    """A subset that is the list of a kind."""

    def gather(reader: Reader, wanted: Filter) -> Any:
        resource = KINDS[subset].resource
        listed = _plain_list(resource.collection.format(protocol=ISCSI), resource.list_keys, resource.wire_key)
        return listed(reader, wanted)

    return gather


def _of_replication() -> Mapping[str, Callable[[Reader, Filter], Any]]:
    """The subsets that are about replication."""
    from ._info_replication import SUBSETS as of_replication

    return of_replication


def _replication(subset: str) -> Callable[[Reader, Filter], Any]:
    """A subset that is about replication."""

    def gather(reader: Reader, wanted: Filter) -> Any:
        return _of_replication()[subset](reader, wanted)

    return gather


def _manageable(reader: Reader, wanted: Filter) -> Any:
    """Who manages the LUNs; what it needs is loaded when somebody asks."""
    from ._info_manageable import manageable

    return manageable(reader, wanted)


def _pools(reader: Reader, wanted: Filter) -> list[Wire]:
    return [item for item in wanted.items(reader, POOLS, "pools") if wanted.passes(pool=item.get("name"))]


def _projects(reader: Reader, wanted: Filter) -> list[Wire]:
    path = f"{STORAGE}/projects"
    if wanted.literal("pool"):
        path = f"{POOLS}/{segment(wanted.pool)}/projects"
    found = [_named(wire, {"pool": wanted.pool or ""}) for wire in wanted.items(reader, path, PROJECT.plural)]
    # For the list of projects, `project` and `name` both say which.
    return [
        wire
        for wire in found
        if wanted.passes(pool=wire.get("pool"), project=wire.get("name"))
        and (wanted.project is not None or wanted.passes(name=wire.get("name")))
    ]


def _luns(reader: Reader, wanted: Filter) -> list[Wire]:
    path = f"{STORAGE}/luns"
    names = {"pool": wanted.pool or "", "project": wanted.project or ""}
    if wanted.literal("pool", "project"):
        if wanted.literal("name"):
            identity = wanted.lun()
            body = reader.get(LUN.path(identity))
            return [] if body is None else [_named(unwrap(body, LUN.kind, LUN.label(identity)), identity)]
        path = LUN.list_path(names)
    found = [_named(wire, names) for wire in wanted.items(reader, path, LUN.plural)]
    return [
        wire
        for wire in found
        if wanted.passes(pool=wire.get("pool"), project=wire.get("project"), name=wire.get("name"))
    ]


def _named(wire: Wire, names: Mapping[str, str]) -> Wire:
    """An object with names that it may lack because its path has them."""
    return {**wire, **{option: name for option, name in names.items() if wire.get(option, "") == ""}}


def _filesystems(reader: Reader, wanted: Filter) -> list[Wire]:
    return [
        item
        for item in wanted.items(reader, f"{STORAGE}/filesystems", "filesystems")
        if wanted.passes(**{option: item.get(option) for option in ("pool", "project", "name")})
    ]


def _snapshots(reader: Reader, wanted: Filter) -> list[Wire]:
    if wanted.literal("pool", "project", "name"):
        names = wanted.lun()
        holder = {"pool": names["pool"], "project": names["project"], "share": names["name"]}
        return [{**holder, **wire} for wire in wanted.items(reader, f"{LUN.path(names)}/snapshots", "snapshots")]
    return [
        item
        for item in wanted.items(reader, f"{STORAGE}/snapshots", "snapshots")
        if wanted.passes(pool=item.get("pool"), project=item.get("project"), name=item.get("share"))
    ]


def _services(reader: Reader, wanted: Filter) -> list[Record]:
    return [
        {"name": wire.get("name"), "status": service_record(label_of(wire, "service"), wire)["status"]}
        for wire in wanted.items(reader, SERVICES, "services")
        if wanted.passes(name=wire.get("name"))
    ]


def _without_filesystems(
    reader: Reader, wanted: Filter, actions: list[Record], luns: list[Record] | None
) -> list[Record]:
    """The actions without those of filesystems, which have no module; only the list of LUNs tells which these are.

    Args:
        luns: those that fit the patterns, `None` where they have not been read.
    """
    if luns is None and any(clear(one["lun"]) for one in actions):
        luns = _luns(reader, replace(wanted, left_out=[]))
    names = [_names_in(lun, "name") for lun in luns or ()]
    return [one for one in actions if not clear(one["lun"]) or _names_in(one, "lun") in names]


def _names_in(record: Record, key: str) -> tuple[Any, ...]:
    return tuple(clear(record[option]) for option in ("pool", "project", key))


def _schema(reader: Reader, wanted: Filter) -> list[Wire]:
    """The custom properties; the pattern of their names may have the prefix, as the name in other modules may."""
    resource = KINDS["schema"].resource
    bare = replace(wanted, name=wanted.name.removeprefix(CUSTOM_PREFIX)) if wanted.name else wanted
    items = bare.items(reader, resource.collection, *resource.list_keys)
    return [item for item in items if bare.passes(name=item.get(resource.wire_key))]


SUBSETS: dict[str, Callable[[Reader, Filter], Any]] = {
    "system": _single("/api/system/v1/version", "version"),
    "cluster": _single(CLUSTER, "cluster"),
    "services": _services,
    "problems": _plain_list("/api/problem/v1/problems", ("problems",), "code"),
    "users": _plain_list("/api/user/v1/users", ("users",), "logname"),
    "interfaces": _plain_list("/api/network/v1/interfaces", ("interfaces",), "interface"),
    "pools": _pools,
    "capacity": gather_capacity,
    "projects": _projects,
    "luns": _luns,
    "manageable": _manageable,
    "filesystems": _filesystems,
    "snapshots": _snapshots,
    "schema": _schema,
    "initiators": _listed("initiators"),
    "initiator_groups": _listed("initiator_groups"),
    "targets": _listed("targets"),
    "target_groups": _listed("target_groups"),
    "replication_targets": _listed("replication_targets"),
    "replication_sources": _plain_list(SOURCES, ("sources",), "name"),
    "replication_actions": _replication("replication_actions"),
    "replication_packages": _replication("replication_packages"),
    "inherited_replication": _replication("inherited_replication"),
}
# The subset that is made of pages which others give as they are.
_SUMMED_UP = "capacity"
# What no reply may show, should an appliance ever give it.
_SECRETS = ("chapsecret", "targetchapsecret", "root_password", "initial_password")


def plan_info(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Gather the subsets, and evaluate the query over them.

    Raises:
        InvalidInput: the query is none, a subset cannot be given as input, or something is asked of input that is not given.
        PlanRefused: nothing is found because the other node of the cluster serves the pool.
    """
    query = options.get("query")
    if query is not None:
        check_query(query)
    as_input, concise = bool(options.get("as_input")), bool(options.get("concise"))
    if concise and not as_input:
        raise InvalidInput("concise is about options", advice="set as_input to true as well, or leave concise out")
    patterns = Filter(options.get("pool"), options.get("project"), options.get("name"))
    gathered: dict[str, Any] = {}
    wires: dict[str, Any] = {}
    warnings: list[str] = []
    place_is_there = False
    chosen = _chosen(options.get("gather_subset"), patterns, as_input)
    # Several subsets are made of the same pages.
    reader = Once(reader)
    for name in chosen:
        wanted = replace(patterns, left_out=[])
        found = _without_secrets(SUBSETS[name](reader, wanted))
        if name in IN_PROJECTS and not place_is_there:
            # What is found in a place says that the place is there.
            if found is None or found == []:
                require_place(reader, wanted)
            place_is_there = True
        elif (name == "pools" and not found) or (name == _SUMMED_UP and not found["pools"]):
            require_place(reader, replace(wanted, project=None))
        elif name == _SUMMED_UP and not found["projects"] and wanted.literal("project"):
            require_place(reader, wanted)
        told = RECORDS[name](found) if name in RECORDS else found
        doubts = doubts_of(name, told)
        # A number that a monitoring job takes as it is is a number, or none.
        shown = cleared(told, doubts, as_it_came=name != _SUMMED_UP)
        if as_input and name == "replication_actions":
            told = _without_filesystems(reader, wanted, told, gathered.get("luns"))
        gathered[name] = exported(name, found, told) if as_input else shown
        wires[name] = found
        warnings += warnings_for(name, doubts, wanted.left_out, as_it_came=name != _SUMMED_UP)
    if concise:
        from ._info_concise import without_defaults

        gathered, notes = without_defaults(gathered, wires)
        warnings += notes
    if as_input:
        gathered["config"] = {IN_DOCUMENTS.get(name, name): items for name, items in gathered.items()}
    if query is not None:
        gathered["queried"] = run_query(query, gathered)
    return replace(unchanged(gathered), warnings=tuple(warnings))


def _chosen(names: list[str] | None, patterns: Filter, as_input: bool) -> list[str]:
    """The subsets to gather, `all` written out.

    Raises:
        InvalidInput: one stands there twice, or cannot be given as input.
    """
    if names and ALL in names:
        everything = [name for name in SUBSETS if name != "inherited_replication" or patterns.literal(*ONE_LUN)]
        return inputs() if as_input else everything
    names = names or (inputs() if as_input else ["system"])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"gather_subset names {', '.join(twice)} more than once", advice="correct gather_subset")
    unfit = [name for name in names if name not in inputs()] if as_input else []
    if unfit:
        raise InvalidInput(
            f"{', '.join(unfit)} cannot be given as input",
            advice=f"with as_input, gather some of: {', '.join(inputs())}",
        )
    return names


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in value.items() if key not in _SECRETS}
    return value


def load_all() -> None:
    """Load what is otherwise loaded when a subset needs it, for who runs many tasks."""
    _of_replication()
    dict(KINDS)


_SPEC: dict[str, Any] = {
    "gather_subset": {"type": "list", "elements": "str", "choices": [ALL, *SUBSETS]},
    "pool": {"type": "str"},
    "project": {"type": "str"},
    "name": {"type": "str"},
    "as_input": {"type": "bool", "default": False},
    "concise": {"type": "bool", "default": False},
    "query": {"type": "str"},
}
OPERATION = Operation(spec=_SPEC, plan=plan_info, results=(), diff=False)
