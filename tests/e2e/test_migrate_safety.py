"""What a migration must not do, whatever the appliances are like and whoever interferes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import prepare
from lab_appliances import Record
from migration_world import LUNS, WRITTEN, add_lun, alike, replicate, sever, take_snapshot

from playbooks import MASK, Stage, presented


def verifying(folder: Path, *tasks: dict[str, Any]) -> str:
    """Write a file of verify tasks, and return its path."""
    file = folder / "verify.yml"
    file.write_text(yaml.safe_dump(list(tasks), sort_keys=False), encoding="utf-8")
    return str(file)


def on_target(module: str, **options: Any) -> Record:
    """Return a task of the user's on the target."""
    return {
        "name": "Interfere",
        "module_defaults": {"group/zfssa.storage.zfssa": "{{ migrate_lun_target }}"},
        f"zfssa.storage.{module}": {"pool": "tank", "project": "databases", **options},
    }


FAIL = {"name": "Look at the copy", "ansible.builtin.fail": {"msg": "hosts do not see what they should"}}


@pytest.mark.parametrize(
    "release", ["8.8", pytest.param("8.7", marks=pytest.mark.long), pytest.param("2013.1", marks=pytest.mark.long)]
)
def test_lun_arrives_on_a_strict_appliance(release: str, stage_of: Callable[[str], Stage]) -> None:
    stage = stage_of(release)
    lab = stage.lab
    lab.strict()
    add_lun(lab, lunumber=11) if release != "2013.1" else add_lun(lab)
    take_snapshot(lab, "monday")
    before = lab.east.lun("redo-1")

    stage.migrate()

    assert lab.east.luns() == []
    alike(before, lab.west.lun("redo-1"))
    assert [one["name"] for one in lab.west.state["snapshots"]] == ["monday"]
    stage.nothing_left()


