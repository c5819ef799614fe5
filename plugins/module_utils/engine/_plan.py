# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: the ordered steps from what is to what is wanted, as a value.

A plan has an item for each object, and an item the writes for it. A task for one object has a single item. Nothing here does
I/O: a plan can be printed, compared and counted without an appliance.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from ..values._errors import NotUnderstood, ZfssaError
from ..values._wire import Wire
from ._outcome import Giving, Outcome
from ._read import Effect
from ._relations import Precondition
from ._types import Pages, Results

# Method, path and status of requests, in order; the status is `None` where no answer came.
Log = Sequence[tuple[str, str, Any]]


@dataclass(frozen=True)
class Wait:
    """What to wait for after a step.

    Attributes:
        path: what to read.
        done: tells from the answer whether it has come; raises when it has failed.
        what: what is waited for, as messages call it.
        describe: the present state, for messages.
        timeout: seconds at the most.
        interval: seconds between two looks at the most.
        advice: what the user can do when it has not come in time, where that is something else than to wait longer.
    """

    path: str
    done: Callable[[Wire | None], bool]
    what: str
    describe: Callable[[Wire | None], str]
    timeout: float
    interval: float
    advice: str | None = None


def all_allowed(_pages: Pages) -> None:
    """Allow a confirmation: nothing is destroyed with the object, or the user has allowed it."""


@dataclass(frozen=True)
class Step:
    """One write, and all that is needed to make it once and only once.

    Attributes:
        verb: what it does to the object, in one word (`create`).
        label: the object, as messages call it.
        method, path, body: the request.
        outcome: what there is when it has been carried out, and how that is seen.
        confirm: what judges anew, when the appliance asks for a confirmation (API reference 1.8), whether it may have one:
            raises `PlanRefused` where something would be destroyed by now that the user has not allowed. `None` where no yes may be
            given at all. Which releases ask, and for what, is not known for sure, so that each destruction has one.
        wait: what to wait for afterwards.
        preconditions: what must hold on the appliance so that it can succeed (see `_preconditions`).
        already_satisfied: tells from the results of the steps before it that there is nothing left to do; may raise.
        completed: completes the step from the results of those before it, where its path is known only then.
    """

    verb: str
    label: str
    method: str
    path: str
    body: Wire | None
    outcome: Outcome
    confirm: Precondition | None = None
    wait: Wait | None = None
    preconditions: tuple[Precondition, ...] = ()
    already_satisfied: Callable[[Results], bool] = lambda _results: False
    completed: Callable[[Results], Step] | None = None

    def giving(self, results: Callable[[Wire], Results | None]) -> Step:
        """The same step with results of its own, made of an answer."""
        return replace(self, outcome=Giving(self.outcome, results))

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"

    @property
    def request(self) -> str:
        """The request as check mode shows it; where a path is empty, only the steps before it will tell it."""
        body = "" if self.body is None else f" {json.dumps(self.body, sort_keys=True)}"
        return f"{self.method} {self.path or '...'}{body}"


class Key(NamedTuple):
    """Which object an item of a plan is about.

    Attributes:
        kind: its kind, as its module is named (`initiator_group`).
        place: what it is in, outermost first (pool, project).
        name: its name in the end.
    """

    kind: str
    place: tuple[str, ...]
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {'/'.join((*self.place, self.name))}"


class Awaited(str):
    """A word for a name that the appliance will choose for an object that a plan makes, as the iqn of a target.

    Items after that one are planned with the word, and completed with the name (see `Item.completed`). It is the name of
    nothing, so that no two objects share it.

    Attributes:
        key: which item makes the object.
        option: what of the record is awaited.
        kind: the result that has the record.
    """

    key: Key
    option: str
    kind: str

    @classmethod
    def of(cls, key: Key, kind: str, option: str) -> Awaited:
        """The word for an option of the object that an item makes, whose record is under that result."""
        word = cls(f"<{option} of {key}>")
        word.key, word.kind, word.option = key, kind, option
        return word

    def known(self, finished: Mapping[Key, Results]) -> str:
        """The name that was awaited.

        Args:
            finished: the results of the items before.

        Raises:
            NotUnderstood: the appliance does not tell it.
        """
        record = finished.get(self.key, {}).get(self.kind) or {}
        name = record.get(self.option)
        if not isinstance(name, str) or not name:
            raise NotUnderstood(f"the appliance does not tell the {self.option} of {self.key}, which is made")
        return name


@dataclass(frozen=True)
class Item:
    """What a plan does with one object: the way from `before` to `after`.

    Attributes:
        steps: the writes in order; none when all is as wanted.
        before, after: results before, and as predicted.
        waits: what to wait for before the first step.
        warnings: what the user is to be told, whole sentences.
        took: seconds that it took to read for it and to make it.
        key: which object it is about, where it is about one.
        effects: what becomes of objects.
        carry_out: how it is carried out, where that takes more than its steps in order.
        completed: makes the whole item of the results of those before it, where it sends what the appliance chooses for them.
            What such an item shows before has a word for it (see `Awaited`).
        reread: reads its results, where it has nothing to do and those before it change its object.
        undo: undoes what some of its steps have done when another one fails, where that would be left behind.
    """

    steps: tuple[Step, ...]
    before: Results
    after: Results
    waits: tuple[Wait, ...] = ()
    warnings: tuple[str, ...] = ()
    took: float = field(default=0.0, compare=False)
    key: Key | None = None
    effects: tuple[Effect, ...] = ()
    carry_out: CarryOut | None = None
    completed: Callable[[Mapping[Key, Results]], Item] | None = None
    reread: Callable[[Pages], Results] | None = None
    undo: Undo | None = None

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.steps)

    @property
    def preconditions(self) -> tuple[tuple[str, Precondition], ...]:
        """What must hold for all steps: what each does, for messages, with one of its preconditions."""
        return tuple((str(step), precondition) for step in self.steps for precondition in step.preconditions)


class Undo(Protocol):
    """What undoes the steps of a plan that did not come to its end."""

    def __call__(self, error: ZfssaError, client: Any, log: Log, done: list[str]) -> None:
        """Undo what nobody needs without the rest.

        Args:
            error: why the plan did not come to its end; its reason gets what could not be undone.
            client: reads and writes.
            log: method, path and status of the requests since the plan was begun, which tell what has been made by it and what
                was there.
            done: the steps that were carried out; those that are undone are taken out.
        """


class CarryOut(Protocol):
    """How a plan is carried out."""

    def __call__(self, plan: Item, client: Any, done: list[str]) -> Results:
        """Carry it out.

        Args:
            plan: what is to be done.
            client: reads and writes.
            done: gets each step that was carried out.

        Returns:
            The results as the appliance gave them.

        Raises:
            ZfssaError: it failed.
        """


@dataclass(frozen=True)
class Plan:
    """What is done with several objects, in the order in which it can be carried out.

    Attributes:
        items: one for each object; each is planned on what those before it will have made.
    """

    items: tuple[Item, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All writes, in order."""
        return tuple(step for item in self.items for step in item.steps)

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return any(item.changed for item in self.items)

    @property
    def after(self) -> dict[Key, Results]:
        """The results that are predicted, by the objects that they are about."""
        return {item.key: item.after for item in self.items if item.key is not None}


def unchanged(results: Results) -> Item:
    """The item that does nothing and returns what there is."""
    return Item((), results, results)
