# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the role adopt_lun goes back."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: adopt_lun_undo
short_description: Make the documents that give LUNs back what they had
version_added: 0.1.0
description:
  - Compares LUNs with what they were before the role P(zfssa.storage.adopt_lun#role) began. They are known by their GUIDs. Made for
    that role.
positional: before, now
options:
  _input:
    description: All variables whose names begin with C(adopt_lun_), with their values.
    type: dict
    required: true
  before:
    description: What there was, as M(zfssa.storage.zfssa_info) gave it, once for each project.
    type: list
    elements: dict
    required: true
  now:
    description: What there is. A result without the LUNs is one that could not be read.
    type: list
    elements: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Give the LUNs their names back
  zfssa.storage.zfssa_san:
    config: "{{ (given | zfssa.storage.adopt_lun_undo(before.results, now.results)).names }}"
"""

RETURN = r"""
_value:
  description:
    - C(names) and C(marks) are the documents for M(zfssa.storage.zfssa_san) that give the LUNs their names, and then what their custom
      properties said; each is empty when there is nothing to do. C(said) is a sentence about what is not as before.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption import Found, Undo, undo, undone
from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption_input import judge


def adopt_lun_undo(
    given: Mapping[str, Any],
    before: Iterable[Mapping[str, Any]],
    now: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Compare LUNs with what they were."""
    wanted, _problems = judge(given)
    was, is_now = Found.of(before), Found.of(now)
    back = Undo() if was is None or is_now is None else undo(wanted, was, is_now)
    return {"names": back.names, "marks": back.marks, "said": undone(None if is_now is None else back)}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"adopt_lun_undo": adopt_lun_undo}
