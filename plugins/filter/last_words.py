# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed task had to say."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: last_words
short_description: Say in one sentence what failed and why
version_added: 0.1.0
description:
  - Names the task, the items of its loop that failed, and what the command said last. What C(no_log) hides stays hidden.
positional: task, file
options:
  _input:
    description: The result of the task, such as C(ansible_failed_result).
    type: dict
    required: true
  task:
    description: The task, such as C(ansible_failed_task).
    type: dict
    default: {}
  file:
    description: The task file that was run, to be named in the sentence.
    type: str
    default: ""
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Say what failed
  ansible.builtin.debug:
    msg: "{{ ansible_failed_result | zfssa.storage.last_words(ansible_failed_task) }}"
"""

RETURN = r"""
_value:
  description: A sentence.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._last_words import last_words as say


def last_words(result: Any, task: Any = None, file: str = "") -> str:
    """Say what failed; whatever is no dictionary counts as nothing known."""
    known = [one if isinstance(one, Mapping) else {} for one in (result, task)]
    return say(known[0], known[1], file)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"last_words": last_words}
