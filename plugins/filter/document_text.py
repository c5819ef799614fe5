# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an appliance has, as a document that people read."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: document_text
short_description: Write what an appliance has as a document for zfssa_san
version_added: 0.1.0
description:
  - Makes of what M(zfssa.storage.zfssa_info) gives the text of a YAML file, as a person would have written it. Items are sorted,
    sizes are written as in C(10G), and pool and project stand once where all items have the same.
  - Secrets, which no appliance tells, are variables to be given. The comment at the top of the file lists them.
  - What no document can have, such as two targets with one alias, is left out, and listed there, too.
  - The same input always makes the same text.
positional: appliance
options:
  _input:
    description: RV(zfssa.storage.zfssa_info#module:config), read with O(zfssa.storage.zfssa_info#module:concise=true).
    type: dict
    required: true
  appliance:
    description: What the comment at the top calls the appliance.
    type: str
    default: the appliance
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
"""

EXAMPLES = r"""
- name: Read what the appliance has
  zfssa.storage.zfssa_info:
    as_input: true
    concise: true
  register: east

- name: Write it to a file
  ansible.builtin.copy:
    content: "{{ east.config | zfssa.storage.document_text('east') }}"
    dest: east.yml
    mode: '0644'
"""

RETURN = r"""
_value:
  description: The text of the file.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._document import document_of
from ansible_collections.zfssa.storage.plugins.plugin_utils._document_text import document_text as text_of
from ansible_collections.zfssa.storage.plugins.plugin_utils._plain import plain


def document_text(config: Mapping[str, Any], appliance: str = "the appliance") -> str:
    """Write the document."""
    return text_of(document_of(plain(config)), str(appliance))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"document_text": document_text}
