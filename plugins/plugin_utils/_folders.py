# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where relative paths of a user begin."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_COLLECTION = Path(__file__).resolve().parents[2]


# Asked for every item of a loop; a folder does not move while a playbook in it runs.
@functools.lru_cache(maxsize=16)
def is_of_the_collection(folder: str) -> bool:
    """Whether a folder is part of this collection, so that no files of a user are in it."""
    return Path(folder).resolve().is_relative_to(_COLLECTION)


def folder_of_the_user(playbook: str) -> str:
    """The folder in which relative paths begin.

    Args:
        playbook: the folder of the playbook.

    Returns:
        That folder; with a playbook of this collection the one in which Ansible was started.
    """
    return os.getcwd() if is_of_the_collection(playbook) else playbook


def with_absolute_ca_path(
    options: Mapping[str, Any], peer: str | None, named: str | None, folder: str
) -> dict[str, Any]:
    """Options of a module as the user wrote them, with paths of authorities that do not depend on where it is run.

    Args:
        options: of the task; they are left alone.
        peer: the option that holds the connection to a second appliance.
        named: the path in the environment.
        folder: where relative paths begin.
    """
    settled = dict(options)
    path = settled.get("ca_path") or named
    if isinstance(path, str) and path.strip():
        settled["ca_path"] = os.path.join(folder, os.path.expanduser(path))
    if peer and isinstance(settled.get(peer), dict):
        settled[peer] = with_absolute_ca_path(settled[peer], None, named, folder)
    return settled
