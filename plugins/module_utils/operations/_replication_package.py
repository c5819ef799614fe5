# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_replication_package`: the target side of a replication; API reference 10.4 and 10.5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import InvalidInput, PlanRefused
from .._names import check_name, segment
from .._plan import Plan, Results, Step, plan_changes, plan_removal, unchanged
from .._read import Reader, read_list, unwrap
from .._resource import Record, Wire
from ..resources._replication import FLAT_PACKAGES, PACKAGE, SOURCES, record_of

_ALL_PROJECTS = "/api/storage/v1/projects"
_RECEIVING = "receiving"


def plan_package(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for a package, given by its `id` (that of its action), and `state`."""
    package_id = check_name("id", options["id"])
    label = f"replication package {package_id}"
    path, current = _read(reader, package_id, options.get("source"))
    if options["state"] == "absent":
        return plan_removal(PACKAGE, path, label, current, confirmed=True)
    if options["state"] == "severed":
        return _plan_severed(reader, path, label, current, options.get("project"))
    if current is None:
        raise PlanRefused(
            f"{label} does not exist",
            advice="an appliance makes it by itself when its action sends the first update",
        )
    changes = PACKAGE.differences(current, PACKAGE.wanted(options))
    return plan_changes(PACKAGE, path, label, current, changes, _results)


def _read(reader: Reader, package_id: str, source: str | None) -> tuple[str, Record | None]:
    """The path of a package and its record; older releases keep it below its source."""
    # Where the release is not known yet, the first reply tells it; an older one answers that there is no such package.
    record, flat = None, f"{FLAT_PACKAGES}/{segment(package_id)}"
    if not reader.release_known or reader.release.has("flat_packages"):
        record = _record(reader.get(flat))
    if reader.release.has("flat_packages"):
        return flat, record
    path = ""
    for wire in read_list(reader, SOURCES, "sources"):
        if source is not None and source not in (wire.get("name"), wire.get("asn")):
            continue
        path = f"{SOURCES}/{segment(wire.get('name'))}/packages/{segment(package_id)}"
        record = _record(reader.get(path))
        if record is not None:
            return path, record
    return path, None


def _record(body: Wire | None) -> Record | None:
    return None if body is None else record_of(PACKAGE, unwrap(body, "package"))


def _results(body: Wire) -> Results | None:
    wire = body.get("package")
    return {"package": record_of(PACKAGE, wire)} if isinstance(wire, dict) else None


def _plan_severed(reader: Reader, path: str, label: str, current: Record | None, project: str | None) -> Plan:
    if project is None:
        raise InvalidInput("state=severed needs project, the name of the new local project", advice="give project")
    project = check_name("project", project)
    there = _has_project({"projects": read_list(reader, _ALL_PROJECTS, "projects")}, project)
    if current is None:
        if there:
            return unchanged({"package": None})
        raise PlanRefused(
            f"neither {label} nor the project {project} that it would become exists",
            advice="check id, and that the first update has been sent",
        )
    if there:
        raise PlanRefused(
            f"{label} cannot become project {project}: there is a project of that name",
            advice="choose another name with project",
        )
    if current["state"] == _RECEIVING:
        raise PlanRefused(
            f"{label} is receiving an update",
            advice="wait until zfssa_replication_update has ended on the source",
        )
    step = Step(
        verb="sever",
        label=f"{label} into project {project}",
        method="PUT",
        path=f"{path}/sever",
        body={"projname": project},
        probe=_ALL_PROJECTS,
        done=lambda body: _has_project(body, project),
        results=lambda _body: {"package": None},
        confirmed=True,
    )
    return Plan((step,), {"package": current}, {"package": None})


def _has_project(body: Wire | None, name: str) -> bool:
    return any(project.get("name") == name for project in (body or {}).get("projects", []))
