# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that tasks and documents describe, each loaded when somebody asks for it.

A module that runs as a process of its own compiles all that it imports, so that it loads no kind that its task is not about. The
imports are statements all the same: by these Ansible finds what it has to send along with a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..engine._kind import Kind


def _schema() -> Mapping[str, Kind]:
    from .schema._kind import SCHEMA

    return {"schema": SCHEMA}


def _projects() -> Mapping[str, Kind]:
    from .project._kind import PROJECT

    return {"projects": PROJECT}


def _san() -> Mapping[str, Kind]:
    from .san._kind import INITIATOR, INITIATOR_GROUP, TARGET, TARGET_GROUP

    return {
        "initiators": INITIATOR,
        "initiator_groups": INITIATOR_GROUP,
        "targets": TARGET,
        "target_groups": TARGET_GROUP,
    }


def _luns() -> Mapping[str, Kind]:
    from .lun._kind import LUN

    return {"luns": LUN}


def _snapshots() -> Mapping[str, Kind]:
    from .snapshot._kind import SNAPSHOT

    return {"snapshots": SNAPSHOT}


def _peers() -> Mapping[str, Kind]:
    from .replication._target import PEERS

    return {"replication_targets": PEERS}


def _replications() -> Mapping[str, Kind]:
    from .replication._action_kind import REPLICATION

    return {"replication_actions": REPLICATION}


class _Kinds(Mapping[str, Kind]):
    """Kinds by their names, loaded on demand.

    Args:
        loaders: what loads each.
    """

    def __init__(self, loaders: Mapping[str, Callable[[], Mapping[str, Kind]]]) -> None:
        self._loaders = loaders

    def __getitem__(self, name: str) -> Kind:
        return self._loaders[name]()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaders)

    def __len__(self) -> int:
        return len(self._loaders)


# By the names of their subsets of `zfssa_info`. Each may need those before it, and none of those after it.
KINDS: Mapping[str, Kind] = _Kinds(
    {
        "schema": _schema,
        "projects": _projects,
        "initiators": _san,
        "initiator_groups": _san,
        "targets": _san,
        "target_groups": _san,
        "luns": _luns,
        "snapshots": _snapshots,
        "replication_targets": _peers,
        "replication_actions": _replications,
    }
)
# What documents call otherwise than the subsets of `zfssa_info`.
IN_DOCUMENTS: Mapping[str, str] = {"replication_actions": "replications"}
