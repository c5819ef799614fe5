# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the hosts that would be in each other's way."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: migrate_lun_rivals
short_description: Find the hosts of a play that migrate the same LUNs at the same time
version_added: 0.1.0
description:
  - Compares what the hosts claim that are about to run the role P(zfssa.storage.migrate_lun#role), or are running it. A host
    claims the place of each LUN on the source, and the place where it goes on the target.
  - A host claims by the fact C(migrate_lun_claims), which bears its name, because a fact that a task with C(run_once) makes
    is given to all hosts. Hosts that have failed, and those of another batch, claim nothing.
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Look for hosts that would migrate the same
  ansible.builtin.set_fact:
    migrate_lun_rivals: "{{ query('zfssa.storage.migrate_lun_rivals') }}"
"""

RETURN = r"""
_raw:
  description: For each other host that claims a place of this one, its name and the LUNs.
  type: list
  elements: str
"""

from typing import Any

from ansible.plugins.lookup import LookupBase

from ansible_collections.zfssa.storage.plugins.plugin_utils._migration_input import rivals


class LookupModule(LookupBase):
    """Compares the claims of the hosts that are still there."""

    def run(self, terms: Any, variables: Any = None, **kwargs: Any) -> list[str]:
        """Return a clause for each rival of the host."""
        me = variables["inventory_hostname"]
        claims = {host: _claims(variables, host) for host in {me, *variables["ansible_play_batch"]}}
        mine = claims.pop(me)
        return rivals(mine, dict(sorted(claims.items())))


def _claims(variables: Any, host: str) -> list[dict[str, Any]]:
    claimed = variables["hostvars"][host].get("migrate_lun_claims") or {}
    return list(claimed["places"]) if claimed.get("host") == host else []
