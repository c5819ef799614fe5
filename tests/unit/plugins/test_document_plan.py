"""The plan for a document: its lines, its order, and the id by which it is approved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from documents import Config, done, lines, planned
from lab_client import LabClient, lun_path
from many import appliance_of, host, port

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused

WHOLE: Config = {
    "schema": [{"name": "owner", "type": "String"}],
    "projects": [{"name": "new", "compression": "gzip"}],
    "initiators": [{"initiator": host(), "alias": "db1", "chap_user": "db1", "chap_secret": "a-secret-of-16"}],
    "initiator_groups": [{"name": "db-hosts", "initiators": ["db1"]}],
    "targets": [{"alias": "db-target", "interfaces": ["ixgbe0"]}],
    "target_groups": [{"name": "db-ports", "targets": ["db-target"]}],
    "luns": [
        {"project": "new", "name": "redo-1", "size": "200G", "sparse": True, "initiator_groups": ["db-hosts"]},
        {
            "project": "new",
            "name": "data-1",
            "size": "1.5G",
            "initiator_groups": ["default"],
            "custom": {"owner": "me"},
        },
        {"project": "new", "name": "copy-1", "source": {"lun": "redo-1", "snapshot": "s1"}},
    ],
    "snapshots": [{"project": "new", "lun": "redo-1", "name": "s1"}],
}
PLAN = [
    "+ custom property owner (type String)",
    "+ project tank/new (compression gzip)",
    f"+ initiator {host()} (alias db1, chap_user db1)",
    f"+ initiator group db-hosts (initiators {host()})",
    "+ target db-target (interfaces ixgbe0)",
    "+ target group db-ports (targets db-target)",
    "+ lun tank/new/redo-1 (200 GiB, thin, to db-hosts)",
    "+ lun tank/new/data-1 (1536 MiB, thick, to every initiator)",
    "+ snapshot tank/new/redo-1@s1",
    "+ lun tank/new/copy-1 (clone of new/redo-1@s1, to nobody)",
]


@pytest.fixture(params=["2013.1", "8.7", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a pool of 1T, a project and groups."""
    return appliance_of(request.param)


def test_whole_document(appliance: LabClient) -> None:
    results = done(appliance, WHOLE)

    assert results["plan"] == PLAN
    assert results["summary"] == {"add": 10, "change": 0, "destroy": 0}
    assert results["san"]["summary_line"] == "plan: 10 to add, 0 to change, 0 to destroy"
    assert appliance.reported[0] == f"{PLAN[0]} [1 of 10, 9 left]"
    assert len(appliance.reported) == 10


def test_changes_and_removals_in_lines(appliance: LabClient) -> None:
    done(appliance, WHOLE)
    config: Config = {
        "projects": [{"name": "new", "quota": "500G"}],
        "initiators": [{"initiator": host(), "chap_user": "db2", "chap_secret": "another-secret"}],
        "luns": [
            {"project": "new", "name": "redo-1", "size": "400G", "nodestroy": True},
            {"project": "new", "name": "data-1", "new_name": "data-2", "custom": {"owner": "you"}},
            {"project": "new", "name": "copy-1", "state": "absent"},
        ],
        "snapshots": [{"project": "new", "lun": "redo-1", "name": "s1", "state": "absent"}],
    }

    results = done(appliance, config)

    assert results["plan"] == [
        "~ project tank/new: quota no limit -> 500 GiB",
        f"~ initiator {host()}: chap_user db1 -> db2, chap_secret is written",
        "~ lun tank/new/redo-1: size 200 GiB -> 400 GiB, nodestroy false -> true",
        "~ lun tank/new/data-1: is renamed to tank/new/data-2, custom:owner me -> you",
        "- lun tank/new/copy-1",
        "- snapshot tank/new/redo-1@s1",
    ]
    assert results["summary"] == {"add": 0, "change": 4, "destroy": 2}


def test_lists_are_read_once(appliance: LabClient) -> None:
    names = [f"lun-{number}" for number in range(20)]
    config: Config = {
        "projects": [{"name": "proj-a"}],
        "initiator_groups": [{"name": name} for name in ("ig-a", "ig-b", "ig-c")],
        "luns": [{"name": name, "size": "1G", "initiator_groups": ["ig-a"]} for name in names],
    }
    done(appliance, config)
    appliance.log.clear()

    assert lines(appliance, config) == []

    # Projects, groups, LUNs of the project.
    assert len(appliance.reads) == 3


