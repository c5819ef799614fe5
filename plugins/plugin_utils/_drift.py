# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has drifted on an appliance: one case for each object that was looked at, and why it differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds._registry import KINDS
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Value

SAME, DIFFERS, UNDECLARED, FAILED = "same", "differs", "undeclared", "failed"
STATES = (SAME, DIFFERS, UNDECLARED, FAILED)
# What people call these states.
MARKS = {DIFFERS: "differs", UNDECLARED: "is not declared", FAILED: "could not be looked at"}
# By the names of modules, how the properties of their objects are told.
_TYPES: Mapping[str, Mapping[str, Value]] = {
    kind.name: {prop.option: prop.value for prop in kind.resource.properties} for kind in KINDS.values()
}

Case = dict[str, str]
Found = dict[str, Any]


def case(kind: str, name: str, state: str, said: str = "") -> Case:
    """One object.

    Args:
        kind: what it is, as its module is named.
        name: its names.
        state: one of `STATES`.
        said: what differs, or why that cannot be told.
    """
    return {"kind": kind, "name": name, "state": state, "said": said}


def found_on(appliance: str, cases: Iterable[Case]) -> Found:
    """What was found on an appliance, with the number of cases in each state."""
    known = sorted(cases, key=lambda one: (one["kind"], one["name"], one["said"]))
    numbers = {state: sum(one["state"] == state for one in known) for state in STATES}
    return {
        "appliance": appliance,
        "drift": len(known) != numbers[SAME],
        "numbers": numbers,
        "summary": summary_of(appliance, numbers),
        "lines": [line_of(one) for one in known if one["state"] != SAME],
        "cases": known,
    }


def line_of(one: Case) -> str:
    """What people are told of a case."""
    said = f": {one['said']}" if one["said"] else ""
    return f"{one['kind']} {one['name']} {MARKS[one['state']]}{said}"


def summary_of(appliance: str, numbers: Mapping[str, int]) -> str:
    """One sentence."""
    looked_at = numbers[SAME] + numbers[DIFFERS]
    parts = [f"{numbers[DIFFERS]} of {looked_at} differ"]
    parts += [f"{numbers[UNDECLARED]} not declared"] if numbers[UNDECLARED] else []
    parts += [f"{numbers[FAILED]} could not be looked at"] if numbers[FAILED] else []
    return f"{appliance}: {', '.join(parts)}"


def cases_of_document(planned: Mapping[str, Any]) -> Iterator[Case]:
    """The cases of a document.

    Args:
        planned: the result of its plan.
    """
    lines = iter(planned["plan"])
    for entry in planned["results"]:
        said = next(lines, "") if entry["changed"] else ""
        yield case(entry["kind"], entry["key"], DIFFERS if entry["changed"] else SAME, said)


def undeclared(purged: Mapping[str, Any], known: Iterable[Case]) -> Iterator[Case]:
    """What the appliance has and the document does not list.

    Args:
        purged: the result of the plan that also removes that, carried out or refused.
        known: the cases of the document.
    """
    there = purged.get("unlisted")
    if there is None:
        said = str(purged.get("msg") or "the appliance did not tell")
        yield case("document", "what is not declared", FAILED, said)
        return
    names = {(one["kind"], one["name"]) for one in known}
    for one in there:
        if (one["kind"], one["key"]) not in names:
            yield case(one["kind"], one["key"], UNDECLARED)


def cases_of_tasks(notes: str) -> Iterator[Case]:
    """The cases of a task file.

    Args:
        notes: what its tasks have noted, a line for each run of a task.
    """
    for line in notes.splitlines():
        note = json.loads(line)
        name = note.get("name") or note["task"]
        if note["failed"]:
            yield case(note["kind"], name, FAILED, _said(note, str(note.get("msg", "it failed, and hides why"))))
        elif note["kind"] == "san" and note.get("results"):
            yield from cases_of_document(note)
        else:
            yield case(note["kind"], name, DIFFERS if note["changed"] else SAME, _difference(note))


def _said(note: Mapping[str, Any], text: str) -> str:
    """What a task has to say, with its name where it has one."""
    return ": ".join(part for part in (note["task"], text) if part)


def _difference(note: Mapping[str, Any]) -> str:
    """What a task would change, by its differences."""
    if not note["changed"]:
        return ""
    diff = note.get("diff") or []
    types = _TYPES.get(note["kind"], {})
    parts = [part for one in (diff if isinstance(diff, list) else [diff]) for part in _parts(one, types)]
    return _said(note, ", ".join(parts))


def _parts(diff: Mapping[str, Any], types: Mapping[str, Value]) -> Iterator[str]:
    before, after = diff.get("before") or {}, diff.get("after") or {}
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return
    if not before or not after:
        yield "it would be made" if after else "it would be removed"
        return
    for name in sorted({*before, *after}):
        # What only the appliance will know is nobody's wish.
        if before.get(name) != after.get(name) and after.get(name) is not None:
            told = types.get(name, Value()).told
            yield f"{name} {told(before.get(name))} -> {told(after[name])}"
