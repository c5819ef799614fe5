# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role adopt_lun is to do."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: adopt_lun_plan
short_description: Judge LUNs, and make the document that takes them under management or releases them
version_added: 0.1.0
description:
  - Compares what there is with what the variables of the role P(zfssa.storage.adopt_lun#role) want. Made for that role.
positional: looks
options:
  _input:
    description: All variables whose names begin with C(adopt_lun_), with their values.
    type: dict
    required: true
  looks:
    description: What there is, as M(zfssa.storage.zfssa_info) gives it, once for each project.
    type: list
    elements: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Take LUNs under management
  zfssa.storage.zfssa_san:
    config: "{{ (given | zfssa.storage.adopt_lun_plan(looks.results)).config }}"
"""

RETURN = r"""
_value:
  description:
    - C(refused) is a sentence that says why not, empty when all LUNs can be had. C(config) is the document for M(zfssa.storage.zfssa_san),
      empty when there is nothing to do. C(unfinished) is a sentence that says what is not as wanted, empty when all is. C(luns) has the
      LUNs as they shall be.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption import Found, decide
from ansible_collections.zfssa.storage.plugins.plugin_utils._adoption_input import judge
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import sentence


def adopt_lun_plan(given: Mapping[str, Any], looks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Judge LUNs."""
    wanted, _problems = judge(given)
    found = Found.of(looks) or Found({}, frozenset(), {})
    decision = decide(wanted, found)
    return {
        "refused": sentence(decision.refused) if decision.refused else "",
        "config": decision.config,
        "unfinished": sentence(decision.unfinished) if decision.unfinished else "",
        "luns": decision.luns,
    }


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"adopt_lun_plan": adopt_lun_plan}
