"""Properties of domain objects: their types, defaults, limits and when they may be set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from zfssa_lab.model.errors import InvalidArgument, bad_value, expecting
from zfssa_lab.model.identity import check_name
from zfssa_lab.release import Release

# API reference 6: what stands between the commas of an NFS access list.
_NFS_OPTION = re.compile(
    r"(sec|ro|rw|root|none|anon|charset|[a-z0-9-]+charset|uidmap|gidmap)(=[^,=]+)?|nosub|nosuid|aclok"
)
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kmgtpe]?)b?", re.IGNORECASE)
_UNITS = {unit: 1024**power for power, unit in enumerate(["", "k", "m", "g", "t", "p", "e"])}
_LARGEST = 2**63 - 1
# API reference 16.8: how a client may say that there is no limit, and the lowest that there is.
_NO_LIMIT = ("-1", "none", "default", "unlimited")
_LOWEST_LIMIT = 500 * 1024


def parse_size(text: str) -> int:
    """Return the bytes of "10g", "128k" or "512" (API reference 0.2); ValueError for other text."""
    match = _SIZE.fullmatch(text.strip())
    if not match or ("." in match[1] and not match[2]):
        raise ValueError(f"not a size: {text!r}")
    number, unit = match.groups()
    factor = _UNITS[unit.lower()]
    return int(number) * factor if number.isdigit() else int(float(number) * factor)


@dataclass(frozen=True)
class Property:
    """One property: ``kind`` picks its parser; ``create`` and ``modify`` say when it may be given.

    ``feature`` names the release difference without which it does not exist.  ``spelled`` and ``varied`` name
    the rows of the release table that hold its name and its choices where these differ; ``key`` is the name that
    the model knows it by then.
    """

    name: str
    kind: str
    default: Any = None
    choices: tuple[Any, ...] = ()
    low: int = 0
    high: int = _LARGEST
    create: bool = True
    modify: bool = True
    required: bool = False
    inherited: bool = False
    feature: str | None = None
    spelled: str = ""
    varied: str = ""
    key: str = ""

    @property
    def model_name(self) -> str:
        """The name under which the model keeps its value."""
        return self.key or self.name

    def on(self, release: Release) -> Property:
        """Return the property as a release spells it, with the values that the release takes."""
        name = str(getattr(release, self.spelled)) if self.spelled else self.name
        choices = tuple(getattr(release, self.varied)) if self.varied else self.choices
        return replace(self, name=name, key=self.name, choices=choices)

    def parse(self, raw: Any) -> Any:
        """Return the value of what a client sent; InvalidArgument names what is valid."""
        value = _PARSERS[self.kind](self, raw)
        if self.choices and value not in self.choices:
            raise bad_value(self.name, raw, expecting([str(choice) for choice in self.choices]))
        return value


def _string(prop: Property, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise bad_value(prop.name, raw, "a string")
    return str(raw)


def _name(prop: Property, raw: Any) -> str:
    if not isinstance(raw, str):
        raise bad_value(prop.name, raw, "a string")
    return check_name(raw, prop.name)


def _boolean(prop: Property, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    raise bad_value(prop.name, raw, expecting(["true", "false"]))


def _on_off(prop: Property, raw: Any) -> str:
    if isinstance(raw, bool):
        return "on" if raw else "off"
    if isinstance(raw, str) and raw in ("on", "off", "true", "false"):
        return {"true": "on", "false": "off"}.get(raw, raw)
    raise bad_value(prop.name, raw, expecting(["on", "off"]))


def _permissions(prop: Property, raw: Any) -> str:
    text = _string(prop, raw)
    if not re.fullmatch(r"[0-7]{3,4}", text):
        raise bad_value(prop.name, raw, "three or four octal digits")
    return text


def _nfs(prop: Property, raw: Any) -> str:
    text = _string(prop, raw)
    if text not in ("on", "off") and not all(_NFS_OPTION.fullmatch(option) for option in text.split(",")):
        raise bad_value(prop.name, raw, '"on", "off" or options such as "sec=sys,rw=@192.0.2.0/24"')
    return text


def _path(prop: Property, raw: Any) -> str:
    text = _string(prop, raw)
    if not re.fullmatch(r"(/[^/\x00-\x1f]+)+", text) or {".", ".."} & set(text.split("/")):
        raise bad_value(prop.name, raw, "an absolute path")
    return text


def _word(prop: Property, raw: Any) -> str:
    text = _string(prop, raw)
    if not text or len(text) > 256 or re.search(r"[\s\x00-\x1f]", text):
        raise bad_value(prop.name, raw, "a name")
    return text


def _records(prop: Property, raw: Any) -> list[Any]:
    if not isinstance(raw, list) or not all(isinstance(item, str | dict) for item in raw):
        raise bad_value(prop.name, raw, "a list")
    return list(raw)


def _within(prop: Property, raw: Any, value: int) -> int:
    if not prop.low <= value <= prop.high:
        raise bad_value(prop.name, raw, f"a number from {prop.low} to {prop.high}")
    return value


def _integer(prop: Property, raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _within(prop, raw, raw)
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,19}", raw):
        return _within(prop, raw, int(raw))
    if isinstance(raw, float) and abs(raw) < _LARGEST and raw.is_integer():
        return _within(prop, raw, int(raw))
    raise bad_value(prop.name, raw, "an integer")


def _size(prop: Property, raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _within(prop, raw, raw)
    if isinstance(raw, float) and abs(raw) < _LARGEST and raw.is_integer():
        return _within(prop, raw, int(raw))
    if isinstance(raw, str) and len(raw) < 32:
        try:
            return _within(prop, raw, parse_size(raw))
        except ValueError:
            pass
    raise bad_value(prop.name, raw, "a size in bytes or with a suffix such as 10g")


def _limit(prop: Property, raw: Any) -> int:
    """Bytes a second, 0 where there is no limit, whatever it is called (API reference 16.8)."""
    if isinstance(raw, str) and raw.strip().lower() in _NO_LIMIT:
        return 0
    if isinstance(raw, int | float) and not isinstance(raw, bool) and raw == -1:
        return 0
    value = _size(prop, raw)
    if 0 < value < _LOWEST_LIMIT:
        raise bad_value(prop.name, raw, "a limit of 500K or more, or none")
    return value


def _strings(prop: Property, raw: Any) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise bad_value(prop.name, raw, "a list of strings")
    if len(set(raw)) != len(raw):
        raise bad_value(prop.name, raw, "each item once")
    return list(raw)


def _string_or_list(prop: Property, raw: Any) -> list[str]:
    values = _strings(prop, [raw] if isinstance(raw, str) else raw)
    if not values:
        raise bad_value(prop.name, raw, "at least one name")
    return values


def _lu_number(prop: Property, raw: Any) -> str | int:
    if raw == "auto":
        return "auto"
    return _integer(prop, raw)


_PARSERS: dict[str, Callable[[Property, Any], Any]] = {
    "string": _string,
    "name": _name,
    "boolean": _boolean,
    "on_off": _on_off,
    "integer": _integer,
    "permissions": _permissions,
    "nfs": _nfs,
    "path": _path,
    "word": _word,
    "records": _records,
    "size": _size,
    "limit": _limit,
    "strings": _strings,
    "string_or_list": _string_or_list,
    "lu_number": _lu_number,
}


class Table:
    """The properties of one kind of object, by name, in their order of output."""

    def __init__(
        self,
        *properties: Property,
        read_only: Iterable[str] = (),
        custom: bool = False,
        unset: bool = False,
    ) -> None:
        self.by_name = {prop.name: prop for prop in properties}
        # Names of the properties that a share takes over from its project.
        self.inherited = [prop.name for prop in properties if prop.inherited]
        # Names of the others, with those that they have in the model.
        self.own = [(prop.name, prop.model_name) for prop in properties if not prop.inherited]
        self.read_only = frozenset(read_only)
        self.custom = custom
        self.unset = unset
        self._on: dict[str, Table] = {}

    def on(self, release: Release) -> Table:
        """Return the table as a release has it: its properties, by their names there."""
        if release.name not in self._on:
            there = [prop.on(release) for prop in self.by_name.values() if release.has(prop.feature)]
            table = Table(*there, read_only=self.read_only, custom=self.custom, unset=self.unset)
            self._on[release.name] = table
        return self._on[release.name]

    def defaults(self) -> dict[str, Any]:
        """Return a fresh dictionary of all default values."""
        return {
            name: list(prop.default) if isinstance(prop.default, list) else prop.default
            for name, prop in self.by_name.items()
        }


def immutable(name: str) -> InvalidArgument:
    """Return the refusal to set a property that cannot be set by this command."""
    return InvalidArgument(f'property "{name}" is immutable (encountered while attempting to run command "set {name}")')
