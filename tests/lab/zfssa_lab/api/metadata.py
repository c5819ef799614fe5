"""The query parameter ``props``: what can be set on a resource, told from its property table (API reference 1.8)."""

from __future__ import annotations

from dataclasses import replace

from zfssa_lab.api.call import Call, Record, Reply
from zfssa_lab.api.listing import flag
from zfssa_lab.api.routing import Match, Route, table_in
from zfssa_lab.model.properties import Property, Table

_TYPES = {
    "boolean": "Boolean",
    "integer": "Integer",
    "size": "Integer",
    "limit": "Integer",
    "strings": "List",
    "records": "List",
}
# What the appliance's screens call a property, where its name does not say it.
_LABELS = {
    "aclinherit": "ACL inheritance behavior",
    "aclmode": "ACL behavior on mode change",
    "atime": "Update access time on read",
    "casesensitivity": "Case sensitivity",
    "compression": "Data compression",
    "copies": "Additional replication",
    "dedup": "Data deduplication",
    "fixednumber": "Fixed LU number",
    "initiatorgroup": "Initiator group",
    "logbias": "Synchronous write bias",
    "lunnumber": "LU number",
    "lunumber": "LU number",
    "maxblocksize": "Maximum block size",
    "nbmand": "Non-blocking mandatory locking",
    "nodestroy": "Prevent destruction",
    "quota_snap": "Include snapshots in quota",
    "readonly": "Read only",
    "recordsize": "Database record size",
    "reservation_snap": "Include snapshots in reservation",
    "rstchown": "Restrict ownership change",
    "secondarycache": "Cache device usage",
    "sparse": "Thin provisioned",
    "targetgroup": "Target group",
    "utf8only": "Reject non UTF-8",
    "volblocksize": "Volume block size",
    "volsize": "Volume size",
    "vscan": "Virus scan",
    "writecache": "Write cache enabled",
}


def wants_metadata(call: Call) -> bool:
    """Say whether the request asks for metadata, on a release that knows of it."""
    return call.method in ("GET", "POST", "PUT") and call.release.list_queries and flag(call, "props")


def answer_with_metadata(call: Call, match: Match, route: Route) -> Reply:
    """Return the answer to a request with ``props=true``.

    GET and PUT give their data and the metadata, POST the metadata only and makes nothing; from OS8.8.x on PUT, too,
    does nothing.  A resource without properties has no metadata.
    """
    table = _table(call, match, route)
    props = [] if table is None else describe(call, table)
    if route.method == "GET" or (route.method == "PUT" and not call.release.props_dry_run):
        reply = route.endpoint(call)
        reply.body = {**(reply.body or {}), "props": props}
        return reply
    # What is only looked at must be there all the same.
    look = match.routes.get("GET")
    data = look.endpoint(replace(call, method="GET")).body if look else None
    return Reply(200, {**(data or {} if route.method == "PUT" else {}), "props": props})


def _table(call: Call, match: Match, route: Route) -> Table | None:
    """Return the table of the route; a GET shows that of the command that changes or makes what it shows."""
    for one in (route, match.routes.get("PUT"), match.routes.get("POST")):
        if one is not None and one.table is not None:
            return table_in(call, one.table)
    return None


def describe(call: Call, table: Table) -> list[Record]:
    """Return the metadata of the properties in ``table``, custom ones included."""
    creating = call.method == "POST"
    there = table.on(call.release)
    items = [_item(prop, creating) for prop in there.by_name.values()]
    items += [_read_only(name) for name in sorted(there.read_only)]
    if there.custom:
        items += [
            {"name": f"custom:{one.name}", "label": one.description or one.name, "immutable": False, "type": one.type}
            for one in call.appliance.schema.properties.values()
        ]
    return items


def _item(prop: Property, creating: bool) -> Record:
    choices = ["on", "off"] if prop.kind == "on_off" else list(prop.choices)
    item: Record = {
        "name": prop.name,
        "label": _label(prop.name),
        "immutable": not (prop.create if creating else prop.modify),
        "type": "ChooseOne" if choices else _TYPES.get(prop.kind, "String"),
    }
    if choices:
        item["choices"] = choices
    return item


def _read_only(name: str) -> Record:
    numeric = name.startswith(("space_", "effective")) or name in ("compressratio", "assignednumber")
    return {"name": name, "label": _label(name), "immutable": True, "type": "Integer" if numeric else "String"}


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())
