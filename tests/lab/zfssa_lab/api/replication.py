"""Endpoints of replication targets, actions and inheritance (API reference 10.1 to 10.3)."""

from __future__ import annotations

from zfssa_lab.api.arguments import one_argument, refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.needs import service
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route, Row
from zfssa_lab.api.snapshots import SHARE_BASES, owner
from zfssa_lab.model.action import ACTION, ACTION_SETTINGS, CONTEXT_ACTION, UNKNOWN, Action, Peer
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.replication import TARGET, TARGET_WITH_CERTIFICATE
from zfssa_lab.model.share import Share

_INHERITED = Property("inherited", "boolean")


def _target(call: Call, peer: Peer) -> Record:
    """API reference 10.1."""
    record: Record = {
        "label": peer.label,
        "hostname": peer.hostname,
        "address": f"{peer.appliance.address}:216",
        "asn": peer.appliance.asn,
        "actions": sum(action.peer is peer for action in call.appliance.replication.actions.values()),
        "target": f"target-{peer.number:03}",
    }
    if call.release.target_certificates:
        record["host_match"] = peer.host_match
        record["auto_accept_cert"] = peer.auto_accept_cert
    return record


def _table(call: Call) -> Table:
    return TARGET_WITH_CERTIFICATE if call.release.target_certificates else TARGET


TARGETS = Kind(
    path="storage/replication/targets",
    one="target",
    many="targets",
    titles=("a replication target", "replication targets"),
    key="target",
    where=lambda call: call.appliance.replication,
    each=lambda _call, replication: replication.peers.values(),
    find=lambda _call, replication, text: replication.find_peer(text),
    called=lambda _call, peer: peer.label,
    record=_target,
    table=_table,
    metadata=False,
    create=lambda _call, replication, arguments: replication.create_peer(arguments),
    change=lambda _call, replication, peer, arguments: replication.modify_peer(peer, arguments),
    remove=lambda _call, replication, peer: replication.delete_peer(peer),
    needs=service("configure", "replication"),
    state="replication_targets",
)


def action_href(view: View, action: Action) -> str:
    """Return the path of an action, in the flat form."""
    return view.href("replication", "actions", action.id)


def action_record(view: View, action: Action) -> Record:
    """API reference 10.2."""
    project, share = action.project, action.share
    update = action.last_update
    sending = action.update is not None
    path = f"{project.pool.name}/local/{project.name}" + (f"/{share.name}" if share else "")
    peer, lag = action.peer, action.replica_lag
    record: Record = {
        "id": action.id,
        "pool": project.pool.name,
        "project": project.name,
        "target": peer.label if view.release.action_shows_label else peer.appliance.asn,
        "target_pool": action.target_pool,
        **{name: action.settings[name] for name in ACTION_SETTINGS.on(view.release).by_name},
        "bytes_sent": int(update.sent) if update else 0,
        "estimated_size": update.total if update else 0,
        "estimated_time_left": round(update.seconds_left(), 3) if update else 0,
        "average_throughput": int(update.throughput()) if update else 0,
        "state": "sending" if sending else "idle",
        "state_description": "Sending update" if sending else "Idle (no update pending)",
        "last_sync": view.stamp(action.last_sync),
        "last_try": view.stamp(action.last_try),
        "last_result": action.last_result,
        "next_update": view.stamp(action.next_update),
        "replica_data_timestamp": view.stamp(action.replica_time),
        "replica_lag": UNKNOWN if lag is None else int(lag),
        "replication_of": path,
        "collection": "local",
        "href": action_href(view, action),
    }
    if share is not None:
        record["share"] = share.name
    return record


def _listed(view: View, action: Action) -> Record:
    """Return an action as lists show it: in v1 without a limit of bandwidth as -1 (API reference 15.1)."""
    record = action_record(view, action)
    if view.version == 1 and not record["max_bandwidth"]:
        record["max_bandwidth"] = -1
    return record


def action_of(call: Call) -> Action:
    """Return the action in the path; below a project or share it must be one of theirs."""
    replication = call.appliance.replication
    action = replication.action(call.path["action"])
    if "project" in call.path and action not in _context_actions(call):
        raise not_found(action.id)
    return action


def _context_actions(call: Call) -> list[Action]:
    place = owner(call)
    share = place if isinstance(place, Share) else None
    return call.appliance.replication.actions_of(call.project, share)


def list_actions(call: Call) -> Reply:
    """API reference 10.2."""
    view = call.view
    actions = call.appliance.replication.actions.values()
    return ok(actions=[_listed(view, action) for action in actions])


def list_context_actions(call: Call) -> Reply:
    """Actions of a project or share, those it inherits included (API reference 10.2)."""
    view = call.view
    return ok(actions=[_listed(view, action) for action in _context_actions(call)])


