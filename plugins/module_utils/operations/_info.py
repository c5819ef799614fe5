# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_info`: what an appliance is and has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from .._errors import InvalidInput, NotUnderstood
from .._names import segment
from .._plan import Plan, unchanged
from .._query import check_query, run_query
from .._read import POOLS, Reader, raw_items, read_pool, unwrap
from .._resource import Identity, Record, Resource, Wire
from .._wire import cleared, label_of
from ..resources._lun import LUN
from ..resources._project import PROJECT
from ..resources._replication import (
    ACTION,
    ACTIONS,
    PACKAGE,
    SOURCES,
    TARGETS,
    Scope,
    told_of,
)
from ._doubts import doubts_of, warnings_for
from ._input import INPUTS
from ._package_address import told_packages
from ._package_past import labelled
from ._replication import read_inherited
from ._service import SERVICES, service_record

_WILDCARDS = "*?["
_STORAGE = "/api/storage/v1"
_SAN = "/api/san/v1/iscsi"


@dataclass(frozen=True)
class Filter:
    """What the user wants to see; a pattern of `None` lets everything through.

    Attributes:
        pool, project, name: the patterns.
        left_out: gets what has something else than a name where a pattern looks at it.
    """

    pool: str | None
    project: str | None
    name: str | None
    left_out: list[Any] = field(default_factory=list, compare=False)

    def literal(self, *options: str) -> bool:
        """Whether all these are given and hold no wildcard."""
        values = [getattr(self, option) for option in options]
        return all(value and not any(mark in value for mark in _WILDCARDS) for value in values)

    def lun(self) -> Identity:
        """The checked names of the one LUN that is meant when all three are literal."""
        return LUN.identity({"pool": self.pool, "project": self.project, "name": self.name})

    def passes(self, **values: Any) -> bool:
        """Whether the values, as records or the appliance have them, fit the patterns."""
        looked_at = {option: value for option, value in values.items() if getattr(self, option) is not None}
        readable = {option: value or "" for option, value in looked_at.items() if isinstance(value, str | None)}
        fit = all(fnmatchcase(value, getattr(self, option)) for option, value in readable.items())
        if fit and len(readable) < len(looked_at):
            self.left_out.append(cleared(values, [], as_it_came=True))
        return fit and len(readable) == len(looked_at)

    def items(self, reader: Reader, path: str, *keys: str) -> list[Wire]:
        """Read a list; what is no object in it is left out."""
        body = reader.get(path)
        found = [] if body is None else raw_items(body, *keys, path=path)
        self.left_out.extend(item for item in found if not isinstance(item, dict))
        return [item for item in found if isinstance(item, dict)]


def _single(path: str, key: str) -> Callable[[Reader, Filter], Any]:
    """A subset that is one object, given as the appliance has it."""
    return lambda reader, _filter: unwrap(reader.get(path) or {}, key)


def _plain_list(path: str, keys: tuple[str, ...], name: str) -> Callable[[Reader, Filter], Any]:
    """A subset that is a list of objects, given as the appliance has them, filtered by their name."""

    def gather(reader: Reader, wanted: Filter) -> list[Wire]:
        return [item for item in wanted.items(reader, path, *keys) if wanted.passes(name=item.get(name))]

    return gather


def _pools(reader: Reader, wanted: Filter) -> list[Wire]:
    return [item for item in wanted.items(reader, POOLS, "pools") if wanted.passes(pool=item.get("name"))]


def _of_pool(gather: Callable[[Reader, Filter], Any]) -> Callable[[Reader, Filter], Any]:
    """A subset of what is in pools; where nothing of one pool is found, it must not be with the other node."""

    def gather_here(reader: Reader, wanted: Filter) -> Any:
        found = gather(reader, wanted)
        if not found and wanted.pool and wanted.literal("pool"):
            try:
                read_pool(reader, wanted.pool)
            except NotUnderstood:
                # Whose the pool is nobody can tell, and here nothing is decided on it.
                pass
        return found

    return gather_here


def _projects(reader: Reader, wanted: Filter) -> list[Record]:
    path = f"{_STORAGE}/projects"
    if wanted.literal("pool"):
        path = f"{POOLS}/{segment(wanted.pool)}/projects"
    records = _records(reader, wanted, PROJECT, path, {"pool": wanted.pool or ""})
    # For the list of projects, `project` and `name` both say which.
    return [
        record
        for record in records
        if wanted.passes(pool=record["pool"], project=record["name"])
        and (wanted.project is not None or wanted.passes(name=record["name"]))
    ]


def _luns(reader: Reader, wanted: Filter) -> list[Record]:
    path = f"{_STORAGE}/luns"
    names = {"pool": wanted.pool or "", "project": wanted.project or ""}
    if wanted.literal("pool", "project"):
        if wanted.literal("name"):
            identity = wanted.lun()
            body = reader.get(LUN.path(identity))
            return [] if body is None else [LUN.told(unwrap(body, LUN.kind, LUN.label(identity)), identity)]
        path = LUN.list_path(names)
    return [
        record
        for record in _records(reader, wanted, LUN, path, names)
        if wanted.passes(pool=record["pool"], project=record["project"], name=record["name"])
    ]


def _filesystems(reader: Reader, wanted: Filter) -> list[Wire]:
    return [
        item
        for item in wanted.items(reader, f"{_STORAGE}/filesystems", "filesystems")
        if wanted.passes(**{option: item.get(option) for option in ("pool", "project", "name")})
    ]


