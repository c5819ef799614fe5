"""Updates of a replication: present state x wanted state, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lab_client import AFTER, BEFORE, ROOT, LabClient
from replication_pages import ACTIONS, LUN

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._update import plan_update
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    NotFound,
    PlanRefused,
    UpdateFailed,
    WaitTimeout,
)

OPTIONS = {"state": "sent", "wait": True, "wait_timeout": 5, "poll_interval": 1}
BY_NAMES = {"pool": "tank", "project": "proj-a", "lun": "lun-a", "target": "west"}


class Source:
    """An appliance with an action.

    Args:
        before: whether it has sent an update before.
        sending: whether another update is on its way.

    Attributes:
        at: the appliance.
        id, path: those of the action.
    """

    def __init__(self, *, before: bool = True, sending: bool = False) -> None:
        self.at = at = LabClient()
        at.add_project("proj-a")
        at.add_lun("proj-a", "lun-a")
        at.do("PUT", f"{LUN}/replication", {"inherited": False})
        self.id = at.do("POST", f"{LUN}/replication/actions", {"pool": "tank", "target": "west"})["id"]
        self.path = f"{ACTIONS}/{self.id}"
        self.send, self.cancel = (("PUT", f"{self.path}/{word}update", None) for word in ("send", "cancel"))
        if before:
            self.update()
            self.pass_time()
        self.write()
        if sending:
            self.update()

    @property
    def sent(self) -> list[Any]:
        """The writes that were sent."""
        return [call[:3] for call in self.at.sent]

    def update(self) -> None:
        """Let somebody send an update; it takes time."""
        self.write()
        self.at.do("PUT", f"{self.path}/sendupdate")

    def write(self) -> None:
        """Write something that the next update has to send."""
        self.at.lab.write("east", "tank", "proj-a", "lun-a", 1 << 19)

    def pass_time(self) -> None:
        """Let an hour pass, in which every update ends."""
        self.at.clock.advance(3600)

    def remove(self) -> None:
        """Let somebody remove the action."""
        self.at.do("DELETE", f"{self.path}?confirm=true")

    def then(self, *events: Callable[[], object]) -> None:
        """Let something happen after each look from now on, one after the other, and time pass after each later one."""
        left = list(events)

        def look(page: dict[str, Any] | None) -> dict[str, Any] | None:
            event = left.pop(0) if left else self.pass_time
            event()
            return page

        self.at.edit(self.path, look)

    def plan(self, **options: Any) -> Item:
        """Plan for the action by its id; the plan looks without pauses."""
        planned = plan_update(self.at, {**OPTIONS, "id": self.id, **options})
        steps = tuple(replace(step, wait=step.wait and replace(step.wait, interval=0)) for step in planned.steps)
        return replace(planned, steps=steps, waits=tuple(replace(wait, interval=0) for wait in planned.waits))


def nothing() -> None:
    """Let nothing happen."""


def at_its_first_look(planned: Item) -> Item:
    """Let a plan wait for one look only."""
    (step,) = planned.steps
    assert step.wait is not None
    return replace(planned, steps=(replace(step, wait=replace(step.wait, timeout=0)),))


@pytest.mark.parametrize(
    ("sending", "wanted", "command", "waits"),
    [
        (False, "sent", "send", 0),
        (True, "sent", "send", 1),
        (False, "cancelled", None, 0),
        (True, "cancelled", "cancel", 0),
    ],
)
def test_present_and_wanted_state_give_the_command(sending: bool, wanted: str, command: str | None, waits: int) -> None:
    source = Source(sending=sending)

    planned = source.plan(state=wanted)

    expected = [getattr(source, command)] if command else []
    assert [(step.method, step.path, step.body) for step in planned.steps] == expected
    assert len(planned.waits) == waits
    assert planned.changed is bool(command)


def test_update_that_ends_with_success_is_the_result() -> None:
    source = Source()
    planned = source.plan()
    source.then(nothing, nothing)

    result = apply(planned, source.at)["action"]

    assert source.sent == [source.send]
    assert result.items() >= {"state": "idle", "last_result": "success"}.items()
    assert result["bytes_sent"] == result["estimated_size"] > 0
    assert result["last_sync"] == result["last_try"] > planned.before["action"]["last_sync"]


def test_old_success_does_not_count_while_the_new_update_runs() -> None:
    source = Source()
    source.at.fault({"replication": "fail"})
    planned = source.plan()
    source.then(nothing)

    with pytest.raises(UpdateFailed, match="ended with: failed") as caught:
        apply(planned, source.at)

    assert caught.value.steps_done == (str(planned.steps[0]),)


def test_action_that_disappears_fails_the_wait() -> None:
    source = Source()
    planned = source.plan()
    source.then(lambda: (source.pass_time(), source.remove()))

    with pytest.raises(UpdateFailed, match="was removed"):
        apply(planned, source.at)


def test_lost_command_of_an_action_that_is_gone_is_repeated_once() -> None:
    source = Source()
    planned = source.plan()
    source.remove()
    source.at.fates = [BEFORE]

    with pytest.raises(NotFound):
        apply(planned, source.at)

    assert source.sent == [source.send, source.send]


def test_time_out_tells_how_far_it_has_come() -> None:
    source = Source()

    with pytest.raises(WaitTimeout, match=r"state sending, \d+ of [1-9]\d+ bytes sent, last result success"):
        apply(at_its_first_look(source.plan()), source.at)


@pytest.mark.parametrize(("state", "goes_on"), [("sent", True), ("cancelled", False)])
def test_only_an_update_that_was_sent_is_said_to_go_on(state: str, goes_on: bool) -> None:
    source = Source(sending=state == "cancelled")
    planned = source.plan(state=state)
    # A cancelled one may take its time, too.
    source.at.edit(source.path, lambda page: {"action": {**(page or {})["action"], "state": "sending"}})

    with pytest.raises(WaitTimeout) as late:
        apply(at_its_first_look(planned), source.at)

    assert ("it continues on the appliance" in str(late.value)) is goes_on


@pytest.mark.parametrize(("fate", "sends"), [(AFTER, 1), (BEFORE, 2)])
def test_lost_answer_to_the_command_is_looked_after(fate: str, sends: int) -> None:
    source = Source()
    planned = source.plan()
    source.then(nothing)
    source.at.fates = [fate]

    assert apply(planned, source.at)["action"]["last_try"] > planned.before["action"]["last_try"]
    assert (source.sent, source.at.work) == ([source.send] * sends, [source.send])


@pytest.mark.parametrize(("fates", "sends"), [([], 1), ([BEFORE], 2)])
def test_running_update_ends_before_the_next_is_sent(fates: list[str], sends: int) -> None:
    source = Source(sending=True)
    planned = source.plan()
    source.then(nothing, source.pass_time, source.write)
    source.at.fates = list(fates)

    result = apply(planned, source.at)["action"]

    assert (source.sent, source.at.work) == ([source.send] * sends, [source.send])
    assert result["state"] == "idle"


def test_success_of_a_running_update_does_not_count_for_the_next() -> None:
    source = Source(sending=True)
    source.at.fault({"replication": "fail"})
    planned = source.plan()
    source.then(source.pass_time, source.write)

    with pytest.raises(UpdateFailed, match="ended with: failed"):
        apply(planned, source.at)

    assert source.at.work == [source.send]


def test_running_update_is_cancelled_and_waited_for() -> None:
    source = Source(sending=True)

    result = apply(source.plan(state="cancelled"), source.at)["action"]

    assert result.items() >= {"state": "idle", "last_result": "cancelled"}.items()
    assert source.sent == [source.cancel]


@pytest.mark.parametrize(("wait", "state", "result"), [(True, "idle", "success"), (False, "sending", "success")])
def test_prediction_leaves_open_what_only_the_appliance_knows(wait: bool, state: str, result: str) -> None:
    planned = Source().plan(wait=wait)

    after = planned.after["action"]
    assert (after["state"], after["last_result"]) == (state, result)
    assert after["bytes_sent"] is after["last_sync"] is None
    assert set(after) == set(planned.before["action"])


def test_without_wait_the_command_is_all() -> None:
    source = Source()

    assert apply(source.plan(wait=False), source.at)["action"]["state"] == "sending"
    assert source.at.reads == [source.path]


def test_second_update_without_wait_is_refused() -> None:
    with pytest.raises(PlanRefused, match="is running"):
        Source(sending=True).plan(wait=False)


def test_disabled_action_is_refused() -> None:
    source = Source()
    source.at.do("PUT", source.path, {"enabled": False})

    with pytest.raises(PlanRefused, match="is disabled"):
        source.plan()


@pytest.mark.parametrize(("age", "changed"), [(60, False), (3600, True), (-60, True)])
@pytest.mark.parametrize("layout", ["%Y%m%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S"])
def test_young_enough_update_will_do(layout: str, age: int, changed: bool) -> None:
    source = Source()
    moment = (source.at.now - timedelta(seconds=age)).strftime(layout)
    source.at.edit(source.path, lambda page: {"action": {**(page or {})["action"], "last_sync": moment}})

    assert source.plan(max_age=900).changed is changed


@pytest.mark.parametrize(("seconds", "changed"), [(300, False), (1000, True)])
def test_update_ages_by_the_clock_of_the_appliance(seconds: int, changed: bool) -> None:
    source = Source(sending=True)
    source.at.clock.advance(60)
    # An update that has ended is written down when somebody looks.
    assert source.at.do("GET", source.path)["state"] == "idle"
    source.at.clock.advance(seconds)

    assert source.plan(max_age=900).changed is changed


def test_age_of_no_update_at_all_is_never_young_enough() -> None:
    source = Source(before=False)

    assert source.plan(max_age=10**6).changed


def test_action_is_found_by_its_way() -> None:
    source = Source()

    planned = source.plan(id=None, **BY_NAMES)

    assert planned.steps[0].path == f"{source.path}/sendupdate"
    assert "replication of LUN tank/proj-a/lun-a to west" in str(planned.steps[0])


@pytest.mark.parametrize("options", [{"id": "id-9"}, {**BY_NAMES, "id": None, "lun": None}])
def test_missing_action_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused, match="make it with zfssa_replication"):
        Source().plan(**options)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("max_age", -1, "max_age -1 is out of range; give seconds, from 0 to 31622400"),
        ("max_age", 10**12, "max_age 1000000000000 is out of range"),
        ("wait_timeout", 0, "wait_timeout 0 is out of range; give seconds, from 1 to 31622400"),
        ("wait_timeout", -5, "wait_timeout -5 is out of range"),
        ("poll_interval", 0, "poll_interval 0 is out of range; give seconds, from 1 to 3600"),
        ("poll_interval", -1, "poll_interval -1 is out of range"),
    ],
)
@pytest.mark.parametrize("state", ["sent", "cancelled"])
def test_impossible_number_is_refused_before_anything_is_read(option: str, value: int, said: str, state: str) -> None:
    source = Source()

    with pytest.raises(InvalidInput, match=said):
        source.plan(state=state, **{option: value})

    assert source.at.log == []


def head_of_cluster(*, ours: bool) -> LabClient:
    """A head of a cluster with the pool `tank`, or one whose peer has it."""
    pool = {"tank": 1 << 50}
    at = LabClient(pools={}, own_pools={"east": pool if ours else {}, "west": {} if ours else pool})
    at.pair()
    if ours:
        at.add_project("proj-a")
        at.add_lun("proj-a", "lun-a")
    return at


@pytest.mark.parametrize("names", [{"id": "id-1"}, {**BY_NAMES, "id": None}], ids=["by id", "by names"])
@pytest.mark.parametrize("ours", [True, False])
def test_nothing_is_to_be_cancelled_only_where_the_pool_is(names: dict[str, Any], ours: bool) -> None:
    at = head_of_cluster(ours=ours)
    # A peer that the action could send to.
    at.edit(f"{ROOT}replication/targets", lambda _page: {"targets": [{"label": "west", "hostname": "w", "asn": "1"}]})
    options = {**OPTIONS, **names, "state": "cancelled"}

    if ours:
        assert not plan_update(at, options).changed
    else:
        with pytest.raises(PlanRefused, match=r"belongs? to west of this cluster; set host to west"):
            plan_update(at, options)


def test_action_must_be_said() -> None:
    with pytest.raises(InvalidInput, match="no action is given"):
        Source().plan(id=None)
