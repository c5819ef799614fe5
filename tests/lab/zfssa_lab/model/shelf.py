"""Objects under their names: how one is found, and a place for kinds that have no rules of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from zfssa_lab.model.errors import StateConflict, already_exists, bad_value, expecting, not_found

T = TypeVar("T")
Thing = dict[str, Any]


def named(objects: Mapping[str, T], name: str, what: str = "") -> T:
    """Return the object called ``name``; NotFound, which names ``what`` if that is given."""
    if name not in objects:
        raise not_found(what or name)
    return objects[name]


class Shelf:
    """The objects of one kind: each is its values, and ``key`` is the property that names it.

    ``references`` maps properties to the paths of the shelves whose names they take; an empty value refers to nothing.
    """

    def __init__(self, shelves: Shelves, title: str, key: str, references: Mapping[str, str]) -> None:
        self.title = title
        self.key = key
        self.references = references
        self.things: dict[str, Thing] = {}
        self._shelves = shelves

    def create(self, values: Thing) -> Thing:
        """Add an object; ObjectExists, InvalidArgument for a reference to what does not exist."""
        self._check(values)
        self._check_free(values[self.key])
        self.things[values[self.key]] = values
        return values

    def change(self, thing: Thing, values: Thing) -> None:
        """Set values of an object, all or none; with another name it is renamed, and what refers to it follows."""
        self._check(values)
        name: str = thing[self.key]
        wanted: str = values.get(self.key, name)
        if wanted != name:
            self._check_free(wanted)
            for other, prop in self._users(name):
                other[prop] = wanted
            self.things = {wanted if old == name else old: one for old, one in self.things.items()}
        thing.update(values)

    def remove(self, thing: Thing) -> None:
        """Forget an object; StateConflict while another one refers to it."""
        if self._users(thing[self.key]):
            raise StateConflict(f'{self.title} "{thing[self.key]}" is in use')
        del self.things[thing[self.key]]

    def _check_free(self, name: str) -> None:
        if name in self.things:
            raise already_exists(self.title, name)

    def _check(self, values: Thing) -> None:
        for prop, path in self.references.items():
            known = self._shelves.names(path)
            if values.get(prop) and values[prop] not in known:
                raise bad_value(prop, values[prop], expecting(known))

    def _users(self, name: str) -> list[tuple[Thing, str]]:
        """Return the objects that refer to one of this shelf, each with the property that does."""
        return [
            (thing, prop)
            for shelf in self._shelves.by_path.values()
            for prop, path in shelf.references.items()
            if self._shelves.by_path.get(path) is self
            for thing in shelf.things.values()
            if thing[prop] == name
        ]


class Shelves:
    """The shelves of an appliance, or of the two heads of a cluster, by the paths of their lists."""

    def __init__(self) -> None:
        self.by_path: dict[str, Shelf] = {}

    @property
    def in_use(self) -> bool:
        """Say whether there is anything on them."""
        return any(shelf.things for shelf in self.by_path.values())

    def at(self, path: str, title: str, key: str, references: Mapping[str, str]) -> Shelf:
        """Return the shelf of that path, an empty one at first."""
        return self.by_path.setdefault(path, Shelf(self, title, key, references))

    def names(self, path: str) -> list[str]:
        """Return what the objects of that path are called."""
        return list(self.by_path[path].things) if path in self.by_path else []