# Order


def test_number_is_freed_before_another_gets_it(appliance: LabClient) -> None:
    seen: dict[str, Any] = {"size": "1G", "initiator_groups": ["ig-a"], "lu_number": 5}
    done(appliance, {"luns": [{"name": "old", **seen}]})

    results = done(appliance, {"luns": [{"name": "young", **seen}, {"name": "old", "state": "absent"}]})

    assert results["plan"] == ["- lun tank/proj-a/old", "+ lun tank/proj-a/young (1 GiB, thick, to ig-a)"]


@pytest.mark.parametrize("turned", [False, True])
def test_number_is_given_before_the_appliance_chooses_one(appliance: LabClient, turned: bool) -> None:
    seen = {"size": "1M", "initiator_groups": ["ig-a"]}
    luns = [
        {"name": "any", **seen},
        {"name": "fixed", "lu_number": 0, **seen},
        {"name": "auto", "lu_number": "auto", **seen},
    ]

    results = done(appliance, {"luns": luns[::-1] if turned else luns})

    numbers = {one["key"].rpartition("/")[2]: one["object"]["lu_numbers"] for one in results["results"]}
    assert numbers["fixed"] == {"ig-a": 0}


def test_room_is_freed_before_another_takes_it(appliance: LabClient) -> None:
    done(appliance, {"luns": [{"name": "old", "size": "900G"}]})

    results = done(appliance, {"luns": [{"name": "young", "size": "800G"}, {"name": "old", "state": "absent"}]})

    assert results["plan"][0] == "- lun tank/proj-a/old"


def test_target_leaves_its_group_before_it_joins_another(appliance: LabClient) -> None:
    targets: Config = {"targets": [{"alias": "a", "iqn": port(1)}, {"alias": "b", "iqn": port(2)}]}
    done(appliance, {**targets, "target_groups": [{"name": "tg-a", "targets": ["a", "b"]}]})

    moved = [{"name": "tg-b", "targets": ["b"]}, {"name": "tg-a", "targets": ["a"]}]
    results = done(appliance, {"target_groups": moved})

    assert [line.partition(":")[0] for line in results["plan"]] == ["~ target group tg-a", "~ target group tg-b"]


def test_group_is_removed_after_the_lun_has_left_it(appliance: LabClient) -> None:
    done(appliance, {"luns": [{"name": "a", "size": "1G", "initiator_groups": ["ig-b"]}]})

    config: Config = {
        "initiator_groups": [{"name": "ig-b", "state": "absent"}],
        "luns": [{"name": "a", "initiator_groups": ["ig-a"]}],
    }
    results = done(appliance, config)

    assert results["plan"] == [
        "~ lun tank/proj-a/a: initiator_groups ig-b -> ig-a",
        "- initiator group ig-b",
    ]


def test_what_others_need_is_removed_last(appliance: LabClient) -> None:
    done(appliance, WHOLE)
    gone = {
        section: [
            {key: value for key, value in item.items() if key in ("name", "initiator", "alias", "project", "lun")}
            | {"state": "absent"}
            for item in items
        ]
        for section, items in WHOLE.items()
    }
    gone["initiators"] = [{"initiator": host(), "state": "absent"}]

    results = done(appliance, gone)

    assert results["summary"] == {"add": 0, "change": 0, "destroy": 10}
    order = [line.removeprefix("- ") for line in results["plan"]]
    assert order.index("lun tank/new/copy-1") < order.index("snapshot tank/new/redo-1@s1")
    assert order.index("snapshot tank/new/redo-1@s1") < order.index("lun tank/new/redo-1")
    assert order.index("lun tank/new/redo-1") < order.index("project tank/new")
    assert order.index("lun tank/new/data-1") < order.index("custom property owner")


# Approval

ASKED: Config = {"luns": [{"name": "a", "size": "2G"}, {"name": "b", "size": "1G"}]}


