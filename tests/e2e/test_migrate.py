"""Migrations that succeed: what arrives, what stays behind, and that a second run finds nothing to do."""

from __future__ import annotations

import pytest
from migration_world import WRITTEN, add_lun, alike, take_snapshot
from selection import ALL

from playbooks import Stage, presented, watching


@pytest.mark.essential
@pytest.mark.python
def test_lun_arrives_once_and_whole(stage: Stage) -> None:
    lab = stage.lab
    add_lun(lab, lunumber=11)
    take_snapshot(lab, "monday")
    take_snapshot(lab, "tuesday")
    before = lab.east.lun("redo-1")
    assert before["space_data"] > 2 * WRITTEN

    predicted = stage.migrate(check=True)
    with watching(lab):
        done = stage.migrate()

    assert predicted.changed > 0
    assert done.changed > 0
    assert lab.east.luns() == []
    assert lab.west.luns() == ["databases/redo-1"]
    alike(before, lab.west.lun("redo-1"))
    assert [one["name"] for one in lab.west.state["snapshots"]] == ["monday", "tuesday"]
    stage.nothing_left()

    again = [stage.migrate()] + ([stage.migrate(check=True)] if ALL else [])

    assert [play.changed for play in again] == [0] * len(again)
    assert again[0].writes == []


def test_copy_is_kept_up_to_date_then_cut_over_and_the_source_kept(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)

    copied = stage.migrate(cutover=False)

    assert copied.changed > 0
    assert "Copied LUN tank/databases/redo-1 of east into a replication package of west" in copied.output
    assert lab.west.luns() == []
    assert presented(lab.east.lun("redo-1"))
    (action,) = lab.east.state["actions"]
    assert action["last_result"] == "success"

    lab.write("redo-1", WRITTEN, "databases")
    before = lab.east.lun("redo-1")
    with watching(lab):
        stage.migrate(delete_source=False)

    assert lab.west.luns() == lab.east.luns() == ["databases/redo-1"]
    assert lab.east.lun("redo-1")["status"] == "offline"
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()

    again = stage.migrate(delete_source=False)

    assert again.changed == 0
    assert again.writes == []


@pytest.mark.long
def test_lost_answers_change_nothing(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    for side, method, path in (
        ("east", "PUT", "/luns/redo-1/replication$"),
        ("east", "POST", "/actions$"),
        ("east", "PUT", "/sendupdate$"),
        ("east", "PUT", "/databases/luns/redo-1$"),
        ("east", "DELETE", "/actions/"),
        ("east", "PUT", "/databases/luns/redo-1$"),
        ("east", "DELETE", "/luns/zfssa-migration-removing-[0-9a-f-]+$"),
        ("west", "PUT", "/sever$"),
        ("west", "PUT", "/projects/[0-9a-f-]{36}/luns/redo-1$"),
        ("west", "PUT", "pools/tank/projects/databases/luns/redo-1$"),
        ("west", "PUT", "pools/tank/projects/databases/luns/redo-1$"),
        ("west", "DELETE", "/projects/[0-9a-f-]{36}"),
    ):
        earlier = [one for one in lab.faults() if (one["appliance"], one["path"]) == (side, path)]
        lab.fault({"drop": "after"}, side, method=method, path=path, nth=1 + len(earlier))
    lab.fault({"drop": "after"}, method="PUT", path="/sendupdate$", nth=2)

    with watching(lab):
        stage.migrate()

    assert lab.faults() == []
    assert lab.east.luns() == []
    assert lab.west.luns() == ["databases/redo-1"]
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()
