"""What the end-to-end tests share: two appliances that are ready for a migration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lab_appliances import Lab
from migration_world import build
from selection import FEW

from playbooks import Stage


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not essential where only few tests shall run; pytest counts it as deselected."""
    here = Path(__file__).parent
    left_out = [
        item for item in items if FEW and here in item.path.parents and not item.get_closest_marker("essential")
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


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
