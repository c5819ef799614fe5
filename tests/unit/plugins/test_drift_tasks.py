"""Task files that are run to find drift: what would leave check mode and change something is found before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from task_file_host import task_files

Look = Callable[..., list[str]]
LEAVES = "has a check_mode of its own and may change something"
INCLUDED = "must be true or left out, because all is run in check mode"


@pytest.fixture(scope="module")
def looking() -> Iterator[Callable[[Path], list[str]]]:
    """The program that looks through task files."""
    with task_files("drift") as look:
        yield look


@pytest.fixture
def look(looking: Callable[[Path], list[str]], tmp_path: Path) -> Look:
    """Return a function that looks through a file verify.yml, with others beside it."""

    def write_and_look(text: str, **others: str) -> list[str]:
        for name, content in {"verify": text, **others}.items():
            file = tmp_path / f"{name.replace('__', '/')}.yml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return looking(tmp_path)

    return write_and_look


GOOD = """
- zfssa.storage.zfssa_project: {pool: tank, name: databases}
- zfssa_lun: {pool: tank, project: databases, name: a, size: 1G}
  check_mode: true
- zfssa_info: {gather_subset: [pools]}
  check_mode: false
- zfssa.storage.zfssa_rest: {path: /api/storage/v1/pools}
  check_mode: false
- zfssa_rest: {path: /api/storage/v1/pools, method: get}
  check_mode: "{{ never }}"
- block:
    - ansible.builtin.assert: {that: true}
      check_mode: false
    - set_fact: {mine: 1}
      check_mode: false
- include_tasks: other.yml
"""


def test_nothing_is_said_of_what_is_right(look: Look) -> None:
    assert look(GOOD, other="- debug: {msg: 1}\n") == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- zfssa_lun: {name: a}\n  check_mode: false\n", 1, f"zfssa_lun {LEAVES}"),
        ("- zfssa.storage.zfssa_lun: {name: a}\n  check_mode: 'no'\n", 1, f"zfssa_lun {LEAVES}"),
        ("- zfssa_lun: {name: a}\n  check_mode: '{{ later }}'\n", 1, f"zfssa_lun {LEAVES}"),
        ("- action: zfssa_lun name=a\n  check_mode: false\n", 1, f"zfssa_lun {LEAVES}"),
        ("- command: 'true'\n  check_mode: false\n", 1, f"command {LEAVES}"),
        ("- zfssa_rest: {path: /a, method: PUT}\n  check_mode: false\n", 1, f"zfssa_rest {LEAVES}"),
        ("- zfssa_rest: {path: /a, method: '{{ later }}'}\n  check_mode: false\n", 1, f"zfssa_rest {LEAVES}"),
        ("- block:\n    - debug: msg=1\n  check_mode: false\n", 1, f"check_mode of a block {INCLUDED}"),
        ("- block:\n    - zfssa_lun: {name: a}\n      check_mode: no\n", 2, f"zfssa_lun {LEAVES}"),
        ("- block:\n    - debug: msg=1\n  always:\n    - zfssa_lun: {name: a}\n      check_mode: no\n", 4, f"zfssa_lun {LEAVES}"),
        ("- import_tasks: other.yml\n  check_mode: false\n", 1, f"check_mode of import_tasks {INCLUDED}"),
        ("- include_tasks: {file: other.yml, apply: {check_mode: false}}\n", 1, f"check_mode of include_tasks {INCLUDED}"),
        ("- include_tasks: '{{ later }}.yml'\n", 1, "include_tasks has a template as its name"),
        ("- include_role: {name: '{{ later }}'}\n", 1, "include_role has a template as its name"),
        ("- include_role: {name: zfssa.storage.migrate_lun, tasks_from: '{{ later }}'}\n", 1, "include_role has a template as its name"),
        ("- action: '{{ later }}'\n", 1, "the module is a template"),
    ],
)  # fmt: skip
def test_what_may_change_something_is_refused(text: str, line: int, words: str, look: Look) -> None:
    said = look(text, other="- debug: {msg: 1}\n")

    assert [problem for problem in said if problem.startswith(f"verify.yml, line {line}: ") and words in problem], said


def test_what_is_included_is_looked_through(look: Look) -> None:
    text = "- include_tasks: one/other.yml\n- import_role: {name: of_mine}\n"
    leaves = "- zfssa.storage.zfssa_lun: {name: a}\n  check_mode: false\n"

    said = look(text, one__other=leaves, roles__of_mine__tasks__main=leaves)

    assert said == [
        f"{file}, line 1: zfssa_lun {LEAVES}, and all is run in check mode; leave out check_mode"
        for file in ("one/other.yml", "roles/of_mine/tasks/main.yml")
    ]
