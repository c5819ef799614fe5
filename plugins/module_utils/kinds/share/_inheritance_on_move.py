# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a LUN has from its project, and what becomes of that in another one; API reference 4.1."""

from __future__ import annotations

from dataclasses import replace

from ...engine._plan import Item
from ...engine._planner import plan_changes
from ...engine._resource import Resource
from ...engine._types import Identity, Record, Results
from ...values._release import Release
from ...values._wire import Wire, is_clear

# Where an appliance says of a property that it is the share's own.
_LOCAL = ("local", "received")


def inherited_elsewhere(resource: Resource, wire: Wire, record: Record, project: Record) -> Record:
    """The settings that a share gets from another project when it goes there.

    Args:
        resource: its table.
        wire: the share as the appliance gives it.
        record: its record.
        project: the record of the other project.

    Returns:
        Those that become other ones; `None` where the appliance does not tell whether they are the share's own.
    """
    sources = wire.get("source")
    values: Record = {}
    for prop in resource.properties:
        # The others are only what a new share begins with.
        if prop.inherits != prop.option:
            continue
        here, there = record[prop.option], project.get(prop.option)
        unsure = not (is_clear(here) and is_clear(there))
        if not unsure and here == there:
            continue
        where = sources.get(prop.wire) if isinstance(sources, dict) else None
        if where in _LOCAL:
            continue
        values[prop.option] = there if isinstance(where, str) and not unsure else None
    return values


def keeping_wanted(
    resource: Resource, plan: Item, goal: Identity, elsewhere: Record, wanted: Record, release: Release
) -> Item:
    """Add to a plan that moves a share what it gets from its new project, and a step for what is wanted otherwise.

    Args:
        resource: its table.
        plan: the move, with all that comes before it.
        goal: its names in the end.
        elsewhere: what it gets from its new project.
        wanted: normalised values that the user gave, and that nothing in the plan makes the share's own.
        release: the appliance's.
    """
    key = resource.kind
    moved = {key: {**plan.after[key], **elsewhere}}
    changes = {option: wanted[option] for option in elsewhere if option in wanted}
    if not changes:
        return replace(plan, after={**plan.after, **moved})

    def already_satisfied(results: Results) -> bool:
        return not resource.differences(results[key], changes)

    last = plan_changes(resource, resource.path(goal), resource.label(goal), moved[key], changes, None, release)
    steps = tuple(replace(step, already_satisfied=already_satisfied) for step in last.steps)
    return replace(plan, steps=(*plan.steps, *steps), after={**plan.after, **last.after})
