"""Labs for the tests, one per release, started once and reset for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_world import World


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


@pytest.fixture
def world(worlds: Callable[[str], World]) -> World:
    """Return the lab of release 8.8."""
    return worlds("8.8")
