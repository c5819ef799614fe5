"""Whatever an appliance gives in any key of any object: what is told goes on, what is decided on is never guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoilt import Outcome, QuietLab, Wire, run_spoilt
from wire_kinds import (
    ACTIONS,
    IQN,
    KINDS,
    LUNS,
    PROJECTS,
    SAN,
    WAS,
    Kind,
    Trial,
)

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
RELEASES = ("2013.1", "8.8")

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


INPUTS = (
    *("schema", "projects", "initiators", "initiator_groups", "targets", "target_groups", "luns", "snapshots"),
    "replication_actions",
)
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
