"""How much of the long tests runs, by ZFSSA_TESTS in the environment.

`all`, which `make prove` sets: every row of every table. Without it, a fixed sample: of the tests in SAMPLED every nth row, of
the facts about the lab and the contract tests one older release for every second row, of the latter in process only, and of the
life of each thing the other way for the rows between, the tests of the engine in process only, because the ways to it differ
before and after it, and none of the tests that are marked as long. Plays
run in a process that has imported everything already, but those of the tests that are marked with `command`; else the command
ansible-playbook runs all.
`few`, for further Pythons and ansible-cores: of the end-to-end tests those that are marked as essential, of the contract tests
the life of each thing and what Ansible has a part in, both with the newest release of the appliance only, and of the facts
about the lab, which knows no Ansible, none.

By ZFSSA_TESTS_LAB, `strict` or empty: whether the labs of the contract and the end-to-end tests stand at what is hardest on a
client, where the guides leave something open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

import pytest

ALL = os.environ.get("ZFSSA_TESTS") == "all"
FEW = os.environ.get("ZFSSA_TESTS") == "few"
LAB_OPTIONS = ("--strict",) if os.environ.get("ZFSSA_TESTS_LAB") == "strict" else ()


# Of these tests every nth row runs. Tests that share a table begin at different rows, so that together they have more of it.
SAMPLED = {
    "test_anything_on_the_wire": {
        "test_anything_in_any_key_is_borne": 2,
        "test_odd_values_stop_nothing_that_is_told": 2,
        "test_what_nobody_understands_is_never_guessed": 2,
    },
    "test_contract_account": {
        "test_account_of_a_module_can_do_all_that_it_does": 2,
        "test_each_authorization_is_needed_and_its_lack_is_told": 2,
    },
    "test_contract_bad_inputs": {
        "test_name_that_none_can_have_is_refused_unsent": 3,
        "test_value_that_can_never_be_right_is_refused_unsent": 2,
        "test_wrong_type_is_refused_unsent": 2,
    },
    "test_contract_faults": {
        "test_session_that_ends_in_mid_task_is_opened_anew": 4,
        "test_write_that_got_lost_is_repeated": 4,
        "test_write_that_is_called_busy_and_is_done_all_the_same_is_no_failure": 4,
        "test_write_whose_answer_is_lost_is_not_repeated": 4,
    },
    "test_contract_preconditions": {"test_refusal_is_the_same_predicted_and_real": 2},
    "test_contract_mapping": {"test_lun_and_mapping_in_one_play_change_nothing_the_second_time": 2},
    "test_contract_mapping_severed": {
        "test_group_that_came_after_the_sever_gets_to_see_the_lun": 3,
        "test_number_that_was_taken_at_the_sever_is_named": 2,
    },
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
    "test_contract_slow": {"test_work_that_is_done_after_the_timeout_is_found_done": 5},
    "test_contract_snapshots": {
        "test_sick_appliance_is_not_read_as_absence": 3,
        "test_what_can_never_be_right_is_refused_unsent": 2,
        "test_what_is_not_possible_is_refused_unwritten": 2,
    },
    "test_examples": {"test_examples_run_in_order_as_they_stand": 2},
    "test_in_process": {"test_an_interrupted_play_logs_out": 3, "test_way": 3},
    "test_migrate_preconditions": {"test_condition_is_told_before_the_first_write": 3},
    "test_migrate_reentry": {"test_lun_of_the_same_name_is_no_copy": 2},
    "test_migrate_surroundings": {"test_false_from_the_command_line_is_false": 2},
    "test_migrate_swept": {"test_migration_survives_a_fault": 2},
    "test_migrate_undone_early": {"test_failure_is_undone": 4},
    "test_migrate_undone_last": {"test_failure_is_undone": 2},
    "test_migrate_undone_late": {"test_failure_is_undone": 2},
    "test_session": {"test_interrupted_play_ends_the_session_that_its_tasks_share": 3},
    "test_provision": {
        "test_what_is_wrong_is_refused_before_anything_is_written": 4,
    },
}
_CONTRACT = "test_contract_"
_FACTS = "test_lab_facts"
_OF_ANSIBLE = tuple(
    f"{_CONTRACT}{name}" for name in ("bad_inputs", "documentation", "rest", "session", "short_secrets")
)
_NEWEST = "8.8"
_OLDER_RELEASE = re.compile(r"(?<![\w.])(2013\.1|8\.7)(?![\w.])")
_BY_MODULE = re.compile(r"\[module[-\]]")
_WAY = re.compile(r"(?<=\[)(module|in-process)(-|(?=\]))")


def left_out(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests that do not run here."""
    if ALL:
        return []
    return [item for item in items if _is_not_essential(item)] if FEW else _outside_of_the_sample(items)


