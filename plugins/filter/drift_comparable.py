# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a document for which a plan can be made."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_comparable
short_description: Leave out of a document the items that have errors
version_added: 0.1.0
description:
  - Made for the playbook C(zfssa.storage.drift). An object that cannot become as described keeps M(zfssa.storage.zfssa_san) from
    planning for the others; without its item they can be compared.
positional: planned
options:
  _input:
    description: The document, with C(config) and C(defaults).
    type: dict
    required: true
  planned:
    description: The result of M(zfssa.storage.zfssa_san), which planned for it.
    type: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Plan for what can be planned for
  zfssa.storage.zfssa_san:
    config: "{{ (document | zfssa.storage.drift_comparable(planned)).config }}"
    state: planned
"""

RETURN = r"""
_value:
  description: The document without them.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._drift_refused import comparable
from ansible_collections.zfssa.storage.plugins.plugin_utils._plain import plain


def drift_comparable(document: Mapping[str, Any], planned: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the items that have errors."""
    return comparable(plain(document), plain(planned))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"drift_comparable": drift_comparable}
