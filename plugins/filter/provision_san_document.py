# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document for the hosts of the role provision_san."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: provision_san_document
short_description: Make a document for zfssa_san of the variables of the role provision_san
version_added: 0.1.0
description:
  - Says what the hosts shall have, or, with C(provision_san_state=absent), what is to be taken away with them. Made for the role
    P(zfssa.storage.provision_san#role).
positional: found
options:
  _input:
    description: All variables whose names begin with C(provision_san_), with their values.
    type: dict
    required: true
  found:
    description: What there is, as M(zfssa.storage.zfssa_info) gives it.
    type: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Plan for hosts
  zfssa.storage.zfssa_san:
    config: "{{ (given | zfssa.storage.provision_san_document(found)).config }}"
    state: planned
"""

RETURN = r"""
_value:
  description:
    - C(config) is the document. C(kept) names what stays of hosts that are taken away, because others need it.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_document import absent, found_in, present
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import judge


def provision_san_document(given: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Make the document."""
    wanted, _problems = judge(given)
    if not wanted.absent:
        return {"config": present(wanted), "kept": []}
    config, kept = absent(wanted, found_in(found))
    return {"config": config, "kept": kept}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"provision_san_document": provision_san_document}
