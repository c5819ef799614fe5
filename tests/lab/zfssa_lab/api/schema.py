"""The schema: custom properties (API reference 8)."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Record
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.needs import scope
from zfssa_lab.model.schema import PROPERTY, CustomProperty, Schema
from zfssa_lab.model.snapshot import check_confirmed


def _record(_call: Call, found: CustomProperty) -> Record:
    return {"property": found.name, "type": found.type, "description": found.description}


def _remove(call: Call, schema: Schema, found: CustomProperty) -> None:
    """Remove a custom property, and its values; these want a confirmation (API reference 8)."""
    appliance = call.appliance
    key = f"custom:{found.name}"
    projects = [project for head in appliance.heads for project in head.projects()]
    owners = [project.custom for project in projects]
    owners += [share.custom for project in projects for share in project.shares.values()]
    used = [custom for custom in owners if key in custom]
    check_confirmed(appliance, call.confirmed, f'"{key}"', f"is set on {len(used)} object(s)" if used else "")
    for custom in used:
        del custom[key]
    del schema.properties[found.name]


SCHEMA = Kind(
    path="storage/schema",
    one="property",
    many="properties",
    titles=("a custom property", "custom properties"),
    removing="Remove",
    where=lambda call: call.appliance.schema,
    each=lambda _call, schema: schema.properties.values(),
    record=_record,
    table=PROPERTY,
    create=lambda _call, schema, arguments: schema.create(arguments),
    change=lambda _call, _schema, found, arguments: vars(found).update(arguments),
    remove=_remove,
    needs=scope("schema", "modify"),
    state="schema",
)
ROWS = (SCHEMA,)
