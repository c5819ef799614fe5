# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes of what an appliance has a document as a person would write it: sorted, without repetition, secrets as variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._protocols import ISCSI
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._table import is_port_name
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._sections import SECTIONS, SHARED
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._wishes import asked_by
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import folded
from ansible_collections.zfssa.storage.plugins.module_utils.values._types import Size
from ansible_collections.zfssa.storage.plugins.module_utils.values._units import format_size

Item = dict[str, Any]
_OPTION = "chap_secret"
# Section -> the first part of the names of the variables with its secrets.
_VARIABLES = {"initiators": _OPTION, "targets": f"target_{_OPTION}"}
# Groups, what they hold, and the option by which that is told.
_MEMBERS = {"initiator_groups": ("initiators", "initiator"), "target_groups": ("targets", "iqn")}
_PLACE = re.compile(r"(\w+)\[(\d+)\]")
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")


class Variable(str):
    """The name of a variable, in the place of its value."""

    __slots__ = ()


@dataclass
class Document:
    """What an appliance has, as `zfssa_san` takes it.

    Attributes:
        defaults: the options that stand once for all items.
        config: the items by sections.
        secrets: the variables that have to be given, each with what it is for.
        left_out: what no document can have, each with the reason.
    """

    defaults: dict[str, str] = field(default_factory=dict)
    config: dict[str, list[Item]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def document_of(config: Mapping[str, Iterable[Mapping[str, Any]]]) -> Document:
    """Make a document.

    Args:
        config: what `zfssa_info` gives with `as_input`; it is not changed.
    """
    document = Document()
    items = {section: [dict(item) for item in config.get(section, ())] for section in SECTIONS}
    _leave_out(items, document)
    for section in SECTIONS:
        items[section].sort(key=lambda item, kind=SECTIONS[section]: kind.names_of(item)[1])  # type: ignore[misc]
    _name_members(items)
    _ask_for_secrets(items, document)
    _share(items, document)
    document.config = {
        section: [_readable(section, item) for item in there] for section, there in items.items() if there
    }
    return document


def _leave_out(items: dict[str, list[Item]], document: Document) -> None:
    """Take out what `zfssa_san` would refuse, such as names that no option takes, or that two objects have."""
    asked = asked_by(items, {})
    wrong: dict[str, str] = {}
    for problem in asked.problems:
        found = _PLACE.match(problem.place)
        if found:
            wrong.setdefault(found.group(), problem.text)
    for wish in asked.wishes:
        try:
            wish.kind.check(wish.options)
        except ZfssaError as error:
            wrong.setdefault(wish.place, error.reason)
    for section, there in items.items():
        kind = SECTIONS[section]
        names = [kind.names_of(item)[1] for item in there]
        kept = []
        for number, item in enumerate(there):
            reason = wrong.get(f"{section}[{number}]")
            if names.count(names[number]) > 1:
                # Nothing says which of them an item would be about.
                reason = "there is more than one of that name"
            if reason is None:
                kept.append(item)
            else:
                options = {option: rules.get("default") for option, rules in kind.item_spec().items()}
                document.left_out[kind.title_of({**options, **item})] = reason
        items[section] = kept


def _name_members(items: Mapping[str, list[Item]]) -> None:
    """Call the members of groups by their aliases, where the document says whose these are."""
    for groups, (members, named) in _MEMBERS.items():
        aliases = [item.get("alias") or "" for item in items[members]]
        known = {
            folded(str(item[named])): item["alias"]
            for item in items[members]
            if item.get(named) and aliases.count(item.get("alias")) == 1 and not is_port_name(ISCSI, item["alias"])
        }
        for group in items[groups]:
            if group.get(members):
                group[members] = sorted(known.get(folded(name), name) for name in group[members])


def _ask_for_secrets(items: Mapping[str, list[Item]], document: Document) -> None:
    """Put variables where an account of CHAP has its secret."""
    for section, prefix in _VARIABLES.items():
        for item in items[section]:
            if not item.get("chap_user") and item.get("auth") != "chap":
                continue
            label = str(item.get("alias") or item.get("initiator") or "").rpartition(":")[2]
            name = _free(f"{prefix}_{_NO_NAME.sub('_', label).strip('_').lower()}", document.secrets)
            document.secrets[name] = f"the CHAP secret of {SECTIONS[section].title_of(item)}"
            item[_OPTION] = Variable(name)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """A name that no other variable has."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _share(items: Mapping[str, list[Item]], document: Document) -> None:
    """Say once what all items have in common."""
    for option in SHARED:
        those = [item for section, there in items.items() if option in SECTIONS[section].item_spec() for item in there]
        values = {str(item.get(option) or "") for item in those}
        if len(values) != 1 or "" in values:
            continue
        document.defaults[option] = values.pop()
        for item in those:
            del item[option]


def _readable(section: str, item: Item) -> Item:
    """An item with its names first, then the other options in the order of their table, and sizes as people write them."""
    table = SECTIONS[section].resource
    for prop in table.writable:
        value = item.get(prop.option)
        if isinstance(prop.value, Size) and isinstance(value, int) and not isinstance(value, bool):
            item[prop.option] = format_size(value)
    order = [*SHARED, "lun", "filesystem", table.key, "source"]
    first = [option for option in order if option in item]
    return {option: item[option] for option in (*first, *(option for option in item if option not in first))}
