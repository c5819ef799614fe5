# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges options by a specification of Ansible, as Ansible does, but finds all errors and says where each one is.

The words of a specification that documents use are known here: `type`, `elements`, `options`, `choices`, `default`, `required`
and `aliases`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int, check_type_list
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE

from ...values._errors import InvalidInput
from ...values._given import judged
from ...values._names import did_you_mean

Spec = Mapping[str, Any]
# Longer than any sentence needs.
_MOST_SHOWN = 12


class Problem(NamedTuple):
    """What is wrong with a document.

    Attributes:
        place: where (`luns[3].size`); empty where it is the document itself.
        text: what, without a full stop.
    """

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


class Form:
    """A specification, prepared for many structures of its kind.

    Args:
        spec: the specification of their options.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._names = {name: option for option, rules in spec.items() for name in (option, *rules.get("aliases", ()))}
        self._required = [option for option, rules in spec.items() if rules.get("required")]
        self._defaults = {option: rules.get("default") for option, rules in spec.items()}
        self._inner: dict[str, Form] = {}

    def checked(self, given: Any, place: str, problems: list[Problem]) -> dict[str, Any]:
        """Judge a structure, and complete it.

        Args:
            given: it, as the user wrote it.
            place: where it is.
            problems: gets what is wrong.

        Returns:
            Its options, defaults included, as far as they could be understood.
        """
        structure = as_dict(given)
        if structure is None:
            problems.append(Problem(place, f"{_what(given)} stands there, where options are to stand"))
            return {}
        options: dict[str, Any] = {}
        for name, value in structure.items():
            option = self._names.get(name)
            if option is None:
                said = f"there is no such option; {did_you_mean(str(name), self._spec)}"
                problems.append(Problem(f"{place}.{name}", said))
            elif value is not None and option in options:
                problems.append(Problem(f"{place}.{name}", f"the option is given twice, as {option} as well"))
            elif value is not None:
                options[option] = self._value(option, self._spec[option], value, f"{place}.{option}", problems)
        problems += [Problem(place, f"{option} is missing") for option in self._required if option not in options]
        # What could not be understood is told; for all else the item has what it would have without.
        return {**self._defaults, **{option: value for option, value in options.items() if value is not None}}

    def _value(self, option: str, rules: Spec, value: Any, place: str, problems: list[Problem]) -> Any:
        """One value in the form of its type."""
        kind = rules.get("type", "str")
        if kind == "list":
            return self._elements(option, rules, value, place, problems)
        if kind == "dict" and "options" in rules:
            if option not in self._inner:
                self._inner[option] = Form(rules["options"])
            return self._inner[option].checked(value, place, problems)
        try:
            formed = _FORMS[kind](value)
        except (TypeError, ValueError):
            problems.append(Problem(place, f"{_shown(rules, value)} is not {_ARTICLES[kind]}"))
            return None
        return _chosen(rules, formed, place, problems) if "choices" in rules else formed

    def _elements(self, option: str, rules: Spec, value: Any, place: str, problems: list[Problem]) -> list[Any]:
        """The elements of a list, which may be a text with commas."""
        try:
            items = check_type_list(value)
        except TypeError:
            problems.append(Problem(place, f"{_shown(rules, value)} is not a list"))
            return []
        inner = {**rules, "type": rules.get("elements", "raw")}
        return [self._value(option, inner, item, f"{place}[{number}]", problems) for number, item in enumerate(items)]


def notes_on(spec: Spec, given: Any, place: str, problems: list[Problem]) -> list[str]:
    """Judge what YAML has made of names in a structure; return warnings, whole sentences.

    Args:
        spec: the specification of its options.
        given: it, as the user wrote it.
        place: where it is.
        problems: gets what is wrong.
    """
    structure = as_dict(given)
    try:
        return [f"{place}: {note}" for note in judged(spec, structure or {})]
    except InvalidInput as error:
        problems.append(Problem(place, f"{error.reason}; {error.advice}"))
        return []


def _chosen(rules: Spec, value: Any, place: str, problems: list[Problem]) -> Any:
    """A value that is among the choices; YAML makes a flag of `off`."""
    choices = rules["choices"]
    if value in choices:
        return value
    words = {"False": BOOLEANS_FALSE, "True": BOOLEANS_TRUE}.get(str(value), frozenset())
    meant = [choice for choice in choices if choice in words]
    if len(meant) == 1:
        return meant[0]
    problems.append(Problem(place, f"{_shown(rules, value)} is none of: {', '.join(map(str, choices))}"))
    return None


def _text(value: Any) -> str:
    if isinstance(value, (Mapping, list)):
        raise TypeError("no text")
    return str(value)


def _same(value: Any) -> Any:
    return value


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": check_type_int,
    "bool": check_type_bool,
    "dict": check_type_dict,
    "raw": _same,
}
_ARTICLES = {"str": "a text", "int": "a whole number", "bool": "true or false", "dict": "a mapping"}


def as_dict(value: Any) -> dict[Any, Any] | None:
    """A mapping, or a text that stands for one as Ansible reads it; `None` for all else."""
    try:
        return dict(check_type_dict(value))
    except TypeError:
        return None


def _what(value: Any) -> str:
    """What a value is, for somebody who writes YAML."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else f"{value!r}"


def _shown(rules: Spec, value: Any) -> str:
    """A value that cannot stand where it does; a secret is not repeated."""
    if rules.get("no_log") or isinstance(value, (Mapping, list)):
        return "what is given" if rules.get("no_log") else _what(value)
    return repr(value) if len(repr(value)) <= 5 * _MOST_SHOWN else _what(value)
