"""Endpoints of the space that users and groups take in filesystems (API reference 4, 6)."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import quote

from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.records import project_href, share_href
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.filesystem import Filesystem


def _filesystems(call: Call) -> list[Filesystem]:
    project = call.project
    return [project.filesystem(call.path["share"])] if "share" in call.path else project.filesystems


def _usage(call: Call) -> list[Record]:
    """Return who takes how much: all that is in a filesystem belongs to its root user and root group."""
    kind = call.path["kind"]
    view = call.view
    owner = project_href(view, call.project)
    if "share" in call.path:
        owner = share_href(view, call.project.filesystem(call.path["share"]))
    taken: defaultdict[str, int] = defaultdict(int)
    for filesystem in _filesystems(call):
        taken[filesystem.values[f"root_{kind}"]] += filesystem.parts.data
    return [
        {"name": name, "type": kind, "usage": size, "href": f"{owner}/usage/{kind}s/{quote(name, safe='')}"}
        for name, size in taken.items()
    ]


def list_usage(call: Call) -> Reply:
    """API reference 4, 6."""
    return ok(**{f"{call.path['kind']}s": _usage(call)})


def get_usage(call: Call) -> Reply:
    """API reference 4, 6."""
    for record in _usage(call):
        if record["name"] == call.path["name"]:
            return ok(**{call.path["kind"]: record})
    raise not_found(call.path["name"])


def _routes(base: str, kind: str) -> list[Route]:
    path, fixed = f"{base}/usage/{kind}s", {"kind": kind}
    return [
        Route("GET", path, list_usage, f"List the space of each {kind}", fixed=fixed),
        Route("GET", f"{path}/{{name}}", get_usage, f"Show the space of a {kind}", fixed=fixed),
    ]


_PROJECT = "storage/pools/{pool}/projects/{project}"
ROWS = tuple(
    route
    for base in (_PROJECT, f"{_PROJECT}/filesystems/{{share}}")
    for kind in ("user", "group")
    for route in _routes(base, kind)
)
