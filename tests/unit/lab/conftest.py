"""Labs for the tests, one per release, started once and reset for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_world import GIB, World


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], World]]:
    """Return a function that gives the lab of a release, as it is at first."""
    made: dict[str, World] = {}

    def world_of(release: str) -> World:
        if release not in made:
            directory: Path = tmp_path_factory.mktemp(f"lab-{release}")
            made[release] = World(release, directory)
        made[release].reset()
        return made[release]

    yield world_of
    for world in made.values():
        world.close()


# Two heads with pools of different names, as a cluster wants them, and a third appliance to replicate to.
APART = {"east": {"tank": 1024 * GIB}, "west": {"lake": 1024 * GIB}, "north": {"tank": 1024 * GIB}}


@pytest.fixture(scope="session")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], World]]:
    """Return a function that gives a lab whose appliances can become a cluster."""
    made: dict[str, World] = {}

    def world_of(release: str) -> World:
        if release not in made:
            made[release] = World(release, tmp_path_factory.mktemp(f"heads-{release}"), appliances=APART)
        made[release].reset()
        return made[release]

    yield world_of
    for world in made.values():
        world.close()


@pytest.fixture
def world(worlds: Callable[[str], World]) -> World:
    """Return the lab of release 8.8."""
    return worlds("8.8")
