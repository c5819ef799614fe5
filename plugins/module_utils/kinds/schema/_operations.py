# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_schema`: a custom property of projects, LUNs and filesystems; API reference 8."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ...engine._plan import Plan, all_allowed, unchanged
from ...engine._planner import plan_present, plan_removal
from ...engine._read import Reader, read, read_list
from ...engine._types import Pages
from ...values._errors import PlanRefused
from ...values._names import CUSTOM_PREFIX, shown
from ...values._wire import label_of
from ._table import SCHEMA

_STORAGE = "/api/storage/v1"
# What can have a value: in words, and the list of all of them.
_BEARERS = (("project", "projects"), ("LUN", "luns"), ("filesystem", "filesystems"))
USUAL_TYPE = "String"


def plan_property(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for `name`, `type`, `description` and `state`.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: it has another type, or objects would lose their values and `force` is not given.
    """
    identity = SCHEMA.identity(options)
    wanted = SCHEMA.wanted(options)
    current = read(reader, SCHEMA, identity)
    if options["state"] == "present":
        # Said and not left to the appliance, whose choice is not documented.
        first = {} if current else {"type": USUAL_TYPE}
        return plan_present(SCHEMA, identity, current, {**first, **wanted}, release=reader.release)
    if current is None:
        return unchanged({SCHEMA.kind: None})
    label = SCHEMA.label(identity)
    guard = all_allowed if options["force"] else partial(_refuse_values, label=label, name=identity["name"])
    guard(reader)
    return plan_removal(SCHEMA, SCHEMA.path(identity), label, current, confirm=guard)


def _refuse_values(pages: Pages, label: str, name: str) -> None:
    bearers = _bearers(pages, name)
    if bearers:
        raise PlanRefused(
            f"{label} has a value on {shown(bearers)}, which would be lost with it",
            advice="set force to true if the values may go",
        )


def _bearers(pages: Pages, name: str) -> list[str]:
    """Name the objects that have a value of a custom property."""
    return [
        label_of(wire, title)
        for title, plural in _BEARERS
        for wire in read_list(pages, f"{_STORAGE}/{plural}", plural)
        if f"{CUSTOM_PREFIX}{name}" in wire
    ]
