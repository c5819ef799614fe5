# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_service`: a service enabled or disabled, with its properties; API reference 2.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ...engine._operation import Operation
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, unchanged
from ...engine._read import Reader, read_list, unwrap
from ...engine._types import Record, Results
from ...values._coerce import changed_values
from ...values._errors import PlanRefused
from ...values._names import check_name, segment, shown
from ...values._wire import Wire, named
from ._table import SERVICES, require_possible, service_record

_STATES = {"enabled": ("enable", "online"), "disabled": ("disable", "disabled")}


def plan_service(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan for `name`, `state` and `properties`."""
    name = check_name("name", options["name"])
    path = f"{SERVICES}/{segment(name)}"
    body = reader.get(path)
    if body is None:
        names = named(read_list(reader, SERVICES, "services"))
        raise PlanRefused(f"service {name} does not exist", advice=f"use one of: {', '.join(names)}")
    before = service_record(name, unwrap(body, "service", f"service {name}"))
    after = before
    steps: list[Step] = []
    wanted = options.get("properties") or {}
    _require_known(name, before["properties"], wanted)
    changes = changed_values(f"property of service {name}", before["properties"], wanted)
    require_possible(name, before["properties"], changes)
    if changes:
        after = {**after, "properties": {**after["properties"], **changes}}
        steps.append(
            _step(
                "update",
                f"service {name} ({', '.join(changes)})",
                path,
                "",
                changes,
                lambda answer: not _lacks(name, answer, changes),
            )
        )
    verb, goal = _STATES.get(options.get("state") or "", ("", before["status"]))
    if verb and before["status"] != goal:
        after = {**after, "status": goal}
        is_there = partial(_is, name, goal)
        steps.append(_step(verb, f"service {name}", path, f"/{verb}", None, is_there))
    if not steps:
        return unchanged({"service": before})
    return Item(tuple(steps), {"service": before}, {"service": after})


def _require_known(name: str, present: Record, wanted: Mapping[str, Any]) -> None:
    unknown = [key for key in wanted if key not in present]
    if unknown:
        known = f"use one of: {', '.join(sorted(present))}" if present else "leave properties out"
        raise PlanRefused(f"service {name} has no property {shown(unknown)}", advice=known)


def _step(
    verb: str, label: str, path: str, command: str, body: Wire | None, done: Callable[[Wire | None], bool]
) -> Step:
    name = path.rsplit("/", 1)[-1]

    def results(answer: Wire) -> Results | None:
        wire = answer.get("service")
        return {"service": service_record(name, wire)} if isinstance(wire, dict) else None

    return Step(
        verb=verb,
        label=label,
        method="PUT",
        path=path + command,
        body=body,
        outcome=Seen(probe=path, done=done, giving=results),
    )


def _seen(name: str, body: Wire | None) -> Record:
    return service_record(name, unwrap(body or {}, "service", f"service {name}"))


def _lacks(name: str, body: Wire | None, changes: Record) -> Record:
    """The changes that are not there."""
    return changed_values(f"property of service {name}", _seen(name, body)["properties"], changes)


def _is(name: str, goal: str, body: Wire | None) -> bool:
    return bool(_seen(name, body)["status"] == goal)


_SPEC: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["enabled", "disabled"]},
    "properties": {"type": "dict"},
}
OPERATION = Operation(spec=_SPEC, plan=plan_service, results=("service",), open_options=("properties",))
