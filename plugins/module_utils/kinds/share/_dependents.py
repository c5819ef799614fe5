# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a project or share, and would be destroyed with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...engine._read import read_list
from ...engine._resource import Resource
from ...engine._types import Identity, Pages
from ...values._names import segment
from ...values._wire import Wire, count, flag, label_of, text

# Snapshots that replication takes for itself come and go with it (API reference 10.5).
_REPLICATION_SNAPSHOT = ".rr-"


@dataclass(frozen=True)
class Dependent:
    """What would be destroyed with an object.

    Attributes:
        label: what messages call it; a snapshot with the number of its clones.
        path: its path.
        protected: whether the appliance refuses to destroy it (API reference 5.4).
        is_snapshot, is_lun: whether it is a snapshot, or a LUN; a filesystem is neither.
        wire: it as the appliance gives it.
    """

    label: str
    path: str = ""
    protected: bool = False
    is_snapshot: bool = False
    is_lun: bool = False
    wire: Wire = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        return self.label


def read_dependents(reader: Pages, resource: Resource, identity: Identity) -> list[Dependent]:
    """Read what is in an object, and would be destroyed with it."""
    found = []
    for kind in resource.dependents:
        path = resource.path(identity) + kind.path
        for wire in read_list(reader, path, kind.key):
            what = label_of(wire, kind.title)
            name = text(wire, "name", what)
            if name.startswith(_REPLICATION_SNAPSHOT):
                continue
            clones = count(wire, "numclones", what) or 0
            label = f"{kind.title} {name}" + (f" with {clones} clone{'s' * (clones > 1)}" if clones else "")
            protected = flag(wire, "nodestroy", what)
            found.append(
                Dependent(
                    label, f"{path}/{segment(name)}", protected, kind.key == "snapshots", kind.key == "luns", wire
                )
            )
    return found
