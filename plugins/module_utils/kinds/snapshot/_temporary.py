# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary snapshots: those that a clone of a LUN is made from when its user names none.

A snapshot bears no custom property, so that its name says whose it is. It is made of the names of the clone that it was taken for,
and of a number where another clone, which has left that name, lives on the first one. Its last characters follow from those
before them: a name that somebody has typed is none, whatever it begins with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256

from ...engine._types import Identity, Record
from ...values._errors import InvalidInput
from ...values._wire import clear
from ._table import OF_LUN

PREFIX = "zfssa-clone-"
_OWN, _CHECK = 32, 8
_NAME = re.compile(rf"({PREFIX}[0-9a-f]{{{_OWN}}})([0-9a-f]{{{_CHECK}}})")


def temporary_name(clone: Mapping[str, str], number: int = 0) -> str:
    """The name of the temporary snapshot that a clone is made from.

    Args:
        clone: the names of the clone.
        number: how many snapshots with such a name other clones live on.
    """
    words = [clone["pool"], clone["project"], clone["name"], *([number] if number else [])]
    first = PREFIX + _digest(json.dumps(words))[:_OWN]
    return first + _digest(first)[:_CHECK]


def is_temporary(name: object) -> bool:
    """Whether a snapshot with a name is a temporary one."""
    found = _NAME.fullmatch(name) if isinstance(name, str) else None
    return found is not None and _digest(found.group(1))[:_CHECK] == found.group(2)


def refuse_temporary(option: str, name: str) -> None:
    """Refuse to give a name of temporary snapshots to another one, which would be destroyed with a clone.

    Raises:
        InvalidInput: it is one.
    """
    if is_temporary(name):
        raise InvalidInput(
            f"{option} {name} is the name of a snapshot that belongs to a clone, and goes with it",
            advice="choose another name",
        )


def temporary_of(record: Record) -> Identity | None:
    """The names of the temporary snapshot that a LUN was made from; `None` where it was not made from one.

    Args:
        record: the LUN; its own origin is the proof that the snapshot is its.
    """
    origin = clear(record["origin"]) or {}
    # Where an appliance does not tell the project, it is looked for in that of the clone; what lives on it is asked anyway.
    names = {"pool": record["pool"], "project": origin.get("project") or record["project"], "lun": origin.get("share")}
    snapshot = origin.get("snapshot")
    if not is_temporary(snapshot) or not all(names.values()) or origin.get("pool", names["pool"]) != names["pool"]:
        return None
    return {**names, OF_LUN.key: snapshot}


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
