# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is, put as the options that would make it: each item is a task for its module that changes nothing.

Secrets are not among them, because an appliance does not tell them.
"""

from __future__ import annotations

from typing import Any

from ..engine._types import Record
from ..kinds._registry import KINDS

# By their subsets of `zfssa_info`, in the order in which they can be made.
INPUTS = {subset: kind for subset, kind in KINDS.items() if kind.is_exportable}


def exported(subset: str, found: Any, told: Any) -> list[Record]:
    """The items of a subset.

    Args:
        subset: its name.
        found: what the appliance gave.
        told: the records made of it.
    """
    # Which of the snapshots are somebody's wish, only the appliance's own words say.
    return INPUTS[subset].export(found if subset == "snapshots" else told)