def _is_not_essential(item: pytest.Item) -> bool:
    """Tell whether a test does not run where only few shall."""
    file = item.path.name
    if item.path.parent.name == "e2e":
        return item.get_closest_marker("essential") is None
    of_the_engine = file.startswith(_CONTRACT) and not file.startswith(_OF_ANSIBLE)
    return (
        file.startswith(_FACTS)
        or (of_the_engine and not item.name.startswith("test_case"))
        or bool(_OLDER_RELEASE.search(item.name))
    )


def _outside_of_the_sample(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the long tests, and the rows of tables that are no part of the fixed sample."""
    tests: dict[tuple[str, str], dict[str, list[pytest.Item]]] = {}
    for item in items:
        # A row on all releases and both ways is one row.
        row = _OLDER_RELEASE.sub(_NEWEST, _WAY.sub("", item.name))
        tests.setdefault((item.path.stem, item.name.partition("[")[0]), {}).setdefault(row, []).append(item)
    found = []
    turns: dict[tuple[str, bool], int] = {}
    for (file, test), rows in tests.items():
        steps = SAMPLED.get(file, {test: 1})
        step = steps.get(test, 1)
        first = list(steps).index(test) % step if step > 1 else 0
        for place, variants in enumerate(rows.values()):
            kept = []
            if place % step == first:
                # All rows of a file take turns, also those of tests that have one only.
                group = (file, any(_OLDER_RELEASE.search(item.name) for item in variants))
                kept = _variants(file, turns.get(group, 0), variants)
                turns[group] = turns.get(group, 0) + 1
            found += [item for item in variants if item not in kept or item.get_closest_marker("long")]
    return found


def _variants(file: str, turn: int, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return those of the variants of a row that run.

    Of facts about the lab, the newest release, and of every second row an older one. Of contract tests, the newest release in
    process, and beside it, in turn, an older release in process and, of the life of each thing, the other way. What Ansible has
    a part in goes both ways; the rest, which is the engine's, in process.
    """
    if not file.startswith((_CONTRACT, _FACTS)):
        return items
    of_the_engine = file.startswith(_CONTRACT) and not file.startswith(_OF_ANSIBLE)
    is_a_life = items[0].name.startswith("test_case")
    is_first_of_two = turn % 2 == 0
    if of_the_engine and not (is_a_life and is_first_of_two):
        items = [item for item in items if not _BY_MODULE.search(item.name)] or items
    older = sorted({found[1] for item in items if (found := _OLDER_RELEASE.search(item.name))})
    newest = [item for item in items if not _OLDER_RELEASE.search(item.name)]
    if not older or not newest:
        return items
    if is_first_of_two and not file.startswith(_OF_ANSIBLE):
        return newest
    release = older[turn // 2 % len(older)]
    there = [item for item in items if (found := _OLDER_RELEASE.search(item.name)) and found[1] == release]
    return newest + [item for item in there if not _BY_MODULE.search(item.name)]


def starts_the_command(item: pytest.Item) -> bool:
    """Tell whether the plays of an end-to-end test are run by the command ansible-playbook, newly started for each."""
    return ALL or FEW or item.get_closest_marker("command") is not None


class Row(Protocol):
    """A row of a table."""

    @property
    def extra(self) -> bool:
        """Whether it runs only when all rows do."""


R = TypeVar("R", bound=Row)


def chosen(rows: Iterable[R]) -> list[R]:
    """Return the rows that shall run."""
    return [row for row in rows if ALL or not row.extra]
