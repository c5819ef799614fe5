"""What the playbooks for documents are given, in the forms in which it comes from command lines and forms."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.plugin_utils._playbook_input import Given, judge, mask_of

CONFIG = {"luns": []}


@pytest.mark.parametrize(
    ("playbook", "name", "value", "settled"),
    [
        ("export", "kinds", "luns, projects", ["projects", "luns"]),
        ("export", "kinds", "[luns]", ["luns"]),
        ("export", "kinds", ["snapshots", "schema"], ["schema", "snapshots"]),
        ("export", "kinds", " ", []),
        ("export", "appliance", "{host: east, timeout: '5', password: ''}", {"host": "east", "timeout": 5}),
        ("apply", "document", {"config": CONFIG}, {"config": CONFIG, "defaults": {}}),
        ("apply", "document", "{config: {luns: []}}", {"config": CONFIG, "defaults": {}}),
        ("apply", "document", "config:\n  luns: []\n", {"config": CONFIG, "defaults": {}}),
        ("apply", "document", " east.yml ", Given("east.yml")),
        ("apply", "state", "Planned", "planned"),
        ("apply", "purge_limit", 7, "7"),
        ("apply", "purge_limit", "20%", "20%"),
        ("apply", "expect_plan", {"plan_id": "a", "plan": ["b"], "summary": {}}, {"plan_id": "a", "plan": ["b"]}),
    ],
)
def test_value_is_settled(playbook: str, name: str, value: Any, settled: Any) -> None:
    judged = judge(playbook, {"document": "a.yml", name: value}, [f"{playbook}_{name}"])

    assert judged.problems == []
    assert judged.settled[name] == settled


@pytest.mark.parametrize(
    ("playbook", "name", "value", "words"),
    [
        ("export", "kinds", {"luns": 1}, "export_kinds must be a list of kinds"),
        ("export", "kinds", "luns,project", "export_kinds names project, which is no kind; did you mean projects?"),
        ("export", "pool", 1.5, "export_pool must be a text"),
        ("export", "appliance", "[a]", "export_appliance must be written as {host"),
        ("export", "appliance", {"prt": 1}, "export_appliance has a key prt; did you mean port?"),
        ("export", "appliance", {"port": "x"}, "export_appliance is not right inside: port must be a whole number"),
        ("apply", "document", [1], "apply_document must be a file, or a document"),
        ("apply", "document", {"confg": {}}, "apply_document has confg at its top; did you mean config?"),
        ("apply", "document", {"luns": []}, "apply_document has luns at its top; put the sections into config"),
        ("apply", "document", {"config": []}, "apply_document has something else than options in config"),
        ("apply", "document", {"defaults": {}}, "apply_document has no config"),
        ("apply", "document", "{config: [}", "apply_document cannot be read; write it as a file"),
        ("apply", "document", None, "apply_document is missing"),
        ("apply", "state", "absent", "apply_state must be present or planned, not 'absent'"),
        ("apply", "purge_limit", "many", "apply_purge_limit must be a number or a percentage"),
        ("apply", "expect_plan", {"plan": []}, "apply_expect_plan has no plan_id"),
    ],
)
def test_wrong_value_is_told(playbook: str, name: str, value: Any, words: str) -> None:
    judged = judge(playbook, {"document": "a.yml", name: value}, [])

    assert [problem for problem in judged.problems if words in problem], judged.problems
    assert len(judged.problems) == 1


def test_unknown_name_is_told_with_what_may_be_meant() -> None:
    assert judge("drift", {}, ["drift_reports", "drift_report"]).problems == [
        "drift_reports is not a variable of the playbook drift; did you mean drift_report?"
    ]


def test_password_is_not_told() -> None:
    given = {
        "appliance": {"password": "the-secret-1", "port": "the-secret-1"},
        "state": "the-secret-1",
        "document": "a",
    }

    assert "the-secret-1" not in str(judge("apply", given, []).problems)


def test_secrets_of_a_connection_are_hidden_however_it_is_written() -> None:
    for appliance in ({"host": "zs-east", "pasword": "hush-hush"}, "{host: zs-east, pasword: hush-hush}"):
        assert "hush-hush" not in mask_of({"appliance": appliance}).text("it is hush-hush")
