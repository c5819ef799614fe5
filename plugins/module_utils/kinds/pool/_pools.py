# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools, and which node of a cluster serves them: API reference 3 and 12.12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...engine._read import names_in, read_list, unwrap
from ...engine._types import Pages
from ...values._errors import PlanRefused
from ...values._names import segment
from ...values._wire import Wire, label_of, text

STORAGE = "/api/storage/v1"
POOLS = f"{STORAGE}/pools"
# Template of the path of a project, below which its LUNs, filesystems and snapshots are.
PROJECT = f"{POOLS}/{{pool}}/projects/{{project}}"
# The status of a pool that the other node of the cluster serves.
EXPORTED = "exported"


def pool_path(pool: object) -> str:
    """The path of a pool."""
    return f"{POOLS}/{segment(pool)}"


def project_path(pool: object, project: object) -> str:
    """The path of a project."""
    return PROJECT.format(pool=segment(pool), project=segment(project))


def share_label(kind: str, *names: str) -> str:
    """What messages call a project, LUN or filesystem: `LUN tank/proj-a/lun-a`.

    Args:
        kind: `project`, `lun` or `filesystem`.
        names: its own, after those of what it is in.
    """
    return f"{'LUN' if kind == 'lun' else kind} {'/'.join(names)}"


def is_exported(pool: Wire) -> bool:
    """Whether a pool, as the appliance gives it, is the peer's, so that nothing in it is seen here (API reference 12.12).

    Raises:
        NotUnderstood: its status does not tell.
    """
    return text(pool, "status", label_of(pool, "pool")) == EXPORTED


def owner_of(pools: Sequence[Wire]) -> str:
    """The node of the cluster that owns exported pools, a description where the appliance does not name it."""
    owners = (text(wire, "owner", label_of(wire, "pool")) for wire in pools)
    return next(filter(None, owners), "the other node")


def read_pool(reader: Pages, pool: str) -> Wire | None:
    """Read a pool, which must belong to the node that answers: the other one finds nothing of what is in it.

    Returns:
        It as the appliance gives it, `None` when it does not exist.

    Raises:
        PlanRefused: the peer owns it (API reference 12.12).
    """
    body = reader.get(f"{POOLS}/{segment(pool)}")
    if body is None:
        return None
    wire = {"name": pool, **unwrap(body, "pool", f"pool {pool}")}
    if is_exported(wire):
        raise peer_has(pool, wire)
    return wire


def peer_has(pool: str, wire: Wire) -> PlanRefused:
    """Make the refusal for a pool that the other node of the cluster serves."""
    owner = owner_of([wire])
    return PlanRefused(f"pool {pool} belongs to {owner} of this cluster", advice=f"set host to {owner}")


def no_such_pool(pool: str, pools: Sequence[Wire]) -> PlanRefused:
    """Make the refusal for a pool that does not exist, with the names of those that do."""
    return PlanRefused(f"pool {pool} does not exist", advice=f"use one of the appliance's pools: {names_in(pools)}")


def require_pool(reader: Pages, pool: str) -> Wire:
    """Read a pool that must be there and belong to the node that answers.

    Raises:
        PlanRefused: it does not exist (the message names those that do), or the peer owns it.
    """
    wire = read_pool(reader, pool)
    if wire is None:
        raise no_such_pool(pool, read_list(reader, POOLS, "pools"))
    return wire


def require_any_pool(reader: Pages) -> None:
    """Find out that the node that answers has pools at all, for what may be in any of them.

    Raises:
        PlanRefused: the peer owns them all, as after a takeover.
    """
    pools = read_list(reader, POOLS, "pools")
    if pools and all(map(is_exported, pools)):
        owner = owner_of(pools)
        raise PlanRefused(f"all pools belong to {owner} of this cluster", advice=f"set host to {owner}")


@dataclass(frozen=True)
class PoolServedHere:
    """A pool is there, and the node that answers serves it: only then an object that it does not find does not exist."""

    pool: str

    def __call__(self, pages: Pages) -> None:
        require_pool(pages, self.pool)


def served_here(names: Mapping[str, Any]) -> tuple[PoolServedHere, ...]:
    """What must hold so that an object with these names does not exist when it is not found."""
    return (PoolServedHere(str(names["pool"])),) if names.get("pool") else ()
