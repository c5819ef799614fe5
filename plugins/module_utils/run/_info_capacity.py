# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subset `capacity` of `zfssa_info`: how full pools and projects are, and what they have promised, as plain numbers.

API reference 3, 4 and 16.5. Bytes are whole numbers and ratios floats. What the appliance does not tell, or nobody can
understand, is `None`, and so is what would be computed from it. What an appliance counts as used by a pool is not always the
sum of its parts, so that none of these numbers is made of the others of a pool.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ..engine._read import Reader, unwrap
from ..engine._types import Record
from ..kinds.pool._pools import EXPORTED, POOLS, STORAGE
from ..values._names import segment
from ..values._types import Amount, Flag, Limit, Ratio, Value, Word
from ..values._wire import Unclear, Wire, clear, is_clear, label_of
from ._info_filter import Filter

CLUSTER = "/api/hardware/v1/cluster"


class _Bytes(Amount):
    """A number of bytes to compute with: no appliance has more than fit into 63 bits."""

    def from_wire(self, value: Any) -> Any:
        amount = super().from_wire(value)
        if amount is not None and amount > self.most:
            raise ValueError("no size")
        return amount


_BYTES, _LIMIT, _RATIO, _TEXT = _Bytes(), Limit(), Ratio(), Word()
# What is told of a place -> the keys of the appliance, for a pool those in its `usage`.
_OF_POOL = {
    "total": "total",
    "used": "used",
    "available": "available",
    "free": "free",
    "used_data": "usage_data",
    "used_snapshots": "usage_snapshots",
    "used_replication": "usage_replication",
}
_OF_PROJECT = {
    "used": "space_total",
    "available": "space_available",
    "used_data": "space_data",
    "used_snapshots": "space_snapshots",
}


def gather_capacity(reader: Reader, wanted: Filter) -> Record:
    """Read pools, projects, LUNs and the cluster, a request for each, and sum up; values that are unclear stay so."""
    luns = _Luns(wanted.items(reader, f"{STORAGE}/luns", "luns"))
    path = f"{POOLS}/{segment(wanted.pool)}/projects" if wanted.literal("pool") else f"{STORAGE}/projects"
    projects = [_project(wire, wanted, luns) for wire in wanted.items(reader, path, "projects")]
    peer = _peer(reader)
    pools = [
        _pool(wire, peer, projects, luns)
        for wire in wanted.items(reader, POOLS, "pools")
        if wanted.passes(pool=wire.get("name"))
    ]
    # As in the list of projects, `project` and `name` both say which.
    shown = [
        one
        for one in projects
        if wanted.passes(pool=_raw(one["pool"]), project=_raw(one["name"]))
        and (wanted.project is not None or wanted.passes(name=_raw(one["name"])))
    ]
    return {"pools": pools, "projects": shown}


def _read(value: Value, wire: Mapping[str, Any], key: str, label: str) -> Any:
    """A value of what the appliance gave; `None` where it gave none."""
    raw = wire.get(key)
    try:
        return value.from_wire(raw)
    except ValueError:
        return Unclear((key, raw), label, raw)


def _raw(value: Any) -> Any:
    """A name for a filter, which leaves out what is none."""
    return value if is_clear(value) else 0


def _sum(values: Iterable[Any]) -> Any:
    """The sum of numbers; nothing where one of them is not known, and what is unclear where one of them is."""
    values = list(values)
    for value in values:
        if not is_clear(value):
            return value
    return None if None in values else sum(values)


def _ratio(part: Any, whole: Any) -> Any:
    """How many times as large as the whole a part is."""
    for value in (part, whole):
        if not is_clear(value):
            return value
    return part / whole if part is not None and whole else None


def _peer(reader: Reader) -> Record:
    """The other node of the cluster."""
    body = reader.get(CLUSTER)
    wire = {} if body is None else unwrap(body, "cluster")
    told = {key: _read(_TEXT, wire, key, "the cluster") for key in ("peer_hostname", "peer_state")}
    # An appliance that stands alone has empty texts there.
    return {key: value if not is_clear(value) or value else None for key, value in told.items()}


def _pool(wire: Wire, peer: Record, projects: Iterable[Record], luns: _Luns) -> Record:
    """What is told of a pool; of one that the other node serves hardly more than that."""
    label = label_of(wire, "pool")
    name, status, profile, owner = (_read(_TEXT, wire, key, label) for key in ("name", "status", "profile", "owner"))
    served = status != EXPORTED if is_clear(status) and status is not None else status
    usage = wire.get("usage") or {}
    told = _told_of_usage(usage, label) if isinstance(usage, dict) else _unclear_usage(usage, label)
    if told["used_reservations"] is None and served is True:
        # Software that does not tell it of a pool tells it of what is in there.
        told["used_reservations"] = _sum(
            one["used_reservations"] for one in projects if not is_clear(one["pool"]) or one["pool"] == name
        )
    volumes = luns.provisioned(name) if clear(served) is True and is_clear(name) else _unknown(served)
    return {
        "name": name,
        "status": status,
        "profile": profile,
        "owner": owner,
        "served_here": served,
        **peer,
        **told,
        **volumes,
        "oversubscription": _ratio(volumes["provisioned"], told["total"]),
    }


