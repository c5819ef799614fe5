"""Sessions that tasks share: opened, used, ended, and what becomes of them when answers are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_appliances import RELEASES, Record, is_login
from module_runner import Bench

ACCESS = "/api/access/"
END = {"state": "absent"}


def opened(bench: Bench) -> Record:
    """Open a session; return the options of the connection with which a task uses it and nothing else."""
    bench.sessions = 1
    token = bench.change("zfssa_session", {}).value["token"]
    return {"session": token, "username": None, "password": None}


@pytest.mark.parametrize("release", RELEASES)
def test_session_is_opened_shared_and_ended(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)

    predicted = bench.change("zfssa_session", {}, check=True)
    bench.sessions = 1
    opened = bench.change("zfssa_session", {})
    token = {"session": opened.value["token"], "username": None, "password": None}
    used = bench.change("zfssa_project", {"pool": "tank", "name": "proj-a"}, connection=token)
    bench.sessions = 0
    ended = bench.change("zfssa_session", {"state": "absent"}, connection=token)
    again = bench.change("zfssa_session", {"state": "absent"}, connection=token)

    assert predicted.value == {"token": None, "username": "admin", "host": "127.0.0.1"}
    assert [len(run.requests) for run in (predicted, opened, ended)] == [0, 1, 1]
    assert opened.value == {**predicted.value, "token": opened.value["token"]}
    assert not any(is_login(row) for row in used.requests)
    assert ended.value is None and again.value is None
    assert not any(run.changed for run in (predicted, opened, ended, again))


def test_session_that_was_not_opened_in_check_mode_is_done_without(bench: Bench) -> None:
    run = bench.change("zfssa_project", {"pool": "tank", "name": "x"}, connection={"session": ""})

    assert run.changed


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        pytest.param({"action": {"drop": "after"}}, 2, id="answer lost"),
        pytest.param({"action": {"drop": "before"}}, 2, id="request lost"),
        pytest.param({"action": {"status": 503}}, 2, id="busy"),
        pytest.param({"action": {"status": 500, "done": True}}, 2, id="done and failed"),
        pytest.param({"action": {"drop": "after"}, "times": 2}, 3, id="answer lost twice"),
    ],
)
def test_session_is_ended_whatever_becomes_of_the_answer(fault: dict[str, Any], requests: int, bench: Bench) -> None:
    token = opened(bench)
    bench.lab.fault(method="DELETE", path=ACCESS, **fault)
    bench.sessions = 0

    # With credentials as well, which must not be used for a new session.
    run = bench.change("zfssa_session", END, connection={"session": token["session"]})

    assert run.value is None and not run.changed
    assert [row["method"] for row in run.requests] == ["DELETE"] * requests


@pytest.mark.parametrize("trouble", [{"drop": "before"}, {"status": 500}])
def test_session_that_cannot_be_ended_is_told(trouble: Record, bench: Bench) -> None:
    token = opened(bench)
    bench.lab.fault(trouble, method="DELETE", path=ACCESS, times=99)

    run = bench.refuse("zfssa_session", END, connection=token)

    assert run.msg.startswith("Cannot end the session: ")
    assert run.result["failure"]["status"] == trouble.get("status")
    assert len(run.requests) == 3
    assert token["session"] not in run.output
    bench.lab.reset()


def test_login_without_an_answer_is_tried_a_bounded_number_of_times(bench: Bench) -> None:
    bench.lab.fault({"drop": "after"}, method="POST", path=ACCESS, times=99)
    # Nobody has their tokens.
    bench.sessions = 3

    run = bench.refuse("zfssa_session", {})

    assert len(run.requests) == 3
    assert run.result["failure"]["request"] == "POST /api/access/v1"
    bench.lab.reset()
