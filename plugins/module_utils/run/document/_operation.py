# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_san`: a whole appliance as one document says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...engine._concurrent import Carried, apply_concurrently
from ...engine._operation import Operation
from ...engine._plan import Item, Step
from ...engine._read import Reader
from ...engine._types import Results
from ...engine._unordered import Planned
from ...values._errors import InvalidInput, ZfssaError
from ...values._wire import cleared
from ._expected import approved_plan, require_expected
from ._lines import change_of, difference_of, line_of, name_in, records_in, records_of, sentence_of, summary_of
from ._plan import DocumentPlan, plan_document
from ._plan_id import plan_id
from ._sections import SECTIONS, config_spec, defaults_spec

_PLANNED = "planned"
_MOST_AT_ONCE = 32
# Of an item that was left alone.
_NOT_BEGUN: Results = {
    "status": None,
    "fault": None,
    "message": "It was not begun, because another item had failed.",
    "request": None,
    "steps_done": [],
}
RESULTS = ("san", "plan", "summary", "plan_id", "results", "unlisted")
_SPEC: dict[str, Any] = {
    "config": {"type": "dict", "required": True},
    "defaults": {"type": "dict", "options": defaults_spec()},
    "state": {"type": "str", "choices": ["present", _PLANNED], "default": "present"},
    "expect_plan": {"type": "raw"},
    "purge": {"type": "list", "elements": "str", "choices": list(SECTIONS)},
    "purge_limit": {"type": "str", "default": "10"},
    "force": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 4},
    "continue_on_error": {"type": "bool", "default": False},
}


@dataclass(frozen=True)
class _Work:
    """How the plan for a document is carried out.

    Attributes:
        document: the plan for it.
        told: what is told of it: `plan`, `summary` and `plan_id`.
        concurrency: how many items are carried out at the same time at most.
        keep_going: whether to go on when one has failed.
    """

    document: DocumentPlan
    told: Results
    concurrency: int
    keep_going: bool

    def __call__(self, plan: Item, client: Any, done: list[str]) -> Results:
        """Carry it out; arguments and result as for any plan."""
        total = sum(one.item.changed for one in self.document.planned)
        finished = 0

        def report(one: Planned) -> None:
            nonlocal finished
            finished += 1
            client.report(f"{line_of(one)} [{finished} of {total}, {total - finished} left]")

        carried = apply_concurrently(
            self.document.planned, client, concurrency=self.concurrency, keep_going=self.keep_going, report=report
        )
        done.extend(carried.done)
        results = {**self.told, "results": [_result(one, carried) for one in self.document.planned]}
        if carried.failed:
            raise _failure(self.document, carried, results)
        return results


def plan_san(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan for a document, as one item.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: the document has errors, or the plan is not the one that was approved.
    """
    if not 1 <= options["concurrency"] <= _MOST_AT_ONCE:
        raise InvalidInput(
            f"concurrency {options['concurrency']} is out of range", advice=f"give a number from 1 to {_MOST_AT_ONCE}"
        )
    approved = approved_plan(options.get("expect_plan"))
    plan = plan_document(reader, options)
    told = _told(plan)
    try:
        require_expected(approved, told["plan_id"], told["plan"])
    except ZfssaError as error:
        error.results = told
        raise
    after = {**told, "results": [_predicted(one) for one in plan.planned]}
    if options["state"] == _PLANNED:
        return Item((), after, after, warnings=plan.warnings)
    work = _Work(plan, told, options["concurrency"], options["continue_on_error"])
    return Item(_steps(plan.planned), {}, after, warnings=plan.warnings, carry_out=work)


def _told(plan: DocumentPlan) -> Results:
    lines = [line for one in plan.planned if (line := line_of(one))]
    summary = summary_of(plan.planned)
    told: Results = {"plan": lines, "summary": summary, "plan_id": plan_id(plan.planned)}
    return {"san": {**told, "summary_line": sentence_of(summary)}, **told, "unlisted": list(plan.unlisted)}


def _steps(planned: Sequence[Planned]) -> tuple[Step, ...]:
    """All writes; what stands against them was judged when they were planned, each on what those before it will have made."""
    return tuple(replace(step, preconditions=()) for one in planned for step in one.item.steps)


def _entry(one: Planned, record: Any, *, changed: bool, failure: Any = None) -> Results:
    kind = one.wish.kind.meant(one.wish.options)
    before, after = records_of(one)
    name = name_in(kind, after or before or one.wish.options)
    return {"key": name, "kind": one.wish.kind.name, "changed": changed, "object": record, "failure": failure}


def _predicted(one: Planned) -> Results:
    return _entry(one, cleared(records_of(one)[1], []), changed=one.item.changed)


def _result(one: Planned, carried: Carried) -> Results:
    """What has become of one item."""
    key = one.item.key
    if key is not None and key in carried.finished:
        return _entry(one, records_in(one, carried.finished[key])[1], changed=one.item.changed)
    error = carried.failed.get(key) if key is not None else None
    # Nobody knows what there is by now.
    return _entry(
        one,
        None,
        changed=bool(error is not None and error.steps_done),
        failure={**error.failure(), "message": str(error)} if error is not None else _NOT_BEGUN,
    )


def _failure(plan: DocumentPlan, carried: Carried, results: Results) -> ZfssaError:
    """The failure of a document: the first one of its items, and how many others failed."""
    error = next(carried.failed[one.item.key] for one in plan.planned if one.item.key in carried.failed)
    others = len(carried.failed) - 1
    if others:
        error.reason += f" (and {others} more failed, see results)"
    error.results = results
    return error


def differences(plan: Item, results: Results) -> list[dict[str, Any]]:
    """What `--diff` shows: of each object that changes, the properties that differ.

    Args:
        plan: as `plan_san` made it.
        results: of the task.
    """
    work = plan.carry_out
    if not isinstance(work, _Work):
        return []
    return [
        difference_of(one, entry["object"])
        for one, entry in zip(work.document.planned, results["results"], strict=True)
        if change_of(one)
    ]


OPERATION = Operation(
    spec=_SPEC,
    plan=plan_san,
    results=RESULTS,
    inner={"config": {**_SPEC["config"], "options": config_spec()}},
    differences=differences,
)
