"""What the end-to-end tests share: two appliances that are ready for a migration, and what runs playbooks on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gate import Gate, gate_before
from image_lab import build as build_for_images
from image_lab import running_image_lab
from image_stage import Images
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


@pytest.fixture(scope="module")
def image_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with bytes, for all tests of a file."""
    with running_image_lab("8.8", tmp_path_factory.mktemp("image-lab")) as lab:
        yield lab


@pytest.fixture
def images(image_lab: Lab, tmp_path: Path, runner: PlaybookHost | None) -> Images:
    """A stage with a target for the host that writes and one for a host that reads."""
    image_lab.reset()
    build_for_images(image_lab)
    return Images(image_lab, tmp_path, runner)


@pytest.fixture
def gate(image_lab: Lab) -> Iterator[Gate]:
    """A gate before the portal, at which a fill can be held."""
    with gate_before(str(image_lab.east.facts["portal"])) as made:
        yield made
