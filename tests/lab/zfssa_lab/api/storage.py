"""Endpoints of projects, LUNs and filesystems (API reference 4 to 6)."""

from __future__ import annotations

from zfssa_lab.api.arguments import check_single_group, one_argument
from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.records import (
    filesystem_record,
    lun_record,
    project_record,
    share_record,
)
from zfssa_lab.api.routing import Route
from zfssa_lab.model.filesystem import Filesystem, create_filesystem
from zfssa_lab.model.lun import Lun, create_lun
from zfssa_lab.model.properties import Property, immutable
from zfssa_lab.model.share import Share
from zfssa_lab.model.tables import FILESYSTEM, LUN, PROJECT

_MOVE = Property("project", "name")


def list_all_projects(call: Call) -> Reply:
    """Projects of every pool (API reference 4)."""
    view = call.view
    return ok(projects=[project_record(view, project) for project in call.appliance.projects()])


def list_projects(call: Call) -> Reply:
    """API reference 4."""
    view = call.view
    return ok(projects=[project_record(view, project) for project in call.pool.projects.values()])


def get_project(call: Call) -> Reply:
    """API reference 4."""
    return ok(project=project_record(call.view, call.project))


def create_project(call: Call) -> Reply:
    """API reference 4."""
    pool = call.pool
    project = pool.create_project(call.arguments(PROJECT))
    return created(project=project_record(call.view, project))


def modify_project(call: Call) -> Reply:
    """API reference 4."""
    project = call.project
    project.modify(call.arguments(PROJECT))
    return accepted(project=project_record(call.view, project))


def delete_project(call: Call) -> Reply:
    """API reference 4."""
    call.project.destroy(call.confirmed)
    return no_content()


def list_all_luns(call: Call) -> Reply:
    """LUNs of every project (API reference 5.1)."""
    view = call.view
    return ok(luns=[lun_record(view, lun) for lun in call.appliance.luns()])


def list_luns(call: Call) -> Reply:
    """API reference 5.1."""
    view = call.view
    return ok(luns=[lun_record(view, lun) for lun in call.project.luns])


def _lun(call: Call) -> Lun:
    return call.project.lun(call.path["share"])


def get_lun(call: Call) -> Reply:
    """API reference 5.1."""
    return ok(lun=lun_record(call.view, _lun(call)))


def lun_arguments(call: Call) -> Record:
    """Return the checked arguments for a LUN, in the form that the release takes."""
    if not call.release.group_lists and call.version == 1:
        check_single_group(call.body)
    return call.arguments(LUN)


def create_a_lun(call: Call) -> Reply:
    """API reference 5.1."""
    project = call.project
    return created(lun=lun_record(call.view, create_lun(project, lun_arguments(call))))


def modify_lun(call: Call) -> Reply:
    """API reference 5.1; ``project`` moves where the release takes it here."""
    lun = _lun(call)
    if "project" in call.body and not call.release.lun_moves_directly:
        raise immutable("project")
    lun.modify(lun_arguments(call))
    return accepted(lun=lun_record(call.view, lun))


def delete_lun(call: Call) -> Reply:
    """API reference 5.4."""
    _lun(call).destroy(call.confirmed)
    return no_content()


def list_all_filesystems(call: Call) -> Reply:
    """Filesystems of every project (API reference 6)."""
    view = call.view
    found = [one for project in call.appliance.projects() for one in project.filesystems]
    return ok(filesystems=[filesystem_record(view, filesystem) for filesystem in found])


def list_filesystems(call: Call) -> Reply:
    """API reference 6."""
    view = call.view
    return ok(filesystems=[filesystem_record(view, one) for one in call.project.filesystems])


def get_filesystem(call: Call) -> Reply:
    """API reference 6."""
    filesystem = call.project.filesystem(call.path["share"])
    return ok(filesystem=filesystem_record(call.view, filesystem))


def create_a_filesystem(call: Call) -> Reply:
    """API reference 6."""
    project = call.project
    filesystem = create_filesystem(project, call.arguments(FILESYSTEM))
    return created(filesystem=filesystem_record(call.view, filesystem))


def modify_filesystem(call: Call) -> Reply:
    """API reference 6; on this path a LUN, too, can be moved (5.1, aliasing)."""
    share: Share = call.project.share(call.path["share"])
    if isinstance(share, Filesystem):
        share.modify(call.arguments(FILESYSTEM))
    else:
        share.move(one_argument(call.body, _MOVE))
    return accepted(**{share.kind: share_record(call.view, share)})


def delete_filesystem(call: Call) -> Reply:
    """API reference 6."""
    call.project.filesystem(call.path["share"]).destroy(call.confirmed)
    return no_content()


_PROJECTS = "storage/pools/{pool}/projects"
_PROJECT = f"{_PROJECTS}/{{project}}"
ROWS = (
    Route("GET", "storage/projects", list_all_projects, "List projects of all pools"),
    Route("GET", _PROJECTS, list_projects, "List projects"),
    Route("POST", _PROJECTS, create_project, "Create a project", table=PROJECT),
    Route("GET", _PROJECT, get_project, "Show a project"),
    Route("PUT", _PROJECT, modify_project, "Modify a project", table=PROJECT),
    Route("DELETE", _PROJECT, delete_project, "Destroy a project"),
    Route("GET", "storage/luns", list_all_luns, "List LUNs of all projects"),
    Route("GET", f"{_PROJECT}/luns", list_luns, "List LUNs"),
    Route("POST", f"{_PROJECT}/luns", create_a_lun, "Create a LUN", table=LUN),
    Route("GET", f"{_PROJECT}/luns/{{share}}", get_lun, "Show a LUN"),
    Route("PUT", f"{_PROJECT}/luns/{{share}}", modify_lun, "Modify a LUN", table=LUN),
    Route("DELETE", f"{_PROJECT}/luns/{{share}}", delete_lun, "Destroy a LUN"),
    Route("GET", "storage/filesystems", list_all_filesystems, "List filesystems of all projects"),
    Route("GET", f"{_PROJECT}/filesystems", list_filesystems, "List filesystems"),
    Route("POST", f"{_PROJECT}/filesystems", create_a_filesystem, "Create a filesystem", table=FILESYSTEM),
    Route("GET", f"{_PROJECT}/filesystems/{{share}}", get_filesystem, "Show a filesystem"),
    Route("PUT", f"{_PROJECT}/filesystems/{{share}}", modify_filesystem, "Modify a filesystem", table=FILESYSTEM),
    Route("DELETE", f"{_PROJECT}/filesystems/{{share}}", delete_filesystem, "Destroy a filesystem"),
)
