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
    # 1.7: the fault body as the guides print it, or as it was seen on appliances
    "documented_faults": (True, False, False),
    # 1.8: match_PROP, depth, snaps and props; `end`; props on PUT and POST only shows, and does nothing
    "list_queries": (False, True, True),
    "end_query": (False, False, True),
    "props_dry_run": (False, False, True),
    # 3, 14.4: pools show their encryption and the finer numbers of usage, and have a provisioning threshold
    "pool_details": (False, False, True),
    # 4: lz4 came with 8.6, sha256mac later
    "compressions": (
        ("off", "lzjb", "gzip-2", "gzip", "gzip-9"),
        ("off", "lz4", "lzjb", "gzip-2", "gzip", "gzip-9"),
        ("off", "lz4", "lzjb", "gzip-2", "gzip", "gzip-9"),
    ),
    "checksums": (
        ("fletcher2", "fletcher4", "sha256"),
        ("fletcher2", "fletcher4", "sha256"),
        ("fletcher2", "fletcher4", "sha256", "sha256mac"),
    ),
    # 5.2, 12.2: how the LU number of a LUN is spelled
    "lu_number": ("lunnumber", "lunumber", "lunumber"),
    # 5.2, 14.4: limits on writes of LUNs; limits of projects and filesystems, shares as objects
    "write_limits": (False, True, True),
    "newer_properties": (False, False, True),
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
    # 7.2, 7.5: retention holds on snapshots; automatic snapshots that become manual ones (`convert`)
    "retention": (False, False, True),
    # 10.2: statistics of an action, and how many automatic snapshots its target keeps
    "action_details": (False, True, True),
    # 10.2: several targets of one action, and clones that travel without their origin
    "multi_target": (False, False, True),
    # 10.2: an action shows its target as the ASN, or as the label it was made with
    "action_shows_label": (False, False, True),
    # 10.1: certificate options of a replication target
    "target_certificates": (False, False, True),
    # 2.2: resources of a cluster as a list, or as an object by path; how its end is spelled
    "cluster_lists": (False, True, True),
    "cluster_unconfigure": (True, True, False),
    "cluster_unconfig": (False, False, True),
    # 2.1: a reboot that gathers diagnostics has a command of its own, or is a flag of the usual one
    "diagreboot": (True, False, False),
    # 2.3: the replication service lists sources and targets, or has its alert property; sub-resources of services
    "replication_alerts": (False, False, True),
    "service_resources": (False, True, True),
    # 2.5: types and numbers of users; whether the full name must be given; login tokens; how a password is shown
    "user_types": (False, True, True),
    "user_needs_fullname": (True, True, False),
    "access_tokens": (False, False, True),
    # 16.3.5: snapshots and what presents a LUN have authorizations of their own, as the newest client's list has them
    "finer_authorizations": (False, False, True),
    "password_shown": ("DummyPassword", "DummyPassword", True),
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
    documented_faults: bool
    list_queries: bool
    end_query: bool
    props_dry_run: bool
    pool_details: bool
    compressions: tuple[str, ...]
    checksums: tuple[str, ...]
    lu_number: str
    write_limits: bool
    newer_properties: bool
    group_lists: bool
    demands_confirm: bool
    packages_flat: bool
    lun_moves_directly: bool
    share_replication: bool
    retention: bool
    action_details: bool
    multi_target: bool
    action_shows_label: bool
    target_certificates: bool
    cluster_lists: bool
    cluster_unconfigure: bool
    cluster_unconfig: bool
    diagreboot: bool
    replication_alerts: bool
    service_resources: bool
    user_types: bool
    user_needs_fullname: bool
    access_tokens: bool
    finer_authorizations: bool
    password_shown: str | bool

    def has(self, feature: str | None) -> bool:
        """Say whether this release has the boolean ``feature`` (None: every release has it)."""
        return feature is None or bool(getattr(self, feature))


def release(name: str) -> Release:
    """Return the release called ``name``, one of RELEASE_NAMES; ValueError for another name."""
    column = RELEASE_NAMES.index(name)
    return Release(name=name, **{feature: row[column] for feature, row in _TABLE.items()})
