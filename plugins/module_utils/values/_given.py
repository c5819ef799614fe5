# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options as the user wrote them, before Ansible makes a text of everything: what YAML takes for a number may be a name.

`name: 010` is the number 8, `1.10` the number 1.1, and `off` a flag, of which nobody can tell any more what was written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ._errors import InvalidInput

# The options that name an object; all others with a text are sizes, secrets, descriptions, ids and the like.
NAMES = frozenset(
    (
        "alias",
        "chap_user",
        "copy_project",
        "filesystem",
        "hostname",
        "initiator",
        "initiator_group",
        "initiator_groups",
        "initiators",
        "interfaces",
        "iqn",
        "label",
        "lun",
        "luns",
        "match",
        "name",
        "new_name",
        "new_project",
        "peer",
        "peers",
        "pool",
        "project",
        "replica_of",
        "services",
        "snapshot",
        "source",
        "source_name",
        "target",
        "target_group",
        "target_name",
        "target_pool",
        "target_project",
        "targets",
    )
)


def judged(spec: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Judge options that Ansible has accepted.

    Args:
        spec: their specification.
        given: as the user wrote them.

    Returns:
        Warnings, whole sentences: the names that are whole numbers, with the text that is used.

    Raises:
        InvalidInput: a name is another number or a flag, or a value is infinite or no number.
    """
    warnings: list[str] = []
    for option, value in given.items():
        if value is None:
            continue
        inner = spec.get(option, {}).get("options", {})
        for one in value if isinstance(value, list) else [value]:
            if inner and isinstance(one, Mapping):
                warnings += judged(inner, one)
            else:
                _refuse_endless(option, one)
        if option in NAMES:
            warnings += _names(option, value)
    return warnings


def _names(option: str, value: Any) -> Iterator[str]:
    for name in value if isinstance(value, list) else [value]:
        if isinstance(name, (bool, float)):
            what = "true or false" if isinstance(name, bool) else "a number"
            raise InvalidInput(f"{option} {name} is {what} in YAML, and no name", advice="put it in quotes")
        if isinstance(name, int):
            yield f"{option} {name} is a number in YAML, and the text '{name}' is used; put it in quotes."


def _refuse_endless(option: str, value: Any) -> None:
    """Refuse numbers for which JSON has no form, anywhere in a value."""
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_endless(option, item)
    elif isinstance(value, list):
        for item in value:
            _refuse_endless(option, item)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{option} has {value}, which no appliance takes for a number", advice="correct it")
