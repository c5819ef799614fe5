# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks of a user's file find while the playbook drift runs them: noted by each task, because nobody registers it.

A variable of the playbook names the file for the notes. A line of it is a note as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.zfssa.storage.plugins.plugin_utils._plain import plain

_FILE = "_drift_record"
_READS = ("info", "session")
# What says which object a task is about, outermost first.
_NAMING = ("pool", "project", "lun", "filesystem", "name", "initiator", "alias", "label", "id", "path")


def note_for_drift(task: Any, variables: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Note what a task has found, where somebody wants to know it; a task with `no_log` tells no more than whether it differs.

    Args:
        task: Ansible's.
        variables: those of the task.
        result: of the module, without secrets.
    """
    file, kind = variables.get(_FILE), str(task.action).rpartition(".")[2].removeprefix("zfssa_")
    # Who only reads describes nothing.
    if not file or (kind in _READS and not result.get("failed")):
        return
    note: dict[str, Any] = {
        "task": str(task.name or ""),
        "kind": kind,
        "changed": bool(result.get("changed")),
        "failed": bool(result.get("failed")),
    }
    if not task.no_log:
        shown = ("msg", "diff", "results", "plan")
        note.update({key: plain(result[key]) for key in shown if key in result})
        note["name"] = "/".join(str(task.args[key]) for key in _NAMING if task.args.get(key))
    with open(str(file), "a", encoding="utf-8") as notes:
        notes.write(json.dumps(note) + "\n")