@pytest.fixture
def half_done(appliance: LabClient) -> LabClient:
    """An appliance with LUN a, of 1G."""
    appliance.add_lun("proj-a", "a", volsize=1 << 30)
    return appliance


@pytest.mark.parametrize("form", ["id", "result", "text", "san"])
def test_approved_plan_is_carried_out(half_done: LabClient, form: str) -> None:
    told = planned(half_done, ASKED, state="planned").after
    forms = {"id": told["plan_id"], "result": {"changed": False, **told}, "text": json.dumps(told), "san": told["san"]}

    results = done_with(half_done, forms[form])

    assert results["plan"] == told["plan"]
    assert half_done.lun("proj-a", "b")["volsize"] == 1 << 30


def done_with(appliance: LabClient, expected: Any) -> dict[str, Any]:
    """Carry the document out as it was approved."""
    return apply(planned(appliance, ASKED, expect_plan=expected, concurrency=1), appliance)


def test_planning_changes_nothing_and_says_so(half_done: LabClient) -> None:
    plan = planned(half_done, ASKED, state="planned")

    assert not plan.changed
    assert len(plan.after["plan"]) == 2
    assert [one["changed"] for one in plan.after["results"]] == [True, True]


def test_another_plan_is_refused_with_what_differs(half_done: LabClient) -> None:
    told = planned(half_done, ASKED, state="planned").after
    half_done.add_lun("proj-a", "b", volsize=3 << 30)

    with pytest.raises(PlanRefused) as caught:
        done_with(half_done, told)

    # A LUN is not truncated unasked: that is said first.
    assert "3G" in str(caught.value)
    half_done.do("DELETE", lun_path("proj-a", "b"))
    half_done.add_lun("proj-a", "b", volsize=1 << 30)
    with pytest.raises(PlanRefused) as caught:
        done_with(half_done, told)
    assert "not any more: + lun tank/proj-a/b (1 GiB, thick, to nobody)" in str(caught.value)
    assert caught.value.results["plan"] != told["plan"]
    assert caught.value.results["plan_id"] in str(caught.value)
    assert half_done.sent == []


def test_plan_on_another_basis_is_another(half_done: LabClient) -> None:
    told = planned(half_done, ASKED, state="planned").after
    half_done.do("PUT", lun_path("proj-a", "a"), {"compression": "gzip"})

    with pytest.raises(PlanRefused, match="its lines are the same, but an object has changed on which it is based"):
        done_with(half_done, told)


def test_object_of_the_same_name_that_is_another_makes_another_plan(half_done: LabClient) -> None:
    told = planned(half_done, ASKED, state="planned").after
    half_done.do("DELETE", lun_path("proj-a", "a"))
    half_done.add_lun("proj-a", "a", volsize=1 << 30)

    with pytest.raises(PlanRefused, match="has changed on which it is based"):
        done_with(half_done, told)


def test_fuller_pool_makes_no_other_plan(half_done: LabClient) -> None:
    told = planned(half_done, ASKED, state="planned").after
    half_done.add_lun("proj-a", "other", volsize=100 << 30)

    done_with(half_done, told["plan_id"])


def test_id_says_that_a_secret_is_written_and_not_which(appliance: LabClient) -> None:
    def id_of(**values: Any) -> str:
        told: str = planned(appliance, {"initiators": [{"initiator": host(), **values}]}).after["plan_id"]
        return told

    one, other = (id_of(chap_user="me", chap_secret=secret) for secret in ("a-secret-of-16", "b-secret-of-16"))

    assert one == other
    assert one != id_of(alias="x")


@pytest.mark.parametrize("expected", ["", "  ", {}, {"plan": []}, {"plan_id": None}, "{}"])
def test_what_is_no_plan_is_refused(appliance: LabClient, expected: Any) -> None:
    with pytest.raises(InvalidInput, match="expect_plan"):
        planned(appliance, ASKED, expect_plan=expected)


def test_nothing_to_do_has_an_id_of_its_own(appliance: LabClient) -> None:
    done(appliance, ASKED)

    told = planned(appliance, ASKED).after

    assert told["plan"] == []
    with pytest.raises(PlanRefused, match="there is nothing to do by now"):
        done_with(appliance, "0" * 32)
