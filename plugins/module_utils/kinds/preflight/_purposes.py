# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account needs for what it shall do: docs/appliance.md as values; API reference 2.5 and 16.3.5.

A test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...values._release import Release

NAS, STMF, SVC, SCHEMA = "nas", "stmf", "svc", "schema"
Flags = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Purpose:
    """Something that an account shall be able to do.

    Attributes:
        flags: what it needs on every release, by the scope.
        newer: what it needs besides where the appliance tells authorizations finer.
        everywhere: whether it makes projects of its own, so that what is narrowed to one project is not enough.
        service: the service that the flags of scope svc are for; empty for those that the user names.
        of_shares: whether the flags of scope nas are for what is in a project, too, and not for the project alone.
    """

    flags: Flags
    newer: Flags = field(default_factory=dict)
    everywhere: bool = False
    service: str = ""
    of_shares: bool = True

    def needs(self, release: Release) -> list[tuple[str, str]]:
        """Scope and flag of all that it needs on a release."""
        parts = (self.flags, self.newer) if release.has("finer_authorizations") else (self.flags,)
        return list(dict.fromkeys((scope, flag) for part in parts for scope, flags in part.items() for flag in flags))


def _nas(*flags: str) -> Flags:
    return {NAS: tuple(f"allow_{flag}" for flag in flags)}


def _together(*purposes: Purpose, everywhere: bool = False, **more: tuple[str, ...]) -> Purpose:
    """The needs of several purposes, and more flags."""
    flags: dict[str, tuple[str, ...]] = {
        scope: tuple(f"allow_{flag}" for flag in names) for scope, names in more.items()
    }
    newer: dict[str, tuple[str, ...]] = {}
    for purpose in purposes:
        for into, part in ((flags, purpose.flags), (newer, purpose.newer)):
            for scope, names in part.items():
                into[scope] = tuple(dict.fromkeys((*into.get(scope, ()), *names)))
    return Purpose(flags, newer, everywhere)


_PROJECTS = Purpose(
    _nas("createProject", "changeGeneralProps", "changeSpaceProps", "rename", "destroy"), of_shares=False
)
_LUNS = Purpose(
    _nas("createShare", "changeGeneralProps", "changeSpaceProps", "clone", "takeSnap", "rename", "destroy"),
    _nas("changeProtocolProps", "destroySnap"),
)
_SNAPSHOTS = Purpose(_nas("takeSnap", "rename", "destroy"), _nas("renameSnap", "destroySnap"))
_SAN = Purpose({STMF: ("allow_configure",)})
_SCHEMA = Purpose({SCHEMA: ("allow_modify",)})
_MIGRATED = ("createProject", "createShare", "changeGeneralProps", "changeSpaceProps", "rename", "destroy", "takeSnap")
_MIGRATED_NEWER = _nas("changeProtocolProps", "renameSnap", "destroySnap")
_MIGRATION_SOURCE = Purpose(_nas(*_MIGRATED, "rrsource"), _MIGRATED_NEWER, everywhere=True)
_MIGRATION_TARGET = Purpose(_nas(*_MIGRATED, "rrtarget"), _MIGRATED_NEWER, everywhere=True)

# By the names that users give.
PURPOSES: Mapping[str, Purpose] = {
    "projects": _PROJECTS,
    "luns": _LUNS,
    "mapping": Purpose(_nas("changeGeneralProps"), _nas("changeProtocolProps")),
    "snapshots": _SNAPSHOTS,
    "san": _SAN,
    "schema": _SCHEMA,
    "services": Purpose({SVC: ("allow_administer", "allow_configure")}),
    "replication": Purpose(_nas("rrsource")),
    "replication_packages": Purpose(_nas("rrtarget", "createProject", "rrsource"), everywhere=True),
    "peers": Purpose({SVC: ("allow_configure",)}, service="replication"),
    "provisioning": _together(_PROJECTS, _LUNS, _SAN),
    "migration_source": _MIGRATION_SOURCE,
    "migration_target": _MIGRATION_TARGET,
    "migration": _together(_MIGRATION_SOURCE, _MIGRATION_TARGET, everywhere=True),
    "adopt_lun": _together(Purpose(_nas("changeGeneralProps", "rename", "createShare")), _SCHEMA),
    "image_cache": _together(_LUNS, _SNAPSHOTS, _SAN, _SCHEMA),
}
