# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that a migration gives to what is its own on the appliances, and what it writes down there.

- The *marker* is a snapshot of the LUN that is taken when no host sees the LUN any more, and travels with the last update.
  It has the id of the replication action in its name. A LUN that has it is the copy of the LUN that has it, and holds all
  that this one holds.
- A LUN that is about to be destroyed gets a *removal name* first, which no other run ever uses.
- The *sign* is an empty project on the source. It keeps others away, and says what the LUN was before the migration. A
  project has no text of its own but its mount point (API reference 4), which is free as long as nothing is mounted there.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from ...values._names import check_name
from ...values._owner import NOBODY, Owner

_PREFIX = "zfssa-migration-"
_REMOVING = f"{_PREFIX}removing-"
_SYNC = f"{_PREFIX}sync-"
# An action's id is a UUID (API reference 10.2).
_MARKER = re.compile(re.escape(_PREFIX) + r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})")
_FACTS = ("luns", "masked", "replica", "reason", "lun", "target_lun", "destroyed")
# With the version of what follows.
_ROOT = "/export/zfssa-migration/1/"
_NONE = "-"
# No name is written like that: the sign itself is %25.
_EMPTY = "%"


@dataclass(frozen=True)
class Place:
    """Where a LUN is, or is to be: pool, project and name."""

    pool: str
    project: str
    name: str

    @property
    def label(self) -> str:
        """It in a message."""
        return f"LUN {self.pool}/{self.project}/{self.name}"

    @property
    def identity(self) -> dict[str, str]:
        """Its names, as the engine has them."""
        return {"pool": self.pool, "project": self.project, "name": self.name}

    def named(self, name: str) -> Place:
        """The place of that name beside it."""
        return Place(self.pool, self.project, name)

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> Place:
        """The place that options or a record name.

        Raises:
            InvalidInput: one of them is no possible name.
        """
        return cls(*(check_name(key, str(names[key])) for key in ("pool", "project", "name")))


def marker_of(action_id: str) -> str:
    """The name of the marker of a migration, by its replication action."""
    return f"{_PREFIX}{action_id}"


def sync_marker_of(action_id: str) -> str:
    """The name of the snapshot that a run takes right before an update of a LUN that stays where it is."""
    return f"{_SYNC}{action_id}"


def is_own_snapshot(snapshot: str) -> bool:
    """Whether a snapshot is one that a migration took for itself."""
    return action_of_marker(snapshot) is not None or snapshot.startswith(_SYNC)


def action_of_marker(snapshot: str) -> str | None:
    """The id of the action that a marker names; `None` for any other snapshot."""
    found = _MARKER.fullmatch(snapshot)
    return found.group(1) if found else None


def sign_of(place: Place) -> str:
    """The name of the project that is the sign for a LUN."""
    return f"{_PREFIX}of-{_digest(place.pool, place.project, place.name)}"


def new_removal_name(name: str) -> str:
    """A name under which a LUN of that name is to be destroyed; nobody has used it before, or ever will again."""
    return f"{_REMOVING}{_digest(name)}-{secrets.token_hex(8)}"


def is_removal_name(other: str, name: str) -> bool:
    """Whether a name is one that `new_removal_name` made for a LUN of another name."""
    return re.fullmatch(re.escape(f"{_REMOVING}{_digest(name)}-") + "[0-9a-f]{16}", other) is not None


def _quoted(part: str) -> str:
    """A part of a mount point, which an appliance would make shorter where it is empty or means a folder."""
    if not part.strip("."):
        return part.replace(".", "%2E") or _EMPTY
    return quote(part, safe="=:+")


def _unquoted(part: str) -> str:
    return "" if part == _EMPTY else unquote(part)


