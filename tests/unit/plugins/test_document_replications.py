"""Replication actions in documents: with what they send, in lines that people read, purged only in the named projects."""

from __future__ import annotations

from typing import Any

import pytest
from documents import Config, done, lines, options_of, planned
from lab_client import LabClient
from many import appliance_of

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._batches import batches
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import differences, plan_san
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._plan import DocumentRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

STORAGE = "/api/storage/v1"
ACTIONS, TARGETS = f"{STORAGE}/replication/actions", f"{STORAGE}/replication/targets"
HOURLY = {"frequency": "hour", "minute": 15}
WEEKLY = {"frequency": "week", "day": "Monday", "hour": 8, "minute": 30}


@pytest.fixture(params=["2013.1", "8.7", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with two projects that can be sent to `west`."""
    made = appliance_of(request.param)
    made.add_project("proj-b")
    for project, name in (("proj-a", "x"), ("proj-b", "y"), ("default", "z")):
        made.add_lun(project, name)
    return made


def item(lun: str | None = "x", **options: Any) -> dict[str, Any]:
    """An action that sends a LUN, or a project, to `west`."""
    own = {} if lun is None else {"lun": lun, "inherited": False}
    return {"target": "west", "target_pool": "tank", **own, **options}


def document(*items: dict[str, Any], **sections: Any) -> Config:
    """A document with actions."""
    return {**sections, "replications": list(items)}


def only(*names: str, **given: Any) -> dict[str, Any]:
    """Some of the options of an item, and others."""
    return {**{name: value for name, value in item().items() if name in names}, **given}


def asn(appliance: LabClient) -> str:
    """The ASN of `west`."""
    return str(appliance.do("GET", TARGETS)["targets"][0]["asn"])


def sent(appliance: LabClient) -> list[tuple[str, str | None]]:
    """What the actions of the appliance send."""
    found = [(one["project"], one.get("share")) for one in appliance.do("GET", ACTIONS)["actions"]]
    return sorted(found, key=str)


def problems(appliance: LabClient, config: Config, **options: Any) -> dict[str, str]:
    """What is wrong with a document, by its place."""
    with pytest.raises(DocumentRefused) as caught:
        planned(appliance, config, **options)
    return {one.place: one.text for one in caught.value.problems}


# What a plan says


def test_all_is_made_in_one_document(appliance: LabClient) -> None:
    config = document(
        item("redo-1", schedules=[WEEKLY, HOURLY], max_bandwidth="10M"),
        item(None, compression=False),
        projects=[{"name": "new"}],
        luns=[{"name": "redo-1", "size": "1G"}],
    )

    results = done(appliance, config, defaults={"pool": "tank", "project": "new"})

    assert results["plan"][2:] == [
        "+ replication tank/new/redo-1 -> west (max_bandwidth 10 MiB, inherited false, schedules hour :15 and week Monday 08:30)",
        "+ replication tank/new -> west (compression false)",
    ]
    assert sent(appliance) == [("new", "redo-1"), ("new", None)]
    one = results["results"][2]
    assert (one["key"], one["kind"], one["changed"]) == ("tank/new/redo-1 -> west", "replication", True)
    assert (one["object"]["inherited"], one["object"]["schedules"][0]["minute"]) == (False, 15)


def test_changes_are_told(appliance: LabClient) -> None:
    done(appliance, document(item(schedules=[HOURLY])))

    results = done(appliance, document(item(schedules=[WEEKLY], compression=False)))
    more = done(appliance, document(item(schedules=[])))

    line = "~ replication tank/proj-a/x -> west: compression true -> false, schedules hour :15 -> week Monday 08:30"
    assert results["plan"] == [line]
    assert more["plan"] == ["~ replication tank/proj-a/x -> west: schedules week Monday 08:30 -> none"]


def test_flag_alone_is_told(appliance: LabClient) -> None:
    done(appliance, document(item(None)))
    config = document({"lun": "x", "inherited": False})
    was = "unknown" if planned(appliance, config).after["results"][0]["object"] is None else "true"

    plan = plan_san(appliance, options_of(config))
    results = done(appliance, config)

    assert results["plan"] == [f"~ replication tank/proj-a/x: inherited {was} -> false"]
    assert results["results"][0]["object"] == {"pool": "tank", "project": "proj-a", "lun": "x", "inherited": False}
    assert results["summary"] == {"add": 0, "change": 1, "destroy": 0}
    assert differences(plan, results)[0]["after"] == {"inherited": False}


def test_removal_is_told(appliance: LabClient) -> None:
    done(appliance, document(item(), item(None)))

    results = done(appliance, document(item(state="absent", inherited=True)))

    assert results["plan"] == ["- replication tank/proj-a/x -> west"]
    assert results["results"][0]["object"] is None
    assert sent(appliance) == [("proj-a", None)]


def test_flag_of_a_lun_whose_action_is_gone(appliance: LabClient) -> None:
    done(appliance, document({"lun": "x", "inherited": False}))

    results = done(appliance, document(item(state="absent", inherited=True)))

    assert results["plan"] == ["~ replication tank/proj-a/x: inherited false -> true"]
    assert results["summary"] == {"add": 0, "change": 1, "destroy": 0}


def test_pool_of_the_peer_is_told_when_it_has_another_name() -> None:
    appliance = LabClient(own_pools={"west": {"backup": 1 << 40}})
    appliance.add_project("proj-a")
    appliance.add_lun("proj-a", "x")

    plan = lines(appliance, document(item(), item(target_pool="backup")))

    assert [line.partition(" (")[0] for line in plan] == [
        "+ replication tank/proj-a/x -> west",
        "+ replication tank/proj-a/x -> west/backup",
    ]


def test_lun_and_its_action_go_together(appliance: LabClient) -> None:
    done(appliance, document(item()))

    results = done(appliance, document(item(state="absent", inherited=None), luns=[{"name": "x", "state": "absent"}]))

    assert results["plan"] == ["- replication tank/proj-a/x -> west", "- lun tank/proj-a/x"]


def test_renamed_lun_takes_its_action_along(appliance: LabClient) -> None:
    done(appliance, document(item()))

    config = document(item("new"), luns=[{"name": "x", "new_name": "new"}])
    plan = planned(appliance, config, purge=["replications"])
    apply(plan, appliance)

    assert plan.after["plan"] == ["~ lun tank/proj-a/x: is renamed to tank/proj-a/new"]
    assert sent(appliance) == [("proj-a", "new")]


def test_input_of_info_is_a_document_that_changes_nothing(appliance: LabClient) -> None:
    done(appliance, document(item(schedules=[HOURLY, WEEKLY]), item(None, continuous=True)))
    subsets = ["projects", "luns", "replication_actions"]

    config = plan_info(appliance, {"gather_subset": subsets, "as_input": True}).after["config"]

    assert len(config["replications"]) == 2
    assert lines(appliance, config, defaults={}, purge=["replications"]) == []


@pytest.mark.parametrize("release", ["2013.1", "8.8"])
def test_items_of_one_lun_are_not_carried_out_at_the_same_time(release: str) -> None:
    """The second one needs the flag that the first one switches off."""
    appliance = LabClient(release, appliances=("east", "west", "north"))
    appliance.add_project("proj-a")
    names = [f"lun-{number}" for number in range(3)]
    for name in names:
        appliance.add_lun("proj-a", name)
    items = [item(name, target=peer) for name in names for peer in ("west", "north")]

    plan = planned(appliance, document(*items), concurrency=8)
    together = [[one.wish.options["lun"] for one in batch] for batch in batches(plan.carry_out.document.planned)]  # type: ignore[union-attr]
    apply(plan, appliance)

    assert all(len(set(luns)) == len(luns) for luns in together)
    assert len(sent(appliance)) == 6


# What stands against a document


@pytest.mark.parametrize(
    ("given", "place", "text"),
    [
        ({"target": "nowhere"}, "replications[0].target", "nowhere is not registered as a replication target"),
        ({"target": " "}, "replications[0].target", "target is empty"),
        ({"lun": "nothing"}, "replications[0].lun", "LUN tank/proj-a/nothing does not exist"),
        ({"project": "nothing"}, "replications[0].project", "project tank/nothing does not exist"),
        ({"target_pool": None}, "replications[0].target_pool", "target_pool is missing"),
        ({"target_pol": "x"}, "replications[0].target_pol", "did you mean target_pool?"),
        ({"inherited": None}, "replications[0].inherited", "takes part in the replication of its project"),
        ({"lun": None}, "replications[0].inherited", "inherited needs lun"),
        ({"max_bandwidth": "10X"}, "replications[0].max_bandwidth", "is not a size"),
        ({"schedules": [{"minute": 5}]}, "replications[0].schedules[0]", "frequency is missing"),
        (
            {"schedules": [HOURLY, {**HOURLY, "minuet": 5}]},
            "replications[0].schedules[1].minuet",
            "did you mean minute?",
        ),
        ({"schedules": [HOURLY, HOURLY]}, "replications[0].schedules", "more than once"),
        (
            {"schedules": [HOURLY], "continuous": True},
            "replications[0].schedules",
            "a continuous action has no schedules",
        ),
    ],
)
def test_error_has_its_place(appliance: LabClient, given: dict[str, Any], place: str, text: str) -> None:
    done(appliance, document(item(None)))
    if given == {"target": None}:
        assert (
            planned(appliance, document({**item(), **given}))
            .after["plan"][0]
            .startswith("~ replication tank/proj-a/x: ")
        )
        return

    found = problems(appliance, document({**item(), **given}))

    assert list(found) == [place]
    assert text in found[place]


def test_error_of_the_lun_is_told_once(appliance: LabClient) -> None:
    found = problems(appliance, document(item("bad"), luns=[{"name": "bad", "size": "1X"}]))

    assert list(found) == ["luns[0].size"]


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("other", ["asn", "without target_pool", "asn without target_pool"])
@pytest.mark.parametrize("first", [False, True])
def test_two_items_about_one_action_in_different_words(
    appliance: LabClient, made: bool, other: str, first: bool
) -> None:
    if made:
        done(appliance, document(item()))
    again = item(compression=False)
    if "asn" in other:
        again["target"] = asn(appliance)
    if "without" in other:
        del again["target_pool"]
    items = [again, item()] if first else [item(), again]

    found = problems(appliance, document(*items))

    # To make an action, the pool there must be given, and it is the other item that is refused then.
    texts = " ".join(found.values())
    assert "two items are about replication tank/proj-a/x/west/tank" in texts


def test_present_and_absent_in_different_words(appliance: LabClient) -> None:
    """The LUN is made late, so that the item by which the action shall not be there is planned before the other one."""
    config = document(
        {"lun": "copy", "target": asn(appliance), "state": "absent"},
        item("copy"),
        luns=[{"name": "x", "new_name": "origin"}, {"name": "copy", "source": {"lun": "origin", "snapshot": "s"}}],
        snapshots=[{"lun": "origin", "name": "s"}],
    )

    found = problems(appliance, config)

    assert list(found) == ["replications[0]"]
    assert "two items are about replication tank/proj-a/copy/west" in found["replications[0]"]


def test_same_words_are_refused_at_once(appliance: LabClient) -> None:
    found = problems(appliance, document(item(), item(compression=False)))

    assert found == {"replications[1]": "it is about the same object as replications[0]; combine them into one"}


def test_action_of_a_lun_that_another_item_removes(appliance: LabClient) -> None:
    done(appliance, document(item()))

    found = problems(appliance, document(item(), luns=[{"name": "x", "state": "absent"}]))

    assert list(found) == ["luns[0]"]
    assert "replication to west" in found["luns[0]"]


def test_plan_that_was_approved(appliance: LabClient) -> None:
    done(appliance, document(item(max_bandwidth="10M")))
    config = document(item(compression=False))
    approved = planned(appliance, config, state="planned").after

    assert planned(appliance, config, expect_plan=approved).after["plan"]
    (action,) = appliance.do("GET", ACTIONS)["actions"]
    appliance.do("PUT", f"{ACTIONS}/{action['id']}", {"max_bandwidth": 5 << 20})
    appliance.sent.clear()

    with pytest.raises(PlanRefused, match="an object has changed on which it is based"):
        planned(appliance, config, expect_plan=approved)


# Purge


def everything(appliance: LabClient) -> None:
    """Let actions be in three projects."""
    done(
        appliance,
        document(
            item(), item(None), item("y", project="proj-b"), item("z", project="default"), item(None, project="proj-b")
        ),
    )


def test_only_actions_of_the_named_projects_are_purged(appliance: LabClient) -> None:
    everything(appliance)

    results = done(appliance, document(item()), purge=["replications"])

    assert results["plan"] == ["- replication tank/proj-a -> west"]
    assert sent(appliance) == [("default", "z"), ("proj-a", "x"), ("proj-b", "y"), ("proj-b", None)]


def test_project_of_another_section_counts_as_named(appliance: LabClient) -> None:
    everything(appliance)

    results = done(appliance, {"projects": [{"name": "proj-b"}]}, purge=["replications"])

    assert sorted(results["plan"]) == ["- replication tank/proj-b -> west", "- replication tank/proj-b/y -> west"]
    assert sent(appliance) == [("default", "z"), ("proj-a", "x"), ("proj-a", None)]


def test_actions_of_project_default_stay(appliance: LabClient) -> None:
    everything(appliance)

    config = document(item(None), item("z", project="default"))

    assert lines(appliance, config, purge=["replications"]) == ["- replication tank/proj-a/x -> west"]


@pytest.mark.parametrize("words", ["asn", "without target_pool"])
def test_listed_in_other_words_is_not_purged(appliance: LabClient, words: str) -> None:
    everything(appliance)
    listed = item(target=asn(appliance)) if words == "asn" else only("lun", "target")

    plan = lines(appliance, document(listed), purge=["replications"])

    assert plan == ["- replication tank/proj-a -> west"]


def test_actions_of_filesystems_stay(appliance: LabClient) -> None:
    place = f"{STORAGE}/pools/tank/projects/proj-a"
    appliance.do("POST", f"{place}/filesystems", {"name": "fs"})
    appliance.do("PUT", f"{place}/filesystems/fs/replication", {"inherited": False})
    appliance.do(
        "POST", ACTIONS, {"pool": "tank", "project": "proj-a", "share": "fs", "target": "west", "target_pool": "tank"}
    )

    assert lines(appliance, {"projects": [{"name": "proj-a"}]}, purge=["replications"]) == []


def test_limit_counts_actions(appliance: LabClient) -> None:
    everything(appliance)

    with pytest.raises(
        PlanRefused, match=r"purge would remove 1 objects, and purge_limit is 0: - replication tank/proj-a -> w"
    ):
        planned(appliance, document(item()), purge=["replications"], purge_limit="0")


def test_lun_is_purged_after_its_action(appliance: LabClient) -> None:
    done(appliance, document(item()))
    config: Config = {"projects": [{"name": "proj-a"}]}

    with pytest.raises(PlanRefused, match=r"purge\[luns\]"):
        planned(appliance, config, purge=["luns"])
    results = done(appliance, config, purge=["luns", "replications"])

    assert results["plan"] == ["- replication tank/proj-a/x -> west", "- lun tank/proj-a/x"]


def test_update_that_runs_is_not_purged(appliance: LabClient) -> None:
    done(appliance, document(item()))
    appliance.lab.write(appliance.at, "tank", "proj-a", "x", 1 << 20)
    (action,) = appliance.do("GET", ACTIONS)["actions"]
    appliance.do("PUT", f"{ACTIONS}/{action['id']}/sendupdate")
    appliance.sent.clear()

    with pytest.raises(PlanRefused, match=r"purge\[replications\].*is running"):
        planned(appliance, {"projects": [{"name": "proj-a"}]}, purge=["replications"])
