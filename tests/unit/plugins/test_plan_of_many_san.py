"""A whole SAN in one plan: initiators, targets, groups of both, LUNs that are presented to them, and all of it removed again."""

from __future__ import annotations

import json
from itertools import product

import pytest
from lab_client import LabClient
from many import GIB, TIB, Wanted, do, gone, host, hosts, initiator, lun, port, ports, project, target, unlike, wanted

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Key
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.san._kind import INITIATOR_GROUP
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    NotUnderstood,
    PlanRefused,
)

SAN = "/api/san/v1/iscsi"


@pytest.fixture(
    params=list(product(["2013.1", "8.7", "8.8"], [False, True])), ids=lambda given: f"{given[0]}{'-strict' * given[1]}"
)
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a pool of 1T, a project and groups without members."""
    release, strict = request.param
    client = LabClient(release, pools={"tank": TIB}, strict=strict)
    client.add_project("proj-a")
    client.add_groups()
    return client


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks at a list that others may change."""
    monkeypatch.setattr(_membership, "REAL", _membership.Pace(clock=lambda: 0.0, sleep=lambda _seconds: None))


def refused(appliance: LabClient, why: str, *document: Wanted) -> None:
    """See that a plan is refused, and that nothing is written for it."""
    before = len(appliance.sent)
    with pytest.raises(PlanRefused, match=why):
        plan_many(appliance, document)
    assert len(appliance.sent) == before


# Made


SAN_OF_ONE_HOST = (
    initiator(host(), alias="h"),
    hosts("ig", "h"),
    target("t", iqn=port()),
    ports("tg", "t"),
    project(),
    lun("x", "new", initiator_groups=["ig"], target_group="tg", lu_number=3),
)


def test_a_san_is_made_and_removed_in_reverse(appliance: LabClient) -> None:
    do(appliance, *SAN_OF_ONE_HOST)
    assert appliance.do("GET", f"{SAN}/initiator-groups/ig")["initiators"] == [host()]
    assert appliance.do("GET", f"{SAN}/target-groups/tg")["targets"] == [port()]

    do(appliance, *map(gone, reversed(SAN_OF_ONE_HOST)))


def test_group_then_lun_that_names_it(appliance: LabClient) -> None:
    do(appliance, hosts("ig"), lun("x", initiator_groups=["ig"]))


def test_group_names_an_initiator_by_its_name(appliance: LabClient) -> None:
    do(appliance, initiator(host(1)), hosts("ig", host(1)))


def test_alias_goes_from_one_initiator_to_another(appliance: LabClient) -> None:
    do(appliance, initiator(host(1), alias="h"))

    results = do(appliance, initiator(host(1), alias="old"), initiator(host(2), alias="h"), hosts("ig", "h"))

    assert results[Key("initiator_group", ("iscsi",), "ig")]["group"]["initiators"] == [host(2)]


def test_groups_of_one_name_have_two_results(appliance: LabClient) -> None:
    results = do(appliance, hosts("g"), ports("g"))

    assert [str(key) for key in results] == ["initiator_group iscsi/g", "target_group iscsi/g"]


# The iqn that the appliance chooses


def test_group_gets_the_iqn_that_the_appliance_chooses(appliance: LabClient) -> None:
    results = do(appliance, target("t"), target("u", iqn=port()), ports("tg", "t", "u"), lun("x", target_group="tg"))

    iqn = results[Key("target", (), "t")]["target"]["iqn"]
    assert results[Key("target_group", ("iscsi",), "tg")]["group"]["targets"] == sorted([iqn, port()])


def test_what_is_awaited_is_unknown_and_shown_as_a_word(appliance: LabClient) -> None:
    plan = plan_many(appliance, [target("t"), ports("tg", "t")])

    group = plan.items[1]
    assert group.after["group"]["targets"] is None
    assert group.steps[0].request.endswith(json.dumps({"name": "tg", "targets": ["<iqn of target t>"]}))


def test_group_that_exists_gains_the_iqn_that_the_appliance_chooses(appliance: LabClient) -> None:
    do(appliance, target("t"), ports("tg-a", "t"))

    do(appliance, target("u"), ports("tg-a", "u", membership="add"))

    assert len(appliance.do("GET", f"{SAN}/target-groups/tg-a")["targets"]) == 2


def test_awaited_target_is_in_one_group_only(appliance: LabClient) -> None:
    refused(
        appliance,
        "belongs to target group tg, and no target can be in two",
        target("t"),
        ports("tg", "t"),
        ports("tg-b", "t"),
    )


def test_awaited_name_that_is_not_told(appliance: LabClient) -> None:
    plan = plan_many(appliance, [target("t"), ports("tg", "t")])
    appliance.silent = True
    appliance.edit(f"{SAN}/targets/alias=t", lambda page: {"target": {**page["target"], "iqn": ""}})

    with pytest.raises(NotUnderstood, match="does not tell the iqn of target t, which is made") as caught:
        apply_plan(plan, appliance)

    assert caught.value.steps_done == ("create target t",)
    assert list(caught.value.finished) == [Key("target", (), "t")]


