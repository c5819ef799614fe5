# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of what lives on a snapshot: its clones, and nothing of what lives on those; API reference 7."""

from __future__ import annotations

from typing import NamedTuple

from ...engine._read import items_of
from ...engine._types import Pages
from ...values._wire import Wire, text


class DependentShare(NamedTuple):
    """A share that lives on a snapshot.

    Attributes:
        what: what messages call it while its names are read.
        wire: it in the list.
    """

    what: str
    wire: Wire

    @property
    def kind(self) -> str:
        """`lun` or `filesystem`, which only its address tells."""
        return "filesystem" if "/filesystems/" in text(self.wire, "href", self.what) else "lun"

    @property
    def project(self) -> str:
        """The name of its project."""
        return text(self.wire, "project", self.what)

    @property
    def name(self) -> str:
        """Its own name."""
        return text(self.wire, "share", self.what)


def dependents_at(pages: Pages, path: str, label: str) -> list[DependentShare] | None:
    """Read what lives on a snapshot, whatever the number of its clones says, which lags (API reference 1.9).

    Args:
        pages: asks the appliance.
        path: path of the snapshot.
        label: the snapshot, or what it is of, as messages call it.

    Returns:
        The shares; `None` where there is no such snapshot, or nobody tells.
    """
    there = f"{path}/dependents"
    body = pages.get(there)
    if body is None:
        return None
    return [DependentShare(f"a clone of {label}", wire) for wire in items_of(body, "dependents", path=there)]
