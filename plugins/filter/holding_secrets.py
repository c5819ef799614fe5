# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables hold a secret."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: holding_secrets
short_description: Find out which variables have a secret in their values
version_added: 0.1.0
description:
  - Made for playbooks whose variables name objects of an appliance. A name that a password is a part of is hidden in the results of
    all tasks that know the password. Passwords in the environment (E(ZFSSA_PASSWORD)) are looked for as well.
positional: secrets
options:
  _input:
    description: Variables and their values.
    type: dict
    required: true
  secrets:
    description: The secrets; what is empty is none.
    type: list
    elements: str
    default: []
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Check the names
  ansible.builtin.assert:
    that: names | zfssa.storage.holding_secrets([vault_password]) | length == 0
    fail_msg: "A password is a part of {{ names | zfssa.storage.holding_secrets([vault_password]) | join(', ') }}."
  vars:
    names:
      project: "{{ project }}"
      host: "{{ host }}"
"""

RETURN = r"""
_value:
  description: Those of the variables, sorted; never their values.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.client._environment_session import environment_secrets
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask


def holding_secrets(variables: Mapping[str, Any], secrets: Iterable[Any] = ()) -> list[str]:
    """Return the variables whose values have a secret in them."""
    mask = Mask({str(secret) for secret in secrets if secret} | environment_secrets())
    return sorted(str(name) for name, value in variables.items() if mask.value(value) != value)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"holding_secrets": holding_secrets}
