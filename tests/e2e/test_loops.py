"""What a loop over things that are as wanted costs: one session, one connection, and of each item as little as can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import LUNS, SCHEMA, SENT, filled, groups, on_the_way, prepare, snapshot
from examples import PEER
from module_runner import MODULES, WITH_BYTES
from verbs import MIGRATION

from playbooks import Stage

ITEMS = 5
PLACE = {"pool": "tank", "project": "default"}
IQN = "iqn.1986-03.com.sun:02:t-a"
SAN = "san/v1/iscsi"
BEFORE = (
    *SENT,
    snapshot(),
    ("POST", SCHEMA, {"property": "tag"}),
    *groups("ig-a"),
    ("POST", f"{SAN}/targets", {"alias": "t-a", "iqn": IQN}),
    ("POST", f"{SAN}/target-groups", {"name": "tg-a", "targets": [IQN]}),
    ("PUT", f"{LUNS}/a", {"initiatorgroup": "ig-a", "targetgroup": "tg-a"}),
)
ROUTE = {**PLACE, "lun": "a", "target": "west", "target_pool": "tank"}
# Each module with a task that finds nothing to do, and how many requests that takes. {id} is the id of the action.
BUDGETS: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("zfssa_project", {"pool": "tank", "name": "default"}, 1),
    ("zfssa_lun", {**PLACE, "name": "a", "size": "1G", "initiator_groups": ["ig-a"], "target_group": "tg-a"}, 1),
    ("zfssa_snapshot", {**PLACE, "lun": "a", "name": "s1"}, 1),
    ("zfssa_san", {"config": {"schema": [{"name": "tag"}]}}, 1),
    ("zfssa_schema", {"name": "tag"}, 1),
    ("zfssa_service", {"name": "iscsi", "state": "enabled"}, 1),
    ("zfssa_initiator", {"initiator": "iqn.2020-01.com.example:ig-a-0"}, 1),
    ("zfssa_initiator_group", {"name": "ig-a", "initiators": ["iqn.2020-01.com.example:ig-a-0"]}, 1),
    ("zfssa_target", {"alias": "t-a", "interfaces": []}, 1),
    ("zfssa_target_group", {"name": "tg-a", "targets": [IQN]}, 1),
    # An alias is looked up.
    ("zfssa_target_group", {"name": "tg-a", "targets": ["t-a"]}, 2),
    ("zfssa_replication_target", {"label": "west"}, 1),
    # What a connection is made of: the LUN, initiators and their groups, targets and their groups, interfaces.
    ("zfssa_lun_mapping", {**PLACE, "lun": "a", "initiator_groups": ["ig-a"]}, 6),
    ("zfssa_image_cache", {**PLACE, "id": "minimal-1.0"}, 1),
    ("zfssa_info", {"gather_subset": ["system"]}, 1),
    # What the appliance is, and its services.
    ("zfssa_preflight", {}, 2),
    ("zfssa_rest", {"path": "/api/storage/v1/pools"}, 1),
    # The peers and the actions are two lists; the schedules of an action are a third one.
    ("zfssa_replication", ROUTE, 2),
    ("zfssa_replication", {**ROUTE, "schedules": []}, 3),
    ("zfssa_replication_update", {**ROUTE, "max_age": 3600}, 2),
    ("zfssa_replication_update", {"id": "{id}", "max_age": 3600}, 1),
    # The sign; without one there is nothing to look at on the other appliance.
    ("zfssa_lun_migration", {**MIGRATION, "state": "released"}, 1),
    # On west, where the package is.
    ("zfssa_replication_package", {"id": "{id}", "enabled": True}, 1),
)
AT_WEST = "zfssa_replication_package"
# It deals with sessions and shares none: each item has a connection of its own, and here nothing to end.
NO_SESSION = {
    "name": "none",
    "zfssa.storage.zfssa_session": {"state": "absent", "session": "over"},
    "loop": list(range(ITEMS)),
}


def test_every_module_is_here() -> None:
    assert sorted({module for module, *_rest in BUDGETS} | {"zfssa_session", *WITH_BYTES}) == MODULES


@pytest.mark.essential
def test_loops_of_no_ops_cost_what_they_must(stage: Stage, tmp_path: Path) -> None:
    stage.lab.reset()
    made = prepare(stage.lab, BEFORE)
    on_the_way(stage.lab)
    tasks: list[dict[str, Any]] = [
        {
            "name": f"{number}",
            f"zfssa.storage.{module}": {
                **filled(options, made),
                **(stage.lab.west.connection() if module == AT_WEST else {}),
                **({PEER[module]: stage.lab.west.connection()} if module in PEER else {}),
            },
            "loop": list(range(ITEMS)),
        }
        for number, (module, options, _requests) in enumerate(BUDGETS)
    ]
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/zfssa.storage.zfssa": stage.lab.east.connection()},
        "tasks": [*tasks, NO_SESSION],
    }
    file = tmp_path / "loops.yml"
    file.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")

    done = stage.run(str(file), {})

    assert done.status == 0, done.output
    assert done.changed == 0
    assert done.writes == []
    # Each task is one connection, on which there is first the login and last the end of the session.
    connections = list(dict.fromkeys(row["peer"] for row in done.requests))
    conversations = [[row for row in done.requests if row["peer"] == peer] for peer in connections]
    loops, alone = conversations[: len(BUDGETS)], conversations[len(BUDGETS) :]
    counted = {number: len(rows) for number, rows in enumerate(loops)}
    assert counted == {number: ITEMS * each + 2 for number, (_module, _options, each) in enumerate(BUDGETS)}
    for rows in loops:
        assert [rows[0]["method"], rows[-1]["method"]] == ["POST", "DELETE"]
    assert [[row["method"] for row in rows] for rows in alone] == [["DELETE"]] * ITEMS
