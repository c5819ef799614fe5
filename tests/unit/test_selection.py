"""What the sample of the long tests leaves out: every name in its table is that of a test, and no test is lost unasked."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import selection
from cases import Case
from cases import rows as rows_of

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Select as `make test` does, however these tests are run."""
    monkeypatch.setattr(selection, "ALL", False)
    monkeypatch.setattr(selection, "FEW", False)
    monkeypatch.setattr(selection, "SHARED", "")


def rows(file: str, *names: str, marks: tuple[str, ...] = (), folder: str = "contract") -> list[Any]:
    """Return tests as pytest would collect them."""
    path = Path("tests") / folder / f"{file}.py"
    return [
        SimpleNamespace(path=path, name=name, get_closest_marker=lambda mark: mark if mark in marks else None)
        for name in names
    ]


def kept(found: list[Any]) -> list[str]:
    """Return the names of the tests that run."""
    out = selection.left_out(found)
    return [item.name for item in found if item not in out]


def test_table_names_tests() -> None:
    for file, tests in selection.SAMPLED.items():
        (path,) = TESTS.glob(f"**/{file}.py")
        names = {
            node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
        }

        assert sorted(set(tests) - names) == [], file


def test_tests_of_one_table_take_different_rows_of_it() -> None:
    first, second = list(selection.SAMPLED["test_contract_faults"])[:2]
    found = rows(
        "test_contract_faults",
        *(f"{test}[{way}-{row}]" for test in (first, second) for way in ("module", "in-process") for row in range(8)),
    )

    assert kept(found) == [
        f"{test}[in-process-{row}]" for test, taken in ((first, (0, 6)), (second, (1, 7))) for row in taken
    ]


def test_older_releases_take_turns_and_the_first_of_a_kind_goes_both_ways() -> None:
    found = rows(
        "test_contract_x",
        *(
            f"test_case[{way}-{kind}-{case}-{release}]"
            for way in ("module", "in-process")
            for kind, cases in (("lun", "abcde"), ("project", "fgh"))
            for case in cases
            for release in ("2013.1", "8.7", "8.8")
        ),
    )

    assert kept(found) == [
        "test_case[module-lun-a-8.8]",
        "test_case[module-project-f-8.8]",
        "test_case[in-process-lun-a-8.8]",
        "test_case[in-process-lun-b-8.8]",
        "test_case[in-process-lun-c-2013.1]",
        "test_case[in-process-lun-c-8.8]",
        "test_case[in-process-lun-d-8.8]",
        "test_case[in-process-lun-e-8.8]",
        "test_case[in-process-project-f-8.8]",
        "test_case[in-process-project-g-8.8]",
        "test_case[in-process-project-h-8.7]",
        "test_case[in-process-project-h-8.8]",
    ]


def test_facts_about_the_lab_take_turns_with_older_releases() -> None:
    found = rows("test_lab_facts_x", *(f"test_fact[{row}-{to}]" for row in "abcde" for to in ("2013.1", "8.7", "8.8")))

    assert [name for name in kept(found) if "8.8" not in name] == ["test_fact[b-2013.1]", "test_fact[e-8.7]"]


def test_rows_without_an_older_release_take_no_turn_from_the_others() -> None:
    names = ["a-8.8", "a-8.7", "b-8.8", "c-8.8", "c-8.7", "d-8.8", "e-8.8", "e-8.7"]
    found = rows("test_contract_x", *(f"test_one[{way}-{name}]" for name in names for way in ("module", "in-process")))

    assert [name for name in kept(found) if "8.8" not in name] == ["test_one[in-process-e-8.7]"]


def test_tests_of_one_row_take_turns() -> None:
    found = rows("test_contract_x", *(f"test_{name}[in-process-{to}]" for name in "abc" for to in ("8.7", "8.8")))

    assert [name for name in kept(found) if "8.7" in name] == ["test_c[in-process-8.7]"]


def test_row_of_an_older_release_alone_runs() -> None:
    names = ["test_case[module-lun-old-2013.1]", "test_case[in-process-lun-old-2013.1]"]

    assert kept(rows("test_contract_x", *names)) == names[1:]


def test_tests_of_the_engine_run_in_process() -> None:
    assert kept(rows("test_contract_x", "test_one[module-a]", "test_one[in-process-a]")) == ["test_one[in-process-a]"]
    assert kept(rows("test_contract_x", "test_one[module]")) == ["test_one[module]"]
    assert len(kept(rows("test_contract_rest", "test_one[module-a]", "test_one[in-process-a]"))) == 2


def test_long_tests_run_when_all_do(monkeypatch: pytest.MonkeyPatch) -> None:
    long = rows("test_migrate", "test_lost", marks=("long",))

    assert kept(long) == []

    monkeypatch.setattr(selection, "ALL", True)

    assert kept(long) == ["test_lost"]


