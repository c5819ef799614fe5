"""Endpoints of the cluster (API reference 2.2 and 14.3), and the pools of the peer (3)."""

from __future__ import annotations

from zfssa_lab.api.arguments import refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.cluster import DESCRIPTIONS, Resource, cluster_of, find_resource, resources, state_of
from zfssa_lab.model.errors import NotImplementedHere, StateConflict
from zfssa_lab.model.network import Interface
from zfssa_lab.model.pairing import dissolve
from zfssa_lab.model.project import Pool
from zfssa_lab.model.properties import Property, Table

RESOURCE = Table(
    Property("owner", "string", create=False),
    read_only=("type", "user_label", "details", "href"),
)
_LINKS = ("clustron2_embedded:0/clustron_uart:0", "clustron2_embedded:0/clustron_uart:1", "clustron2_embedded:0/dlpi:0")


def exported_pool_record(pool: Pool, seen_from: Appliance) -> Record:
    """Return a pool that the peer of ``seen_from`` serves: without usage, profile and path (API reference 3)."""
    return {
        "name": pool.name,
        "status": "exported",
        "owner": pool.appliance.name,
        "asn": pool.appliance.asn,
        "peer": seen_from.asn,
    }


def exported_pools(appliance: Appliance) -> list[Record]:
    """Return the records of the pools that the peer serves (API reference 12.12)."""
    peer = appliance.peer
    return [exported_pool_record(pool, appliance) for pool in peer.pools.values()] if peer else []


def cluster_record(view: View, appliance: Appliance) -> Record:
    """API reference 2.2: what a node knows of itself and its peer; empty strings when it has none."""
    peer, state = appliance.peer, state_of(appliance)
    peer_state = state_of(peer) if peer else ""
    listed = [_resource(view, one) for one in resources(appliance)]
    return {
        "state": state,
        "description": DESCRIPTIONS[state],
        "peer_asn": peer.asn if peer else "",
        "peer_hostname": peer.name if peer else "",
        "peer_state": peer_state,
        "peer_description": DESCRIPTIONS.get(peer_state, ""),
        "resources": listed if view.release.cluster_lists else {_path(one): one for one in listed},
    }


def _path(record: Record) -> str:
    return "/".join(str(record["href"]).split("/")[-2:])


def _resource(view: View, resource: Resource) -> Record:
    item = resource.item
    interface = isinstance(item, Interface)
    return {
        "owner": resource.owner.name,
        "type": "private" if resource.private else "singleton",
        "user_label": item.name if interface else "",
        "details": [item.address] if isinstance(item, Interface) else [f"{item.size / 2**30:.1f}G"],
        "href": view.href("cluster", "resources", *resource.path.split("/"), service="hardware"),
    }


def _accepted(call: Call) -> Reply:
    return accepted(cluster=cluster_record(call.view, call.appliance))


def get_cluster(call: Call) -> Reply:
    """API reference 14.3."""
    return ok(cluster=cluster_record(call.view, call.appliance))


def _find(call: Call) -> Resource:
    return find_resource(call.appliance, f"{call.path['kind']}/{call.path['name']}")


def get_resource(call: Call) -> Reply:
    """API reference 2.2."""
    return ok(resource=_resource(call.view, _find(call)))


def modify_resource(call: Call) -> Reply:
    """Give a resource to a head; it goes there with the next failback (API reference 2.2)."""
    found = _find(call)
    arguments = call.arguments(RESOURCE)
    cluster = cluster_of(call.appliance)
    if found.private:
        raise StateConflict(f'"{found.path}" is private to "{found.owner.name}"')
    if "owner" in arguments:
        cluster.assign(call.appliance, found.path, arguments["owner"])
    return accepted(resource=_resource(call.view, _find(call)))


def take_over(call: Call) -> Reply:
    """Serve all that the peer serves (API reference 2.2)."""
    refuse_arguments(call.body)
    cluster_of(call.appliance).take_over(call.appliance)
    return _accepted(call)


def fail_back(call: Call) -> Reply:
    """Give back what belongs to the peer; it is done some seconds after the answer (API reference 1.9)."""
    refuse_arguments(call.body)
    cluster_of(call.appliance).begin_failback(call.appliance)
    return _accepted(call)


def unconfigure(call: Call) -> Reply:
    """End the cluster: this head keeps all, the peer starts as from the factory (API reference 2.2)."""
    refuse_arguments(call.body)
    dissolve(call.appliance)
    return _accepted(call)


def set_up(call: Call) -> Reply:
    """Refuse: which appliances are cabled together is said at the lab's control port."""
    del call
    raise NotImplementedHere("clusters of the lab are made at its control port")


def get_links(call: Call) -> Reply:
    """API reference 2.2: whether the cables between the heads carry something."""
    state = "AKCIOS_TIMEDOUT" if call.appliance.cluster is None else "AKCIOS_ACTIVE"
    return ok(links=dict.fromkeys(_LINKS, state))


_CLUSTER = "hardware/cluster"
_RESOURCE = f"{_CLUSTER}/resources/{{kind}}/{{name}}"
ROWS = (
    Route("GET", _CLUSTER, get_cluster, "Show the cluster state"),
    Route("GET", f"{_CLUSTER}/links", get_links, "Show the links to the peer"),
    Route("GET", _RESOURCE, get_resource, "Show a cluster resource"),
    Route("PUT", _RESOURCE, modify_resource, "Modify a cluster resource", table=RESOURCE),
    Route("PUT", f"{_CLUSTER}/takeover", take_over, "Take over all resources of the peer"),
    Route("PUT", f"{_CLUSTER}/failback", fail_back, "Fail back all resources of the peer"),
    Route("PUT", f"{_CLUSTER}/unconfig", unconfigure, "End the cluster", "cluster_unconfig"),
    Route("PUT", f"{_CLUSTER}/unconfigure", unconfigure, "End the cluster", "cluster_unconfigure"),
    Route("PUT", f"{_CLUSTER}/setup", set_up, "Refuse to set up a cluster"),
)
