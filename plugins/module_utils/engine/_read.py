# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads objects as records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeGuard, TypeVar

from ..values._errors import BadReply
from ..values._release import Release
from ..values._wire import Wire, brief, named
from ._resource import Resource
from ._types import Identity, Pages, Record

Kept = TypeVar("Kept")


class Reader(Protocol):
    """What is needed of a client to plan."""

    @property
    def release_known(self) -> bool:
        """Whether the release is known already; asking for it costs a request otherwise."""

    @property
    def release(self) -> Release:
        """The appliance's software release."""

    @property
    def now(self) -> datetime:
        """The time on the appliance."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource; `None` when the appliance says that it does not exist."""


@dataclass(frozen=True)
class Effect:
    """What becomes of one object, for what is planned after it.

    Attributes:
        resource: its kind.
        before: its record, `None` when it does not exist.
        after: the record that is predicted, `None` when it will not exist.
    """

    resource: Resource
    before: Record | None
    after: Record | None


class State(ABC):
    """A reader that knows objects by their tables: what there is, and what a plan will have made of it by then.

    The thinnest form of a state is a client: then each object is read for itself, and nothing is planned yet.
    """

    @property
    @abstractmethod
    def release_known(self) -> bool:
        """Whether the release is known already; asking for it costs a request otherwise."""

    @property
    @abstractmethod
    def release(self) -> Release:
        """The appliance's software release."""

    @property
    @abstractmethod
    def now(self) -> datetime:
        """The time on the appliance."""

    @abstractmethod
    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource as the appliance gives it, or will give it by then; `None` when it does not exist."""

    @abstractmethod
    def found(self, resource: Resource, identity: Identity) -> tuple[Record | None, Wire]:
        """One object, `None` when it does not exist; and as the appliance gives it, or would."""

    @abstractmethod
    def records(self, resource: Resource, scope: Mapping[str, str]) -> list[Record]:
        """All objects of a kind in a place, or on the whole appliance when no place is given."""

    @abstractmethod
    def wires(self, resource: Resource, scope: Mapping[str, str]) -> list[Wire]:
        """The same objects as `records`, as the appliance gives them, or would."""

    @property
    @abstractmethod
    def effects(self) -> Sequence[Effect]:
        """What becomes of objects by what is planned so far, in order."""

    @abstractmethod
    def kept(self, make: Callable[[], Kept]) -> Kept:
        """What somebody keeps while a plan is made, so that no item has to count anew what those before it have come to."""

    @abstractmethod
    def changes(self, resource: Resource) -> Sequence[str]:
        """The paths of all objects of a kind, and again each path at which one comes, changes or goes; it only grows."""

    @abstractmethod
    def is_given(self, path: str) -> bool:
        """Whether an item of the plan has given its object the name at a path: no other item means that object by it."""

    @abstractmethod
    def at(self, path: str) -> tuple[Record | None, Wire]:
        """What is known of an object by its path, as `found` gives it."""


def read(reader: Pages, resource: Resource, identity: Identity) -> Record | None:
    """Read one object.

    Returns:
        Its record, `None` when it does not exist.
    """
    return look_up(reader, resource, identity)[0]


def look_up(reader: Pages, resource: Resource, identity: Identity) -> tuple[Record | None, Wire]:
    """Read one object.

    Returns:
        Its record, `None` when it does not exist; and as the appliance gives it, empty when there is nothing to give.
    """
    if isinstance(reader, State):
        return reader.found(resource, identity)
    wire = read_wire(reader, resource, identity)
    return (None, {}) if wire is None else (resource.normalise(wire, identity), wire)


def read_wire(reader: Pages, resource: Resource, identity: Identity) -> Wire | None:
    """Read one object as the appliance gives it; `None` when it does not exist."""
    body = reader.get(resource.path(identity))
    return None if body is None else unwrap(body, resource.envelope or resource.kind, resource.label(identity))


def read_all(reader: Pages, resource: Resource, scope: Mapping[str, str]) -> list[Record]:
    """Read all objects of a kind in a place, or on the whole appliance when no place is given.

    Raises:
        BadReply: the answer is no list of objects.
        NotUnderstood: one of their names is none.
    """
    if isinstance(reader, State):
        return reader.records(resource, scope)
    wires = read_list(reader, resource.place(scope), *resource.list_keys)
    return [resource.normalise(wire, scope) for wire in wires]


def read_wires(reader: Pages, resource: Resource, scope: Mapping[str, str]) -> list[Wire]:
    """Read all objects as `read_all` does, but as the appliance gives them, for who looks at single keys."""
    if isinstance(reader, State):
        return reader.wires(resource, scope)
    return read_list(reader, resource.place(scope), *resource.list_keys)


def is_planning(reader: Pages) -> TypeGuard[State]:
    """Whether several objects are planned at once, each on what those before it will have made."""
    return isinstance(reader, State)


def unwrap(body: Wire, key: str, label: str = "") -> Wire:
    """Take an object out of its envelope.

    Args:
        body: the answer.
        key: its key there.
        label: the object, as messages call it.

    Raises:
        BadReply: it is not in there.
    """
    wire = body.get(key)
    if not isinstance(wire, dict):
        instead = f", and {brief(wire)} instead" if key in body else ""
        raise BadReply(f"the appliance's answer {f'for {label} ' if label else ''}has no {key!r} in it{instead}")
    return wire


def read_list(reader: Pages, path: str, *keys: str) -> list[Wire]:
    """Read a list; empty when what holds it does not exist.

    Args:
        keys: the key of the list, and other spellings of it.

    Raises:
        BadReply: the answer has none of the keys, or something else than objects there.
    """
    body = reader.get(path)
    return [] if body is None else items_of(body, *keys, path=path)


def items_of(body: Wire, *keys: str, path: str = "") -> list[Wire]:
    """Take a list out of its envelope.

    Args:
        keys: the key of the list, and other spellings of it.
        path: where it was read, for the message.

    Raises:
        BadReply: the answer has none of the keys, or something else than objects there: what cannot be told apart must not
            be overlooked.
    """
    found = raw_items(body, *keys, path=path)
    for item in found:
        if not isinstance(item, dict):
            raise BadReply(f"the appliance's answer {_to(path)}has {brief(item)} in {keys[0]!r}, and no object")
    return found


def _to(path: str) -> str:
    return f"to GET {path} " if path else ""


def raw_items(body: Wire, *keys: str, path: str = "") -> list[Any]:
    """Take a list out of its envelope, whatever is in it; arguments and errors as for `items_of`."""
    for key in keys:
        if isinstance(body.get(key), list):
            return list(body[key])
    instead = next((f", and {brief(body[key])} instead" for key in keys if key in body), "")
    raise BadReply(f"the appliance's answer {_to(path)}has no {keys[0]!r} in it{instead}")


def items_in(body: Wire | None, key: str) -> list[Wire]:
    """The items of an answer that may be none, or that of something else; empty where it is."""
    return items_of(body, key) if body and key in body else []


def names_in(items: Sequence[Wire], key: str = "name") -> str:
    """Name the objects of a list for an advice, or say that there is none.

    Args:
        items: the objects as the appliance gives them.
        key: what holds the name.
    """
    return ", ".join(named(items, key)) or "there is none"
