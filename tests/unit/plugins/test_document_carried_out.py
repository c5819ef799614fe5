"""Carrying a document out: several writes at once, failures on the way, lost answers, and whoever is killed in the middle."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from documents import Config, done, lines, options_of, planned
from lab_client import AFTER, BEFORE, FINE, LATE, LabClient
from many import appliance_of, host
from test_document_plan import WHOLE

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._batches import batches
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import plan_san
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError

MANY: Config = {
    "initiators": [{"initiator": host(number)} for number in range(6)],
    "luns": [{"name": f"lun-{number}", "size": "1M", "sparse": True} for number in range(12)],
}


@pytest.fixture(params=["2013.1", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a pool of 1T, a project and groups."""
    return appliance_of(request.param)


def batches_of(appliance: LabClient, config: Config, **options: Any) -> list[list[str]]:
    """Which items of a document can be carried out at the same time."""
    work: Any = planned(appliance, config, **options).carry_out
    return [[one.item.key.name for one in batch] for batch in batches(work.document.planned)]


# What goes together


def test_what_is_made_is_made_together_with_others_of_its_kind(appliance: LabClient) -> None:
    assert [len(batch) for batch in batches_of(appliance, MANY)] == [6, 12]


def test_what_has_waited_goes_apart(appliance: LabClient) -> None:
    assert batches_of(appliance, WHOLE)[-3:] == [["redo-1", "data-1"], ["s1"], ["copy-1"]]


def test_what_frees_something_is_done_before_the_next(appliance: LabClient) -> None:
    seen = [{"name": name, "size": "1M", "initiator_groups": ["ig-a"], "lu_number": n} for n, name in enumerate("ab")]
    done(appliance, {"luns": seen})

    moved = [{"name": "a", "lu_number": 7}, {"name": "b", "lu_number": 0}, {"name": "c", "size": "1M"}]
    assert batches_of(appliance, {"luns": moved}) == [["a"], ["b"], ["c"]]
    harmless = [{"name": "a", "compression": "gzip"}, {"name": "b", "size": "2M"}, {"name": "c", "size": "1M"}]
    assert batches_of(appliance, {"luns": harmless}) == [["a", "b", "c"]]
    renamed = [{"name": "a", "new_name": "d"}, {"name": "b", "size": "2M"}]
    assert batches_of(appliance, {"luns": renamed}) == [["d"], ["b"]]


@pytest.mark.parametrize("turned", [False, True])
def test_snapshot_that_comes_with_one_of_the_project_is_read_after_that(appliance: LabClient, turned: bool) -> None:
    appliance.add_lun("proj-a", "x")
    snapshots = [{"name": "s"}, {"name": "s", "lun": "x"}]
    config: Config = {"snapshots": snapshots[::-1] if turned else snapshots}

    assert batches_of(appliance, config) == [["s"], ["s"]]
    assert done(appliance, config)["plan"] == ["+ snapshot tank/proj-a@s"]


def test_number_is_given_before_the_appliance_chooses_others(appliance: LabClient) -> None:
    """At the same time the appliance might choose that one."""
    luns = [{"name": name, "size": "1M", "initiator_groups": ["ig-a"]} for name in "abc"]

    assert batches_of(appliance, {"luns": [{**luns[0]}, {**luns[1], "lu_number": 0}, {**luns[2]}]}) == [
        ["b"],
        ["a", "c"],
    ]


def test_lun_that_becomes_thin_is_done_before_another_gets_its_room(appliance: LabClient) -> None:
    done(appliance, {"luns": [{"name": "old", "size": "900G", "sparse": False}]})
    config: Config = {"luns": [{"name": "new", "size": "900G"}, {"name": "old", "sparse": True}]}

    assert batches_of(appliance, config) == [["old"], ["new"]]
    done(appliance, config)


def test_what_is_not_changed_takes_no_part(appliance: LabClient) -> None:
    done(appliance, MANY)

    assert batches_of(appliance, {**MANY, "luns": [{"name": "lun-3", "size": "2M"}, *MANY["luns"][4:]]}) == [["lun-3"]]


class Meeting(LabClient):
    """An appliance whose writes wait until several are under way."""

    together = 0

    def send(self, *request: Any) -> Any:
        if "/luns" in request[1]:
            self.meet.wait(timeout=20)
        return super().send(*request)


def test_as_many_at_once_as_are_allowed(appliance: LabClient) -> None:
    appliance.__class__ = Meeting
    appliance.meet = threading.Barrier(3)  # type: ignore[attr-defined]

    results = apply(plan_san(appliance, options_of(MANY, concurrency=3)), appliance)

    assert [one["changed"] for one in results["results"]] == [True] * 18
    assert [one["key"] for one in results["results"]][6:9] == [f"tank/proj-a/lun-{number}" for number in range(3)]
    assert len(appliance.reported) == 18
    assert appliance.reported[-1].endswith("[18 of 18, 0 left]")


