"""A kind of object in one description: from it come its endpoints, its routes, its authorizations and its metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.needs import Needs, superuser
from zfssa_lab.api.routing import Endpoint, Route, TableOf, table_in
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.properties import Table
from zfssa_lab.model.shelf import Shelf, Thing

H = TypeVar("H")
T = TypeVar("T")


def _name(call: Call, one: Any) -> str:
    del call
    return str(one.name)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[H, T]):
    """A kind of object ``T``, found in some holder ``H`` of the model.

    What is None does not exist: a kind without ``create`` has no POST.  A record without ``href`` gets the one that
    follows from ``path``.  Arguments are checked against ``table`` before anything is done, and each change goes into
    the audit log and the journal without further ado.

    Attributes:
        path: template of the list; that of an object has ``{key}`` after it.
        one, many: keys of the envelope for an object and for the list (API reference 0.2).
        titles: an object and many of them, in words; ``removing`` is the word for what DELETE does.
        where: finds what holds the objects; the first to be done, so that what is missing there is told first.
        each: the objects of a holder, in their order.
        record: an object as it is shown, and ``listed`` as a list shows it, if that differs.
        called: the name of an object in its path.
        find: an object by the value in the path; by ``called`` unless given.
        table: its properties; ``new`` those that a POST takes, if these differ.
        create, change, remove: what POST, PUT and DELETE do.
        metadata: whether clients can ask for its properties by ``props`` (API reference 1.8).
        needs: the authorization that changing it wants, for all methods or by method; superusers only unless given.
        commands: further routes below it, or beside it.
        feature: the release difference without which the kind does not exist.
        state: its key in the lab's ``/state``, if it is to be there.
    """

    path: str
    one: str
    many: str
    titles: tuple[str, str]
    where: Callable[[Call], H]
    each: Callable[[Call, H], Iterable[T]]
    record: Callable[[Call, T], Record]
    listed: Callable[[Call, T], Record] | None = None
    key: str = "name"
    called: Callable[[Call, T], str] = _name
    find: Callable[[Call, H, str], T] | None = None
    table: TableOf | None = None
    new: TableOf | None = None
    create: Callable[[Call, H, Record], T] | None = None
    change: Callable[[Call, H, T, Record], None] | None = None
    remove: Callable[[Call, H, T], None] | None = None
    removing: str = "Delete"
    metadata: bool = True
    needs: Needs | Mapping[str, Needs] = superuser
    commands: tuple[Route, ...] = ()
    feature: str | None = None
    state: str = ""

    @property
    def template(self) -> str:
        """The template of an object's path."""
        return f"{self.path}/{{{self.key}}}"

    def routes(self) -> tuple[Route, ...]:
        """Return the rows of the routing table for what can be done with it."""
        one, many = self.titles
        new = self.new or self.table
        rows: list[tuple[str, str, Endpoint, str, TableOf | None, object]] = [
            ("GET", self.path, self.list_all, f"List {many}", None, True),
            ("POST", self.path, self.make, f"Create {one}", new, self.create),
            ("GET", self.template, self.show, f"Show {one}", None, True),
            ("PUT", self.template, self.modify, f"Modify {one}", self.table, self.change),
            ("DELETE", self.template, self.destroy, f"{self.removing} {one}", None, self.remove),
        ]
        made = [
            Route(
                method,
                path,
                endpoint,
                words,
                self.feature,
                table=table if self.metadata else None,
                needs=self._needs(method),
            )
            for method, path, endpoint, words, table, there in rows
            if there
        ]
        return (*made, *self.commands)

    def _needs(self, method: str) -> Needs | None:
        if method == "GET":
            return None
        return self.needs[method] if isinstance(self.needs, Mapping) else self.needs

    def found(self, call: Call) -> T:
        """Return the object in the path; NotFound."""
        return self._found(call, self.where(call))

    def _found(self, call: Call, holder: H) -> T:
        name = call.path[self.key]
        if self.find is not None:
            return self.find(call, holder, name)
        for one in self.each(call, holder):
            if self.called(call, one) == name:
                return one
        raise not_found(name)

    def href(self, call: Call, *below: str) -> str:
        """Return a path below that of the list."""
        service, *segments = self.path.split("/")
        return call.view.href(*(part.format_map(call.path) for part in segments), *below, service=service)

    def shown(self, call: Call, one: T) -> Record:
        """Return an object as its own page shows it."""
        return self._with_href(call, one, self.record(call, one))

    def listing(self, call: Call) -> list[Record]:
        """Return the objects as a list shows them."""
        listed = self.listed or self.record
        return [self._with_href(call, one, listed(call, one)) for one in self.each(call, self.where(call))]

    def _with_href(self, call: Call, one: T, record: Record) -> Record:
        return record if "href" in record else {**record, "href": self.href(call, self.called(call, one))}

    def list_all(self, call: Call) -> Reply:
        """GET of the list."""
        return ok(**{self.many: self.listing(call)})

    def show(self, call: Call) -> Reply:
        """GET of an object."""
        return ok(**{self.one: self.shown(call, self.found(call))})

    def make(self, call: Call) -> Reply:
        """POST: check the arguments, then create."""
        assert self.create is not None
        holder = self.where(call)
        made = self.create(call, holder, self._arguments(call, self.new or self.table))
        return created(**{self.one: self.shown(call, made)})

    def modify(self, call: Call) -> Reply:
        """PUT: find the object, check the arguments, then change it."""
        assert self.change is not None
        holder = self.where(call)
        one = self._found(call, holder)
        self.change(call, holder, one, self._arguments(call, self.table))
        return accepted(**{self.one: self.shown(call, one)})

    def destroy(self, call: Call) -> Reply:
        """DELETE."""
        assert self.remove is not None
        holder = self.where(call)
        self.remove(call, holder, self._found(call, holder))
        return no_content()

    @staticmethod
    def _arguments(call: Call, table: TableOf | None) -> Record:
        assert table is not None
        return call.arguments(table_in(call, table))


