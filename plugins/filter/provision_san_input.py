# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the variables of the role provision_san."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: provision_san_input
short_description: Judge the variables of the role provision_san
version_added: 0.1.0
description:
  - Tells all that is wrong with the variables of the role P(zfssa.storage.provision_san#role) in one sentence, before anything is asked
    of an appliance. Made for that role.
options:
  _input:
    description: All variables whose names begin with C(provision_san_), with their values.
    type: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Check the variables
  ansible.builtin.assert:
    that: not (given | zfssa.storage.provision_san_input).said
    fail_msg: "{{ (given | zfssa.storage.provision_san_input).said }}"
  vars:
    given:
      provision_san_pool: tank
      provision_san_project: databases
      provision_san_hosts: [{name: db1, initiators: ['iqn.1998-01.com.example:db1'], luns: [{name: redo-1, size: 1G}]}]
"""

RETURN = r"""
_value:
  description:
    - C(said) is the sentence, empty when nothing is wrong; there are no secrets in it. C(appliance) has the options of the connection
      that are given.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import judge, sentence


def provision_san_input(given: Mapping[str, Any]) -> dict[str, Any]:
    """Judge the variables."""
    wanted, problems = judge(given)
    return {"said": sentence(problems), "appliance": wanted.appliance}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"provision_san_input": provision_san_input}
