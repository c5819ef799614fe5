"""Replication actions in a plan of several objects: what they are of comes, goes and gets other names in the same plan."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import LabClient
from many import Wanted, appliance_of, do, done, flag, gone, lun, own, project, sent, wanted

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Key, Plan
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._target import PEERS
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused

STORAGE = "/api/storage/v1"
ACTIONS, TARGETS = f"{STORAGE}/replication/actions", f"{STORAGE}/replication/targets"
WEEKLY = {"frequency": "week", "day": "Monday", "hour": 8, "minute": 30}
HOURLY = {"frequency": "hour", "minute": 15}
RELEASES = ("2013.1", "8.7", "8.8")


@pytest.fixture(params=RELEASES)
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a project that can be sent to `west`."""
    return appliance_of(request.param)


def refused(appliance: LabClient, why: str, *document: Wanted) -> None:
    """See that a plan is refused, and that nothing is written for it."""
    before = len(appliance.sent)
    with pytest.raises((PlanRefused, InvalidInput), match=why):
        plan_many(appliance, document)
    assert len(appliance.sent) == before


def forced(kind: Any, **names: str) -> Wanted:
    """What shall go with all that goes with it."""
    return wanted(kind, pool="tank", **names, state="absent", force=True)


def routes(appliance: LabClient) -> list[tuple[str, str | None]]:
    """What the actions of the appliance send."""
    found = [(one["project"], one.get("share")) for one in appliance.do("GET", ACTIONS)["actions"]]
    return sorted(found, key=lambda names: (names[0], names[1] or ""))


def let_send(appliance: LabClient, share: str) -> None:
    """Let the only action send some data of a LUN."""
    appliance.lab.write(appliance.at, "tank", "proj-a", share, 1 << 20)
    (action,) = appliance.do("GET", ACTIONS)["actions"]
    appliance.do("PUT", f"{ACTIONS}/{action['id']}/sendupdate")


def steps(plan: Plan) -> list[str]:
    """What a plan does, without the names."""
    return [step.verb for step in plan.steps]


# Made


def test_lun_and_its_action_are_made_in_one_plan(appliance: LabClient) -> None:
    results = do(appliance, project(), lun("x", "new"), own("x", "new"), sent(None, "new"))

    assert [str(key) for key in results] == [
        "project tank/new",
        "lun tank/new/x",
        "replication tank/new/x/west/tank",
        "replication tank/new/west/tank",
    ]
    made = results[Key("replication", ("tank", "new", "x"), "west/tank")]
    assert (made["action"]["lun"], made["action"]["target"], made["inherited"]) == ("x", "west", False)
    assert routes(appliance) == [("new", None), ("new", "x")]


def test_new_lun_takes_part_in_the_replication_of_its_project_by_itself(appliance: LabClient) -> None:
    refused(appliance, "tank/proj-a/x takes part in the replication of its project", lun("x"), sent("x"))
    plan = plan_many(appliance, [lun("x"), flag("x", True)])

    assert steps(plan) == ["create"]
    do(appliance, lun("x"), flag("x", False), sent("x"))


def test_action_has_schedules(appliance: LabClient) -> None:
    results = do(appliance, lun("x"), own("x", schedules=[WEEKLY, HOURLY], max_bandwidth="10M"))

    action = results[Key("replication", ("tank", "proj-a", "x"), "west/tank")]["action"]
    assert [one["frequency"] for one in action["schedules"]] == ["hour", "week"]
    assert action["max_bandwidth"] == 10 << 20
    # Only the schedules change.
    done(appliance, own("x", schedules=[HOURLY, {"frequency": "5min"}]), lun("y"))
    plan = plan_many(appliance, [own("x", schedules=[HOURLY, {"frequency": "5min"}])])
    assert not plan.changed
    refused(appliance, "has schedules, and a continuous action has none", own("x", continuous=True))


def test_settings_of_an_action_change(appliance: LabClient) -> None:
    do(appliance, lun("x"), own("x"))

    results = do(appliance, own("x", compression=False, enabled=False, schedules=[HOURLY]), lun("x", size="2G"))

    (action, *_others) = [found["action"] for found in results.values() if "action" in found]
    assert (action["compression"], action["enabled"]) == (False, False)


def test_peer_is_known_under_each_of_its_names(appliance: LabClient) -> None:
    asn = appliance.do("GET", f"{TARGETS}")["targets"][0]["asn"]
    do(appliance, lun("x"), own("x"))

    (item,) = plan_many(appliance, [sent("x", target=asn, target_pool=None)]).items

    assert (str(item.key), item.changed) == ("replication tank/proj-a/x/west/tank", False)


def test_what_is_not_there_cannot_be_sent(appliance: LabClient) -> None:
    do(appliance, lun("x"))

    refused(appliance, "LUN tank/proj-a/y does not exist.*use one of project tank/proj-a: x", own("y"))
    refused(appliance, "LUN tank/proj-a/x does not exist", gone(lun("x")), own("x"))
    refused(appliance, "LUN tank/proj-a/x does not exist", gone(lun("x")), flag("x", False))
    refused(appliance, "project tank/new does not exist", sent(None, "new"))
    refused(appliance, "LUN tank/new/x does not exist", project(), flag("x", False, "new"))


