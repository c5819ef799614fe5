"""Playbooks by their full name, and every module as a task, with all that Ansible says about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import SENT, on_the_way, prepare
from lab_appliances import Lab
from module_runner import MODULES, WITH_BYTES

from playbooks import Stage

pytestmark = pytest.mark.command

PLACE = {"pool": "tank", "project": "default"}
HOST = "iqn.2020-01.com.example:x"


@pytest.mark.essential
def test_demo_provisions_what_migrate_needs(stage: Stage) -> None:
    stage.lab.reset()

    done = stage.run("zfssa.storage.demo", stage.variables("redo-1", "redo-2"))

    assert done.status == 0, done.output
    assert stage.lab.east.luns() == ["databases/redo-1", "databases/redo-2"]
    assert stage.lab.west.projects() == {"default", "databases"}


@pytest.mark.essential
@pytest.mark.python
def test_every_module_is_a_task_that_says_nothing_it_should_not(stage: Stage, tmp_path: Path) -> None:
    made = prepare(stage.lab, SENT)
    on_the_way(stage.lab)
    west = stage.lab.west.connection()
    tasks: list[dict[str, Any]] = [
        {"zfssa_session": {}, "register": "login", "no_log": True},
        {"zfssa_info": {"gather_subset": ["system"], "session": "{{ login.session.token }}"}},
        {"zfssa_session": {"state": "absent", "session": "{{ login.session.token }}"}},
        {"zfssa_service": {"name": "nfs", "state": "disabled"}},
        {"zfssa_project": {"pool": "tank", "name": "proj-a"}},
        {"zfssa_lun": {**PLACE, "name": "b", "size": "1G", "initiator_groups": []}},
        {
            "zfssa_lun_migration": {
                **PLACE,
                "luns": ["b"],
                "target_pool": "tank",
                "target_project": "default",
                "peer": "west",
                "target": west,
            }
        },
        {"zfssa_replication": {**PLACE, "lun": "a", "target": "west", "use_ssl": False}},
        {"zfssa_replication_update": {"id": made, "max_age": 3600}},
        {"zfssa_replication_package": {**west, "id": made, "enabled": False}},
        {"zfssa_schema": {"name": "shade", "type": "String"}},
        {"zfssa_san": {"config": {"projects": [{"pool": "tank", "name": "proj-b"}]}}},
        {"zfssa_initiator": {"initiator": HOST}},
        {"zfssa_initiator_group": {"name": "ig-x", "initiators": [HOST]}},
        {"zfssa_target": {"alias": "tgt-x"}},
        {"zfssa_target_group": {"name": "tg-x", "targets": ["tgt-x"]}},
        {"zfssa_lun_mapping": {**PLACE, "lun": "b", "initiator_groups": ["ig-x"]}},
        {"zfssa_snapshot": {**PLACE, "lun": "b", "name": "s1"}},
        {"zfssa_replication_target": {"label": "west"}},
        {"zfssa_rest": {"path": "/api/storage/v1/pools"}},
        {"zfssa_preflight": {"pool": "tank", "targets": ["tgt-x"]}},
        {"zfssa_image_cache": {**PLACE, "id": "minimal-1.0"}},
    ]
    assert sorted({*WITH_BYTES, *(key for task in tasks for key in task if key.startswith("zfssa"))}) == MODULES

    done = stage.run(str(_playbook(stage.lab, tasks, tmp_path)), {}, "-vvv", "--diff")

    assert done.status == 0, done.output
    assert len(done.tasks) == len(tasks)
    assert [bool(task["result"].get("changed")) for task in done.tasks][3:] == [
        True, True, True, False, True, False, True, True, True, True, True, True, True, True, True, False, False, False, False,
    ]  # fmt: skip


def _playbook(lab: Lab, tasks: list[dict[str, Any]], folder: Path) -> Path:
    """Write a play with tasks that reach east by the defaults of the action group."""
    named = [
        {f"zfssa.storage.{key}" if key.startswith("zfssa") else key: value for key, value in task.items()}
        for task in tasks
    ]
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {"group/zfssa.storage.zfssa": lab.east.connection()},
        "tasks": named,
    }
    file = folder / "play.yml"
    file.write_text(yaml.safe_dump([json.loads(json.dumps(play))], sort_keys=False), encoding="utf-8")
    return file
