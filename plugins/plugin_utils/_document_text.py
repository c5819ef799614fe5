# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a document as YAML that people read and change.

The same document is always the same text. What an appliance has in its texts is no template: where it looks like one, it is
marked so that Ansible does not evaluate it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ansible_collections.zfssa.storage.plugins.module_utils.values._legible import legible
from ansible_collections.zfssa.storage.plugins.plugin_utils._document import Document, Variable

_WIDTH = 120
# A list of names that is no longer than that stands in one line.
_SHORT = 80
_TEMPLATE = ("{{", "{%", "{#")


class _Dumper(yaml.SafeDumper):
    """YAML in the style of playbooks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their keys, too."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if any(mark in value for mark in _TEMPLATE):
        return dumper.represent_scalar("!unsafe", value, style="'")
    return dumper.represent_str(value)


def _variable(dumper: yaml.SafeDumper, value: Variable) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", f"{{{{ {value} }}}}", style='"')


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    is_short = all(isinstance(one, str) for one in value) and sum(len(one) + 2 for one in value) <= _SHORT
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=is_short)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Variable, _variable)
_Dumper.add_representer(list, _list)


def document_text(document: Document, appliance: str) -> str:
    """Write a document.

    Args:
        document: it.
        appliance: what the appliance is called.
    """
    parts = ["---\n" + "".join(f"# {line}".rstrip() + "\n" for line in _head(document, appliance))]
    if document.defaults:
        parts.append(_yaml({"defaults": document.defaults}))
    sections = [_yaml({section: items}) for section, items in document.config.items()]
    parts.append("config:\n" + "\n".join(_indented(section) for section in sections) if sections else "config: {}\n")
    return "\n".join(parts)


def _head(document: Document, appliance: str) -> Iterator[str]:
    """The comment at the top, by lines."""
    yield f"What {legible(appliance)} has, as a document for the playbook zfssa.storage.apply and the module zfssa_san."
    yield "What an item would have without being told is left out."
    if document.secrets:
        yield ""
        yield "No appliance tells its secrets. Give these variables, from a vault for example:"
        yield from (f"  {name}: {legible(what)}" for name, what in document.secrets.items())
    if document.left_out:
        yield ""
        yield "No document can have these, so that they are left out:"
        yield from (f"  {legible(what)}: {legible(why)}" for what, why in sorted(document.left_out.items()))


def _yaml(value: Mapping[str, Any]) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))
