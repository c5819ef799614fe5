# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of projects, LUNs and filesystems: API reference 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine._resource import Property, Resource
from ...values._errors import InvalidInput
from ...values._names import check_name
from ...values._types import Amount, Flag, Moment, Value, Whole
from ...values._wire import Wire, clear, refusal
from ..pool._pools import PROJECT, served_here, share_label

# Names with a leading dot are the system's own (API reference 12.14); those of replication come and go with it.
SYSTEM = "."
REPLICATION = ".rr-"
# Those that a schedule has taken (API reference 7.5).
AUTOMATIC = ".auto-"
# The words of a hold that is none of a flag (API reference 16.2.1).
_HOLDS = ("locked", "unlocked")


def check_snapshot(option: str, value: str) -> str:
    """Return `value` if it can be the name of a snapshot that exists; those of the system have a leading dot.

    Raises:
        InvalidInput: it cannot.
    """
    if value.startswith(SYSTEM):
        try:
            check_name(option, value[1:])
        except InvalidInput:
            return check_name(option, value)
        return value
    return check_name(option, value)


def is_held(wire: Wire) -> bool:
    """Whether a retention hold keeps it from being destroyed (API reference 7.2).

    Raises:
        ValueError: nobody can tell.
    """
    hold = wire.get("retentionhold", "off")
    if hold in _HOLDS:
        return True
    held: bool | None = Flag().from_wire(hold)
    if held is None:
        raise ValueError("no hold")
    return held


def require_unheld(wire: Wire, label: str) -> bool:
    """Whether no retention hold keeps a snapshot from being destroyed.

    Args:
        wire: it as the appliance gives it.
        label: what messages call it.

    Raises:
        NotUnderstood: nobody can tell.
    """
    try:
        return not is_held(wire)
    except ValueError:
        raise refusal("retentionhold", wire["retentionhold"], label) from None


def _of_another_kind(option: str) -> Property:
    """The share that a snapshot is not of: every record has the same keys."""
    return Property(option, option, Value(), read_only=True, read=lambda _wire: None)


_PROPERTIES = (
    Property(
        "numclones",
        "numclones",
        Whole(),
        read_only=True,
        initial=0,
        decided=True,
        write=lambda record: clear(record["numclones"]),
    ),
    Property("isauto", "isauto", Flag(), read_only=True, initial=False, unsure_after=("name",)),
    Property("held", "retentionhold", Flag(), read_only=True, initial=False, read=is_held, on_use=True),
    Property("space_data", "space_data", Amount(), read_only=True),
    Property("space_unique", "space_unique", Amount(), read_only=True),
    Property("canonical_name", "canonical_name", Value(), read_only=True, unsure_after=("name",)),
    Property("creation", "creation", Moment(), read_only=True),
    Property("id", "id", Value(), read_only=True, decided=True),
)


class SnapshotResource(Resource):
    """The snapshots of one kind of object."""

    def holder(self, identity: Mapping[str, str]) -> str:
        """What a snapshot is of, as messages call it: `LUN tank/proj-a/lun-a`."""
        return share_label(self.scope[-1], *(identity[option] for option in self.scope))

    def label(self, identity: Mapping[str, str]) -> str:
        """What messages call the snapshot: `snapshot tank/proj-a/lun-a@s1`."""
        return f"{self.title} {'/'.join(identity[option] for option in self.scope)}@{identity[self.key]}"


def _snapshots(collection: str, scope: tuple[str, ...]) -> SnapshotResource:
    others = tuple(_of_another_kind(option) for option in ("lun", "filesystem") if option not in scope)
    return SnapshotResource(
        kind="snapshot",
        plural="snapshots",
        title="snapshot",
        collection=f"{PROJECT}{collection}/snapshots",
        scope=scope,
        properties=(*others, *_PROPERTIES),
        check=check_snapshot,
        found_where=served_here,
    )


OF_PROJECT = _snapshots("", ("pool", "project"))
OF_LUN = _snapshots("/luns/{lun}", ("pool", "project", "lun"))
OF_FILESYSTEM = _snapshots("/filesystems/{filesystem}", ("pool", "project", "filesystem"))


def snapshots_of(options: Mapping[str, Any]) -> SnapshotResource:
    """The kind of snapshots that a module's options mean: of a LUN, of a filesystem, or else of the project."""
    if options.get("lun") is not None:
        return OF_LUN
    return OF_FILESYSTEM if options.get("filesystem") is not None else OF_PROJECT
