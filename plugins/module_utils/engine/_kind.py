# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tasks for one kind of object are planned: present, absent, and under other names.

What all kinds have in common is here. A kind that needs more overrides the method that is about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..values._errors import InvalidInput, PlanRefused
from ..values._names import folded
from ..values._wire import Wire
from ._export import is_named, options_of
from ._operation import Operation, Options
from ._outcome import is_same
from ._plan import CarryOut, Item, Key, all_allowed
from ._planner import plan_absent, plan_present, plan_rename
from ._predicted import spelled_out
from ._read import Effect, Reader, State, is_planning, look_up, read, read_all
from ._relations import Precondition
from ._resource import CUSTOM, Resource
from ._types import Identity, Pages, Record, Results

PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True)
class Request:
    """What a task asks of one object.

    Attributes:
        identity: the names by which the task calls it.
        goal: those that it shall have in the end.
        wanted: the normalised values that the user gave.
        allowed: the user's explicit permissions.
        absent: whether it shall not exist.
        options: all options of the task.
        source: what it is to be made from, where a kind can be made from something.
    """

    identity: Identity
    goal: Identity
    wanted: Record
    allowed: Mapping[str, bool]
    absent: bool
    options: Options
    source: Record | None = None


@dataclass(frozen=True)
class Found:
    """An object that was looked for.

    Attributes:
        identity: the names under which it is, or is to be made.
        record: it, `None` when it does not exist.
        wire: the same as the appliance gives it; empty when it does not exist or was not read alone.
    """

    identity: Identity
    record: Record | None
    wire: Wire


