# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots as the options of `zfssa_snapshot` that take them."""

from __future__ import annotations

from ...engine._types import Record
from ...values._wire import Wire
from ._table import OF_PROJECT, SYSTEM

_LOCAL = ("", "local")


def exported_snapshots(wires: list[Wire]) -> list[Record]:
    """Snapshots that somebody took; those that the appliance takes and prunes by itself are nobody's request."""
    items = []
    for wire in wires:
        names = [wire.get(key) for key in (*OF_PROJECT.scope, "share", "name", "collection", "href")]
        if not all(isinstance(one, str | None) for one in names):
            continue
        name = str(wire.get("name") or "")
        if not name or name.startswith(SYSTEM) or str(wire.get("collection") or "") not in _LOCAL:
            continue
        item = {option: wire.get(option) for option in OF_PROJECT.scope}
        share = wire.get("share")
        if share:
            # A snapshot names its share, and its path what that is (API reference 7.2).
            kind = "filesystem" if "/filesystems/" in str(wire.get("href", "")) else "lun"
            item[kind] = share
        items.append({**item, "name": name})
    return items
