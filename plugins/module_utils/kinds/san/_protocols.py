# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocols of the SAN, and the groups that each of them has: API reference 9."""

from __future__ import annotations

SAN = "/api/san/v1"
ISCSI = "iscsi"
PROTOCOLS = (ISCSI, "fc", "srp")
# API reference 9.5: `default` is all initiators, or all targets, and a LUN in the other group is presented to nobody.
EVERYTHING = "default"
MASKED = "com.sun.ms.vss.hg.maskAll"