# Two items


def test_two_items_for_one_action_are_refused(appliance: LabClient) -> None:
    same = "two items are about replication tank/proj-a/x/west/tank"
    asn = appliance.do("GET", TARGETS)["targets"][0]["asn"]

    refused(appliance, same, lun("x"), own("x"), sent("x"))
    refused(appliance, same, lun("x"), own("x"), sent("x", target_pool=None, enabled=False))
    refused(appliance, same, lun("x"), own("x"), gone(own("x", target=asn)))
    refused(appliance, "about replication tank/proj-a/x/inherited", lun("x"), flag("x", False), flag("x", True))
    do(appliance, lun("x"), own("x"))
    refused(appliance, same, sent("x"), sent("x", target=asn))
    refused(appliance, same, gone(sent("x")), gone(own("x", target=asn)))
    refused(appliance, same, sent("x", target_pool=None, state="absent"), own("x"))
    refused(appliance, same, sent("x", target_pool=None), sent("x", target_pool=None, state="absent"))


def test_action_that_the_plan_makes_is_one_item_under_another_name_too(appliance: LabClient) -> None:
    do(appliance, lun("x"))

    refused(
        appliance,
        "two items are about replication tank/proj-a/y/west/tank",
        own("x"),
        lun("x", new_name="y"),
        sent("y", enabled=False),
    )


# Removed


def test_action_and_lun_are_removed_in_one_plan(appliance: LabClient) -> None:
    do(appliance, project(), lun("x", "new"), own("x", "new", schedules=[HOURLY]), sent(None, "new"))

    do(appliance, gone(own("x", "new")), gone(lun("x", "new")), gone(sent(None, "new")), gone(project()))

    assert routes(appliance) == []


def test_lun_that_is_replicated_goes_only_after_its_action(appliance: LabClient) -> None:
    do(appliance, lun("x"))
    holds = "tank/proj-a/x holds replication to west, which would be destroyed with it"

    refused(appliance, holds, own("x"), gone(sent("x", state="absent", project="new")), gone(lun("x")))
    do(appliance, own("x"))
    refused(appliance, holds, gone(lun("x")), gone(own("x")))


def test_action_goes_with_what_it_is_of(appliance: LabClient) -> None:
    document = [project(), lun("x", "new"), own("x", "new"), sent(None, "new"), lun("y"), own("y")]
    do(appliance, *document)

    plan = done(
        appliance,
        *(forced(LUN, project="proj-a", name="y"), gone(own("y"))),
        *(forced(PROJECT, name="new"), gone(own("x", "new")), gone(sent(None, "new"))),
    )

    assert steps(plan) == ["destroy", "destroy"]
    assert routes(appliance) == []
    do(appliance, *document)


def test_action_is_made_anew_for_a_lun_that_is(appliance: LabClient) -> None:
    do(appliance, project("old"), lun("x", "old"), own("x", "old"))

    done(
        appliance,
        project("old", new_name="new"),
        gone(own("x", "new")),
        project("old"),
        lun("x", "old"),
        own("x", "old"),
    )

    assert routes(appliance) == [("old", "x")]


def test_update_that_is_running(appliance: LabClient) -> None:
    do(appliance, lun("x", initiator_groups=["ig-a"]), own("x"))
    let_send(appliance, "x")
    running = "an update of the replication .*to west is running"

    refused(appliance, running, gone(own("x")))
    refused(appliance, running, lun("x", new_name="y"), forced(LUN, project="proj-a", name="y"))
    do(appliance, lun("y"), own("y"))


def test_lun_leaves_the_replication_of_its_project_before_it_goes(appliance: LabClient) -> None:
    do(appliance, lun("x"), lun("y", initiator_groups=["ig-a"]), sent())
    let_send(appliance, "y")
    running = "an update of the replication to west is running"

    refused(appliance, running, gone(lun("x")))
    # The update has a snapshot of the LUN in hand, so that the flag stays, too.
    refused(appliance, running, flag("x", False), gone(lun("x")))
    refused(appliance, f"Cannot switch off .*{running}", lun("z"), own("x"))


def test_lun_on_its_own_goes_while_its_renamed_project_sends(appliance: LabClient) -> None:
    do(appliance, lun("x"), lun("y", initiator_groups=["ig-a"]), sent(), flag("x", False))
    let_send(appliance, "y")

    away = project("proj-a", new_name="new")

    refused(appliance, "an update of the replication to west is running", away, forced(LUN, project="new", name="y"))
    done(appliance, away, forced(LUN, project="new", name="x"))


# Other names


