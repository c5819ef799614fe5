# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report of what has drifted."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_report
short_description: Write what has drifted on appliances as a report
version_added: 0.1.0
description:
  - Made for the playbook C(zfssa.storage.drift). The same findings always make the same text.
positional: form
options:
  _input:
    description: What the filter P(zfssa.storage.drift_found#filter) has found, a list with an item for each appliance.
    type: list
    elements: dict
    required: true
  form:
    description: V(json) is for programs, V(junit) for pipelines, where each object is a test case, and V(markdown) for people.
    type: str
    choices: [json, junit, markdown]
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Show what has drifted
  ansible.builtin.debug:
    msg: "{{ [found] | zfssa.storage.drift_report('markdown') }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
"""

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._drift_report import report
from ansible_collections.zfssa.storage.plugins.plugin_utils._plain import plain


def drift_report(found: Sequence[Any], form: str) -> str:
    """Write the report."""
    return report(plain(found), str(form))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"drift_report": drift_report}
