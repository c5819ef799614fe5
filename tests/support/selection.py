"""How much of the long tests runs, by ZFSSA_TESTS in the environment.

`all`, which `make prove` sets: every row of every table. Without it, a fixed sample: of the tests in SAMPLED every nth row;
of the facts about the lab an older release for every third row, of the contract tests for every fifth; of the contract tests, what Ansible
has a part in both ways, of the life of things the first of each kind both ways, and the rest, which is the engine's, in
process, because the ways to it differ before and after it only; and none of the tests that are marked as long. Plays run in a
process that has imported everything already, but those of the tests that are marked with `command`; with `all` the command
ansible-playbook runs each.

`few`, for further Pythons and ansible-cores: what can differ there, and no row that the sample leaves out. Of the unit tests
those of the plugins, without those in the files of ALIKE; of the contract tests the first life of each kind of thing and what
Ansible has a part in; of the end-to-end tests those that are marked as essential; with the newest release of the appliance
only. The lab is no part of what users run there, and the contract tests start it anyway.

By ZFSSA_TESTS_SHARED, of those few: what a run of the whole sample has in common with this one. `python`: what knows no Ansible
runs there, so of the unit tests only those in the files of OF_ANSIBLE are left. `core`: what only Ansible can change runs there,
so of the end-to-end tests those that are marked with `python` are left, and of the contract tests that Ansible has a part in
those about sessions and about calls.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

ALL = os.environ.get("ZFSSA_TESTS") == "all"
FEW = os.environ.get("ZFSSA_TESTS") == "few"
SHARED = os.environ.get("ZFSSA_TESTS_SHARED", "")


# Of these tests every nth row runs. Tests that share a table begin at different rows, so that together they have more of it.
SAMPLED = {
    "test_adopt_lun": {
        "test_failure_is_undone": 4,
        "test_run_that_was_killed_is_taken_up": 4,
        "test_undo_that_fails_is_told_and_the_next_run_goes_on": 2,
        "test_what_can_never_be_right_is_refused": 4,
    },
    "test_anything_on_the_wire": {
        "test_anything_in_any_key_is_borne": 4,
        "test_odd_values_stop_nothing_that_is_told": 4,
        "test_what_nobody_understands_is_never_guessed": 4,
    },
    "test_contract_account": {
        "test_account_of_a_module_can_do_all_that_it_does": 4,
        "test_each_authorization_is_needed_and_its_lack_is_told": 3,
    },
    "test_contract_bad_inputs": {
        "test_name_that_none_can_have_is_refused_unsent": 5,
        "test_value_that_can_never_be_right_is_refused_unsent": 2,
        "test_wrong_type_is_refused_unsent": 2,
    },
    "test_contract_faults": {
        "test_session_that_ends_in_mid_task_is_opened_anew": 6,
        "test_write_that_got_lost_is_repeated": 6,
        "test_write_that_is_called_busy_and_is_done_all_the_same_is_no_failure": 6,
        "test_write_whose_answer_is_lost_is_not_repeated": 6,
    },
    "test_contract_preconditions": {"test_refusal_is_the_same_predicted_and_real": 2},
    "test_contract_mapping": {
        "test_lun_and_mapping_in_one_play_change_nothing_the_second_time": 2,
        "test_two_who_have_read_the_same_both_win": 2,
    },
    "test_contract_mapping_severed": {
        "test_group_that_came_after_the_sever_gets_to_see_the_lun": 3,
        "test_number_that_was_taken_at_the_sever_is_named": 2,
    },
    "test_contract_migration": {"test_act_is_predicted_done_and_not_done_again": 2},
    "test_contract_refusals": {
        "test_what_can_never_be_right_is_refused_unsent": 2,
        "test_what_is_not_possible_is_refused_unwritten": 2,
    },
    "test_contract_replication_package": {
        "test_address_of_several_packages_is_refused_with_all_of_them": 2,
        "test_package_is_told_by_its_address": 2,
    },
    "test_contract_same_request": {"test_two_with_one_request_both_succeed": 4},
    "test_contract_san": {
        "test_what_can_never_be_right_is_refused_unsent": 2,
        "test_what_is_not_possible_is_refused_unwritten": 2,
    },
    "test_contract_schema": {"test_value": 3},
    "test_contract_slow": {"test_work_that_is_done_after_the_timeout_is_found_done": 10},
    "test_contract_snapshots": {
        "test_sick_appliance_is_not_read_as_absence": 3,
        "test_what_can_never_be_right_is_refused_unsent": 2,
        "test_what_is_not_possible_is_refused_unwritten": 2,
    },
    "test_contract_two_runs": {"test_run_that_comes_later_finds_one_of_them": 2},
    "test_examples": {"test_examples_run_in_order_as_they_stand": 4},
    "test_in_process": {"test_an_interrupted_play_logs_out": 3, "test_way": 3},
    "test_migrate_preconditions": {"test_condition_is_told_before_the_first_write": 3},
    "test_migrate_reentry": {"test_lun_of_the_same_name_is_no_copy": 2},
    "test_migrate_surroundings": {"test_false_from_the_command_line_is_false": 2},
    "test_migrate_undone_early": {"test_failure_is_undone": 4},
    "test_migrate_undone_last": {"test_failure_is_undone": 2},
    "test_migrate_undone_late": {"test_failure_is_undone": 2},
    "test_session": {"test_interrupted_play_ends_the_session_that_its_tasks_share": 3},
    "test_provision": {
        "test_what_is_wrong_is_refused_before_anything_is_written": 4,
    },
    "test_provision_san": {"test_what_cannot_be_is_refused_before_the_first_write": 3},
}
# Files of unit tests whose outcome no other Python or ansible-core changes: many examples of what the engine plans, and what the
# repository and its tools are like.
ALIKE = (
    "test_anything_on_the_wire",
    "test_plan_of_any_resource",
    "test_checks",
    "test_floors",
    "test_matrix",
    "test_prove",
    "test_repository",
    "test_selection",
    "test_tree",
)
# Files of unit tests that import or start something which knows Ansible; a test compares.
OF_ANSIBLE = (
    "test_action",
    "test_adoption",
    "test_anything_on_the_wire",
    "test_authorities",
    "test_document_any",
    "test_document_budget",
    "test_document_carried_out",
    "test_document_errors",
    "test_document_plan",
    "test_document_purge",
    "test_document_renamed",
    "test_document_replications",
    "test_documents_guide",
    "test_drift_found",
    "test_drift_tasks",
    "test_environment_session",
    "test_exported_document",
    "test_given",
    "test_hidden_in",
    "test_image_cache_input",
    "test_image_inspect",
    "test_info_capacity",
    "test_last_words",
    "test_lun_audience",
    "test_lun_since",
    "test_manageable",
    "test_migration_input",
    "test_module_connection",
    "test_operation_info",
    "test_operation_input",
    "test_operation_session",
    "test_package_address",
    "test_perform",
    "test_plan_of_any_resource",
    "test_playbook_input",
    "test_preflight_account",
    "test_provision_document",
    "test_provision_input",
    "test_python",
    "test_replication_as_input",
    "test_secrets",
    "test_secrets_at_any_depth",
    "test_sessions",
    "test_spoilt_answers",
    "test_task_files",
    "test_told",
    "test_toy_kind",
    "test_wire",
    "test_writes_shown",
)
_CONTRACT = "test_contract_"
_FACTS = "test_lab_facts"
_OF_ANSIBLE = tuple(
    f"{_CONTRACT}{name}" for name in ("bad_inputs", "documentation", "rest", "session", "short_secrets")
)
# Of these, what depends on the Python as well: connections, and how they end.
_OF_PYTHON = tuple(f"{_CONTRACT}{name}" for name in ("rest", "session"))
_NEWEST = "8.8"
_OLDER_RELEASE = re.compile(r"(?<![\w.])(2013\.1|8\.7)(?![\w.])")
_BY_MODULE = re.compile(r"\[module[-\]]")
_WAY = re.compile(r"(?<=\[)(module|in-process)(-|(?=\]))")
# A row in the life of a thing, and the kind of the thing.
_LIFE = re.compile(r"test_case\[(?:module|in-process)-([a-z_]+)")


def is_left_out(path: Path) -> bool:
    """Tell whether no test of a file or folder runs here."""
    if not FEW:
        return False
    if SHARED == "python" and path.parts[-3:-1] == ("unit", "plugins") and path.stem.startswith("test_"):
        return path.stem in ALIKE or path.stem not in OF_ANSIBLE
    return path.stem in ALIKE or path.parts[-2:] == ("unit", "lab")


def left_out(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests that do not run here."""
    if ALL:
        return []
    items = list(items)
    outside = _outside_of_the_sample(items)
    if not FEW:
        return outside
    elsewhere = {id(item) for item in outside}
    lives = set(_first_lives(items).values())
    return [item for item in items if id(item) in elsewhere or not _may_differ(item, lives)]


