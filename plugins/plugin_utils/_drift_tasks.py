# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task files that are run in check mode to find drift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def refused_tasks(loader: Any, path: str, variables: Mapping[str, Any]) -> list[str]:
    """Return a clause for each thing in a task file that keeps it from being run in check mode safely."""
    return []
