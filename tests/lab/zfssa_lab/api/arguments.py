"""Checks the body of a command against a property table (API reference 1.6, 1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import InvalidArgument, MissingArgument, UnknownArgument, bad_value, expecting
from zfssa_lab.model.properties import Property, Table, immutable
from zfssa_lab.model.schema import Schema

if TYPE_CHECKING:
    from zfssa_lab.api.call import Call

_UNSET = Property("unset", "strings")


def check_arguments(call: Call, table: Table) -> dict[str, Any]:
    """Return the parsed arguments of ``call``: POST creates, PUT modifies.

    Raises UnknownArgument, MissingArgument or InvalidArgument, in this order of precedence.
    """
    creating = call.method == "POST"
    return parse_arguments(call.body, table.on(call.release), creating, call.appliance.schema)


def parse_arguments(body: dict[str, Any], table: Table, creating: bool, schema: Schema) -> dict[str, Any]:
    """Return the parsed arguments in ``body`` under the names of the model; ``table`` is that of the release."""
    for name in body:
        _check_known(name, table, creating, schema)
    if creating:
        for prop in table.by_name.values():
            if prop.required and prop.name not in body:
                raise MissingArgument(f'"{prop.name}"')
    return {
        table.by_name[name].model_name if name in table.by_name else name: _parse(name, value, table, schema)
        for name, value in body.items()
    }


def _check_known(name: str, table: Table, creating: bool, schema: Schema) -> None:
    if name in table.by_name:
        prop = table.by_name[name]
        if not (prop.create if creating else prop.modify):
            raise immutable(name)
    elif name in table.read_only:
        raise immutable(name)
    elif table.custom and name.startswith("custom:"):
        if name.removeprefix("custom:") not in schema.properties:
            raise UnknownArgument(f'"{name}" is not in the schema')
    elif not (name == "unset" and table.unset and not creating):
        raise UnknownArgument(f'"{name}"')


def _parse(name: str, value: Any, table: Table, schema: Schema) -> Any:
    if name in table.by_name:
        return table.by_name[name].parse(value)
    if name == "unset":
        names = _UNSET.parse(value)
        for item in names:
            _check_unset(item, table)
        return names
    return schema.properties[name.removeprefix("custom:")].parse(value)


def _check_unset(name: str, table: Table) -> None:
    """Refuse to unset what is not inherited; what can be set only at creation stays (API reference 4.1)."""
    known = [prop for prop in table.inherited if table.by_name[prop].modify]
    if name not in known and not name.startswith("custom:"):
        raise bad_value("unset", name, expecting(known))


def refuse_arguments(body: dict[str, Any]) -> None:
    """Refuse any argument: for commands that take none."""
    for name in body:
        raise UnknownArgument(f'"{name}"')


def one_argument(body: dict[str, Any], prop: Property) -> Any:
    """Return the only argument that a command takes, and that it must have."""
    for name in body:
        if name != prop.name:
            raise UnknownArgument(f'"{name}"')
    if prop.name not in body:
        raise MissingArgument(f'"{prop.name}"')
    return prop.parse(body[prop.name])


def check_single_group(body: dict[str, Any]) -> None:
    """Refuse a list where the release knows only one initiator group (API reference 12.1)."""
    if isinstance(body.get("initiatorgroup"), list):
        raise bad_value("initiatorgroup", "list", "a string")


def bad_query(name: str, value: str, wanted: str) -> InvalidArgument:
    """Return the refusal of a query parameter (API reference 1.8)."""
    return InvalidArgument(f'bad value "{value}" of query parameter "{name}" (expecting {wanted})')


def decode_object(raw: object) -> dict[str, Any]:
    """Return ``raw`` if it is a JSON object, the only form of a command's arguments."""
    if not isinstance(raw, dict):
        raise InvalidArgument("the request body must be a JSON object")
    return raw
