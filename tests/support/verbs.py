"""The table of writes: each kind that a module makes, the task that makes it, and where it shows in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cases import (
    ACTIONS,
    LUNS,
    MASK,
    PROJECTS,
    REPLICATED,
    SCHEMA,
    SENT,
    Call,
    clone,
    lun,
    own_replication,
    project,
    snapshot,
)
from lab_appliances import Record

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
    Place,
    Sign,
    new_removal_name,
    sign_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._temporary import temporary_name
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY

PLACE = {"pool": "tank", "project": "default"}
LUN = {**PLACE, "name": "a"}
ROUTE = {**PLACE, "lun": "a", "target": "west", "target_pool": "tank"}
INITIATOR = {"initiator": "iqn.2020-01.com.example:host"}
KNOWN = ("POST", "san/v1/iscsi/initiators", INITIATOR)
IN_GROUP = {"name": "ig-a", "initiators": [INITIATOR["initiator"]]}
GROUPED = (KNOWN, ("POST", "san/v1/iscsi/initiator-groups", IN_GROUP))
EMPTY_GROUP = ("POST", "san/v1/iscsi/initiator-groups", {"name": "ig-a"})
EMPTY_TARGETS = ("POST", "san/v1/iscsi/target-groups", {"name": "tg-a"})
TARGET = ("POST", "san/v1/iscsi/targets", {"alias": "t-a"})
PACKAGE = {"id": "{id}"}
TO_GROUP = {**PLACE, "lun": "a", "initiator_groups": ["ig-a"]}
MONTHLY = {"frequency": "month", "day": "31"}
SCHEDULED = (*REPLICATED, ("POST", f"{ACTIONS}/{{id}}/schedules", MONTHLY))
NO_PEER = (("DELETE", "storage/v1/replication/targets/west"),)
IN_TARGETS = {"name": "tg-a", "targets": ["t-a"]}
IQN = "iqn.1986-03.com.sun:02:t-a"
TARGETED = (
    ("POST", "san/v1/iscsi/targets", {"alias": "t-a", "iqn": IQN}),
    ("POST", "san/v1/iscsi/target-groups", {"name": "tg-a", "targets": [IQN]}),
)
CHAP = {"chap_user": "u", "chap_secret": "x" * 12}
PROJECT = {"pool": "tank", "name": "proj-a"}
S1 = {**PLACE, "lun": "a", "name": "s1"}
CLONED = {**PLACE, "name": "c", "source": {"lun": "a", "snapshot": "s1"}}
TAKEN = (lun(), snapshot())
CLONE_OF_LUN = {**PLACE, "name": "c", "source": {"lun": "a"}}
TEMPORARY = temporary_name({**PLACE, "name": "c"})
COLOUR = {"name": "colour"}
DEFINED = ("POST", SCHEMA, {"property": "colour", "type": "String"})
# A migration of LUN a to the same place on west, and what it leaves on its way.
MIGRATION = {**PLACE, "luns": ["a"], "target_pool": "tank", "target_project": "default", "peer": "west"}
_A = Place("tank", "default", "a")
_WAS: Record = {"status": "online", "initiator_groups": ["default"], "target_group": "default"}
RESTORED = {**MIGRATION, "state": "restored", "before": _WAS}
OFFLINE = ("PUT", f"{LUNS}/a", {"status": "offline"})
SIGNED = (
    "POST",
    PROJECTS,
    {"name": sign_of(_A), "mountpoint": Sign(_A, NOBODY, Before("online", ("default",), "default")).text},
)
REMOVING = ("PUT", f"{LUNS}/a", {"name": new_removal_name("a")})
SEVERED = (
    ("west", "PUT", "storage/v1/replication/sources/east/packages/{id}/sever", {"projname": "moved"}),
    ("west", "PUT", f"{PROJECTS}/moved/luns/a", {"status": "offline"}),
    ("DELETE", f"{ACTIONS}/{{id}}"),
)
DISABLED = (("west", "PUT", "storage/v1/replication/packages/{id}", {"enabled": False}),)
MASKED = (
    ("west", "PUT", "storage/v1/replication/packages/{id}/projects/default/luns/a", {"initiatorgroup": MASK, "targetgroup": "default"}),
)  # fmt: skip


@dataclass(frozen=True)
class Verb:
    """One kind of write: the task that makes it, and where it shows in the journal.

    Attributes:
        name: what it does, in one word, and to what.
        method, path: the write; the path is a pattern.
        at: the appliance.
        side: the appliance that is written to, where a module talks to both; else the same.
        repeats: whether the task, run once more, has nothing left to do.
        nth: which of the writes that fit suffers; the first one is refused where the appliance wants it confirmed.
        writes: how many writes the task makes.
        shows: whether a look tells that it was carried out; a secret is not to be seen, and is sent again.
        stalled: whether the update that was sent before does not end.
        then: what comes before the task when no update runs any more.
    """

    name: str
    module: str
    options: Record
    method: str
    path: str
    before: tuple[Call, ...] = ()
    at: str = "east"
    repeats: bool = True
    nth: int = 1
    writes: int = 1
    shows: bool = True
    stalled: bool = False
    then: tuple[Call, ...] = ()
    side: str = ""


VERBS = (
    Verb("create LUN", "zfssa_lun", {**LUN, "size": "1G", "initiator_groups": []}, "POST", "/luns$"),
    Verb("change LUN", "zfssa_lun", {**LUN, "size": "2G"}, "PUT", "/luns/a$", (lun(),)),
    Verb("rename LUN", "zfssa_lun", {**LUN, "new_name": "b"}, "PUT", "/luns/a$", (lun(),)),
    Verb("move LUN", "zfssa_lun", {**LUN, "new_project": "proj-a"}, "PUT", "/luns/a$", (project(), lun())),
    Verb("destroy LUN", "zfssa_lun", {**LUN, "state": "absent", "force": True}, "DELETE", "/luns/a", (lun(), snapshot())),
    Verb("create project", "zfssa_project", {"pool": "tank", "name": "proj-a", "quota": "5G"}, "POST", "/projects$"),
    Verb("change project", "zfssa_project", {"pool": "tank", "name": "proj-a", "quota": "5G"}, "PUT", "/proj-a$", (project(),)),
    Verb("rename project", "zfssa_project", {"pool": "tank", "name": "proj-a", "new_name": "proj-b"}, "PUT", "/proj-a$", (project(),)),
    Verb("destroy project", "zfssa_project", {"pool": "tank", "name": "proj-a", "state": "absent"}, "DELETE", "/proj-a", (project(),)),
    Verb("disable service", "zfssa_service", {"name": "nfs", "state": "disabled"}, "PUT", "/nfs/disable$"),
    Verb("set service", "zfssa_service", {"name": "iscsi", "properties": {"isns_access": True}}, "PUT", "/iscsi$"),
    Verb("create initiator", "zfssa_initiator", {**INITIATOR, "chap_user": "u", "chap_secret": "x" * 12}, "POST", "/initiators$"),
    Verb("change initiator", "zfssa_initiator", {**INITIATOR, "alias": "h"}, "PUT", "/initiators/", (KNOWN,)),
    Verb("remove initiator", "zfssa_initiator", {**INITIATOR, "state": "absent"}, "DELETE", "/initiators/", (KNOWN,)),
    Verb("create initiator group", "zfssa_initiator_group", IN_GROUP, "POST", "/initiator-groups$", (KNOWN,)),
    Verb("create group by adding", "zfssa_initiator_group", {**IN_GROUP, "membership": "add"}, "POST", "/initiator-groups$", (KNOWN,)),
    Verb("change initiator group", "zfssa_initiator_group", IN_GROUP, "PUT", "/initiator-groups/", (KNOWN, EMPTY_GROUP)),
    Verb("add initiator", "zfssa_initiator_group", {**IN_GROUP, "membership": "add"}, "PUT", "/initiator-groups/", (KNOWN, EMPTY_GROUP)),
    Verb("subtract initiator", "zfssa_initiator_group", {**IN_GROUP, "membership": "remove"}, "PUT", "/initiator-groups/", GROUPED),
    Verb("remove initiator group", "zfssa_initiator_group", {"name": "ig-a", "state": "absent"}, "DELETE", "/initiator-groups/", GROUPED),
    Verb("create target", "zfssa_target", {"alias": "t-a"}, "POST", "/targets$"),
    Verb("change target", "zfssa_target", {"alias": "t-a", "interfaces": ["ixgbe0"]}, "PUT", "/targets/", (TARGET,)),
    Verb("remove target", "zfssa_target", {"alias": "t-a", "state": "absent"}, "DELETE", "/targets/", (TARGET,)),
    Verb("create target group", "zfssa_target_group", {"name": "tg-a", "targets": ["t-a"]}, "POST", "/target-groups$", (TARGET,)),
    Verb("add target", "zfssa_target_group", {"name": "tg-a", "targets": ["t-a"], "membership": "add"}, "PUT", "/target-groups/", (TARGET, EMPTY_TARGETS)),
    Verb("remove target group", "zfssa_target_group", {"name": "tg-a", "state": "absent"}, "DELETE", "/target-groups/", (EMPTY_TARGETS,)),
    Verb("create action", "zfssa_replication", ROUTE, "POST", "/actions$", (lun(), own_replication())),
    Verb("change action", "zfssa_replication", {**ROUTE, "use_ssl": False}, "PUT", "/actions/", REPLICATED),
    Verb("remove action", "zfssa_replication", {**ROUTE, "state": "absent"}, "DELETE", "/actions/", REPLICATED),
    Verb("switch off inheritance", "zfssa_replication", {**PLACE, "lun": "a", "inherited": False}, "PUT", "/replication$", (lun(),)),
    Verb("send update", "zfssa_replication_update", {**ROUTE, "poll_interval": 1}, "PUT", "/sendupdate$", REPLICATED, repeats=False),
    Verb("send next update", "zfssa_replication_update", {**ROUTE, "poll_interval": 1}, "PUT", "/sendupdate$", SENT, repeats=False),
    Verb("disable package", "zfssa_replication_package", {**PACKAGE, "enabled": False}, "PUT", "/packages/", SENT, "west"),
    Verb("sever package", "zfssa_replication_package", {**PACKAGE, "state": "severed", "project": "{id}"}, "PUT", "/sever$", SENT, "west"),
    Verb("reverse package", "zfssa_replication_package", {**PACKAGE, "state": "reversed", "project": "back"}, "PUT", "reverse$", SENT, "west"),
    Verb("clone package", "zfssa_replication_package", {**PACKAGE, "state": "cloned", "project": "try"}, "PUT", "/clone$", SENT, "west"),
    Verb("create schedule", "zfssa_replication", {**ROUTE, "schedules": [MONTHLY]}, "POST", "/schedules$", REPLICATED),
    Verb("remove schedule", "zfssa_replication", {**ROUTE, "schedules": []}, "DELETE", "/schedules/", SCHEDULED),
    Verb("register peer", "zfssa_replication_target", {"label": "west", "hostname": "west", "root_password": "lab-password"}, "POST", "/targets$", NO_PEER),
    Verb("change peer", "zfssa_replication_target", {"label": "west", "auto_accept_cert": True}, "PUT", "/targets/"),
    Verb("remove peer", "zfssa_replication_target", {"label": "west", "state": "absent"}, "DELETE", "/targets/"),
    Verb("attach LUN", "zfssa_lun_mapping", TO_GROUP, "PUT", "/luns/a$", (*GROUPED, lun(initiatorgroup=MASK))),
    Verb("detach LUN", "zfssa_lun_mapping", {**TO_GROUP, "state": "absent"}, "PUT", "/luns/a$", (*GROUPED, lun(initiatorgroup="ig-a"))),
    Verb("mask LUN", "zfssa_lun_mapping", {**PLACE, "lun": "a", "state": "absent", "all_hosts": True}, "PUT", "/luns/a$",
         (*GROUPED, lun(initiatorgroup="ig-a"))),
    Verb("destroy package", "zfssa_replication_package", {**PACKAGE, "state": "absent"}, "DELETE", "/packages/", SENT, "west"),
    Verb("move and rename LUN", "zfssa_lun", {**LUN, "new_name": "b", "new_project": "proj-a"}, "PUT", "/proj-a/luns/a$", (project(), lun()), writes=2),
    Verb("clone LUN", "zfssa_lun", CLONED, "PUT", "/clone$", TAKEN),
    Verb("grow clone", "zfssa_lun", {**CLONED, "size": "2G"}, "PUT", "/luns/c$", TAKEN, writes=2),
    Verb("take snapshot to clone", "zfssa_lun", CLONE_OF_LUN, "POST", "/snapshots$", (lun(),), writes=2),
    Verb("clone LUN as it is", "zfssa_lun", CLONE_OF_LUN, "PUT", "/clone$", (lun(),), writes=2),
    Verb("destroy clone and its snapshot", "zfssa_lun",
         {**PLACE, "name": "c", "state": "absent"}, "DELETE", f"/{TEMPORARY}$", (lun(), snapshot(TEMPORARY), clone(at=TEMPORARY))),
    Verb("destroy project confirmed", "zfssa_project",
         {**PROJECT, "state": "absent", "force": True}, "DELETE", "/proj-a", (project(), lun(of="proj-a")), nth=2),
    Verb("take snapshot", "zfssa_snapshot", S1, "POST", "/snapshots$", (lun(),)),
    Verb("take snapshot of project", "zfssa_snapshot", {**PLACE, "name": "s1"}, "POST", "/snapshots$", (lun(),)),
    Verb("rename snapshot", "zfssa_snapshot", {**S1, "new_name": "s2"}, "PUT", "/s1$", TAKEN),
    Verb("destroy snapshot", "zfssa_snapshot", {**S1, "state": "absent"}, "DELETE", "/s1", TAKEN),
    Verb("destroy snapshot and clone", "zfssa_snapshot", {**S1, "state": "absent", "force": True}, "DELETE", "/s1", (*TAKEN, clone())),
    Verb("prune snapshots", "zfssa_snapshot", {**PLACE, "lun": "a", "match": "*", "keep_last": 1}, "DELETE", "/s1", (*TAKEN, snapshot("s2"))),
    Verb("define property", "zfssa_schema", COLOUR, "POST", "/schema$"),
    Verb("change property", "zfssa_schema", {**COLOUR, "description": "new"}, "PUT", "/colour$", (DEFINED,)),
    Verb("remove property", "zfssa_schema", {**COLOUR, "state": "absent"}, "DELETE", "/colour", (DEFINED,)),
    Verb("remove property confirmed", "zfssa_schema",
         {**COLOUR, "state": "absent", "force": True}, "DELETE", "/colour", (DEFINED, lun(**{"custom:colour": "red"})), nth=2),
    Verb("create with a document", "zfssa_san", {"config": {"luns": [{**LUN, "size": "1G"}]}}, "POST", "/luns$"),
    Verb("change with a document", "zfssa_san", {"config": {"luns": [{**LUN, "size": "2G"}]}}, "PUT", "/luns/a$", (lun(),)),
    Verb("destroy with a document", "zfssa_san", {"config": {"luns": [{**LUN, "state": "absent"}]}}, "DELETE", "/luns/a", (lun(),)),
    Verb("enable service", "zfssa_service", {"name": "ftp", "state": "enabled"}, "PUT", "/ftp/enable$"),
    Verb("change initiator and its secret", "zfssa_initiator", {**INITIATOR, **CHAP}, "PUT", "/initiators/", (KNOWN,), shows=False),
    Verb("create target of an IQN", "zfssa_target", {"alias": "t-a", "iqn": IQN}, "POST", "/targets$"),
    Verb("change target and its secret", "zfssa_target", {"alias": "t-a", "auth": "chap", **CHAP}, "PUT", "/targets/", (TARGET,), shows=False),
    Verb("create target group by adding", "zfssa_target_group", {**IN_TARGETS, "membership": "add"}, "POST", "/target-groups$", (TARGET,)),
    Verb("change target group", "zfssa_target_group", IN_TARGETS, "PUT", "/target-groups/", (TARGET, EMPTY_TARGETS)),
    Verb("subtract target", "zfssa_target_group", {**IN_TARGETS, "membership": "remove"}, "PUT", "/target-groups/", TARGETED),
    Verb("switch on inheritance", "zfssa_replication", {**PLACE, "lun": "a", "inherited": True}, "PUT", "/replication$", (lun(), own_replication())),
    Verb("cancel update", "zfssa_replication_update", {**ROUTE, "poll_interval": 1, "state": "cancelled"}, "PUT", "/cancelupdate$", SENT, stalled=True),
    Verb("enable package", "zfssa_replication_package", {**PACKAGE, "enabled": True}, "PUT", "/packages/", SENT, "west", then=DISABLED),
    Verb("attach LUN through targets", "zfssa_lun_mapping",
         {**TO_GROUP, "target_group": "tg-a"}, "PUT", "/luns/a$", (*GROUPED, *TARGETED, lun(initiatorgroup=MASK))),
    Verb("claim LUN", "zfssa_lun_migration", {**MIGRATION, "state": "claimed"}, "POST", "/projects$", (lun(),)),
    Verb("return name", "zfssa_lun_migration",
         {**MIGRATION, "state": "claimed"}, "PUT", "/luns/zfssa-migration-", (lun(), SIGNED, REMOVING), writes=2),
    Verb("mask copy", "zfssa_lun_migration",
         {**MIGRATION, "state": "copy_masked", "action_id": "{id}"}, "PUT", "/packages/.*/luns/a$", SENT, side="west"),
    Verb("unmask copy", "zfssa_lun_migration",
         {**MIGRATION, "state": "copy_unmasked", "action_id": "{id}", "replica": {"initiator_groups": ["default"], "target_group": "default"}},
         "PUT", "/packages/.*/luns/a$", SENT, side="west", then=MASKED),
    Verb("restore LUN", "zfssa_lun_migration", RESTORED, "PUT", "/luns/a$", (lun(), OFFLINE)),
    Verb("release LUN", "zfssa_lun_migration", {**MIGRATION, "state": "released"}, "DELETE", "/zfssa-migration-of-", (lun(), SIGNED)),
)  # fmt: skip

# What each module can do, each with its method; a raw call and a session have tests of their own.
KINDS = {
    "zfssa_initiator": {"POST create", "PUT change", "DELETE remove"},
    "zfssa_initiator_group": {"POST create", "PUT change", "PUT add", "PUT subtract", "DELETE remove"},
    "zfssa_lun": {"POST create", "POST take", "PUT clone", "PUT grow", "PUT change", "PUT rename", "PUT move", "DELETE destroy"},
    "zfssa_lun_mapping": {"PUT attach", "PUT detach", "PUT mask"},
    # What destroys a LUN never repeats a request by itself: test_contract_two_runs has it.
    "zfssa_lun_migration": {"POST claim", "PUT return", "PUT mask", "PUT unmask", "PUT restore", "DELETE release"},
    "zfssa_project": {"POST create", "PUT change", "PUT rename", "DELETE destroy"},
    "zfssa_replication": {"POST create", "PUT change", "PUT switch", "DELETE remove"},
    "zfssa_replication_package": {"PUT enable", "PUT disable", "PUT sever", "PUT reverse", "PUT clone", "DELETE destroy"},
    "zfssa_replication_target": {"POST register", "PUT change", "DELETE remove"},
    "zfssa_replication_update": {"PUT send", "PUT cancel"},
    "zfssa_san": {"POST create", "PUT change", "DELETE destroy"},
    "zfssa_schema": {"POST define", "PUT change", "DELETE remove"},
    "zfssa_service": {"PUT enable", "PUT disable", "PUT set"},
    "zfssa_snapshot": {"POST take", "PUT rename", "DELETE destroy", "DELETE prune"},
    "zfssa_target": {"POST create", "PUT change", "DELETE remove"},
    "zfssa_target_group": {"POST create", "PUT change", "PUT add", "PUT subtract", "DELETE remove"},
}  # fmt: skip
# What only reads, and what others look after: what a raw call does, nobody can know, and images have tests of their own.
WITHOUT = {"zfssa_image", "zfssa_image_cache", "zfssa_info", "zfssa_preflight", "zfssa_rest", "zfssa_session"}


def ids(verb: Any) -> str:
    """Name a row."""
    return str(verb.name).replace(" ", "_")
