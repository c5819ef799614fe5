# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of a document for which no plan can be made as things stand: they are drift, and must not hide that of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.run.document._lines import name_in
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._wishes import asked_by
from ansible_collections.zfssa.storage.plugins.plugin_utils._drift import DIFFERS, FAILED, Case, case

# An item, and whatever of it is meant.
_PLACE = re.compile(r"(\w+)\[(\d+)\]")


def comparable(document: Mapping[str, Any], planned: Mapping[str, Any]) -> dict[str, Any]:
    """A document without the items that have errors.

    Args:
        document: it, with `config` and `defaults`.
        planned: the result of its plan.
    """
    wrong = {place.group() for one in _errors(planned) if (place := _PLACE.match(one["place"]))}
    config = {
        section: [item for number, item in enumerate(items) if f"{section}[{number}]" not in wrong]
        for section, items in document["config"].items()
        if isinstance(items, list)
    }
    return {**document, "config": config}


def cases_refused(document: Mapping[str, Any], planned: Mapping[str, Any]) -> Iterator[Case]:
    """The cases of the items that have errors; arguments as for `comparable`."""
    asked = asked_by(document["config"], document.get("defaults") or {})
    wishes = {wish.place: wish for wish in (*asked.wishes, *asked.broken)}
    for error in _errors(planned):
        place = _PLACE.match(error["place"])
        wish = wishes.get(place.group()) if place else None
        if wish is None:
            yield case("document", error["place"] or "document", FAILED, error["message"])
        elif wish in asked.broken:
            yield case(wish.kind.name, error["place"], FAILED, error["message"])
        else:
            kind = wish.kind.meant(wish.options)
            yield case(kind.name, name_in(kind, wish.options), DIFFERS, error["message"])


def _errors(planned: Mapping[str, Any]) -> list[dict[str, str]]:
    return list((planned.get("failure") or {}).get("errors") or [])
