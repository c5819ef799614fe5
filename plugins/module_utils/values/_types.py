# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of property values: how each is written by a user, by the appliance, and compared.

Both borders normalise, so that the middle compares with `==`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ._names import check_name, repeated
from ._release import Release
from ._units import format_size, human_size, parse_size, told_time

# How an appliance says in a text that there is no limit (API reference 15.1, 16.8).
_NO_LIMIT = ("-1", "unlimited", "none")
_PER_SECOND = "/s"
_WHOLE = re.compile(r"[0-9]+(\.0*)?")
_YES, _NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0", "")


class Misread(ValueError):
    """Something else than a property itself keeps it from being understood: the value of another key.

    Args:
        key: the key in the REST API.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Value:
    """A type of value; this one is plain text.

    Attributes:
        null_is_nothing: whether `null` says for certain that there is none, even where a decision rests on it.
        without: the normalised value of an object that has no such property at all, as on a release that does not know it;
            `None` where that is no value.
    """

    null_is_nothing = False
    without: Any = None

    def option_spec(self) -> dict[str, Any]:
        """The part of an Ansible argument spec that describes the option."""
        return {"type": "str"}

    def from_user(self, option: str, value: Any) -> Any:
        """Normalise what the user gave.

        Raises:
            ValueError: it can never be right; the text says why.
        """
        return str(value)

    def from_wire(self, value: Any) -> Any:
        """Normalise what the appliance gave; `None` when it gave nothing.

        Raises:
            ValueError: it cannot be understood; only the caller knows what of.
        """
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ValueError("no text")
        return str(value)

    def to_wire(self, value: Any) -> Any:
        """Write a normalised value for a request."""
        return value

    def known_on(self, release: Release) -> tuple[str, ...] | None:
        """The values that a release knows, where these are not the same on all; `None` otherwise."""
        return None

    def same(self, current: Any, wanted: Any) -> bool:
        """Whether the appliance has already what is wanted; both normalised."""
        return bool(current == wanted)

    def show(self, value: Any) -> str:
        """A normalised value, for messages."""
        return repr(value)

    def told(self, value: Any) -> str:
        """A normalised value, for the line of a plan."""
        if value is None:
            return "unknown"
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return ", ".join(map(str, value)) or "nothing"
        return str(value) if value != "" else "nothing"


class Moment(Value):
    """A timestamp, `None` while there was none (`<unknown>`, API reference 10.2)."""

    def from_wire(self, value: Any) -> Any:
        return told_time(value)


class Word(Value):
    """A text that decides something, such as a state; a number is none."""

    def from_wire(self, value: Any) -> Any:
        if not isinstance(value, str | None):
            raise ValueError("no text")
        return value


class Name(Word):
    """The name of another object."""

    def from_user(self, option: str, value: Any) -> Any:
        return check_name(option, str(value))


class Flag(Value):
    """A boolean; some replies have it as a string (API reference 0.2)."""

    def option_spec(self) -> dict[str, Any]:
        return {"type": "bool"}

    def from_user(self, option: str, value: Any) -> Any:
        return bool(value)

    def from_wire(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if isinstance(value, (str, int)) and word in (*_YES, *_NO):
            return word in _YES
        raise ValueError("no flag")


@dataclass(frozen=True)
class Whole(Value):
    """A whole number between two bounds, both included."""

    least: int = 0
    most: int = 2**63 - 1

    def option_spec(self) -> dict[str, Any]:
        return {"type": "int"}

    def from_user(self, option: str, value: Any) -> Any:
        if not self.least <= int(value) <= self.most:
            raise ValueError(f"{option} {value} is out of range: it goes from {self.least} to {self.most}")
        return int(value)

    def from_wire(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            return int(value.strip().partition(".")[0])
        if (
            isinstance(value, (bool, str, list, dict))
            or (isinstance(value, float) and not value.is_integer())
            or value < 0
        ):
            raise ValueError("no whole number")
        return int(value)


@dataclass(frozen=True)
class Size(Value):
    """A number of bytes; users may write units.

    Attributes:
        least, most: bounds in bytes, both included.
        power_of_two: whether only powers of two are possible.
    """

    least: int = 0
    most: int = 2**63 - 1
    power_of_two: bool = False

    def from_user(self, option: str, value: Any) -> Any:
        size = parse_size(value)
        if not self.least <= size <= self.most:
            raise ValueError(
                f"{option} {value} is out of range: it goes from {format_size(self.least)} to {format_size(self.most)}"
            )
        if self.power_of_two and size & (size - 1):
            raise ValueError(f"{option} {value} is not a power of two, such as 8k or 128k")
        return size

    def from_wire(self, value: Any) -> Any:
        # A number may come as a float in exponent form (API reference 12.10), a text with a unit.
        if value is None or value == "":
            return None
        if not isinstance(value, float):
            return parse_size(value)
        if not math.isfinite(value) or value < 0:
            raise ValueError("no size")
        return int(value)

    def show(self, value: Any) -> str:
        return format_size(value) if isinstance(value, int) else repr(value)

    def told(self, value: Any) -> str:
        return human_size(value) if isinstance(value, int) else super().told(value)


class Limit(Size):
    """A size that may have no limit, which is 0 for users; appliances say it in other ways, too (API reference 15.1)."""

    def from_wire(self, value: Any) -> Any:
        said = value.strip().lower() if isinstance(value, str) else value
        if said == -1 or said in _NO_LIMIT:
            return 0
        return super().from_wire(said.removesuffix(_PER_SECOND) if isinstance(said, str) else said)

    def told(self, value: Any) -> str:
        return "no limit" if value == 0 else super().told(value)


class Amount(Size):
    """A number of bytes that is only told; `None` where there is no limit to tell of."""

    def from_wire(self, value: Any) -> Any:
        said = value.strip().lower() if isinstance(value, str) else value
        return None if said == -1 or said in _NO_LIMIT else super().from_wire(said)


class Rate(Amount):
    """A number of bytes per second that is only told."""

    def from_wire(self, value: Any) -> Any:
        return super().from_wire(value.strip().removesuffix(_PER_SECOND) if isinstance(value, str) else value)


class Ratio(Value):
    """By how much data shrinks, at least 1, as a float: an appliance tells it in percent, as a factor, or as `1.85x`.

    API reference 3: one and the same appliance tells `compression` 1 and `dedupratio` 100 of a pool where neither gains
    anything. A percentage is 100 at least, and no data that is kept shrinks to a hundredth, so that they can be told apart.
    """

    def from_wire(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError("no ratio")
        try:
            number = float(value.strip().lower().removesuffix("x") if isinstance(value, str) else value)
        except OverflowError:
            raise ValueError("no ratio") from None
        if not 1 <= number < math.inf:
            raise ValueError("no ratio")
        return number / 100 if number >= 100 else number


@dataclass(frozen=True)
class Choice(Word):
    """One of some words.

    Attributes:
        words: all of them.
        newer: those that have a row of their own in the table of releases.
    """

    words: tuple[str, ...]
    newer: tuple[str, ...] = ()

    def known_on(self, release: Release) -> tuple[str, ...] | None:
        return tuple(word for word in self.words if word not in self.newer or release.has(word))

    def option_spec(self) -> dict[str, Any]:
        return {"type": "str", "choices": list(self.words)}


class Throughput(Limit):
    """Bytes per second at the most, 0 for no limit (API reference 16.8); an object that tells of none has none."""

    without = 0
    null_is_nothing = True
    _least = 500 * 1024

    def from_user(self, option: str, value: Any) -> Any:
        limit = super().from_user(option, value)
        if 0 < limit < self._least:
            raise ValueError(
                f"{option} {value} is too low: a limit is {format_size(self._least)} or more, and 0 is none"
            )
        return limit

    def from_wire(self, value: Any) -> Any:
        said = value.strip().lower() if isinstance(value, str) else value
        return 0 if said in (None, "", "default") else super().from_wire(said)


class SortedNames(list[str]):
    """Names in their alphabetical order, which compare as those of any list.

    Attributes:
        given: the same in the order in which the user gave them, in which the appliance gets them.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.given = list(names)
        super().__init__(sorted(self.given))


