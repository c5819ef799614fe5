"""What a document does not list is removed only where that is asked for, allowed, and hurts nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from documents import Config, done, lines, planned
from lab_client import LabClient, lun_path
from many import appliance_of, host, port

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused

LISTED: Config = {"projects": [{"name": "proj-a"}], "luns": [{"name": "keep", "size": "1M"}]}


@pytest.fixture(params=["2013.1", "8.7", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with LUNs in two projects and in `default`, and groups that nobody uses."""
    made = appliance_of(request.param)
    made.add_project("proj-b")
    for project, name in (("proj-a", "keep"), ("proj-a", "old"), ("proj-b", "other"), ("default", "own")):
        made.add_lun(project, name)
    return made


def purged(appliance: LabClient, *sections: str, config: Config | None = None, **options: Any) -> list[str]:
    """The lines of what a purge removes."""
    return lines(appliance, config if config is not None else LISTED, purge=list(sections), **options)


def test_only_in_the_projects_that_the_document_names(appliance: LabClient) -> None:
    assert purged(appliance, "luns") == ["- lun tank/proj-a/old"]


def test_nothing_is_purged_unasked(appliance: LabClient) -> None:
    assert lines(appliance, LISTED) == []
    assert purged(appliance, "snapshots") == []


def test_purge_is_carried_out(appliance: LabClient) -> None:
    done(appliance, LISTED, purge=["luns"])

    assert appliance.lun("proj-a", "keep")
    assert appliance.look(lun_path("proj-a", "old")) is None
    assert appliance.lun("proj-b", "other")
    assert appliance.lun("default", "own")


def test_project_default_and_what_is_in_it_stays(appliance: LabClient) -> None:
    projects = [{"name": name} for name in ("proj-a", "proj-b", "default")]
    config: Config = {"projects": projects, "luns": [*LISTED["luns"], *in_default("x")]}

    assert purged(appliance, "luns", "projects", config=config) == [
        "+ lun tank/default/x (1 MiB, thick, to nobody)",
        "- lun tank/proj-a/old",
        "- lun tank/proj-b/other",
    ]


def in_default(name: str) -> list[dict[str, Any]]:
    """A LUN in project `default`."""
    return [{"project": "default", "name": name, "size": "1M"}]


def test_project_with_dependents_is_refused(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match=r"purge\[projects\]: project tank/proj-b holds LUN other"):
        purged(appliance, "projects")


def test_empty_project_is_purged(appliance: LabClient) -> None:
    appliance.do("DELETE", lun_path("proj-b", "other"))

    assert purged(appliance, "projects") == ["- project tank/proj-b"]


def test_dependents_need_force(appliance: LabClient) -> None:
    appliance.add_snapshot("proj-a", "old", "s1")

    with pytest.raises(PlanRefused, match="holds snapshot s1, which would be destroyed with it"):
        purged(appliance, "luns")
    assert purged(appliance, "luns", force=True) == ["- lun tank/proj-a/old"]
    assert purged(appliance, "luns", "snapshots") == ["- snapshot tank/proj-a/old@s1", "- lun tank/proj-a/old"]


def test_origin_of_a_clone_elsewhere_is_never_purged(appliance: LabClient) -> None:
    appliance.add_snapshot("proj-a", "old", "s1", clones=1)

    for force in (False, True):
        with pytest.raises(PlanRefused, match="tank/default/s1-0"):
            purged(appliance, "luns", force=force)
    assert appliance.sent == []


def test_nodestroy_is_never_purged(appliance: LabClient) -> None:
    appliance.do("PUT", lun_path("proj-a", "old"), {"nodestroy": True})

    for force in (False, True):
        with pytest.raises(PlanRefused, match="is protected by nodestroy"):
            purged(appliance, "luns", force=force)


def test_replicated_lun_is_not_purged(appliance: LabClient) -> None:
    shares = "luns" if appliance.release.has("lun_replication_path") else "filesystems"
    flag = f"/api/storage/v1/pools/tank/projects/proj-a/{shares}/old/replication"
    appliance.do("PUT", flag, {"inherited": False})
    route = {"pool": "tank", "project": "proj-a", "share": "old", "target": "west", "target_pool": "tank"}
    appliance.do("POST", "/api/storage/v1/replication/actions", route)

    with pytest.raises(PlanRefused, match="replication to west"):
        purged(appliance, "luns")


