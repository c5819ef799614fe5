"""What an appliance refuses, as rows: the task, what is there before it, and the sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cases import (
    ACTIONS,
    MASK,
    PROJECTS,
    REPLICATED,
    SCHEMA,
    Call,
    action,
    groups,
    lun,
    own_replication,
    project,
    snapshot,
    target_group,
)
from lab_appliances import RELEASES, Record

PLACE = {"pool": "tank", "project": "default"}
LUN = {**PLACE, "name": "a"}
NEW = {**PLACE, "name": "b", "size": "1G"}
PROJECT = {"pool": "tank", "name": "proj-a"}
HOST = {"initiator": "iqn.2020-01.com.example:host"}
ROUTE = {**PLACE, "lun": "a", "target": "west", "target_pool": "tank"}
NUMBERED = (*groups("ig-a", "ig-b"), lun("a", initiatorgroup="ig-a", NUMBER=7))
FILESYSTEM = ("POST", f"{PROJECTS}/default/filesystems", {"name": "fs"})
HOST_GROUP = "san/v1/iscsi/initiator-groups"
MEMBER_A, MEMBER_B = "iqn.2020-01.com.example:ig-a-0", "iqn.2020-01.com.example:ig-b-1"
OLD = ("2013.1",)


@dataclass(frozen=True)
class PredictedRefusal:
    """One row: a task that an appliance would refuse, and the sentence.

    Attributes:
        says: parts of it: the object, the reason, the next step.
        before: REST calls that come first; NUMBER in a body is how the release spells the number of a LUN.
        writes: how many writes a real run sends, all of them refused.
        releases: those on which it is tried.
    """

    name: str
    module: str
    options: Record
    says: tuple[str, ...]
    before: tuple[Call, ...] = ()
    writes: int = 1
    releases: tuple[str, ...] = ("8.8",)


def schema(name: str, kind: str) -> Call:
    """Define a custom property."""
    return ("POST", SCHEMA, {"property": name, "type": kind})


NUMBERS = (
    PredictedRefusal(
        "number taken at creation", "zfssa_lun", {**NEW, "initiator_groups": ["ig-a"], "lu_number": "7"},
        ("Cannot create LUN tank/default/b: LU number 7 is taken in initiator group ig-a by LUN tank/default/a", "auto"),
        NUMBERED, releases=RELEASES,
    ),
    PredictedRefusal(
        "number taken by change", "zfssa_lun", {**PLACE, "name": "b", "lu_number": "7"},
        ("Cannot update LUN tank/default/b", "LU number 7 is taken in initiator group ig-a by LUN tank/default/a", "auto"),
        (*NUMBERED, lun("b", initiatorgroup="ig-a")), releases=RELEASES,
    ),
    PredictedRefusal(
        "number taken by another group", "zfssa_lun", {**PLACE, "name": "b", "initiator_groups": ["ig-b"]},
        ("LU number 7 is taken in initiator group ig-b by LUN tank/default/a, which some of its initiators see through ig-a",),
        (*NUMBERED, lun("b", initiatorgroup=MASK, NUMBER=7), ("PUT", f"{HOST_GROUP}/ig-b", {"initiators": [MEMBER_A]})),
    ),
    PredictedRefusal(
        "number taken where all see it", "zfssa_lun", {**PLACE, "name": "b", "initiator_groups": ["default"]},
        ("LU number 7 is taken in initiator group default by LUN tank/default/a",),
        (*NUMBERED, lun("b", initiatorgroup=MASK, NUMBER=7)),
    ),
    PredictedRefusal(
        "number taken by mapping", "zfssa_lun_mapping", {**PLACE, "lun": "b", "initiator_groups": ["ig-a"]},
        ("Cannot present LUN tank/default/b to ig-a: LU number 7 is taken", "by LUN tank/default/a", "lu_number of zfssa_lun"),
        (*NUMBERED, lun("b", initiatorgroup=MASK, NUMBER=7)), releases=RELEASES,
    ),
    PredictedRefusal(
        "initiator that would see two", "zfssa_initiator_group",
        {"name": "ig-b", "initiators": [MEMBER_A], "membership": "add"},
        ("initiator group ig-b", "LUN tank/default/b and LUN tank/default/a would both have LU number 7", "lu_number"),
        (*NUMBERED, lun("b", initiatorgroup="ig-b", NUMBER=7)), releases=RELEASES,
    ),
    PredictedRefusal(
        "exact members that would see two", "zfssa_initiator_group", {"name": "ig-b", "initiators": [MEMBER_A]},
        ("would both have LU number 7 for one initiator", "with zfssa_lun first"),
        (*NUMBERED, lun("b", initiatorgroup="ig-b", NUMBER=7)),
    ),
)  # fmt: skip

UNKNOWN = (
    PredictedRefusal(
        "unknown initiator group", "zfssa_lun", {**NEW, "initiator_groups": ["ig-x"]},
        ("Cannot create LUN tank/default/b: initiator group ig-x does not exist; "
         "create it with zfssa_initiator_group, or use one of: default, ig-a.",),
        groups("ig-a"), releases=RELEASES,
    ),
    PredictedRefusal(
        "unknown target group", "zfssa_lun", {**LUN, "target_group": "tg-x"},
        ("Cannot update LUN tank/default/a", "target group tg-x does not exist; "
         "create it with zfssa_target_group, or use one of: default, tg-a."),
        (lun(), *target_group()), releases=RELEASES,
    ),
    PredictedRefusal(
        "unknown target group of a mapping", "zfssa_lun_mapping",
        {**PLACE, "lun": "a", "initiator_groups": ["ig-a"], "target_group": "tg-x"},
        ("Cannot present LUN tank/default/a", "target group tg-x does not exist", "use one of: default."),
        (*groups("ig-a"), lun(initiatorgroup=MASK)),
    ),
    PredictedRefusal(
        "unknown initiator", "zfssa_initiator_group", {"name": "ig-a", **{"initiators": [HOST["initiator"]]}},
        ("Cannot create initiator group ig-a", f"initiator {HOST['initiator']} does not exist; create it with zfssa_initiator"),
        releases=RELEASES,
    ),
    PredictedRefusal(
        "unknown interface", "zfssa_target", {"alias": "t-a", "interfaces": ["ixgbe9"]},
        ("Cannot create target t-a: interface ixgbe9 does not exist", "ixgbe0, ixgbe1."), releases=RELEASES,
    ),
    PredictedRefusal(
        "interface for management", "zfssa_target", {"alias": "t-a", "interfaces": ["ixgbe2"]},
        ("interface ixgbe2 is for management, and no target can be on it; use one of: ixgbe0, ixgbe1.",), releases=RELEASES,
    ),
    PredictedRefusal(
        "unknown custom property", "zfssa_lun", {**NEW, "custom": {"shade": "x"}},
        ("custom property shade does not exist; create it with zfssa_schema, or use one of: tag.",), (schema("tag", "String"),),
        releases=RELEASES,
    ),
    PredictedRefusal(
        "custom value of another type", "zfssa_lun", {**NEW, "custom": {"n": "x"}},
        ("Cannot create LUN tank/default/b: custom property n is of type Integer, and 'x' is not a number; correct n.",),
        (schema("n", "Integer"),), releases=RELEASES,
    ),
    PredictedRefusal(
        "custom value that is no text", "zfssa_project", {"pool": "tank", "name": "default", "custom": {"n": [1]}},
        ("Cannot update project tank/default", "custom property n is of type String, and [1] is not a text; correct n."),
        (schema("n", "String"),),
    ),
    PredictedRefusal(
        "custom value below one", "zfssa_project", {**PROJECT, "custom": {"n": 0}},
        ("custom property n is of type PositiveInteger, and 0 is not a positive whole number",),
        (schema("n", "PositiveInteger"),),
    ),
)  # fmt: skip

NAMES = (
    PredictedRefusal(
        "name of a filesystem", "zfssa_lun", {**NEW, "name": "fs"},
        ("Cannot create LUN tank/default/fs: there is a filesystem tank/default/fs", "choose another name"), (FILESYSTEM,),
    ),
    PredictedRefusal(
        "new name of a filesystem", "zfssa_lun", {**LUN, "new_name": "fs"},
        ("Cannot rename LUN tank/default/a to LUN tank/default/fs: there is a filesystem tank/default/fs",), (lun(), FILESYSTEM),
    ),
    PredictedRefusal(
        "new name of a filesystem after a change", "zfssa_lun", {**LUN, "new_name": "fs", "size": "2G"},
        ("Cannot rename LUN tank/default/a to LUN tank/default/fs: there is a filesystem tank/default/fs",), (lun(), FILESYSTEM),
        writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "group of another protocol", "zfssa_initiator_group", {"name": "ig-a", "protocol": "fc"},
        ("Cannot create initiator group ig-a: there is an initiator group ig-a (iscsi)",
         "groups of all protocols share their names", "choose another name"),
        groups("ig-a"), releases=RELEASES,
    ),
    PredictedRefusal(
        "alias of another initiator", "zfssa_initiator", {**HOST, "alias": "h"},
        (f"Cannot create initiator {HOST['initiator']}: alias h belongs to initiator {HOST['initiator']}-2", "another alias"),
        (("POST", "san/v1/iscsi/initiators", {"initiator": f"{HOST['initiator']}-2", "alias": "h"}),), releases=RELEASES,
    ),
)  # fmt: skip

ROOM = (
    PredictedRefusal(
        "larger than the pool", "zfssa_lun", {**NEW, "size": "2T"},
        ("Cannot create LUN tank/default/b: it takes 2T, and project tank/default has", "left; free space", "sparse"),
        releases=RELEASES,
    ),
    PredictedRefusal(
        "grown beyond the pool", "zfssa_lun", {**LUN, "size": "2T"},
        ("Cannot update LUN tank/default/a", "it takes 2T, and project tank/default has", "choose a smaller size"), (lun(),),
    ),
    PredictedRefusal(
        "larger than the quota", "zfssa_lun", {**NEW, "project": "proj-a", "size": "2G"},
        ("it takes 2G, and project tank/proj-a has 1G left, within its quota of 1G; free space or raise the quota",),
        (project(quota="1g"),), releases=RELEASES,
    ),
    PredictedRefusal(
        "clone grown beyond the pool", "zfssa_lun", {**NEW, "size": "2T", "source": {"lun": "a", "snapshot": "s1"}},
        ("it takes 2T, and project tank/default has",), (lun(), snapshot()), writes=0,
    ),
    PredictedRefusal(
        "clone of a LUN beyond the quota", "zfssa_lun", {**LUN, "project": "proj-a", "source": {"lun": "a", "project": "default"}},
        ("it takes 1G, and project tank/proj-a has 512M left, within its quota of 512M; free space or raise the quota",),
        (project(quota="512m"), lun()), writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "reservation beyond the pool", "zfssa_project", {**PROJECT, "reservation": "5T"},
        ("Cannot create project tank/proj-a: the reservation takes 5T, and pool tank has", "smaller reservation"),
        releases=RELEASES,
    ),
    PredictedRefusal(
        "quota below what is used", "zfssa_project", {**PROJECT, "quota": "512M"},
        ("project tank/proj-a takes 1.03G already, more than a quota of 512M; free space in it",),
        (project(), lun(of="proj-a")), releases=RELEASES,
    ),
    PredictedRefusal(
        "quota below the reservation", "zfssa_project", {**PROJECT, "quota": "1G", "reservation": "2G"},
        ("project tank/proj-a cannot reserve 2G, which is more than its quota, 1G; choose",), writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "part of a block", "zfssa_lun", {**NEW, "size": "1000001"},
        ("size of LUN tank/default/b cannot be 1000001: it is no multiple of its volblocksize, 8K; give 976K or 984K.",),
        writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "grown by part of a block", "zfssa_lun", {**LUN, "size": "1048577K"},
        ("size of LUN tank/default/a", "no multiple of its volblocksize, 128K; give 1G or 1048704K."),
        (lun(volblocksize="128k"),), writes=0,
    ),
)  # fmt: skip

PROTECTED = (
    PredictedRefusal(
        "project default", "zfssa_project", {"pool": "tank", "name": "default", "state": "absent", "force": True},
        ("project tank/default is the appliance's own, and cannot be destroyed; choose another project",), (lun(),),
        writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "new name for project default", "zfssa_project", {"pool": "tank", "name": "default", "new_name": "x"},
        ("project tank/default is the appliance's own, and cannot be renamed",), writes=0,
    ),
    PredictedRefusal(
        "project with a protected LUN", "zfssa_project", {**PROJECT, "state": "absent", "force": True},
        ("project tank/proj-a holds LUN a, which would be destroyed with it and is protected by nodestroy; set its nodestroy to false",),
        (project(), lun(of="proj-a", nodestroy=True)), writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "project with a protected clone", "zfssa_project", {**PROJECT, "state": "absent", "force": True},
        ("project tank/proj-a has a clone", "protected by nodestroy: LUN tank/default/c; set nodestroy of the clone to false"),
        (
            project(), lun(of="proj-a"), ("POST", f"{PROJECTS}/proj-a/luns/a/snapshots", {"name": "s1"}),
            ("PUT", f"{PROJECTS}/proj-a/luns/a/snapshots/s1/clone", {"project": "default", "share": "c", "nodestroy": True}),
        ),
        writes=0,
    ),
    PredictedRefusal(
        "project with a clone elsewhere", "zfssa_project", {**PROJECT, "state": "absent"},
        ("project tank/proj-a holds LUN a, clone LUN tank/default/c, which would be destroyed with it",),
        (
            project(), lun(of="proj-a"), ("POST", f"{PROJECTS}/proj-a/luns/a/snapshots", {"name": "s1"}),
            ("PUT", f"{PROJECTS}/proj-a/luns/a/snapshots/s1/clone", {"project": "default", "share": "c"}),
        ),
        writes=0, releases=RELEASES[1:],
    ),
    PredictedRefusal(
        "project with a clone of its own", "zfssa_project", {**PROJECT, "state": "absent"},
        ("project tank/proj-a holds LUN a, LUN c, which would be destroyed with it",),
        (
            project(), lun(of="proj-a"), ("POST", f"{PROJECTS}/proj-a/luns/a/snapshots", {"name": "s1"}),
            ("PUT", f"{PROJECTS}/proj-a/luns/a/snapshots/s1/clone", {"share": "c"}),
        ),
        writes=0,
    ),
    PredictedRefusal(
        "project with a LUN whose snapshot is held", "zfssa_project", {**PROJECT, "state": "absent", "force": True},
        ("project tank/proj-a has snapshots under a retention hold, which the appliance does not destroy: s1; lift the hold",),
        (
            project(), lun(of="proj-a"), ("POST", f"{PROJECTS}/proj-a/luns/a/snapshots", {"name": "s1"}),
            ("PUT", f"{PROJECTS}/proj-a/luns/a/snapshots/s1", {"retentionpolicy": "unlocked"}),
        ),
        writes=0,
    ),
    PredictedRefusal(
        "project whose snapshot is held", "zfssa_project", {**PROJECT, "state": "absent", "force": True},
        ("project tank/proj-a has snapshots under a retention hold, which the appliance does not destroy: s1; lift the hold",),
        (
            project(), ("POST", f"{PROJECTS}/proj-a/snapshots", {"name": "s1"}),
            ("PUT", f"{PROJECTS}/proj-a/snapshots/s1", {"retentionpolicy": "unlocked"}),
        ),
        writes=0,
    ),
    PredictedRefusal(
        "LUN whose snapshot is held", "zfssa_lun", {**LUN, "state": "absent", "force": True},
        ("LUN tank/default/a has snapshots under a retention hold, which the appliance does not destroy: s1; lift the hold",),
        (lun(), snapshot(), ("PUT", f"{PROJECTS}/default/luns/a/snapshots/s1", {"retentionpolicy": "unlocked"})),
        writes=0,
    ),
    PredictedRefusal(
        "LUN with a protected clone", "zfssa_lun", {**LUN, "state": "absent", "force": True},
        ("LUN tank/default/a has a clone", "protected by nodestroy: LUN tank/default/c; set nodestroy of the clone to false"),
        (lun(), snapshot(), ("PUT", f"{PROJECTS}/default/luns/a/snapshots/s1/clone", {"share": "c", "nodestroy": True})),
        writes=0,
    ),
    PredictedRefusal(
        "LUN with a clone", "zfssa_lun", {**LUN, "state": "absent"},
        ("LUN tank/default/a holds snapshot s1 with 1 clone, clone LUN tank/default/c, which would be destroyed with it",),
        (lun(), snapshot(), ("PUT", f"{PROJECTS}/default/luns/a/snapshots/s1/clone", {"share": "c"})),
        writes=0,
    ),
    PredictedRefusal(
        "move of what is replicated", "zfssa_lun", {**LUN, "new_project": "proj-a"},
        ("Cannot move LUN tank/default/a", "has replication to west of its own; remove it first with zfssa_replication"),
        (project(), *REPLICATED), releases=RELEASES,
    ),
    PredictedRefusal(
        "move and new name of what is replicated", "zfssa_lun", {**LUN, "new_project": "proj-a", "new_name": "b", "size": "2G"},
        ("has replication to west of its own",), (project(), *REPLICATED), writes=0,
    ),
    PredictedRefusal(
        "end of what is replicated", "zfssa_lun", {**LUN, "state": "absent"},
        ("LUN tank/default/a holds replication to west, which would be destroyed with it", "force", "zfssa_replication"),
        REPLICATED, writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "end of a project with what is replicated", "zfssa_project", {**PROJECT, "state": "absent"},
        ("project tank/proj-a holds replication to west, which would be destroyed with it", "force"),
        (project(), ("POST", ACTIONS, {
            "pool": "tank", "project": "proj-a", "target": "west", "target_pool": "tank",
        })), writes=0, releases=RELEASES,
    ),
    PredictedRefusal(
        "replication of what inherits one", "zfssa_replication", ROUTE,
        ("replication of LUN tank/default/a to west: LUN tank/default/a takes part in the replication of its project",
         "set inherited to false"),
        (lun(),), releases=RELEASES,
    ),
    PredictedRefusal(
        "inheritance of what has one", "zfssa_replication", {**PLACE, "lun": "a", "inherited": True},
        ("LUN tank/default/a has replication to west of its own; remove it first with zfssa_replication",), REPLICATED,
    ),
)  # fmt: skip

RELEASED = (
    PredictedRefusal(
        "two groups", "zfssa_lun", {**NEW, "initiator_groups": ["ig-a", "ig-b"]},
        ("LUN tank/default/b cannot be presented to ig-a, ig-b", "one initiator group only", "zfssa_initiator_group"),
        groups("ig-a", "ig-b"), writes=0, releases=OLD,
    ),
    PredictedRefusal(
        "lz4", "zfssa_lun", {**NEW, "compression": "lz4"},
        ("compression of LUN tank/default/b cannot be lz4: this appliance's software does not know it; use one of: off, lzjb",),
        writes=0, releases=OLD,
    ),
    PredictedRefusal(
        "sha256mac", "zfssa_project", {**PROJECT, "checksum": "sha256mac"},
        ("checksum of project tank/proj-a cannot be sha256mac", "use one of: fletcher2, fletcher4, sha256."),
        writes=0, releases=RELEASES[:2],
    ),
    PredictedRefusal(
        "limits of a new project", "zfssa_project", {**PROJECT, "name": "proj-b", "readlimit": "1M", "writelimit": "1M"},
        (
            "project tank/proj-b cannot have readlimit, which needs OS8.8, or writelimit, which needs OS8.8: "
            "this appliance has ", "; leave it out, or update the appliance.",
        ),
        writes=0, releases=RELEASES[:2],
    ),
    PredictedRefusal(
        "limits of a project", "zfssa_project", {**PROJECT, "readlimit": "1M", "writelimit": 0},
        ("project tank/proj-a cannot have readlimit, which needs OS8.8: this appliance has ",),
        (project(),), writes=0, releases=RELEASES[:2],
    ),
    PredictedRefusal(
        "readlimit of a LUN", "zfssa_lun", {**PLACE, "name": "a", "readlimit": "1M", "writelimit": "1M"},
        ("LUN tank/default/a cannot have readlimit, which needs OS8.8: this appliance has OS8.7",),
        (lun(),), writes=0, releases=("8.7",),
    ),
    PredictedRefusal(
        "limits of a new LUN", "zfssa_lun", {**NEW, "writelimit": "1M"},
        ("LUN tank/default/b cannot have writelimit, which needs OS8.7: this appliance has 2013.1",), writes=0, releases=OLD,
    ),
    PredictedRefusal(
        "limit of a clone", "zfssa_lun",
        {**PLACE, "name": "c", "writelimit": "1M", "source": {"lun": "a", "snapshot": "s1"}},
        ("LUN tank/default/c cannot have writelimit, which needs OS8.7",), (lun(), snapshot()), writes=0, releases=OLD,
    ),
    PredictedRefusal(
        "lz4 of a clone", "zfssa_lun",
        {**PLACE, "name": "c", "compression": "lz4", "source": {"lun": "a", "snapshot": "s1"}},
        ("compression of LUN tank/default/c cannot be lz4",), (lun(), snapshot()), writes=0, releases=OLD,
    ),
)  # fmt: skip

# An update that does not end before the test.
ENDLESS = (
    lun(), own_replication(), action(max_bandwidth=1),
    ("PUT", f"{PROJECTS}/default/luns/a", {"volsize": 2 << 30}), snapshot(), ("PUT", f"{ACTIONS}/{{id}}/sendupdate"),
)  # fmt: skip
ENDLESS_OF_PROJECT = (
    lun(),
    ("POST", ACTIONS, {"pool": "tank", "project": "default", "target": "west", "target_pool": "tank", "max_bandwidth": 1}),
    ("PUT", f"{ACTIONS}/{{id}}/sendupdate"),
)  # fmt: skip


def _in_proj_a(part: Any) -> Any:
    """Put a part of a call from project default into proj-a."""
    if isinstance(part, dict):
        return {key: "proj-a" if key == "project" else value for key, value in part.items()}
    return part.replace("/default/", "/proj-a/")


CANCEL = "running; cancel it with zfssa_replication_update and state=cancelled, or wait until it has ended."
RUNNING = (
    PredictedRefusal(
        "end of what an update reads", "zfssa_lun", {**LUN, "state": "absent", "force": True},
        ("Cannot destroy LUN tank/default/a: an update of the replication to west is " + CANCEL,), ENDLESS,
    ),
    PredictedRefusal(
        "rollback of what an update reads", "zfssa_snapshot",
        {**PLACE, "lun": "a", "name": "s1", "state": "restored", "force": True},
        ("Cannot roll back LUN tank/default/a", CANCEL), ENDLESS,
    ),
    PredictedRefusal(
        "end of an action with an update", "zfssa_replication", {**ROUTE, "state": "absent"},
        ("Cannot remove replication of LUN tank/default/a to west", CANCEL), ENDLESS,
    ),
    PredictedRefusal(
        "leaving a replication whose update runs", "zfssa_replication", {**PLACE, "lun": "a", "inherited": False},
        ("Cannot switch off inherited replication of LUN tank/default/a: an update", CANCEL), ENDLESS_OF_PROJECT,
    ),
    PredictedRefusal(
        "move of what an update reads", "zfssa_lun", {**LUN, "new_project": "proj-a"},
        ("Cannot move LUN tank/default/a", CANCEL), (*ENDLESS_OF_PROJECT, project()),
    ),
    PredictedRefusal(
        "end of a project that an update reads", "zfssa_project", {**PROJECT, "state": "absent", "force": True},
        ("Cannot destroy project tank/proj-a: an update of the replication to west is " + CANCEL,),
        tuple(tuple(_in_proj_a(part) for part in call) for call in (project(), *ENDLESS_OF_PROJECT)),
    ),
)  # fmt: skip


def values(kind: str, value: Any, says: str, writes: int = 0) -> PredictedRefusal:
    """A custom value that is not of the type of its property."""
    return PredictedRefusal(
        f"custom value {value!r:.12} for {kind}", "zfssa_lun", {**NEW, "custom": {"n": value}},
        (f"custom property n is of type {kind}, and {says}; correct n.",), (schema("n", kind),), writes,
    )  # fmt: skip


QUOTES = "is a number in YAML, and not {}; put it in quotes"
VALUES = (
    values("String", 1.1, "1.1 " + QUOTES.format("a text")),
    values("String", None, "None is not a text"),
    values("Host", 10.1, "10.1 " + QUOTES.format("a host name or address")),
    values("Integer", 2**63, f"{2**63} has more than 64 bits", 1),
    values("Integer", "0" * 19 + "7", f"'{'0' * 19}7' has more than 64 bits", 1),
    values("Boolean", 1, "1 is neither true nor false", 1),
    values("String", True, "True is true or false in YAML, and not a text; put it in quotes"),
    PredictedRefusal(
        "port of a service", "zfssa_service", {"name": "ssh", "properties": {"listen_port": 70000}},
        ("property listen_port of service ssh is 70000, and a port is from 1 to 65535; correct listen_port.",), writes=0,
    ),
)  # fmt: skip

ROWS = (*NUMBERS, *UNKNOWN, *NAMES, *ROOM, *PROTECTED, *RUNNING, *VALUES, *RELEASED)
