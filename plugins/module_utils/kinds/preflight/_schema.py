# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether custom properties are defined, with their types: API reference 8."""

from __future__ import annotations

from collections.abc import Sequence

from ...values._errors import Absent
from ...values._names import CUSTOM_PREFIX
from ...values._wire import Wire, found_by, text
from ..schema._table import SCHEMA
from ._finding import FAILED, Verdict, good
from ._once import OnceWithFailures


def read_schema(once: OnceWithFailures) -> list[Wire]:
    """Read the custom properties."""
    return once.listed(SCHEMA.collection, *SCHEMA.list_keys)


def judge_property(schema: Sequence[Wire], name: str, kind: str | None) -> Verdict:
    """Whether a custom property is defined.

    Args:
        schema: all of them, as the appliance gives them.
        name: the property.
        kind: the type that it must have; `None` for any.
    """
    bare = name.removeprefix(CUSTOM_PREFIX)
    found = found_by(schema, {"property": (bare,)}, SCHEMA.title)
    if not found:
        of = f" of type {kind}" if kind else ""
        raise Absent(f"{SCHEMA.title} {bare} does not exist", advice=f"define it{of} with zfssa_schema")
    has = text(found[0], "type", f"{SCHEMA.title} {bare}")
    if kind is None or has == kind:
        return good(f"{SCHEMA.title} {bare} is defined{f' as {has}' if has else ''}")
    return Verdict(
        FAILED,
        f"{SCHEMA.title} {bare} is of type {has or 'that it does not tell'}, and not {kind}",
        "remove it and define it anew with zfssa_schema, which destroys its values, or choose another name",
    )
