"""Sums that are kept up to date: a change costs the same whether there are ten shares or ten thousand."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)


class Parts(NamedTuple):
    """What a share, a project or a pool gives up, in bytes; no byte is in two parts."""

    data: int = 0  # blocks of the shares themselves
    snapshots: int = 0  # blocks that only snapshots hold
    unused: int = 0  # of the shares' reservations, what no block uses
    own: int = 0  # of the projects' reservations, what no share takes

    @property
    def total(self) -> int:
        """All of it."""
        return self.data + self.snapshots + self.unused + self.own


class Ledger(Generic[T]):
    """The sum over entries.  Who changes says so with ``touch``, and is measured when the sum is next asked for.

    ``changed`` is called with each touch: a project's ledger so passes it on to that of its pool.
    """

    def __init__(self, measure: Callable[[T], Parts], changed: Callable[[], None] = lambda: None) -> None:
        self._measure = measure
        self._tell = changed
        self._known: dict[T, Parts] = {}
        self._touched: set[T] = set()
        self._sum = Parts()

    def touch(self, entry: T) -> None:
        """Take in a new entry, or an old one that may have changed."""
        self._touched.add(entry)
        self._tell()

    def drop(self, entry: T) -> None:
        """Forget an entry."""
        self._touched.discard(entry)
        self._replace(entry, Parts())
        del self._known[entry]
        self._tell()

    @property
    def sum(self) -> Parts:
        """The parts of all entries together, as of now."""
        while self._touched:
            entry = self._touched.pop()
            self._replace(entry, self._measure(entry))
        return self._sum

    def _replace(self, entry: T, parts: Parts) -> None:
        old = self._known.get(entry, Parts())
        if parts != old:
            self._sum = Parts(*(total - was + now for total, was, now in zip(self._sum, old, parts, strict=True)))
        self._known[entry] = parts


class Register(UserDict[str, T]):
    """A dictionary by name that tells who comes and who goes."""

    def __init__(self, entered: Callable[[T], None], left: Callable[[T], None]) -> None:
        self._entered = entered
        self._left = left
        super().__init__()

    def __setitem__(self, name: str, entry: T) -> None:
        """Enter ``entry`` under ``name``."""
        if name in self.data:
            self._left(self.data[name])
        self.data[name] = entry
        self._entered(entry)

    def __delitem__(self, name: str) -> None:
        """Remove what ``name`` stands for."""
        self._left(self.data.pop(name))
