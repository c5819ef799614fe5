# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subset `manageable` of `zfssa_info`: who manages each LUN, whether it can be taken under management, and why not.

Clones may be in any project of the pool, so that all LUNs are read. Whether a LUN takes part in the replication of its project
only the LUN itself tells (API reference 10.3): that is asked for those that the user wants to see, and only where a whole
project is replicated.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..engine._read import Reader, unwrap
from ..engine._types import Record
from ..kinds.lun._manageable import clones_by_origin, facts_of, judged
from ..kinds.lun._table import LUN
from ..kinds.lun._views import LUNS
from ..kinds.replication._inherited import read_inherited
from ..kinds.replication._package_history import labelled
from ..kinds.replication._scope import ACTIONS, TARGETS, Scope
from ..kinds.replication._table import ACTION, told_of
from ..values._wire import clear, cleared, is_clear
from ._info_filter import Filter

_VERSION = "/api/system/v1/version"
_NAMES = ("pool", "project", "name")


def manageable(reader: Reader, wanted: Filter) -> list[Record]:
    """Judge each LUN that the user wants to see."""
    everything = [LUN.told(wire) for wire in wanted.items(reader, LUNS, LUN.plural)]
    shown = [lun for lun in everything if wanted.passes(**{key: lun[key] for key in _NAMES}) and _is_named(lun, wanted)]
    if not shown:
        return []
    clones = clones_by_origin(everything)
    actions = _actions(reader, wanted)
    node = str(unwrap(reader.get(_VERSION) or {}, "version").get("nodename") or "")
    return [
        judged(
            facts_of(
                lun,
                clones.get((lun["pool"], lun["project"], lun["name"]), ()),
                _peers(reader, lun, actions),
                node,
            )
        )
        for lun in shown
    ]


def _is_named(lun: Record, wanted: Filter) -> bool:
    """Whether a LUN has names, without which nothing can be said of it."""
    named = all(is_clear(lun[key]) and lun[key] for key in _NAMES)
    if not named:
        wanted.left_out.append(cleared({key: lun[key] for key in _NAMES}, [], as_it_came=True))
    return named


def _actions(reader: Reader, wanted: Filter) -> list[Record]:
    """The replication actions, with the labels of their targets."""
    wires = wanted.items(reader, ACTIONS, "actions")
    targets = wanted.items(reader, TARGETS, "targets") if wires else []
    return [labelled(told_of(ACTION, wire), targets) for wire in wires]


def _peers(reader: Reader, lun: Record, actions: Iterable[Record]) -> list[str]:
    """The labels of the peers to which a LUN is sent, by itself or with its project."""
    here = [one for one in actions if (clear(one["pool"]), clear(one["project"])) == (lun["pool"], lun["project"])]
    own = [one for one in here if clear(one["lun"]) == lun["name"]]
    with_project = [one for one in here if is_clear(one["lun"]) and not one["lun"]]
    if with_project:
        inherited = read_inherited(reader, Scope(lun["pool"], lun["project"], lun["name"]), reader.release, told=True)
        # Where nobody tells, it is taken to be sent.
        with_project = with_project if not is_clear(inherited) or inherited is not False else []
    return [str(clear(one["target"]) or "a peer") for one in (*own, *with_project)]
