"""Every module is gone through on every release, and every release has here what it has in the lab.

The former is read from what pytest would run, so that no row can be forgotten.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from lab_appliances import RELEASES
from module_runner import MODULES, RESULTS, WITH_BYTES

from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import Resource
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._table import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._table import ACTION, PEER
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import parse_release
from zfssa_lab.model import tables
from zfssa_lab.model.action import ACTION_SETTINGS
from zfssa_lab.model.properties import Table
from zfssa_lab.model.replication import TARGET, TARGET_WITH_CERTIFICATE
from zfssa_lab.release import RELEASE_NAMES, release
from zfssa_lab.release import Release as LabRelease

# An update, a session and a look are no state that could be there already. These tests go through them instead.
BY_TEST = {
    "zfssa_info": "test_contract_info.test_every_subset",
    "zfssa_preflight": "test_contract_preflight.test_all_passes_on_an_appliance_that_is_well_with_just_what_the_account_needs",
    "zfssa_replication_update": "test_contract_replication_update.test_update_is_sent_and_waited_for",
    "zfssa_san": "test_contract_document.test_document",
    "zfssa_session": "test_contract_session.test_session_is_opened_shared_and_ended",
}


def test_every_module_is_gone_through_on_every_release() -> None:
    files = sorted(file.stem for file in Path(__file__).parent.glob("test_contract_*.py"))
    covered = {row for file in files for row in rows_of(importlib.import_module(file))}
    covered |= {(module, release) for module, test in BY_TEST.items() for release in releases_of(test)}

    wanted = {(module, release) for module in MODULES if module not in WITH_BYTES for release in RELEASES}

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


# A kind of object here, and its table in the lab, which is another reading of the API reference.
SAME = (
    (LUN, lambda _release: tables.LUN),
    (PROJECT, lambda _release: tables.PROJECT),
    (PEER, lambda release: TARGET_WITH_CERTIFICATE if release.has("target_certificates") else TARGET),
    (ACTION, lambda _release: ACTION_SETTINGS),
)


@pytest.mark.parametrize(("resource", "table_of"), SAME, ids=[resource.kind for resource, _table in SAME])
def test_every_release_has_the_properties_that_the_lab_has_there(
    resource: Resource, table_of: Callable[[LabRelease], Table]
) -> None:
    """Who forgets `since` sends an older release what it does not know."""
    wrong = []
    for there in map(release, RELEASE_NAMES):
        known = table_of(there).on(there).by_name
        for prop in resource.writable:
            sent = prop.wire_on(parse_release(there.version))
            if sent not in known if sent else prop.wire in known:
                wrong.append(
                    f"{prop.option} on {there.name}: {'sent' if sent else 'held back'}, and the lab thinks otherwise"
                )

    assert wrong == []
