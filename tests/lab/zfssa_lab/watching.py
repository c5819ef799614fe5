"""What the control port can say of the lab's own watch: which LUNs must never be lost, and what went wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from zfssa_lab.lab import Lab
from zfssa_lab.model.errors import InvalidArgument, MissingArgument, UnknownArgument
from zfssa_lab.model.fleet import Fleet

Body = dict[str, Any]

CALLS = {
    "POST /watch": "let a whole copy of this LUN exist at all times: appliance, pool, project, lun",
    "GET /breaches": "what must never be: a LUN presented twice, a LUN that is watched without a whole copy",
    "DELETE /breaches": "forget the breaches so far; one that lasts is not listed again",
}
_PLACE = ("appliance", "pool", "project", "lun")


def watch(lab: Lab, body: Body) -> Body:
    """Watch over a LUN from now on; ApplianceError where there is none."""
    for field in body:
        if field not in _PLACE:
            raise UnknownArgument(field)
    for field in _PLACE:
        if field not in body:
            raise MissingArgument(field)
        if not isinstance(body[field], str):
            raise InvalidArgument(f"{field} must be a string")

    def keep(fleet: Fleet) -> Body:
        if body["appliance"] not in fleet.appliances:
            raise InvalidArgument(f"no appliance {body['appliance']!r}")
        pool = fleet.appliances[body["appliance"]].pool(body["pool"])
        fleet.watch.keep(pool.project(body["project"]).lun(body["lun"]))
        return {"watched": fleet.watch.watched}

    kept: Body = lab.look(keep)
    return kept


def show_breaches(lab: Lab) -> Body:
    """Return the breaches so far, and which LUNs are watched."""
    shown: Body = lab.look(
        lambda fleet: {
            "breaches": [asdict(breach) for breach in fleet.watch.breaches],
            "watched": fleet.watch.watched,
        }
    )
    return shown


def forget_breaches(lab: Lab) -> Body:
    """Forget the breaches so far."""
    lab.look(lambda fleet: fleet.watch.breaches.clear())
    return show_breaches(lab)
