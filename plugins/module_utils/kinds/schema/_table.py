# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema of custom properties: API reference 8."""

from __future__ import annotations

from ...engine._relations import Reference
from ...engine._resource import Property, Resource
from ...values._names import check_custom_name
from ...values._types import Choice, Value
from ...values._wire import Wire
from ..pool._pools import STORAGE


def _description(wire: Wire) -> str:
    return str(Value().from_wire(wire.get("description")) or "")


SCHEMA = Resource(
    kind="property",
    plural="properties",
    older_plural="schema",
    title="custom property",
    collection=f"{STORAGE}/schema",
    scope=(),
    wire_key="property",
    check=check_custom_name,
    properties=(
        Property(
            "type",
            "type",
            Choice(("String", "Integer", "PositiveInteger", "Boolean", "EmailAddress", "Host")),
            create_only=True,
            # Said and not left to the appliance, whose choice is not documented.
            given_at_creation="String",
        ),
        Property("description", "description", Value(), initial="", read=_description),
    ),
)

# Where what bears custom properties finds them.
CUSTOM_PROPERTIES = Reference(
    "custom property",
    (SCHEMA.collection,),
    "properties",
    names=("property",),
    other_keys=("schema",),
    maker="zfssa_schema",
)
