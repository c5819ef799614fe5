# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the engine: records, identities, and what is needed to look something up."""

from __future__ import annotations

from typing import Any, Protocol

from ..values._wire import Wire

# A normalised object, by its options (see `_resource`), and the names that say which object is meant.
Record = dict[str, Any]
Identity = dict[str, str]
# What a task returns beside `changed`: result key -> record (`None` when the object does not exist).
Results = dict[str, Any]


class Pages(Protocol):
    """What is needed of a client to look something up."""

    def get(self, path: str, params: dict[str, str] | None = None) -> Wire | None:
        """Read one resource; `None` when the appliance says that it does not exist."""
