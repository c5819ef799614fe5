"""What the end-to-end tests share: two appliances that are ready for a migration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lab_appliances import Lab
from migration_world import build

from playbooks import Stage


@pytest.fixture
def stage_of(labs: Callable[[str], Lab], tmp_path: Path) -> Callable[[str], Stage]:
    """Return a function that gives a stage of a release."""

    def make(release: str) -> Stage:
        lab = labs(release)
        build(lab)
        return Stage(lab, tmp_path)

    return make


@pytest.fixture
def stage(stage_of: Callable[[str], Stage]) -> Stage:
    """A stage of the newest release."""
    return stage_of("8.8")
