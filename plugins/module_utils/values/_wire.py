# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an appliance gave and nobody understands: no decision rests on it, and nothing that is only told stops for it.

API reference 15.4: in anything there may be `-1`, `unlimited`, `0B/s`, a float, or a text that no guide lists. So a record
holds `Unclear` in the place of such a value. Whoever decides on it, in whatever way, gets `NotUnderstood` instead of an
answer; whoever only hands it on does not notice.

What is not in a record is read from the wire with `text`, `count` and `flag`, which refuse in the same words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from ._errors import NotUnderstood
from ._mask import clipped
from ._types import Amount, Flag, Names, Value, Whole, Word

# An object as JSON has it.
Wire = dict[str, Any]

_LONGEST = 60
_PLAIN = frozenset((str, int, bool, float, type(None)))
_MISSING = object()


def brief(value: Any) -> str:
    """Write a value as the appliance gave it, shortened for a message."""
    try:
        written = json.dumps(value, default=str)
    except (ValueError, RecursionError):
        # A number of thousands of digits, or a structure without an end.
        written = type(value).__name__
    return clipped(written, _LONGEST)


def refusal(what: str, value: Any, label: str) -> NotUnderstood:
    """Make the refusal to decide on a value.

    Args:
        what: the property.
        value: as the appliance gave it.
        label: the object, as messages call it.
    """
    return NotUnderstood(f"{what} of {label} is {brief(value)}, which cannot be understood")


class Unclear:
    """The value of a property that cannot be understood; every use but handing it on raises `NotUnderstood`.

    Args:
        because: what cannot be understood: the property, or the key, and its value as the appliance gave it.
        label: the object, as messages call it.
        raw: what the appliance gave for this very value.
        decided: whether tasks depend on it even when nobody has asked for it (see `Property.decided`).
        required: whether no task goes on without it.
    """

    __slots__ = ("_because", "_decided", "_label", "_raw", "_required")

    def __init__(
        self, because: tuple[str, Any], label: str, raw: Any, *, decided: bool = False, required: bool = False
    ) -> None:
        self._because, self._label, self._raw = because, label, raw
        self._decided, self._required = decided, required

    def __repr__(self) -> str:
        return f"Unclear({self._because[0]!r}, {brief(self._raw)})"

    def _refuse(self, *_others: Any) -> NoReturn:
        what, value = self._because
        raise refusal(what, value, self._label)

    def __getattr__(self, name: str) -> NoReturn:
        # What Python and its tools look for by themselves is no use of the value.
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()

    def __copy__(self) -> Unclear:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Unclear:
        return self

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __bool__ = __str__ = _refuse
    __int__ = __index__ = __float__ = __len__ = __iter__ = __contains__ = __getitem__ = __format__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __floordiv__ = _refuse


def is_clear(value: Any) -> bool:
    """Whether a value of a record can be decided on."""
    return not isinstance(value, Unclear)


def clear(value: Any) -> Any:
    """A value of a record for what only tells it: `None` when it cannot be understood."""
    return value if is_clear(value) else None


@dataclass(frozen=True)
class Unreadable:
    """What of results could not be understood: the property, the label of its object, and its value."""

    what: str
    raw: Any
    label: str
    decided: bool
    required: bool

    def refuse(self) -> NoReturn:
        """Refuse to decide on it.

        Raises:
            NotUnderstood: always.
        """
        raise refusal(self.what, self.raw, self.label)


def has_unclear(value: Any) -> bool:
    """Whether anything in a structure cannot be understood."""
    if not isinstance(value, (dict, list)):
        return isinstance(value, Unclear)
    for item in value.values() if isinstance(value, dict) else value:
        # Nearly all are plain, and there are many.
        if item.__class__ not in _PLAIN and has_unclear(item):
            return True
    return False


def cleared(value: Any, found: list[Unreadable], *, as_it_came: bool = False) -> Any:
    """Make of results what a user gets; they stay what they are where all can be understood.

    Args:
        value: a structure that may hold values that cannot be understood.
        found: gets one for each of them.
        as_it_came: whether each is told as the appliance gave it, and not as `None`.
    """
    return _without_unclear(value, found, as_it_came) if has_unclear(value) else value


