"""Places where a run can be killed, or fail, and what the next run or the way back must make of them."""

from __future__ import annotations

import pytest
from cases import PROJECTS, Call, prepare
from migration_world import LUNS, add_lun, alike, replicate, set_lun, sever

from playbooks import Stage, presented

COPY: tuple[Call, ...] = (
    (
        "west",
        "POST",
        LUNS,
        {
            "name": "redo-1",
            "volsize": "1g",
            "volblocksize": "16k",
            "sparse": True,
            "status": "offline",
            "initiatorgroup": ["ig-db", "ig-app"],
            "targetgroup": "tg-db",
        },
    ),
)


@pytest.mark.long
def test_killed_while_the_copy_was_verified(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    moved = f"{PROJECTS}/{made}/luns/redo-1"
    prepare(lab, (("west", "PUT", moved, {"project": "databases"}), ("west", "DELETE", f"{PROJECTS}/{made}")))

    stage.migrate()

    assert lab.east.luns() == []
    assert presented(lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.long
def test_killed_after_the_sever_and_the_action_is_gone(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    prepare(lab, (("DELETE", f"storage/v1/replication/actions/{made}"),))

    stage.migrate()

    assert lab.east.luns() == []
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.parametrize("delete_source", [True, False])
def test_lun_of_the_same_name_is_no_copy(delete_source: bool, stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab, written=0)
    prepare(lab, COPY)
    other = lab.west.lun("redo-1")

    play = stage.fail(delete_source=delete_source)

    assert "nothing proves that it is a copy" in play.message
    assert play.writes == []
    assert (lab.east.lun("redo-1"), lab.west.lun("redo-1")) == (before, other)


@pytest.mark.long
def test_cutover_that_failed_can_be_tried_again_after_a_copy(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab)
    replicate(lab)
    lab.fault({"status": 400}, "west", method="PUT", path="pools/tank/projects/databases/luns/redo-1$")

    stage.fail()
    assert presented(lab.east.lun("redo-1"))
    stage.migrate()

    assert lab.west.luns() == ["databases/redo-1"]
    stage.nothing_left()


@pytest.mark.long
def test_copy_of_a_protected_lun_is_undone(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab, nodestroy=True)
    lab.fault({"status": 400}, method="DELETE", path="/actions/")

    play = stage.fail(delete_source=False)

    assert "as it was before" in play.message
    assert lab.east.lun("redo-1") == before
    assert lab.west.luns() == []
    stage.nothing_left()


@pytest.mark.long
def test_lu_number_that_is_taken_on_the_target(stage: Stage) -> None:
    lab = stage.lab
    taken = {"name": "other", "volsize": "1g", "lunumber": 11, "initiatorgroup": ["ig-db"]}
    prepare(lab, (("west", "POST", LUNS, {**taken, "targetgroup": "tg-db"}),))
    add_lun(lab, lunumber=11)

    play = stage.run("zfssa.storage.migrate", stage.variables())

    if play.status:
        assert lab.east.luns() == ["databases/redo-1"]
        assert lab.west.luns() == ["databases/other"]
    else:
        assert -1 not in lab.west.lun("redo-1").get("assignednumber", [-1])


@pytest.mark.long
def test_copy_that_cannot_be_destroyed_is_named(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    lab.fault({"status": 503}, "west", method="PUT", path="/projects/[0-9a-f]{8}-[0-9a-f-]{27}/luns/redo-1$", times=99)

    play = stage.fail()

    (made,) = lab.west.projects() - {"default", "databases"}
    assert f"west has LUN tank/{made}/redo-1, project tank/{made}." in play.message
    assert lab.east.lun("redo-1")["status"] == before["status"]


@pytest.mark.long
def test_action_whose_copy_was_destroyed_is_replaced_when_asked(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    prepare(lab, (("west", "DELETE", f"{PROJECTS}/{made}/luns/redo-1"),))
    set_lun(lab, status="online")

    refused = stage.fail()
    stage.migrate(full_again=True)

    assert "has no package on west any more" in refused.message
    assert refused.writes == []
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()
