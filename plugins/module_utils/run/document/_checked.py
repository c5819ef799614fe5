# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges options by a specification of Ansible, as Ansible does, but finds all errors and says where each one is.

The words of a specification that documents use are known here: `type`, `elements`, `options`, `choices`, `default`, `required`
and `aliases`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int, check_type_list
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE

from ...values._errors import InvalidInput
from ...values._given import judged
from ...values._names import did_you_mean, shown

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


def checked(spec: Spec, given: Any, place: str, problems: list[Problem]) -> dict[str, Any]:
    """Judge a structure, and complete it.

    Args:
        spec: the specification of its options.
        given: it, as the user wrote it.
        place: where it is.
        problems: gets what is wrong.

    Returns:
        Its options, defaults included, as far as they could be understood.
    """
    structure = _as_dict(given)
    if structure is None:
        problems.append(Problem(place, f"{_what(given)} stands there, where options are to stand"))
        return {}
    names = _names_of(spec)
    options: dict[str, Any] = {}
    for name, value in structure.items():
        option = names.get(name)
        if option is None:
            problems.append(Problem(f"{place}.{name}", f"there is no such option; {did_you_mean(str(name), spec)}"))
        elif value is not None and option in options:
            problems.append(Problem(f"{place}.{name}", f"the option is given twice, as {option} as well"))
        elif value is not None:
            options[option] = _value(spec[option], value, f"{place}.{option}", problems)
    for option, rules in spec.items():
        if option in options:
            continue
        if rules.get("required"):
            problems.append(Problem(place, f"{option} is missing"))
        options[option] = rules.get("default")
    return options


def notes_on(spec: Spec, given: Any, place: str, problems: list[Problem]) -> list[str]:
    """Judge what YAML has made of names in a structure; return warnings, whole sentences.

    Args:
        spec: the specification of its options.
        given: it, as the user wrote it.
        place: where it is.
        problems: gets what is wrong.
    """
    structure = _as_dict(given)
    try:
        return [f"{place}: {note}" for note in judged(spec, structure or {})]
    except InvalidInput as error:
        problems.append(Problem(place, f"{error.reason}; {error.advice}"))
        return []


def _names_of(spec: Spec) -> dict[Any, str]:
    """The options by all their names."""
    return {name: option for option, rules in spec.items() for name in (option, *rules.get("aliases", ()))}


def _value(rules: Spec, value: Any, place: str, problems: list[Problem]) -> Any:
    """One value in the form of its type."""
    kind = rules.get("type", "str")
    if kind == "list":
        return list(_elements(rules, value, place, problems))
    if kind == "dict" and "options" in rules:
        return checked(rules["options"], value, place, problems)
    try:
        formed = _FORMS[kind](value)
    except (TypeError, ValueError):
        problems.append(Problem(place, f"{_shown(rules, value)} is not {_ARTICLES[kind]}"))
        return None
    return _chosen(rules, formed, place, problems)


def _elements(rules: Spec, value: Any, place: str, problems: list[Problem]) -> Iterator[Any]:
    """The elements of a list, which may be a text with commas."""
    try:
        items = check_type_list(value)
    except TypeError:
        problems.append(Problem(place, f"{_shown(rules, value)} is not a list"))
        return
    inner = {**rules, "type": rules.get("elements", "raw")}
    for number, item in enumerate(items):
        yield _value(inner, item, f"{place}[{number}]", problems)


def _chosen(rules: Spec, value: Any, place: str, problems: list[Problem]) -> Any:
    """A value that is among the choices; YAML makes a flag of `off`."""
    choices = rules.get("choices")
    if choices is None or value in choices:
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


def _as_dict(value: Any) -> dict[Any, Any] | None:
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


def missing_names(known: Mapping[str, Any]) -> str:
    """The names that are possible, for a message."""
    return shown(sorted(known), _MOST_SHOWN)
