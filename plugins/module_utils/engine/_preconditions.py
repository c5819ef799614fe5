# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Premises: what must hold on the appliance so that a step can succeed, and the words for it where it does not.

A premise is a value that can be called with a reader; it looks something up and raises `PlanRefused`. To look everything up
before every write would cost more requests than the write. So premises are looked up

- in check mode, which has no write to tell it;
- before the first of several writes, so that no refusal comes when something has been written already;
- after a single write that the appliance has refused, to say why in the same words.

Where an appliance refuses and no premise says why, its own words stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..values._errors import Absent, ApplianceError, ObjectExists, PlanRefused, ZfssaError
from ._custom_properties import CustomValues
from ._read import Pages, read_list, require_pool
from ._relations import Intent, Premise, Reference, Rival
from ._resource import CUSTOM, Property, Record, Resource


@dataclass(frozen=True)
class Known:
    """The names that a value refers to are there.

    Attributes:
        reference: where they are.
        names: those that are looked up.
    """

    reference: Reference
    names: tuple[str, ...]

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
        choice = f"use one of: {', '.join(sorted(known))}" if known else ""
        for name in self.names:
            if name in unfit:
                raise PlanRefused(f"{reference.title} {name} {unfit[name]}", advice=choice or "leave it out")
        missing = [name for name in self.names if name not in known]
        if missing:
            refused = Absent if reference.maker else PlanRefused
            raise refused(
                f"{reference.title} {', '.join(missing)} does not exist",
                advice=", or ".join(filter(None, (reference.maker and f"create it with {reference.maker}", choice)))
                or "correct the name: there is none",
            )


@dataclass(frozen=True)
class Vacant:
    """No object of another kind, but with names in common, has a name already."""

    rival: Rival

    def __call__(self, pages: Pages) -> None:
        body = pages.get(self.rival.path)
        if body is not None and self.rival.key in body:
            article = "an" if self.rival.label[0] in "aeiou" else "a"
            raise PlanRefused(
                f"there is {article} {self.rival.label}, and {self.rival.why}", advice=ObjectExists.default_advice
            )


@dataclass(frozen=True)
class Served:
    """A pool is there, and the node that answers serves it; only then does not exist what it does not find."""

    pool: str

    def __call__(self, pages: Pages) -> None:
        require_pool(pages, self.pool)


def premises_of(resource: Resource, intent: Intent) -> tuple[Premise, ...]:
    """Name what must hold so that an object can get its values.

    Raises:
        PlanRefused: it is known already that the appliance cannot do it.
    """
    _refuse_unknown_values(resource, intent)
    found: list[Premise] = [
        Known(prop.refers, names) for prop in resource.writable if prop.refers and (names := _new_names(prop, intent))
    ]
    if intent.changes.get(CUSTOM):
        found.append(CustomValues(intent.changes[CUSTOM]))
    return (*found, *resource.premises(intent))


def vacancies(resource: Resource, identity: Record) -> tuple[Premise, ...]:
    """Name what must hold so that an object can get its name."""
    return tuple(Vacant(rival) for rival in resource.rivals_of(identity))


def require(premises: Iterable[tuple[str, Premise]], pages: Pages) -> None:
    """Look premises up.

    Args:
        premises: what the step does, in words, with what it takes.

    Raises:
        PlanRefused: one of them does not hold.
        ZfssaError: the appliance cannot be asked.
    """
    for doing, premise in premises:
        try:
            premise(pages)
        except PlanRefused as refusal:
            raise refusal.during(doing) from None
        except ApplianceError as error:
            # What this user may not look up, the appliance itself will judge.
            if not 400 <= (error.status or 0) < 500:
                raise


def explained(error: ApplianceError, premises: Iterable[Premise], pages: Pages) -> ZfssaError:
    """Find the premise that says why an appliance has refused a step.

    Returns:
        Its refusal with the facts of the appliance's, or the appliance's own when no premise says why.
    """
    if not 400 <= (error.status or 0) < 500:
        return error
    for premise in premises:
        try:
            premise(pages)
        except PlanRefused as refusal:
            refusal.status, refusal.fault, refusal.request = error.status, error.fault, error.request
            return refusal
        except ZfssaError:
            # What cannot be looked up explains nothing; that it was refused is what counts.
            continue
    return error


def _new_names(prop: Property, intent: Intent) -> tuple[str, ...]:
    """The names that a property is to have, without those that it has."""
    given: Any = intent.changes.get(prop.option) or ()
    if not given:
        return ()
    present: Any = (intent.current or {}).get(prop.option) or ()
    given, present = ([value] if isinstance(value, str) else value for value in (given, present))
    return tuple(name for name in given if name not in present)


def _refuse_unknown_values(resource: Resource, intent: Intent) -> None:
    for prop in resource.writable:
        if prop.option not in intent.changes:
            continue
        known = prop.value.known_on(intent.release)
        value = intent.changes[prop.option]
        if known is not None and value not in known:
            raise PlanRefused(
                f"{prop.option} of {intent.label} cannot be {value}: this appliance's software does not know it",
                advice=f"use one of: {', '.join(known)}",
            )
