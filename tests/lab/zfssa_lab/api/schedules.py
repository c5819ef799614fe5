"""Endpoints below a replication action: schedules, automatic snapshots on the target, statistics (API reference 10.2)."""

from __future__ import annotations

from collections.abc import Iterator

from zfssa_lab.api.arguments import parse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, no_content, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.needs import nas, of_action
from zfssa_lab.api.replication import ACTION_BASES, action_href, action_of
from zfssa_lab.api.routing import Route, Row
from zfssa_lab.model.action import LOCAL, SYNCHRONIZED, Action
from zfssa_lab.model.automatic import Automatic, automatic_of
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.schedule import SCHEDULE, Schedule, add_schedule, change_schedule, drop_schedule

_RETENTION = Property("autosnaps_retention_policies", "string", required=True, choices=(SYNCHRONIZED, LOCAL))
AUTOSNAPS = Table(_RETENTION, read_only=("autosnaps", "href"))
AUTOSNAP = Table(
    Property("keep", "integer", required=True), read_only=("id", "frequency", "day", "hour", "minute", "href")
)


def _schedule_record(call: Call, schedule: Schedule) -> Record:
    href = f"{action_href(call.view, action_of(call))}/schedules/{schedule.id}"
    return {"id": schedule.id, **schedule.timing.describe(), "href": href}


def _schedules(base: str, feature: str | None) -> Kind[Action, Schedule]:
    return Kind(
        path=f"{base}/schedules",
        one="schedule",
        many="schedules",
        titles=("a schedule", "the schedules of an action"),
        key="schedule",
        feature=feature,
        where=action_of,
        each=lambda _call, action: action.schedules.values(),
        called=lambda _call, schedule: schedule.id,
        record=_schedule_record,
        table=SCHEDULE,
        metadata=False,
        create=lambda _call, action, arguments: add_schedule(action, arguments),
        change=lambda _call, action, schedule, arguments: change_schedule(action, schedule, arguments),
        remove=lambda _call, action, schedule: drop_schedule(action, schedule),
        needs=nas("rrsource", of=of_action),
    )


def _sources(action: Action) -> list[Automatic]:
    """Return the schedules of automatic snapshots on what the action replicates."""
    replicated = action.share or action.project
    return automatic_of(replicated).of(replicated)


def _autosnap_record(call: Call, action: Action, source: Automatic) -> Record:
    keep = action.autosnaps.keep if action.autosnaps.retention == LOCAL else {}
    return {
        "id": source.id,
        **source.timing.describe(),
        "keep": keep.get(source.id, source.keep),
        "href": f"{action_href(call.view, action)}/autosnaps/{source.id}",
    }


def _autosnaps_record(call: Call, action: Action) -> Record:
    return {
        "autosnaps_retention_policies": action.autosnaps.retention,
        "autosnaps": [_autosnap_record(call, action, source) for source in _sources(action)],
        "href": f"{action_href(call.view, action)}/autosnaps",
    }


def _autosnap(call: Call, action: Action) -> Automatic:
    for source in _sources(action):
        if source.id == call.path["autosnap"]:
            return source
    raise not_found(call.path["autosnap"])


def get_autosnaps(call: Call) -> Reply:
    """How many automatic snapshots the target keeps (API reference 10.2)."""
    return ok(autosnaps=_autosnaps_record(call, action_of(call)))


def modify_autosnaps(call: Call) -> Reply:
    """Let the target keep as many automatic snapshots as the source, or numbers of its own (API reference 10.2)."""
    action = action_of(call)
    arguments = parse_arguments(call.body, AUTOSNAPS, False, call.appliance.schema)
    action.autosnaps.retention = arguments.get(_RETENTION.name, action.autosnaps.retention)
    return accepted(autosnaps=_autosnaps_record(call, action))


def get_autosnap(call: Call) -> Reply:
    """API reference 10.2."""
    action = action_of(call)
    return ok(autosnap=_autosnap_record(call, action, _autosnap(call, action)))


def modify_autosnap(call: Call) -> Reply:
    """Set the target's own number for a schedule; the policy becomes the target's (API reference 10.2)."""
    action = action_of(call)
    source = _autosnap(call, action)
    arguments = parse_arguments(call.body, AUTOSNAP, False, call.appliance.schema)
    if "keep" in arguments:
        action.autosnaps.retention = LOCAL
        action.autosnaps.keep[source.id] = arguments["keep"]
    return accepted(autosnap=_autosnap_record(call, action, source))


def delete_autosnap(call: Call) -> Reply:
    """Go back to the source's number (API reference 10.2)."""
    action = action_of(call)
    action.autosnaps.keep.pop(_autosnap(call, action).id, None)
    return no_content()


def get_statistics(call: Call) -> Reply:
    """Counters of the updates that have ended; nothing is compressed on its way (API reference 10.2)."""
    action = action_of(call)
    view, counted = call.view, action.statistics
    sent = {
        f"{span}_{kind}": count
        for span, count in (("last", counted.last_sent), ("total", counted.sent))
        for kind in ("logical_bytes", "phys_bytes", "to_network")
    }
    record = {
        "replica_data_timestamp": view.stamp(action.replica_time),
        "last_sync": view.stamp(action.last_sync),
        "last_try": view.stamp(action.last_try),
        "last_result": action.last_result,
        "last_duration": round(counted.last_seconds, 3),
        "total_duration": round(counted.seconds, 3),
        **sent,
        "total_updates": sum(counted.updates.values()),
        "successful_updates": counted.updates["success"],
        "failed_updates": counted.updates["failed"],
        "cancelled_updates": counted.updates["cancelled"],
        "skipped_updates": counted.skipped,
        "href": f"{action_href(view, action)}/stats",
    }
    return ok(stats=record)


def _routes(base: str) -> tuple[Route, ...]:
    autosnap = f"{base}/autosnaps/{{autosnap}}"
    return (
        Route("GET", f"{base}/autosnaps", get_autosnaps, "Show the retention on the target", "action_details"),
        Route("PUT", f"{base}/autosnaps", modify_autosnaps, "Set the retention on the target", "action_details"),
        Route("GET", autosnap, get_autosnap, "Show the retention for a schedule", "action_details"),
        Route("PUT", autosnap, modify_autosnap, "Set the retention for a schedule", "action_details"),
        Route("DELETE", autosnap, delete_autosnap, "Go back to the source's retention", "action_details"),
        Route("GET", f"{base}/stats", get_statistics, "Show the statistics of an action", "action_details"),
    )


def _rows(base: str, feature: str | None) -> Iterator[Route | Row]:
    yield _schedules(base, feature)
    yield from _routes(base)


ROWS = tuple(row for base, feature in ACTION_BASES for row in _rows(f"{base}/{{action}}", feature))
