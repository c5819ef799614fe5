# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_replication_package`: the target side of a replication; API reference 10.4 and 10.5."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import ApplianceError, InvalidInput, PlanRefused
from .._names import check_name, segment
from .._plan import Plan, Results, Step, plan_changes, plan_removal, unchanged
from .._read import Reader, read_list, unwrap
from .._resource import Record, Wire
from ..resources._replication import (
    ACTION,
    ACTIONS,
    FLAT_PACKAGES,
    PACKAGE,
    SOURCES,
    TARGETS,
    known_as,
    record_of,
)

_STORAGE = "/api/storage/v1"
_ALL_PROJECTS = f"{_STORAGE}/projects"
_RECEIVING = "receiving"
# What an appliance says to a method that it does not have there.
_NO_SUCH_METHOD = (405, 501)
_INTO_PROJECT = ("severed", "reversed", "cloned")


@dataclass(frozen=True)
class Found:
    """The package that is meant, and what was seen of it.

    Attributes:
        path: where it is, or would be.
        label: it in words.
        wire: the package as the appliance gives it; empty when there is none.
    """

    path: str
    label: str
    wire: Wire

    @property
    def record(self) -> Record | None:
        """Its record, `None` when there is none."""
        return record_of(PACKAGE, self.wire) if self.wire else None