@dataclass(frozen=True)
class Names(Value):
    """A set of names of other objects, in which order means nothing.

    Attributes:
        nobody: what the appliance calls the empty set, where it has a word for it.
        check: checks a name: gets the option and the value, returns the value; raises `InvalidInput`.
    """

    nobody: str | None = None
    check: Callable[[str, str], str] = check_name

    def option_spec(self) -> dict[str, Any]:
        return {"type": "list", "elements": "str"}

    def from_user(self, option: str, value: Any) -> Any:
        names = [self.check(option, str(name)) for name in value]
        twice = repeated(names)
        if twice:
            raise ValueError(f"{option} names {', '.join(twice)} more than once")
        return SortedNames(name for name in names if name != self.nobody)

    def from_wire(self, value: Any) -> Any:
        # One name is a string on old releases, a list elsewhere (API reference 12.1).
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError("no list of names")
        return sorted(name for name in names if name and name != self.nobody)

    def to_wire(self, value: Any) -> Any:
        if not value:
            return self.nobody if self.nobody is not None else []
        names = value.given if isinstance(value, SortedNames) else value
        return names[0] if len(names) == 1 else names

    def show(self, value: Any) -> str:
        return ", ".join(value) or "nobody"

    def told(self, value: Any) -> str:
        return super().told(value) if value is None else self.show(value)
