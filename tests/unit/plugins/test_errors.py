"""Replies that are not success become one exception each; exceptions become one sentence each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    Busy,
    ConfirmRequired,
    Conflict,
    Denied,
    InvalidArgument,
    NoRoom,
    NotAuthenticated,
    NotFound,
    ObjectExists,
    PlanRefused,
    ZfssaError,
    from_reply,
)

REQUEST = "PUT /api/storage/v1/pools/tank"
NESTED = (
    'invalid input argument (bad property value "ig-x" (expecting one of "default" or "ig-a") '
    '(encountered while attempting to run command "set initiatorgroup="ig-x""))'
)


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "ERR_INVALID_ARG", InvalidArgument),
        (400, "ERR_UNKNOWN_ARG", InvalidArgument),
        (400, "ERR_MISSING_ARG", InvalidArgument),
        (401, "ERR_UNAUTHORIZED", NotAuthenticated),
        (403, "ERR_DENIED", Denied),
        (404, "ERR_NOT_FOUND", NotFound),
        (409, "ERR_STATE_CHANGED", Conflict),
        (409, "ERR_OBJECT_EXISTS", ObjectExists),
        (409, "ERR_CONFIRM_REQUIRED", ConfirmRequired),
        (413, "ERR_OVER_LIMIT", ApplianceError),
        (500, "ERR_INTERNAL", ApplianceError),
        (501, "ERR_NOT_IMPLEMENTED", ApplianceError),
        (503, "ERR_BUSY", Busy),
        (400, "ERR_OF_A_LATER_RELEASE", InvalidArgument),
        (418, "ERR_OF_A_LATER_RELEASE", ApplianceError),
    ],
)
def test_status_and_fault_give_the_kind(status: int, name: str, kind: type[ApplianceError]) -> None:
    error = from_reply(status, {"fault": {"name": name, "message": "no", "code": status}}, REQUEST)

    assert error.__class__ is kind
    assert (error.status, error.fault, error.request) == (status, name, REQUEST)


@pytest.mark.parametrize("word", ["EAK_ZFS_NOSPC", "EAK_ZFS_DQUOT"])
def test_reason_that_speaks_of_space_comes_with_what_to_do_about_it(word: str) -> None:
    fault = {"name": "ERR_STATE_CHANGED", "message": f"system state changed ({word}: no room)", "code": 409}

    error = from_reply(409, {"fault": fault}, REQUEST)

    assert isinstance(error, NoRoom)
    assert "free space or raise the quota of the project, choose a smaller size, or make the LUN sparse" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"fault": {"message": NESTED, "code": 400, "name": "ERR_INVALID_ARG"}},
        {"fault": {"message": "ERR_INVALID_ARG", "details": NESTED, "code": 500}},
    ],
    ids=["as appliances do", "as the guides say"],
)
def test_both_shapes_of_a_fault_give_the_same(body: object) -> None:
    error = from_reply(400, body, REQUEST)

    assert (error.fault, error.reason) == ("ERR_INVALID_ARG", NESTED)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"fault": None},
        {"fault": "text"},
        {"fault": {}},
        {"fault": {"message": None, "name": 7}},
        {"fault": {"message": ""}},
    ],
)
def test_reply_without_a_fault_still_gives_a_reason(body: object) -> None:
    error = from_reply(409, body, REQUEST)

    assert error.__class__ is Conflict
    assert error.fault is None
    assert "HTTP 409 without a reason" in str(error)


@given(
    st.integers(min_value=300, max_value=599),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["fault", "message", "name", "details", "code"]), inner, max_size=4)
        ),
        max_leaves=6,
    ),
)
def test_any_body_gives_an_exception_with_a_sentence(status: int, body: object) -> None:
    error = from_reply(status, body, REQUEST)

    assert error.status == status
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZfssaError("it is so"), "it is so."),
        (PlanRefused("it is so", advice="do that"), "it is so; do that."),
        (
            NotFound("the requested item was not found", status=404, fault="ERR_NOT_FOUND"),
            "the requested item was not found [404 ERR_NOT_FOUND]; check the names in the task.",
        ),
        (ApplianceError("no", status=500, advice=""), "no [500]."),
    ],
)
def test_sentence_says_what_why_and_what_next(error: ZfssaError, sentence: str) -> None:
    assert str(error) == sentence


def test_sentence_tells_what_was_being_done_and_what_had_been_done() -> None:
    error = Denied("operation denied", status=403, advice="ask somebody")
    error.during("rename LUN tank/a/b").during("a whole task")
    error.steps_done = ("update LUN tank/a/b (size)", "move LUN tank/a/b")

    assert str(error) == (
        "Cannot rename LUN tank/a/b: operation denied [403]; done before that: "
        "update LUN tank/a/b (size), move LUN tank/a/b; ask somebody."
    )
    assert error.failure() == {
        "status": 403,
        "fault": None,
        "message": "operation denied",
        "request": None,
        "steps_done": ["update LUN tank/a/b (size)", "move LUN tank/a/b"],
    }
