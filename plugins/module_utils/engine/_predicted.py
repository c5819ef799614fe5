# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of custom properties whose form only the schema tells (API reference 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..values._coerce import NO, YES
from ..values._names import CUSTOM_PREFIX
from ._custom_properties import CustomValues, formed, read_types
from ._plan import Item
from ._read import Reader
from ._relations import Reference
from ._resource import CUSTOM
from ._types import Record, Results

# The appliance itself reads only these as a flag.
_PLAIN = ("true", "false")


def spelled_out(reader: Reader, known: Reference | None, wanted: Record, current: Record | None) -> Record:
    """Write custom values as the appliance takes them: "yes" may be a word, or a flag.

    The schema is read only for such words, and for what YAML makes of a text without quotes, so that all else costs no
    request.

    Args:
        reader: asks the appliance.
        known: where custom properties are defined; `None` where the object bears none.
        wanted: normalised values.
        current: the record of the object, `None` when it does not exist.

    Raises:
        PlanRefused: a value does not fit the type of its property.
    """
    present = (current or {}).get(CUSTOM, {})
    unsure = [name for name, value in wanted.get(CUSTOM, {}).items() if _is_unsure(present.get(name), value)]
    return {**wanted, CUSTOM: _as_defined(reader, known, wanted[CUSTOM], unsure)} if known and unsure else wanted


def _is_unsure(present: Any, value: Any) -> bool:
    """Whether only the schema tells what a value is: neither the present one (`None`: none) nor its own form."""
    if isinstance(value, str):
        word = value.strip().lower()
        return present is None and word in YES + NO and value.lower() not in _PLAIN
    if isinstance(value, bool):
        # A flag may come as a text (API reference 0.2).
        return present is None or isinstance(present, str)
    return not isinstance(value, int)


def taken_as_texts(options: Mapping[str, Any], results: Results) -> list[str]:
    """Warn of custom values that are whole numbers in YAML and became texts: `010` is the number 8.

    Args:
        options: those of the task.
        results: its results, with the values as they are there.
    """
    given = options.get(CUSTOM)
    if not isinstance(given, dict):
        return []
    texts = [record[CUSTOM] for record in results.values() if isinstance(record, dict) and CUSTOM in record]
    names = {str(name).removeprefix(CUSTOM_PREFIX): value for name, value in given.items()}
    return [
        f"custom property {name} {value} is a number in YAML, and the text '{value}' is used; put it in quotes."
        for name, value in names.items()
        if isinstance(value, int) and not isinstance(value, bool)
        if any(text.get(name) == str(value) for text in texts)
    ]


def predicted_by(reader: Reader, plan: Item) -> Results:
    """The prediction of a plan, with its custom values as they will be read.

    Raises:
        PlanRefused: a value does not fit the type of its property, and the appliance will not take it.
    """
    sent = [one for _doing, one in plan.preconditions if isinstance(one, CustomValues)]
    if not sent:
        return plan.after
    known, names = sent[0].known, {name for one in sent for name in one.values}
    return {
        key: {**record, CUSTOM: _as_defined(reader, known, record[CUSTOM], names & set(record[CUSTOM]))}
        if isinstance(record, dict) and CUSTOM in record
        else record
        for key, record in plan.after.items()
    }


def _as_defined(reader: Reader, known: Reference, values: Record, names: Iterable[str]) -> Record:
    """Some values as the schema has them; those of unknown properties as they are, which are refused elsewhere."""
    types = read_types(reader, known)
    return {**values, **{name: formed(name, types[name], values[name]) for name in names if name in types}}
