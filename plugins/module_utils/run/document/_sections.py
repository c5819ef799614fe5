# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a document may hold: its sections, each with a kind of object, and the options of the items in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine._kind import Kind
from ...kinds._registry import IN_DOCUMENTS, KINDS

# What no document holds: to register a peer takes the password of its administrator.
_LEFT_OUT = ("replication_targets",)


def section_of(subset: str) -> str:
    """The section of a document that has what is in a subset of `zfssa_info`."""
    return IN_DOCUMENTS.get(subset, subset)


# By their names in a document. Each may need those before it, and none of those after it.
SECTIONS: Mapping[str, Kind] = {section_of(subset): KINDS[subset] for subset in KINDS if subset not in _LEFT_OUT}
# Options of items that may stand once for all of them.
SHARED = ("pool", "project")


def config_spec() -> dict[str, Any]:
    """The options of a document, with those of its items, as a specification of Ansible.

    Ansible itself does not judge a document by it: it stops at the first error and does not say where that is.
    """
    return {
        section: {"type": "list", "elements": "dict", "options": kind.item_spec()} for section, kind in SECTIONS.items()
    }


def defaults_spec() -> dict[str, Any]:
    """The options that may stand once for all items."""
    return {option: {"type": "str"} for option in SHARED}
