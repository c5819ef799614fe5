"""Random objects and random options for any kind of object, made from its description alone, and an appliance that has one.

A new property, or a new kind of object in `kinds/`, is covered by the tests that use this without a line here. Only a new
type of value may need a word in `CANDIDATES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from book import Answer
from hypothesis import strategies as st
from lab_client import MASKED

from ansible_collections.zfssa.storage.plugins.module_utils import kinds
from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import CUSTOM, Resource
from ansible_collections.zfssa.storage.plugins.module_utils.engine._types import Identity, Record
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, NotFound, ObjectExists
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import NEWEST, Release
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Choice, Flag, Names, Size, Value, Whole
from ansible_collections.zfssa.storage.plugins.module_utils.values._wire import Wire

KIB = 1024
RELEASES = {"2013.1": Release(2), "8.7": Release(7), "8.8": Release(8)}
# Texts of all kinds; a type of value is tried with those that it takes.
CANDIDATES = (
    "", "a", "ig-a", "ig-b", "tg-a", "default", MASKED, "host.example.com", "HOST.example.com", "192.0.2.1", "a b", "naïve",
    "twelve-chars", "sixteen-chars-16", "auto", "0", "7", "16383", "ixgbe0", "ixgbe1", "24", "x" * 200,
    "iqn.2020-01.com.example:a", "iqn.2020-01.com.example:b", "iqn.1986-03.com.sun:02:t", "eui.0123456789ABCDEF",
    "eui.0123456789abcdef0123456789abcdef", "naa.0123456789abcdef", "wwn.0123456789ABCDEF", "wwn.0123456789ABCDE0",
)  # fmt: skip


def _resources(found: Iterable[Any]) -> Iterable[Resource]:
    for value in found:
        if isinstance(value, Resource):
            yield value
        elif isinstance(value, dict):
            yield from _resources(value.values())


def all_resources() -> dict[str, Resource]:
    """Every kind of object that a table of `kinds/` describes, by a name that says which."""
    found = {}
    for file in sorted(file for folder in kinds.__path__ for file in Path(folder).glob("*/_table.py")):
        module = importlib.import_module(f"{kinds.__name__}.{file.parent.name}.{file.stem}")
        for resource in _resources(vars(module).values()):
            names = "/".join((*resource.scope, resource.key)) + resource.collection.rpartition("/")[2]
            found[f"{resource.title} {names} {resource.plural}"] = resource
    return found


# What there is to choose from


def values(value: Value) -> st.SearchStrategy[Any]:
    """All that a user may give for a type of value."""
    match value:
        case Flag():
            return st.booleans()
        case Whole(least=least, most=most):
            return st.integers(least, most)
        case Size(least=least, most=most, power_of_two=True):
            return st.sampled_from([2**n for n in range(60) if least <= 2**n <= most]).map(_spelled)
        case Size(least=least, most=most):
            # A LUN has whole blocks, and none is larger than 1M.
            numbers = st.integers(min(least, 1), min(most, 2**50) // KIB**2)
            return numbers.map(lambda n: _spelled(n * KIB**2)) | st.integers(1, 2**20).map(lambda n: f"{n}M")
        case Choice(words=words):
            return st.sampled_from(words)
        case Names():
            names = _taken(lambda text: value.from_user("x", [text]))
            return st.lists(st.sampled_from(names), unique=True, max_size=3).filter(lambda some: _is_taken(value, some))
    return st.sampled_from(_taken(lambda text: value.from_user("x", text)))


def _spelled(size: int) -> str:
    return f"{size // KIB}k" if size and size % KIB == 0 else str(size)


def _taken(check: Callable[[str], Any]) -> list[str]:
    found = []
    for text in CANDIDATES:
        try:
            check(text)
        except (ValueError, InvalidInput):
            continue
        found.append(text)
    assert found, "no candidate is a possible value: add one to CANDIDATES"
    return found


def _is_taken(value: Value, given: Any) -> bool:
    try:
        value.from_user("x", given)
    except (ValueError, InvalidInput):
        return False
    return True


def _properties(resource: Resource, *, needed: bool) -> dict[str, st.SearchStrategy[Any]]:
    """The options of a resource: those without which it cannot be made, or the others."""
    found = {prop.option: values(prop.value) for prop in resource.writable}
    if resource.custom:
        # Each is of a type of its own.
        kinds = {"tag": st.sampled_from(["x", "y"]), "owner": st.sampled_from([7, 8]), "n:1": st.booleans()}
        found[CUSTOM] = st.fixed_dictionaries({}, optional=kinds)
    return {option: one for option, one in found.items() if (option in resource.required_to_create) is needed}


def wanted_options(resource: Resource, *, complete: bool) -> st.SearchStrategy[Record]:
    """What a user may ask for; `complete` has all that is needed to make the object."""
    needed, others = _properties(resource, needed=True), _properties(resource, needed=False)
    return (
        st.fixed_dictionaries(needed, optional=others)
        if complete
        else st.fixed_dictionaries({}, optional={**needed, **others})
    )


def states(resource: Resource) -> st.SearchStrategy[Wire]:
    """All that an appliance may have of such an object, without its names; sizes may be floats (API reference 12.10)."""
    every = {**_properties(resource, needed=True), **_properties(resource, needed=False)}
    wires = st.fixed_dictionaries(every).map(lambda options: resource.payload(resource.wanted(options)))
    return st.builds(_written, wires, st.booleans())


def _written(wire: Wire, floating: bool) -> Wire:
    return {
        key: float(value)
        if floating and isinstance(value, int) and not isinstance(value, bool) and value == int(float(value))
        else value
        for key, value in wire.items()
    }


def identity_of(resource: Resource) -> Identity:
    """Names for an object."""
    scope = {option: {"protocol": "iscsi"}.get(option, f"{option}-a") for option in resource.scope}
    return {**scope, resource.key: _taken(lambda text: resource.check(resource.key, text))[-1]}


# The appliance


class SingleObject:
    """An appliance that has one object, or none yet, and does with it just what it is told.

    Attributes:
        wire: the object as it is in the API, `None` when there is none.
        secrets: the options that it knows and does not tell.
        sent: the bodies that it got.
    """

    def __init__(
        self, resource: Resource, state: Wire | None, own: Wire, parent: Record, release: Release = NEWEST
    ) -> None:
        self.resource, self.parent, self.release = resource, parent, release
        self.identity = identity_of(resource)
        self.secrets: Wire = {}
        self.sent: list[tuple[str, Wire | None]] = []
        # What it chooses where neither the user nor the description says it.
        self._own = own
        self._unknown = {prop.wire for prop in resource.properties if prop.lacked_by(release)}
        self.wire: Wire | None = None
        if state is not None:
            self.wire = {resource.wire_key: self.identity[resource.key], **self._at_first()}
            self._take({key: value for key, value in state.items() if key not in self._unknown})

    @property
    def record(self) -> Record | None:
        """The object as the engine reads it."""
        return None if self.wire is None else self.resource.normalise(self.wire, self.identity)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read the object."""
        assert path == self.resource.path(self.identity)
        return None if self.wire is None else {self.resource.envelope or self.resource.kind: dict(self.wire)}

    def tell(self, text: str) -> None:
        """Nobody listens."""

    def send(self, method: str, path: str, body: Wire | None = None, params: Mapping[str, str] | None = None) -> Answer:
        """Make, change or remove the object."""
        self.sent.append((method, body))
        if method == "POST":
            assert path == self.resource.list_path(self.identity)
            if self.wire is not None:
                raise ObjectExists("taken", status=409)
            self.wire = self._at_first()
        else:
            assert path == self.resource.path(self.identity)
            if self.wire is None:
                raise NotFound("not found", status=404)
        if method == "DELETE":
            self.wire = None
            return Answer({})
        self._take(body or {})
        return Answer(self.get(self.resource.path(self.identity)) or {})

    def _at_first(self) -> Wire:
        wire = {}
        for prop in self.resource.properties:
            if prop.lacked_by(self.release):
                continue
            value = self.parent.get(prop.inherits) if prop.inherits else prop.initial
            if value is not None and not prop.secret:
                wire[prop.wire] = prop.value.to_wire(value)
            elif prop.wire in self._own:
                wire[prop.wire] = self._own[prop.wire]
        return wire

    def _take(self, body: Wire) -> None:
        assert self.wire is not None
        secret = {prop.wire: prop.option for prop in self.resource.writable if prop.secret}
        before = dict(self.wire)
        for key, value in body.items():
            assert key not in self._unknown, f"{self.release} does not know {key}"
            if key in secret:
                self.secrets[secret[key]] = value
            else:
                self.wire[_newest(self.resource, key)] = value
        HABITS.get(self.resource.kind, lambda _before, _after: None)(before, self.wire)


def _newest(resource: Resource, key: str) -> str:
    return next((prop.wire for prop in resource.properties if prop.formerly == key), key)


def _present(before: Wire, after: Wire) -> None:
    """A LUN has a number in each of its groups: the one that is set, the one that it had, or the next that is free."""
    names = after.get("initiatorgroup") or []
    names = [names] if isinstance(names, str) else list(names)
    had = before.get("initiatorgroup") or []
    known = dict(zip([had] if isinstance(had, str) else had, before.get("assignednumber") or [], strict=False))
    if before.get("targetgroup") != after.get("targetgroup"):
        known = {}
    setting = str(after.get("lunumber", "auto"))
    free = iter(number for number in range(99, 199) if number not in known.values())
    after["assignednumber"] = [
        -1 if name == MASKED else int(setting) if setting.isdigit() else known.get(name, next(free)) for name in names
    ]


# What an appliance does by itself when an object gets new values.
HABITS: dict[str, Callable[[Wire, Wire], None]] = {"lun": _present}
