# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes wishes of a document: one for each item, with its place in the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible.module_utils.common.validation import (
    check_mutually_exclusive,
    check_required_by,
    check_required_if,
    check_required_one_of,
    check_required_together,
)

from ...engine._kind import ABSENT, Kind
from ...engine._unordered import Wish
from ...values._names import did_you_mean
from ._checked import Form, Problem, as_dict, notes_on
from ._sections import SECTIONS, SHARED

_CIRCLE = "its new name is left by an item that gets, with others perhaps, the name of this one; use one more name"
_RULES: Mapping[str, Callable[..., Any]] = {
    "mutually_exclusive": check_mutually_exclusive,
    "required_together": check_required_together,
    "required_one_of": check_required_one_of,
    "required_by": check_required_by,
    "required_if": check_required_if,
}


class Asked(NamedTuple):
    """What a document asks for, as far as it could be understood.

    Attributes:
        present: what shall be there, in the order in which it can be made.
        absent: what shall not, in the order in which it can be removed.
        problems: what could not be understood.
        notes: warnings, whole sentences.
        broken: the items that could not be understood.
    """

    present: list[Wish]
    absent: list[Wish]
    problems: list[Problem]
    notes: list[str]
    broken: list[Wish]

    @property
    def wishes(self) -> list[Wish]:
        """All of it, in the order in which it is tried."""
        return [*self.present, *self.absent]


def asked_by(config: Mapping[str, Any], defaults: Mapping[str, Any]) -> Asked:
    """Read a document.

    Args:
        config: its sections.
        defaults: options that hold for all items which have such an option and do not give it.
    """
    asked = Asked([], [], [], [], [])
    for name in config:
        if name not in SECTIONS:
            asked.problems.append(Problem(str(name), f"there is no such section; {did_you_mean(str(name), SECTIONS)}"))
    sections = [_Section(section, kind, defaults) for section, kind in SECTIONS.items()]
    removals = [section.read(config.get(section.name), asked) for section in sections]
    for absent in reversed(removals):
        asked.absent.extend(absent)
    return asked


class _Section:
    """A section of a document while it is read.

    Args:
        name: its name.
        kind: what is in it.
        defaults: options that hold for all items.
    """

    def __init__(self, name: str, kind: Kind, defaults: Mapping[str, Any]) -> None:
        self.name, self._kind = name, kind
        self._spec, self._rules = kind.item_spec(), kind.item_rules()
        self._form = Form(self._spec)
        self._shared = {
            option: defaults[option] for option in SHARED if option in self._spec and defaults.get(option) is not None
        }
        # Of items, by the names that their objects are to have.
        self._places: dict[tuple[str, ...], str] = {}
        # Of items that say what there shall be, by the names by which they call it now.
        self._callers: dict[tuple[str, ...], str] = {}

    def read(self, items: Any, asked: Asked) -> list[Wish]:
        """Read the items; return those that say that an object shall not be there."""
        if items is None:
            return []
        if not isinstance(items, list):
            asked.problems.append(Problem(self.name, "what stands there is no list"))
            return []
        present: list[Wish] = []
        absent: list[Wish] = []
        for number, item in enumerate(items):
            place = f"{self.name}[{number}]"
            problems: list[Problem] = []
            wish = Wish(place, self._kind, self._options(item, place, problems, asked.notes))
            problems += self._repeated(wish)
            if problems:
                asked.problems.extend(problems)
                asked.broken.append(wish)
            else:
                (absent if wish.options.get("state") == ABSENT else present).append(wish)
        circling = _circling(present)
        asked.broken.extend(circling)
        asked.problems.extend(Problem(wish.place, _CIRCLE) for wish in circling)
        there = [wish for wish in present if wish not in circling] if circling else present
        asked.present.extend(sorted(there, key=lambda wish: self._kind.rank(wish.options)))
        return absent

    def _options(self, item: Any, place: str, problems: list[Problem], notes: list[str]) -> dict[str, Any]:
        """The options of an item, as far as they could be understood."""
        given = as_dict(item) if self._shared else None
        if given is not None:
            item = {**self._shared, **{option: value for option, value in given.items() if value is not None}}
        options = self._form.checked(item, place, problems)
        if not problems:
            notes.extend(notes_on(self._spec, item, place, problems))
        if not problems:
            problems.extend(Problem(place, text) for text in _broken_rules(self._rules, options))
        return options

    def _repeated(self, wish: Wish) -> list[Problem]:
        """What is wrong with an item for an object that has an item already."""
        here, there = wish.names
        places = [self._places.setdefault(there, wish.place)]
        if wish.options.get("state") != ABSENT:
            # To rename an object and to make another one in its place is done once, and not again in the next run.
            places.append(self._callers.setdefault(here, wish.place))
        others = [place for place in places if place != wish.place]
        if not others or "None" in there:
            return []
        return [Problem(wish.place, f"it is about the same object as {others[0]}; combine them into one")]


def _circling(wishes: Sequence[Wish]) -> list[Wish]:
    """Items that give each other's names in a circle: none can be the first, and when it is done all looks as before."""
    names = [(wish, *wish.names) for wish in wishes]
    goals = {here: there for _wish, here, there in names if here != there}
    found = []
    for wish, here, there in names:
        seen, at = {here}, there
        while at in goals and at not in seen:
            seen.add(at)
            at = goals[at]
        if at == here and len(seen) > 1:
            found.append(wish)
    return found


def _broken_rules(rules: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """What options lack, or have too much, by the rules of Ansible."""
    found = []
    given = {option: value for option, value in options.items() if value is not None}
    for name, needs in rules.items():
        try:
            _RULES[name](needs, given)
        except TypeError as error:
            found.append(str(error))
    return found