def _first_lives(items: Iterable[pytest.Item]) -> dict[str, str]:
    """Return the row that stands for each kind of thing whose life is tested: the first with the newest release."""
    found: dict[str, str] = {}
    for item in items:
        if (life := _LIFE.match(item.name)) and not _OLDER_RELEASE.search(item.name):
            found.setdefault(life[1], _row(item))
    return found


def _row(item: pytest.Item) -> str:
    """Return what names a row on all releases and both ways."""
    return _OLDER_RELEASE.sub(_NEWEST, _WAY.sub("", item.name))


def _may_differ(item: pytest.Item, lives: set[str]) -> bool:
    """Tell whether another Python or ansible-core can change what comes of a test."""
    file, folder = item.path.stem, item.path.parent.name
    if folder == "e2e":
        asked = ("essential", "python") if SHARED == "core" else ("essential",)
        return all(item.get_closest_marker(mark) for mark in asked)
    if is_left_out(item.path) or is_left_out(item.path.parent) or _OLDER_RELEASE.search(item.name):
        return False
    if file.startswith(_CONTRACT) and not file.startswith(_OF_PYTHON if SHARED == "core" else _OF_ANSIBLE):
        return _row(item) in lives
    return True


def _outside_of_the_sample(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the long tests, and the rows of tables that are no part of the fixed sample."""
    items = list(items)
    lives = set(_first_lives(items).values())
    tests: dict[tuple[str, str], dict[str, list[pytest.Item]]] = {}
    for item in items:
        tests.setdefault((item.path.stem, item.name.partition("[")[0]), {}).setdefault(_row(item), []).append(item)
    found = []
    turns: dict[tuple[str, bool], int] = {}
    for (file, test), rows in tests.items():
        steps = SAMPLED.get(file, {test: 1})
        step = steps.get(test, 1)
        first = list(steps).index(test) % step if step > 1 else 0
        for place, (row, variants) in enumerate(rows.items()):
            kept = []
            if place % step == first or row in lives:
                # All rows of a file take turns, also those of tests that have one only.
                group = (file, any(_OLDER_RELEASE.search(item.name) for item in variants))
                kept = _variants(file, turns.get(group, 0), variants, row in lives)
                turns[group] = turns.get(group, 0) + 1
            found += [item for item in variants if item not in kept or item.get_closest_marker("long")]
    return found


def _variants(file: str, turn: int, items: list[pytest.Item], both_ways: bool) -> list[pytest.Item]:
    """Return those of the variants of a row that run.

    Of facts about the lab, the newest release, and of every third row an older one. Of contract tests, the newest release in
    process, and of every fifth row an older one, in process as well. What Ansible has a part in, and the rows that stand for
    a kind, go both ways with the newest release.
    """
    if not file.startswith((_CONTRACT, _FACTS)):
        return items
    if not (both_ways or file.startswith(_OF_ANSIBLE)):
        items = [item for item in items if not _BY_MODULE.search(item.name)] or items
    older = sorted({found[1] for item in items if (found := _OLDER_RELEASE.search(item.name))})
    newest = [item for item in items if not _OLDER_RELEASE.search(item.name)]
    if not older or not newest:
        return items
    every = 5 if file.startswith(_CONTRACT) else 3
    # The one in the middle, so that a short table has one as well.
    if turn % every != every // 2 and not file.startswith(_OF_ANSIBLE):
        return newest
    release = older[turn // every % len(older)]
    there = [item for item in items if (found := _OLDER_RELEASE.search(item.name)) and found[1] == release]
    return newest + [item for item in there if not _BY_MODULE.search(item.name)]


def starts_the_command(item: pytest.Item) -> bool:
    """Tell whether the plays of an end-to-end test are run by the command ansible-playbook, newly started for each."""
    return ALL or item.get_closest_marker("command") is not None


class Row(Protocol):
    """A row of a table."""

    @property
    def extra(self) -> bool:
        """Whether it runs only when all rows do."""


R = TypeVar("R", bound=Row)


def chosen(rows: Iterable[R]) -> list[R]:
    """Return the rows that shall run."""
    return [row for row in rows if ALL or not row.extra]
