# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin under this module's name, by which Ansible loads both before it starts a worker: see zfssa_rest."""

from __future__ import annotations

from ansible_collections.zfssa.storage.plugins.action.zfssa_rest import ActionModule
from ansible_collections.zfssa.storage.plugins.modules.zfssa_image import TASK

__all__ = ["TASK", "ActionModule"]
