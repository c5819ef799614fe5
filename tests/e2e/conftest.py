"""What the end-to-end tests share: two appliances that are ready for a migration, and what runs playbooks on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_appliances import Lab
from migration_world import build
from selection import starts_the_command

from playbooks import PlaybookHost, Stage, running_playbook_host


@pytest.fixture(scope="session")
def playbook_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaybookHost]:
    """The process that runs playbooks."""
    with running_playbook_host(tmp_path_factory.mktemp("playbook-host")) as host:
        yield host


@pytest.fixture
def runner(request: pytest.FixtureRequest) -> PlaybookHost | None:
    """The process that runs the playbooks of a test, or none, and the command ansible-playbook does."""
    # It is started only where it is needed.
    return None if starts_the_command(request.node) else request.getfixturevalue("playbook_host")


@pytest.fixture
def stage_of(labs: Callable[[str], Lab], tmp_path: Path, runner: PlaybookHost | None) -> Callable[[str], Stage]:
    """Return a function that gives a stage of a release."""

    def make(release: str) -> Stage:
        lab = labs(release)
        build(lab)
        return Stage(lab, tmp_path, runner)

    return make


@pytest.fixture
def stage(stage_of: Callable[[str], Stage]) -> Stage:
    """A stage of the newest release."""
    return stage_of("8.8")
