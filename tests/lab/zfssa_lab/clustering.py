"""What the control port can do to clusters and services: the switches that a real machine has in its hardware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zfssa_lab.api.cluster import cluster_record
from zfssa_lab.api.records import View
from zfssa_lab.lab import Lab
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.cluster import Cluster, cluster_of
from zfssa_lab.model.errors import InvalidArgument, MissingArgument, UnknownArgument
from zfssa_lab.model.fleet import Fleet
from zfssa_lab.model.logs import MAJOR
from zfssa_lab.model.pairing import pair, part

Body = dict[str, Any]

CALLS = {
    "GET /cluster": "the cluster as each appliance sees it",
    "POST /cluster": "make two appliances the heads of a cluster: appliances [FIRST, SECOND]",
    "POST /cluster/takeover": "let an appliance take over from its peer: appliance",
    "POST /cluster/failback": "give back at once what was taken over",
    "DELETE /cluster": "make the heads of the cluster two appliances again",
    "POST /hardware": "break or repair a disk of a pool, or the cable of an interface: appliance, pool or interface, broken (true or false)",
    "POST /service": "break or repair a service: appliance, service, maintenance (true or false)",
}


def show(lab: Lab) -> Body:
    """Return the cluster record of each appliance."""
    records: Body = lab.look(_records)
    return records


def form(lab: Lab, body: Body) -> Body:
    """Make a cluster of two appliances; ApplianceError says why it cannot be."""
    _check_fields(body, "appliances")
    names = body["appliances"]
    if not isinstance(names, list) or len(names) != 2 or names[0] == names[1]:
        raise InvalidArgument("appliances must be the names of two appliances")

    def form(fleet: Fleet) -> Body:
        pair(_appliance(fleet, names[0]), _appliance(fleet, names[1]))
        return _records(fleet)

    formed: Body = lab.look(form)
    return formed


def take_over(lab: Lab, body: Body) -> Body:
    """Let one head take all."""
    _check_fields(body, "appliance")
    return _change(lab, body["appliance"], lambda cluster, head: cluster.take_over(head))


def fail_back(lab: Lab, body: Body) -> Body:
    """Give all back at once, without the time that the appliance's own command takes."""
    _check_fields(body)
    return _change(lab, None, lambda cluster, _head: cluster.finish_failback())


def dissolve(lab: Lab, body: Body) -> Body:
    """Make two appliances of the cluster again; each has a copy of what they shared."""
    _check_fields(body)
    return _change(lab, None, lambda cluster, _head: part(cluster))


def break_service(lab: Lab, body: Body) -> Body:
    """Put a service of one appliance into maintenance, or repair it (API reference 2.3)."""
    _check_fields(body, "appliance", "service", "maintenance")
    if not isinstance(body["maintenance"], bool):
        raise InvalidArgument("maintenance must be true or false")

    def switch(fleet: Fleet) -> Body:
        services = _appliance(fleet, body["appliance"]).services
        service = services.get(str(body["service"]))
        services.broken.pop(service.name, None)
        if body["maintenance"]:
            services.broken[service.name] = fleet.clock.now()
            logs = _appliance(fleet, body["appliance"]).logs
            logs.alert(f"Service {service.name} failed and was put into maintenance", MAJOR)
        return {"service": service.name, "status": services.status(service)}

    switched: Body = lab.look(switch)
    return switched


def break_hardware(lab: Lab, body: Body) -> Body:
    """Let a disk of a pool fail, which degrades it, or pull the cable of an interface; or repair it (API reference 2.4, 3)."""
    part = "pool" if "pool" in body else "interface"
    _check_fields(body, "appliance", part, "broken")
    if not isinstance(body["broken"], bool):
        raise InvalidArgument("broken must be true or false")

    def switch(fleet: Fleet) -> Body:
        appliance, name = _appliance(fleet, body["appliance"]), str(body[part])
        if name not in (appliance.pools if part == "pool" else appliance.network.ports):
            raise InvalidArgument(f"no {part} {name!r}")
        if part == "pool":
            appliance.pools[name].degraded = body["broken"]
        elif body["broken"]:
            appliance.network.unplugged.add(name)
        else:
            appliance.network.unplugged.discard(name)
        return {part: name, "broken": body["broken"]}

    switched: Body = lab.look(switch)
    return switched


def check_fault(lab: Lab, action: object) -> None:
    """Refuse to plan a takeover by an appliance that is no head of a cluster."""
    if isinstance(action, dict) and "takeover" in action:
        name = action["takeover"]
        lab.look(lambda fleet: cluster_of(_appliance(fleet, name)))


def _records(fleet: Fleet) -> Body:
    return {name: cluster_record(View(one.release, 1), one) for name, one in fleet.appliances.items()}


def _change(lab: Lab, name: str | None, change: Callable[[Cluster, Appliance], None]) -> Body:
    def work(fleet: Fleet) -> Body:
        heads = [one for one in fleet.appliances.values() if one.cluster is not None]
        head = _appliance(fleet, name) if name is not None else next(iter(heads or fleet.appliances.values()))
        change(cluster_of(head), head)
        return _records(fleet)

    changed: Body = lab.look(work)
    return changed


def _check_fields(body: Body, *names: str) -> None:
    for name in body:
        if name not in names:
            raise UnknownArgument(f'"{name}"')
    for name in names:
        if name not in body:
            raise MissingArgument(f'"{name}"')


def _appliance(fleet: Fleet, name: object) -> Appliance:
    if not isinstance(name, str) or name not in fleet.appliances:
        raise InvalidArgument(f"no appliance {name!r}")
    return fleet.appliances[name]
