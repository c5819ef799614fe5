# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the variables of the role adopt_lun."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: adopt_lun_input
short_description: Judge the variables of the role adopt_lun
version_added: 0.1.0
description:
  - Tells all that is wrong with the variables of the role P(zfssa.storage.adopt_lun#role) in one sentence, before anything is asked
    of an appliance. Made for that role.
options:
  _input:
    description: All variables whose names begin with C(adopt_lun_), with their values.
    type: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Check the variables
  ansible.builtin.assert:
    that: not (given | zfssa.storage.adopt_lun_input).said
    fail_msg: "{{ (given | zfssa.storage.adopt_lun_input).said }}"
  vars:
    given: {adopt_lun_pool: tank, adopt_lun_project: databases, adopt_lun_luns: [redo-1]}
"""

RETURN = r"""
_value:
  description:
    - C(said) is the sentence, empty when nothing is wrong; there are no secrets in it. C(appliance) has the options of the connection
      that are given. C(pool) and C(projects) are where the LUNs may stand.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption_input import judge
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import sentence


def adopt_lun_input(given: Mapping[str, Any]) -> dict[str, Any]:
    """Judge the variables."""
    wanted, problems = judge(given)
    return {
        "said": sentence(problems) if problems else "",
        "appliance": dict(wanted.appliance),
        "pool": wanted.pool,
        "projects": list(wanted.projects),
    }


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"adopt_lun_input": adopt_lun_input}