def test_iqn_of_a_target_that_goes_is_free(appliance: LabClient) -> None:
    do(appliance, target("t", iqn=port()), ports("tg", "t"))

    do(appliance, gone(ports("tg")), gone(target("t")), target("u", iqn=port()), ports("tg-a", "u"))


def test_target_goes_from_one_group_to_another(appliance: LabClient) -> None:
    do(appliance, target("t", iqn=port()), target("u"), ports("one", "t", "u"))

    do(appliance, ports("one", "u"), ports("two", "t"))


# Membership


def test_member_is_added_and_taken_away_in_a_plan(appliance: LabClient) -> None:
    do(appliance, initiator(host(1), alias="h"), initiator(host(2)), hosts("ig-a", host(2)))

    do(appliance, hosts("ig-a", "h", membership="add"), lun("x", initiator_groups=["ig-a"]))
    do(appliance, hosts("ig-a", host(2), membership="remove"), gone(initiator(host(2))))

    assert appliance.do("GET", f"{SAN}/initiator-groups/ig-a")["initiators"] == [host(1)]


def test_member_that_another_adds_meanwhile_stays(appliance: LabClient) -> None:
    do(appliance, *(initiator(host(number)) for number in (1, 2, 3)), hosts("ig-a", host(1)))
    plan = plan_many(appliance, [lun("x"), hosts("ig-a", host(2), membership="add")])
    # Both have read; the other one writes after this one, and undoes it.
    other = plan_many(appliance, [hosts("ig-a", host(3), membership="add")])
    send = appliance.send

    def undone(*request: object, **rest: object) -> object:
        answer = send(*request, **rest)  # type: ignore[arg-type]
        if request[0] == "PUT":
            appliance.send = send  # type: ignore[method-assign]
            send("PUT", other.items[0].steps[0].path, other.items[0].steps[0].body)
        return answer

    appliance.send = undone  # type: ignore[method-assign, assignment]
    results = apply_plan(plan, appliance)

    members = [host(1), host(2), host(3)]
    assert results[Key("initiator_group", ("iscsi",), "ig-a")]["group"]["initiators"] == members
    assert appliance.do("GET", f"{SAN}/initiator-groups/ig-a")["initiators"] == members


def test_one_group_is_one_item(appliance: LabClient) -> None:
    document = [hosts("ig-a", host(number), membership="add") for number in (1, 2)]
    for number in (1, 2):
        do(appliance, initiator(host(number)))

    with pytest.raises(InvalidInput, match="two items are about initiator_group iscsi/ig-a"):
        plan_many(appliance, document)


def test_groups_of_all_protocols_share_their_names(appliance: LabClient) -> None:
    of_fc = wanted(INITIATOR_GROUP, name="g", protocol="fc")

    refused(appliance, "there is an initiator group g .iscsi., and groups of all protocols", hosts("g"), of_fc)
    do(appliance, of_fc, lun("x", initiator_groups=["g"]))


# LU numbers


def test_appliance_chooses_a_number_for_each(appliance: LabClient) -> None:
    results = do(appliance, hosts("ig"), *(lun(name, initiator_groups=["ig"], lu_number="auto") for name in "abc"))

    numbers = [results[Key("lun", ("tank", "proj-a"), name)]["lun"]["lu_number"] for name in "abc"]
    assert len(set(numbers)) == 3


def test_number_that_the_appliance_may_choose_before_is_no_safe_one(appliance: LabClient) -> None:
    first, second = lun("a", initiator_groups=["ig"]), lun("b", initiator_groups=["ig"], lu_number=0)

    refused(
        appliance,
        "LU number 0 may be the one that the appliance chooses for LUN tank/proj-a/a",
        hosts("ig"),
        first,
        second,
    )
    do(appliance, hosts("ig"), second, first)


def test_large_number_is_a_safe_one(appliance: LabClient) -> None:
    do(appliance, hosts("ig"), lun("a", initiator_groups=["ig"]), lun("b", initiator_groups=["ig"], lu_number=9))


def test_number_that_a_lun_takes_along_to_another_group(appliance: LabClient) -> None:
    do(appliance, lun("a", initiator_groups=["ig-a"], lu_number=7))

    both = [lun("a", initiator_groups=["ig-b"]), lun("b", initiator_groups=["ig-b"], lu_number=7)]
    refused(appliance, "LU number 7 may be the one that the appliance chooses for LUN tank/proj-a/a", *both)


def test_groups_with_a_member_in_common_share_their_numbers(appliance: LabClient) -> None:
    seen = [lun("a", initiator_groups=["one"], lu_number=5), lun("b", initiator_groups=["two"], lu_number=5)]
    groups = [initiator(host()), hosts("one", host()), hosts("two", host())]

    refused(
        appliance, "LU number 5 is taken in initiator group two by LUN tank/proj-a/a, which some of", *groups, *seen
    )
    do(appliance, *groups[:2], hosts("two"), *seen)
    refused(appliance, "LUN tank/proj-a/b and LUN tank/proj-a/a would both have LU number 5", hosts("two", host()))
    refused(appliance, "would both have LU number 5", hosts("two", host(), membership="add"))


