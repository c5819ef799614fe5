# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with projects."""

from __future__ import annotations

from ..share._kind import Storage
from ._table import PROJECT as _TABLE

PROJECT = Storage(_TABLE)