def test_few_are_those_whose_outcome_can_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "FEW", True)
    lives = [
        f"test_case[{way}-{case}]"
        for way in ("module", "in-process")
        for case in ("lun-a-8.7", "lun-a-8.8", "lun-b-8.8")
    ]

    assert kept(rows("test_contract_x", *lives, "test_refusal[in-process]")) == [
        "test_case[module-lun-a-8.8]",
        "test_case[in-process-lun-a-8.8]",
    ]
    assert kept(rows("test_contract_rest", "test_get[module-8.7]", "test_get[module-8.8]")) == ["test_get[module-8.8]"]
    assert kept(rows("test_loops", "test_one", folder="e2e")) == []
    assert kept(rows("test_loops", "test_one", marks=("essential",), folder="e2e")) == ["test_one"]
    assert kept(rows("test_lab_http", "test_one", folder="unit/lab")) == []
    assert kept(rows("test_values", "test_one", folder="unit/plugins")) == ["test_one"]
    for file in selection.ALIKE:
        assert selection.is_left_out(TESTS / f"unit/{file}.py")
        assert kept(rows(file, "test_one", folder="unit")) == []
    assert selection.is_left_out(TESTS / "unit/lab")
    assert not selection.is_left_out(TESTS / "unit/plugins")
    assert not selection.is_left_out(TESTS / "lab")

    monkeypatch.setattr(selection, "FEW", False)

    assert not selection.is_left_out(TESTS / "unit/lab")


def test_few_are_a_part_of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rows("test_contract_bad_inputs", *(f"test_wrong_type_is_refused_unsent[module-{row}]" for row in range(5)))
    found += rows("test_migrate", "test_lost", marks=("essential", "long"), folder="e2e")
    sample = kept(found)
    monkeypatch.setattr(selection, "FEW", True)

    assert kept(found) == sample != []


def test_few_on_a_python_that_runs_all_elsewhere_are_those_that_know_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "FEW", True)
    monkeypatch.setattr(selection, "SHARED", "python")

    plugins = TESTS / "unit/plugins"
    assert selection.is_left_out(plugins / "test_values.py")
    assert not selection.is_left_out(plugins / "test_action.py")
    assert not selection.is_left_out(plugins / "conftest.py")
    assert kept(rows("test_values", "test_one", folder="unit/plugins")) == []
    assert kept(rows("test_action", "test_one", folder="unit/plugins")) == ["test_one"]
    assert kept(rows("test_loops", "test_one", marks=("essential",), folder="e2e")) == ["test_one"]
    assert kept(rows("test_contract_bad_inputs", "test_one[module-a]")) == ["test_one[module-a]"]


def test_few_with_a_core_that_runs_all_elsewhere_are_those_that_ask_the_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "FEW", True)
    monkeypatch.setattr(selection, "SHARED", "core")

    assert kept(rows("test_values", "test_one", folder="unit/plugins")) == ["test_one"]
    assert kept(rows("test_loops", "test_one", marks=("essential",), folder="e2e")) == []
    assert kept(rows("test_session", "test_one", marks=("essential", "python"), folder="e2e")) == ["test_one"]
    assert kept(rows("test_contract_bad_inputs", "test_one[module-a]")) == []
    assert kept(rows("test_contract_session", "test_one[module-a]")) == ["test_one[module-a]"]
    lives = [f"test_case[{way}-lun-a-8.8]" for way in ("module", "in-process")]
    assert kept(rows("test_contract_x", *lives)) == lives


# What knows Ansible: itself, and what of the collection is built on it.
KNOWS_ANSIBLE = re.compile(
    r"^\s*(?:from|import) ansible\b"
    r"|storage\.plugins\.(?:action|filter|lookup|modules|plugin_utils|module_utils\.run)\b",
    re.MULTILINE,
)


def knows_ansible(file: Path, seen: set[Path]) -> bool:
    """Tell whether a file, or one of the helpers that it names, imports or starts what knows Ansible."""
    seen.add(file)
    text = file.read_text(encoding="utf-8")
    helpers = [*(TESTS / "support").glob("*.py"), *(TESTS / "unit/plugins").glob("[!t]*.py")]
    imports = r"(?m)^\s*(?:from|import) {}\b|\b{}\.py\b"
    named = [one for one in helpers if one not in seen and re.search(imports.format(one.stem, one.stem), text)]
    return bool(KNOWS_ANSIBLE.search(text)) or any(knows_ansible(one, seen) for one in named)


def test_files_of_unit_tests_that_know_ansible_are_in_the_table() -> None:
    files = (TESTS / "unit/plugins").glob("test_*.py")

    assert tuple(sorted(file.stem for file in files if knows_ansible(file, set()))) == selection.OF_ANSIBLE


def test_files_alike_everywhere_are_files() -> None:
    for file in selection.ALIKE:
        assert len(list(TESTS.glob(f"unit/**/{file}.py"))) == 1, file


def test_name_of_a_row_tells_the_kind() -> None:
    (row,) = rows_of((Case("created by IQN", "zfssa_target_group", {}, releases=("8.8",)),))
    found = rows("test_contract_x", *(f"test_case[{way}-{row.id}]" for way in ("module", "in-process")))

    assert kept(found) == [item.name for item in found]
    assert selection._first_lives(found) == {"target_group": f"test_case[{row.id}]"}


def test_plays_are_run_by_the_command_where_it_is_asked_for_and_where_all_tests_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (ordinary,) = rows("test_migrate", "test_one")
    (marked,) = rows("test_session", "test_one", marks=("command",))

    assert not selection.starts_the_command(ordinary)
    assert selection.starts_the_command(marked)

    monkeypatch.setattr(selection, "ALL", True)

    assert selection.starts_the_command(ordinary)


def test_tests_of_how_ansible_runs_plays_start_the_command() -> None:
    for file in ("test_in_process", "test_playbooks", "test_session"):
        assert "pytest.mark.command" in (TESTS / "e2e" / f"{file}.py").read_text(encoding="utf-8"), file
