# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where something is hidden in results."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: hidden_in
short_description: Find out where secrets are hidden in the results of tasks
version_added: 0.1.0
description:
  - A password that is also a part of a name is hidden in results, and with it the name. A playbook that depends on the results must
    stop then. Options, messages and differences are not looked at.
options:
  _input:
    description: A registered result, or a list of them.
    type: raw
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Look at the LUNs
  zfssa.storage.zfssa_info:
    gather_subset: [luns]
  register: found

- name: Stop when names cannot be read
  ansible.builtin.assert:
    that: found | zfssa.storage.hidden_in | length == 0
    fail_msg: "The password is a part of {{ found | zfssa.storage.hidden_in | join(', ') }}; change it."
"""

RETURN = r"""
_value:
  description: The places, such as C(luns.name); empty where nothing is hidden.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._hidden_in import hidden_in


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"hidden_in": hidden_in}
