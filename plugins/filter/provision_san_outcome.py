# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has become of the hosts of the role provision_san."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: provision_san_outcome
short_description: Tell what hosts need to log in, and what they do not see that they should
version_added: 0.1.0
description:
  - Compares what there is with what the hosts of the role P(zfssa.storage.provision_san#role) shall have. Made for that role.
positional: found, results, is_predicted
options:
  _input:
    description: All variables whose names begin with C(provision_san_), with their values.
    type: dict
    required: true
  found:
    description: What there is, as M(zfssa.storage.zfssa_info) gives it.
    type: dict
    required: true
  results:
    description: C(results) of M(zfssa.storage.zfssa_san).
    type: list
    elements: dict
    required: true
  is_predicted:
    description: Whether those results are a prediction, which then goes over what there is.
    type: bool
    default: false
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Show what each host needs to log in
  ansible.builtin.debug:
    msg: "{{ (given | zfssa.storage.provision_san_outcome(found, done.results)).connections }}"
"""

RETURN = r"""
_value:
  description:
    - C(connections) has what each host needs to log in, without secrets. C(unseen) are clauses that say what is not as it should be.
      C(differing) are the kinds of objects that changed.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_document import found_in
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_input import judge
from ansible_collections.zfssa.storage.plugins.plugin_utils._provision_outcome import (
    connections,
    differing,
    left,
    predicted,
    unseen,
)


def provision_san_outcome(
    given: Mapping[str, Any],
    found: Mapping[str, Any],
    results: Sequence[Mapping[str, Any]],
    is_predicted: bool = False,
) -> dict[str, Any]:
    """Tell what has become of the hosts."""
    wanted, _problems = judge(given)
    there = found_in(found)
    told = {"connections": [], "differing": differing(results)}
    if wanted.absent:
        return {**told, "unseen": left(wanted, there)}
    needs = connections(
        wanted, predicted(wanted, there, results) if is_predicted else there, found.get("interfaces") or ()
    )
    return {**told, "connections": needs, "unseen": unseen(wanted, there, needs)}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"provision_san_outcome": provision_san_outcome}
