"""What a run leaves that cannot undo all, or need not: what the next one clears away, and what a user's package is afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from cases import prepare
from migration_world import add_lun, alike, leave_sign, package_of, replicate, set_lun, sever
from selection import ALL

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import Before
from playbooks import Stage, presented

WAS = Before("online", ("ig-db", "ig-app"), "tg-db", inherited=True)


def test_copy_that_could_not_be_destroyed_is_cleared_away_by_the_next_run(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    prepare(lab, (("west", "PUT", f"storage/v1/pools/tank/projects/{made}/luns/redo-1", {"status": "offline"}),))
    set_lun(lab, status="online")
    leave_sign(lab, before=WAS, made=made)
    lab.write("redo-1", 1 << 20, "databases")
    before = lab.east.lun("redo-1")

    if ALL:
        assert stage.migrate(check=True).changed > 0
    stage.migrate()

    assert lab.east.luns() == []
    alike(before, lab.west.lun("redo-1"))
    stage.nothing_left()


@pytest.mark.long
def test_copy_that_still_cannot_be_destroyed_stays_known(stage: Stage) -> None:
    """The sign goes on to say whose it is, and the source is not touched."""
    lab = stage.lab
    add_lun(lab)
    made = replicate(lab, hidden=True)
    sever(lab, made)
    prepare(lab, (("west", "PUT", f"storage/v1/pools/tank/projects/{made}/luns/redo-1", {"status": "offline"}),))
    set_lun(lab, status="online")
    leave_sign(lab, before=WAS, made=made)
    before, sign = lab.east.lun("redo-1"), lab.east.projects()
    lab.fault({"status": 403}, "west", method="PUT", path=f"/projects/{made}/luns/redo-1$", times=9)

    first, second = stage.fail(), stage.fail()

    for play in (first, second):
        assert "What an earlier run has left of LUN tank/databases/redo-1 could not be cleared away" in play.message
    assert (lab.east.lun("redo-1"), lab.east.projects()) == (before, sign)


@pytest.mark.long
def test_package_of_the_user_is_presented_as_before_when_the_sever_fails(stage: Stage) -> None:
    lab = stage.lab
    before = add_lun(lab)
    made = replicate(lab)
    # A run that was killed has made the action, so that it stays; before that the LUN took part in that of its project.
    leave_sign(lab, before=WAS)
    lab.fault({"status": 400}, "west", method="PUT", path="/sever$")

    play = stage.fail()

    assert "failed at the step sever" in play.message
    assert "Not undone" not in play.message
    assert (
        "The LUN is on east as it was before, but for what stays there: replication of its own instead of"
        in play.message
    )
    assert ", the sign of the migration, which tells" in play.message
    assert presented(lab.east.lun("redo-1")) and lab.east.lun("redo-1")["initiatorgroup"] == before["initiatorgroup"]
    replica = lab.west.call("GET", f"{package_of(lab, made)}/projects/databases/luns/redo-1")["lun"]
    assert sorted(replica["initiatorgroup"]) == ["ig-app", "ig-db"]
    assert replica["targetgroup"] == "tg-db"


def test_task_that_fails_again_in_another_call_of_the_role_is_named_again(stage: Stage, tmp_path: Path) -> None:
    user = tmp_path / "user.yml"
    user.write_text("- name: Look at the copy\n  ansible.builtin.fail: {msg: hosts do not see it}\n", encoding="utf-8")
    broken = tmp_path / "broken.yml"
    broken.write_text("- ansible.builtin.include_tasks: \"{{ 'there-is-' ~ 'none.yml' }}\"\n", encoding="utf-8")

    def call(file: Path) -> object:
        role = {"name": "zfssa.storage.migrate_lun", "tasks_from": "user_tasks"}
        said = {"ansible.builtin.debug": {"msg": "SAID {{ ansible_failed_result.msg }}"}}
        return {
            "block": [{"ansible.builtin.include_role": role, "vars": {"migrate_lun_user_file": str(file)}}],
            "rescue": [said],
        }

    play = tmp_path / "play.yml"
    tasks = [call(user), call(user), call(broken)]
    play.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")

    done = stage.run(str(play), {})

    said = [task["result"]["msg"] for task in done.tasks if str(task["result"].get("msg", "")).startswith("SAID")]
    named = f"SAID Task 'Look at the copy' of {user} failed: hosts do not see it."
    assert said[:2] == [named, named]
    assert "broken.yml" in said[2] and "Look at the copy" not in said[2]
