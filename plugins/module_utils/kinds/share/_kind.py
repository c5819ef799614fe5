# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What projects and shares (LUNs, filesystems) have in common: their place, their dependents, and how they move.

API reference 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...engine._kind import Found, Kind, Request
from ...engine._plan import Item
from ...engine._planner import plan_rename
from ...engine._read import Effect, Reader, is_planning
from ...engine._relations import Precondition
from ...engine._types import Identity, Pages, Record
from ...values._release import Release
from ..pool._pools import require_pool
from ..project._capacity import QuotaForShare
from ..project._lookup import require_project
from ..replication._replicated import NotReplicated, NoUpdateRunning
from ..replication._scope import Scope
from ._dying import dying_with
from ._inheritance_on_move import inherited_elsewhere, keeping_wanted


class Storage(Kind):
    """What is in a pool, and may hold snapshots, clones and replication."""

    def parent(self, reader: Reader, identity: Identity) -> Record | None:
        require_pool(reader, identity["pool"])
        return None

    def found_in(self, reader: Pages, projects: Iterable[tuple[str, str]]) -> list[Identity]:
        return self.named_in(reader, [{"pool": pool} for pool in dict.fromkeys(pool for pool, _project in projects)])

    def idle(self, identity: Identity, release: Release) -> NoUpdateRunning:
        """What must hold of replication so that an object can be destroyed or moved."""
        return NoUpdateRunning(identity["pool"], identity["name"])

    def effects(self, reader: Reader, request: Request, change: Effect) -> tuple[Effect, ...]:
        """What becomes of it, and of the LUNs that go with it where the user has given them up."""
        if change.before is None or change.after is not None or not request.allowed["force"]:
            return (change,)
        dying = dying_with(reader, [self.resource.path(self.resource.identity_of(change.before))])
        return (change, *dying, *self.origins_elsewhere(reader, change.before, dying))

    def origins_elsewhere(self, reader: Reader, record: Record, dying: Iterable[Effect]) -> tuple[Effect, ...]:
        """What becomes of snapshots in other projects from which LUNs were made that go with a project."""
        if "project" in self.resource.scope:
            return ()

        # Most plans remove no project.
        from ..lun._origins import origins_after

        found = [effect for one in dying for effect in origins_after(reader, one.before, -1)]
        return tuple(one for one in found if (one.before or {}).get("project") != record["name"])

    def plan_absent(self, reader: Reader, request: Request, found: Found) -> Item:
        if found.record is None:
            return super().plan_absent(reader, request, found)

        # Most tasks remove nothing.
        from ._removal import plan_removal

        return plan_removal(reader, self.resource, request, found, self.idle(found.identity, reader.release))


class Share(Storage):
    """What is in a project, inherits its settings, and can be moved to another one."""

    def found_in(self, reader: Pages, projects: Iterable[tuple[str, str]]) -> list[Identity]:
        return self.named_in(reader, [{"pool": pool, "project": project} for pool, project in projects])

    def parent(self, reader: Reader, identity: Identity) -> Record | None:
        return require_project(reader, identity["pool"], identity["project"])

    def idle(self, identity: Identity, release: Release) -> NoUpdateRunning:
        scope = Scope(identity["pool"], identity["project"], identity["name"])
        return NoUpdateRunning(scope.pool, scope.project, scope.lun, scope.inheritance_path(release))

    def plan_renamed(self, reader: Reader, request: Request, found: Found) -> Item:
        """Plan that a share gets its values, and other names after that; it keeps what is wanted where it would inherit."""
        resource, identity, goal = self.resource, found.identity, request.goal
        if goal["project"] == identity["project"]:
            return super().plan_renamed(reader, request, found)
        current = found.record or {}
        project = require_project(reader, goal["pool"], goal["project"])
        plan = self.plan_changed(reader, request, found)
        to_move: tuple[Precondition, ...] = (
            NotReplicated(identity["pool"], identity["project"], identity["name"]),
            self.idle(identity, reader.release),
        )
        if is_planning(reader):
            # A single task leaves it to the appliance, which is asked once less.
            needed = sum(resource.reserves({**current, **plan.after[resource.kind]}).values())
            to_move = (*to_move, QuotaForShare(goal["pool"], goal["project"], needed))
        plan = plan_rename(plan, resource, identity, goal, reader.release, to_move=to_move)
        # What is sent before the move is the share's own from then on.
        own = resource.differences(current, request.wanted)
        elsewhere = inherited_elsewhere(resource, found.wire, current, project)
        elsewhere = {option: value for option, value in elsewhere.items() if option not in own}
        return keeping_wanted(resource, plan, goal, elsewhere, request.wanted, reader.release)
