"""Whatever an appliance gives in any key of any object: what is told goes on, what is decided on is never guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoilt import Outcome, QuietLab, Wire, run_spoilt

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
    Place,
    Sign,
    marker_of,
    sign_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY

Spoil = Callable[[str, Wire], Wire]
_MODULES = "ansible_collections.zfssa.storage.plugins.modules"
PROJECTS = "storage/v1/pools/tank/projects"
LUNS = f"{PROJECTS}/default/luns"
ACTIONS = "storage/v1/replication/actions"
SAN = "san/v1/iscsi"
IQN = "iqn.2020-01.com.example:host-a"
LUN = {"pool": "tank", "project": "default"}
PAIR = {**LUN, "lun": "replicated", "target": "west"}
RELEASES = ("2013.1", "8.8")
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

# What no type understands: these may be neither a text nor a number, a flag or a list of names.
UNREADABLE: tuple[Any, ...] = ({"a": 1}, ["x", None])
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    "",
    "-1",
    "unlimited",
    "0B/s",
    "1.5M",
    "<unknown>",
    "-",
    "no such word",
    "NaN",
    "Infinity",
    "Fri May 01 2015 20:13:00 GMT+0000 (UTC)",
    "2015-05-01T20:13:00Z",
    "20150501T20:13:00",
    -1,
    0,
    1,
    2**70,
    -(2**70),
    0.5,
    -1.0,
    1e300,
    3.7345023488e10,
    [],
    ["x"],
    [0],
    "9" * 5000,
    "\ud800",
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=5,
)


class World:
    """A lab with one object of each kind, at least, and the outcome of each trial when nothing is spoilt."""

    def __init__(self, release: str) -> None:
        self.lab = QuietLab(release)
        self.release = release
        call = self.lab.call
        call("POST", PROJECTS, {"name": "proj-a"})
        call("POST", f"{SAN}/initiators", {"initiator": IQN, "alias": "host-a"})
        call("POST", f"{SAN}/initiators", {"initiator": f"{IQN}-unused"})
        call("POST", f"{SAN}/initiator-groups", {"name": "ig-a", "initiators": [IQN]})
        call("POST", f"{SAN}/initiator-groups", {"name": "ig-b", "initiators": [IQN]})
        for name in ("t-a", "t-b"):
            call("POST", f"{SAN}/targets", {"alias": name, "iqn": f"iqn.1986-03.com.sun:02:{name}"})
        call("POST", f"{SAN}/target-groups", {"name": "tg-a", "targets": ["iqn.1986-03.com.sun:02:t-a"]})
        call("POST", "storage/v1/schema", {"property": "owner", "type": "String", "description": "Who"})
        for name in ("lone", "based", "replicated"):
            call("POST", LUNS, {"name": name, "volsize": "1g", "initiatorgroup": "ig-a", "sparse": True})
        for name in ("s1", "s2"):
            call("POST", f"{LUNS}/based/snapshots", {"name": name})
            self.lab.clock.advance(60)
        call("PUT", f"{LUNS}/based/snapshots/s1/clone", {"share": "clone", "project": "proj-a"})
        self.id = self._action(f"{PROJECTS}/default", "replicated")
        call("PUT", f"{ACTIONS}/{self.id}/sendupdate")
        self.lab.clock.advance(3600)
        call("POST", f"{ACTIONS}/{self.id}/schedules", {"frequency": "day", "hour": "03", "minute": "00"})
        self.ids = {"{id}": self.id, "{moving}": self._migrations()}
        self._usual: dict[tuple[str, str, bool], Outcome] = {}

    def _contextual(self) -> str:
        answer = self.lab.call("POST", f"{LUNS}/replicated/replication/actions", {"pool": "tank", "target": "west"})
        return str(answer["action"]["id"])

    def _migrations(self) -> str:
        """Make the LUNs that are on their way, and return the id of the action of the one that is copied."""
        call, project = self.lab.call, f"{PROJECTS}/proj-m"
        call("POST", PROJECTS, {"name": "proj-m"})
        for at in ("east", "west"):
            call("POST", f"{SAN}/initiators", {"initiator": f"{IQN}-m"}, at)
            call("POST", f"{SAN}/initiator-groups", {"name": "ig-m", "initiators": [f"{IQN}-m"]}, at)
            call("POST", f"{SAN}/target-groups", {"name": "tg-m"}, at)
        call("POST", "storage/v1/schema", {"property": "owner", "type": "String", "description": "Who"}, "west")
        for name in ("staying", "moving", "moved"):
            body = {"volsize": "1g", "initiatorgroup": "ig-m", "targetgroup": "tg-m", "sparse": True}
            call("POST", f"{project}/luns", {"name": name, **body, "custom:owner": "me"})
        moving, moved = self._action(project, "moving"), self._action(project, "moved")
        call("PUT", f"{project}/luns/moved", {"status": "offline"})
        call("POST", f"{project}/luns/moved/snapshots", {"name": marker_of(moved)})
        for ident in (moving, moved):
            call("PUT", f"{ACTIONS}/{ident}/sendupdate")
            self.lab.clock.advance(3600)
        call("PUT", f"{self._package(moved)}/sever", {"projname": "proj-m"}, "west")
        call("PUT", f"{project}/luns/moved", {"status": "offline"}, "west")
        call("DELETE", f"{ACTIONS}/{moved}")
        place = Place("tank", "proj-m", "moved")
        before = Before(WAS["status"], tuple(WAS["initiator_groups"]), WAS["target_group"])
        call("POST", PROJECTS, {"name": sign_of(place), "mountpoint": Sign(place, NOBODY, before).text})
        return moving

    def _action(self, project: str, name: str) -> str:
        """Make an action that sends a LUN to west."""
        call = self.lab.call
        call("PUT", f"{project}/filesystems/{name}/replication", {"inherited": False})
        if self.release == "2013.1":
            names = {"pool": "tank", "project": project.rpartition("/")[2], "share": name}
            answer = call("POST", ACTIONS, {**names, "target": "west", "target_pool": "tank"})
        else:
            answer = call("POST", f"{project}/luns/{name}/replication/actions", {"pool": "tank", "target": "west"})
        return str(answer["action"]["id"])

    def _package(self, ident: str) -> str:
        """The path of a package."""
        return f"storage/v1/replication/{'packages' if self.release == '8.8' else 'sources/east/packages'}/{ident}"

    def run(self, trial: Trial, check: bool, spoil: Spoil) -> Outcome:
        """Run a trial."""
        options = {key: self.ids.get(str(value), value) for key, value in trial.options.items()}
        module = import_module(f"{_MODULES}.{trial.module}")
        return run_spoilt(self.lab, module, options, spoil, at=trial.at, check=check)

    def usual(self, trial: Trial, check: bool) -> Outcome:
        """The outcome of a trial when nothing is spoilt."""
        key = (trial.module, json.dumps([trial.options, trial.at]), check)
        if key not in self._usual:
            self._usual[key] = self.run(trial, check, lambda _path, body: body)
        return self._usual[key]

    def keys(self, kind: Kind) -> list[str]:
        """The keys of an object of a kind, and one that no release has yet."""
        page = kind.page.replace("{id}", self.id)
        if kind.name == "replication package":
            page = self._package(self.id)
        _status, body, _version = self.lab.page(kind.at, f"/api/{page}")
        found = {key for name in kind.envelopes for wire in _objects(body.get(name)) for key in wire}
        assert found, body
        return sorted({*found, *kind.reported})


def _objects(value: Any) -> list[Wire]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def spoiler(kind: Kind, values: Wire) -> Spoil:
    """Put values into keys of all objects of a kind."""

    def spoil(path: str, body: Wire) -> Wire:
        if kind.below not in path:
            return body
        return {name: _spoilt(inner, values) if name in kind.envelopes else inner for name, inner in body.items()}

    return spoil


def _spoilt(inner: Any, values: Wire) -> Any:
    if isinstance(inner, list):
        return [_spoilt(one, values) for one in inner]
    return {**inner, **values} if isinstance(inner, dict) else inner


@pytest.fixture(scope="module")
def worlds() -> Iterator[Callable[[str], World]]:
    """Make the world of a release, once."""
    made: dict[str, World] = {}
    yield lambda release: made.setdefault(release, World(release)) if release not in made else made[release]


def judge(world: World, kind: Kind, values: Wire, *, harmless: bool = False, unreadable: bool = False) -> None:
    """Go through the trials of a kind, and see that none stops without a sentence, or guesses.

    Args:
        values: what stands in some keys.
        harmless: whether these are only told, so that nothing becomes other by them.
        unreadable: whether nobody can understand the values, so that nothing is done in another way than usual.
    """
    judge_one(world, kind, spoiler(kind, values), harmless=harmless, unreadable=unreadable)


def judge_one(world: World, kind: Kind, spoil: Spoil, *, harmless: bool = False, unreadable: bool = False) -> None:
    """The same for answers that are spoilt in any way."""
    for trial in kind.trials:
        for check in (True,) if trial.only_check else (False, True):
            seen, usual = world.run(trial, check, spoil), world.usual(trial, check)
            message = str(seen.result.get("msg", ""))
            about = (
                kind.name,
                spoil(f"/api{kind.below}", {key: {} for key in kind.envelopes}),
                trial,
                check,
                message,
                seen.writes,
                usual.writes,
            )
            assert "fault of the collection" not in message, (about, seen.result.get("exception"))
            json.dumps(seen.result)
            if seen.failed:
                assert message.endswith(".") and "\n" not in message, about
            if harmless:
                assert (seen.failed, seen.writes) == (usual.failed, usual.writes), about
            if not unreadable or usual.failed:
                continue
            if seen.failed:
                assert seen.writes == (), about
                assert any(name in message for name in (*world.ids.values(), *NAMES)), about
            else:
                assert (seen.writes, seen.result["changed"]) == (usual.writes, usual.result["changed"]), about


NAMES = (
    "lone",
    "based",
    "proj-a",
    "tank",
    "default",
    "host-a",
    "t-a",
    "t-b",
    "tg-a",
    "ig-a",
    "ig-b",
    "west",
    "owner",
    "iscsi",
    "clone",
    "replicated",
    "s1",
    "s2",
    "proj-m",
    "moved",
    "moving",
    "staying",
    "ig-m",
    "tg-m",
    "zfssa-migration",
    "the appliance's list",
    "a schedule",
    "answer to GET /api/",
)


def judge_info(world: World, kind: Kind, values: Wire) -> None:
    """See that a look never fails, and says once for each property what nobody understands."""
    if not kind.subset:
        return
    for options in ({}, {"as_input": True}, {"pool": "t*", "name": "*"}):
        if "as_input" in options and kind.subset not in INPUTS:
            continue
        trial = Trial("zfssa_info", {"gather_subset": [kind.subset], **options}, kind.at)
        seen = world.run(trial, False, spoiler(kind, values))
        about = (kind.name, values, options, seen.result.get("msg"))
        assert not seen.failed, (about, seen.result.get("exception"))
        assert not seen.writes, about
        assert len(seen.result.get("warnings", ())) <= len(values) + 1, about
        json.dumps(seen.result)


INPUTS = ("schema", "projects", "initiators", "initiator_groups", "targets", "target_groups", "luns", "snapshots")
IDS = [kind.name.replace(" ", "-") for kind in KINDS]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_trials_do_what_they_are_for(kind: Kind, release: str, worlds: Callable[[str], World]) -> None:
    world = worlds(release)
    for trial in kind.trials:
        usual = world.usual(trial, True)
        assert "fault of the collection" not in str(usual.result.get("msg")), usual.result
    assert any(not world.usual(trial, True).failed for trial in kind.trials)


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_what_nobody_understands_is_never_guessed(kind: Kind, worlds: Callable[[str], World]) -> None:
    world = worlds("8.8")
    for key in world.keys(kind):
        if key not in kind.reported:
            for value in UNREADABLE:
                judge(world, kind, {key: value}, unreadable=True)
            judge_info(world, kind, {key: UNREADABLE[0]})


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_odd_values_stop_nothing_that_is_told(kind: Kind, worlds: Callable[[str], World]) -> None:
    world = worlds("8.8")
    for value in (*UNREADABLE, *ODD):
        values = {key: value for key in kind.reported if not _is_meant(key, value)}
        judge(world, kind, values, harmless=True)
        judge_info(world, kind, values)


def _is_meant(key: str, value: Any) -> bool:
    """Whether a value that is only told has a meaning that counts: no update has come, so much room is left or taken."""
    if key == "last_sync":
        return value in ("", "<unknown>")
    return key in ("space_available", "space_total", "space_data", "space_unique") and (
        value == "1.5M" or (isinstance(value, (int, float)) and value >= 0)
    )


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_what_is_no_object_and_no_list_of_them_is_neither_absent_nor_done(
    kind: Kind, worlds: Callable[[str], World]
) -> None:
    world = worlds("8.8")
    for value in (None, "x", 7, [None], ["x"], [[]], {"a": None}):

        def spoil(path: str, body: Wire, value: Any = value) -> Wire:
            if kind.below not in path:
                return body
            return {name: value if name in kind.envelopes else inner for name, inner in body.items()}

        # An object of which no key is known may be one without any.
        unreadable = value != {"a": None}
        judge_one(world, kind, spoil, unreadable=unreadable)


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_anything_in_any_key_is_borne(kind: Kind, worlds: Callable[[str], World], data: st.DataObject) -> None:
    world = worlds(data.draw(st.sampled_from(RELEASES)))
    values = {data.draw(st.sampled_from(world.keys(kind))): data.draw(st.sampled_from(ODD) | ANYTHING)}
    judge(world, kind, values)
    judge_info(world, kind, values)
