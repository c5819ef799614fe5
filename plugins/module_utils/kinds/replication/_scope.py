# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What replication sends, and where an appliance tells of it: API reference 10.

It is apart from the tables for those who only want to know whether something is replicated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...engine._resource import Property
from ...values._names import segment
from ...values._release import Release
from ...values._types import Flag
from ...values._wire import Unclear, Wanted, Wire
from ..pool._pools import STORAGE, project_path, share_label

_ROOT = f"{STORAGE}/replication"
ACTIONS = f"{_ROOT}/actions"
TARGETS = f"{_ROOT}/targets"
SOURCES = f"{_ROOT}/sources"
FLAT_PACKAGES = f"{_ROOT}/packages"

# What messages call an action, and its state while it sends nothing.
ACTION_TITLE = "replication action"
IDLE = "idle"


def action_path(action_id: str) -> str:
    """Path of an action."""
    return f"{ACTIONS}/{segment(action_id)}"


@dataclass(frozen=True)
class Scope:
    """What an action sends: a LUN, or a whole project when `lun` is `None`."""

    pool: str
    project: str
    lun: str | None

    @property
    def label(self) -> str:
        """What messages call it: `LUN tank/proj-a/lun-a`."""
        place = (self.pool, self.project)
        return share_label("project", *place) if self.lun is None else share_label("lun", *place, self.lun)

    def inheritance_path(self, release: Release) -> str:
        """Path of the flag that says whether the LUN takes part in its project's replication (API reference 10.3)."""
        shares = "luns" if release.has("lun_replication_path") else "filesystems"
        return f"{project_path(self.pool, self.project)}/{shares}/{segment(self.lun or '')}/replication"

    @property
    def wanted(self) -> Wanted:
        """What an action, as the appliance gives it, has that sends just this."""
        return {
            "pool": (self.pool,),
            "project": (self.project,),
            "share": (None, "") if self.lun is None else (self.lun,),
        }


def known_as(target: Mapping[str, Any]) -> set[str]:
    """All by which actions may refer to a replication target (API reference 10.2, 12.17)."""
    names = (target.get(key) for key in ("label", "asn", "target", "hostname"))
    return {name for name in names if name and isinstance(name, str)}


def peer_label(targets: Iterable[Wire], known: str) -> str:
    """The label of the replication target that an action refers to: some releases show another name of it.

    Args:
        targets: all of them, as the appliance gives them.
        known: what the action has; it stays where no target is known as that.
    """
    labels = (target.get("label") for target in targets if known in known_as(target))
    return next((label for label in labels if isinstance(label, str)), known)


_INHERITED = Property("inherited", "inherited", Flag(), decided=True)


def inherited_flag(body: Wire | None, label: str) -> bool | None:
    """The flag of `Scope.inheritance_path`, with or without an envelope; `None` where the appliance gives none.

    Args:
        body: the answer.
        label: what the flag is of, as messages call it.

    Raises:
        NotUnderstood: it is neither true nor false.
    """
    inherited = told_inherited(body, label)
    return None if inherited is None else bool(inherited)


def told_inherited(body: Wire | None, label: str) -> Any:
    """The same for somebody who decides nothing: it may be unclear."""
    inner = (body or {}).get("replication", body or {})
    if not isinstance(inner, dict):
        return Unclear(("replication", inner), label, inner, decided=True)
    return _INHERITED.from_wire(inner, label)
