# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written for people: nothing in it acts on a terminal, deceives the eye, or is longer than anybody reads.

Names and faults come from an appliance, or from what stands before it, and from users. Values that are returned stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

_LONGEST = 2000
# Of what only this collection has put together: what is wrong with each of many LUNs, for one.
LONGEST_LIST = 20_000
# Between clauses and sentences; one of them is never this long.
_BETWEEN = re.compile(r"(?<=[;:.]) ")
_LONGEST_CLAUSE = 1000
_HUGE = 100_000
# Of a name, or of anything without a space.
_LONG_WORD = re.compile(r"\S{301,}")
_LONGEST_WORD = 200
# What of a failure is written for people, as `msg` is.
_OF_FAILURE = ("fault", "message", "request")


def legible(text: object, most: int = _LONGEST) -> str:
    """Write a text as one that a person can read in one line of a terminal.

    Control characters, marks of direction, ends of lines, surrogates and what has no width are written as Python
    writes them, such as `\\x1b`; of what is too long the middle is left out.

    Args:
        text: it, whoever wrote it.
        most: characters that may be left, about.
    """
    plain = str(text)
    # Nobody looks for words in megabytes.
    plain = _shortened(plain, most) if len(plain) > _HUGE else plain
    plain = plain if plain.isprintable() else "".join(map(_visible, plain))
    plain = _LONG_WORD.sub(lambda word: _shortened(word.group(), _LONGEST_WORD), plain)
    if len(plain) > _LONGEST_CLAUSE:
        plain = " ".join(_shortened(clause, _LONGEST_CLAUSE) for clause in _BETWEEN.split(plain))
    return _shortened(plain, most)


def legible_result(result: dict[str, Any], masked: Callable[[str], str]) -> dict[str, Any]:
    """Make all texts of a result legible.

    Args:
        result: of a task, as Ansible wants it; it is changed.
        masked: takes the secrets out of a text, which must come first: of one that is escaped, or cut, nobody would recognise
            the rest.
    """
    failure = result.get("failure")
    # Where there is a status, the appliance has had its say.
    own = isinstance(failure, dict) and failure["status"] is None

    def told(text: Any, most: int = _LONGEST) -> str:
        return legible(masked(str(text)), most)

    most = LONGEST_LIST if own else _LONGEST
    if "msg" in result:
        result["msg"] = told(result["msg"], most)
    if result.get("warnings"):
        result["warnings"] = list(dict.fromkeys(told(warning) for warning in result["warnings"]))
    if isinstance(failure, dict):
        told_of_it = {key: told(failure[key], most) for key in _OF_FAILURE if isinstance(failure.get(key), str)}
        result["failure"] = {**failure, **told_of_it, "steps_done": [told(step) for step in failure["steps_done"]]}
        if "errors" in failure:
            # Of a document: each with its place.
            result["failure"]["errors"] = [{key: told(text) for key, text in one.items()} for one in failure["errors"]]
    return result


def _shortened(text: str, most: int) -> str:
    """Leave out the middle of a text that is too long: what is to be done stands at its end."""
    left_out = len(text) - most
    if left_out <= 0:
        return text
    head = most * 2 // 3
    return f"{text[:head]}[... {left_out} characters ...]{text[head + left_out :]}"


def _visible(character: str) -> str:
    # Of what Python does not print, spaces of all widths do no harm.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")
