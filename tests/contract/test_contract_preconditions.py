"""What an appliance refuses is refused in the same words in check mode as in a real run, and nothing has been written by then.

A single write may be what the appliance has refused; of several none is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cases import (
    REPLICATED,
    Call,
    filled,
    groups,
    lun,
    prepare,
    project,
    snapshot,
)
from lab_appliances import RELEASES, Lab, Record
from module_runner import Bench, Run
from predicted_refusals import (
    LUN,
    NEW,
    PLACE,
    PROJECT,
    ROWS,
    PredictedRefusal,
    schema,
)

# Properties of an action that go on changing while its update runs.
MOVING = ("bytes_sent", "average_throughput", "estimated_time_left")

TABLE = [
    pytest.param(row, release, id=f"{row.name}-{release}".replace(" ", "_")) for row in ROWS for release in row.releases
]


def spelled(calls: tuple[Call, ...], release: str) -> tuple[Call, ...]:
    """Spell the number of a LUN as a release does."""
    name = "lunnumber" if release == "2013.1" else "lunumber"

    def body(value: Any) -> Any:
        return {name if key == "NUMBER" else key: value[key] for key in value} if isinstance(value, dict) else value

    return tuple(tuple(body(part) for part in call) for call in calls)


REHEARSED = "; in check mode this also fails when an earlier task of the play is what makes it."


@pytest.mark.parametrize(("row", "release"), TABLE)
def test_refusal_is_the_same_predicted_and_real(
    row: PredictedRefusal, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    options = filled(row.options, prepare(bench.lab, spelled(row.before, release)))
    before = state(bench.lab)

    predicted, real = (bench.refuse(row.module, options, check=check) for check in (True, False))

    # In check mode alone another task may be to make what is missing.
    assert predicted.msg.replace(REHEARSED, ".") == real.msg
    assert all(part in real.msg for part in row.says), real.msg
    assert state(bench.lab) == before
    assert [sent["status"] < 400 for sent in real.writes] == [False] * row.writes
    assert facts(predicted) == (None, [])
    assert facts(real) == ((real.writes[0]["status"] if row.writes else None), [])


def facts(run: Run) -> tuple[int | None, list[str]]:
    """What a program is told: the status of the appliance's answer, and the steps that had been carried out."""
    failure = run.result["failure"]
    return failure["status"], failure["steps_done"]


def state(lab: Lab) -> Record:
    """All that there is on an appliance, but for its sessions and how far updates have come."""
    found = {key: value for key, value in lab.east.state.items() if key != "sessions"}
    actions = [{key: one[key] for key in one if key not in MOVING} for one in found["actions"]]
    return {**found, "actions": actions}


@pytest.mark.parametrize("release", RELEASES)
def test_number_that_the_appliance_chose_stands_against_nothing(release: str, bench_of: Callable[[str], Bench]) -> None:
    """Who has set no number gets another one where the present one is taken."""
    bench = bench_of(release)
    calls = (*groups("ig-a", "ig-b"), lun("a", initiatorgroup="ig-a", NUMBER=0), lun("b", initiatorgroup="ig-b"))
    prepare(bench.lab, spelled(calls, release))
    options = {**PLACE, "name": "b", "initiator_groups": ["ig-a"]}

    for check in (True, False):
        assert bench.change("zfssa_lun", options, check=check).changed
    assert bench.lab.east.lun("b")["initiatorgroup"] in ("ig-a", ["ig-a"])


def test_replicated_lun_may_go_by_force(bench: Bench) -> None:
    prepare(bench.lab, REPLICATED)

    bench.change("zfssa_lun", {**LUN, "state": "absent", "force": True})

    assert bench.lab.east.luns() == []


@pytest.mark.parametrize("release", RELEASES)
def test_what_just_about_fits_is_left_to_the_appliance(release: str, bench_of: Callable[[str], Bench]) -> None:
    """How much more than its size a LUN reserves, nobody says."""
    bench = bench_of(release)
    options = {**NEW, "size": "1048570M"}

    predicted = bench.change("zfssa_lun", options, check=True)
    real = bench.refuse("zfssa_lun", options)

    assert predicted.changed
    assert "NOSPC" in real.msg
    assert "choose a smaller size, or make the LUN sparse" in real.msg
    assert real.result["failure"]["status"] == 409
    assert bench.lab.east.luns() == []


ASKED = (
    ("zfssa_lun", LUN, (lun(),)),
    ("zfssa_project", PROJECT, (project(),)),
    ("zfssa_snapshot", {**PLACE, "lun": "a", "name": "s1"}, (lun(), snapshot("s1"))),
    ("zfssa_schema", {"name": "tag"}, (schema("tag", "String"),)),
)


@pytest.mark.parametrize(("module", "options", "before"), ASKED, ids=[row[0] for row in ASKED])
@pytest.mark.parametrize("position", ["always", "never"])
def test_question_about_what_nothing_depends_on_is_answered(
    position: str, module: str, options: Record, before: tuple[Call, ...], bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of("8.8")
    prepare(bench.lab, before)
    bench.lab.switch("confirm-destroy", position)

    run = bench.change(module, {**options, "state": "absent"})

    assert run.changed
