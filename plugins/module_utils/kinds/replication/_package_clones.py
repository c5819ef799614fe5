# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What depends on a replication package, and is destroyed with it: writable clones; API reference 10.4 and 10.5.

An appliance lists them nowhere: a clone is known by the origin that its shares have.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...engine._read import read_list
from ...engine._types import Pages
from ...values._errors import NO_SUCH_METHOD, ApplianceError, PlanRefused
from ...values._mask import covered
from ...values._names import shown
from ...values._wire import Wire, brief, label_of, refusal, text
from ..pool._pools import STORAGE, project_path
from ..snapshot._dependent_clones import Clone, clone_of
from ..snapshot._table import REPLICATION

_KINDS = ("lun", "filesystem")
_NO_CONFLICTS = "no conflicts"


def lives_on(share: Wire, package_id: str, project: object) -> bool:
    """Whether a share has its origin in a package.

    Args:
        share: it as the appliance gives it.
        package_id: the id of the package.
        project: the project that is replicated into it.

    Raises:
        NotUnderstood: its origin is none that can be read.
    """
    origin, label = share.get("origin"), label_of(share, "share")
    if not origin:
        return False
    if not isinstance(origin, dict):
        raise refusal("origin", origin, label)
    told = {key: origin[key] for key in ("collection", "snapshot", "project") if origin.get(key) is not None}
    for key in told:
        text(told, key, f"the origin of {label}")
    if told.get("collection"):
        return bool(told["collection"] == package_id)
    # An appliance that does not tell the collection may tell one of the snapshots of the action, whose id this is.
    if told.get("snapshot", "").startswith(REPLICATION):
        return bool(told["snapshot"].startswith(f"{REPLICATION}{package_id}"))
    return bool(told.get("project") == project)


def is_clone(pages: Pages, project: Wire, package_id: str, replicated: object) -> bool:
    """Whether a project is a clone of a package.

    Args:
        project: it as the appliance gives it.
        package_id, replicated: as for `lives_on`.
    """
    label = label_of(project, "project")
    path = project_path(text(project, "pool", label), text(project, "name", label))
    return any(lives_on(share, package_id, replicated) for _kind, share in shares_in(pages, path))


def shares_in(pages: Pages, path: str) -> Iterator[tuple[str, Wire]]:
    """Read the shares below a path: each with its kind, `lun` or `filesystem`, and as the appliance gives it."""
    for kind in _KINDS:
        for share in read_list(pages, f"{path}/{kind}s", f"{kind}s"):
            yield kind, share


def read_package_clones(pages: Pages, package_id: str, replicated: object) -> list[Clone]:
    """Read the shares that live on a package.

    Args:
        package_id, replicated: as for `lives_on`.
    """
    found = []
    for kind, share in shares_in(pages, STORAGE):
        if not lives_on(share, package_id, replicated):
            continue
        label = label_of(share, kind)
        pool, project, name = (text(share, key, label) for key in ("pool", "project", "name"))
        found.append(clone_of(kind, (pool, project, name), share))
    return found


def refuse_conflicts(pages: Pages, path: str, label: str, project: str) -> None:
    """Refuse a clone whose shares need mount points that are taken (API reference 10.4).

    Args:
        path, label: where the package is, and what messages call it.
        project: the name that its clone is to have.

    Raises:
        PlanRefused: the appliance tells of one.
    """
    try:
        body = pages.get(f"{path}/clone/conflicts")
    except ApplianceError as error:
        if error.status in NO_SUCH_METHOD:
            return
        raise
    found = _conflicts((body or {}).get("conflicts"))
    if found:
        raise PlanRefused(
            f"{label} cannot be cloned into project {project}: {found}",
            advice="change it on the share that has it, or on the source",
        )


def _conflicts(told: object) -> str:
    """What an appliance tells of conflicts: a text (API reference 15.1), or a list of them; empty for none."""
    if isinstance(told, str):
        words = " ".join(covered(told).split()).rstrip(".")
        return "" if _NO_CONFLICTS in words.casefold() else words
    if not told:
        return ""
    if not isinstance(told, list):
        return f"the appliance tells of conflicts that cannot be understood: {brief(told)}"
    return f"{shown([_conflict(one) for one in told])} is taken on this appliance"


def _conflict(told: object) -> str:
    """A conflict, for the message, whatever the appliance tells of it."""
    if isinstance(told, dict) and {"property", "value", "share"} <= told.keys():
        return f"{told['property']} {told['value']} of {told['share']}"
    return told if isinstance(told, str) else brief(told)
