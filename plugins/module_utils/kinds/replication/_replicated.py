# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is replicated, for what cannot be done with it then: API reference 10.2 and 10.3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from ...engine._read import read_list
from ...engine._types import Pages
from ...values._errors import ApplianceError, PlanRefused
from ...values._names import shown
from ...values._wire import Wire, found_by
from ._planned import read_actions_of, read_flag
from ._scope import ACTION_TITLE, IDLE, TARGETS, Scope, peer_label, told_inherited


def read_replications(pages: Pages, pool: str, project: str, lun: str | None, besides: str = "") -> list[str]:
    """Name the replication actions that go with a LUN, or with a project and all that is in it.

    Args:
        lun: its name; `None` for the whole project.
        besides: id of an action that does not count.
    """
    wanted: dict[str, tuple[str | None, ...]] = {"pool": (pool,), "project": (project,)}
    if lun is not None:
        wanted["share"] = (lun,)
    shares = () if lun is None else (lun,)
    found = found_by(read_actions_of(pages, pool, project, *shares), wanted, ACTION_TITLE)
    actions = [wire for wire in found if wire.get("id") != besides]
    targets = read_list(pages, TARGETS, "targets") if actions else []
    return [
        _label(wire, targets) + (f" of LUN {wire['share']}" if not lun and wire.get("share") else "")
        for wire in actions
    ]


def _label(action: Wire, targets: list[Wire]) -> str:
    return f"replication to {peer_label(targets, str(action.get('target')))}"


@dataclass(frozen=True)
class NotReplicated:
    """A LUN has no replication action of its own.

    Attributes:
        pool, project, lun: its names.
        besides: id of an action that is removed before.
    """

    pool: str
    project: str
    lun: str
    besides: str = ""

    def __call__(self, pages: Pages) -> None:
        found = read_replications(pages, self.pool, self.project, self.lun, self.besides)
        if found:
            raise PlanRefused(
                f"{Scope(self.pool, self.project, self.lun).label} has {shown(found)} of its own",
                advice="remove it first with zfssa_replication and state=absent",
            )


@dataclass(frozen=True)
class NoUpdateRunning:
    """No update is running that reads a share, or anything of a project: the appliance then neither destroys it, nor rolls it
    back, nor moves it.

    Attributes:
        pool, project: its names.
        share: its name; `None` for the project with all that is in it.
        flag_path: path of the flag that says whether the share takes part in the replication of its project.
    """

    pool: str
    project: str
    share: str | None = None
    flag_path: str = ""

    def __call__(self, pages: Pages) -> None:
        wanted = {"pool": (self.pool,), "project": (self.project,)}
        shares = () if self.share is None else (self.share, None)
        actions = found_by(read_actions_of(pages, self.pool, self.project, *shares), wanted, ACTION_TITLE)
        running = [wire for wire in actions if wire.get("state") not in (None, IDLE) and self._reads(wire, pages)]
        if running:
            refuse_running(_label(running[0], read_list(pages, TARGETS, "targets")))

    def _reads(self, action: Wire, pages: Pages) -> bool:
        """Whether an action of the project sends the share."""
        if self.share is None or action.get("share"):
            return self.share in (None, action.get("share"))
        scope = Scope(self.pool, self.project, self.share)
        try:
            return told_inherited(read_flag(pages, scope, self.flag_path), self.share) is not False
        except ApplianceError:
            # What cannot be looked up is as it is by itself: a share takes part.
            return True


def refuse_running(label: str) -> NoReturn:
    """Refuse what cannot be done while an update is running.

    Args:
        label: the replication, as messages call it, such as `replication to west`.

    Raises:
        PlanRefused: always.
    """
    raise PlanRefused(
        f"an update of the {label} is running",
        advice="cancel it with zfssa_replication_update and state=cancelled, or wait until it has ended",
    )
