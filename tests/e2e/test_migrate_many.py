"""Several LUNs in one run: masked, with other groups on the target, in the replication of their project."""

from __future__ import annotations

import pytest
from cases import ACTIONS, groups, prepare, target_group
from migration_world import add_lun, alike

from playbooks import MASK, Stage


@pytest.mark.long
def test_two_luns_go_in_one_run(stage: Stage) -> None:
    lab = stage.lab
    prepare(lab, (*groups("ig-old"), *target_group("tg-old")))
    mapped = add_lun(lab, "redo-1", initiatorgroup=["ig-db", "ig-old"], targetgroup="tg-old")
    masked = add_lun(lab, "redo-2", written=0, initiatorgroup=MASK, sparse=False)
    # The LUNs take part in the replication of their project, and other LUNs go on to do so.
    body = {"pool": "tank", "project": "databases", "target": "west", "target_pool": "tank"}
    whole = prepare(lab, (("POST", ACTIONS, body),))

    done = stage.migrate("redo-1", "redo-2", groups={"ig-old": "ig-app", "tg-old": "tg-db"})

    assert done.changed > 0
    assert lab.east.luns() == []
    assert lab.west.luns() == ["databases/redo-1", "databases/redo-2"]
    alike(mapped, lab.west.lun("redo-1"), initiatorgroup=["ig-db", "ig-app"], targetgroup="tg-db")
    alike(masked, lab.west.lun("redo-2"))
    assert [one["id"] for one in lab.east.state["actions"]] == [whole]
    # The action of the project has its empty package from the beginning.
    assert [one["id"] for one in lab.west.state["packages"]] == [whole]
    assert lab.west.projects() == {"default", "databases"}
