"""What the contract tests share: a bench on which modules meet the lab of a release, run both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lab_appliances import Lab
from module_runner import WAYS, Bench, ModuleHost

# What no two runs have in common: the time, free ports, tokens, and the time that something took.
_VARYING = re.compile(
    r"\d{8}T\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT|127\.0\.0\.1:\d+"
)
_OWN = ("plan_id", "token", "exception", "duration", "average_throughput", "estimated_time_left", "invocation")
# The results of the runs of each test, by its name without the way.
_ordinary: dict[str, list[Any]] = {}


@pytest.fixture(params=WAYS)
def bench_of(
    request: pytest.FixtureRequest, labs: Callable[[str], Lab], module_host: ModuleHost
) -> Iterator[Callable[[str], Bench]]:
    """Return a function that gives a bench of a release; in the end both ways must have had the same results."""
    benches: list[Bench] = []

    def bench_of(release: str) -> Bench:
        benches.append(Bench(labs(release), module_host, request.param))
        return benches[-1]

    yield bench_of
    results = [comparable(result) for bench in benches for result in bench.results]
    name = request.node.nodeid.replace(request.param, "")
    if request.param == WAYS[0]:
        _ordinary[name] = results
    elif name in _ordinary:
        assert results == _ordinary[name]


@pytest.fixture
def bench(bench_of: Callable[[str], Bench]) -> Bench:
    """A bench of the newest release."""
    return bench_of("8.8")


def comparable(result: Any) -> Any:
    """Return a result without what no two runs have in common."""
    if isinstance(result, dict):
        return {key: comparable(value) for key, value in result.items() if key not in _OWN}
    if isinstance(result, list):
        return [comparable(value) for value in result]
    return _VARYING.sub("VARYING", result) if isinstance(result, str) else json.loads(json.dumps(result))
