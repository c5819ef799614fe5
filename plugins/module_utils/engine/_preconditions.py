# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preconditions: what must hold on the appliance so that a step can succeed, and the words for it where it does not.

A precondition is a value that can be called with a reader; it looks something up and raises `PlanRefused`. To look everything up
before every write would cost more requests than the write. So preconditions are looked up

- in check mode, which has no write to tell it;
- before the first of several writes, so that no refusal comes when something has been written already;
- after a single write that the appliance has refused, to say why in the same words.

Where an appliance refuses and no precondition says why, its own words stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..values._errors import Absent, ApplianceError, ObjectExists, PlanRefused, ZfssaError
from ..values._names import segment
from ._custom_properties import CustomValues
from ._read import is_planning, read_list
from ._relations import Change, NameHolder, Precondition, Reference
from ._resource import CUSTOM, Property, Resource
from ._types import Pages, Record


@dataclass(frozen=True)
class ReferenceExists:
    """The names that a value refers to are there.

    Attributes:
        reference: where they are.
        names: those that are looked up.
        option: the option that has them.
    """

    reference: Reference
    names: tuple[str, ...]
    option: str = ""

    def __call__(self, pages: Pages) -> None:
        reference = self.reference
        known, unfit = set(reference.always), {}
        for path in reference.lists:
            if known.issuperset(self.names):
                break
            for item in read_list(pages, path, reference.key, *reference.other_keys):
                reason = reference.unfit(item)
                names = {str(item[name]) for name in reference.names if item.get(name)}
                if reason:
                    unfit.update(dict.fromkeys(names, reason))
                else:
                    known |= names
        if not unfit and known.issuperset(self.names):
            return
        choice = f"use one of: {', '.join(sorted(known))}" if known else ""
        for name in self.names:
            if name in unfit:
                refusal = PlanRefused(f"{reference.title} {name} {unfit[name]}", advice=choice or "leave it out")
                raise refusal.about(self.option, name)
        missing = [name for name in self.names if name not in known]
        if missing:
            reason = f"{reference.title} {', '.join(missing)} does not exist"
            advice = ", or ".join(filter(None, (reference.maker and f"create it with {reference.maker}", choice)))
            advice = advice or "correct the name; there is none"
            labels = [f"{reference.title} {name}" for name in missing]
            absent = (
                Absent(reason, missing=labels, advice=advice) if reference.maker else PlanRefused(reason, advice=advice)
            )
            raise absent.about(self.option, missing[0])


@dataclass(frozen=True)
class NameFree:
    """No object of another kind, but with names in common, has a name already."""

    holder: NameHolder

    def __call__(self, pages: Pages) -> None:
        if self._is_taken(pages):
            article = "an" if self.holder.label[0] in "aeiou" else "a"
            raise PlanRefused(
                f"there is {article} {self.holder.label}, and {self.holder.why}", advice=ObjectExists.default_advice
            )

    def _is_taken(self, pages: Pages) -> bool:
        holder = self.holder
        if is_planning(pages):
            # One list for all items of the plan.
            return holder.name in {wire.get("name") for wire in read_list(pages, holder.list_path, f"{holder.key}s")}
        body = pages.get(f"{holder.list_path}/{segment(holder.name)}")
        return body is not None and holder.key in body


def preconditions_of(resource: Resource, change: Change) -> tuple[Precondition, ...]:
    """Name what must hold so that an object can get its values.

    Raises:
        PlanRefused: it is known already that the appliance cannot do it.
    """
    _refuse_unknown_values(resource, change)
    found: list[Precondition] = [
        ReferenceExists(prop.refers, names, prop.option)
        for prop in resource.writable
        if prop.refers and (names := _new_names(prop, change))
    ]
    if resource.custom and change.changes.get(CUSTOM):
        found.append(CustomValues(change.changes[CUSTOM], resource.custom))
    return (*found, *resource.preconditions(change))


def names_free(resource: Resource, identity: Record) -> tuple[Precondition, ...]:
    """Name what must hold so that an object can get its name."""
    return tuple(NameFree(holder) for holder in resource.name_holders(identity))


def require(preconditions: Iterable[tuple[str, Precondition]], pages: Pages) -> None:
    """Look preconditions up.

    Args:
        preconditions: what each step does, for messages, with one of its preconditions.

    Raises:
        PlanRefused: one of them does not hold.
        ZfssaError: the appliance cannot be asked.
    """
    for doing, precondition in preconditions:
        try:
            precondition(pages)
        except PlanRefused as refusal:
            raise refusal.during(doing).about(getattr(precondition, "option", "")) from None
        except ApplianceError as error:
            # What this user may not look up, the appliance itself will judge.
            if not 400 <= (error.status or 0) < 500:
                raise


def explained(error: ApplianceError, preconditions: Iterable[Precondition], pages: Pages) -> ZfssaError:
    """Find the precondition that says why an appliance has refused a step.

    Returns:
        Its refusal with the facts of the appliance's, or the appliance's own when no precondition says why.
    """
    if not 400 <= (error.status or 0) < 500:
        return error
    for precondition in preconditions:
        try:
            precondition(pages)
        except PlanRefused as refusal:
            refusal.status, refusal.fault, refusal.request = error.status, error.fault, error.request
            return refusal
        except ZfssaError:
            # What cannot be looked up explains nothing; that it was refused is what counts.
            continue
    return error


def _new_names(prop: Property, change: Change) -> tuple[str, ...]:
    """The names that a property is to have, without those that it has."""
    given: Any = change.changes.get(prop.option) or ()
    if not given:
        return ()
    present: Any = (change.current or {}).get(prop.option) or ()
    given, present = ([value] if isinstance(value, str) else value for value in (given, present))
    return tuple(name for name in given if name not in present)


def _refuse_unknown_values(resource: Resource, change: Change) -> None:
    for prop in resource.writable:
        if prop.option not in change.changes:
            continue
        known = prop.value.known_on(change.release)
        value = change.changes[prop.option]
        if known is not None and value not in known:
            raise PlanRefused(
                f"{prop.option} of {change.label} cannot be {value}: this appliance's software does not know it",
                advice=f"use one of: {', '.join(known)}",
            )
