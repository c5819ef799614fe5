"""What differs between the software releases that the lab can imitate: one table, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RELEASE_NAMES = ("2013.1", "8.7", "8.8")

# One row per difference; the columns stand in the order of RELEASE_NAMES.
# Sections are those of the API reference.
_TABLE: dict[str, tuple[Any, Any, Any]] = {
    # 14.2: version strings; ak_release exists on 8.8 only
    "version": ("2013.06.05.2.13,1-1.1", "2013.06.05.7.20,1-1.4", "2013.06.05.8.28,1-1.3"),
    "ak_release": (None, None, "OS8.8.28"),
    # 1.4: API v2 appears with 8.8
    "api_versions": ((1,), (1,), (1, 2)),
    # 1.5, 14.1: the highest version of a service, and the header that names the API's version
    "service_version": ("1.0", "1.0", "2.0"),
    "version_header": ("X-Zfssa-Api", "X-Zfssa-Api", "X-Zfssa-Api-Version"),
    # 5.2: v1 gives `initiatorgroup` as a string on 2013.1, and accepts no list there
    "group_lists": (False, True, True),
    # 1.8: destructive calls with dependents want ?confirm=true
    "demands_confirm": (False, True, True),
    # 10.4: packages are below their source everywhere; 8.8 has them in one flat list, too
    "packages_flat": (False, False, True),
    # 5.1: PUT {"project": ...} on /luns/LUN itself; /filesystems/LUN takes it everywhere
    "lun_moves_directly": (False, False, True),
    # 10.3, 10.2: /luns/LUN/replication and contextual actions below a project or share
    "share_replication": (False, True, True),
    # 10.2: an action shows its target as the ASN, or as the label it was made with
    "action_shows_label": (False, False, True),
    # 10.1: certificate options of a replication target
    "target_certificates": (False, False, True),
    # 2.3: the replication service lists sources and targets, or has its alert property
    "replication_lists": (True, True, False),
}


@dataclass(frozen=True)
class Release:
    """One column of the table of differences."""

    name: str
    version: str
    ak_release: str | None
    api_versions: tuple[int, ...]
    service_version: str
    version_header: str
    group_lists: bool
    demands_confirm: bool
    packages_flat: bool
    lun_moves_directly: bool
    share_replication: bool
    action_shows_label: bool
    target_certificates: bool
    replication_lists: bool

    def has(self, feature: str | None) -> bool:
        """Say whether this release has the boolean ``feature`` (None: every release has it)."""
        return feature is None or bool(getattr(self, feature))


def release(name: str) -> Release:
    """Return the release called ``name``, one of RELEASE_NAMES; ValueError for another name."""
    column = RELEASE_NAMES.index(name)
    return Release(name=name, **{feature: row[column] for feature, row in _TABLE.items()})
