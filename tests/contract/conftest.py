"""What the contract tests share: a bench on which modules meet the lab of a release."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lab_appliances import Lab
from module_runner import Bench, ModuleHost


@pytest.fixture
def bench_of(labs: Callable[[str], Lab], module_host: ModuleHost) -> Callable[[str], Bench]:
    """Return a function that gives a bench of a release."""
    return lambda release: Bench(labs(release), module_host)


@pytest.fixture
def bench(bench_of: Callable[[str], Bench]) -> Bench:
    """A bench of the newest release."""
    return bench_of("8.8")
