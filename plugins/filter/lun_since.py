# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a LUN compares with what it was before its migration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: lun_since
short_description: Say in one sentence how a LUN compares with what it was before its migration
version_added: 0.1.0
description:
  - Says that the LUN is as it was before, or what is otherwise, and what stays on the appliance.
positional: before, lun, where, stays
options:
  _input:
    description: The record of the LUN, as M(zfssa.storage.zfssa_info) tells it.
    type: dict
    required: true
  before:
    description: What it was before, as C(before) in what M(zfssa.storage.zfssa_lun_migration) tells of it.
    type: dict
    required: true
  lun:
    description: Its record from before.
    type: dict
    required: true
  where:
    description: The appliance.
    type: str
    required: true
  stays:
    description: What stays there that was not there before.
    type: list
    elements: str
    default: []
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Say what the LUN is now
  ansible.builtin.debug:
    msg: "{{ found.luns[0] | zfssa.storage.lun_since(survey.migration.luns[0].before, survey.migration.luns[0].lun, 'east') }}"
"""

RETURN = r"""
_value:
  description: A sentence.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._lun_since import lun_since


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"lun_since": lun_since}
