"""What the role migrate_lun is given: how each value is read, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.zfssa.storage.plugins.plugin_utils._migration_input import (
    PREFIX,
    VARIABLES,
    claims,
    judge,
    rivals,
    unknown,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import CONNECTION, sentence

ROLE = Path(__file__).resolve().parents[3] / "roles/migrate_lun"
EAST: dict[str, Any] = {"host": "zs-east.example.com", "password": "hush-hush"}
WEST: dict[str, Any] = {"host": "zs-west.example.com", "port": 2150}
GIVEN: dict[str, Any] = {
    "source": EAST,
    "target": WEST,
    "pool": "tank",
    "project": "databases",
    "luns": ["redo-1"],
    "target_pool": "pond",
}


def settled(**changes: Any) -> dict[str, Any]:
    """Judge variables that must be right."""
    judged = judge({**GIVEN, **changes})
    assert judged.problems == []
    return judged.settled


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["a", "b"], ["a", "b"]),
        (("a",), ["a"]),
        ([" a ", 7], ["a", "7"]),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a , b ", ["a", "b"]),
        ("a\nb\n", ["a", "b"]),
        ("a\r\n\r\nb\r\n", ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ("- a\n- b", ["a", "b"]),
    ],
)
def test_names_of_luns(given: Any, names: list[str]) -> None:
    assert settled(luns=given)["luns"] == names


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("luns", [], "is an empty list"),
        ("luns", "[]", "is an empty list"),
        ("luns", "", "is missing"),
        ("luns", " \n", "is missing"),
        ("luns", None, "is missing"),
        ("luns", "a,", "has an empty name after 'a'"),
        ("luns", ",a", "has an empty name"),
        ("luns", "a,,b", "has an empty name after 'a'"),
        ("luns", ["a", None], "has an empty name after 'a'"),
        ("luns", [""], "has empty names only"),
        ("luns", ["a", "b", "a"], "names a more than once"),
        ("luns", "a, a", "names a more than once"),
        ("luns", {"a": 1}, "must be a list of names"),
        ("luns", ["a", "b/c"], "'b/c' is not a possible name; use up to 255 letters"),
        ("luns", "a\x1b[2K", "is not a possible name"),
        ("project", "p q", "'p q' is not a possible name"),
        ("target_pool", "..", "'..' is not a possible name"),
        ("luns", "{a: 1}", "must be a list of names"),
        ("luns", "[a", "cannot be read"),
        ("luns", 5, "must be a list of names"),
        ("luns", True, "must be a list of names"),
        ("luns", [True], "must be a text"),
        ("luns", [1.5], "must be a text"),
        ("luns", [["a"]], "must be a text"),
        ("pool", "", "is missing"),
        ("pool", None, "is missing"),
        ("pool", ["tank"], "must be a text"),
        ("pool", False, "must be a text"),
        ("target_pool", " ", "is missing"),
        ("cutover", "maybe", "must be true or false, not 'maybe'"),
        ("cutover", [True], "must be true or false"),
        ("cutover", 2, "must be true or false"),
        ("delete_source", "flase", "must be true or false, not 'flase'"),
        ("poll_interval", 0, "at least 1, not 0"),
        ("poll_interval", "-5", "at least 1, not -5"),
        ("poll_interval", "soon", "must be a whole number of at least 1"),
        ("poll_interval", 0.5, "must be a whole number"),
        ("poll_interval", True, "must be a whole number"),
        ("timeout", "0", "at least 1, not 0"),
        ("timeout", "1e3", "must be a whole number"),
        ("groups", "ig-a", "must be written as {name on the source"),
        ("groups", ["a"], "must be written as"),
        ("groups", {"a": ""}, "has an empty name"),
        ("groups", {"a": ["b"]}, "must be a text"),
        ("groups", "{a: b", "cannot be read"),
        ("source", "", "is missing"),
        ("source", {}, "is not right inside: host is missing"),
        ("source", "zs-east", "must be written as {host: NAME"),
        ("source", {"host": ""}, "host is missing"),
        ("source", {**EAST, "pasword": "hush-hush"}, "pasword is not one of its keys; did you mean password?"),
        ("source", {**EAST, "port": 0}, "port must be a whole number from 1 to 65535"),
        ("source", {**EAST, "port": "many"}, "port must be a whole number from 1 to 65535"),
        ("source", {**EAST, "validate_certs": "perhaps"}, "validate_certs must be true or false"),
        ("target", {**WEST, "timeout": -1}, "timeout must be a whole number of at least 1"),
        ("peer", ["west"], "must be a text"),
        ("verify_tasks", {"a": 1}, "must be a text"),
    ],
)
def test_what_is_wrong_is_refused(name: str, given: Any, words: str) -> None:
    judged = judge({**GIVEN, name: given})

    assert len(judged.problems) == 1
    assert judged.problems[0].startswith(f"{PREFIX}{name} {words}") or words in judged.problems[0]
    assert judged.settled == {}
    assert "hush-hush" not in judged.problems[0]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    judged = judge({"luns": [], "cutover": "maybe"}, {"pool": "'x' is undefined"})

    assert [problem.removeprefix(PREFIX).split()[0] for problem in judged.problems] == [
        "source", "target", "project", "luns", "target_pool", "cutover", "pool",
    ]  # fmt: skip
    assert judged.problems[-1] == "migrate_lun_pool cannot be evaluated: 'x' is undefined"


@pytest.mark.parametrize("empty", [None, "", "  ", "\n"])
def test_empty_optional_variables_have_their_defaults(empty: Any) -> None:
    optional = [name for name, variable in VARIABLES.items() if not variable.required]

    came_to = settled(**dict.fromkeys(optional, empty))

    assert came_to == settled()
    assert came_to["target_project"] == "databases"
    assert came_to["cutover"] is came_to["delete_source"] is True
    assert (came_to["timeout"], came_to["poll_interval"], came_to["groups"]) == (86400, 10, {})


@pytest.mark.parametrize("text", ["false", "no", "False", "off", "0", 0, False, " no "])
def test_false_is_false_in_every_form(text: Any) -> None:
    assert settled(delete_source=text)["delete_source"] is False


@pytest.mark.parametrize("text", [{"a": "b"}, '{"a": "b"}', "a: b", "{a: b}"])
def test_groups_as_text(text: Any) -> None:
    assert settled(groups=text)["groups"] == {"a": "b"}


def test_numbers_as_text_and_names_with_spaces_around() -> None:
    came_to = settled(timeout="60", poll_interval=2.0, pool=" tank ", target_project=12)

    assert (came_to["timeout"], came_to["poll_interval"]) == (60, 2)
    assert (came_to["pool"], came_to["target_project"]) == ("tank", "12")


def test_connections_as_text_are_taken_and_not_shown() -> None:
    came_to = settled(source='{"host": "zs-east.example.com", "port": "", "password": "hush-hush"}')

    assert came_to == settled()
    assert "hush-hush" not in str(came_to)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("migrate_lun_delete_sorce", "did you mean migrate_lun_delete_source?"),
        ("migrate_lun_lun", "did you mean migrate_lun_luns?"),
        ("migrate_lun_cut_over", "did you mean migrate_lun_cutover?"),
        ("migrate_lun_xyzzy", "there are cutover, delete_source"),
    ],
)
def test_unknown_names(name: str, instead: str) -> None:
    assert unknown([name])[0].startswith(f"{name} is not a variable of the role migrate_lun; {instead}")


def test_question_ends_a_message_without_a_full_stop() -> None:
    assert sentence(unknown(["migrate_lun_lun"])).endswith("did you mean migrate_lun_luns?")
    assert sentence(["a is missing", "b is missing"]) == "a is missing; b is missing."


def _claims(**changes: Any) -> list[dict[str, Any]]:
    given = {**GIVEN, "target_project": GIVEN["project"], **changes}
    return claims({**given, "luns": [name.strip() for name in given["luns"]]})


@pytest.mark.parametrize(
    ("mine", "other", "clash"),
    [
        ({}, {}, True),
        ({"luns": ["a", "b"]}, {"luns": ["b", "c"]}, True),
        ({"luns": ["a"]}, {"luns": ["b"]}, False),
        ({"source": {"host": "ZS-East.example.com.", "port": 215}}, {}, True),
        # What differs of the source may still go to the same place on the target.
        ({"project": "one"}, {"project": "two"}, True),
        ({"project": "one", "target_project": "one"}, {"project": "two", "target_project": "two"}, False),
        ({"pool": "one", "target_pool": "one"}, {"pool": "two", "target_pool": "two"}, False),
        ({"source": {"host": "n"}, "target": {"host": "m"}}, {}, False),
        ({"source": {**EAST, "port": 1}, "target": {**WEST, "port": 1}}, {}, False),
        # One moves away what the other puts there.
        ({"source": EAST, "target": WEST, "target_pool": "tank"}, {"source": WEST, "target": EAST, "target_pool": "x"}, True),
    ],
)  # fmt: skip
def test_rivals_claim_the_same_place(mine: dict[str, Any], other: dict[str, Any], clash: bool) -> None:
    found = rivals(_claims(**mine), {"two": _claims(**other), "three": []})

    assert bool(found) == clash
    assert all(clause.startswith("two (LUN ") for clause in found)


def test_arguments_are_those_of_the_specification() -> None:
    specification = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    options = specification["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text(encoding="utf-8"))

    assert set(options) == {f"{PREFIX}{name}" for name in VARIABLES}
    for name, variable in VARIABLES.items():
        option = options[f"{PREFIX}{name}"]
        assert option.get("required", False) == variable.required, name
        assert option.get("default", "") == (variable.default or option.get("default", "")), name
        # Nothing that is given may end the role before it has judged the whole.
        assert option["type"] in ("raw", "str"), name
        assert f"{PREFIX}{name}" in defaults, name
        assert defaults[f"{PREFIX}{name}"] == (variable.default if "default" in option else ""), name
    for side in ("source", "target"):
        said = " ".join(options[f"{PREFIX}{side}"]["description"])
        assert all(f"C({key})" in said for key in CONNECTION)


def code(text: str) -> str:
    """Return the lines of a file that are no comments."""
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))


def test_an_undo_goes_by_what_its_own_host_found() -> None:
    files = {file: file.read_text(encoding="utf-8") for file in ROLE.rglob("*.yml")}
    foreign = ("hostvars", "run_once", "delegate_facts", "ansible_play_hosts", "ansible_play_batch", "groups[")

    found = {file.name for file, text in files.items() if any(word in code(text) for word in foreign)}

    assert found == set()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"source": {**EAST, "password": "databases"}},
            "the password of migrate_lun_source is a part of migrate_lun_project",
        ),
        (
            {"target": {**WEST, "password": "redo-1"}},
            "the password of migrate_lun_target is a part of migrate_lun_luns",
        ),
        (
            {"groups": {"the hush-hush group": "b"}},
            "the password of migrate_lun_source is a part of migrate_lun_groups",
        ),
        ({"source": {**EAST, "password": "a1b2"}}, "the password of migrate_lun_source has fewer than 5 characters"),
    ],
)
def test_password_in_what_the_role_goes_by_is_refused_and_not_told(changes: dict[str, Any], said: str) -> None:
    problems = judge({**GIVEN, **changes}).problems

    assert len(problems) == 1
    assert problems[0].startswith(said)
    assert not [secret for secret in ("databases", "redo-1", "hush-hush", "a1b2") if secret in problems[0]]


@pytest.mark.parametrize(
    "changes",
    [
        {"luns": ["redo/hush-hush"]},
        {"luns": ["a", "x" * 58 + "/hush-hush"]},
        {"luns": ["hush-hush", "hush-hush"]},
        {"luns": "hush-hush,"},
        {"pool": "a hush-hush"},
        {"target_pool": "hush%2Dhush/hush-hush"},
        {"cutover": "hush-hush"},
        {"other_replication": "hush-hush"},
        {"source": {**EAST, "validate_certs": "hush-hush"}},
        {"source": {**EAST, "hush-hush": 1}},
        {"source": '{"host": "zs-east", "password": "hush-hush"}', "project": "a/hush-hush"},
        {"source": {"host": "zs-east", "pasword": "hush-hush"}, "project": "a/hush-hush"},
        {"target": {**WEST, "password": "hush-hush", "port": 0}, "source": {"host": "a"}, "project": "a/hush-hush"},
    ],
)
def test_password_in_what_is_wrong_is_not_told(changes: dict[str, Any]) -> None:
    said = sentence(judge({**GIVEN, **changes}, {"timeout": "'hush-hush' is undefined"}).problems)

    assert "hush" not in said.replace("hush%2Dhush", "")
    assert "*****" in said


def test_short_password_leaves_the_words_of_what_is_wrong_alone() -> None:
    said = judge({**GIVEN, "source": {**EAST, "password": "poss"}, "pool": "a/b", "project": "poss/a"}).problems

    assert [problem.partition(";")[0] for problem in said] == [
        "migrate_lun_pool 'a/b' is not a possible name",
        "migrate_lun_project '********/a' is not a possible name",
    ]


def test_secret_of_the_environment_in_a_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZFSSA_PASSWORD", "databases")

    assert [problem.startswith("a secret in the environment") for problem in judge(GIVEN).problems] == [True]
