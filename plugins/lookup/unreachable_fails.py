# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let what is unreachable fail."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unreachable_fails
short_description: Let a host that cannot be reached fail the task, so that a rescue is run
version_added: 0.1.0
description:
  - Ansible ends the play for a host that a task cannot reach, and runs neither C(rescue) nor C(always) for it. As a condition
    of a task, this makes a failure of it, which they see.
  - A task with C(ignore_unreachable) goes on to be ignored.
notes:
  - It is always true. As a condition of an include it goes to the included tasks with C(apply).
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Ask the hosts, and tidy up when one of them is away
  block:
    - name: Ask the hosts
      ansible.builtin.include_tasks:
        file: ask.yml
        apply:
          when: query('zfssa.storage.unreachable_fails') | length > 0
  rescue:
    - name: Tidy up
      ansible.builtin.include_tasks: tidy.yml
"""

RETURN = r"""
_raw:
  description: One item, whether this has been done for the task.
  type: list
  elements: bool
"""

from typing import Any

from ansible.plugins.lookup import LookupBase

from ansible_collections.zfssa.storage.plugins.plugin_utils._unreachable import fail_when_unreachable


class LookupModule(LookupBase):
    """Changes what this task does when it cannot reach its host."""

    def run(self, terms: Any, variables: Any = None, **kwargs: Any) -> list[bool]:
        """Return one item."""
        return [fail_when_unreachable()]