def test_automatic_snapshots_and_those_of_replication_stay(appliance: LabClient) -> None:
    snapshots = f"{lun_path('proj-a', 'keep')}/snapshots"
    appliance.do("POST", f"{lun_path('proj-a', 'keep')}/automatic", {"frequency": "halfhour"})
    appliance.clock.advance(3600)
    appliance.do("POST", snapshots, {"name": "mine"})
    names = [one["name"] for one in appliance.look(snapshots)["snapshots"]]  # type: ignore[index]
    assert any(name.startswith(".auto") for name in names)

    assert purged(appliance, "snapshots") == ["- snapshot tank/proj-a/keep@mine"]


def test_snapshot_of_a_project_goes_with_those_of_its_luns(appliance: LabClient) -> None:
    appliance.do("POST", "/api/storage/v1/pools/tank/projects/proj-a/snapshots", {"name": "all"})

    assert purged(appliance, "snapshots") == ["- snapshot tank/proj-a@all"]
    listed = {**LISTED, "snapshots": [{"name": "all"}]}
    assert purged(appliance, "snapshots", config=listed) == []


# How many


def test_limit_is_refused_with_the_list(appliance: LabClient) -> None:
    for number in range(10):
        appliance.add_lun("proj-a", f"old-{number}")

    with pytest.raises(PlanRefused) as caught:
        purged(appliance, "luns")

    assert "purge would remove 11 objects, and purge_limit is 10: - lun tank/proj-a/old, " in str(caught.value)
    assert "- lun tank/proj-a/old-9" in str(caught.value)
    assert len(purged(appliance, "luns", purge_limit="11")) == 11


@pytest.mark.parametrize(("limit", "allowed"), [("49%", False), ("50%", True), ("100%", True), (0, False), ("1", True)])
def test_limit_may_be_a_percentage_of_what_is_there(appliance: LabClient, limit: Any, allowed: bool) -> None:
    if allowed:
        assert purged(appliance, "luns", purge_limit=limit) == ["- lun tank/proj-a/old"]
    else:
        with pytest.raises(PlanRefused, match="purge would remove 1 object"):
            purged(appliance, "luns", purge_limit=limit)


@pytest.mark.parametrize("limit", ["", "ten", "-1", "101%", "1.5", True])
def test_limit_that_is_none(appliance: LabClient, limit: Any) -> None:
    with pytest.raises(InvalidInput, match="purge_limit"):
        purged(appliance, "luns", purge_limit=limit)


def test_what_is_removed_by_name_does_not_count(appliance: LabClient) -> None:
    config = {**LISTED, "luns": [*LISTED["luns"], {"name": "old", "state": "absent"}]}

    assert purged(appliance, "luns", config=config, purge_limit="0") == ["- lun tank/proj-a/old"]


# What is in no pool


def test_groups_are_purged_only_when_their_kind_is_named(appliance: LabClient) -> None:
    config: Config = {**LISTED, "initiator_groups": [{"name": "ig-a"}]}

    assert purged(appliance, "luns", config=config) == ["- lun tank/proj-a/old"]
    assert purged(appliance, "initiator_groups", config=config) == [
        "- initiator group ig-b",
        "- initiator group ig-c",
    ]


def test_group_that_a_lun_outside_uses_stays_with_a_warning(appliance: LabClient) -> None:
    appliance.do("PUT", lun_path("proj-b", "other"), {"initiatorgroup": "ig-b"})

    plan = planned(appliance, {**LISTED, "initiator_groups": [{"name": "ig-a"}]}, purge=["initiator_groups"])

    assert plan.after["plan"] == ["- initiator group ig-c"]
    assert "initiator group ig-b" in plan.warnings[0]
    assert "LUN tank/proj-b/other" in plan.warnings[0]


def test_group_with_members_that_the_document_does_not_list_stays(appliance: LabClient) -> None:
    for number in (1, 2):
        appliance.do("POST", "/api/san/v1/iscsi/initiators", {"initiator": host(number)})
    appliance.do("PUT", "/api/san/v1/iscsi/initiator-groups/ig-b", {"initiators": [host(1)]})
    appliance.do("PUT", "/api/san/v1/iscsi/initiator-groups/ig-c", {"initiators": [host(2)]})

    config: Config = {**LISTED, "initiators": [{"initiator": host(1)}], "initiator_groups": [{"name": "ig-a"}]}
    plan = planned(appliance, config, purge=["initiator_groups", "initiators"])

    assert plan.after["plan"] == ["- initiator group ig-b"]
    assert host(2) in plan.warnings[0]


