# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_replication_package`: the target side of a replication; API reference 10.4 and 10.5."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...engine._operation import Operation
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, all_allowed, unchanged
from ...engine._planner import plan_changes, plan_removal
from ...engine._read import Reader, items_in, read_list
from ...engine._types import Pages, Record, Results
from ...values._errors import Absent, InvalidInput, PlanRefused
from ...values._names import check_name
from ...values._wire import Wire, found_by, label_of, text
from ..pool._pools import STORAGE, PoolServedHere, require_any_pool
from ..snapshot._dependent_clones import read_snapshots, refuse_dependent_clones, refuse_held
from ._package_address import Address, Package, find_by_address, find_by_id
from ._package_clones import is_clone, read_package_clones, refuse_conflicts
from ._package_history import labelled, reversed_before, severed_before
from ._scope import ACTIONS, TARGETS
from ._table import ACTION, NEVER, PACKAGE, PEER, UNKNOWN, record_of

_ALL_PROJECTS = f"{STORAGE}/projects"
_RECEIVING = "receiving"
# What a package may not say of itself, and its content or its source says.
_TOLD = ("source_name", "source_asn", "target_pool", "replica_of", "project")
_INTO_PROJECT = ("severed", "reversed", "cloned")


@dataclass(frozen=True)
class FoundPackage:
    """The package that is meant, and what was seen of it.

    Attributes:
        id: its id; empty where it was looked for by its address, and there is none.
        label: what messages call it.
        path: where it is, or would be.
        package: the package; `None` when there is none.
        share: the share that alone is replicated, where the user has said so.
    """

    id: str
    label: str
    path: str
    package: Package | None
    share: str | None = None

    @property
    def wire(self) -> Wire:
        """The package as the appliance gives it; empty when there is none."""
        return self.package.wire if self.package else {}

    @property
    def pool(self) -> str | None:
        """The pool that it is in, and that what it becomes will be in; `None` when the appliance does not tell."""
        return text(self.wire, "target_pool", self.label) or None

    @property
    def record(self) -> Record | None:
        """Its record, `None` when there is none."""
        return self.package.record if self.package else None

    def results(self, body: Wire) -> Results | None:
        """Results of an answer that has the package in it; what it does not say of itself is as before."""
        wire = body.get("package")
        told = {key: value for key, value in self.wire.items() if key in _TOLD}
        return {"package": record_of(PACKAGE, {**told, **wire})} if isinstance(wire, dict) else None