def get_action(call: Call) -> Reply:
    """API reference 10.2."""
    return ok(action=action_record(call.view, action_of(call)))


def create_action(call: Call) -> Reply:
    """The flat form: pool, project and share are the source (API reference 10.2)."""
    arguments = call.arguments(ACTION)
    project = call.appliance.pool(arguments["pool"]).project(arguments["project"])
    share = project.share(arguments["share"]) if arguments.get("share") else None
    action = call.appliance.replication.create_action(project, share, arguments)
    return created(action=action_record(call.view, action))


def create_context_action(call: Call) -> Reply:
    """The contextual form: the source is in the path, pool is the target's (API reference 14.7)."""
    place = owner(call)
    arguments = call.arguments(CONTEXT_ACTION)
    arguments["target_pool"] = arguments.pop("pool")
    share = place if isinstance(place, Share) else None
    action = call.appliance.replication.create_action(call.project, share, arguments)
    return created(action=action_record(call.view, action))


def modify_action(call: Call) -> Reply:
    """API reference 10.2; a new max_bandwidth has effect at once."""
    action = action_of(call)
    call.appliance.replication.modify_action(action, call.arguments(ACTION_SETTINGS))
    return accepted(action=action_record(call.view, action))


def delete_action(call: Call) -> Reply:
    """API reference 10.2; the package on the target stays."""
    call.appliance.replication.delete_action(action_of(call))
    return no_content()


def send_update(call: Call) -> Reply:
    """Begin an update; it goes on after the answer (API reference 10.2)."""
    refuse_arguments(call.body)
    action = action_of(call)
    call.appliance.replication.start(action)
    return accepted(action=action_record(call.view, action))


def cancel_update(call: Call) -> Reply:
    """API reference 10.2."""
    refuse_arguments(call.body)
    action = action_of(call)
    call.appliance.replication.cancel(action)
    return accepted(action=action_record(call.view, action))


def _share_anyhow(call: Call) -> Share:
    """Return the share in the path; /filesystems/NAME may name a LUN here (API reference 10.3)."""
    if "lun" in call.path:
        return call.project.lun(call.path["lun"])
    return call.project.share(call.path["filesystem"])


def get_inheritance(call: Call) -> Reply:
    """API reference 10.3."""
    return ok(replication={"inherited": _share_anyhow(call).inherits_replication})


def set_inheritance(call: Call) -> Reply:
    """API reference 10.3."""
    share = _share_anyhow(call)
    inherited = one_argument(call.body, _INHERITED)
    call.appliance.replication.set_inherited(share, inherited)
    return accepted(replication={"inherited": share.inherits_replication})


_FLAT = "storage/replication/actions"
_PROJECT = "storage/pools/{pool}/projects/{project}"


def _action_routes(base: str, feature: str | None) -> list[Route]:
    one = f"{base}/{{action}}"
    return [
        Route("GET", one, get_action, "Show a replication action", feature),
        Route("PUT", one, modify_action, "Modify a replication action", feature),
        Route("DELETE", one, delete_action, "Delete a replication action", feature),
        Route("PUT", f"{one}/sendupdate", send_update, "Begin an update", feature),
        Route("PUT", f"{one}/cancelupdate", cancel_update, "Break off an update", feature),
    ]


def _context_routes(base: str) -> list[Route]:
    path, feature = f"{base}/replication/actions", "share_replication"
    return [
        Route("GET", path, list_context_actions, "List replication actions", feature),
        Route("POST", path, create_context_action, "Create a replication action", feature),
        *_action_routes(path, feature),
    ]


def _inheritance_routes(base: str, feature: str | None) -> list[Route]:
    path = f"{base}/replication"
    return [
        Route("GET", path, get_inheritance, "Show whether replication is inherited", feature),
        Route("PUT", path, set_inheritance, "Inherit replication or not", feature),
    ]


_FILESYSTEM, _LUN = SHARE_BASES
# Where actions are found, and the release difference that must hold for it.
ACTION_BASES: tuple[tuple[str, str | None], ...] = (
    (_FLAT, None),
    *((f"{base}/replication/actions", "share_replication") for base in (_PROJECT, *SHARE_BASES)),
)
ROWS: tuple[Route | Row, ...] = (
    TARGETS,
    Route("GET", _FLAT, list_actions, "List replication actions"),
    Route("POST", _FLAT, create_action, "Create a replication action"),
    *_action_routes(_FLAT, None),
    *(route for base in (_PROJECT, *SHARE_BASES) for route in _context_routes(base)),
    *_inheritance_routes(_FILESYSTEM, None),
    *_inheritance_routes(_LUN, "share_replication"),
)
