"""Task files of the user: what would end a run without an undo is found before it, with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from task_file_host import task_files

Look = Callable[..., list[str]]


@pytest.fixture(scope="module")
def looking() -> Iterator[Callable[[Path], list[str]]]:
    """The program that looks through task files."""
    with task_files() as look:
        yield look


@pytest.fixture
def look(looking: Callable[[Path], list[str]], tmp_path: Path) -> Look:
    """Return a function that looks through a file verify.yml, with others beside it."""

    def write_and_look(text: str | None, **others: str) -> list[str]:
        for name, content in {"verify": text, **others}.items():
            file = tmp_path / f"{name.replace('__', '/')}.yml"
            file.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                file.write_text(content, encoding="utf-8")
        return looking(tmp_path)

    return write_and_look


GOOD = """
- name: A command
  ansible.builtin.command: "true"
  register: said
  loop: [1, 2]
- assert:
    that: said is success
- block:
    - debug: msg="{{ said }}"
  rescue:
    - ansible.builtin.meta: noop
  always:
    - meta: clear_host_errors
- action: ansible.builtin.ping
- local_action: ping
- include_tasks: "{{ later }}.yml"
- include_role: {name: "{{ later }}"}
- ansible.builtin.set_fact: {mine: 1}
- debug: {msg: 1}
  throttle: 2
