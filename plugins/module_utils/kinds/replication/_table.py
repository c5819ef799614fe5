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
from typing import Any

from ...engine._resource import Property, Resource
from ...engine._types import Record
from ...values._release import OS8_8
from ...values._types import Amount, Flag, Limit, Misread, Moment, Rate, Value, Whole, Word
from ...values._wire import Wire, label_of
from ._scope import ACTION_TITLE, ACTIONS, FLAT_PACKAGES, IDLE, TARGETS

UNKNOWN = "<unknown>"
# How an appliance says of a package that nothing has come yet (API reference 10.2, 10.4).
NEVER = ("", UNKNOWN, "unknown")
SUCCESS = "success"

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,254}")


class Outcome(Word):
    """The result of the last update, `None` while there was none."""

    null_is_nothing = True

    def from_wire(self, value: Any) -> Any:
        return None if value in ("", UNKNOWN, "unknown") else super().from_wire(value)


class Share(Word):
    """The share that an action sends; `None` where it sends a whole project."""

    null_is_nothing = True

    def from_wire(self, value: Any) -> Any:
        return super().from_wire(value) or None


class Host(Word):
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
    """The project at the source that a package comes from, and the share when that alone is replicated.

    Raises:
        ValueError: one of what says so is no text.
    """
    project, _slash, share = _text(wire, "replica_of").strip("/").partition("/")
    return _text(wire, "project") or project or None, _text(wire, "share") or share or None


def _text(wire: Wire, key: str) -> str:
    """What an appliance says in a key; empty where it says nothing."""
    if not isinstance(wire.get(key), str | None):
        raise Misread(key)
    return wire.get(key) or ""


# What both ends tell of their updates.
_UPDATES = (
    Property("state_description", "state_description", Value(), read_only=True),
    Property("last_result", "last_result", Outcome(), read_only=True, decided=True),
    Property("last_sync", "last_sync", Moment(), read_only=True),
    Property("last_try", "last_try", Moment(), read_only=True),
)

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
        Property("host_match", "host_match", Flag(), since=OS8_8),
        Property("auto_accept_cert", "auto_accept_cert", Flag(), since=OS8_8),
        Property("address", "address", Value(), read_only=True, unsure_after=("hostname",)),
        Property("asn", "asn", Word(), read_only=True, decided=True),
        Property("actions", "actions", Whole(), read_only=True, initial=0, on_use=True),
    ),
    required_to_create=("hostname", "root_password"),
    making="register",
)

ACTION = Resource(
    kind="action",
    plural="actions",
    title=ACTION_TITLE,
    collection=ACTIONS,
    scope=(),
    key="id",
    wire_key="id",
    properties=(
        Property("id", "id", Word(), read_only=True, decided=True),
        Property("pool", "pool", Word(), read_only=True, decided=True),
        Property("project", "project", Word(), read_only=True, decided=True),
        Property("lun", "share", Share(), read_only=True, decided=True),
        Property("target", "target", Word(), read_only=True, decided=True),
        Property("target_pool", "target_pool", Word(), read_only=True, decided=True),
        Property("enabled", "enabled", Flag(), initial=True),
        Property("continuous", "continuous", Flag(), initial=False),
        Property("include_snaps", "include_snaps", Flag(), initial=True),
        Property("max_bandwidth", "max_bandwidth", Limit(), initial=0),
        Property("use_ssl", "use_ssl", Flag(), initial=True),
        Property("compression", "compression", Flag(), initial=True),
        Property("dedup", "dedup", Flag(), initial=False),
        # A list of its own below the action; `None` where it was not read.
        Property("schedules", "schedules", Value(), read_only=True, read=lambda _wire: None),
        Property("state", "state", Word(), read_only=True, initial=IDLE, decided=True),
        *_UPDATES,
        Property("bytes_sent", "bytes_sent", Amount(), read_only=True, initial=0),
        Property("estimated_size", "estimated_size", Amount(), read_only=True, initial=0),
        Property("average_throughput", "average_throughput", Rate(), read_only=True, initial=0),
    ),
)

PACKAGE = Resource(
    kind="package",
    plural="packages",
    title="replication package",
    collection=FLAT_PACKAGES,
    scope=(),
    key="id",
    wire_key="id",
    properties=(
        Property("id", "id", Word(), read_only=True, decided=True),
        Property("source", "source_name", Word(), read_only=True, on_use=True),
        Property("source_asn", "source_asn", Word(), read_only=True, on_use=True),
        Property("source_pool", "source_pool", Word(), read_only=True),
        Property("target_pool", "target_pool", Word(), read_only=True, on_use=True),
        Property("replica_of", "replica_of", Word(), read_only=True, on_use=True),
        Property("project", "project", Word(), read_only=True, decided=True, read=lambda wire: _replicated(wire)[0]),
        Property("share", "share", Word(), read_only=True, on_use=True, read=lambda wire: _replicated(wire)[1]),
        Property("enabled", "enabled", Flag(), initial=True),
        Property("state", "state", Word(), read_only=True, decided=True),
        *_UPDATES,
    ),
)


def record_of(resource: Resource, wire: Wire) -> Record:
    """The record of an action or a package."""
    return resource.normalise(wire, label=label_of_replica(resource, wire))


def told_of(resource: Resource, wire: Wire) -> Record:
    """The same for somebody who decides nothing."""
    return resource.told(wire, label=label_of_replica(resource, wire))


def label_of_replica(resource: Resource, wire: Wire) -> str:
    """An action or a package, as the appliance gives it, for messages."""
    ident = wire.get("id")
    return f"{resource.title} {ident}" if isinstance(ident, str) else label_of(wire, resource.title)
