# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Property and a Resource are: one description drives options, reading, comparing, payload and prediction.

A *record* is a normalised object: a dict from option names to normalised values, the same whether it was read from a
list or alone. A value that only the appliance can know is `None` in a predicted record. What the appliance gave and nobody
understands is `None`, too, where it is only told, and `Unclear` where somebody may decide on it (see `_wire`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..values._coerce import changed_values
from ..values._errors import InvalidInput, PlanRefused, ZfssaError
from ..values._names import CUSTOM_PREFIX, check_custom_name, check_name, repeated, segment
from ..values._release import NEWEST, Release
from ..values._types import Misread, Names, Value
from ..values._wire import Unclear, Wire, clear, label_of, refusal
from ._relations import CREATE, Change, Dependents, NameHolder, Precondition, Reference, SharedNames
from ._types import Identity, Record

CUSTOM = "custom"


@dataclass(frozen=True)
class Property:
    """One property of a resource.

    Attributes:
        option: its name as an option and as a key of a record.
        wire: its name in the REST API.
        value: its type.
        older: names that it has on other releases; only read.
        since: the first release that has it under its name, `None` when all have. Older ones have it as `formerly`, or not
            at all: there it is not sent, records have it as `without`, and another value is refused.
        formerly: its name in the REST API before `since`; empty when it did not exist.
        read_only: reported and never an option.
        create_only: can be given at creation only.
        secret: is sent and never shown; the appliance does not tell it, so that it is never found to differ.
        inherits: the property of the parent that gives its value at creation when the user gives none.
        initial: its value at creation otherwise; `None` when only the appliance knows.
        given_at_creation: what it is given at creation when the user gives none, because the appliance's own choice is not
            a safe one; `None` when it is left to the appliance.
        read: makes its value from the whole wire object, where one wire property does not say it all.
        write: makes its wire value from a whole record, where `read` makes the value from more than one key.
        refers: what its value must name.
        with_these: options whose change makes the appliance choose its value anew, so that it is sent with them.
        unsure_after: options, names included, whose change leaves its value to the appliance.
        fulfilled: judges from the whole record, and all that is wanted, whether its wanted value is there, where its type
            alone cannot.
        decided: whether tasks depend on it even when nobody has asked for it: no object is removed while its value cannot
            be understood, and no task goes on without one that is read only.
        on_use: whether a read-only value is decided on by some tasks, and only told by the others.
        contended: whether objects compete for its values, so that one that gives up its own may free what another needs.
        of_content: whether it tells of what is in the object, so that it changes with that.
    """

    option: str
    wire: str
    value: Value
    older: tuple[str, ...] = ()
    since: Release | None = None
    formerly: str = ""
    read_only: bool = False
    create_only: bool = False
    secret: bool = False
    inherits: str | None = None
    initial: Any = None
    given_at_creation: Any = None
    read: Callable[[Wire], Any] | None = None
    write: Callable[[Record], Any] | None = None
    refers: Reference | None = None
    with_these: tuple[str, ...] = ()
    unsure_after: tuple[str, ...] = ()
    fulfilled: Callable[[Record, Record], bool] | None = None
    decided: bool = False
    on_use: bool = False
    contended: bool = False
    of_content: bool = False

    def has(self, current: Record, wanted: Record) -> bool:
        """Whether a record has its value of those that are wanted; both normalised."""
        if self.fulfilled is not None:
            return self.fulfilled(current, wanted)
        return self.value.same(current[self.option], wanted[self.option])

    def from_wire(self, wire: Wire, label: str) -> Any:
        """Its normalised value in an object that the appliance gave, whatever that gave.

        Args:
            wire: the object.
            label: the object, as messages call it.
        """
        name = self.wire if self.wire in wire else next((name for name in self._other_names if name in wire), None)
        try:
            if self.read is not None:
                return self.read(wire)
            if name is None:
                return self._of_nothing(label)
            if wire[name] is None and not (self.value.null_is_nothing or (self.read_only and not self.decided)):
                return self._unclear(None, label)
            return self.value.from_wire(wire[name])
        except Misread as error:
            return self._unclear(wire.get(name or self.wire), label, because=(error.key, wire[error.key]))
        except ValueError:
            return self._unclear(wire.get(name or self.wire), label)

    @cached_property
    def _other_names(self) -> tuple[str, ...]:
        """The names under which it may come beside its own."""
        return tuple(filter(None, (self.formerly, *self.older)))

    def _of_nothing(self, label: str) -> Any:
        """Its value where the appliance has no such key: nobody knows who is in a list that is not told."""
        if self.value.without is None and self.decided and isinstance(self.value, Names):
            return Unclear((self.option, None), label, None)
        return self.value.without

    def _unclear(self, raw: Any, label: str, because: tuple[str, Any] | None = None) -> Unclear | None:
        if self.read_only and not (self.decided or self.on_use):
            return None
        required = self.decided and self.read_only
        return Unclear(because or (self.option, raw), label, raw, decided=self.decided, required=required)

    def wire_on(self, release: Release) -> str | None:
        """Its name in requests to an appliance of that release; `None` when that does not have it."""
        return self.wire if self.since is None or release >= self.since else self.formerly or None

    def lacked_by(self, release: Release) -> bool:
        """Whether an appliance of that release does not have it, under no name."""
        return self.wire_on(release) is None

    @property
    def without(self) -> Any:
        """Its normalised value in an object of an appliance that does not have it."""
        return self.from_wire({}, "")


@dataclass(frozen=True)
class Resource:
    """One kind of object of the appliance.

    Attributes:
        kind: key of the result and of the REST envelope (`lun`).
        plural: key of the REST list (`luns`).
        title: what messages call one (`LUN`).
        collection: path template of the list; names in braces are the identity's.
        everywhere: path of the list of all of them on the appliance; empty where there is none.
        older_plural: key of the REST list on other releases.
        scope: the identity's options above the name, outermost first (`pool`, `project`).
        properties: its properties, in the order in which people read them.
        key: the option that names it, which is a key of its record, too.
        wire_key: the same in the REST API.
        selector: the last segment of its path; `{}` is the quoted name.
        envelope: key of one object in an answer, when it is not `kind`.
        check: checks a name: gets the option and the value, returns the value; raises `InvalidInput`.
        custom: where the custom properties are defined that it may bear (`custom:NAME`, API reference 8); `None` where it
            bears none.
        required_to_create: options without which it cannot be made.
        preconditions: names what must hold for a change of one, and has to be looked up (see `_preconditions`); raises
            `PlanRefused` for what is known already to stand against it.
        found_where: what must hold so that one with these names does not exist when it is not found.
        dependents: what would be destroyed with it.
        built_in: names of objects that are always there, and can be neither destroyed nor renamed.
        shares_names_with: what of other kinds cannot have a name that one has.
        older_move: path template of the list under which releases without `move_by_lun_path` take the order to move.
        settle: completes a predicted record where properties hang together.
        unmet: called with the label, the values that were sent and the record afterwards: says what the appliance has
            accepted and not done; `None` when it has done it all.
        reserves: the bytes that an object takes for itself, by the path of what it is in; gets its record.
        holds_back: the bytes more that it will keep for what is in it, beyond what that takes already, by its own path; gets
            its record before and after, one of which may be `None`.
        unique: whether its name alone says which one is meant, so that its label has no other names.
        making: what its creation is called.
    """

    kind: str
    plural: str
    title: str
    collection: str
    scope: tuple[str, ...]
    properties: tuple[Property, ...]
    key: str = "name"
    wire_key: str = "name"
    selector: str = "{}"
    envelope: str = ""
    check: Callable[[str, str], str] = check_name
    custom: Reference | None = None
    required_to_create: tuple[str, ...] = ()
    dependents: tuple[Dependents, ...] = ()
    built_in: tuple[str, ...] = ()
    preconditions: Callable[[Change], Iterable[Precondition]] = lambda _change: ()
    found_where: Callable[[Mapping[str, Any]], tuple[Precondition, ...]] = lambda _names: ()
    shares_names_with: tuple[SharedNames, ...] = ()
    older_move: str | None = None
    settle: Callable[[Record | None, Record], Record] = field(default=lambda _before, after: after)
    unmet: Callable[[str, Record, Record], ZfssaError | None] | None = None
    everywhere: str = ""
    older_plural: str = ""
    reserves: Callable[[Record], Mapping[str, int]] = lambda _record: {}
    holds_back: Callable[[Record | None, Record | None], Mapping[str, int]] = lambda _before, _after: {}
    unique: bool = False
    making: str = CREATE

    # Identity

    def identity(self, options: Mapping[str, Any]) -> Identity:
        """The checked names that say which object is meant.

        Raises:
            InvalidInput: one of them cannot be a name.
        """
        names = {option: check_name(option, str(options[option])) for option in self.scope}
        return {**names, self.key: self.check(self.key, str(options[self.key]))}

    def list_path(self, identity: Mapping[str, str]) -> str:
        """Path of the list that holds the object."""
        return self._in_scope(self.collection, identity)

    def place(self, scope: Mapping[str, str]) -> str:
        """Path of the list of a place, or of all places when none is given."""
        return self.everywhere if self.scope and not scope else self._in_scope(self.collection, scope)

    @cached_property
    def list_keys(self) -> tuple[str, ...]:
        """The key of its lists in an answer, and the one on other releases."""
        return (self.plural, self.older_plural) if self.older_plural else (self.plural,)

    def identity_of(self, record: Mapping[str, Any]) -> Identity:
        """The names in a record."""
        return {option: str(record[option]) for option, _key in self._naming}

    def _in_scope(self, template: str, identity: Mapping[str, str]) -> str:
        return template.format(**{option: segment(identity[option]) for option in self.scope})

    def path(self, identity: Mapping[str, str]) -> str:
        """Path of the object."""
        return f"{self.list_path(identity)}/{self.selector.format(segment(identity[self.key]))}"

    def move_path(self, identity: Mapping[str, str], release: Release) -> str:
        """Path under which the object takes the order to move."""
        if self.older_move is None or release.has("move_by_lun_path"):
            return self.path(identity)
        return f"{self._in_scope(self.older_move, identity)}/{segment(identity[self.key])}"

    def label(self, identity: Mapping[str, str]) -> str:
        """What messages call the object: `LUN tank/proj-a/lun-a`."""
        return f"{self.title} {'/'.join(str(identity[option]) for option in self._told)}"

    @cached_property
    def _told(self) -> tuple[str, ...]:
        """The names that stand in its label."""
        return (self.key,) if self.unique else (*self.scope, self.key)

    def name_holders(self, identity: Mapping[str, str]) -> tuple[NameHolder, ...]:
        """What of other kinds may have the object's name already."""
        found = []
        for others in self.shares_names_with:
            there = {**identity, **others.where}
            if there == {**identity} and others.where:
                continue
            path = self._in_scope(others.collection, there)
            names = "/".join(there[option] for option in self._told)
            where = f" ({', '.join(others.where.values())})" if others.where else ""
            found.append(NameHolder(f"{others.title} {names}{where}", path, there[self.key], others.key, others.why))
        return tuple(found)

    # The user's border

    @cached_property
    def writable(self) -> tuple[Property, ...]:
        """The properties that are options."""
        return tuple(prop for prop in self.properties if not prop.read_only)

    @cached_property
    def of_content(self) -> tuple[str, ...]:
        """The properties that tell of what is in it."""
        return tuple(prop.option for prop in self.properties if prop.of_content)

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The options that are sent and never shown."""
        return frozenset(prop.option for prop in self.properties if prop.secret)

    def argument_spec(self) -> dict[str, Any]:
        """The options of all writable properties."""
        spec = {prop.option: prop.value.option_spec() for prop in self.writable}
        spec.update({option: {**spec[option], "no_log": True} for option in self.secrets})
        if self.custom:
            spec[CUSTOM] = {"type": "dict"}
        return spec

    def wanted(self, options: Mapping[str, Any]) -> Record:
        """The normalised values of the options that the user gave.

        Raises:
            InvalidInput: a value can never be right.
        """
        given: Record = {}
        for prop in self.writable:
            value = options.get(prop.option)
            if value is None:
                continue
            try:
                given[prop.option] = prop.value.from_user(prop.option, value)
            except ValueError as error:
                raise InvalidInput(str(error), advice=f"correct {prop.option}").about(prop.option) from None
        if self.custom and options.get(CUSTOM):
            names = [check_custom_name(CUSTOM, str(name)) for name in options[CUSTOM]]
            twice = repeated(names)
            if twice:
                raise InvalidInput(f"{CUSTOM} has {', '.join(twice)} more than once", advice="give it once")
            given[CUSTOM] = dict(zip(names, options[CUSTOM].values(), strict=True))
        return given

    # The appliance's border

    def normalise(self, wire: Wire, identity: Mapping[str, str] | None = None, *, label: str = "") -> Record:
        """Make the record of an object that the appliance gave.

        Args:
            wire: the object, without its envelope.
            identity: names that the object may lack because its path has them.
            label: the object, as messages call it, where its names do not tell it.

        Raises:
            NotUnderstood: one of its names is none.
        """
        for _option, key in self._naming:
            if not isinstance(wire.get(key, ""), str):
                raise refusal(key, wire[key], label or self._label_of(wire, identity or {}))
        return self.told(wire, identity, label=label)

    def told(self, wire: Wire, identity: Mapping[str, str] | None = None, *, label: str = "") -> Record:
        """Make the record as `normalise` does, but for somebody who decides nothing: a name may be none."""
        label = label or self._label_of(wire, identity or {})
        record: Record = {}
        for option, key in self._naming:
            name = wire.get(key, "")
            known = (identity or {}).get(option, "")
            record[option] = (
                (name or known) if isinstance(name, str) else Unclear((key, name), label, name, decided=True)
            )
        record.update({prop.option: prop.from_wire(wire, label) for prop in self._legible})
        if self.custom:
            record[CUSTOM] = {
                key[len(CUSTOM_PREFIX) :]: value for key, value in wire.items() if key.startswith(CUSTOM_PREFIX)
            }
        return record

    @cached_property
    def _legible(self) -> tuple[Property, ...]:
        """The properties that the appliance tells."""
        return tuple(prop for prop in self.properties if not prop.secret)

    @cached_property
    def _naming(self) -> tuple[tuple[str, str], ...]:
        """The options that name it, each with its key in the REST API."""
        return (*((option, option) for option in self.scope), (self.key, self.wire_key))

    def _label_of(self, wire: Wire, identity: Mapping[str, str]) -> str:
        given = {option: wire[key] for option, key in self._naming if isinstance(wire.get(key), str) and wire[key]}
        names = {**identity, **given}
        return (
            self.label(names) if all(names.get(option) for option, _key in self._naming) else label_of(wire, self.title)
        )

    def payload(self, values: Record, release: Release = NEWEST, *, label: str = "") -> Wire:
        """Write normalised values for a request to an appliance of that release.

        Args:
            values: what is to be sent.
            release: the appliance's.
            label: the object, as messages call it.

        Raises:
            PlanRefused: that release does not have a property that is to get a value.
        """
        self._refuse_newer(values, release, label or f"a {self.title}")
        body = {
            name: prop.value.to_wire(values[prop.option])
            for prop in self.writable
            if prop.option in values and (name := prop.wire_on(release))
        }
        body.update({CUSTOM_PREFIX + name: value for name, value in values.get(CUSTOM, {}).items()})
        return body

    def as_wire(self, record: Record, release: Release) -> Wire:
        """Write a record as the appliance would give it, as far as it is known, for those who look at single keys."""
        told = {prop.wire: prop.write(record) for prop in self.properties if prop.write is not None}
        values = {
            prop.option: record[prop.option] for prop in self.writable if clear(record.get(prop.option)) is not None
        }
        if record.get(CUSTOM):
            values[CUSTOM] = record[CUSTOM]
        names = {option: record[option] for option in self.scope}
        return {**names, self.wire_key: record[self.key], **self.payload(values, release), **told}

    def _refuse_newer(self, values: Record, release: Release, label: str) -> None:
        newer = [
            f"{prop.option}, which needs {prop.since}"
            for prop in self.writable
            if prop.lacked_by(release) and prop.option in values and values[prop.option] != prop.without
        ]
        if newer:
            raise PlanRefused(
                f"{label} cannot have {', or '.join(newer)}: this appliance has {release}",
                advice="leave it out, or update the appliance",
            )

    # The middle

    def differences(self, current: Record, wanted: Record) -> Record:
        """The wanted values that the current record does not have; a secret goes with what it belongs to."""
        differing = {
            prop.option: wanted[prop.option]
            for prop in self.writable
            if prop.option in wanted and not prop.secret and not prop.has(current, wanted)
        }
        for prop in self.writable:
            if prop.option in wanted and any(option in differing for option in prop.with_these):
                differing[prop.option] = wanted[prop.option]
        if not wanted.get(CUSTOM):
            return differing
        custom = changed_values("custom property", current.get(CUSTOM, {}), wanted[CUSTOM])
        return {**differing, CUSTOM: custom} if custom else differing

    def to_create(self, wanted: Record, release: Release = NEWEST) -> Record:
        """The values to create an object with: the wanted ones, and those that are not left to an appliance of that release."""
        given = {
            prop.option: prop.given_at_creation
            for prop in self.writable
            if prop.given_at_creation is not None and not prop.lacked_by(release)
        }
        return {**given, **wanted}

    def predict(
        self, current: Record | None, changes: Record, parent: Record | None = None, *, release: Release = NEWEST
    ) -> Record:
        """The record that there will be after the changes.

        Args:
            current: the record before, `None` when the object is about to be created.
            changes: names and normalised values that it gets.
            parent: the parent's record, whose values a new object inherits.
            release: the appliance's; what that does not have is as in a record that is read there.
        """
        if current is None:
            after = {prop.option: _at_first(prop, parent, release) for prop in self._legible}
            if self.custom:
                after[CUSTOM] = {}
        else:
            after = dict(current)
        custom = {**after.get(CUSTOM, {}), **changes.get(CUSTOM, {})}
        after.update({option: value for option, value in changes.items() if option not in self.secrets})
        if self.custom:
            after[CUSTOM] = custom
        if current is not None:
            after.update(self.unsure(changes, release))
        return self.settle(current, after)

    def unsure(self, options: Iterable[str], release: Release) -> Record:
        """The values that nobody knows once options, names included, have changed on an appliance of that release."""
        changed = set(options)
        return {
            prop.option: None
            for prop in self.properties
            if changed & set(prop.unsure_after) and not prop.lacked_by(release)
        }


def _at_first(prop: Property, parent: Record | None, release: Release) -> Any:
    """The value of a property of a new object when the user gives none."""
    if prop.lacked_by(release):
        return prop.without
    return parent.get(prop.inherits) if prop.inherits and parent is not None else prop.initial