def _digest(*names: str) -> str:
    return hashlib.sha256("/".join(names).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Before:
    """What a LUN was before its migration, as far as a migration changes it.

    Attributes:
        status: `online` or `offline`.
        initiator_groups: those that saw it.
        target_group: through which it was seen.
        setting: the LU number that somebody had set; `None` when the appliance chose.
        numbers: its LU number in each group.
        inherited: whether it took part in the replication of its project; `None` where the appliance does not tell.
    """

    status: str
    initiator_groups: tuple[str, ...]
    target_group: str
    setting: int | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    inherited: bool | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Before:
        """It as a module has told it.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: it is something else.
        """
        setting, groups = given.get("lu_number"), given["initiator_groups"]
        if given["status"] not in ("online", "offline") or not isinstance(groups, list) or not given["target_group"]:
            raise ValueError
        return cls(
            str(given["status"]),
            tuple(map(str, groups)),
            str(given["target_group"]),
            None if setting is None else int(setting),
            {str(group): int(number) for group, number in (given.get("lu_numbers") or {}).items()},
        )

    @property
    def is_seen(self) -> bool:
        """Whether hosts saw it."""
        return self.status == "online" and bool(self.initiator_groups)


@dataclass(frozen=True)
class Left:
    """What a run could not undo.

    Attributes:
        controller: where it ran.
        action_id: the replication action that was its own, or had become useless by it; the copy bears its id.
    """

    controller: str
    action_id: str


@dataclass(frozen=True)
class Sign:
    """What a run writes down on the source about a LUN.

    Attributes:
        place: the LUN.
        owner: the run; `NOBODY` when it has ended, and could not undo all.
        before: what the LUN was.
        left: what a run that has ended left behind; `None` where it has not ended, or nothing tells what is its own.
    """

    place: Place
    owner: Owner
    before: Before
    left: Left | None = None

    @property
    def text(self) -> str:
        """It as a mount point, which a person can read as well."""
        was = self.before
        inherited = _NONE if was.inherited is None else "inherited" if was.inherited else "own"
        groups = [part for group in was.initiator_groups for part in (group, str(was.numbers.get(group, _NONE)))]
        parts = [
            *(self.place.pool, self.place.project, self.place.name, "by"),
            *(*self._by, "was"),
            *(was.status, inherited, was.target_group, _NONE if was.setting is None else str(was.setting)),
            *groups,
        ]
        return _ROOT + "/".join(map(_quoted, parts))

    @property
    def _by(self) -> tuple[str, str, str, str]:
        """Whose it is, for messages. Nobody has no process that was started; there stands what was left, and by whom."""
        owner = self.owner
        if owner == NOBODY and self.left:
            return owner.controller, str(owner.process), self.left.controller, self.left.action_id
        return owner.controller, str(owner.process), owner.started, owner.run

    @classmethod
    def read(cls, text: object) -> Sign | None:
        """The sign that a mount point is; `None` when it is none."""
        if not isinstance(text, str) or not text.startswith(_ROOT):
            return None
        parts = [_unquoted(part) for part in text[len(_ROOT) :].rstrip("/").split("/")]
        try:
            pool, project, name, by, controller, process, started, run, was = parts[:9]
            status, inherited, target_group, setting = parts[9:13]
            groups, numbers = parts[13::2], parts[14::2]
            if (by, was) != ("by", "was") or len(groups) != len(numbers):
                return None
            before = Before(
                status,
                tuple(groups),
                target_group,
                None if setting == _NONE else int(setting),
                {group: int(number) for group, number in zip(groups, numbers, strict=True) if number != _NONE},
                None if inherited == _NONE else inherited == "inherited",
            )
            owner, left = Owner(controller, int(process), started, run), None
            if (owner.controller, owner.process) == (NOBODY.controller, NOBODY.process):
                owner, left = NOBODY, None if owner == NOBODY else Left(started, run)
            return cls(Place(pool, project, name), owner, before, left)
        except ValueError:
            return None

    def ended(self, left: Left | None = None) -> Sign:
        """It as a run leaves it that has ended and could not undo all; what an earlier one has left stays written down."""
        return Sign(self.place, NOBODY, self.before, left or self.left)


def told(**facts: Any) -> dict[str, Any]:
    """The result: whatever was asked for, it has the same keys."""
    return {"migration": {**dict.fromkeys(_FACTS), **facts}}
