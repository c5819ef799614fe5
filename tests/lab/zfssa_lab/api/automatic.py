"""Endpoints of automatic snapshot schedules (API reference 7.5)."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.records import View, project_href, share_href
from zfssa_lab.api.routing import Route
from zfssa_lab.api.snapshots import PROJECT_BASE, SHARE_BASES, owner
from zfssa_lab.model.automatic import AUTOMATIC, Automatic, automatic_of
from zfssa_lab.model.share import Share


def _record(call: Call, schedule: Automatic) -> Record:
    view, holder = View(call.release, call.version), schedule.owner
    href = share_href(view, holder) if isinstance(holder, Share) else project_href(view, holder)
    record: Record = {
        "id": schedule.id,
        **schedule.timing.describe(),
        "keep": schedule.keep,
        "href": f"{href}/automatic/{schedule.id}",
    }
    if call.release.retention:
        record["retentionpolicy"] = schedule.retention
    return record


def _find(call: Call) -> Automatic:
    return automatic_of(owner(call)).find(owner(call), call.path["automatic"])


def _converts(call: Call, arguments: Record) -> bool:
    """Say whether snapshots that no schedule wants are to become manual ones, in the body or the query."""
    asked = call.query.get("convert", "").lower() == "true" and call.release.retention
    return bool(arguments.get("convert", asked))


def list_automatic(call: Call) -> Reply:
    """API reference 7.5."""
    holder = owner(call)
    return ok(automatic=[_record(call, schedule) for schedule in automatic_of(holder).of(holder)])


def get_automatic(call: Call) -> Reply:
    """API reference 7.5."""
    return ok(automatic=_record(call, _find(call)))


def create_automatic(call: Call) -> Reply:
    """API reference 7.5."""
    holder = owner(call)
    arguments = call.arguments(AUTOMATIC)
    schedule = automatic_of(holder).create(holder, arguments, _converts(call, arguments))
    return created(automatic=_record(call, schedule))


def modify_automatic(call: Call) -> Reply:
    """API reference 7.5."""
    schedule = _find(call)
    arguments = call.arguments(AUTOMATIC)
    automatic_of(schedule.owner).modify(schedule, arguments, _converts(call, arguments))
    return accepted(automatic=_record(call, schedule))


def delete_automatic(call: Call) -> Reply:
    """API reference 7.5."""
    schedule = _find(call)
    automatic_of(schedule.owner).delete(schedule, _converts(call, {}))
    return no_content()


def _routes(base: str) -> list[Route]:
    path, one = f"{base}/automatic", f"{base}/automatic/{{automatic}}"
    return [
        Route("GET", path, list_automatic, "List schedules of automatic snapshots"),
        Route("POST", path, create_automatic, "Create a schedule of automatic snapshots"),
        Route("GET", one, get_automatic, "Show a schedule of automatic snapshots"),
        Route("PUT", one, modify_automatic, "Modify a schedule of automatic snapshots"),
        Route("DELETE", one, delete_automatic, "Delete a schedule of automatic snapshots"),
    ]


ROUTES = tuple(route for base in (PROJECT_BASE, *SHARE_BASES) for route in _routes(base))
