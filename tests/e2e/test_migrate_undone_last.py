"""Migrations that fail at the steps cleanup, up to the point of no return: the source is as it was, and nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from step_faults import LAST, StepFault, rows, suffer

from playbooks import Stage


@pytest.mark.parametrize("row", rows(LAST))
def test_failure_is_undone(row: StepFault, stage: Stage, tmp_path: Path) -> None:
    suffer(stage, row, tmp_path)
