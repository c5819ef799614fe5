"""What is said of a task of the user that failed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.plugin_utils._last_words import last_words

COMMAND = {"failed": True, "msg": "non-zero return code", "rc": 1, "stderr": "", "stdout": ""}


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({}, "it gave no reason."),
        ({"msg": "No such file."}, "No such file."),
        ({**COMMAND, "stderr": "disk is\ngone"}, "non-zero return code: disk is gone."),
        ({**COMMAND, "stdout": "one\ntwo\n\nthree\nfour\n"}, "non-zero return code: two three four."),
        ({**COMMAND, "stdout": "x", "stderr": "y"}, "non-zero return code: y."),
        ({"msg": "MODULE FAILURE", "module_stderr": "Killed"}, "MODULE FAILURE: Killed."),
        ({"msg": "", "stdout": "words"}, "words."),
        ({"msg": "Assertion failed", "assertion": "1 == 2"}, "Assertion failed (1 == 2)."),
        ({"reason": "no file"}, "no file."),
        ({"msg": ["a", "b"]}, "['a', 'b']."),
        ({"results": "text", "msg": "wrong"}, "wrong."),
    ],
)
def test_reason(result: dict[str, Any], said: str) -> None:
    assert last_words(result, {"name": "Read"}).endswith(f": {said}")
    assert last_words(result, {"name": "Read"}).startswith("Task 'Read' failed")


def test_items() -> None:
    good = {"item": 0, "failed": False, "msg": "fine"}
    bad = [{**COMMAND, "item": item, "stderr": f"extent {item} is unreadable"} for item in range(1, 6)]

    said = last_words({"msg": "One or more items failed", "results": [good, *bad]}, {"name": "Read"}, "verify.yml")

    assert said == (
        "Task 'Read' of verify.yml failed for item 1: non-zero return code: extent 1 is unreadable; "
        "for item 2: non-zero return code: extent 2 is unreadable; "
        "for item 3: non-zero return code: extent 3 is unreadable; and 2 more items."
    )


def test_label_and_name_of_an_item() -> None:
    labelled = {
        "failed": True,
        "msg": "no",
        "ansible_loop_var": "disk",
        "disk": {"a": 1},
        "_ansible_item_label": "disk a",
    }
    plain = {"failed": True, "msg": "no", "ansible_loop_var": "disk", "disk": "b"}

    assert "for item disk a: no; for item b: no." in last_words({"results": [labelled, plain]}, {"action": "debug"})


@pytest.mark.parametrize(
    ("result", "task"),
    [
        ({**COMMAND, "stderr": "secret"}, {"name": "Read", "no_log": True}),
        ({**COMMAND, "stderr": "secret"}, {"name": "Read", "no_log": "{{ hide }}"}),
        ({**COMMAND, "stderr": "secret", "_ansible_no_log": True}, {"name": "Read"}),
        ({"censored": "the output has been hidden"}, {"name": "Read"}),
        ({"results": [{**COMMAND, "item": "secret", "_ansible_no_log": True}]}, {"name": "Read"}),
    ],
)
def test_what_no_log_hides_stays_hidden(result: dict[str, Any], task: dict[str, Any]) -> None:
    assert last_words(result, task) == "Task 'Read' failed, and no_log hides what it said."


def test_long_output_is_cut() -> None:
    said = last_words({**COMMAND, "stderr": "x" * 5000}, {})

    assert said.startswith("A task failed: non-zero return code: ...xxx")
    assert len(said) < 500
