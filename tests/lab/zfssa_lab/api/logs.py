"""Endpoints of the logs (API reference 1.4, 2.3, 11): the lab has them all, and nothing is in them."""

from __future__ import annotations

from zfssa_lab.api.call import Call, Reply, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import not_found

_SYSTEM_LOGS = ("alert", "audit", "fault", "phone-home", "system")


def _names(call: Call) -> list[str]:
    """Return the names of the logs: those of the system, and one for each service."""
    return [*_SYSTEM_LOGS, *call.appliance.services.by_name]


def list_logs(call: Call) -> Reply:
    """API reference 1.4."""
    view = View(call.release, call.version)
    return ok(logs=[{"name": name, "href": view.href("logs", name, service="log")} for name in _names(call)])


def get_log(call: Call) -> Reply:
    """The entries of a log (API reference 11)."""
    if call.path["name"] not in _names(call):
        raise not_found(call.path["name"])
    return ok(logs=[])


ROUTES = (
    Route("GET", "log/logs", list_logs, "List logs"),
    Route("GET", "log/logs/{name}", get_log, "Show the entries of a log"),
)