def test_targets_by_alias_are_known_to_the_document(appliance: LabClient) -> None:
    targets = [{"alias": "a", "iqn": port(1)}, {"alias": "b", "iqn": port(2)}]
    done(appliance, {"targets": targets, "target_groups": [{"name": "tg-a", "targets": ["a"]}]})

    config: Config = {**LISTED, "targets": [{"alias": "a"}]}

    assert purged(appliance, "target_groups", "targets", config=config) == [
        "- target group tg-a",
        "- target group tg-b",
        "- target b",
    ]


def test_custom_property_with_values_outside_stays(appliance: LabClient) -> None:
    appliance.add_property("used")
    appliance.add_property("unused")
    appliance.do("PUT", lun_path("proj-b", "other"), {"custom:used": "x"})

    plan = planned(appliance, LISTED, purge=["schema"], force=True)

    assert plan.after["plan"] == ["- custom property unused"]
    assert "custom property used" in plan.warnings[0]


def test_group_that_a_purged_lun_leaves_is_purged(appliance: LabClient) -> None:
    appliance.do("PUT", lun_path("proj-a", "old"), {"initiatorgroup": "ig-b"})

    config: Config = {**LISTED, "initiator_groups": [{"name": "ig-a"}, {"name": "ig-c"}]}

    assert purged(appliance, "luns", "initiator_groups", config=config) == [
        "- lun tank/proj-a/old",
        "- initiator group ig-b",
    ]
    done(appliance, config, purge=["luns", "initiator_groups"])


def test_document_with_errors_purges_nothing(appliance: LabClient) -> None:
    config: Config = {**LISTED, "luns": [*LISTED["luns"], {"name": "old", "size": "1X"}]}

    with pytest.raises(PlanRefused, match="the document has an error: luns"):
        purged(appliance, "luns", config=config)
    assert appliance.sent == []


def test_project_of_what_the_document_lists_stays(appliance: LabClient) -> None:
    config: Config = {"luns": [{"name": "keep", "size": "1M"}, {"name": "other", "project": "proj-b", "size": "1M"}]}

    assert purged(appliance, "projects", config=config, force=True) == []
    moved: Config = {"luns": [{"name": "keep", "new_project": "proj-b"}, {"name": "old", "state": "absent"}]}
    assert purged(appliance, "projects", config=moved, force=True) == [
        "~ lun tank/proj-a/keep: is moved to tank/proj-b/keep",
        "- lun tank/proj-a/old",
    ]


# What goes with what is purged


def clone(appliance: LabClient, project: str, name: str) -> None:
    """A clone of LUN `old`, made of its snapshot `s1`."""
    if appliance.look(f"{lun_path('proj-a', 'old')}/snapshots/s1") is None:
        appliance.add_snapshot("proj-a", "old", "s1")
    appliance.do("PUT", f"{lun_path('proj-a', 'old')}/snapshots/s1/clone", {"project": project, "share": name})


@pytest.mark.parametrize("of_project", [False, True])
def test_listed_clone_never_goes_with_its_snapshot(appliance: LabClient, of_project: bool) -> None:
    """Not with one that is purged, nor with one that the document itself removes."""
    if of_project:
        appliance.do("POST", "/api/storage/v1/pools/tank/projects/proj-a/snapshots", {"name": "s1"})
    clone(appliance, "proj-b", "copy")
    luns = [*LISTED["luns"], {"name": "old", "size": "1M"}, {"name": "copy", "project": "proj-b", "size": "1M"}]
    config: Config = {**LISTED, "luns": luns}
    gone = {"name": "s1", "state": "absent", "force": True, **({} if of_project else {"lun": "old"})}

    for options in ({"purge": ["snapshots"], "force": True}, {"config": {**config, "snapshots": [gone]}}):
        with pytest.raises(PlanRefused, match=r"luns\[2\]: lun tank/proj-b/copy would be destroyed with"):
            planned(appliance, **{"config": config, **options})


def test_clone_in_another_project_never_goes_with_a_purged_snapshot(appliance: LabClient) -> None:
    clone(appliance, "proj-b", "copy")
    config: Config = {**LISTED, "luns": [*LISTED["luns"], {"name": "old", "size": "1M"}]}

    with pytest.raises(PlanRefused, match="LUN tank/proj-b/copy would be destroyed with it, and is in no project"):
        purged(appliance, "snapshots", config=config, force=True)


