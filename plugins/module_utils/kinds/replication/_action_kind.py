# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with replication actions, the source side of a replication; API reference 10.2 and 10.3."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...engine._export import options_of
from ...engine._kind import Kind
from ...engine._operation import Operation, Options
from ...engine._plan import Item
from ...engine._read import Reader
from ...engine._types import Record
from ...values._errors import ZfssaError
from ...values._names import check_name
from ...values._wire import clear, is_clear
from ._action import plan_replication
from ._noted import effects_on_replication
from ._route import KIND, scope_of
from ._schedules import SCHEDULES, as_options
from ._table import ACTION

_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str"},
    "target": {"type": "str"},
    "target_pool": {"type": "str"},
    "inherited": {"type": "bool"},
    **ACTION.argument_spec(),
    "schedules": SCHEDULES,
}

_NAMES = ("pool", "project", "lun", "target", "target_pool")


class Replication(Kind):
    """Actions, known by what they send where; and the flag of a LUN, which has either an action or the flag."""

    def spec(self) -> dict[str, Any]:
        return _SPEC

    def operation(self) -> Operation:
        return replace(super().operation(), results=("action", "inherited"))

    def plan(self, reader: Reader, options: Options) -> Item:
        plan = plan_replication(reader, options)
        return replace(plan, effects=effects_on_replication(scope_of(options), plan))

    def export(self, records: list[Record]) -> list[Record]:
        """The options that make actions; those with a name that no task can give are left out.

        Args:
            records: actions of projects and LUNs, with their schedules and with the label of the peer.
        """
        return [_exported(record) for record in records if _is_nameable(record)]


def _is_nameable(record: Record) -> bool:
    if not all(is_clear(record[option]) for option in _NAMES):
        return False
    try:
        scope_of(record)
        if record["target_pool"]:
            check_name("target_pool", record["target_pool"])
    except ZfssaError:
        return False
    return bool((record["target"] or "").strip())


def _exported(record: Record) -> Record:
    names = {option: record[option] for option in _NAMES if record[option]}
    # What says whether a LUN takes part in the replication of its project is not read: with an action of its own it does not.
    alone: Record = {} if record["lun"] is None else {"inherited": False}
    settings = {option: value for option, value in options_of(ACTION, record).items() if option != ACTION.key}
    schedules = as_options(clear(record["schedules"]))
    told: Record = {} if schedules is None else {"schedules": schedules}
    return {**names, **alone, **settings, **told}


REPLICATION = Replication(ACTION, name=KIND)
