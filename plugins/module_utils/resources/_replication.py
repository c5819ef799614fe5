# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication: targets, actions and packages; API reference 10.

An action, at the source, sends a project or a share to a peer; a package, at the target, is what it becomes there.
Their identity is not a name: an action is known by what it sends where, and the package has the id of its action.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._names import segment
from .._release import Release
from .._resource import Property, Record, Resource, Wire
from .._times import parse_time
from .._values import Flag, Size, Value, Whole

ROOT = "/api/storage/v1/replication"
ACTIONS = f"{ROOT}/actions"
TARGETS = f"{ROOT}/targets"
SOURCES = f"{ROOT}/sources"
FLAT_PACKAGES = f"{ROOT}/packages"

UNKNOWN = "<unknown>"
SUCCESS = "success"
IDLE = "idle"

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,254}")


class Moment(Value):
    """A timestamp, `None` while there was none (`<unknown>`, API reference 10.2)."""

    def from_wire(self, value: Any) -> Any:
        moment = parse_time(value)
        return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Bandwidth(Size):
    """Bytes per second at the most, 0 for no limit, which lists give as -1 in v1 and the CLI as a word (15.1)."""

    def from_wire(self, value: Any) -> Any:
        return 0 if value in (-1, "-1", "unlimited") else super().from_wire(value)


class Outcome(Value):
    """The result of the last update, `None` while there was none."""

    def from_wire(self, value: Any) -> Any:
        return None if value in (None, "", UNKNOWN, "unknown") else str(value)


class Host(Value):
    """The name or address of a peer; upper case means nothing in it."""

    def from_user(self, option: str, value: Any) -> Any:
        if not _HOST.fullmatch(str(value)):
            raise ValueError(f"{option} {value!r} is not a host name or address")
        return str(value)

    def same(self, current: Any, wanted: Any) -> bool:
        return str(current).lower() == str(wanted).lower()


class Password(Value):
    """A password; messages do not repeat it."""

    def from_user(self, option: str, value: Any) -> Any:
        if not str(value):
            raise ValueError(f"{option} is empty")
        return str(value)


def _replicated(wire: Wire) -> tuple[str | None, str | None]:
    """The project at the source that a package comes from, and the share when that alone is replicated."""
    project, _slash, share = str(wire.get("replica_of") or "").strip("/").partition("/")
    return str(wire.get("project") or "") or project or None, str(wire.get("share") or "") or share or None


PEER = Resource(
    kind="target",
    plural="targets",
    title="replication target",
    collection=TARGETS,
    scope=(),
    key="label",
    wire_key="label",
    properties=(
        Property("hostname", "hostname", Host()),
        Property("root_password", "root_password", Password(), secret=True),
        Property("host_match", "host_match", Flag()),
        Property("auto_accept_cert", "auto_accept_cert", Flag()),
        Property("address", "address", Value(), read_only=True, unsure_after=("hostname",)),
        Property("asn", "asn", Value(), read_only=True),
        Property("actions", "actions", Whole(), read_only=True, initial=0),
    ),
    required_to_create=("hostname", "root_password"),
)

ACTION = Resource(
    kind="action",
    plural="actions",
    title="replication action",
    collection=ACTIONS,
    scope=(),
    properties=(
        Property("id", "id", Value(), read_only=True),
        Property("pool", "pool", Value(), read_only=True),
        Property("project", "project", Value(), read_only=True),
        Property(
            "lun",
            "share",
            Value(),
            read_only=True,
            read=lambda wire: str(wire.get("share") or "") or None,
        ),
        Property("target", "target", Value(), read_only=True),
        Property("target_pool", "target_pool", Value(), read_only=True),
        Property("enabled", "enabled", Flag(), initial=True),
        Property("continuous", "continuous", Flag(), initial=False),
        Property("include_snaps", "include_snaps", Flag(), initial=True),
        Property("max_bandwidth", "max_bandwidth", Bandwidth(), initial=0),
        Property("use_ssl", "use_ssl", Flag(), initial=True),
        Property("compression", "compression", Flag(), initial=True),
        Property("dedup", "dedup", Flag(), initial=False),
        # A list of its own below the action; `None` where it was not read.
        Property("schedules", "schedules", Value(), read_only=True, read=lambda _wire: None),
        Property("state", "state", Value(), read_only=True, initial=IDLE),
        Property("state_description", "state_description", Value(), read_only=True),
        Property("last_result", "last_result", Outcome(), read_only=True),
        Property("last_sync", "last_sync", Moment(), read_only=True),
        Property("last_try", "last_try", Moment(), read_only=True),
        Property("bytes_sent", "bytes_sent", Size(), read_only=True, initial=0),
        Property("estimated_size", "estimated_size", Size(), read_only=True, initial=0),
        Property("average_throughput", "average_throughput", Size(), read_only=True, initial=0),
    ),
)

