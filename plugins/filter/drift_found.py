# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has drifted on an appliance."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_found
short_description: Say of each object of an appliance whether it is as described
version_added: 0.1.0
description:
  - Made for the playbook C(zfssa.storage.drift). Makes one case for each object of what its tasks have found.
options:
  _input:
    description: What the appliance is called.
    type: str
    required: true
  document:
    description: The document, with C(config) and C(defaults).
    type: dict
    default: {}
  refused:
    description: The result of M(zfssa.storage.zfssa_san), which planned for the document, as far as it names errors in it.
    type: dict
    default: {}
  planned:
    description: The result of planning for the document, without the items that have errors.
    type: dict
    default: {}
  purged:
    description: The result of planning for the same with O(zfssa.storage.zfssa_san#module:purge) as well.
    type: dict
    default: {}
  notes:
    description: What the tasks of a file have noted.
    type: str
    default: ""
  failed:
    description: Why the appliance could not be looked at, or not to the end.
    type: str
    default: ""
  secrets:
    description: What must not be told. Passwords in the environment (E(ZFSSA_PASSWORD)) are not told anyway.
    type: list
    elements: str
    default: []
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Say what has drifted
  ansible.builtin.debug:
    msg: "{{ ('east' | zfssa.storage.drift_found(planned=planned, purged=purged)).summary }}"
"""

RETURN = r"""
_value:
  description:
    - C(appliance), C(drift), which is true when anything is otherwise, C(numbers) of cases by their state, C(summary), a sentence,
      C(lines), and C(cases), each with C(kind), C(name), C(state) and C(said).
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.client._environment_session import environment_secrets
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask
from ansible_collections.zfssa.storage.plugins.plugin_utils._drift import (
    FAILED,
    Found,
    case,
    cases_of_document,
    cases_of_tasks,
    found_on,
    undeclared,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._drift_refused import cases_refused
from ansible_collections.zfssa.storage.plugins.plugin_utils._plain import plain


def drift_found(
    appliance: str,
    document: Mapping[str, Any] | None = None,
    refused: Mapping[str, Any] | None = None,
    planned: Mapping[str, Any] | None = None,
    purged: Mapping[str, Any] | None = None,
    notes: str = "",
    failed: str = "",
    secrets: Iterable[Any] = (),
) -> Found:
    """Say what has drifted."""
    cases = list(cases_of_tasks(str(notes)))
    if document and refused:
        cases += cases_refused(plain(document), plain(refused))
    if planned and not planned.get("failed"):
        cases += cases_of_document(plain(planned))
        cases += list(undeclared(plain(purged or {}), cases))
    if not (planned or cases or failed):
        failed = "nothing was looked at: no task of this collection has been run"
    if failed:
        cases.append(case("appliance", str(appliance), FAILED, str(failed)))
    mask = Mask({str(secret) for secret in secrets if secret} | environment_secrets())
    found: Found = mask.value(found_on(str(appliance), cases))
    return found


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"drift_found": drift_found}
