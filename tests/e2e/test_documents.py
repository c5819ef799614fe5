"""An appliance as a document: written, planned, approved, applied to an empty appliance, and written again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import lun, on_the_way, prepare, project
from lab_appliances import Record
from odd_appliance import SECRETS, odd, rebuildable

from playbooks import Play, Stage

EXPORT, APPLY = "zfssa.storage.export", "zfssa.storage.apply"


@pytest.fixture
def blank(stage: Stage) -> Stage:
    """A stage with nothing on it."""
    stage.lab.reset()
    return stage


def export(stage: Stage, **changes: Any) -> Play:
    """Write a document; it must succeed."""
    given = {"appliance": stage.lab.east.connection(), **changes}
    play = stage.run(EXPORT, {f"export_{name}": value for name, value in given.items()})
    assert play.status == 0, play.output
    assert play.writes == []
    return play


def apply(stage: Stage, *arguments: str, secrets: Record | None = None, **changes: Any) -> Play:
    """Bring the appliance to a document; the secrets are given unless others are."""
    secrets = SECRETS if secrets is None else secrets
    given = {"appliance": stage.lab.east.connection(), **changes}
    play = stage.run(APPLY, {**secrets, **{f"apply_{name}": value for name, value in given.items()}}, *arguments)
    assert not [secret for secret in SECRETS.values() if secret in play.output], "a secret is shown"
    return play


def handed_on(play: Play) -> Record:
    """What the next step of a workflow gets."""
    (data,) = [task["result"]["ansible_stats"]["data"] for task in play.tasks if "ansible_stats" in task["result"]]
    return dict(data)


@pytest.mark.essential
def test_empty_appliance_becomes_what_was_written(blank: Stage, tmp_path: Path) -> None:
    lab, first, second = blank.lab, tmp_path / "first.yml", tmp_path / "second.yml"
    prepare(lab, rebuildable("8.8"))
    # A path begins where Ansible was started.
    export(blank, file="first.yml")
    lab.reset()

    planned = apply(blank, document="first.yml", state="planned")
    assert (planned.status, planned.changed, planned.writes) == (0, 0, []), planned.output
    plan = handed_on(planned)
    assert plan["summary"]["change"] == plan["summary"]["destroy"] == 0
    (shown,) = [task["result"]["msg"] for task in planned.tasks if task["task"] == "Show the plan"]
    *lines, summary, told = shown
    assert [line.replace("{{", "{ {") for line in lines] == plan["plan"]
    assert summary.endswith(f"plan: {plan['summary']['add']} to add, 0 to change, 0 to destroy")
    assert told == f"plan_id: {plan['plan_id']}"

    done = apply(blank, document=str(first), expect_plan={"plan_id": plan["plan_id"], "plan": plan["plan"]})
    assert done.status == 0, done.output
    export(blank, file=str(second))
    assert second.read_text(encoding="utf-8") == first.read_text(encoding="utf-8")

    stale = apply(blank, document=str(first), expect_plan=plan["plan_id"])
    assert stale.status != 0
    assert "the plan is not the one that was approved" in stale.message
    assert stale.writes == []
    # Of the next step these are extra variables, in which a template would be evaluated.
    assert "{{" in str(shown)
    assert "{{" not in str(plan)


def test_odd_appliance_stays_as_it_is(blank: Stage, tmp_path: Path) -> None:
    prepare(blank.lab, odd("8.8"))
    on_the_way(blank.lab)
    (tmp_path / "documents").mkdir()
    export(blank, file="documents")
    (file,) = (tmp_path / "documents").iterdir()
    assert file.name == f"{blank.lab.east.facts['host']}.yml"
    assert not [secret for secret in SECRETS.values() if secret in file.read_text(encoding="utf-8")]

    again = apply(blank, document=str(file))

    assert (again.status, again.changed, again.writes) == (0, 0, []), again.output


def test_what_is_not_listed_is_purged_when_asked(blank: Stage) -> None:
    prepare(blank.lab, (project("plain"), lun("a", "plain"), lun("b", "plain")))
    document = {"defaults": {"pool": "tank"}, "config": {"projects": [{"name": "plain"}]}}
    purge = {"document": document, "purge": "luns,snapshots", "secrets": {}}

    refused = apply(blank, **purge, purge_limit="1")
    assert refused.status != 0
    assert "purge_limit is 1" in refused.message
    assert refused.writes == []

    predicted = apply(blank, "--check", **purge)
    assert predicted.writes == []
    assert sorted(handed_on(predicted)["plan"]) == ["- lun tank/plain/a", "- lun tank/plain/b"]


@pytest.mark.parametrize(
    ("playbook", "given", "words"),
    [
        (EXPORT, {"export_fil": "a"}, "export_fil is not a variable of the playbook export; did you mean export_file?"),
        (EXPORT, {"export_kinds": "luns, projcts"}, "export_kinds names projcts, which is no kind; did you mean projects?"),
        (EXPORT, {"export_appliance": {"pasword": "lab-password"}}, "has a key pasword; did you mean password?"),
        (APPLY, {}, "apply_document is missing"),
        (APPLY, {"apply_document": "nowhere.yml"}, "apply_document names nowhere.yml, and there is no such file"),
        (APPLY, {"apply_document": "broken.yml"}, "broken.yml, which cannot be read"),
        (APPLY, {"apply_document": "asking.yml"}, "asking.yml, which cannot be read: 'some_secret' is undefined"),
        (APPLY, {"apply_document": {"luns": []}}, "apply_document has luns at its top; put the sections into config"),
        (APPLY, {"apply_document": {"config": {}}, "apply_state": "absent"}, "must be present or planned"),
    ],
)  # fmt: skip
def test_wrong_variables_are_refused(playbook: str, given: Record, words: str, blank: Stage, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("config:\n  luns: [{chap_secret: lab-password]\n", encoding="utf-8")
    (tmp_path / "asking.yml").write_text("config: {luns: [{name: '{{ some_secret }}'}]}\n", encoding="utf-8")

    play = blank.run(playbook, given)

    assert play.status != 0
    assert words in play.message, play.message
    assert play.requests == []
