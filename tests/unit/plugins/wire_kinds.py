"""What the appliance may spoil, by kind of object: the keys that are read, and the tasks that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROJECTS = "storage/v1/pools/tank/projects"
LUNS = f"{PROJECTS}/default/luns"
ACTIONS = "storage/v1/replication/actions"
SAN = "san/v1/iscsi"
IQN = "iqn.2020-01.com.example:host-a"
LUN = {"pool": "tank", "project": "default"}
PAIR = {**LUN, "lun": "replicated", "target": "west"}

# LUNs that are on their way to west: one that has not left, one that is copied, and one whose copy is there.
MIGRATED = {
    "target": {"host": "west", "username": "root", "password": "lab-password"},
    "pool": "tank",
    "project": "proj-m",
    "target_pool": "tank",
    "target_project": "proj-m",
    "peer": "west",
}
WAS: dict[str, Any] = {"status": "online", "initiator_groups": ["ig-m"], "target_group": "tg-m", "lu_number": None}


@dataclass(frozen=True)
class Trial:
    """A task that reads the kind: its module, its options, where it runs, and whether in check mode only."""

    module: str
    options: Mapping[str, Any]
    at: str = "east"
    only_check: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes:
        name: of it.
        envelopes: keys of answers under which such an object stands, or a list of them.
        below: part of the path of those answers.
        page: the path of one of them, below /api/; {id} is the id of the action.
        reported: the keys that are only told: no value in them may stop a task, or change what it does.
        trials: the tasks.
        subset: of zfssa_info.
        at: where it is.
    """

    name: str
    envelopes: tuple[str, ...]
    below: str
    page: str
    reported: frozenset[str]
    trials: tuple[Trial, ...]
    subset: str = ""
    at: str = "east"
    also: tuple[str, ...] = field(default=())


def migration(lun: str, state: str = "surveyed", *, only_check: bool = False, **options: Any) -> Trial:
    """A task that looks at a migration from east to west, or has a part in it."""
    values = {**MIGRATED, "luns": [lun], "state": state, **options}
    return Trial("zfssa_lun_migration", values, only_check=only_check)


# What a migration reads it reads of almost every kind of object.
SURVEYS = (migration("staying"), migration("moving"), migration("moved"))
ENDS = (
    migration("moved", "verified", before=WAS),
    migration("moved", "source_destroyed", only_check=True, before=WAS),
    migration("moved", "copy_destroyed", only_check=True),
    migration("moved", "restored", only_check=True, before=WAS),
)


def told(keys: str) -> frozenset[str]:
    """Keys that are only told, beside those of all objects."""
    return frozenset((*keys.split(), "new_key_of_a_later_release"))