# Failures


def break_at(appliance: LabClient, number: int, error: BaseException) -> None:
    """Let the write of that number fail."""
    count = 0
    send = LabClient.send

    def sent(method: str, path: str, body: Any = None, params: Any = None) -> Any:
        nonlocal count
        count += 1
        if count == number:
            raise error
        return send(appliance, method, path, body, params)

    appliance.send = sent  # type: ignore[method-assign]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_what_was_finished_before_a_failure_is_told(appliance: LabClient, concurrency: int) -> None:
    plan = planned(appliance, MANY, concurrency=concurrency)
    appliance.add_lun("proj-a", "lun-3", volsize=5 << 30)

    with pytest.raises(ZfssaError) as caught:
        apply(plan, appliance)

    results = caught.value.results
    assert results["plan"] == plan.after["plan"]
    by_key = {one["key"]: one for one in results["results"]}
    assert by_key["tank/proj-a/lun-3"]["failure"]["message"].startswith("Cannot create LUN tank/proj-a/lun-3")
    assert by_key["tank/proj-a/lun-0"]["object"]["size"] == 1 << 20
    assert [one["failure"] is None for one in results["results"]][:6] == [True] * 6
    begun = {step.rpartition("/")[2] for step in caught.value.steps_done if "LUN" in step}
    for number in range(12):
        one = by_key[f"tank/proj-a/lun-{number}"]
        assert one["changed"] == (f"lun-{number}" in begun)
    if concurrency == 1:
        assert by_key["tank/proj-a/lun-4"]["failure"]["message"].startswith("It was not begun")


def test_all_that_can_be_done_is_done_where_that_is_asked_for(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "old", volsize=1 << 20)
    config = {**MANY, "luns": [*MANY["luns"], {"name": "old", "state": "absent"}]}
    plan = planned(appliance, config, continue_on_error=True)
    for name in ("lun-3", "lun-5"):
        appliance.add_lun("proj-a", name, volsize=5 << 30)

    with pytest.raises(ZfssaError) as caught:
        apply(plan, appliance)

    assert "(and 1 more failed, see results)" in str(caught.value)
    failed = [one["key"] for one in caught.value.results["results"] if one["failure"]]
    # Nothing is removed any more.
    assert failed == ["tank/proj-a/lun-3", "tank/proj-a/lun-5", "tank/proj-a/old"]
    assert appliance.lun("proj-a", "lun-11")
    assert appliance.lun("proj-a", "old")


@pytest.mark.parametrize("named", [False, True])
def test_nothing_is_removed_after_a_removal_has_failed(appliance: LabClient, named: bool) -> None:
    """Whether the document says itself what shall not be there, or what it does not list is purged."""
    for name in ("a", "b", "c"):
        appliance.add_lun("proj-a", name)
    luns = [{"name": name, "state": "absent"} for name in ("a", "b", "c")]
    config = {"projects": [{"name": "proj-a"}], **({"luns": luns} if named else {})}
    plan = planned(appliance, config, continue_on_error=True, concurrency=1, purge=["luns"])
    assert len(plan.steps) == 3
    appliance.fault({"status": 500}, method="DELETE", path=".*/b$", times=9)

    with pytest.raises(ZfssaError) as caught:
        apply(plan, appliance)

    assert appliance.luns() == ["proj-a/b", "proj-a/c"]
    assert [one["failure"] is None for one in caught.value.results["results"]][-3:] == [True, False, False]


@pytest.mark.parametrize("number", range(1, 13))
def test_killed_at_any_write_and_run_again(appliance: LabClient, number: int) -> None:
    break_at(appliance, number, KeyboardInterrupt())
    plan = plan_san(appliance, options_of(WHOLE, concurrency=1))
    if number > len(plan.steps):
        return

    with pytest.raises(KeyboardInterrupt):
        apply(plan, appliance)

    del appliance.send  # type: ignore[method-assign]
    again = plan_san(appliance, options_of(WHOLE, concurrency=1))
    assert len(again.after["plan"]) == len(plan.after["plan"]) - number + 1
    apply(again, appliance)
    assert lines(appliance, WHOLE) == []


@pytest.mark.parametrize("fate", [BEFORE, AFTER, LATE])
def test_lost_answers_change_nothing(appliance: LabClient, fate: str) -> None:
    plan = plan_san(appliance, options_of(WHOLE, concurrency=1))

    for number in range(len(plan.steps)):
        other = appliance_of("8.8" if appliance.release.has("lun_replication_path") else "2013.1")
        plan = plan_san(other, options_of(WHOLE, concurrency=1))
        other.fates = [FINE] * number + [fate]
        results = apply(plan, other)
        assert [one["failure"] for one in results["results"]] == [None] * 10
        assert lines(other, WHOLE) == []
