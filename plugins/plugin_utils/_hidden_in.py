# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where secrets have been taken out of results, so that no decision can rest on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import COVER
from ansible_collections.zfssa.storage.plugins.module_utils.values._secrets import HIDDEN, is_mask

# What a result has beside what was found: the options, which hold secrets, and what is for people.
_ASIDE = (
    "invocation",
    "diff",
    "item",
    "msg",
    "failure",
    "warnings",
    "exception",
    "writes",
    "skip_reason",
    "skipped_reason",
)


def hidden_in(results: Any) -> list[str]:
    """Return the places in results where something is hidden, each once, such as `luns.name`; items of a list have no places."""
    return sorted(set(_places(results, "", top=True)))


def _places(value: Any, place: str, *, top: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in value:
            # Ansible's own keys of a result, and those of the items of a loop. Ansible warns whoever but looks at some of them.
            if top and (key in _ASIDE or str(key).startswith(("_ansible", "ansible_"))):
                continue
            if _is_hidden(key):
                yield f"a key of {place}" if place else "a key"
            yield from _places(value[key], f"{place}.{key}".strip("."), top=top and key == "results")
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _places(item, place, top=top)
    elif _is_hidden(value):
        yield place


def _is_hidden(value: Any) -> bool:
    # Asterisks alone are what an appliance shows of its own secrets.
    return isinstance(value, str) and (value == HIDDEN or (COVER in value and not is_mask(value)))
