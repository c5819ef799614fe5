"""Migrations that fail at the steps sever and move: the source is as it was, and nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from step_faults import LATE, StepFault, rows, suffer

from playbooks import Stage


@pytest.mark.parametrize("row", rows(LATE))
def test_failure_is_undone(row: StepFault, stage: Stage, tmp_path: Path) -> None:
    suffer(stage, row, tmp_path)