def test_group_that_gains_a_member_in_the_plan_is_looked_at_with_it(appliance: LabClient) -> None:
    do(appliance, initiator(host()), hosts("one", host()), hosts("two"))
    one, two = lun("a", initiator_groups=["one"], lu_number=5), lun("b", initiator_groups=["two"], lu_number=5)

    refused(appliance, "LU number 5 is taken in initiator group two", hosts("two", host()), one, two)
    refused(appliance, "LU number 5 is taken in initiator group two", hosts("two", host(), membership="add"), one, two)
    refused(appliance, "would both have LU number 5", one, two, hosts("two", host()))


def test_other_targets_keep_equal_numbers_apart(appliance: LabClient) -> None:
    do(
        appliance,
        *(target("t"), target("u"), ports("one", "t"), ports("two", "u"), hosts("ig")),
        lun("a", initiator_groups=["ig"], target_group="one", lu_number=1),
        lun("b", initiator_groups=["ig"], target_group="two", lu_number=1),
    )


def test_number_is_free_when_its_lun_has_another(appliance: LabClient) -> None:
    do(appliance, *(lun(name, initiator_groups=["ig-a"], lu_number=number) for name, number in (("a", 2), ("b", 3))))

    do(appliance, *(lun(name, initiator_groups=["ig-a"], lu_number=number) for name, number in (("a", 5), ("b", 2))))


# Removed


def test_group_goes_when_no_lun_uses_it_any_more(appliance: LabClient) -> None:
    do(appliance, hosts("ig"), lun("x", initiator_groups=["ig"]))

    refused(
        appliance,
        "ig cannot be removed, because it is in use by LUN tank/proj-a/x",
        gone(hosts("ig")),
        lun("x", initiator_groups=[]),
    )
    do(appliance, lun("x", initiator_groups=[]), gone(hosts("ig")))


def test_group_is_left_without_members_when_no_lun_uses_it_any_more(appliance: LabClient) -> None:
    do(appliance, initiator(host()), hosts("ig", host()), lun("x", initiator_groups=["ig"]))

    empty = wanted(INITIATOR_GROUP, name="ig", initiators=[])
    refused(appliance, "cannot be left without initiators, because it is in use", empty, lun("x", initiator_groups=[]))
    do(appliance, lun("x", initiator_groups=[]), empty, gone(initiator(host())))


def test_initiator_goes_after_its_group(appliance: LabClient) -> None:
    do(appliance, initiator(host()), hosts("ig", host()))

    refused(appliance, "is a member of initiator group ig", gone(initiator(host())), gone(hosts("ig")))
    do(appliance, gone(hosts("ig")), gone(initiator(host())))


# Names that are taken


def test_alias_and_iqn_that_an_item_before_takes(appliance: LabClient) -> None:
    refused(appliance, "alias h belongs to initiator", initiator(host(1), alias="h"), initiator(host(2), alias="h"))
    refused(appliance, "belongs to the target whose alias is 't'", target("t", iqn=port()), target("u", iqn=port()))


# How much is read


def test_lists_are_read_once(appliance: LabClient) -> None:
    kept = [lun(f"kept-{number}", initiator_groups=["ig-a"], lu_number=number) for number in range(20)]
    old = [lun(f"old-{number}") for number in range(5)]
    do(appliance, *kept, *old)
    new = [lun(f"new-{number}", initiator_groups=["ig-a"], lu_number=number) for number in range(20, 40)]
    appliance.log.clear()

    plan = plan_many(appliance, [*kept, *new, *map(gone, old)])

    # For what is there: LUNs. For new ones: projects, names of filesystems, groups of initiators, all LUNs with their numbers.
    lists = 5
    # For each that goes: its snapshots. For all of them: replication.
    assert len(appliance.reads) == lists + len(old) + 1
    assert len(appliance.reads) == len(set(appliance.reads))
    appliance.log.clear()
    results = apply_plan(plan, appliance)
    assert unlike(plan, results) == []
    # Where a removal is to be confirmed: the question, two looks at what would die by now, and the confirmation.
    asked = len([status for _method, _path, status in appliance.log if status == 409])
    assert asked in (0, len(old))
    assert len(appliance.log) == len(new) + len(old) + 3 * asked
    appliance.log.clear()
    assert not plan_many(appliance, [*kept, *new, *map(gone, old)]).changed
    # What is absent is absent only where its pool is served.
    assert len(appliance.reads) == 2
    assert appliance.lun("proj-a", "new-20") is not None


def test_document_without_a_change_reads_each_list_once(appliance: LabClient) -> None:
    do(appliance, *SAN_OF_ONE_HOST)
    appliance.log.clear()

    plan = plan_many(appliance, SAN_OF_ONE_HOST)
    results = apply_plan(plan, appliance)

    # Initiators, their groups, targets, their groups, projects, LUNs.
    assert len(appliance.log) == 6
    assert results[Key("lun", ("tank", "new"), "x")]["lun"]["size"] == GIB
