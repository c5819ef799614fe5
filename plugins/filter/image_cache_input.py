# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the variables of the role image_cache."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: image_cache_input
short_description: Judge the variables of the role image_cache
version_added: 0.1.0
description:
  - Tells all that is wrong with the variables of the role P(zfssa.storage.image_cache#role) in one sentence, before anything is asked
    of an appliance, and makes the options of its tasks of them. Made for that role.
options:
  _input:
    description: All variables whose names begin with C(image_cache_), with their values.
    type: dict
    required: true
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Check the variables
  ansible.builtin.assert:
    that: not (given | zfssa.storage.image_cache_input).said
    fail_msg: "{{ (given | zfssa.storage.image_cache_input).said }}"
  vars:
    given:
      image_cache_pool: tank
      image_cache_project: images
      image_cache_image: /srv/images/minimal.qcow2
      image_cache_writer: {initiator: 'iqn.2020-01.com.example:image-writer'}
"""

RETURN = r"""
_value:
  description:
    - C(said) is the sentence, empty when nothing is wrong; there are no secrets in it. The rest are options of the role's tasks.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._image_cache_input import judge


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"image_cache_input": judge}