"""


def test_nothing_is_said_of_what_is_right(look: Look) -> None:
    assert look(GOOD) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('- name: "x\n  - [', "verify.yml, line 2: it is not YAML (while scanning a quoted scalar found unexpected"),
        ("- debug: {msg: 1}\n- \tname: x", "verify.yml, line 2: it is not YAML"),
        ("", "verify.yml: it is not a list of tasks"),
        ("[]", "verify.yml: it is not a list of tasks"),
        ("a: b", "verify.yml: it is not a list of tasks"),
        ("- text", "verify.yml, line 1: it is not a task"),
        ("-", "verify.yml, line 1: it is not a task"),
        ("- debug:\n- hosts: all\n  tasks: []", "verify.yml, line 2: it is a play"),
        ("- import_playbook: x.yml", "verify.yml, line 1: it is a play"),
        ("- ansible.builtin.import_playbook: x.yml", "verify.yml, line 1: it is a play"),
        ("- debug:\n\n- no_such_module: {a: 1}", "verify.yml, line 3: couldn't resolve module/action 'no_such_module'"),
        ("- action: no_such_module a=1", "verify.yml, line 1: there is no module no_such_module"),
        ("- name: nothing", "verify.yml, line 1: no module/action detected in task"),
        ("- debug:\n  wen: 1", "verify.yml, line 1: 'wen' is not a valid attribute for a Task"),
        ("- debug:\n  command: x", "verify.yml, line 1: conflicting action statements: debug, command"),
        ("- debug:\n  loop_control: {bogus: 1}", "'bogus' is not a valid attribute for a LoopControl"),
        ("- block:\n    - debug:\n  resuce: []", "verify.yml, line 1: 'resuce' is not a valid attribute for a Block"),
        ("- block:\n    - debug:\n  rescue: 5", "verify.yml, line 1: rescue is not a list of tasks"),
        (
            "- block:\n    - debug:\n  always:\n    - meta: end_play",
            "verify.yml, line 4: meta: end_play is not permitted",
        ),
        ("- rescue: []", "verify.yml, line 1"),
        ("- meta: end_host", "meta: end_host is not permitted"),
        ("- ansible.builtin.meta: end_role", "meta: end_role is not permitted"),
        ("- meta: end_batch\n  when: false", "meta: end_batch is not permitted"),
        ("- meta: flush_handlers", "meta: flush_handlers is not permitted"),
        ("- meta: clear_facts", "meta: clear_facts is not permitted"),
        ("- meta: bogus", "meta: bogus is not permitted"),
        ("- debug:\n  notify: Restart", "notify is not permitted"),
        ("- debug:\n  throttle: many", "throttle must be a plain number"),
        ('- debug:\n  run_once: "{{ maybe }}"', "run_once must be plainly true or false"),
        ("- block: []\n  run_once: maybe", "run_once must be plainly true or false"),
        ('- debug:\n  register: "{{ name }}"', "'register' specified"),
        ("- debug:\n  vars: text", "Vars in a Task must be specified as a dictionary"),
        ("- debug:\n  module_defaults: {no_such_module: {a: 1}}", "no_such_module in module_defaults"),
        (
            "- include_tasks: verify.yml\n  module_defaults: {no_such_module: {a: 1}}",
            "no_such_module in module_defaults",
        ),
        ("- command: x\n  register: migrate_lun_lun", "migrate_lun_lun is a name of the role"),
        ("- set_fact: {migrate_lun_lun: 1}", "migrate_lun_lun is a name of the role"),
        ("- include_tasks: none.yml", "verify.yml, line 1: include_tasks none.yml: there is no such file"),
        ("- include_tasks:", "include_tasks"),
        ("- include_tasks: {file: none.yml, bogus: 1}", "bogus"),
        ("- import_tasks: none.yml", "import_tasks none.yml: there is no such file"),
        ('- import_tasks: "{{ x }}.yml"', "is evaluated too early"),
        ('- import_role: {name: "{{ x }}"}', "is evaluated too early"),
        ("- import_tasks: verify.yml\n  loop: [1]", "import_tasks"),
        ("- include_tasks: rollback.yml", "the role migrate_lun has a file of that name"),
        ("- include_role: {nam: x}", "'name' is a required field for include_role"),
        ("- include_role: {name: none}", "role none: the role 'none' was not found"),
    ],
)
def test_what_would_end_the_run(text: str, problem: str, look: Look) -> None:
    found = look(text)

    assert len(found) == 1
    assert problem.casefold() in found[0].casefold()  # Releases of ansible-core begin one sentence in two ways.


def test_all_mistakes_are_told_at_once_and_in_included_files_too(look: Look) -> None:
    found = look(
        "- include_tasks: sub/one.yml\n- import_tasks: two.yml\n- debug:\n- meta: end_play\n",
        sub__one="- include_tasks: three.yml\n- include_tasks: verify.yml\n- include_tasks: two.yml\n",
        two="- debug:\n- block:\n    - meta: end_host\n",
        sub__three="- [\n",
    )

    assert [problem.split(": ", 1)[0] for problem in found] == [
        "sub/three.yml, line 2",
        "two.yml, line 3",
        "verify.yml, line 4",
    ]


def test_file_that_is_not_there(look: Look) -> None:
    assert look(None) == ["verify.yml: there is no such file"]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"tasks__main": "- debug:\n"}, ""),
        ({}, ""),
        ({"tasks__main": "- meta: end_role\n"}, "tasks/main.yml, line 1: meta: end_role"),
        (
            {"tasks__main": "- import_tasks: more.yml\n", "tasks__more": "- debug:\n- meta: end_host\n"},
            "more.yml, line 2",
        ),
        ({"tasks__main": "- no_such_module:\n"}, "role hosts: couldn't resolve module/action 'no_such_module'"),
        ({"tasks__more": "- debug:\n"}, ""),
        ({"tasks__main": "- debug:\n", "vars__main": "- [\n"}, "role hosts:"),
        ({"tasks__main": "- debug:\n", "handlers__main": "- hosts: x\n"}, "role hosts:"),
        (
            {"tasks__main": "- debug:\n", "meta__main": "dependencies: [none]\n"},
            "role hosts: the role 'none' was not found",
        ),
    ],
)
def test_roles_are_looked_through(files: dict[str, str], problem: str, look: Look, tmp_path: Path) -> None:
    (tmp_path / "roles/hosts/defaults").mkdir(parents=True)

    found = look(
        "- include_role: {name: hosts}\n",
        **{f"roles__hosts__{name}": text for name, text in files.items()},
    )

    assert problem.casefold() in " ".join(found).casefold()
    assert bool(found) == bool(problem), found