def plan_package(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for a package, given by its `id` (that of its action), and `state`.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: the change is not possible as things stand.
    """
    package_id = check_name("id", options["id"])
    state, project = options["state"], ""
    if state in _INTO_PROJECT:
        if options.get("project") is None:
            raise InvalidInput(f"state={state} needs project, the name of the new local project", advice="give project")
        project = check_name("project", options["project"])
    found = _read(reader, package_id, options.get("source"))
    if state == "absent":
        return plan_removal(PACKAGE, found.path, found.label, found.record, confirmed=True)
    if state == "severed":
        return _plan_severed(reader, found, project)
    if state == "reversed":
        return _plan_reversed(reader, found, project)
    if found.record is None:
        raise PlanRefused(
            f"{found.label} does not exist",
            advice="an appliance makes it by itself when its action sends the first update",
        )
    if state == "cloned":
        return _plan_cloned(reader, package_id, found, project)
    changes = PACKAGE.differences(found.record, PACKAGE.wanted(options))
    return plan_changes(PACKAGE, found.path, found.label, found.record, changes, _results)


def _read(reader: Reader, package_id: str, source: str | None) -> Found:
    """Find a package; older releases keep it below its source."""
    # Where the release is not known yet, the first reply tells it; an older one answers that there is no such package.
    label, wire, flat = f"replication package {package_id}", None, f"{FLAT_PACKAGES}/{segment(package_id)}"
    if not reader.release_known or reader.release.has("flat_packages"):
        wire = _wire(reader.get(flat))
    if reader.release.has("flat_packages"):
        return Found(flat, label, wire or {})
    path = ""
    for item in read_list(reader, SOURCES, "sources"):
        if source is not None and source not in (item.get("name"), item.get("asn")):
            continue
        path = f"{SOURCES}/{segment(item.get('name'))}/packages/{segment(package_id)}"
        wire = _wire(reader.get(path))
        if wire is not None:
            names = {"source_name": item.get("name"), "source_asn": item.get("asn")}
            return Found(path, label, {**names, **wire})
    return Found(path, label, {})


def _wire(body: Wire | None) -> Wire | None:
    return None if body is None else unwrap(body, "package")


def _results(body: Wire) -> Results | None:
    wire = body.get("package")
    return {"package": record_of(PACKAGE, wire)} if isinstance(wire, dict) else None


def _plan_severed(reader: Reader, found: Found, project: str) -> Plan:
    there = _has_project({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project)
    if found.record is None:
        if there:
            return unchanged({"package": None, "project": project})
        raise _neither(found, project)
    if there:
        raise _taken(found, project)
    _refuse_receiving(found)
    step = _into_project("sever", found, f"{found.path}/sever", {"projname": project}, project)
    return Plan((step,), {"package": found.record, "project": None}, {"package": None, "project": project})


def _plan_reversed(reader: Reader, found: Found, project: str) -> Plan:
    """Plan that the package becomes a project that replicates back; afterwards its new action shows that it did."""
    if found.record is None:
        back = [wire for wire in read_list(reader, ACTIONS, "actions") if wire.get("project") == project]
        if back:
            action = _labelled(back[0], read_list(reader, TARGETS, "targets"))
            return unchanged({"package": None, "action": action, "project": project})
        if _has_project({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project):
            raise PlanRefused(
                f"{found.label} does not exist, and no action replicates the project {project} back",
                advice="it may have been severed: make an action with zfssa_replication",
            )
        raise _neither(found, project)
    if _has_project({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project):
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
        results=lambda body: _reversal(body, project, targets),
        reread=ACTIONS,
    )
    known = {
        "pool": found.wire.get("target_pool"),
        "project": project,
        "target": peer,
        "target_pool": found.wire.get("source_pool"),
    }
    action = {**dict.fromkeys(prop.option for prop in ACTION.properties), **known}
    before = {"package": found.record, "action": None, "project": None}
    return Plan((step,), before, {"package": None, "action": action, "project": project})


def _reversal(body: Wire, project: str, targets: list[Wire]) -> Results | None:
    """Results of an answer that has the new action alone, or among all."""
    wires = [body["action"]] if isinstance(body.get("action"), dict) else body.get("actions")
    if wires is None:
        return None
    found = next((wire for wire in wires if wire.get("project") == project), None)
    action = None if found is None else _labelled(found, targets)
    return {"package": None, "action": action, "project": project}


def _labelled(wire: Wire, targets: list[Wire]) -> Record:
    """The record of an action; the peer by its label."""
    record = record_of(ACTION, wire)
    labels = [str(peer.get("label")) for peer in targets if record["target"] in known_as(peer)]
    return {**record, "target": labels[0] if labels else record["target"]}


def _source_as_target(found: Found, targets: list[Wire]) -> str | None:
    """The label under which the source of a package is registered here; `None` when the package does not tell its source.

    Raises:
        PlanRefused: it is not registered, and an action back has nowhere to go.
    """
    asn = found.wire.get("source_asn")
    if not asn:
        return None
    for peer in targets:
        if peer.get("asn") == asn:
            return str(peer.get("label"))
    raise PlanRefused(
        f"{found.label} cannot be reversed: its source {found.wire.get('source_name') or asn} is not registered here as a "
        "replication target",
        advice="register it with zfssa_replication_target",
    )


def _plan_cloned(reader: Reader, package_id: str, found: Found, project: str) -> Plan:
    """Plan that a writable clone is there; that of this package is known by the origin of its shares."""
    before = {"package": found.record, "project": None}
    after = {**before, "project": project}
    pool = found.wire.get("target_pool")
    for wire in read_list(reader, _ALL_PROJECTS, "projects"):
        if wire.get("name") == project and pool in (None, wire.get("pool")):
            if _is_clone(reader, wire, package_id, found):
                return unchanged(after)
            raise PlanRefused(
                f"{found.label} cannot be cloned into project {project}: there is a project of that name",
                advice="choose another name with project",
            )
    _refuse_incomplete(found)
    _refuse_conflicts(reader, found, project)
    step = _into_project(
        "clone",
        found,
        f"{found.path}/clone",
        {"target_project": project},
        project,
        results=lambda _body: after,
    )
    return Plan((step,), before, after)


def _is_clone(reader: Reader, project: Wire, package_id: str, found: Found) -> bool:
    """Whether a share of a project has its origin in the package."""
    path = f"{_STORAGE}/pools/{segment(project.get('pool'))}/projects/{segment(project.get('name'))}"
    for plural in ("luns", "filesystems"):
        for share in read_list(reader, f"{path}/{plural}", plural):
            origin = share.get("origin")
            if not isinstance(origin, dict):
                continue
            # An appliance that does not tell the collection names the replicated project at least.
            if origin.get("collection") in (None, "") and origin.get("project") == found.wire.get("project"):
                return True
            if origin.get("collection") == package_id:
                return True
    return False


def _refuse_conflicts(reader: Reader, found: Found, project: str) -> None:
    """Guard against a clone whose shares would want mount points that are taken (API reference 10.4)."""
    try:
        body = reader.get(f"{found.path}/clone/conflicts")
    except ApplianceError as error:
        if error.status in _NO_SUCH_METHOD:
            return
        raise
    conflicts = (body or {}).get("conflicts")
    if isinstance(conflicts, list) and conflicts:
        named = ", ".join(f"{one.get('property')} {one.get('value')} of {one.get('share')}" for one in conflicts[:5])
        raise PlanRefused(
            f"{found.label} cannot be cloned into project {project}: {named} is taken on this appliance",
            advice="change it on the share that has it, or on the source",
        )


def _refuse_receiving(found: Found) -> None:
    if found.wire.get("state") == _RECEIVING:
        raise PlanRefused(
            f"{found.label} is receiving an update",
            advice="wait until zfssa_replication_update has ended on the source",
        )


def _refuse_incomplete(found: Found) -> None:
    if found.record is not None and found.record["last_sync"] is None:
        raise PlanRefused(
            f"{found.label} has not received a whole update yet",
            advice="send one with zfssa_replication_update on the source",
        )


def _neither(found: Found, project: str) -> PlanRefused:
    return PlanRefused(
        f"neither {found.label} nor the project {project} that it would become exists",
        advice="check id, and that the first update has been sent",
    )


def _taken(found: Found, project: str) -> PlanRefused:
    return PlanRefused(
        f"{found.label} cannot become project {project}: there is a project of that name",
        advice="choose another name with project",
    )


def _into_project(
    verb: str,
    found: Found,
    path: str,
    body: Wire,
    project: str,
    *,
    results: Callable[[Wire], Results | None] | None = None,
    reread: str | None = None,
) -> Step:
    """A step that makes a local project of the package."""
    return Step(
        verb=verb,
        label=f"{found.label} into project {project}",
        method="PUT",
        path=path,
        body=body,
        probe=_ALL_PROJECTS,
        done=lambda answer: _has_project(answer, project),
        results=results or (lambda _body: {"package": None, "project": project}),
        confirmed=True,
        reread=reread,
    )


def _has_project(body: Wire | None, name: str) -> bool:
    return any(project.get("name") == name for project in (body or {}).get("projects", []))