def _without_unclear(value: Any, found: list[Unreadable], as_it_came: bool) -> Any:
    if isinstance(value, Unclear):
        found.append(Unreadable(*value._because, value._label, value._decided, value._required))
        return value._raw if as_it_came else None
    if isinstance(value, dict):
        return {key: _without_unclear(item, found, as_it_came) for key, item in value.items()}
    return [_without_unclear(item, found, as_it_came) for item in value] if isinstance(value, list) else value


# Values of the wire that are in no record


def _taken(value: Value, wire: Mapping[str, Any], key: str, label: str, missing: Any) -> Any:
    raw = wire.get(key, _MISSING)
    if raw is _MISSING:
        return missing
    try:
        taken = value.from_wire(raw)
    except ValueError:
        taken = None
    if taken is None:
        raise refusal(key, raw, label)
    return taken


def text(wire: Mapping[str, Any], key: str, label: str) -> str:
    """A text of what the appliance gave, empty when it is not there.

    Raises:
        NotUnderstood: it is none.
    """
    return str(_taken(Word(), wire, key, label, ""))


def count(wire: Mapping[str, Any], key: str, label: str) -> int | None:
    """A number of things, `None` when it is not there.

    Raises:
        NotUnderstood: it is no whole number from 0 on.
    """
    number: int | None = _taken(Whole(), wire, key, label, None)
    return number


def flag(wire: Mapping[str, Any], key: str, label: str) -> bool:
    """A flag, false when it is not there.

    Raises:
        NotUnderstood: it is none.
    """
    return bool(_taken(Flag(), wire, key, label, False))


def told_amount(wire: Mapping[str, Any], key: str) -> int | None:
    """A number of bytes that is only told: `None` where there is none that can be understood, or no limit."""
    try:
        amount: int | None = Amount().from_wire(wire.get(key))
    except ValueError:
        return None
    return amount


def told_flag(wire: Mapping[str, Any], key: str) -> bool:
    """A flag that is only told: false where it is none."""
    try:
        return bool(Flag().from_wire(wire.get(key)))
    except ValueError:
        return False


def told_texts(wire: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts that is only told: empty where it is none."""
    try:
        return list(Names().from_wire(wire.get(key, [])))
    except ValueError:
        return []


def named(wires: Iterable[Mapping[str, Any]], key: str = "name") -> list[str]:
    """The names of some objects for a message, sorted; what has none that can be read is left out."""
    return sorted(wire[key] for wire in wires if isinstance(wire.get(key), str))


Wanted = Mapping[str, Collection[str | None]]


def fits(wire: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether an object has wanted values: key -> those that will do, `None` among them where there may be none."""
    return all(_readable(wire.get(key)) and wire.get(key) in values for key, values in wanted.items())


def found_by(wires: Iterable[Mapping[str, Any]], wanted: Wanted, title: str, *, every: bool = False) -> list[Any]:
    """Find objects in a list, none of which may be overlooked.

    Args:
        wires: the list.
        wanted: as for `fits`.
        title: what one of them is called.
        every: whether those matter as well that may be there beside one that fits.

    Raises:
        NotUnderstood: none fits, or all matter, and of one that cannot be told whether it does.
    """
    wires = list(wires)
    found = [wire for wire in wires if fits(wire, wanted)]
    for wire in () if found and not every else wires:
        unclear = [key for key in wanted if key in wire and not _tells(wire[key], wanted[key])]
        if unclear and fits(wire, {key: wanted[key] for key in wanted if key not in unclear}):
            raise refusal(unclear[0], wire[unclear[0]], label_of(wire, title))
    return found


def _readable(value: Any) -> bool:
    return isinstance(value, str | None)


def _tells(value: Any, values: Collection[str | None]) -> bool:
    return isinstance(value, str) or (value is None and None in values)


def label_of(wire: Mapping[str, Any], title: str) -> str:
    """Say which object of a list is meant, by what of its names can be read."""
    told = {
        key: wire[key] for key in ("pool", "project", "share", "name", "label", "id") if isinstance(wire.get(key), str)
    }
    # An id says which one it is only where nothing has a name.
    names = [
        text
        for key, text in told.items()
        if text and (key != "id" or not any(map(told.get, ("share", "name", "label"))))
    ]
    return f"{title} {'/'.join(names)}".strip() if names else f"a {title} in the appliance's list"