def test_luns_that_go_with_what_is_purged_are_told_and_count(appliance: LabClient) -> None:
    for name in ("copy-1", "copy-2"):
        clone(appliance, "proj-a", name)
    config: Config = {**LISTED, "luns": [*LISTED["luns"], {"name": "old", "size": "1M"}]}
    told = ["- snapshot tank/proj-a/old@s1 (with lun tank/proj-a/copy-1, lun tank/proj-a/copy-2)"]

    assert purged(appliance, "snapshots", config=config, force=True, purge_limit="3") == told
    with pytest.raises(PlanRefused, match="purge would remove 3 objects, and purge_limit is 2"):
        purged(appliance, "snapshots", config=config, force=True, purge_limit="2")


def test_luns_of_a_purged_project_are_told_and_count(appliance: LabClient) -> None:
    appliance.add_lun("proj-b", "second")
    told = ["- project tank/proj-b (with lun tank/proj-b/other, lun tank/proj-b/second)"]

    config: Config = {"projects": [{"name": "proj-a"}], "luns": [{"name": "x", "project": "proj-b", "state": "absent"}]}
    assert purged(appliance, "projects", config=config, force=True, purge_limit="3") == told
    with pytest.raises(PlanRefused, match="purge would remove 3 objects"):
        purged(appliance, "projects", config=config, force=True, purge_limit="2")


def test_another_clone_that_would_go_makes_another_plan(appliance: LabClient) -> None:
    config: Config = {"luns": [{"name": "old", "state": "absent", "force": True}]}
    clone(appliance, "proj-a", "copy-1")
    approved = planned(appliance, config).after

    clone(appliance, "proj-b", "copy-2")

    with pytest.raises(PlanRefused, match="not the one that was approved"):
        planned(appliance, config, expect_plan=approved)


FILESYSTEMS = "/api/storage/v1/pools/tank/projects/{}/filesystems"


@pytest.mark.parametrize("section", ["snapshots", "projects"])
def test_clone_of_a_filesystem_in_another_project_never_goes(appliance: LabClient, section: str) -> None:
    """Neither with a snapshot of its project, nor with that project; clones of clones do not go either."""
    project = "/api/storage/v1/pools/tank/projects/proj-c"
    appliance.add_project("proj-c")
    appliance.do("POST", FILESYSTEMS.format("proj-c"), {"name": "f"})
    appliance.do("POST", f"{project}/snapshots", {"name": "s1"})
    inside = FILESYSTEMS.format("proj-c")
    appliance.do("PUT", f"{inside}/f/snapshots/s1/clone", {"project": "proj-c", "share": "near"})
    appliance.do("POST", f"{inside}/near/snapshots", {"name": "s2"})
    appliance.do("PUT", f"{inside}/near/snapshots/s2/clone", {"project": "proj-b", "share": "far"})
    listed = {"projects": [{"name": "proj-c"}]} if section == "snapshots" else {"luns": LISTED["luns"]}

    with pytest.raises(
        PlanRefused, match="filesystem tank/proj-b/far would be destroyed with it, and is in no project"
    ):
        purged(appliance, section, config=listed, force=True)


def test_what_an_appliance_lists_in_a_wrong_place_is_not_purged(appliance: LabClient) -> None:
    def elsewhere(page: dict[str, Any]) -> dict[str, Any]:
        return {"luns": [{**lun, "project": "proj-b"} for lun in page["luns"]]}

    appliance.edit("/api/storage/v1/pools/tank/projects/proj-a/luns", elsewhere)

    assert [line for line in purged(appliance, "luns") if line.startswith("-")] == []


def test_request_for_filesystems_is_made_once(appliance: LabClient) -> None:
    for number in range(3):
        appliance.add_lun("proj-a", f"old-{number}")

    assert len(purged(appliance, "luns", force=True)) == 4
    assert appliance.reads.count("/api/storage/v1/filesystems") == 1


def test_lun_of_a_snapshot_that_the_document_lists_stays(appliance: LabClient) -> None:
    config: Config = {"snapshots": [{"lun": "old", "name": "s1"}]}

    assert purged(appliance, "luns", config=config) == ["+ snapshot tank/proj-a/old@s1", "- lun tank/proj-a/keep"]


def test_what_a_project_holds_is_unknown_when_it_waits_for_room_and_what_is_in_it_goes(appliance: LabClient) -> None:
    appliance.add_project("full", reservation=600 << 30)
    config: Config = {**LISTED, "projects": [{"name": "proj-a", "reservation": "600G"}, {"name": "proj-b"}]}
    options = {"purge": ["luns", "projects"], "force": True}

    plan = planned(appliance, config, **options)

    waited = next(one["object"] for one in plan.after["results"] if one["key"] == "tank/proj-a")
    assert (waited["reservation"], waited["space_data"]) == (600 << 30, None)
    done(appliance, config, **options)