def _snapshots(reader: Reader, wanted: Filter) -> list[Wire]:
    if wanted.literal("pool", "project", "name"):
        return wanted.items(reader, f"{LUN.path(wanted.lun())}/snapshots", "snapshots")
    return [
        item
        for item in wanted.items(reader, f"{_STORAGE}/snapshots", "snapshots")
        if wanted.passes(pool=item.get("pool"), project=item.get("project"), name=item.get("share"))
    ]


def _inherited_replication(reader: Reader, wanted: Filter) -> Any:
    if not wanted.literal("pool", "project", "name"):
        raise InvalidInput(
            "inherited_replication is a flag of one LUN",
            advice="give pool, project and name without wildcards",
        )
    names = wanted.lun()
    scope = Scope(names["pool"], names["project"], names["name"])
    return read_inherited(reader, scope, reader.release, told=True)


def _records(reader: Reader, wanted: Filter, resource: Resource, path: str, names: dict[str, str]) -> list[Record]:
    return [resource.told(wire, names) for wire in wanted.items(reader, path, resource.plural)]


def _services(reader: Reader, wanted: Filter) -> list[Record]:
    return [
        {"name": wire.get("name"), "status": service_record(label_of(wire, "service"), wire)["status"]}
        for wire in wanted.items(reader, SERVICES, "services")
        if wanted.passes(name=wire.get("name"))
    ]


def _actions(reader: Reader, wanted: Filter) -> list[Record]:
    targets = wanted.items(reader, TARGETS, "targets")
    records = [labelled(told_of(ACTION, wire), targets) for wire in wanted.items(reader, ACTIONS, "actions")]
    return [
        record
        for record in records
        if wanted.passes(pool=record["pool"], project=record["project"], name=record["lun"])
    ]


def _packages(reader: Reader, wanted: Filter) -> list[Record]:
    def listed(reader: Reader, path: str, key: str) -> list[Wire]:
        items = wanted.items(reader, path, key)
        if path != SOURCES:
            return items
        # Below a source without a name nobody finds anything.
        wanted.left_out.extend(item for item in items if not isinstance(item.get("name"), str))
        return [item for item in items if isinstance(item.get("name"), str)]

    return [told_of(PACKAGE, wire) for wire in told_packages(reader, listed)]


SUBSETS: dict[str, Callable[[Reader, Filter], Any]] = {
    "system": _single("/api/system/v1/version", "version"),
    "cluster": _single("/api/hardware/v1/cluster", "cluster"),
    "services": _services,
    "problems": _plain_list("/api/problem/v1/problems", ("problems",), "code"),
    "users": _plain_list("/api/user/v1/users", ("users",), "logname"),
    "interfaces": _plain_list("/api/network/v1/interfaces", ("interfaces",), "interface"),
    "pools": _pools,
    "projects": _of_pool(_projects),
    "luns": _of_pool(_luns),
    "filesystems": _of_pool(_filesystems),
    "snapshots": _of_pool(_snapshots),
    "schema": _plain_list(f"{_STORAGE}/schema", ("properties", "schema"), "property"),
    "initiators": _plain_list(f"{_SAN}/initiators", ("initiators",), "initiator"),
    "initiator_groups": _plain_list(f"{_SAN}/initiator-groups", ("groups",), "name"),
    "targets": _plain_list(f"{_SAN}/targets", ("targets",), "alias"),
    "target_groups": _plain_list(f"{_SAN}/target-groups", ("groups",), "name"),
    "replication_targets": _plain_list(TARGETS, ("targets",), "label"),
    "replication_sources": _plain_list(SOURCES, ("sources",), "name"),
    "replication_actions": _of_pool(_actions),
    "replication_packages": _packages,
    "inherited_replication": _of_pool(_inherited_replication),
}
# What no reply may show, should an appliance ever give it.
_SECRETS = ("chapsecret", "targetchapsecret", "root_password", "initial_password")


def plan_info(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Gather the subsets, and evaluate the query over them.

    Raises:
        InvalidInput: the query is none, or a subset cannot be given as input.
        PlanRefused: nothing is found because the other node of the cluster serves the pool.
    """
    query = options.get("query")
    if query is not None:
        check_query(query)
    as_input = bool(options.get("as_input"))
    names = options.get("gather_subset") or (list(INPUTS) if as_input else ["system"])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"gather_subset names {', '.join(twice)} more than once", advice="correct gather_subset")
    unfit = [name for name in names if name not in INPUTS]
    if as_input and unfit:
        raise InvalidInput(
            f"{', '.join(unfit)} cannot be given as input", advice=f"with as_input, gather some of: {', '.join(INPUTS)}"
        )
    patterns = options.get("pool"), options.get("project"), options.get("name")
    gathered: dict[str, Any] = {}
    warnings: list[str] = []
    for name in names:
        wanted = Filter(*patterns)
        found = _without_secrets(SUBSETS[name](reader, wanted))
        doubts = doubts_of(name, found)
        told = cleared(found, doubts, as_it_came=True)
        gathered[name] = INPUTS[name](found) if as_input else told
        warnings += warnings_for(name, doubts, wanted.left_out)
    if as_input:
        gathered["config"] = dict(gathered)
    if query is not None:
        gathered["queried"] = run_query(query, gathered)
    return replace(unchanged(gathered), warnings=tuple(warnings))


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in value.items() if key not in _SECRETS}
    return value