@pytest.mark.long
def test_source_stays_hidden_while_its_copy_is_presented(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    add_lun(lab)
    present = on_target("zfssa_lun", name="redo-1", status="online")

    play = stage.fail(verify_tasks=verifying(tmp_path, present, FAIL))

    assert "hosts do not see what they should" in play.message
    assert "it is presented to hosts, which may have written to it" in play.message
    assert "stays as it is, because its copy" in play.message
    assert "as it was before" not in play.message
    assert presented(lab.west.lun("redo-1")) and not presented(lab.east.lun("redo-1"))


@pytest.mark.long
def test_group_that_grows_while_the_copy_is_verified_shows_it_to_nobody_new(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    before = add_lun(lab)
    newcomer = "iqn.2020-01.com.example:newcomer"
    grow = {
        "name": "Let another host into the group",
        "module_defaults": {"group/zfssa.storage.zfssa": "{{ migrate_lun_target }}"},
        "block": [
            {"zfssa.storage.zfssa_initiator": {"initiator": newcomer}},
            {"zfssa.storage.zfssa_initiator_group": {"name": "ig-db", "initiators": [newcomer], "membership": "add"}},
        ],
    }

    play = stage.fail(verify_tasks=verifying(tmp_path, grow))

    assert (
        f"ig-db on west has initiators that ig-db on east has not ({newcomer}), and they would see LUN" in play.message
    )
    assert "The LUN is on east as it was before." in play.message
    assert lab.east.lun("redo-1") == before
    assert lab.west.luns() == []
    stage.nothing_left()


@pytest.mark.long
def test_copy_that_somebody_destroys_is_missed_before_the_source_goes(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    before = add_lun(lab)
    gone = on_target("zfssa_lun", name="redo-1", state="absent", force=True)

    play = stage.fail(verify_tasks=verifying(tmp_path, gone))

    assert "LUN tank/databases/redo-1 is not on west" in play.message
    assert lab.east.lun("redo-1") == before
    assert lab.west.luns() == []
    stage.nothing_left()


@pytest.mark.long
@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        ({"zfssa_snapshot": {"lun": "redo-1", "name": "late"}}, "it lacks the snapshots late"),
        pytest.param({"zfssa_lun": {"name": "redo-1", "size": "2G"}}, "size is 1073741824 instead of 2147483648", marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_source_that_changes_while_it_is_verified_is_kept(
    meanwhile: Record, words: str, stage: Stage, tmp_path: Path
) -> None:
    lab = stage.lab
    add_lun(lab)
    ((module, options),) = meanwhile.items()
    task = on_target(module, **options)
    task["module_defaults"] = {"group/zfssa.storage.zfssa": "{{ migrate_lun_source }}"}

    play = stage.fail(verify_tasks=verifying(tmp_path, task))

    assert words in play.message
    assert presented(lab.east.lun("redo-1"))
    assert lab.west.luns() == []
    stage.nothing_left()


@pytest.mark.long
def test_kept_source_cannot_be_shown_by_one_word(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)

    play = stage.migrate(delete_source=False)
    prepare(lab, (("PUT", f"{LUNS}/redo-1", {"status": "online"}),))

    kept = lab.east.lun("redo-1")
    assert kept["initiatorgroup"] == [MASK]
    assert not presented(kept) and presented(lab.west.lun("redo-1"))
    assert lab.breaches() == []
    assert before["lunguid"] in play.output and "ig-app, ig-db" in play.output.replace("ig-db, ig-app", "ig-app, ig-db")
    again = stage.migrate(delete_source=False)
    assert again.writes == []


@pytest.mark.long
def test_copy_in_use_is_none_of_an_interrupted_run(stage: Stage) -> None:
    """It was taken offline and grown after its migration had ended: the next run has nothing to do with that."""
    lab = stage.lab
    add_lun(lab)
    stage.migrate(delete_source=False)
    prepare(lab, (("west", "PUT", f"{LUNS}/redo-1", {"status": "offline", "volsize": "2g"}),))
    copy = lab.west.lun("redo-1")

    again = stage.migrate(delete_source=False)
    refused = stage.fail()

    assert again.writes == refused.writes == []
    assert "a migration has made, which has ended" in refused.message
    assert lab.west.lun("redo-1") == copy


def test_source_that_was_written_to_since_is_not_taken_for_the_older(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    prepare(lab, (("PUT", f"{LUNS}/redo-1", {"status": "online"}),))
    lab.write("redo-1", 4 * WRITTEN, "databases")
    prepare(lab, (("PUT", f"{LUNS}/redo-1", {"status": "offline"}),))

    play = stage.fail()

    assert "has been written to after its copy was severed" in play.message
    assert play.writes == []


def test_lun_of_that_name_is_not_presented_for_a_source_that_is_not_there(stage: Stage) -> None:
    lab = stage.lab
    body = {"name": "redo-1", "volsize": "3g", "sparse": True, "status": "offline", "initiatorgroup": ["ig-db"]}
    prepare(lab, (("west", "POST", LUNS, body),))

    play = stage.migrate()

    assert play.writes == []
    assert not presented(lab.west.lun("redo-1"))


@pytest.mark.long
def test_rollback_of_a_resumed_run_brings_back_what_was_before(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab, lunumber=5)
    lab.fault({"delay_ms": 1500}, method="PUT", path="/sendupdate$", nth=2)
    stage.kill_when(lambda: lab.east.lun("redo-1")["status"] == "offline")
    lab.control("DELETE", "/faults")
    lab.fault({"status": 400}, "west", method="PUT", path="/sever$")

    play = stage.fail()

    assert "failed at the step sever" in play.message
    assert "as it was before" in play.message
    alike(before, lab.east.lun("redo-1"))
    assert lab.east.lun("redo-1")["assignednumber"] == before["assignednumber"]


@pytest.mark.long
def test_all_is_sent_again_only_when_that_is_asked_for(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    made = replicate(lab)
    prepare(lab, (("west", "DELETE", f"storage/v1/replication/packages/{made}"),))

    play = stage.fail(check=True)

    assert "has no package on west any more" in play.message
    assert "migrate_lun_full_again to true" in play.message
    assert play.writes == []
    stage.migrate(full_again=True)
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.long
def test_rollback_past_the_base_is_told_before_all_is_sent_again(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    prepare(lab, (("POST", f"{LUNS}/redo-1/snapshots", {"name": "old"}),))
    stage.migrate(cutover=False)
    prepare(lab, (("PUT", f"{LUNS}/redo-1", {"status": "offline"}),))
    prepare(lab, (("PUT", f"{LUNS}/redo-1/snapshots/old/rollback?confirm=true"),))
    prepare(lab, (("PUT", f"{LUNS}/redo-1", {"status": "online"}),))
    lab.write("redo-1", WRITTEN, "databases")

    play = stage.fail(cutover=False)

    assert "would build on is gone" in play.message
    assert play.writes == []
