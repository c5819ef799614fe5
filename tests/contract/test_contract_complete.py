"""Every module is gone through on every release: read from what pytest would run, so that no row can be forgotten."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from lab_appliances import RELEASES
from module_runner import MODULES, RESULTS

# An update, a session and a look are no state that could be there already. These tests go through them instead.
BY_TEST = {
    "zfssa_info": "test_contract_info.test_every_subset",
    "zfssa_replication_update": "test_contract_replication.test_update_is_sent_and_waited_for",
    "zfssa_session": "test_contract_session.test_session_is_opened_shared_and_ended",
}


def test_every_module_is_gone_through_on_every_release() -> None:
    files = sorted(file.stem for file in Path(__file__).parent.glob("test_contract_*.py"))
    covered = {row for file in files for row in rows_of(importlib.import_module(file))}
    covered |= {(module, release) for module, test in BY_TEST.items() for release in releases_of(test)}

    wanted = {(module, release) for module in MODULES for release in RELEASES}

    assert sorted(RESULTS) == MODULES
    assert sorted(wanted - covered) == []


def rows_of(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Return the modules and releases of the tables of cases that tests of a file go through."""
    for name, test in vars(module).items():
        for mark in getattr(test, "pytestmark", []) if name.startswith("test_") else []:
            if mark.name == "parametrize" and mark.args[0] == ("case", "release"):
                for row in mark.args[1]:
                    case, release = row.values
                    yield case.module, release


def releases_of(test: str) -> list[str]:
    """Return the releases on which a test is run."""
    file, _dot, name = test.partition(".")
    marks = vars(importlib.import_module(file))[name].pytestmark
    return [release for mark in marks if mark.args[0] == "release" for release in mark.args[1]]
