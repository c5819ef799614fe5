"""A fixed sample of the fault sweep of `make prove`: an answer lost, a run killed, an appliance that stays busy."""

from __future__ import annotations

import pytest

from tools.prove.row import PASSED, Row
from tools.prove.sweep import sample


@pytest.mark.long
@pytest.mark.parametrize("row", sample(), ids=lambda row: str(row.id).replace("/", "."))
def test_migration_survives_a_fault(row: Row) -> None:
    verdict = row.attempt()

    assert verdict.outcome == PASSED, verdict.why
