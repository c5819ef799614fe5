"""Endpoints of the logs (API reference 1.4, 2.3, 11, 15.2)."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Reply, ok
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.logs import SYSTEM_LOGS


def _names(call: Call) -> list[str]:
    """Return the names of the logs: those of the system, and one for each service."""
    return [*SYSTEM_LOGS, *call.appliance.services.by_name]


def list_logs(call: Call) -> Reply:
    """API reference 1.4."""
    view = call.view
    return ok(logs=[{"name": name, "href": view.href("logs", name, service="log")} for name in _names(call)])


def get_log(call: Call) -> Reply:
    """The entries of a log, the oldest first (API reference 11, 15.2)."""
    name = call.path["name"]
    if name not in _names(call):
        raise not_found(name)
    view = call.view
    entries = call.appliance.logs.of(name)
    return ok(logs=[{"uuid": one.uuid, "timestamp": view.stamp(one.when), **one.details} for one in entries])


ROWS = (
    Route("GET", "log/logs", list_logs, "List logs"),
    Route("GET", "log/logs/{name}", get_log, "Show the entries of a log"),
)
