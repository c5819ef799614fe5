"""What tells that an update has ended, look after look, where an appliance shows less of it than the lab does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from book import Book
from replication_pages import ACTION, action

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._update import (
    plan_update,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    LostReply,
    UpdateFailed,
)

OPTIONS = {
    "state": "sent",
    "id": "id-1",
    "wait": True,
    "wait_timeout": 60,
    "poll_interval": 1,
}

OLD = action(last_result="success", last_sync="20240101T10:00:00", last_try="20240101T10:00:00")
NEW = {"last_result": "success", "last_sync": "20240101T11:00:00", "last_try": "20240101T11:00:00"}
FAILED = {"last_result": "failed", "last_try": "20240101T11:00:00"}
SENDING = {**OLD, "state": "sending"}


def plan(*looks: dict[str, Any]) -> tuple[Item, Book]:
    """Plan for an action that looks like this at the first look, and then like that."""
    book = Book({ACTION: [{"action": look} for look in looks]})
    planned = plan_update(book, OPTIONS)
    return at_once(planned), book


def at_once(planned: Item) -> Item:
    """Let a plan look without pauses."""
    steps = tuple(replace(step, wait=step.wait and replace(step.wait, interval=0)) for step in planned.steps)
    return replace(planned, steps=steps, waits=tuple(replace(wait, interval=0) for wait in planned.waits))


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


def test_time_out_of_an_action_that_is_gone_says_so() -> None:
    wait = plan(SENDING)[0].waits[0]

    assert wait.describe(None) == "the action is gone"


def test_lost_answer_to_an_update_that_is_over_already_is_not_asked_for_again() -> None:
    planned, book = plan(OLD, {**OLD, **NEW})
    book.answers = [LostReply("lost")]

    assert apply(planned, book)["action"]["last_try"] == "2024-01-01T11:00:00Z"
    assert len(book.sent) == 1
