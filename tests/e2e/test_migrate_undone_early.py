"""Migrations that fail at the steps inheritance, action and update: the source is as it was, and nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from step_faults import EARLY, StepFault, rows, suffer

from playbooks import Stage


@pytest.mark.parametrize("row", rows(EARLY))
def test_failure_is_undone(row: StepFault, stage: Stage, tmp_path: Path) -> None:
    suffer(stage, row, tmp_path)