class Kind:
    """One kind of object that tasks and documents describe.

    Args:
        resource: its table.
        name: how its module is named, without `zfssa_`, when its title does not say it.
        new_names: options that give it another name, each with the option of its identity that it replaces.
        permissions: options by which the user allows what is not safe.
        aliases: other names of the option that names it.
    """

    def __init__(
        self,
        resource: Resource,
        *,
        name: str = "",
        new_names: Mapping[str, str] | None = None,
        permissions: tuple[str, ...] = ("force",),
        aliases: tuple[str, ...] = (),
    ) -> None:
        self.resource = resource
        self.name = name or resource.title.lower().replace(" ", "_")
        self.new_names = {"new_name": resource.key} if new_names is None else dict(new_names)
        self.permissions = permissions
        self.aliases = aliases
        # The place of those that are in no pool.
        self.everywhere: Mapping[str, str] = {}

    # What a module is made of

    def spec(self) -> dict[str, Any]:
        """The options of its module."""
        resource = self.resource
        aliases = {resource.key: {"aliases": list(self.aliases)}} if self.aliases else {}
        names = (*resource.scope, resource.key)
        return {
            "state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT},
            **{option: {"type": "str", "required": True, **aliases.get(option, {})} for option in names},
            **{option: {"type": "str"} for option in self.new_names},
            **{option: {"type": "bool", "default": False} for option in self.permissions},
            **resource.argument_spec(),
        }

    def rules(self) -> Mapping[str, Any] | None:
        """What its options need of each other."""
        return None

    def item_spec(self) -> dict[str, Any]:
        """The options of an item that describes one in a document: those of its module that say what there shall be."""
        return self.spec()

    def item_rules(self) -> Mapping[str, Any]:
        """What these options need of each other."""
        return self.rules() or {}

    def operation(self) -> Operation:
        """What its module does."""
        return Operation(spec=self.spec(), plan=self.plan, results=(self.resource.kind,), rules=self.rules())

    # From options to a plan

    def request(self, options: Options) -> Request:
        """Check what a task asks for; nothing is read.

        Raises:
            InvalidInput: an option can never be right.
        """
        resource = self.resource
        identity = resource.identity(options)
        given = {option: str(options[option]) for option in self.new_names if options.get(option) is not None}
        goal = {**identity, **{self.new_names[option]: resource.check(option, name) for option, name in given.items()}}
        absent = options.get("state") == ABSENT
        if absent and goal != identity:
            raise InvalidInput(
                f"{' and '.join(self.new_names)} cannot be combined with state=absent",
                advice="leave them out" if len(self.new_names) > 1 else "leave it out",
            )
        allowed = {name: bool(options.get(name)) for name in self.permissions}
        return Request(identity, goal, resource.wanted(options), allowed, absent, options)

    def plan(self, reader: Reader, options: Options) -> Item:
        """Plan for the options of a task.

        Raises:
            InvalidInput: an option can never be right.
            PlanRefused: the change is not possible or not safe as things stand.
        """
        kind = self.meant(options)
        request = kind.request(options)
        plan = kind._plan_for(reader, request)
        resource = kind.resource
        before, after = plan.before[resource.kind], plan.after[resource.kind]
        change = Effect(resource, before, after)
        # What comes with it somebody wants to know only while several are planned.
        effects = kind.effects(reader, request, change) if plan.changed and is_planning(reader) else (change,)
        return replace(
            plan,
            key=Key(self.name, tuple(request.goal[option] for option in resource.scope), request.goal[resource.key]),
            effects=effects if plan.changed else (),
            carry_out=kind.carry_out(request) or plan.carry_out,
        )

    def effects(self, reader: Reader, request: Request, change: Effect) -> tuple[Effect, ...]:
        """What becomes of objects with a change of one, for what is planned after it: of that one, and of others by it.

        What is in an object comes and goes with it anyway.

        Args:
            reader: the state.
            request: what the task asks.
            change: what becomes of the object.
        """
        return (change,)

    def _plan_for(self, reader: Reader, request: Request) -> Item:
        """Plan for what a task asks."""
        found = self.find(reader, request)
        if request.absent:
            return self.plan_absent(reader, request, found)
        request = self.completed(reader, request, found)
        if found.record is None:
            return self.plan_new(reader, request, found.identity)
        # An object that is found under another spelling of its name is not to be renamed for that.
        if request.goal not in (request.identity, found.identity):
            return self.plan_renamed(reader, request, found)
        return self.plan_changed(reader, request, found)

    def meant(self, options: Options) -> Kind:
        """The kind that a task is about, where one module serves several tables."""
        return self

    def table_of(self, options: Options) -> Resource:
        """The table of the object that a task is about, where one kind has several."""
        return self.resource

    def carry_out(self, request: Request) -> CarryOut | None:
        """How its plans are carried out, where that takes more than their steps in order."""
        return None

    def find(self, reader: Reader, request: Request) -> Found:
        """Read the object: under the names by which the task calls it, or those that it is to get.

        Raises:
            PlanRefused: a name that it is to get belongs to another object.
        """
        found = Found(request.identity, *look_up(reader, self.resource, request.identity))
        return found if request.goal == request.identity else self._under_either_name(reader, request, found)

    def _under_either_name(self, reader: Reader, request: Request, old: Found) -> Found:
        """Find what is to get other names: under the old ones, the new ones, or on the way between them."""
        resource, identity, goal = self.resource, request.identity, request.goal
        if is_planning(reader) and reader.is_given(resource.path(identity)):
            # Another item has its name by now, so that it has left it before.
            old = Found(identity, None, {})
        # It is moved first and renamed then; a run that broke off in between leaves it here.
        between = {**goal, resource.key: identity[resource.key]}
        names = [goal] if between in (identity, goal) else [between, goal]
        there = [(other, record) for other in names if (record := read(reader, resource, other)) is not None]
        if old.record is None:
            return Found(*there[0], {}) if there else Found(goal, None, {})
        if there and is_same(old.record, there[0][1]):
            # Somebody else has done it between the two reads.
            return Found(*there[0], {})
        if there:
            raise PlanRefused(
                f"{resource.label(identity)} cannot become {resource.label(goal)}: there is a {resource.label(there[0][0])}",
                advice="choose another name, or remove the one that is not wanted",
            )
        return old

    def completed(self, reader: Reader, request: Request, found: Found) -> Request:
        """Complete what is wanted, now that the object is known, and refuse what it cannot have.

        Raises:
            ZfssaError: it cannot have it.
        """
        if not request.wanted.get(CUSTOM):
            return request
        return replace(request, wanted=spelled_out(reader, self.resource.custom, request.wanted, found.record))

    def plan_new(self, reader: Reader, request: Request, identity: Identity) -> Item:
        """Plan that the object is made."""
        return self.plan_made_in(self.parent(reader, identity), reader, request, identity)

    def plan_made_in(self, parent: Record | None, reader: Reader, request: Request, identity: Identity) -> Item:
        """Plan that the object is made in another one, whose record is given when something is inherited from it."""
        return plan_present(
            self.resource,
            identity,
            None,
            request.wanted,
            parent=parent,
            allowed=request.allowed,
            release=reader.release,
        )

    def parent(self, reader: Reader, identity: Identity) -> Record | None:
        """The record of what a new object is to be made in, `None` where it inherits nothing.

        Raises:
            PlanRefused: that does not exist; the message names what does.
        """
        return None

    def plan_changed(self, reader: Reader, request: Request, found: Found) -> Item:
        """Plan that an object that exists gets the wanted values."""
        return plan_present(
            self.resource,
            found.identity,
            found.record,
            request.wanted,
            allowed=request.allowed,
            release=reader.release,
            always=self.always(request),
        )

    def always(self, request: Request) -> tuple[str, ...]:
        """The options that are sent to an object that exists even when nothing says that they differ."""
        return ()

    def plan_renamed(self, reader: Reader, request: Request, found: Found) -> Item:
        """Plan that an object gets its values, and other names after that."""
        plan = self.plan_changed(reader, request, found)
        return plan_rename(plan, self.resource, found.identity, request.goal, reader.release)

    def plan_absent(self, reader: Reader, request: Request, found: Found) -> Item:
        """Plan that the object does not exist."""
        if found.record is None:
            for precondition in self.resource.found_where(found.identity):
                precondition(reader)
            return plan_absent(self.resource, found.identity, None, (), confirm=all_allowed)
        judge = self.what_may_go(request, found)
        judge(reader)
        return plan_absent(self.resource, found.identity, found.record, (), allowed=request.allowed, confirm=judge)

    def what_may_go(self, request: Request, found: Found) -> Precondition:
        """What must hold so that an object may be removed; it is judged again if the appliance asks for a confirmation."""
        return all_allowed

    def renames(self, options: Options) -> bool:
        """Whether options give an object other names than those by which they call it."""
        return any(options.get(option) is not None for option in self.new_names)

    def names_of(self, options: Options) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names by which options call an object, and those that it shall have in the end, as they are compared."""
        table = self.table_of(options)
        names = {option: options.get(option) for option in (*table.scope, table.key)}
        here = tuple(folded(str(name)) for name in names.values())
        if not self.renames(options):
            return here, here
        new = {self.new_names[option]: options[option] for option in self.new_names if options.get(option) is not None}
        there = tuple(folded(str(name)) for name in {**names, **new}.values())
        return here, there

    def check(self, options: Options) -> None:
        """Look at the options of an item, without an appliance.

        Raises:
            InvalidInput: one of them can never be right.
        """
        table = self.table_of(options)
        table.identity(options)
        table.wanted(options)

    def rank(self, options: Options) -> int:
        """When an object is planned among those of its kind that shall be there, of which nobody says an order: first the least."""
        return 0

    def found_in(self, reader: Pages, projects: Iterable[tuple[str, str]]) -> list[Identity]:
        """Name the objects that there are in some projects; those that are in none, on the whole appliance.

        What the appliance has for itself is left out.

        Args:
            reader: asks the appliance.
            projects: pool and name of each.
        """
        return self.named_in(reader, [self.everywhere])

    def named_in(self, reader: Pages, places: Iterable[Mapping[str, str]]) -> list[Identity]:
        """Name the objects that there are in some places, without those that the appliance has for itself."""
        resource = self.resource
        found = [record for place in places for record in read_all(reader, resource, place)]
        return [resource.identity_of(record) for record in found if record[resource.key] not in resource.built_in]

    def listed_as(self, reader: Reader, options: Options) -> set[tuple[str, ...]]:
        """The names, as those of `names_of`, of all objects that options list; they may call one otherwise than it is called."""
        return set(self.names_of(options))

    # What a plan for several objects says of it

    def records_in(self, before: Results, after: Results, options: Options) -> tuple[Record | None, Record | None]:
        """The object in the results before and after, `None` where it does not exist."""
        kind = self.table_of(options).kind
        return before.get(kind), after.get(kind)

    def still_holds(self, state: State, item: Item, options: Options) -> bool:
        """Whether there is in the end what an item says of its object, in spite of other items.

        Args:
            state: what there is after all of them.
            item: it.
            options: what it was planned for.
        """
        record, table = self.records_in(item.before, item.after, options)[1], self.table_of(options)
        return record is None or read(state, table, table.identity_of(record)) is not None

    def more_changes(self, before: Record, after: Record) -> list[str]:
        """What the line of a plan says of an object that changes, beside its properties."""
        return []

    def title_of(self, record: Record) -> str:
        """What the line of a plan calls an object: `lun tank/db/redo-1`."""
        label = self.resource.label(self.resource.identity_of(record))
        first, _space, rest = label.partition(" ")
        return f"{first.lower()} {rest}"

    def traits_of(self, record: Record, options: Options) -> list[str]:
        """What the line of a plan says of an object that is made.

        Args:
            record: it, as predicted.
            options: what the user asks for.
        """
        traits = []
        for prop in self.resource.writable:
            given = options.get(prop.option)
            if given is not None and not prop.secret:
                # What the appliance has yet to choose is told as the user calls it.
                told = given if record[prop.option] is None else record[prop.option]
                traits.append(f"{prop.option} {prop.value.told(told)}")
        return traits

    # What zfssa_info gives of it

    def told(self, wire: Wire) -> Record:
        """The record of an object from the list of all of them, for somebody who decides nothing."""
        return self.resource.told(wire)

    @property
    def is_exportable(self) -> bool:
        """Whether it can be made from what an appliance tells, which no secret is."""
        return not self.resource.secrets & set(self.resource.required_to_create)

    def export(self, records: list[Record]) -> list[Record]:
        """The options that make objects as they are, in the form in which `zfssa_info` gives them."""
        return [options_of(self.resource, record) for record in records if is_named(self.resource, record)]
