"""The query parameters of lists, applied in one place to whatever list an endpoint answers (API reference 1.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zfssa_lab.api.arguments import bad_query
from zfssa_lab.api.call import Call, Record, Reply
from zfssa_lab.api.records import share_record, snapshot_record
from zfssa_lab.model.errors import InvalidArgument
from zfssa_lab.model.project import Project
from zfssa_lab.model.share import Share

_MATCH = "match_"
# Lists that take neither match_ nor depth, those that can show snapshots, those that take filter, and those
# whose start and end may be a time, with the property that holds it.
_PLAIN_ONLY = ("pools", "luns")
_WITH_SNAPSHOTS = ("projects", "filesystems", "luns")
_FILTERED = ("projects", "filesystems")
_TIMED = {"snapshots": "creation", "logs": "timestamp"}


def shape_list(call: Call, reply: Reply) -> Reply:
    """Return ``reply`` with its list as the query wants it; what is no list stays as it is.

    Raises InvalidArgument for a malformed value.  A parameter that the release does not know is ignored.
    """
    found = [name for name, value in (reply.body or {}).items() if isinstance(value, list) and name != "props"]
    if call.query and reply.body is not None and len(found) == 1:
        reply.body = {**reply.body, found[0]: _shaped(call, found[0], reply.body[found[0]])}
    return reply


def flag(call: Call, name: str) -> bool:
    """Return the value of a parameter that is true or false."""
    value = call.query.get(name, "false").lower()
    if value not in ("true", "false"):
        raise bad_query(name, call.query[name], "true or false")
    return value == "true"


def _shaped(call: Call, key: str, records: list[Record]) -> list[Record]:
    if call.release.list_queries:
        records = _matching(call, key, records)
    records = _window(call, key, _filtered(call, key, records))
    if not call.release.list_queries:
        return records
    depth = _depth(call, key)
    if depth is not None:
        return [_node(call, record, depth) for record in records]
    if flag(call, "snaps") and key in _WITH_SNAPSHOTS:
        return [_with_snapshots(call, record) for record in records]
    return records


def _matching(call: Call, key: str, records: list[Record]) -> list[Record]:
    for name, value in call.query.items():
        if name.startswith(_MATCH):
            if key in _PLAIN_ONLY:
                raise InvalidArgument(f"the list of {key} does not support {_MATCH}PROPERTY")
            prop = name.removeprefix(_MATCH)
            records = [record for record in records if prop in record and _text(record[prop]) == value]
    return records


def _text(value: Any) -> str:
    """Return a value as it stands in a query."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filtered(call: Call, key: str, records: list[Record]) -> list[Record]:
    part = call.query.get("filter", "")
    if not part or key not in _FILTERED:
        return records
    return [one for one in records if any(isinstance(value, str) and part in value for value in one.values())]


def _window(call: Call, key: str, records: list[Record]) -> list[Record]:
    """Return the records from ``start`` to ``end``, both included, at most ``limit`` of them."""
    timed = key if _has_times(records, key) else ""
    last = _end(call, "end", timed) if call.release.end_query else None
    first = _end(call, "start", timed)
    if callable(last):
        records = [record for record in records if last(record) <= 0]
    elif last is not None:
        records = records[: last + 1]
    if callable(first):
        records = [record for record in records if first(record) >= 0]
    elif first is not None:
        records = records[first:]
    limit = _number(call, "limit")
    return records if limit is None else records[:limit]


def _end(call: Call, name: str, key: str) -> int | Callable[[Record], float] | None:
    """Return an end of the window: an index, or a function that compares a record's time with it."""
    text = call.query.get(name)
    if text is None or text.isdecimal() or key not in _TIMED:
        return _number(call, name)
    try:
        when = call.view.moment(text)
    except ValueError:
        raise bad_query(name, text, "an index or a UTC time") from None
    return lambda record: call.view.moment(record[_TIMED[key]]) - when


def _has_times(records: list[Record], key: str) -> bool:
    """Say whether a list is one of events; that of the logs is called as the list of a log's entries."""
    return key in _TIMED and all(_TIMED[key] in record for record in records)


def _number(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise bad_query(name, text, "a whole number")
    return int(text)


def _depth(call: Call, key: str) -> int | None:
    depth = _number(call, "depth")
    if depth is not None and key in _PLAIN_ONLY:
        raise InvalidArgument(f"the list of {key} does not support depth")
    return depth


def _owner(call: Call, record: Record) -> Project | Share | None:
    """Return the project or share that a record shows; a replica is none."""
    if "collection" in record or "pool" not in record or record["pool"] not in call.appliance.pools:
        return None
    pool = call.appliance.pools[record["pool"]]
    if "project" not in record:
        return pool.projects.get(record["name"])
    project = pool.projects.get(record["project"])
    return project.shares.get(record["name"]) if project else None


def _snapshots(call: Call, owner: Project | Share | None) -> list[Record]:
    view = call.view
    return [snapshot_record(view, snapshot) for snapshot in owner.snapshots.values()] if owner else []


def _with_snapshots(call: Call, record: Record) -> Record:
    return {**record, "snapshots": _snapshots(call, _owner(call, record))}


def _node(call: Call, record: Record, depth: int) -> Record:
    """Return an object with its properties, and what is below it to ``depth`` levels; below -1 only names are left."""
    name = _name(record)
    if depth < 0:
        return {"name": name}
    node: Record = {
        "name": name,
        "properties": {key: value for key, value in record.items() if key != "href"},
        "children": [],
        "list": [],
    }
    owner = _owner(call, record)
    if isinstance(owner, Project):
        view = call.view
        node["list"] = [_node(call, share_record(view, share), depth - 1) for share in owner.shares.values()]
    if owner is not None:
        node["children"] = [_snapshot_node(call, owner, depth - 1)]
    if "href" in record:
        node["href"] = record["href"]
    return node


def _snapshot_node(call: Call, owner: Project | Share, depth: int) -> Record:
    if depth < 0:
        return {"name": "snapshots"}
    found = [_node(call, record, depth - 1) for record in _snapshots(call, owner)]
    return {"name": "snapshots", "properties": {}, "children": [], "list": found}


def _name(record: Record) -> str:
    """Return what an object is called: its name, or the property that stands for it."""
    for key in ("name", "logname", "property", "interface", "datalink", "initiator", "iqn", "label", "id"):
        if key in record:
            return str(record[key])
    return str(record.get("href", "")).rsplit("/", 1)[-1]