PACKAGE = Resource(
    kind="package",
    plural="packages",
    title="replication package",
    collection=FLAT_PACKAGES,
    scope=(),
    properties=(
        Property("id", "id", Value(), read_only=True),
        Property("source", "source_name", Value(), read_only=True),
        Property("source_asn", "source_asn", Value(), read_only=True),
        Property("source_pool", "source_pool", Value(), read_only=True),
        Property("target_pool", "target_pool", Value(), read_only=True),
        Property("replica_of", "replica_of", Value(), read_only=True),
        Property("project", "project", Value(), read_only=True, read=lambda wire: _replicated(wire)[0]),
        Property("share", "share", Value(), read_only=True, read=lambda wire: _replicated(wire)[1]),
        Property("enabled", "enabled", Flag(), initial=True),
        Property("state", "state", Value(), read_only=True),
        Property("state_description", "state_description", Value(), read_only=True),
        Property("last_result", "last_result", Outcome(), read_only=True),
        Property("last_sync", "last_sync", Moment(), read_only=True),
        Property("last_try", "last_try", Moment(), read_only=True),
    ),
)


def record_of(resource: Resource, wire: Wire) -> Record:
    """The record of an action or a package: no name, the id is one of its properties."""
    record = resource.normalise(wire)
    del record["name"]
    return record


def action_path(action_id: str) -> str:
    """Path of an action."""
    return f"{ACTIONS}/{segment(action_id)}"


@dataclass(frozen=True)
class Scope:
    """What an action sends: a LUN, or a whole project when `lun` is `None`."""

    pool: str
    project: str
    lun: str | None

    @property
    def label(self) -> str:
        """In words: `LUN tank/proj-a/lun-a`."""
        if self.lun is None:
            return f"project {self.pool}/{self.project}"
        return f"LUN {self.pool}/{self.project}/{self.lun}"

    def inheritance_path(self, release: Release) -> str:
        """Path of the flag that says whether the LUN takes part in its project's replication (API reference 10.3)."""
        shares = "luns" if release.has("lun_replication_path") else "filesystems"
        pool, project, lun = segment(self.pool), segment(self.project), segment(self.lun or "")
        return f"/api/storage/v1/pools/{pool}/projects/{project}/{shares}/{lun}/replication"

    def sent_by(self, wire: Wire) -> bool:
        """Whether an action, as the appliance gives it, sends just this."""
        return (
            wire.get("pool") == self.pool
            and wire.get("project") == self.project
            and (wire.get("share") or None) == self.lun
        )


def known_as(target: Mapping[str, Any]) -> set[str]:
    """All by which actions may refer to a replication target (API reference 10.2, 12.17)."""
    return {str(target[key]) for key in ("label", "asn", "target", "hostname") if target.get(key)}


def inherited_flag(body: Wire | None) -> bool | None:
    """The flag of `Scope.inheritance_path`, with or without an envelope; `None` where the appliance gives none."""
    if body is None:
        return None
    inner = body.get("replication")
    flag = (inner if isinstance(inner, dict) else body).get("inherited")
    return Flag().from_wire(flag) if flag is not None else None