KINDS = (
    Kind(
        "project",
        ("project", "projects"),
        "/projects",
        f"{PROJECTS}/proj-a",
        told(
            "space_data space_total space_available space_snapshots compressratio creation canonical_name href source"
        ),
        (
            Trial("zfssa_project", {"pool": "tank", "name": "proj-a"}),
            Trial("zfssa_project", {"pool": "tank", "name": "proj-a", "compression": "gzip", "quota": "10G"}),
            Trial("zfssa_project", {"pool": "tank", "name": "proj-a", "compression": "off"}),
            Trial("zfssa_project", {"pool": "tank", "name": "proj-a", "state": "absent"}),
            Trial("zfssa_project", {"pool": "tank", "name": "proj-a", "new_name": "proj-b"}),
            Trial("zfssa_lun", {"pool": "tank", "project": "proj-a", "name": "new", "size": "1G"}),
            *SURVEYS,
            migration("moved", "released"),
        ),
        "projects",
    ),
    Kind(
        "lun",
        ("lun", "luns"),
        "/luns",
        f"{LUNS}/lone",
        told("space_data space_total compressratio creation canonical_name href source exported rrsrc_actions"),
        (
            Trial("zfssa_lun", {**LUN, "name": "lone"}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "size": "1G", "status": "online", "nodestroy": False}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "size": "2G", "status": "offline"}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "initiator_groups": ["ig-a"], "lu_number": 7}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "state": "absent"}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "new_name": "other"}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "new_project": "proj-a"}),
            Trial("zfssa_lun_mapping", {**LUN, "lun": "lone", "initiator_groups": ["ig-b"]}, only_check=True),
            Trial(
                "zfssa_lun_mapping",
                {**LUN, "lun": "lone", "initiator_groups": ["ig-a"], "state": "absent"},
                only_check=True,
            ),
            Trial("zfssa_initiator_group", {"name": "ig-b", "state": "absent"}),
            Trial("zfssa_project", {"pool": "tank", "name": "default", "state": "absent", "force": True}),
            *SURVEYS,
            *ENDS,
            migration("moving", "copy_masked", action_id="{moving}"),
        ),
        "luns",
    ),
    Kind(
        "snapshot",
        ("snapshot", "snapshots"),
        "/snapshots",
        f"{LUNS}/based/snapshots/s1",
        told("space_data space_unique canonical_name href type isauto"),
        (
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s1"}),
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s1", "state": "absent"}),
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s1", "state": "absent", "force": True}),
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s2", "state": "restored"}),
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s2", "new_name": "s3"}),
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "keep_last": 1, "match": "s*"}),
            Trial("zfssa_lun", {**LUN, "name": "based", "state": "absent", "force": True}),
            *SURVEYS,
            *ENDS,
        ),
        "snapshots",
    ),
    Kind(
        "dependent",
        ("dependents",),
        "/dependents",
        f"{LUNS}/based/snapshots/s1/dependents",
        told(""),
        (
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s1", "state": "absent"}),
            Trial("zfssa_snapshot", {**LUN, "lun": "based", "name": "s1", "state": "absent", "force": True}),
        ),
    ),
    Kind(
        "pool",
        ("pool", "pools"),
        "/pools",
        "storage/v1/pools/tank",
        told("usage profile href encryption peer"),
        (
            Trial("zfssa_lun", {**LUN, "name": "none", "state": "absent"}),
            Trial("zfssa_project", {"pool": "tank", "name": "none"}),
            Trial("zfssa_project", {"pool": "tank", "name": "none", "reservation": "1G"}, only_check=True),
            Trial("zfssa_initiator_group", {"name": "ig-b", "state": "absent"}),
            *SURVEYS,
        ),
        "pools",
    ),
    Kind(
        "initiator",
        ("initiator", "initiators"),
        "/initiators",
        f"{SAN}/initiators/{IQN}",
        told("href"),
        (
            Trial("zfssa_initiator", {"initiator": IQN}),
            Trial("zfssa_initiator", {"initiator": IQN, "alias": "host-a", "chap_user": ""}),
            Trial("zfssa_initiator", {"initiator": IQN, "alias": "other"}),
            Trial("zfssa_initiator", {"initiator": f"{IQN}-unused", "state": "absent"}),
            Trial("zfssa_lun_mapping", {**LUN, "lun": "lone", "initiators": ["host-a"]}, only_check=True),
        ),
        "initiators",
    ),
    Kind(
        "target",
        ("target", "targets"),
        "iscsi/targets",
        f"{SAN}/targets/alias=t-a",
        told("href"),
        (
            Trial("zfssa_target", {"alias": "t-a"}),
            Trial("zfssa_target", {"alias": "t-a", "auth": "none", "interfaces": []}),
            Trial("zfssa_target", {"alias": "t-b", "state": "absent"}),
            Trial("zfssa_target_group", {"name": "tg-a", "targets": ["t-a"]}),
            Trial("zfssa_lun_mapping", {**LUN, "lun": "lone", "initiator_groups": ["ig-a"]}, only_check=True),
        ),
        "targets",
    ),
    Kind(
        "initiator group",
        ("group", "groups"),
        "/initiator-groups",
        f"{SAN}/initiator-groups/ig-a",
        told("href"),
        (
            Trial("zfssa_initiator_group", {"name": "ig-a", "initiators": [IQN]}),
            Trial("zfssa_initiator_group", {"name": "ig-b", "initiators": [IQN, f"{IQN}-unused"]}),
            Trial("zfssa_initiator_group", {"name": "ig-b", "initiators": [IQN], "membership": "add"}, only_check=True),
            Trial("zfssa_initiator_group", {"name": "ig-b", "state": "absent"}),
            Trial("zfssa_initiator", {"initiator": IQN, "state": "absent"}),
            Trial("zfssa_lun_mapping", {**LUN, "lun": "lone", "initiators": [IQN], "state": "absent"}, only_check=True),
            *SURVEYS,
        ),
        "initiator_groups",
    ),
    Kind(
        "target group",
        ("group", "groups"),
        "/target-groups",
        f"{SAN}/target-groups/tg-a",
        told("href"),
        (
            Trial("zfssa_target_group", {"name": "tg-a", "targets": ["t-a"]}),
            Trial("zfssa_target_group", {"name": "tg-a", "state": "absent"}),
            Trial("zfssa_target", {"alias": "t-a", "state": "absent"}),
            *SURVEYS,
        ),
        "target_groups",
    ),
    Kind(
        "custom property",
        ("property", "properties"),
        "/schema",
        "storage/v1/schema/owner",
        told("href"),
        (
            Trial("zfssa_schema", {"name": "owner"}),
            Trial("zfssa_schema", {"name": "owner", "type": "String", "description": "Who"}),
            Trial("zfssa_schema", {"name": "owner", "state": "absent"}),
            *SURVEYS,
        ),
        "schema",
    ),
    Kind(
        "service",
        ("service", "services"),
        "/services",
        "service/v1/services/iscsi",
        told("href log"),
        (
            Trial("zfssa_service", {"name": "iscsi"}),
            Trial("zfssa_service", {"name": "iscsi", "state": "enabled"}),
            Trial("zfssa_service", {"name": "iscsi", "state": "disabled"}),
        ),
        "services",
    ),
    Kind(
        "replication target",
        ("target", "targets"),
        "/replication/targets",
        "storage/v1/replication/targets",
        told("href address"),
        (
            Trial("zfssa_replication_target", {"label": "west"}),
            Trial("zfssa_replication_target", {"label": "west", "hostname": "127.0.0.2"}),
            Trial("zfssa_replication_target", {"label": "west", "state": "absent"}),
            Trial("zfssa_replication_target", {"label": "none", "state": "absent"}),
            Trial("zfssa_replication", {**PAIR, "target_pool": "tank"}),
            Trial("zfssa_replication_update", {**PAIR, "wait": False}),
            *SURVEYS,
            *ENDS,
        ),
        "replication_targets",
    ),
    Kind(
        "replication action",
        ("action", "actions"),
        "/actions",
        f"{ACTIONS}/{{id}}",
        told(
            "bytes_sent estimated_size estimated_time_left average_throughput last_sync last_try next_update replica_lag "
            "replica_data_timestamp state_description href collection replication_of"
        ),
        (
            Trial("zfssa_replication", {**PAIR, "target_pool": "tank"}),
            Trial("zfssa_replication", {**PAIR, "enabled": True, "max_bandwidth": 0, "include_snaps": True}),
            Trial("zfssa_replication", {**PAIR, "max_bandwidth": "100M"}),
            Trial("zfssa_replication", {**PAIR, "state": "absent"}),
            Trial("zfssa_replication", {**PAIR, "schedules": [{"frequency": "day", "hour": 3}]}),
            Trial("zfssa_replication_update", {**PAIR, "wait": False}),
            Trial("zfssa_replication_update", {"id": "{id}", "wait": False}),
            Trial("zfssa_replication_update", {**PAIR, "state": "cancelled", "wait": False}),
            Trial("zfssa_replication_target", {"label": "west", "state": "absent"}),
            Trial("zfssa_lun", {**LUN, "name": "lone", "state": "absent"}),
            *SURVEYS,
            *ENDS,
        ),
        "replication_actions",
    ),
    Kind(
        "schedule",
        ("schedules",),
        "/schedules",
        f"{ACTIONS}/{{id}}/schedules",
        told(""),
        (
            Trial("zfssa_replication", {**PAIR, "schedules": [{"frequency": "day", "hour": 3}]}),
            Trial("zfssa_replication", {**PAIR, "schedules": []}),
        ),
    ),
    Kind(
        "inherited flag",
        ("replication",),
        "/replication",
        f"{PROJECTS}/default/filesystems/replicated/replication",
        told(""),
        (
            Trial("zfssa_replication", {**LUN, "lun": "lone", "inherited": True}),
            Trial("zfssa_replication", {**LUN, "lun": "lone", "inherited": False}),
            *SURVEYS,
        ),
    ),
    Kind(
        "replication package",
        ("package", "packages"),
        "/packages",
        "",
        told("last_sync last_try state_description href replica_data_timestamp"),
        (
            Trial("zfssa_replication_package", {"id": "{id}"}, "west"),
            Trial("zfssa_replication_package", {"id": "{id}", "enabled": False}, "west"),
            Trial("zfssa_replication_package", {"id": "{id}", "state": "absent"}, "west"),
            Trial("zfssa_replication_package", {"id": "{id}", "state": "severed", "project": "new"}, "west"),
            Trial("zfssa_replication_package", {"id": "{id}", "state": "reversed", "project": "new"}, "west"),
            Trial("zfssa_replication_package", {"id": "{id}", "state": "cloned", "project": "new"}, "west"),
        ),
        "replication_packages",
        at="west",
    ),
)
