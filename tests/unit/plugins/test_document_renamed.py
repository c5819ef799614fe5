"""Documents that rename and move, and are about what is in that: nothing is taken for something else, in any order, and again."""

from __future__ import annotations

from typing import Any

import pytest
from documents import Config, done, lines, planned
from lab_client import BEFORE, FINE, LabClient, lun_path
from many import appliance_of

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError


def lun(name: str, **options: Any) -> dict[str, Any]:
    """A LUN of 1M."""
    return {"name": name, "size": "1M", **options}


@pytest.fixture(params=["2013.1", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with projects `proj-a` and `proj-b`."""
    return made(request.param)


def made(release: str) -> LabClient:
    """Make it."""
    new = appliance_of(release)
    new.add_project("proj-b")
    return new


# What is in something that gets another name

CHAIN: Config = {"projects": [{"name": "proj-a", "new_name": "proj-b"}, {"name": "proj-b", "new_name": "proj-c"}]}


def test_lun_of_a_project_that_has_to_wait_for_its_name_is_not_purged(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "x")
    appliance.add_lun("proj-a", "stranger")
    guid = appliance.existing("proj-a", "x")["lunguid"]

    done(appliance, {**CHAIN, "luns": [lun("x", project="proj-b")]}, purge=["luns"])

    assert appliance.existing("proj-b", "x")["lunguid"] == guid
    assert appliance.luns() == ["proj-b/x"]


def test_lun_is_removed_from_a_project_that_has_to_wait_for_its_name(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "x")

    done(appliance, {**CHAIN, "luns": [{"name": "x", "project": "proj-b", "state": "absent"}]})

    assert appliance.luns() == []


def test_snapshots_are_purged_by_the_new_name_of_their_lun(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "x")
    for name in ("keep", "old"):
        appliance.add_snapshot("proj-a", "x", name)
    config: Config = {"luns": [lun("x", new_name="y")], "snapshots": [{"lun": "y", "name": "keep"}]}

    results = done(appliance, config, purge=["snapshots"])

    assert results["plan"][1:] == ["- snapshot tank/proj-a/y@old"]
    assert appliance.look(f"{lun_path('proj-a', 'y')}/snapshots/keep")


def test_snapshots_stay_where_their_lun_waits_for_room_that_a_purge_gives(appliance: LabClient) -> None:
    """They are not yet known under the name by which the document lists them."""
    appliance.do("PUT", "/api/storage/v1/pools/tank/projects/proj-b", {"quota": 3 << 20})
    appliance.add_lun("proj-b", "stranger", volsize=2 << 20)
    appliance.add_lun("proj-a", "x", volsize=2 << 20)
    appliance.add_snapshot("proj-a", "x", "keep")
    appliance.add_snapshot("proj-a", "x", "old")
    config: Config = {
        "projects": [{"name": "proj-b"}],
        "luns": [{"name": "x", "size": "2M", "new_project": "proj-b"}],
        "snapshots": [{"project": "proj-b", "lun": "x", "name": "keep"}],
    }

    results = done(appliance, config, purge=["snapshots", "luns"])

    assert results["plan"] == [
        "- lun tank/proj-b/stranger",
        "~ lun tank/proj-a/x: is moved to tank/proj-b/x",
        "- snapshot tank/proj-b/x@old",
    ]


def test_lun_that_gets_another_project_is_moved_and_one_with_another_name_renamed(appliance: LabClient) -> None:
    for name in ("a", "b", "c"):
        appliance.add_lun("proj-a", name)
    config: Config = {
        "luns": [
            {"name": "a", "new_project": "proj-b"},
            {"name": "b", "new_project": "proj-b", "new_name": "d"},
            {"name": "c", "new_name": "e"},
        ],
    }

    assert lines(appliance, config) == [
        "~ lun tank/proj-a/a: is moved to tank/proj-b/a",
        "~ lun tank/proj-a/b: is moved and renamed to tank/proj-b/d",
        "~ lun tank/proj-a/c: is renamed to tank/proj-a/e",
    ]


# A name that one leaves and another gets

NAMES: list[Config] = [
    {"luns": [lun("a", new_name="b"), lun("b", new_name="c")]},
    {"luns": [lun("b", new_name="c"), lun("a", new_name="b")]},
    {"luns": [lun("a", new_project="proj-b"), lun("a", project="proj-b", new_name="d")]},
    CHAIN,
]


def world(release: str) -> LabClient:
    """An appliance with the LUNs of these documents; each has its old name as a value, to be known by."""
    new = made(release)
    for project, name in (("proj-a", "a"), ("proj-a", "b"), ("proj-b", "a")):
        new.add_lun(project, name)
    return new


def who(appliance: LabClient) -> dict[str, str]:
    """The LUNs of an appliance with what tells each from all others."""
    return {name: appliance.existing(*name.split("/"))["lunguid"] for name in appliance.luns()}


@pytest.mark.parametrize("number", range(len(NAMES)))
@pytest.mark.parametrize("done_before", [0, 1, 2])
def test_names_go_on_wherever_a_run_has_ended(number: int, done_before: int) -> None:
    config = NAMES[number]
    undisturbed, killed = world("8.8"), world("8.8")
    done(undisturbed, config)
    plan = planned(killed, config)
    killed.fates = [FINE] * done_before + [BEFORE] * (9 if done_before < len(plan.steps) else 0)
    try:
        apply(plan, killed)
    except ZfssaError:
        pass
    killed.fates = []

    done(killed, config)

    assert lines(killed, config) == []
    assert who(killed) == who(undisturbed)


def test_name_is_given_once(appliance: LabClient) -> None:
    """What has just got a name does not lose it to an item that means the object which had it before."""
    appliance.add_lun("proj-a", "a")
    config: Config = {"luns": [lun("a", new_name="b"), lun("b", new_name="c")]}

    assert lines(appliance, config) == [
        "~ lun tank/proj-a/a: is renamed to tank/proj-a/b",
        "+ lun tank/proj-a/c (1 MiB, thick, to nobody)",
    ]
    done(appliance, config)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("other", [{}, {"new_name": "c"}])
def test_object_that_two_items_call_by_one_name_is_refused(appliance: LabClient, first: int, other: Any) -> None:
    """A rename and a new object of the old name can be done once only: the next run could not tell them apart."""
    appliance.add_lun("proj-a", "a")
    items = [lun("a", **other), lun("a", new_name="b")]

    with pytest.raises(ZfssaError, match=r"luns\[1\]: it is about the same object as luns\[0\]"):
        planned(appliance, {"luns": items[::-1] if first else items})


def test_old_name_may_be_declared_absent(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "a")

    done(appliance, {"luns": [{"name": "a", "state": "absent"}, lun("a", new_name="b")]})

    assert appliance.luns() == ["proj-a/b"]


def test_snapshot_of_a_lun_that_is_moved_is_seen_where_it_is_then(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "x")
    appliance.add_snapshot("proj-a", "x", "s")
    config: Config = {
        "luns": [{"name": "x", "new_project": "proj-b"}],
        "snapshots": [{"project": "proj-b", "lun": "x", "name": "s"}],
        "projects": [{"name": "proj-a", "state": "absent"}],
    }

    plan = planned(appliance, config)

    (snapshot,) = (one for one in plan.after["results"] if one["kind"] == "snapshot")
    assert (snapshot["key"], snapshot["object"]["project"]) == ("tank/proj-b/x@s", "proj-b")
    apply(plan, appliance)
    assert appliance.look(f"{lun_path('proj-b', 'x')}/snapshots/s")


def test_chain_of_new_names_of_snapshots_goes_on(appliance: LabClient) -> None:
    appliance.add_lun("proj-a", "x")
    for name in ("s", "t"):
        appliance.add_snapshot("proj-a", "x", name)
    names = [{"name": "s", "new_name": "t"}, {"name": "t", "new_name": "u"}]
    config: Config = {"snapshots": [{"lun": "x", **one} for one in names]}
    plan = planned(appliance, config)
    appliance.fates = [FINE, BEFORE, BEFORE, BEFORE, BEFORE]
    with pytest.raises(ZfssaError):
        apply(plan, appliance)
    appliance.fates = []

    assert lines(appliance, config) == ["~ snapshot tank/proj-a/x@s: is renamed to tank/proj-a/x@t"]
    done(appliance, config)


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("there", [0, 1, 3])
def test_names_in_a_circle_are_refused(appliance: LabClient, number: int, there: int) -> None:
    """Whatever there is of it: when it is done, all looks as before, and the next run would do it again."""
    for name in "abc"[:there]:
        appliance.add_lun("proj-a", name)
    names = "abc"[:number]
    circle = [lun(name, new_name=new) for name, new in zip(names, names[1:] + names[0], strict=True)]

    with pytest.raises(ZfssaError) as caught:
        planned(appliance, {"luns": [lun("other"), *circle]})

    errors = caught.value.failure()["errors"]
    assert [one["place"] for one in errors] == [f"luns[{place}]" for place in range(1, number + 1)]
    assert "use one more name" in str(caught.value)
