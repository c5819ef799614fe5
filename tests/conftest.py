"""What the contract and the end-to-end tests share: labs, started once and reset for each test."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).with_name("support")))
pytest.register_assert_rewrite(
    "cases",
    "documented",
    "examples",
    "lab_appliances",
    "migration_world",
    "module_runner",
    "page_of_cinder",
    "playbooks",
    "prediction",
    "step_faults",
    "two_runs",
    "verbs",
)

from lab_appliances import Lab, running_lab  # noqa: E402 - found by the path above
from module_runner import ModuleHost, running_host  # noqa: E402
from selection import is_left_out, left_out  # noqa: E402


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Do not even read what does not run here as a whole."""
    return is_left_out(collection_path) or None


def pytest_collection(session: pytest.Session) -> None:
    """Let Python not look for garbage among the tests while they are collected: there is none."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage from here on, and not among the tests, which stay."""
    gc.enable()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not run here; pytest counts it as deselected."""
    if elsewhere := set(left_out(items)):
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(autouse=True)
def tokens_of_its_own() -> None:
    """Let a test know the tokens of its own sessions only, as a task does.

    Those of all tests before it would be looked for in each text, in all their forms: seconds for each new session.
    """
    secrets = sys.modules.get("ansible_collections.zfssa.storage.plugins.module_utils.values._secrets")
    if secrets is not None:
        secrets._tokens.clear()


@pytest.fixture(scope="session")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Lab]]:
    """Return a function that gives the lab of a release, as it is at first."""
    made: dict[str, Lab] = {}
    with contextlib.ExitStack() as stack:

        def lab_of(release: str) -> Lab:
            if release not in made:
                folder = tmp_path_factory.mktemp(f"lab-{release}")
                made[release] = stack.enter_context(running_lab(release, folder))
            made[release].reset()
            return made[release]

        yield lab_of


@pytest.fixture(scope="session")
def module_host() -> Iterator[ModuleHost]:
    """The process that runs modules."""
    with running_host() as host:
        yield host
