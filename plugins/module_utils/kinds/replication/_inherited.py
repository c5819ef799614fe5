# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flag of a LUN that says whether it takes part in the replication of its project; API reference 10.3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...engine._outcome import Seen
from ...engine._plan import Item, Step, unchanged
from ...engine._read import Reader, is_planning
from ...engine._relations import Precondition
from ...engine._types import Pages
from ...values._errors import NO_SUCH_METHOD, ApplianceError, InvalidInput, PlanRefused
from ...values._release import Release
from ._planned import read_flag
from ._replicated import NotReplicated, NoUpdateRunning
from ._route import key_of, require_sent, scope_of
from ._scope import Scope, inherited_flag, told_inherited


def read_inherited(pages: Pages, scope: Scope, release: Release, *, told: bool = False) -> Any:
    """Read whether a LUN takes part in the replication of its project.

    Args:
        told: whether it is for somebody who decides nothing.

    Returns:
        The flag; `None` when there is no such LUN, or the appliance can set the flag but not tell it.

    Raises:
        NotUnderstood: the appliance tells something else, and somebody decides on it.
    """
    try:
        body = read_flag(pages, scope, scope.inheritance_path(release))
        return told_inherited(body, scope.label) if told else inherited_flag(body, scope.label)
    except ApplianceError as error:
        if error.status in NO_SUCH_METHOD:
            return None
        raise


@dataclass(frozen=True)
class OnItsOwn:
    """A LUN takes no part in the replication of its project, so that it can have one of its own (API reference 10.3)."""

    scope: Scope
    release: Release

    def __call__(self, pages: Pages) -> None:
        if read_inherited(pages, self.scope, self.release):
            raise PlanRefused(
                f"{self.scope.label} takes part in the replication of its project, so it cannot have an action of its own",
                advice="set inherited to false in this task",
            ).about("inherited")


def plan_flag_alone(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan the flag of a LUN that no update reads at that moment."""
    return replace(plan_flag(reader, options, alone=True), key=key_of(scope_of(options), "inherited"))


def plan_flag(
    reader: Reader, options: Mapping[str, Any], removed: str = "", *, on_its_own: bool = False, alone: bool = False
) -> Item:
    """Plan the flag of a LUN.

    Args:
        removed: id of the action that the same task removes before.
        on_its_own: whether the LUN has an action of its own and keeps it, so that it takes no part where nobody tells.
        alone: whether the task is about nothing else.
    """
    wanted = options.get("inherited")
    if wanted is None:
        return unchanged({"action": None, "inherited": None})
    scope = scope_of(options)
    if scope.lun is None:
        raise InvalidInput("inherited needs lun, which is not given", advice="give lun, or leave it out").about(
            "inherited"
        )
    path = scope.inheritance_path(reader.release)
    current = read_inherited(reader, scope, reader.release)
    if current is None and on_its_own:
        current = False
    elif current is None:
        require_sent(reader, scope)
    before = {"action": None, "inherited": current}
    if current == wanted:
        return unchanged(before)
    preconditions: tuple[Precondition, ...] = ()
    if wanted:
        preconditions = (NotReplicated(scope.pool, scope.project, scope.lun, removed),)
    if alone or is_planning(reader):
        # A task that makes an action leaves it to the appliance, which is asked once less.
        preconditions = (*preconditions, NoUpdateRunning(scope.pool, scope.project, scope.lun, path))
    step = Step(
        verb="switch on" if wanted else "switch off",
        label=f"inherited replication of {scope.label}",
        method="PUT",
        path=path,
        body={"inherited": wanted},
        outcome=Seen(
            probe=path,
            done=lambda body: inherited_flag(body, scope.label) == wanted,
            giving=lambda _body: {"inherited": wanted},
        ),
        preconditions=preconditions,
    )
    return Item((step,), before, {**before, "inherited": wanted})
