"""A play that clones a LUN is killed while a request of it is under way, and run again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from cases import lun, prepare
from lab_appliances import GIB, RELEASES, Lab, Record

from playbooks import Stage

# A request that is under way when its play is killed arrives all the same.
_LATE = {"delay_ms": 1500}
_CLONE = {"pool": "tank", "project": "default", "name": "c"}

ROWS = [pytest.param(one, marks=[] if one == RELEASES[-1] else pytest.mark.long) for one in RELEASES]


def written(folder: Path, lab: Lab, *tasks: Record) -> str:
    """Write a playbook of tasks for the first appliance."""
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/zfssa.storage.zfssa": lab.east.connection()},
    }
    file = folder / f"play-{len(list(folder.glob('play-*')))}.yml"
    file.write_text(
        yaml.safe_dump([{**play, "tasks": [{"zfssa.storage.zfssa_lun": task} for task in tasks]}]), encoding="utf-8"
    )
    return str(file)


def temporary(lab: Lab) -> list[str]:
    """The names of the snapshots that there are."""
    return [one["name"] for one in lab.east.state["snapshots"]]


@pytest.mark.parametrize("release", ROWS)
@pytest.mark.parametrize("under_way", ["POST", "PUT"])
def test_killed_play_is_gone_on_with(
    under_way: str, release: str, stage_of: Callable[[str], Stage], tmp_path: Path
) -> None:
    stage = stage_of(release)
    lab = stage.lab
    lab.reset()
    prepare(lab, (lun(),))
    lab.fault(_LATE, method=under_way, path="/luns/")
    made = written(tmp_path, lab, {**_CLONE, "size": "2G", "source": {"lun": "a"}})
    # With the source the snapshot is found when the clone is gone already.
    gone = written(tmp_path, lab, {**_CLONE, "state": "absent", "source": {"lun": "a"}})

    stage.kill(lambda: lab.faults() == [], made)
    finished, again = stage.run(made, {}), stage.run(made, {})
    there = (lab.east.lun("c")["volsize"], temporary(lab) == [lab.east.lun("c")["origin"]["snapshot"]])
    removed = stage.run(gone, {})

    assert [play.status for play in (finished, again, removed)] == [0, 0, 0], finished.output
    assert again.changed == 0 and there == (2 * GIB, True)
    assert lab.east.luns() == ["default/a"] and temporary(lab) == []


@pytest.mark.parametrize("release", ROWS)
def test_killed_removal_leaves_nothing(release: str, stage_of: Callable[[str], Stage], tmp_path: Path) -> None:
    stage = stage_of(release)
    lab = stage.lab
    lab.reset()
    prepare(lab, (lun(),))
    made = written(tmp_path, lab, {**_CLONE, "source": {"lun": "a"}})
    gone = written(tmp_path, lab, {**_CLONE, "state": "absent"})
    assert stage.run(made, {}).status == 0
    lab.fault(_LATE, method="DELETE", path="/luns/")

    stage.kill(lambda: lab.faults() == [], gone)
    removed = stage.run(gone, {})

    assert removed.status == 0, removed.output
    assert lab.east.luns() == ["default/a"] and temporary(lab) == []
