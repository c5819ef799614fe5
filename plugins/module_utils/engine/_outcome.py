# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is when a step has been carried out, and how that is seen: after a lost answer, and for the results.

A step says what it sends. Its outcome says which read shows whether the work was done, what results there are then, and what the
appliance has accepted and not done.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from ..values._errors import Unmet, ZfssaError
from ..values._wire import Wire
from ._relations import Precondition
from ._resource import Resource
from ._types import Identity, Record, Results

# What an object keeps through a rename or a move: the first that both records have tells whether it is the same one.
_KEPT = ("lunguid", "id")


class Outcome(ABC):
    """What a step leads to."""

    # Whether `reached` takes nothing for the work of the step that has come about in another way and is not what is wanted.
    conclusive: bool = True

    @property
    @abstractmethod
    def probe(self) -> str:
        """Path of a read that shows whether the step was carried out, should its answer be lost."""

    @abstractmethod
    def reached(self, body: Wire | None) -> bool:
        """Judge the answer to that read; `None` is "not found"."""

    @abstractmethod
    def results(self, body: Wire) -> Results | None:
        """The results in an answer, be it that to the write or to a read; `None` where it does not have them."""

    @property
    def reread(self) -> str:
        """Path of the object where the answer to the write does not have it."""
        return self.probe

    @property
    def found_where(self) -> tuple[Precondition, ...]:
        """What must hold so that "not found" means that it does not exist."""
        return ()

    def unmet(self, body: Wire) -> ZfssaError | None:
        """What the appliance has accepted and not done, by an answer or a look; `None` when it has done it all."""
        return None


@dataclass(frozen=True)
class ObjectHas(Outcome):
    """An object is there and has the wanted values.

    Attributes:
        resource: its kind.
        identity: its names.
        wanted: normalised values.
        made: whether the step makes it, or else changes it.
        path: where it is, when its names do not tell.
        read: makes the results of an answer, when its names do not tell.
        label: what messages call it, when its names do not tell.
    """

    resource: Resource
    identity: Identity
    wanted: Record
    made: bool = False
    path: str = ""
    read: Callable[[Wire], Results | None] | None = None
    label: str = ""

    @property
    def conclusive(self) -> bool:  # type: ignore[override]
        """Whether nobody else can have made one with another secret, which nobody can see."""
        return not (self.made and self._secrets)

    @property
    def _secrets(self) -> frozenset[str]:
        return self.resource.secrets & frozenset(self.wanted)

    @property
    def probe(self) -> str:
        return self.path or self.resource.path(self.identity)

    @property
    def found_where(self) -> tuple[Precondition, ...]:
        return self.resource.found_where(self.identity)

    def reached(self, body: Wire | None) -> bool:
        # Whether a secret has come over nobody can see; to send it again does no harm.
        record = None if self._secrets and not self.made else self._record(body or {})
        return record is not None and not self.resource.differences(record, self.wanted)

    def results(self, body: Wire) -> Results | None:
        if self.read is not None:
            return self.read(body)
        record = record_in(self.resource, self.identity, body)
        return None if record is None else {self.resource.kind: record}

    def _record(self, body: Wire) -> Record | None:
        record: Record | None = (self.results(body) or {}).get(self.resource.kind)
        return record

    def unmet(self, body: Wire) -> ZfssaError | None:
        resource = self.resource
        if resource.unmet is None:
            return None
        label, record = self.label or resource.label(self.identity), self._record(body)
        if record is None:
            return Unmet(f"{label} was not found after it", advice="look at it on the appliance")
        return resource.unmet(label, self.wanted, record)


@dataclass(frozen=True)
class ObjectIs(Outcome):
    """An object has come under other names.

    Attributes:
        resource: its kind.
        identity: the new names.
        before: its record before.
    """

    resource: Resource
    identity: Identity
    before: Record

    @property
    def probe(self) -> str:
        return self.resource.path(self.identity)

    @property
    def found_where(self) -> tuple[Precondition, ...]:
        return self.resource.found_where(self.identity)

    def reached(self, body: Wire | None) -> bool:
        record = record_in(self.resource, self.identity, body or {})
        return record is not None and is_same(self.before, record)

    def results(self, body: Wire) -> Results | None:
        record = record_in(self.resource, self.identity, body)
        return None if record is None else {self.resource.kind: record}


@dataclass(frozen=True)
class ObjectGone(Outcome):
    """An object does not exist any more.

    Attributes:
        resource: its kind.
        path: where it was.
        names: its names.
        where: what must hold so that "not found" means that, when its names do not tell.
    """

    resource: Resource
    path: str
    names: Record
    where: tuple[Precondition, ...] = ()

    @property
    def probe(self) -> str:
        return self.path

    @property
    def found_where(self) -> tuple[Precondition, ...]:
        return self.where or self.resource.found_where(self.names)

    def reached(self, body: Wire | None) -> bool:
        return body is None

    def results(self, body: Wire) -> Results | None:
        return {self.resource.kind: None}


def _nothing(_body: Wire) -> Results | None:
    return {}


@dataclass(frozen=True)
class Seen(Outcome):
    """An outcome that no description of an object says: functions judge what is read.

    Attributes:
        probe: see `Outcome`.
        done: the same as `reached`.
        giving: the same as `results`.
        again: the same as `reread`, when it is not the probe.
        where: the same as `found_where`.
        conclusive: see `Outcome`.
        short: the same as `unmet`.
    """

    probe: str = ""
    done: Callable[[Wire | None], bool] = lambda _body: False
    giving: Callable[[Wire], Results | None] = _nothing
    again: str = ""
    where: tuple[Precondition, ...] = ()
    conclusive: bool = True
    short: Callable[[Wire], ZfssaError | None] | None = None

    @property
    def reread(self) -> str:
        return self.again or self.probe

    @property
    def found_where(self) -> tuple[Precondition, ...]:
        return self.where

    def reached(self, body: Wire | None) -> bool:
        return self.done(body)

    def results(self, body: Wire) -> Results | None:
        return self.giving(body)

    def unmet(self, body: Wire) -> ZfssaError | None:
        return None if self.short is None else self.short(body)


@dataclass(frozen=True)
class Giving(Outcome):
    """Another outcome with results of its own.

    Attributes:
        other: the outcome.
        giving: makes the results; see `Outcome.results`.
    """

    other: Outcome
    giving: Callable[[Wire], Results | None] = _nothing

    @property
    def conclusive(self) -> bool:  # type: ignore[override]
        return self.other.conclusive

    @property
    def probe(self) -> str:
        return self.other.probe

    @property
    def reread(self) -> str:
        return self.other.reread

    @property
    def found_where(self) -> tuple[Precondition, ...]:
        return self.other.found_where

    def reached(self, body: Wire | None) -> bool:
        return self.other.reached(body)

    def results(self, body: Wire) -> Results | None:
        return self.giving(body)

    def unmet(self, body: Wire) -> ZfssaError | None:
        return self.other.unmet(body)


def record_in(resource: Resource, identity: Identity, body: Wire) -> Record | None:
    """The record of the object in an answer; `None` when it is not in there."""
    wire = body.get(resource.envelope or resource.kind)
    return resource.normalise(wire, identity) if isinstance(wire, dict) else None


def is_same(before: Record, after: Record) -> bool:
    """Whether two records, read under different names, are of one object."""
    kept = next((key for key in _KEPT if before.get(key) and after.get(key)), None)
    return kept is not None and bool(before[kept] == after[kept])
