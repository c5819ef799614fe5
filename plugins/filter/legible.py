# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A text that acts on no terminal."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: legible
short_description: Write a text as one that a person can read in one line of a terminal
version_added: 0.1.0
description:
  - Names and faults of an appliance may have anything in them. Control characters, marks of direction, ends of lines and
    invisible characters are escaped as Python does it, such as C(\x1b); of what is too long for anybody the middle is left out.
  - Messages of the modules are written so by themselves.
options:
  _input:
    description: A text, or anything else that has one.
    type: raw
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Say which LUNs there are
  ansible.builtin.debug:
    msg: "{{ luns | map(attribute='name') | join(', ') | zfssa.storage.legible }}"
"""

RETURN = r"""
_value:
  description: One line.
  type: str
"""

from collections.abc import Callable

from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import LONGEST_LIST, legible


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return them by name."""
        return {"legible": _legible}


def _legible(text: object) -> str:
    """Write a text legibly."""
    return legible(text, LONGEST_LIST)
