"""What the sample of the long tests leaves out: every name in its table is that of a test, and no test is lost unasked."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import selection

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Select as `make test` does, however these tests are run."""
    monkeypatch.setattr(selection, "ALL", False)
    monkeypatch.setattr(selection, "FEW", False)


def rows(file: str, *names: str, marks: tuple[str, ...] = ()) -> list[Any]:
    """Return tests as pytest would collect them."""
    path = Path("tests/contract") / f"{file}.py"
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
        f"{test}[in-process-{row}]" for test, taken in ((first, (0, 4)), (second, (1, 5))) for row in taken
    ]


def test_older_releases_and_the_other_way_take_turns() -> None:
    found = rows(
        "test_contract_x",
        *(
            f"test_case[{way}-{case}-{release}]"
            for way in ("module", "in-process")
            for case in "abcd"
            for release in ("2013.1", "8.7", "8.8")
        ),
    )

    assert kept(found) == [
        "test_case[module-a-8.8]",
        "test_case[module-c-8.8]",
        "test_case[in-process-a-8.8]",
        "test_case[in-process-b-2013.1]",
        "test_case[in-process-b-8.8]",
        "test_case[in-process-c-8.8]",
        "test_case[in-process-d-8.7]",
        "test_case[in-process-d-8.8]",
    ]


def test_facts_about_the_lab_take_turns_with_older_releases() -> None:
    found = rows("test_lab_facts_x", *(f"test_fact[{row}-{to}]" for row in "abcd" for to in ("2013.1", "8.7", "8.8")))

    assert [name for name in kept(found) if "8.8" not in name] == ["test_fact[b-2013.1]", "test_fact[d-8.7]"]


def test_rows_without_an_older_release_take_no_turn_from_the_others() -> None:
    names = [f"test_case[module-{row}]" for row in ("a-8.8", "a-8.7", "b-8.8", "c-8.8", "c-8.7", "d-8.8")]
    found = rows("test_contract_x", *(name for one in names for name in (one, one.replace("module", "in-process"))))

    assert [name for name in kept(found) if "8.7" in name or "module" in name] == [
        "test_case[module-a-8.8]",
        "test_case[module-b-8.8]",
        "test_case[in-process-c-8.7]",
    ]


def test_tests_of_one_row_take_turns() -> None:
    found = rows("test_contract_x", *(f"test_{name}[in-process-{to}]" for name in "abc" for to in ("8.7", "8.8")))

    assert [name for name in kept(found) if "8.7" in name] == ["test_b[in-process-8.7]"]


def test_row_of_an_older_release_alone_runs() -> None:
    names = ["test_case[module-old-2013.1]", "test_case[in-process-old-2013.1]"]

    assert kept(rows("test_contract_x", *names)) == names


def test_tests_of_the_engine_run_in_process() -> None:
    assert kept(rows("test_contract_x", "test_one[module-a]", "test_one[in-process-a]")) == ["test_one[in-process-a]"]
    assert kept(rows("test_contract_x", "test_one[module]")) == ["test_one[module]"]
    assert len(kept(rows("test_contract_rest", "test_one[module-a]", "test_one[in-process-a]"))) == 2


def test_long_tests_run_when_all_do(monkeypatch: pytest.MonkeyPatch) -> None:
    long = rows("test_migrate", "test_lost", marks=("long",))

    assert kept(long) == []

    monkeypatch.setattr(selection, "ALL", True)

    assert kept(long) == ["test_lost"]


def test_plays_are_run_by_the_command_where_it_is_asked_for_and_where_all_or_few_tests_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (ordinary,) = rows("test_migrate", "test_one")
    (marked,) = rows("test_session", "test_one", marks=("command",))

    assert not selection.starts_the_command(ordinary)
    assert selection.starts_the_command(marked)

    for mode in ("ALL", "FEW"):
        with monkeypatch.context() as patch:
            patch.setattr(selection, mode, True)

            assert selection.starts_the_command(ordinary)


def test_tests_of_how_ansible_runs_plays_start_the_command() -> None:
    for file in ("test_in_process", "test_playbooks", "test_session"):
        assert "pytest.mark.command" in (TESTS / "e2e" / f"{file}.py").read_text(encoding="utf-8"), file
