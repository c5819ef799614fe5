"""Projects, LUNs, snapshots and custom properties in one plan: what comes and goes with an object, and whether all has room."""

from __future__ import annotations

import pytest
from lab_client import LabClient
from many import GIB, Wanted, appliance_of, custom, do, done, gone, hosts, lun, project, snapshot, wanted

from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Key
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._kind import SCHEMA
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

CLONE_OF_X = {"lun": "x", "snapshot": "s"}


@pytest.fixture(params=["2013.1", "8.7", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a pool of 1T, a project and groups."""
    return appliance_of(request.param)


def refused(appliance: LabClient, why: str, *document: Wanted) -> None:
    """See that a plan is refused, and that nothing is written for it."""
    before = len(appliance.sent)
    with pytest.raises(PlanRefused, match=why):
        plan_many(appliance, document)
    assert len(appliance.sent) == before


def forced(name: str) -> Wanted:
    """A project that shall go with all that is in it."""
    return wanted(PROJECT, pool="tank", name=name, state="absent", force=True)


# Other names


def test_what_is_in_a_project_is_found_under_its_new_name(appliance: LabClient) -> None:
    do(appliance, project("old"), lun("x", "old"), lun("y", "old"), snapshot("s", "x", "old"))

    plan = done(
        appliance,
        project("old", new_name="new"),
        lun("x", "new", size="2G"),
        lun("y", "new"),
        snapshot("s", "x", "new"),
        lun("c", "new", source=CLONE_OF_X),
        project("old"),
        lun("x", "old"),
    )

    assert [item.changed for item in plan.items] == [True, True, False, False, True, True, True]
    assert appliance.existing("new", "x")["volsize"] == 2 * GIB
    assert appliance.existing("old", "x")["volsize"] == GIB


def test_snapshots_of_a_lun_are_found_under_its_new_name(appliance: LabClient) -> None:
    do(appliance, lun("x"), snapshot("s", "x"))

    done(appliance, lun("x", new_name="y"), lun("c", source={"lun": "y", "snapshot": "s"}), lun("x", size="2G"))

    assert appliance.existing("proj-a", "c")["origin"]["share"] == "y"


def test_names_are_passed_on(appliance: LabClient) -> None:
    do(appliance, lun("x"), lun("y", size="2G"))

    done(appliance, lun("y", new_name="z", size="2G"), lun("x", new_name="y"))

    assert appliance.existing("proj-a", "z")["volsize"] == 2 * GIB


def test_lun_goes_to_a_project_of_the_plan_and_its_own_is_removed(appliance: LabClient) -> None:
    do(appliance, lun("x"), lun("y", sparse=False))

    do(
        appliance,
        project(compression="gzip"),
        lun("x", new_project="new", compression="off"),
        lun("y", new_project="new"),
        gone(project("proj-a")),
    )

    assert [appliance.existing("new", name)["compression"] for name in "xy"] == ["off", "gzip"]


# Removed together


def test_what_is_in_a_project_goes_with_it(appliance: LabClient) -> None:
    seen = {"initiator_groups": ["ig"], "lu_number": 4}
    do(appliance, hosts("ig"), project(), lun("x", "new", **seen), snapshot("s", "x", "new"))

    done(appliance, forced("new"), gone(lun("x", "new")), lun("x", **seen))

    assert appliance.existing("proj-a", "x")["assignednumber"] in (4, [4])


def test_group_of_luns_that_go_with_their_project(appliance: LabClient) -> None:
    do(appliance, hosts("ig"), project(), lun("x", "new", initiator_groups=["ig"]))

    do(appliance, forced("new"), gone(hosts("ig")))


def test_clone_dies_with_its_origin(appliance: LabClient) -> None:
    do(appliance, lun("x"), snapshot("s", "x"), lun("c", source=CLONE_OF_X))

    plan = done(
        appliance, wanted(lun("x")[0], pool="tank", project="proj-a", name="x", state="absent", force=True), lun("c")
    )

    assert [str(step) for step in plan.steps] == ["destroy LUN tank/proj-a/x", "create LUN tank/proj-a/c"]


# Snapshots and clones


def test_clones_and_their_snapshots_go_in_reverse(appliance: LabClient) -> None:
    document = [
        lun("x"),
        snapshot("s", "x"),
        lun("c", source=CLONE_OF_X),
        snapshot("t", "c"),
        lun("d", source={"lun": "c", "snapshot": "t"}),
    ]
    do(appliance, *document)

    do(appliance, *map(gone, reversed(document)))


def test_snapshot_of_which_the_plan_makes_a_clone_stays(appliance: LabClient) -> None:
    do(appliance, lun("x"), snapshot("s", "x"))

    refused(
        appliance, "has clones, which would be destroyed with it", lun("c", source=CLONE_OF_X), gone(snapshot("s", "x"))
    )


def test_snapshot_of_a_project_is_one_of_its_luns(appliance: LabClient) -> None:
    whole = snapshot("s", None, "new")
    do(appliance, project(), lun("x", "new"), whole, lun("c", source={**CLONE_OF_X, "project": "new"}))
    do(appliance, gone(lun("c")))

    done(appliance, snapshot("s", None, "new", new_name="t"), lun("c", "new", source={"lun": "x", "snapshot": "t"}))
    do(appliance, gone(lun("c", "new")), gone(snapshot("t", None, "new")), gone(lun("x", "new")), gone(project()))


def test_snapshots_that_are_pruned_or_newer_are_gone(appliance: LabClient) -> None:
    do(appliance, lun("x"), snapshot("s1", "x"), snapshot("s2", "x"))

    done(appliance, snapshot("s3", "x", keep_last=1, match="s*"), gone(snapshot("s1", "x")))
    done(appliance, snapshot("s4", "x"))
    plan = done(appliance, snapshot("s3", "x", state="restored", force=True), snapshot("s4", "x"))

    assert plan.items[1].changed


# Settings and custom values


def test_luns_have_the_new_settings_of_their_project(appliance: LabClient) -> None:
    do(appliance, project(), lun("x", "new"), lun("y", "new"))

    results = do(appliance, project(compression="gzip"), lun("x", "new", compression="off"), lun("y", "new"))

    assert results[Key("lun", ("tank", "new"), "y")]["lun"]["compression"] == "gzip"
    assert appliance.existing("new", "x")["compression"] == "off"


def test_values_are_of_the_type_that_an_item_before_defines(appliance: LabClient) -> None:
    results = do(
        appliance,
        *(custom("count", type="Integer"), custom("flag", type="Boolean")),
        project(custom={"count": "5", "flag": "yes"}),
        lun("x", "new", custom={"count": 7, "flag": "off"}),
        snapshot("s", "x", "new"),
        lun("c", "new", source=CLONE_OF_X),
    )

    assert results[Key("project", ("tank",), "new")]["project"]["custom"] == {"count": 5, "flag": True}
    refused(appliance, "custom property more does not exist", custom("other"), lun("y", custom={"more": 1}))
    refused(appliance, "custom property n is of type Integer", custom("n", type="Integer"), lun("y", custom={"n": "a"}))


def test_values_go_with_their_property(appliance: LabClient) -> None:
    do(appliance, custom("n"), lun("x", custom={"n": "7"}))
    removal = wanted(SCHEMA, name="n", state="absent", force=True)

    refused(appliance, "custom property n has a value on LUN tank/proj-a/x", gone(custom("n")), gone(lun("x")))
    refused(appliance, "custom property n does not exist", removal, lun("x", custom={"n": "7"}))
    do(appliance, gone(lun("x")), gone(custom("n")))


# Room


def thick(name: str, size: str, place: str = "proj-a", **options: object) -> Wanted:
    """A LUN that takes all of its size at once."""
    return lun(name, place, size=size, sparse=False, **options)


def test_growth_takes_room(appliance: LabClient) -> None:
    do(appliance, thick("x", "600G"))

    refused(appliance, "Cannot create LUN tank/proj-a/y: it takes 350G", thick("x", "700G"), thick("y", "350G"))
    do(appliance, thick("x", "700G"), thick("y", "200G"))


def test_thin_lun_takes_none_until_it_is_thick(appliance: LabClient) -> None:
    do(appliance, lun("x", size="600G", sparse=True), lun("z", size="900G", sparse=True))

    refused(appliance, "Cannot create LUN tank/proj-a/y: it takes 600G", thick("x", "600G"), thick("y", "600G"))


@pytest.mark.parametrize(
    ("there", "less"),
    [
        ([thick("x", "900G")], [gone(lun("x"))]),
        ([thick("x", "900G")], [lun("x", size="100G", allow_shrink=True)]),
        ([project(reservation="900G")], [gone(project())]),
        ([project(reservation="900G")], [project(reservation="100G")]),
        ([project(), thick("x", "900G", "new")], [forced("new")]),
    ],
    ids=["LUN gone", "LUN smaller", "project gone", "smaller reservation", "project gone with its LUN"],
)
def test_what_is_given_back_may_be_taken(appliance: LabClient, there: list[Wanted], less: list[Wanted]) -> None:
    do(appliance, *there)

    refused(appliance, "Cannot create LUN tank/proj-a/y: it takes 800G", thick("y", "800G"), *less)
    do(appliance, *less, thick("y", "800G"))


def test_reservation_takes_room(appliance: LabClient) -> None:
    kept = project(reservation="600G")

    refused(appliance, "Cannot create LUN tank/proj-a/y: it takes 600G, .* has 424G left", kept, thick("y", "600G"))
    refused(
        appliance, "the reservation takes 600G, and pool tank has 424G left", kept, project("two", reservation="600G")
    )
    refused(appliance, "the reservation takes 600G", thick("y", "600G"), kept)
    do(appliance, kept, thick("x", "500G", "new"), thick("y", "400G"))


def test_quota_is_the_one_that_the_plan_gives(appliance: LabClient) -> None:
    do(appliance, project(quota="100G"), project("two", quota="10G"), thick("x", "90G"))

    refused(appliance, "takes 50G, and project tank/new has 10G left", project(quota="10G"), thick("y", "50G", "new"))
    refused(appliance, "takes 50G already, more than a quota of 10G", thick("y", "50G", "new"), project(quota="10G"))
    refused(
        appliance, "takes 90G, and project tank/two has 10G left", project("two"), thick("x", "90G", new_project="two")
    )
    do(
        appliance,
        project(quota=0),
        thick("y", "150G", "new"),
        project("two", quota="95G"),
        thick("x", "90G", new_project="two"),
    )


def test_thin_lun_beyond_the_pool_is_warned_of_in_a_new_project_too(appliance: LabClient) -> None:
    plan = plan_many(appliance, [project(), lun("x", "new", size="2T", sparse=True)])

    assert "all of pool tank is 1T" in plan.items[1].warnings[0]