def _told_of_usage(usage: Mapping[str, Any], label: str) -> Record:
    kept = [_read(_BYTES, usage, key, label) for key in ("usage_reservation", "usage_child_reservation")]
    return {
        **{option: _read(_BYTES, usage, key, label) for option, key in _OF_POOL.items()},
        "used_reservations": _sum(kept),
        "compression_ratio": _read(_RATIO, usage, "compression", label),
        "dedup_ratio": _read(_RATIO, usage, "dedupratio", label),
    }


def _unclear_usage(usage: Any, label: str) -> Record:
    unclear = Unclear(("usage", usage), label, usage)
    return dict.fromkeys(_told_of_usage({}, label), unclear)


def _project(wire: Wire, wanted: Filter, luns: _Luns) -> Record:
    """What is told of a project, which has no size of its own: it may grow to what is available to it."""
    if wanted.literal("pool") and wire.get("pool", "") == "":
        # Its path has the name.
        wire = {**wire, "pool": wanted.pool}
    label = label_of(wire, "project")
    pool, name = (_read(_TEXT, wire, key, label) for key in ("pool", "name"))
    told = {option: _read(_BYTES, wire, key, label) for option, key in _OF_PROJECT.items()}
    own, of_shares = (_read(_BYTES, wire, key, label) for key in ("space_unused_res", "space_unused_res_shares"))
    # What its shares may take of its own reservation is available to them, and counts as used.
    total = _sum((told["available"], told["used"], own if not is_clear(own) or own is None else -own))
    volumes = luns.provisioned(pool, name) if is_clear(pool) and is_clear(name) else _unknown(pool)
    return {
        "pool": pool,
        "name": name,
        "total": total,
        **told,
        "free": _sum((told["available"], of_shares)),
        "used_reservations": _sum((own, of_shares)),
        "quota": _read(_LIMIT, wire, "quota", label),
        "reservation": _read(_BYTES, wire, "reservation", label),
        **volumes,
        "oversubscription": _ratio(volumes["provisioned"], total),
        "compression_ratio": _read(_RATIO, wire, "compressratio", label),
        # Data is deduplicated across a whole pool.
        "dedup_ratio": None,
    }


def _unknown(because: Any) -> Record:
    """Sums of LUNs of which nobody knows that they are all there are."""
    return dict.fromkeys(
        ("provisioned", "provisioned_thin", "provisioned_thick"), None if is_clear(because) else because
    )


class _Luns:
    """The sizes of LUNs by the place that they are in."""

    def __init__(self, wires: Iterable[Wire]) -> None:
        # By pool, by pool and project, and, without either, those that may be anywhere.
        self._sizes: defaultdict[tuple[str, ...], list[tuple[Any, Any]]] = defaultdict(list)
        for wire in wires:
            self._add(wire)

    def _add(self, wire: Wire) -> None:
        label = label_of(wire, "LUN")
        size, sparse = _read(_BYTES, wire, "volsize", label), _read(Flag(), wire, "sparse", label)
        pool, project = (_read(_TEXT, wire, key, label) for key in ("pool", "project"))
        if not isinstance(pool, str):
            self._sizes[()].append((pool, pool))
            return
        self._sizes[(pool,)].append((size, sparse))
        if isinstance(project, str):
            self._sizes[(pool, project)].append((size, sparse))
        else:
            self._sizes[(pool, "")].append((project, project))

    def provisioned(self, *place: str) -> Record:
        """The sizes of all LUNs in a pool, or in a project of it, thin and thick ones apart."""
        unsure = [*self._sizes.get((), ()), *(self._sizes.get((place[0], ""), ()) if len(place) > 1 else ())]
        sizes = [*unsure, *self._sizes.get(place, ())]
        return {
            "provisioned": _sum(size for size, _sparse in sizes),
            "provisioned_thin": _sum(_part(size, sparse, True) for size, sparse in sizes),
            "provisioned_thick": _sum(_part(size, sparse, False) for size, sparse in sizes),
        }


def _part(size: Any, sparse: Any, thin: bool) -> Any:
    """What a LUN adds to those that are thin, or that are not."""
    if not is_clear(sparse) or sparse is None:
        return sparse
    return size if sparse is thin else 0
