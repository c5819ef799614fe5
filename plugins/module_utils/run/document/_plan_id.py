# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id of a plan: another one as soon as anything else would be written, or what it is based on is another.

What is written counts with method, path and body; of a secret only that it is written. The basis are the properties of the objects
that change, as far as somebody can set them, and what tells such an object from another of its name, and the LUNs that go with
one that is removed. How full a pool is does not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ...engine._plan import Step
from ...engine._resource import CUSTOM, Resource
from ...engine._types import Record
from ...engine._unordered import Planned
from ...values._wire import Wire, clear
from ._lines import goes_with, records_of, resource_of

# What an object keeps whatever becomes of it, and none of its name gets again.
_LASTING = ("lunguid", "id", "creation")
_LENGTH = 32
_WRITTEN = "a secret is written"


def plan_id(planned: Iterable[Planned]) -> str:
    """The id of a plan.

    Args:
        planned: its items in order; those without changes do not count.
    """
    parts = [
        [str(one.item.key), [_step(step, resource_of(one)) for step in one.item.steps], _basis(one), goes_with(one)]
        for one in planned
        if one.item.changed
    ]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _step(step: Step, resource: Resource) -> list[Any]:
    return [step.method, step.path, _without_secrets(step.body, resource)]


def _without_secrets(body: Wire | None, resource: Resource) -> Wire | None:
    secret = {prop.wire for prop in resource.writable if prop.secret}
    return body and {key: _WRITTEN if key in secret else value for key, value in body.items()}


def _basis(one: Planned) -> Record | None:
    before, _after = records_of(one)
    if before is None:
        return None
    told = [*(prop.option for prop in resource_of(one).writable if not prop.secret), CUSTOM, *_LASTING]
    return {option: clear(before.get(option)) for option in told if option in before}
