# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a replication package that is not there has become a local project before; API reference 10.5.

With the package its id is gone, and a project of the wanted name may be any project. So what is there must speak for it: the
name of the project, what is in it, the action that replicates it back. A wrong id would be taken for work that is done
otherwise, and the package that is meant would go on receiving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...engine._plan import Item, unchanged
from ...engine._read import Reader, read_list
from ...engine._types import Record
from ...values._errors import PlanRefused
from ...values._wire import Wire, found_by, is_clear, label_of, text
from ..pool._pools import project_path
from ._package_clones import shares_in
from ._scope import ACTIONS, SOURCES, TARGETS, known_as, peer_label
from ._table import ACTION, record_of


def severed_before(
    reader: Reader, label: str, package_id: str, project: str, there: Sequence[Wire], share: str | None = None
) -> Item:
    """Plan nothing, because a package has been severed before.

    Args:
        label: the package, as messages call it.
        package_id: the id of the package, which does not exist.
        project: the name of the project that it was to become.
        there: the projects of that name.
        share: the share that must be in it, where the user has said of which the package is a replica.

    Raises:
        PlanRefused: the project is none that came of a package.
    """
    done = unchanged({"package": None, "project": project})
    if project == package_id:
        return done
    paths = [project_path(text(wire, "pool", label_of(wire, "project")), project) for wire in there]
    shares = [wire for path in paths for _kind, wire in shares_in(reader, path)]
    if not (found_by(shares, {"name": (share,)}, "share") if share else shares):
        raise PlanRefused(
            f"{label} does not exist, and there is {f'no {share}' if share else 'nothing'} in project {project}, so that it is "
            "not what the package became",
            advice="check id, or source and replica_of, and project",
        )
    return replace(
        done,
        warnings=(
            f"{label[0].upper()}{label[1:]} does not exist, so project {project} is taken for the project that it became. Nothing on "
            "the appliance proves that; check which package is meant if the package was not severed before.",
        ),
    )


def reversed_before(
    reader: Reader, package_id: str, project: str, source: str | None, share: str | None = None
) -> Item | None:
    """Plan nothing, because a package has been reversed before: an action replicates its project back.

    Args:
        package_id: the id of the package, which does not exist.
        project: the name of the project that it was to become.
        source: name or ASN of the appliance that it came from; `None` when that may be any that has replicated to this one.
        share: the share that the action must send, where the user has said of which the package is a replica.

    Returns:
        The plan; `None` when no action does.
    """
    alone = {} if share is None else {"share": (share,)}
    actions = found_by(read_list(reader, ACTIONS, "actions"), {"project": (project,), **alone}, ACTION.title)
    if not actions:
        return None
    targets = read_list(reader, TARGETS, "targets")
    # Where an appliance keeps the id, nothing more is to be proved.
    back = [wire for wire in actions if wire.get("id") == package_id]
    if not back:
        peers = _old_sources(reader, targets, source)
        back = found_by(actions, {"target": {name for peer in peers for name in known_as(peer)}}, ACTION.title)
    if not back:
        return None
    return unchanged({"package": None, "action": labelled(record_of(ACTION, back[0]), targets), "project": project})


def labelled(record: Record, targets: Sequence[Wire]) -> Record:
    """The record of an action, with the peer by its label."""
    return {**record, "target": peer_label(targets, record["target"])} if is_clear(record["target"]) else record


def _old_sources(reader: Reader, targets: Sequence[Wire], source: str | None) -> list[Wire]:
    """The replication targets that have replicated to this appliance."""
    sources = [
        wire
        for wire in read_list(reader, SOURCES, "sources")
        if source is None or source in (wire.get("name"), wire.get("asn"))
    ]
    asns = {text(wire, "asn", label_of(wire, "replication source")) for wire in sources}
    known = {asn for asn in asns if asn} | ({source} if source else set())
    return [peer for peer in targets if known & known_as(peer)]
