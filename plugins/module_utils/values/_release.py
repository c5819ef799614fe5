# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Software releases of the appliance, and the one table of what a client must do differently for each.

What exists only since a release, or is called otherwise before it, is not in this table: the property says so itself
(`Property.since`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# "ak/SUNW,ankimo@2013.06.05.8.28,1-1.3" is OS8.8.28; "2013.06.05.7.x" is OS8.7; lower fourth numbers are 2013.1.
_VERSION = re.compile(r"2013\.06\.05\.(\d+)")
# From this number on a release is called OS8.
_FIRST_OS8 = 6
_FIRST_WITH = {
    # a share moves to another project by PUT on its own /luns path (API reference 5.1)
    "move_by_lun_path": 8,
    # /luns/LUN/replication exists beside /filesystems/LUN/replication (API reference 10.3)
    "lun_replication_path": 7,
    # an action is made below what it sends, and the flat list takes no POST (API reference 10.2, 14.7)
    "contextual_actions": 7,
    # compression lz4 (API reference 4)
    "lz4": 6,
    # checksum sha256mac (API reference 4)
    "sha256mac": 8,
    # a LUN can be presented to more than one initiator group (API reference 12.1)
    "several_groups": 6,
    # a replication target has its label in its path, and no longer its number (API reference 10.1)
    "targets_by_label": 7,
    # authorizations of their own for snapshots, and for what presents a LUN (API reference 16.3.5)
    "finer_authorizations": 8,
    # packages are at /replication/packages, without the source in the path (API reference 10.4)
    "flat_packages": 8,
}


@dataclass(frozen=True, order=True)
class Release:
    """A release of the appliance's software.

    Attributes:
        update: the number that tells releases apart: 8 for OS8.8, 7 for OS8.7, below 6 for 2013.1.
    """

    update: int

    def has(self, feature: str) -> bool:
        """Whether this release has a feature of the table above.

        Raises:
            KeyError: the table has no such feature.
        """
        return self.update >= _FIRST_WITH[feature]

    def __str__(self) -> str:
        return f"OS8.{self.update}" if self.update >= _FIRST_OS8 else "2013.1"


OS8_7 = Release(7)
OS8_8 = Release(8)
NEWEST = OS8_8


def parse_release(version: str | None) -> Release:
    """Read the release from a version string, as in the header `X-Zfssa-Version` (API reference 14.1, 14.2).

    An unknown string counts as the newest release: appliances are updated more often than this table.
    """
    return known_release(version) or NEWEST


def known_release(version: str | None) -> Release | None:
    """Read the release from a version string; `None` where it is none that a guide shows."""
    match = _VERSION.search(version or "")
    return Release(int(match.group(1))) if match else None
