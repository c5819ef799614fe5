# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules do, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from ..engine._operation import Operation
from ..kinds import _registry
from . import _info, _rest, _session

OPERATIONS: Mapping[str, Operation] = {
    **_registry.OPERATIONS,
    "zfssa_info": _info.OPERATION,
    "zfssa_rest": _rest.OPERATION,
    "zfssa_session": _session.OPERATION,
}
