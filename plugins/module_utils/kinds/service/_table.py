# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: their records, and what their properties can be, as far as it is known; API reference 2.3.

What is not known, the appliance judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine._types import Record
from ...values._errors import InvalidInput
from ...values._names import shown
from ...values._wire import Unclear, Wire

SERVICES = "/api/service/v1/services"
# The key has angle brackets on the wire (API reference 2.3).
STATUS = "<status>"
_NOT_PROPERTIES = (STATUS, "href", "name", "log", "sources", "targets")
_LAST_PORT = 65535
_NFS_VERSIONS = ("2", "3", "4")
# Service and property -> the words that it takes.
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("http", "protocols"): ("http/https", "http", "https"),
    ("nfs", "version_min"): _NFS_VERSIONS,
    ("nfs", "version_max"): _NFS_VERSIONS,
}
# Service -> properties of which the first must not be higher than the second.
_IN_ORDER = {"nfs": (("version_min", "version_max"),)}


def service_record(name: str, wire: Wire) -> Record:
    """Make the record of a service: its name, its status, its properties under the appliance's own names."""
    properties = {key: value for key, value in wire.items() if key not in _NOT_PROPERTIES}
    status = wire.get(STATUS, "")
    if not isinstance(status, str):
        status = Unclear((STATUS, status), f"service {name}", status, decided=True)
    return {"name": name, "status": status, "properties": properties}


def require_possible(service: str, present: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Refuse values that no appliance takes.

    Args:
        service: its name.
        present: its properties as the appliance has them.
        changes: those that it is to get, in the form of what is there.

    Raises:
        InvalidInput: one of them is none.
    """
    for name, value in changes.items():
        why = _impossible(service, name, present.get(name), value)
        if why:
            raise InvalidInput(f"property {name} of service {service} {why}", advice=f"correct {name}")
    for low, high in _IN_ORDER.get(service, ()):
        least, most = ({**present, **changes}.get(name) for name in (low, high))
        # What the appliance itself has there may be anything.
        if changes.keys() & {low, high} and isinstance(least, str) and isinstance(most, str) and least > most:
            raise InvalidInput(
                f"property {low} of service {service} would be {least}, and {high} {most}, which is lower",
                advice=f"correct {low} or {high}",
            )


def _impossible(service: str, name: str, present: Any, value: Any) -> str:
    """Why a value cannot be, empty when it can."""
    words = _WORDS.get((service, name))
    if value is None:
        return "has no value"
    if words and value not in words:
        return f"is {value!r}, and takes one of: {', '.join(words)}"
    # The name alone does not tell: a port may be the word of one.
    if name.endswith("port") and isinstance(present, int) and not 1 <= value <= _LAST_PORT:
        return f"is {value}, and a port is from 1 to {_LAST_PORT}"
    if isinstance(value, list):
        twice = sorted({str(item) for item in value if value.count(item) > 1})
        return f"has {shown(twice)} more than once" if twice else ""
    return ""
