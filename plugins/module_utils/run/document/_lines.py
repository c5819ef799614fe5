# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says for people: a line for each change, a summary, and the properties that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...engine._kind import Kind
from ...engine._resource import CUSTOM, Resource
from ...engine._types import Record, Results
from ...engine._unordered import Planned
from ...values._names import shown
from ...values._wire import clear

ADD, CHANGE, DESTROY = "add", "change", "destroy"
_LUN = "lun"
_WITH_IT_SHOWN = 10
_MARKS = {ADD: "+", CHANGE: "~", DESTROY: "-"}


def change_of(one: Planned) -> str | None:
    """What an item does: `add`, `change` or `destroy`; `None` where it has nothing to do."""
    if not one.item.changed:
        return None
    before, after = records_of(one)
    if before is None:
        return ADD
    return DESTROY if after is None else CHANGE


def records_of(one: Planned) -> tuple[Record | None, Record | None]:
    """The record of the object before and after."""
    return records_in(one, one.item.after)


def records_in(one: Planned, results: Results) -> tuple[Record | None, Record | None]:
    """The same, with the results afterwards."""
    kind = one.wish.kind.meant(one.wish.options)
    return kind.records_in(one.item.before, results, one.wish.options)


def name_in(kind: Kind, record: Mapping[str, Any]) -> str:
    """The names of an object, as results call it."""
    return kind.title_of(dict(record)).removeprefix(kind.name.replace("_", " ")).strip()


def resource_of(one: Planned) -> Resource:
    """The table of the object."""
    return one.wish.kind.meant(one.wish.options).table_of(one.wish.options)


def line_of(one: Planned) -> str:
    """The line of an item: `+ lun tank/db/redo-1 (200 GiB, thin, to db-hosts)`; empty where it has nothing to do."""
    change = change_of(one)
    if change is None:
        return ""
    before, after = records_of(one)
    kind = one.wish.kind.meant(one.wish.options)
    title = kind.title_of(before or after or {})
    if change == ADD:
        traits = kind.traits_of(after or {}, one.wish.options)
        return f"{_MARKS[ADD]} {title}" + (f" ({', '.join(traits)})" if traits else "")
    if change == DESTROY:
        with_it = goes_with(one)
        return f"{_MARKS[DESTROY]} {title}" + (f" (with {shown(with_it, _WITH_IT_SHOWN)})" if with_it else "")
    return f"{_MARKS[CHANGE]} {title}: {', '.join(_changes(one))}"


def goes_with(one: Planned) -> list[str]:
    """The LUNs that are destroyed together with the object of an item, as lines call them."""
    return [
        f"lun {'/'.join(effect.resource.identity_of(effect.before).values())}"
        for effect in one.item.effects[1:]
        if effect.before is not None and effect.after is None and effect.resource.kind == _LUN
    ]


def summary_of(planned: Iterable[Planned]) -> dict[str, int]:
    """How many objects are added, changed and destroyed."""
    changes = [change_of(one) for one in planned]
    return {change: changes.count(change) for change in (ADD, CHANGE, DESTROY)}


def sentence_of(summary: Mapping[str, int]) -> str:
    """The last line of a plan: `plan: 12 to add, 3 to change, 1 to destroy`."""
    return f"plan: {', '.join(f'{summary[change]} to {change}' for change in (ADD, CHANGE, DESTROY))}"


def _changes(one: Planned) -> list[str]:
    """What of an object changes, as `size 100 GiB -> 200 GiB`."""
    before, after = records_of(one)
    before, after, resource = before or {}, after or {}, resource_of(one)
    kind = one.wish.kind.meant(one.wish.options)
    old, new = kind.title_of(before), kind.title_of(after)
    told = [f"is {_new_place(resource, before, after)} to {new.partition(' ')[2]}"] if old != new else []
    for prop in resource.writable:
        if prop.secret:
            told += [f"{prop.option} is written"] if writes(one, prop.wire) else []
            continue
        was, will = clear(before.get(prop.option)), clear(after.get(prop.option))
        if was != will and (will is not None or writes(one, prop.wire)):
            told.append(f"{prop.option} {prop.value.told(was)} -> {prop.value.told(will)}")
    told += kind.more_changes(before, after)
    told += _custom_changes(before.get(CUSTOM) or {}, after.get(CUSTOM) or {})
    # What is sent although nothing says that it differs, or differs in what the appliance alone knows.
    return told or [str(step) for step in one.item.steps]


def _new_place(resource: Resource, before: Record, after: Record) -> str:
    """What becomes of an object that is called otherwise afterwards: `moved` to another project, `renamed`, or both."""
    (*old_place, old_name), (*new_place, new_name) = (
        resource.identity_of(record).values() for record in (before, after)
    )
    if old_place == new_place:
        return "renamed"
    return "moved" if old_name == new_name else "moved and renamed"


def writes(one: Planned, wire: str) -> bool:
    """Whether a step of an item sends a property."""
    return any(wire in (step.body or {}) for step in one.item.steps)


def _custom_changes(before: Record, after: Record) -> list[str]:
    return [
        f"{CUSTOM}:{name} {_written(before.get(name))} -> {_written(value)}"
        for name, value in after.items()
        if before.get(name) != value
    ]


def _written(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)


def difference_of(one: Planned, after: Record | None) -> dict[str, Any]:
    """What `--diff` shows of an item: the properties that differ, before and after.

    Args:
        one: the item.
        after: the record afterwards, as far as it is known.
    """
    before = records_of(one)[0]
    title = one.wish.kind.meant(one.wish.options).title_of(before or after or {})
    names = dict.fromkeys([*(before or {}), *(after or {})])
    old, new = _plain(before), _plain(after)
    differing = [name for name in names if old.get(name) != new.get(name)]
    return {
        "before_header": title,
        "after_header": title,
        "before": {name: old[name] for name in differing if old.get(name) is not None} if before else {},
        "after": {name: new[name] for name in differing if new.get(name) is not None} if after else {},
    }


def _plain(record: Record | None) -> Record:
    return {key: clear(value) for key, value in (record or {}).items()}