@dataclass(frozen=True, kw_only=True)
class Plain:
    """A kind without rules of its own: its table says all, and its objects are kept on a shelf.

    It can be created, changed and removed, and renamed if the table lets its ``key`` be modified.

    Attributes:
        path, one, many, needs, feature, state: as for Kind.
        table: its properties, ``key`` among them, the one that names it.
        references: properties that hold the name of another plain object, with the path of that kind; a value must
            exist, and what is referred to cannot be removed.
    """

    path: str
    one: str
    many: str
    table: Table
    key: str = "name"
    references: Mapping[str, str] = field(default_factory=dict)
    needs: Needs | Mapping[str, Needs] = superuser
    feature: str | None = None
    state: str = ""

    def kind(self) -> Kind[Shelf, Thing]:
        """Return its whole description."""
        return Kind(
            path=self.path,
            one=self.one,
            many=self.many,
            titles=(f"a {self.one}", self.many),
            where=self._shelf,
            each=lambda _call, shelf: shelf.things.values(),
            called=lambda _call, thing: str(thing[self.key]),
            record=self._record,
            table=self.table,
            create=lambda call, shelf, values: shelf.create({**self._defaults(call), **values}),
            change=lambda _call, shelf, thing, values: shelf.change(thing, values),
            remove=lambda _call, shelf, thing: shelf.remove(thing),
            needs=self.needs,
            feature=self.feature,
            state=self.state,
        )

    def routes(self) -> tuple[Route, ...]:
        """Return the rows of the routing table for what can be done with it."""
        return self.kind().routes()

    def _shelf(self, call: Call) -> Shelf:
        path = self.path.format_map(call.path)
        references = {prop: other.format_map(call.path) for prop, other in self.references.items()}
        return call.appliance.shelves.at(path, self.one, self.key, references)

    def _defaults(self, call: Call) -> Thing:
        there = self.table.on(call.release)
        defaults = there.defaults()
        return {prop.model_name: defaults[name] for name, prop in there.by_name.items()}

    def _record(self, call: Call, thing: Thing) -> Record:
        return {name: thing[prop.model_name] for name, prop in self.table.on(call.release).by_name.items()}
