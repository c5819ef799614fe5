"""The role that takes LUNs under management and releases them: predicted, done, done again, undone, broken off and taken up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from accounts import CONNECTION, grants_of_adoption, make_account
from lab_appliances import ROOT, Lab, Record

from playbooks import MASK, Play, Stage

STORAGE = "storage/v1"
POOL = f"{STORAGE}/pools/tank/projects"
ROLE = [{"name": "Adopt", "hosts": "localhost", "gather_facts": False, "roles": ["zfssa.storage.adopt_lun"]}]
LUN_WRITES = 6
_WRITES = [("POST", 1), *(("PUT", number) for number in range(1, LUN_WRITES + 1))]


def prepare(lab: Lab) -> None:
    """Let the driver of OpenStack leave two volumes, one of which it has let go of."""
    lab.reset()
    east = lab.east
    for project in ("openstack", "databases"):
        east.call("POST", f"{STORAGE}/pools/tank/projects", {"name": project})
    east.call("POST", f"{STORAGE}/schema", {"property": "cinder_managed", "type": "Boolean", "description": ""})
    volume(lab, "volume-1", **{"custom:cinder_managed": False})
    volume(lab, "volume-2", **{"custom:cinder_managed": True})


def volume(lab: Lab, name: str, project: str = "openstack", **values: Any) -> None:
    """Make a LUN that nobody sees."""
    body = {"name": name, "volsize": "1g", "sparse": True, "initiatorgroup": MASK, **values}
    lab.east.call("POST", f"{POOL}/{project}/luns", body)


@pytest.fixture
def playbook(tmp_path: Path) -> str:
    """A playbook that runs the role."""
    file = tmp_path / "adopt.yml"
    file.write_text(yaml.safe_dump(ROLE, sort_keys=False), encoding="utf-8")
    return str(file)


def variables(stage: Stage, **changes: Any) -> Record:
    """The variables that take both volumes, move them, and rename one of them."""
    given = {
        "appliance": stage.lab.east.connection(),
        "pool": "tank",
        "project": "openstack",
        "luns": [{"name": "volume-1", "new_name": "redo-1"}, {"name": "volume-2", "new_name": "redo-2"}],
        "new_project": "databases",
        "from": ["cinder"],
        **changes,
    }
    return {f"adopt_lun_{name}": value for name, value in given.items() if value is not None}


def standing(lab: Lab) -> dict[str, tuple[str, Any, Any]]:
    """What there is of each LUN: its GUID, and what it says of who manages it."""
    return {
        f"{lun['project']}/{lun['name']}": (
            lun["lunguid"],
            lun.get("custom:zfssa_managed_by") or None,
            lun.get("custom:cinder_managed"),
        )
        for lun in lab.east.state["luns"]
    }


def cared_for(lab: Lab, owner: str = "ansible") -> bool:
    """Tell whether both volumes are as wanted."""
    found = standing(lab)
    return sorted(found) == ["databases/redo-1", "databases/redo-2"] and all(
        one[1:] == (owner, True) for one in found.values()
    )


def succeeds(play: Play) -> Play:
    """Check that a play did its work in one session."""
    assert play.status == 0, play.output
    assert [row["method"] for row in play.requests if row["path"].startswith("/api/access")] == ["POST", "DELETE"]
    return play


def plan(play: Play) -> list[str]:
    """The lines of the plan, which is the same before and while it is carried out."""
    plans = [task["result"]["plan"] for task in play.tasks if "plan" in task["result"]]
    assert all(one == plans[0] for one in plans)
    return plans[0] if plans else []


def result(play: Play) -> list[Record]:
    """The LUNs that the role hands on."""
    facts = [task["result"].get("ansible_facts", {}) for task in play.tasks]
    return next(one["adopt_lun_result"] for one in facts if "adopt_lun_result" in one)


@pytest.mark.essential
@pytest.mark.parametrize("release", ["8.8", "8.7", "2013.1"])
def test_luns_are_taken_released_and_taken_again(release: str, stage_of: Callable[[str], Stage], playbook: str) -> None:
    stage = stage_of(release)
    prepare(stage.lab)
    guids = {one[0] for one in standing(stage.lab).values()}
    wanted = variables(stage)

    predicted = succeeds(stage.run(playbook, wanted, "--check", "--diff"))
    assert predicted.writes == []
    done = succeeds(stage.run(playbook, wanted, "--diff"))
    assert plan(predicted) == plan(done)
    assert len(plan(done)) == 3
    assert result(predicted) == result(done)
    assert [(one["name"], one["owner"], one["size"]) for one in result(done)] == [
        ("redo-1", "ansible", 2**30),
        ("redo-2", "ansible", 2**30),
    ]
    assert cared_for(stage.lab)
    assert {one[0] for one in standing(stage.lab).values()} == guids
    again = succeeds(stage.run(playbook, wanted))
    assert (again.writes, again.changed) == ([], 0)

    released = variables(stage, state="released")
    predicted = succeeds(stage.run(playbook, released, "--check"))
    assert predicted.writes == []
    done = succeeds(stage.run(playbook, released))
    assert plan(predicted) == plan(done)
    assert {name: one[1:] for name, one in standing(stage.lab).items()} == {
        "databases/redo-1": ("nobody", False),
        "databases/redo-2": ("nobody", False),
    }
    assert succeeds(stage.run(playbook, released)).writes == []

    succeeds(stage.run(playbook, variables(stage, **{"from": None})))
    assert cared_for(stage.lab)


@pytest.mark.long
@pytest.mark.parametrize("release", ["8.8", "8.7", "2013.1"])
@pytest.mark.parametrize(("method", "number"), _WRITES)
def test_answer_that_is_lost_changes_nothing(
    method: str, number: int, release: str, stage_of: Callable[[str], Stage], playbook: str
) -> None:
    stage = stage_of(release)
    prepare(stage.lab)
    stage.lab.fault({"drop": "after"}, method=method, nth=number, path="/api/storage/")

    succeeds(stage.run(playbook, variables(stage)))

    assert stage.lab.faults() == []
    assert cared_for(stage.lab)
    stage.lab.fault({"drop": "after"}, method="PUT", nth=min(number, 2), path="/api/storage/")
    succeeds(stage.run(playbook, variables(stage, state="released")))
    assert stage.lab.faults() == []
    assert {one[1:] for one in standing(stage.lab).values()} == {("nobody", False)}


@pytest.mark.parametrize(("method", "number"), _WRITES)
def test_failure_is_undone(method: str, number: int, stage: Stage, playbook: str) -> None:
    prepare(stage.lab)
    before = standing(stage.lab)
    stage.lab.fault({"status": 403}, method=method, nth=number, path="/api/storage/")

    play = stage.run(playbook, variables(stage))

    assert play.status != 0
    assert stage.lab.faults() == []
    assert standing(stage.lab) == before, play.message
    assert play.message.endswith("All LUNs are as they were before."), play.message
    succeeds(stage.run(playbook, variables(stage)))
    assert cared_for(stage.lab)


@pytest.mark.parametrize("number", range(1, LUN_WRITES + 2))
def test_run_that_was_killed_is_taken_up(number: int, stage: Stage, playbook: str) -> None:
    prepare(stage.lab)
    position = stage.lab.position()
    # From this write on the appliance does not answer, until the run is dead.
    which = {"method": "PUT", "path": "/luns/|/filesystems/"} if number > 1 else {"method": "POST", "path": "/schema"}
    stage.lab.fault({"drop": "before"}, nth=max(number - 1, 1), times=10_000, **which)

    def stuck() -> bool:
        return any(row["fault"] and row["method"] in ("PUT", "POST") for row in stage.lab.journal(position))

    stage.kill(stuck, playbook, variables(stage))
    stage.lab.control("DELETE", "/faults")

    play = stage.run(playbook, variables(stage))

    assert play.status == 0, play.output
    assert cared_for(stage.lab)


@pytest.mark.parametrize("number", [1, 4, 6])
def test_undo_that_fails_is_told_and_the_next_run_goes_on(number: int, stage: Stage, playbook: str) -> None:
    prepare(stage.lab)
    stage.lab.fault({"status": 403}, method="PUT", nth=number, times=10_000, path="/luns/|/filesystems/")

    play = stage.run(playbook, variables(stage))

    assert play.status != 0
    left = number > 1
    assert ("Not all of it could be undone" in play.message) == left, play.message
    assert ("run the role again, which goes on from there" in play.message) == left
    stage.lab.control("DELETE", "/faults")
    succeeds(stage.run(playbook, variables(stage)))
    assert cared_for(stage.lab)


def test_all_that_is_against_it_is_told_before_the_first_write(stage: Stage, playbook: str) -> None:
    lab = stage.lab
    prepare(lab)
    east = lab.east
    for name in ("free", "seen", "copied", "sent", "taken"):
        volume(lab, name, **{"custom:cinder_managed": False})
    east.call("PUT", f"{POOL}/openstack/luns/seen", {"initiatorgroup": "default"})
    east.call("POST", f"{POOL}/openstack/luns/copied/snapshots", {"name": "s"})
    clone = {"share": "copy", "project": "databases", "initiatorgroup": MASK}
    east.call("PUT", f"{POOL}/openstack/luns/copied/snapshots/s/clone", clone)
    east.call("PUT", f"{POOL}/openstack/filesystems/sent/replication", {"inherited": False})
    action = {"pool": "tank", "project": "openstack", "share": "sent", "target": "west", "target_pool": "tank"}
    east.call("POST", f"{STORAGE}/replication/actions", action)
    volume(lab, "silent")
    volume(lab, "taken", "databases")
    names = ["free", "seen", "copied", "sent", "taken", "silent", "volume-2", "missing"]

    play = stage.run(playbook, variables(stage, luns=names, **{"from": None}))

    assert play.status != 0
    assert play.writes == []
    for words in (
        "LUN tank/openstack/seen is in use: it is presented to every initiator",
        "LUN tank/openstack/copied has clones: databases/copy",
        "LUN tank/openstack/sent is replicated to west",
        "LUN tank/openstack/taken cannot become LUN tank/databases/taken: there is a LUN tank/databases/taken",
        "LUN tank/openstack/silent is not said to be free",
        "LUN tank/openstack/volume-2 is managed by cinder (OpenStack's driver)",
        "LUN tank/openstack/missing does not exist",
        "add in_use to adopt_lun_allow",
        "name the owner in adopt_lun_from",
        "set adopt_lun_policy to loose",
    ):
        assert words in play.message, (words, play.message)
    assert "openstack/free" not in play.message

    allowed = ["seen", "copied", "silent"]
    succeeds(stage.run(playbook, variables(stage, luns=allowed, policy="loose", allow=["in_use", "has_clones"])))
    found = standing(lab)
    assert {found[f"databases/{name}"][1] for name in allowed} == {"ansible"}


def test_owners_do_not_take_luns_from_each_other(stage: Stage, playbook: str) -> None:
    prepare(stage.lab)
    succeeds(stage.run(playbook, variables(stage, owner="team-a")))
    other = variables(stage, owner="team-b", project="databases", luns=["redo-1", "redo-2"], policy="loose")

    for state in ("managed", "released"):
        play = stage.run(playbook, {**other, "adopt_lun_state": state})
        assert play.status != 0
        assert play.writes == []
        assert "LUN tank/databases/redo-1 is managed by team-a" in play.message

    succeeds(stage.run(playbook, {**other, "adopt_lun_from": ["team-a"]}))
    assert cared_for(stage.lab, "team-b")


APPLYING = "Bring the LUNs to what is wanted"
# When somebody else takes a LUN: before the first write, each time with words of the message.
MOMENTS = [
    ("Plan what is to be done", "LUN tank/openstack/volume-1 is managed by team-b"),
    ("Judge the LUNs of the plan", "is managed by team-b by now, which is somebody else's doing"),
    (APPLYING, "is managed by team-b by now, which is somebody else's doing"),
]


def defined(lab: Lab) -> None:
    """Let the property by which LUNs are marked be defined already, so that somebody else can use it."""
    body = {"property": "zfssa_managed_by", "type": "String", "description": ""}
    lab.east.call("POST", f"{STORAGE}/schema", body)


@pytest.mark.parametrize("state", ["managed", "released"])
@pytest.mark.parametrize(("task", "words"), MOMENTS)
def test_lun_that_somebody_else_takes_before_the_first_write_stays_theirs(
    task: str, words: str, state: str, stage: Stage, playbook: str
) -> None:
    prepare(stage.lab)
    defined(stage.lab)
    given = variables(stage, state=state, new_project=None)
    if state == "released":
        for name in ("volume-1", "volume-2"):
            stage.lab.east.call("PUT", f"{POOL}/openstack/luns/{name}", {"custom:zfssa_managed_by": "ansible"})
        given["adopt_lun_luns"] = ["volume-1", "volume-2"]
    before = standing(stage.lab)
    stage.meanwhile(task, "PUT", f"{POOL}/openstack/luns/volume-1", {"custom:zfssa_managed_by": "team-b"})

    play = stage.run(playbook, given)

    assert play.status != 0
    guid, _owner, driver = before["openstack/volume-1"]
    assert standing(stage.lab) == {**before, "openstack/volume-1": (guid, "team-b", driver)}
    assert words in play.message, play.message
    # That of the other one is the only write.
    assert [row["path"].rpartition("/")[2] for row in play.writes] == ["volume-1"]


def test_undo_leaves_a_lun_that_somebody_else_has_taken(stage: Stage, playbook: str) -> None:
    prepare(stage.lab)
    defined(stage.lab)
    before = standing(stage.lab)
    stage.lab.fault({"status": 403}, method="PUT", path="/luns/volume-1$")
    stage.meanwhile(
        "Look at what has become of the LUNs",
        "PUT",
        f"{POOL}/openstack/luns/volume-1",
        {"custom:zfssa_managed_by": "team-b"},
    )

    play = stage.run(playbook, variables(stage))

    assert play.status != 0
    guid, _owner, driver = before["openstack/volume-1"]
    assert standing(stage.lab) == {**before, "openstack/volume-1": (guid, "team-b", driver)}
    assert "is managed by team-b by now, which is somebody else's doing; it stays so" in play.message, play.message
    assert play.message.endswith("All other LUNs are as they were before.")


WRONG = [
    ({"lun": ["a"]}, "adopt_lun_lun is not a variable of the role adopt_lun; did you mean adopt_lun_luns?"),
    ({"luns": None}, "adopt_lun_luns is missing"),
    ({"luns": ["a", "a"]}, "adopt_lun_luns names tank/openstack/a more than once"),
    ({"luns": ["a", {"name": "b", "new_name": "a"}]}, "adopt_lun_luns gives tank/databases/a more than once"),
    (
        {"luns": [{"name": "a", "new_name": "b"}, {"name": "b", "new_name": "c"}], "new_project": None},
        "adopt_lun_luns has tank/openstack/b, which stands where tank/openstack/a is to go",
    ),
    ({"owner": "nobody"}, "adopt_lun_owner must not be nobody"),
    ({"pool": "lake"}, "pool lake does not exist"),
    ({"new_project": "archive"}, "project tank/archive does not exist"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG, ids=[words for _changes, words in WRONG])
def test_what_can_never_be_right_is_refused(changes: Record, words: str, stage: Stage, playbook: str) -> None:
    prepare(stage.lab)

    play = stage.run(playbook, variables(stage, **changes), "-vvv")

    assert play.status != 0
    assert words in play.message, play.message
    assert play.writes == []


def test_nothing_is_to_be_done_for_an_empty_list(stage: Stage, playbook: str) -> None:
    prepare(stage.lab)

    assert succeeds(stage.run(playbook, variables(stage, luns=[]))).writes == []


@pytest.mark.long
@pytest.mark.parametrize("release", ["8.8", "8.7", "2013.1"])
def test_account_of_the_document_takes_and_releases(
    release: str, stage_of: Callable[[str], Stage], playbook: str
) -> None:
    stage = stage_of(release)
    prepare(stage.lab)
    make_account(stage.lab, grants_of_adoption(), pool="tank")
    connection = stage.lab.east.connection(**CONNECTION)

    succeeds(stage.run(playbook, variables(stage, appliance=connection)))
    assert cared_for(stage.lab)
    succeeds(stage.run(playbook, variables(stage, appliance=connection, state="released")))


def test_example_of_the_documentation_runs_as_it_stands(stage: Stage, tmp_path: Path) -> None:
    prepare(stage.lab)
    text = (ROOT / "roles/adopt_lun/README.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (tmp_path / "example.yml").write_text(example, encoding="utf-8")
    given = {"adopt_lun_appliance": stage.lab.east.connection(), "vault_east": "x"}

    succeeds(stage.run(str(tmp_path / "example.yml"), given))

    assert stage.lab.east.luns() == ["databases/redo-1", "databases/volume-2"]
    assert succeeds(stage.run(str(tmp_path / "example.yml"), given)).writes == []
