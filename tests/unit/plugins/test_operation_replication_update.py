"""Updates of a replication: present state x wanted state, and when one has really ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from book import Book
from replication_pages import ACTION, action, pages

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._update import (
    plan_update,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    LostReply,
    NotFound,
    PlanRefused,
    UpdateFailed,
    WaitTimeout,
)

OPTIONS = {
    "state": "sent",
    "id": "id-1",
    "wait": True,
    "wait_timeout": 60,
    "poll_interval": 1,
}
SEND = ("PUT", f"{ACTION}/sendupdate", None)
CANCEL = ("PUT", f"{ACTION}/cancelupdate", None)

OLD = action(last_result="success", last_sync="20240101T10:00:00", last_try="20240101T10:00:00")
NEW = {"last_result": "success", "last_sync": "20240101T11:00:00", "last_try": "20240101T11:00:00"}
FAILED = {"last_result": "failed", "last_try": "20240101T11:00:00"}
SENDING = {**OLD, "state": "sending"}


def plan(*looks: dict[str, Any], **options: Any) -> tuple[Item, Book]:
    """Plan for an action that looks like this at the first look, and then like that."""
    book = Book({ACTION: [{"action": look} for look in looks]})
    planned = plan_update(book, {**OPTIONS, **options})
    return at_once(planned), book


def at_once(planned: Item) -> Item:
    """Let a plan look without pauses."""
    steps = tuple(replace(step, wait=step.wait and replace(step.wait, interval=0)) for step in planned.steps)
    return replace(planned, steps=steps, waits=tuple(replace(wait, interval=0) for wait in planned.waits))


@pytest.mark.parametrize(
    ("present", "wanted", "sent", "waits"),
    [
        (OLD, "sent", [SEND], 0),
        (SENDING, "sent", [SEND], 1),
        (OLD, "cancelled", [], 0),
        (SENDING, "cancelled", [CANCEL], 0),
    ],
)
def test_present_and_wanted_state_give_the_command(
    present: dict[str, Any], wanted: str, sent: list[Any], waits: int
) -> None:
    planned, _book = plan(present, state=wanted)

    assert [(step.method, step.path, step.body) for step in planned.steps] == sent
    assert len(planned.waits) == waits
    assert planned.changed is bool(sent)


def test_update_that_ends_with_success_is_the_result() -> None:
    planned, book = plan(OLD, SENDING, SENDING, {**OLD, **NEW, "bytes_sent": 7})
    book.answers = [{"action": SENDING}]

    result = apply(planned, book)["action"]

    assert book.sent == [SEND]
    assert result.items() >= {"state": "idle", "last_result": "success", "bytes_sent": 7}.items()
    assert result["last_sync"] == "2024-01-01T11:00:00Z"


def test_old_success_does_not_count_while_the_new_update_runs() -> None:
    planned, book = plan(OLD, SENDING, {**OLD, **FAILED})
    book.answers = [{"action": SENDING}]

    with pytest.raises(UpdateFailed, match="ended with: failed") as caught:
        apply(planned, book)

    assert caught.value.steps_done == (str(planned.steps[0]),)


def test_old_success_does_not_count_before_the_new_update_has_begun() -> None:
    planned, book = plan(OLD, OLD, OLD, SENDING, {**OLD, **FAILED})
    book.answers = [{"action": OLD}]

    with pytest.raises(UpdateFailed, match="ended with: failed"):
        apply(planned, book)


def test_update_that_was_over_before_the_first_look_is_known_by_its_trace() -> None:
    planned, book = plan(OLD, {**OLD, **NEW})
    book.answers = [{"action": SENDING}]

    assert apply(planned, book)["action"]["last_try"] == "2024-01-01T11:00:00Z"
    assert len(book.reads) == 2


def test_update_that_was_seen_running_ends_with_the_first_quiet_look() -> None:
    planned, book = plan(OLD, SENDING, OLD)
    book.answers = [{"action": SENDING}]

    assert apply(planned, book)["action"]["state"] == "idle"
    assert len(book.reads) == 3


def test_update_without_any_trace_ends_after_some_quiet_looks() -> None:
    planned, book = plan(OLD)
    book.answers = [{"action": OLD}]

    assert apply(planned, book)["action"]["last_result"] == "success"
    assert len(book.reads) == 1 + 3


def test_action_that_disappears_fails_the_wait() -> None:
    planned, book = plan(OLD)
    book.answers = [{"action": SENDING}]
    book.pages[ACTION] = None

    with pytest.raises(UpdateFailed, match="was removed"):
        apply(planned, book)


def test_lost_command_of_an_action_that_is_gone_is_repeated_once() -> None:
    planned, book = plan(OLD)
    book.pages[ACTION] = None
    book.answers = [LostReply("lost"), NotFound("not found", status=404)]

    with pytest.raises(NotFound):
        apply(planned, book)

    assert book.sent == [SEND, SEND]


def test_time_out_of_an_action_that_is_gone_says_so() -> None:
    wait = plan(SENDING)[0].waits[0]

    assert wait.describe(None) == "the action is gone"


def test_time_out_tells_how_far_it_has_come() -> None:
    planned, book = plan(OLD, {**SENDING, "bytes_sent": 5, "estimated_size": 9})
    (step,) = planned.steps
    assert step.wait is not None
    planned = replace(planned, steps=(replace(step, wait=replace(step.wait, timeout=0)),))
    book.answers = [{"action": SENDING}]

    with pytest.raises(WaitTimeout, match="state sending, 5 of 9 bytes sent, last result success"):
        apply(planned, book)


@pytest.mark.parametrize(("state", "goes_on"), [("sent", True), ("cancelled", False)])
def test_only_an_update_that_was_sent_is_said_to_go_on(state: str, goes_on: bool) -> None:
    planned, book = plan(SENDING, state=state)
    waits = [*planned.waits, *(step.wait for step in planned.steps if step.wait)]
    wait = replace(waits[0], timeout=0)
    steps = tuple(replace(step, wait=wait) for step in planned.steps)
    book.answers = [{"action": SENDING}]

    with pytest.raises(WaitTimeout) as late:
        apply(replace(planned, steps=steps, waits=()), book)

    assert ("it continues on the appliance" in str(late.value)) is goes_on


@pytest.mark.parametrize(
    ("seen", "sends"),
    [
        pytest.param([SENDING, {**OLD, **NEW}], 1, id="it runs"),
        pytest.param([{**OLD, **NEW}], 1, id="it is over"),
        pytest.param([OLD, SENDING, {**OLD, **NEW}], 2, id="it never came"),
    ],
)
def test_lost_answer_to_the_command_is_looked_after(seen: list[Any], sends: int) -> None:
    planned, book = plan(OLD, *seen)
    book.answers = [LostReply("lost"), {"action": SENDING}]

    assert apply(planned, book)["action"]["last_try"] == "2024-01-01T11:00:00Z"
    assert len(book.sent) == sends


def test_running_update_ends_before_the_next_is_sent() -> None:
    planned, book = plan(SENDING, SENDING, {**OLD, **NEW}, SENDING, {**OLD, **NEW})
    book.answers = [{"action": SENDING}]

    apply(planned, book)

    assert book.sent == [SEND]
    assert len(book.reads) == 5


def test_lost_command_after_a_running_update_is_sent_again() -> None:
    first_over = {**OLD, **NEW}
    second_over = {**first_over, "last_try": "20240101T12:00:00"}
    planned, book = plan(SENDING, first_over, first_over, {**SENDING, **NEW}, second_over)
    book.answers = [LostReply("lost"), {"action": {**SENDING, **NEW}}]

    apply(planned, book)

    assert book.sent == [SEND, SEND]


def test_success_of_a_running_update_does_not_count_for_the_next() -> None:
    first_over = {**OLD, **NEW}
    second_failed = {**first_over, "last_try": "20240101T12:00:00", "last_result": "failed"}
    planned, book = plan(SENDING, first_over, first_over, {**SENDING, **NEW}, second_failed)
    book.answers = [{"action": first_over}]

    with pytest.raises(UpdateFailed, match="ended with: failed"):
        apply(planned, book)


def test_running_update_is_cancelled_and_waited_for() -> None:
    cancelled = {**OLD, "last_result": "cancelled"}
    planned, book = plan(SENDING, SENDING, cancelled, state="cancelled")
    book.answers = [{"action": SENDING}]

    assert apply(planned, book)["action"]["last_result"] == "cancelled"
    assert book.sent == [CANCEL]


@pytest.mark.parametrize(("wait", "state", "result"), [(True, "idle", "success"), (False, "sending", "success")])
def test_prediction_leaves_open_what_only_the_appliance_knows(wait: bool, state: str, result: str) -> None:
    planned, _book = plan(OLD, wait=wait)

    after = planned.after["action"]
    assert (after["state"], after["last_result"]) == (state, result)
    assert after["bytes_sent"] is after["last_sync"] is None
    assert set(after) == set(planned.before["action"])


def test_without_wait_the_command_is_all() -> None:
    planned, book = plan(OLD, wait=False)
    book.answers = [{"action": SENDING}]

    assert apply(planned, book)["action"]["state"] == "sending"
    assert book.reads == [ACTION]


def test_second_update_without_wait_is_refused() -> None:
    with pytest.raises(PlanRefused, match="is running"):
        plan(SENDING, wait=False)


def test_disabled_action_is_refused() -> None:
    with pytest.raises(PlanRefused, match="is disabled"):
        plan({**OLD, "enabled": False})


@pytest.mark.parametrize(("age", "changed"), [(60, False), (3600, True), (-60, True)])
@pytest.mark.parametrize("layout", ["%Y%m%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S"])
def test_young_enough_update_will_do(layout: str, age: int, changed: bool) -> None:
    moment = (datetime.now(tz=UTC) - timedelta(seconds=age)).strftime(layout)

    planned, _book = plan({**OLD, "last_sync": moment}, max_age=900)

    assert planned.changed is changed


def test_age_of_no_update_at_all_is_never_young_enough() -> None:
    assert plan(action(), max_age=10**6)[0].changed


def test_action_is_found_by_its_way() -> None:
    options = {"id": None, "pool": "tank", "project": "proj-a", "lun": "lun-a", "target": "west"}

    planned = plan_update(Book(pages(OLD)), {**OPTIONS, **options})

    assert planned.steps[0].path == f"{ACTION}/sendupdate"
    assert "replication of LUN tank/proj-a/lun-a to west" in str(planned.steps[0])


@pytest.mark.parametrize("options", [{}, {"pool": "tank", "project": "proj-a", "target": "west"}])
def test_missing_action_is_refused(options: dict[str, Any]) -> None:
    given = {**OPTIONS, "id": None if options else "id-9", **options}

    with pytest.raises(PlanRefused, match="make it with zfssa_replication"):
        plan_update(Book(pages(OLD)), given)


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
    book = Book({ACTION: {"action": OLD}})

    with pytest.raises(InvalidInput, match=said):
        plan_update(book, {**OPTIONS, "state": state, option: value})

    assert book.reads == []


BY_NAMES = {"id": None, "pool": "tank", "project": "proj-a", "lun": "lun-a", "target": "west"}


@pytest.mark.parametrize("names", [{}, BY_NAMES], ids=["by id", "by names"])
@pytest.mark.parametrize("ours", [True, False])
def test_nothing_is_to_be_cancelled_only_where_the_pool_is(names: dict[str, Any], ours: bool) -> None:
    pool = {"name": "tank", "status": "online" if ours else "exported", "owner": "zs-2"}
    pools = {"/api/storage/v1/pools": {"pools": [pool]}, "/api/storage/v1/pools/tank": {"pool": pool}}
    book = Book(pages(**pools))

    if ours:
        assert not plan_update(book, {**OPTIONS, "state": "cancelled", **names}).changed
    else:
        with pytest.raises(PlanRefused, match=r"belongs? to zs-2 of this cluster; set host to zs-2"):
            plan_update(book, {**OPTIONS, "state": "cancelled", **names})


def test_action_must_be_said() -> None:
    with pytest.raises(InvalidInput, match="no action is given"):
        plan_update(Book(pages()), {**OPTIONS, "id": None})