def test_action_follows_its_lun(appliance: LabClient) -> None:
    do(appliance, lun("x"), own("x"), lun("y"))

    plan = done(
        appliance,
        lun("x", new_name="z"),
        sent("z", schedules=[HOURLY], inherited=False),
        lun("y", new_name="x"),
        own("x", compression=False),
    )

    assert steps(plan) == ["rename", "create", "rename", "switch off", "create"]
    assert routes(appliance) == [("proj-a", "x"), ("proj-a", "z")]
    do(appliance, sent("z", schedules=[HOURLY], inherited=False), own("x", compression=False))


def test_actions_follow_their_project(appliance: LabClient) -> None:
    do(appliance, project("old"), lun("x", "old"), own("x", "old"), sent(None, "old"))

    plan = done(
        appliance,
        project("old", new_name="new"),
        own("x", "new"),
        sent(None, "new", dedup=True),
        lun("x", "new", new_name="y"),
        gone(sent("y", "new")),
        flag("y", True, "new"),
    )

    assert [str(item.key) for item in plan.items if not item.changed] == ["replication tank/new/x/west/tank"]
    assert steps(plan) == ["rename", "update", "rename", "remove", "switch on"]
    assert routes(appliance) == [("new", None)]


def test_lun_that_is_replicated_is_not_moved(appliance: LabClient) -> None:
    do(appliance, project(), lun("x"))
    away = lun("x", new_project="new", size=None)

    refused(appliance, "tank/proj-a/x has replication to west of its own", own("x"), away)
    do(appliance, own("x"))
    refused(appliance, "has replication to west of its own", away)
    done(appliance, gone(own("x")), away, sent("x", "new"))

    assert routes(appliance) == [("new", "x")]


# The flag


def test_flag_is_the_one_that_the_plan_gives(appliance: LabClient) -> None:
    do(appliance, lun("x"))

    assert steps(plan_many(appliance, [flag("x", False), own("x")])) == ["switch off", "create"]
    assert steps(plan_many(appliance, [flag("x", False), sent("x")])) == ["switch off", "create"]
    results = do(appliance, flag("x", False), own("x"))
    assert [found["inherited"] for found in results.values()] == [False, False]
    refused(appliance, "tank/proj-a/x has replication to west of its own", flag("x", True))
    plan = done(appliance, gone(own("x")), flag("x", True))
    assert steps(plan) == ["remove", "switch on"]


def test_flag_follows_its_lun(appliance: LabClient) -> None:
    do(appliance, project("old"), lun("x", "old"), lun("y", "old"), flag("x", False, "old"))

    plan = done(
        appliance,
        lun("x", "old", new_name="z"),
        lun("y", "old", new_name="x"),
        project("old", new_name="new"),
        flag("z", False, "new"),
        flag("x", True, "new"),
    )

    assert steps(plan) == ["rename", "rename", "rename"]


def test_flag_that_is_not_told_is_off_beside_an_action(appliance: LabClient) -> None:
    do(appliance, lun("x"), own("x"), lun("y"))
    appliance.fault({"status": 405}, "GET", "/replication$", times=99)

    assert not plan_many(appliance, [own("x")]).changed
    assert steps(plan_many(appliance, [flag("y", False)])) == ["switch off"]


# Peers


def test_peer_goes_only_after_its_actions(appliance: LabClient) -> None:
    west = wanted(PEERS, label="west", hostname="west", root_password="lab-password")
    do(appliance, lun("x"), own("x"))

    refused(appliance, "replication target west has 1 action, of LUN tank/proj-a/x", gone(own("y")), _gone(west))
    done(appliance, gone(own("x")), _gone(west))
    done(appliance, west, own("x"))
    refused(appliance, "has 1 action, of LUN tank/proj-a/z", lun("x", new_name="z"), _gone(west))


def _gone(peer: Wanted) -> Wanted:
    return wanted(PEERS, label=peer[1]["label"], state="absent")


# Requests


def test_lists_are_read_once(appliance: LabClient) -> None:
    names = [f"lun-{number}" for number in range(5)]
    document = [*(lun(name) for name in names), *(own(name) for name in names), sent()]

    plan = plan_many(appliance, document)

    assert len(appliance.reads) == len(set(appliance.reads))
    # The LUNs, the projects, the filesystems, which share the names of LUNs, and what is about replication.
    assert len(appliance.reads) == 5
    assert {ACTIONS, TARGETS} < set(appliance.reads)
    apply_plan(plan, appliance)
    appliance.log.clear()

    assert not plan_many(appliance, [sent(name) for name in names]).changed
    assert sorted(appliance.reads) == sorted([ACTIONS, TARGETS])
    appliance.log.clear()

    assert not plan_many(appliance, [own(name, schedules=[]) for name in names]).changed
    # Its schedules and its flag are in no list, so that they are read for each action.
    assert len(appliance.reads) == len(set(appliance.reads)) == 2 + 2 * len(names)


def test_lun_that_is_there_is_found_in_the_list(appliance: LabClient) -> None:
    for name in ("a", "b", "c"):
        appliance.add_lun("proj-a", name)
    appliance.log.clear()

    plan_many(appliance, [own(name) for name in ("a", "b", "c")])

    # Targets, actions, LUNs, and the flags.
    assert len(appliance.reads) == 3 + 3