def plan_package(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan for a package, given by its `id` (that of its action) or its address, `state`, and `force`.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: the change is not possible as things stand.
    """
    state, project = options["state"], ""
    if state in _INTO_PROJECT:
        if options.get("project") is None:
            raise InvalidInput(f"state={state} needs project, the name of the new local project", advice="give project")
        project = check_name("project", options["project"])
    found = _find_package(reader, options)
    if state == "absent":
        return _plan_removed(reader, found, force=bool(options.get("force")))
    if state == "severed":
        return _plan_severed(reader, found, project)
    if state == "reversed":
        return _plan_reversed(reader, found, project, options.get("source"))
    if found.record is None:
        raise Absent(
            f"{found.label} does not exist",
            advice=(
                "an appliance makes it by itself when its action is made on the source, or sends the first update"
                if found.id
                else "correct source or replica_of, which zfssa_info shows in replication_packages"
            ),
        )
    if state == "cloned":
        return _plan_cloned(reader, found, project)
    changes = PACKAGE.differences(found.record, PACKAGE.wanted(options))
    return plan_changes(PACKAGE, found.path, found.label, found.record, changes, found.results, reader.release)


def _find_package(reader: Reader, options: Mapping[str, Any]) -> FoundPackage:
    """Find the package that is meant, by its id or by its address."""
    if options.get("id") is not None:
        package_id = check_name("id", options["id"])
        path, package = find_by_id(reader, package_id, options.get("source"))
        return FoundPackage(package_id, f"{PACKAGE.title} {package_id}", path, package)
    address = _address(options)
    package = find_by_address(reader, address)
    if package is None:
        return FoundPackage("", f"{PACKAGE.title} of {address}", "", None, address.share)
    return FoundPackage(package.id, f"{PACKAGE.title} {package.id} of {address}", package.path, package, address.share)


def _address(options: Mapping[str, Any]) -> Address:
    source, replica_of = (str(options.get(key) or "").strip() for key in ("source", "replica_of"))
    if not source or not replica_of:
        raise InvalidInput(
            "no package is given",
            advice="give id, or source and replica_of, such as databases or databases/redo-1",
        )
    parts = replica_of.split("/")
    if len(parts) > 2:
        raise InvalidInput(
            f"replica_of {replica_of!r} is neither a project nor a project and a share",
            advice="give it as in databases or databases/redo-1",
        )
    return Address(source, "/".join(check_name("replica_of", part) for part in parts))


def _plan_removed(reader: Reader, found: FoundPackage, *, force: bool) -> Item:
    """Plan that a package is destroyed, and its clones with it where that is permitted."""
    if found.record is None:
        # Which pool it would be in nobody knows.
        require_any_pool(reader)
    else:
        _refuse_clones(reader, found, force=force)
    confirm = all_allowed if force else partial(_refuse_clones, found=found, force=False)
    where = (PoolServedHere(found.pool),) if found.pool else (require_any_pool,)
    plan = plan_removal(PACKAGE, found.path, found.label, found.record, confirm=confirm, where=where)
    preconditions = (partial(_refuse_receiving, found),)
    return replace(plan, steps=tuple(replace(step, preconditions=preconditions) for step in plan.steps))


def _refuse_clones(pages: Pages, found: FoundPackage, *, force: bool) -> None:
    """Refuse to remove a package that has clones."""
    clones = read_package_clones(pages, found.id, found.wire.get("project"))
    theirs = read_snapshots(pages, str(found.pool), [clone.path for clone in clones])
    refuse_dependent_clones(found.label, (*clones, *theirs.clones), force=force)
    refuse_held(f"a clone of {found.label}", theirs.held)


def _plan_severed(reader: Reader, found: FoundPackage, project: str) -> Item:
    there = _projects_of({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project, found.pool)
    if found.record is None:
        if there:
            return severed_before(reader, found.label, found.id, project, there, found.share)
        raise _neither(found, project)
    if there:
        raise _taken(found, project)
    _refuse_receiving(found)
    _refuse_incomplete(found)
    step = _into_project("sever", found, f"{found.path}/sever", {"projname": project}, project)
    return Item((step,), {"package": found.record, "project": None}, {"package": None, "project": project})


def _plan_reversed(reader: Reader, found: FoundPackage, project: str, source: str | None) -> Item:
    """Plan that the package becomes a project that replicates back; afterwards its new action shows that it did."""
    if found.record is None:
        done = reversed_before(reader, found.id, project, source, found.share)
        if done is not None:
            return done
        if _projects_of({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project):
            raise PlanRefused(
                f"{found.label} does not exist, and no action replicates the project {project} back to where it came from",
                advice="check id or replica_of, and source; if it has been severed, make an action with zfssa_replication",
            )
        raise _neither(found, project)
    if _projects_of({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project, found.pool):
        raise _taken(found, project)
    _refuse_receiving(found)
    _refuse_incomplete(found)
    targets = read_list(reader, TARGETS, "targets")
    peer = _source_as_target(found, targets)
    verb = "pkgreverse" if reader.release.has("flat_packages") else "reverse"
    step = _into_project(
        "reverse",
        found,
        f"{found.path}/{verb}",
        {"projname": project},
        project,
        results=lambda body: _reversal(body, found, project, targets),
        reread=ACTIONS,
    )
    known = {
        "pool": found.pool,
        "project": project,
        "target": peer,
        "target_pool": found.wire.get("source_pool"),
    }
    action = {**dict.fromkeys(prop.option for prop in ACTION.properties), **known}
    before = {"package": found.record, "action": None, "project": None}
    return Item((step,), before, {"package": None, "action": action, "project": project})


def _reversal(body: Wire, found: FoundPackage, project: str, targets: list[Wire]) -> Results | None:
    """Results of an answer that has the new action alone, or among all."""
    if not isinstance(body.get("action"), dict) and "actions" not in body:
        return None
    wires = [body["action"]] if isinstance(body.get("action"), dict) else items_in(body, "actions")
    made = [wire for wire in wires if wire.get("project") == project and found.pool in (None, wire.get("pool"))]
    return {
        "package": None,
        "action": labelled(record_of(ACTION, made[0]), targets) if made else None,
        "project": project,
    }


def _source_as_target(found: FoundPackage, targets: list[Wire]) -> str | None:
    """The label under which the source of a package is registered here; `None` when the package does not tell its source.

    Raises:
        PlanRefused: it is not registered, and an action back has nowhere to go.
    """
    asn = text(found.wire, "source_asn", found.label)
    if not asn:
        return None
    for peer in found_by(targets, {"asn": (asn,)}, PEER.title):
        return text(peer, "label", label_of(peer, PEER.title))
    raise Absent(
        f"{found.label} cannot be reversed: its source {found.wire.get('source_name') or asn} is not registered here as a "
        "replication target",
        advice="register it with zfssa_replication_target",
    )


def _plan_cloned(reader: Reader, found: FoundPackage, project: str) -> Item:
    """Plan that a writable clone is there; that of this package is known by the origin of its shares."""
    before = {"package": found.record, "project": None}
    after = {**before, "project": project}
    for wire in _projects_of({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project, found.pool):
        if is_clone(reader, wire, found.id, found.wire.get("project")):
            return unchanged(after)
        raise PlanRefused(
            f"{found.label} cannot be cloned into project {project}: there is a project of that name",
            advice="choose another name with project",
        )
    _refuse_incomplete(found)
    refuse_conflicts(reader, found.path, found.label, project)
    step = _into_project(
        "clone",
        found,
        f"{found.path}/clone",
        {"target_project": project},
        project,
        results=lambda _body: after,
    )
    return Item((step,), before, after)


def _refuse_receiving(found: FoundPackage, _pages: Pages | None = None) -> None:
    """Refuse to touch a package while an update comes in; a precondition where the appliance itself decides."""
    if text(found.wire, "state", found.label) == _RECEIVING:
        raise PlanRefused(
            f"{found.label} is receiving an update",
            advice="wait until it has ended, or cancel it on the source with zfssa_replication_update and state=cancelled",
        )


def _refuse_incomplete(found: FoundPackage) -> None:
    # A time that cannot be read is a time; whether there was none only those words tell.
    if found.record is not None and found.wire.get("last_sync", UNKNOWN) in NEVER:
        raise PlanRefused(
            f"{found.label} has not received a whole update yet",
            advice="send one with zfssa_replication_update on the source",
        )


def _neither(found: FoundPackage, project: str) -> PlanRefused:
    return Absent(
        f"neither {found.label} nor the project {project} that it would become exists",
        advice="check id, or source and replica_of, and that the action has been made on the source",
    )


def _taken(found: FoundPackage, project: str) -> PlanRefused:
    return PlanRefused(
        f"{found.label} cannot become project {project}: there is a project of that name",
        advice="choose another name with project",
    )


def _into_project(
    verb: str,
    found: FoundPackage,
    path: str,
    body: Wire,
    project: str,
    *,
    results: Callable[[Wire], Results | None] | None = None,
    reread: str = "",
) -> Step:
    """A step that makes a local project of the package."""
    return Step(
        verb=verb,
        label=f"{found.label} into project {project}",
        method="PUT",
        path=path,
        body=body,
        outcome=Seen(
            probe=_ALL_PROJECTS,
            done=lambda answer: bool(_projects_of(answer, project, found.pool)),
            giving=results or (lambda _body: {"package": None, "project": project}),
            again=reread,
            conclusive=False,
        ),
        confirm=all_allowed,
    )


def _projects_of(body: Wire | None, name: str, pool: str | None = None) -> list[Wire]:
    """The projects of a name: those of one pool, where it is known."""
    projects = [{"pool": pool, **wire} if pool is not None else wire for wire in items_in(body, "projects")]
    return found_by(projects, {"name": (name,), **({} if pool is None else {"pool": (pool,)})}, "project")


_SPEC: dict[str, Any] = {
    "state": {
        "type": "str",
        "choices": ["present", "absent", "severed", "reversed", "cloned"],
        "default": "present",
    },
    "id": {"type": "str"},
    "source": {"type": "str"},
    "replica_of": {"type": "str"},
    "project": {"type": "str"},
    "force": {"type": "bool", "default": False},
    **PACKAGE.argument_spec(),
}
_RULES = {
    "required_one_of": [("id", "replica_of")],
    "mutually_exclusive": [("id", "replica_of")],
    "required_by": {"replica_of": ("source",)},
    "required_if": [("state", state, ["project"]) for state in ("severed", "reversed", "cloned")],
}
OPERATION = Operation(spec=_SPEC, plan=plan_package, results=("package", "action", "project"), rules=_RULES)
