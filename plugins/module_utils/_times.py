# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timestamps of the appliance."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_V1 = re.compile(r"^(\d{4})(\d{2})(\d{2})T(\d{2}):(\d{2}):(\d{2})")
_V2 = re.compile(r"^(\d{4})-(\d{2})-(\d{2}).(\d{2}):(\d{2}):(\d{2})")


def parse_time(value: object) -> datetime | None:
    """Read a timestamp of API v1 (`20240131T09:15:00`) or v2 (`2024-01-31T09:15:00`), both UTC (API reference 0.2).

    Returns:
        The moment, or `None` for `<unknown>`, an empty value, or anything else that is not a timestamp.
    """
    text = str(value or "")
    match = _V1.match(text) or _V2.match(text)
    if match is None:
        return None
    try:
        return datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
