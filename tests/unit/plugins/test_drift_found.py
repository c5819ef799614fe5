"""What has drifted, made of the results of plans and tasks, and the reports of it."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from ansible_collections.zfssa.storage.plugins.filter.drift_comparable import drift_comparable
from ansible_collections.zfssa.storage.plugins.filter.drift_found import drift_found
from ansible_collections.zfssa.storage.plugins.filter.drift_report import drift_report

LUN, OTHER = "tank/p/a", "tank/p/b"
PLANNED = {
    "plan": [f"~ lun {LUN}: size 1 GiB -> 2 GiB"],
    "results": [
        {"kind": "lun", "key": LUN, "changed": True, "object": {}, "failure": None},
        {"kind": "project", "key": "tank/p", "changed": False, "object": {}, "failure": None},
    ],
}
DOCUMENT = {
    "defaults": {"pool": "tank", "project": "p"},
    "config": {"luns": [{"name": "a", "size": "1G"}, {"name": "b", "size": "1G"}, {"nam": "c"}]},
}
REFUSED = {
    "plan": None,
    "failure": {
        "errors": [
            {"place": "luns[1].size", "message": "it has 2G"},
            {"place": "luns[2].nam", "message": "there is no such option"},
            {"place": "lns", "message": "there is no such section"},
        ]
    },
}


def states(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Kind, name and state of each case."""
    return [(one["kind"], one["name"], one["state"]) for one in found["cases"]]


def test_each_object_of_a_plan_is_a_case() -> None:
    purged = {"unlisted": [{"kind": "lun", "key": OTHER}, {"kind": "lun", "key": LUN}]}

    found = drift_found("east", planned=PLANNED, purged=purged)

    assert states(found) == [("lun", LUN, "differs"), ("lun", OTHER, "undeclared"), ("project", "tank/p", "same")]
    assert found["summary"] == "east: 1 of 2 differ, 1 not declared"
    assert found["drift"]
    same = {**PLANNED, "plan": [], "results": PLANNED["results"][1:]}
    assert not drift_found("east", planned=same, purged={"unlisted": []})["drift"]


def test_what_is_not_declared_and_cannot_be_found_out_is_no_absence_of_drift() -> None:
    same = {**PLANNED, "plan": [], "results": PLANNED["results"][1:]}

    found = drift_found("east", planned=same, purged={"unlisted": None, "msg": "no connection"})

    assert ("document", "what is not declared", "failed") in states(found)
    assert found["drift"]


def test_tasks_that_looked_at_nothing_are_no_absence_of_drift() -> None:
    found = drift_found("east", notes="")

    assert states(found) == [("appliance", "east", "failed")]
    assert "nothing was looked at" in found["summary"] + found["lines"][0]


def test_item_that_no_plan_can_be_made_for_is_drift_and_does_not_hide_others() -> None:
    assert drift_comparable(DOCUMENT, REFUSED)["config"] == {"luns": [{"name": "a", "size": "1G"}]}

    found = drift_found(
        "east",
        document=DOCUMENT,
        refused=REFUSED,
        planned=PLANNED,
        purged={"unlisted": [{"kind": "lun", "key": OTHER}]},
    )

    assert states(found) == [
        ("document", "lns", "failed"),
        ("lun", "luns[2].nam", "failed"),
        ("lun", LUN, "differs"),
        ("lun", OTHER, "differs"),
        ("project", "tank/p", "same"),
    ]


@pytest.mark.parametrize(
    ("note", "state", "said"),
    [
        ({"changed": False}, "same", ""),
        ({"diff": {"before": {"size": 1 << 30, "id": "7"}, "after": {"size": 2 << 30, "id": None}}}, "differs", "t: size 1 GiB -> 2 GiB"),
        ({"diff": [{"before": {}, "after": {"size": 1}}]}, "differs", "t: it would be made"),
        ({"diff": {"before": {"size": 1}, "after": {}}}, "differs", "t: it would be removed"),
        ({}, "differs", "t"),
        ({"failed": True, "msg": "no"}, "failed", "t: no"),
        ({"failed": True}, "failed", "t: it failed, and hides why"),
    ],
)  # fmt: skip
def test_each_run_of_a_task_is_a_case(note: dict[str, Any], state: str, said: str) -> None:
    line = json.dumps({"task": "t", "kind": "lun", "name": LUN, "changed": True, "failed": False, **note})

    (one,) = drift_found("east", notes=f"{line}\n")["cases"]

    assert (one["state"], one["said"]) == (state, said)


def test_secrets_are_in_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZFSSA_PASSWORD", "of-the-environment")

    found = drift_found("east", failed="it said of-the-environment and of-the-task", secrets=["of-the-task", ""])

    assert "of-the" not in str(found)


def test_reports_tell_the_same() -> None:
    failed = "a `b` | <c> \x1b[1m\nd"
    found = [drift_found("east", planned=PLANNED, purged={"unlisted": []}), drift_found("<w>", failed=failed)]

    texts = {form: drift_report(found, form) for form in ("json", "junit", "markdown")}

    assert json.loads(texts["json"]) == {"drift": True, "appliances": found}
    suites = ElementTree.fromstring(texts["junit"])  # noqa: S314
    assert [suites.get(name) for name in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert [suite.get("name") for suite in suites] == ["east", "<w>"]
    (error,) = suites.findall(".//error")
    assert error.get("message") == "a `b` | <c> \\x1b[1m\\nd"
    assert "- appliance `<w>` could not be looked at: `a 'b' \\| <c> \\x1b[1m\\nd`" in texts["markdown"]
    assert texts == {form: drift_report(found, form) for form in texts}
