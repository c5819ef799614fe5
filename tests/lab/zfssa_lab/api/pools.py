"""Endpoints of storage pools (API reference 3)."""

from __future__ import annotations

from zfssa_lab.api.arguments import refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, no_content, ok
from zfssa_lab.api.cluster import exported_pools
from zfssa_lab.api.records import pool_record
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import NotImplementedHere
from zfssa_lab.model.project import Pool
from zfssa_lab.model.properties import Property, Table

THRESHOLD = Table(Property("LBPthreshold", "integer", 0, high=100, required=True), read_only=("href",))


def _detail(call: Call, pool: Pool) -> Record:
    """Return a pool with what only its own page shows: its errors, and the latest scrub if there was any."""
    record: Record = {**pool_record(call.view, pool), "errors": []}
    if pool.scrub.began is not None:
        record["scrub"] = _scrub(call, pool)
    return record


def _scrub(call: Call, pool: Pool) -> Record:
    view, scrub = call.view, pool.scrub
    record: Record = {
        "type": "everything",
        "complete": not scrub.running,
        "op_start": view.stamp(scrub.began),
        "examined": scrub.examined,
        "errors": 0,
        "repaired": 0,
    }
    if scrub.ended is not None:
        record["last_end"] = view.stamp(scrub.ended)
    return record


def list_pools(call: Call) -> Reply:
    """Those that this head serves, and those of its peer (API reference 3 and 12.12)."""
    served = [pool_record(call.view, pool) for pool in call.appliance.pools.values()]
    return ok(pools=[*served, *exported_pools(call.appliance)])


def get_pool(call: Call) -> Reply:
    """API reference 3; one that the peer serves is shown, and nothing below it (12.12)."""
    for record in exported_pools(call.appliance):
        if record["name"] == call.path["pool"]:
            return ok(pool=record)
    return ok(pool=_detail(call, call.pool))


def start_scrub(call: Call) -> Reply:
    """Read all data of the pool once; it goes on after the answer (API reference 3, 1.9)."""
    pool = call.pool
    refuse_arguments(call.body)
    data, snapshots, _unused, _own = pool.ledger.sum
    pool.scrub.start(data + snapshots + pool.replication_space)
    return accepted(pool=_detail(call, pool))


def stop_scrub(call: Call) -> Reply:
    """API reference 3."""
    call.pool.scrub.stop()
    return no_content()


def _threshold(call: Call) -> Record:
    pool = call.pool
    return {"LBPthreshold": pool.provisioning_threshold, "href": call.view.href("pools", pool.name, "LBPthreshold")}


def get_threshold(call: Call) -> Reply:
    """Logical block provisioning: at which percentage of the pool hosts are warned; 0 is off (API reference 3)."""
    return ok(LBPthreshold=_threshold(call))


def modify_threshold(call: Call) -> Reply:
    """API reference 3."""
    pool = call.pool
    pool.provisioning_threshold = call.arguments(THRESHOLD).get("LBPthreshold", pool.provisioning_threshold)
    return accepted(LBPthreshold=_threshold(call))


def not_offered(call: Call) -> Reply:
    """Refuse what would need disks: to make, change, import or unconfigure a pool."""
    if "pool" in call.path:
        call.appliance.pool(call.path["pool"])
    raise NotImplementedHere(f"{call.path['verb']} of a storage pool")


def _refused(method: str, template: str, verb: str, feature: str | None = None) -> Route:
    return Route(method, template, not_offered, f"Refuse to {verb} a pool", feature, {"verb": verb})


_POOLS = "storage/pools"
_POOL = f"{_POOLS}/{{pool}}"
_THRESHOLD = f"{_POOL}/LBPthreshold"
ROWS = (
    Route("GET", _POOLS, list_pools, "List pools"),
    Route("GET", _POOL, get_pool, "Show a pool"),
    Route("PUT", f"{_POOL}/scrub", start_scrub, "Start a scrub"),
    Route("DELETE", f"{_POOL}/scrub", stop_scrub, "Stop a scrub"),
    Route("GET", _THRESHOLD, get_threshold, "Show the provisioning threshold", "pool_details"),
    Route("PUT", _THRESHOLD, modify_threshold, "Set the provisioning threshold", "pool_details", table=THRESHOLD),
    _refused("POST", _POOLS, "configure"),
    _refused("PUT", _POOL, "change"),
    _refused("DELETE", _POOL, "unconfigure"),
    _refused("PUT", f"{_POOL}/edit", "edit", "pool_details"),
    _refused("GET", "storage/import", "import", "pool_details"),
    _refused("POST", "storage/import", "import", "pool_details"),
)
