"""Who manages a LUN, whether it can be taken under management, and why not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_client import MASKED, LabClient, lun_path

from ansible_collections.zfssa.storage.plugins.module_utils.engine._types import Record
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._care import (
    DRIVER,
    NOBODY,
    OWNER,
    Care,
    care_of,
    marked,
    unmarked,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._manageable import (
    CAN_BE_ALLOWED,
    LOOSE,
    STRICT,
    reasons_against,
)
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

CARE = [
    ({}, Care(None, False)),
    ({OWNER: ""}, Care(None, False)),
    ({OWNER: NOBODY}, Care(None, True)),
    ({OWNER: " team-a "}, Care("team-a", False)),
    ({DRIVER: True}, Care("cinder", False)),
    ({DRIVER: "true"}, Care("cinder", False)),
    ({DRIVER: False}, Care(None, True)),
    ({DRIVER: ""}, Care(None, False)),
    ({OWNER: NOBODY, DRIVER: True}, Care("cinder", False)),
    ({OWNER: NOBODY, DRIVER: False}, Care(None, True)),
    ({OWNER: "team-a", DRIVER: True}, Care("team-a", False)),
    ({OWNER: "team-a", DRIVER: False}, Care("team-a", False)),
]
VALUES = st.fixed_dictionaries(
    {}, optional={OWNER: st.sampled_from(["", NOBODY, "a", "b"]), DRIVER: st.booleans(), "colour": st.text()}
)


@pytest.mark.parametrize(("custom", "care"), CARE)
def test_two_properties_say_who_manages_a_lun(custom: Record, care: Care) -> None:
    assert care_of(custom) == care


@pytest.mark.parametrize("custom", [{OWNER: 1}, {OWNER: ["a"]}, {DRIVER: "perhaps"}, {OWNER: "a", DRIVER: "perhaps"}])
def test_what_nobody_understands_is_no_word_of_freedom(custom: Record) -> None:
    care = care_of(custom)

    assert care.unclear
    assert not care.free


@given(custom=VALUES, owner=st.sampled_from(["a", "b", None]))
def test_mark_is_read_as_it_was_made_and_can_be_taken_back(custom: Record, owner: str | None) -> None:
    after = {**custom, **marked(custom, owner)}

    assert care_of(after) == Care(owner, owner is None)
    assert (DRIVER in after) == (DRIVER in custom)
    assert care_of({**after, **unmarked(after, custom)}) == care_of(custom)
    assert unmarked(custom, custom) == {}


def facts(**changes: Any) -> Record:
    """What is known of a LUN that nobody uses, and that is said to be free."""
    return {
        "pool": "tank", "project": "p", "name": "a", "owner": None, "free": True, "presented_to": [], "clones": [],
        "clone_of": None, "replicated_to": [], "image_id": None, "unclear": [], "custom": {}, **changes,
    }  # fmt: skip


REASONS = [
    ({}, [], []),
    ({"free": False}, ["not_free"], []),
    ({"owner": "b"}, ["managed"], ["managed"]),
    ({"owner": "me"}, [], []),
    ({"owner": "friend"}, [], []),
    ({"presented_to": ["default"]}, ["in_use"], ["in_use"]),
    ({"clones": ["p/b"]}, ["has_clones"], ["has_clones"]),
    ({"replicated_to": ["west"]}, ["replicated"], ["replicated"]),
    ({"image_id": "debian"}, ["image_cache"], ["image_cache"]),
    ({"free": False, "unclear": ["size"]}, ["unclear"], ["unclear"]),
    ({"owner": "b", "presented_to": ["g"]}, ["managed", "in_use"], ["managed", "in_use"]),
]


@pytest.mark.parametrize(("changes", "strict", "loose"), REASONS, ids=[str(row[0]) for row in REASONS])
def test_reasons(changes: Record, strict: list[str], loose: list[str]) -> None:
    for policy, expected in ((STRICT, strict), (LOOSE, loose)):
        found = reasons_against(facts(**changes), policy, "me", ["friend"])
        assert [reason.reason for reason in found] == expected
        allowed = reasons_against(facts(**changes), policy, "me", ["friend"], CAN_BE_ALLOWED)
        assert [reason.reason for reason in allowed] == [one for one in expected if one not in CAN_BE_ALLOWED]


def test_other_reasons_cannot_be_set_aside() -> None:
    found = reasons_against(facts(owner="b"), LOOSE, "me", (), ["managed", "unclear", "not_free"])

    assert [reason.reason for reason in found] == ["managed"]


def manageable(appliance: LabClient, **names: str) -> dict[str, Record]:
    """The subset, by the names of the LUNs."""
    found = plan_info(appliance, {"gather_subset": ["manageable"], "pool": "tank", "project": "p", **names})
    return {lun["name"]: lun for lun in found.after["manageable"]}


def hidden(appliance: LabClient, name: str, **values: Any) -> None:
    """Make a LUN that nobody sees."""
    appliance.add_lun("p", name, volsize="1g", **{"initiatorgroup": MASKED, **values})


@pytest.fixture
def appliance() -> LabClient:
    """An appliance with a project, and the properties that say who manages what is in it."""
    made = LabClient()
    made.add_project("p")
    made.add_project("q")
    made.add_property(DRIVER, "Boolean")
    made.add_property(OWNER)
    made.add_property("image_id")
    return made


def test_each_reason_is_found_on_an_appliance(appliance: LabClient) -> None:
    free = {f"custom:{DRIVER}": False}
    hidden(appliance, "free", **free)
    hidden(appliance, "silent")
    hidden(appliance, "kept", **{f"custom:{OWNER}": "team-a"})
    hidden(appliance, "seen", initiatorgroup="default", **free)
    hidden(appliance, "origin", **free, **{"custom:image_id": "debian"})
    appliance.do("POST", f"{lun_path('p', 'origin')}/snapshots", {"name": "s"})
    # A clone in another project counts; it bears what its origin bears.
    clone = {"project": "q", "share": "copy", "initiatorgroup": MASKED}
    appliance.do("PUT", f"{lun_path('p', 'origin')}/snapshots/s/clone", clone)

    found = manageable(appliance)

    assert {name: [one["reason"] for one in lun["reasons"]] for name, lun in found.items()} == {
        "free": [],
        "silent": ["not_free"],
        "kept": ["managed"],
        "seen": ["in_use"],
        "origin": ["has_clones", "image_cache"],
    }
    assert [name for name, lun in found.items() if lun["manageable_strictly"]] == ["free"]
    assert [name for name, lun in found.items() if lun["manageable"]] == ["free", "silent"]
    assert found["origin"]["clones"] == ["q/copy"]
    assert found["kept"]["owner"] == "team-a"
    assert {lun["appliance"] for lun in found.values()} == {"east"}
    (copy,) = manageable(appliance, project="q").values()
    assert (copy["image_id"], copy["clone_of"]["share"], copy["manageable_strictly"]) == (None, "origin", True)


def test_replication_of_the_project_counts_unless_the_lun_takes_no_part(appliance: LabClient) -> None:
    for name in ("sent", "apart", "alone"):
        hidden(appliance, name)
    actions = "/api/storage/v1/replication/actions"
    for name in ("apart", "alone"):
        appliance.do("PUT", f"{lun_path('p', name)}/replication", {"inherited": False})
    appliance.do("POST", actions, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"})
    body = {"pool": "tank", "project": "p", "share": "alone", "target": "west", "target_pool": "tank"}
    appliance.do("POST", actions, body)

    found = manageable(appliance)

    assert {name: lun["replicated_to"] for name, lun in found.items()} == {
        "sent": ["west"],
        "apart": [],
        "alone": ["west"],
    }


def test_what_cannot_be_understood_is_a_reason(appliance: LabClient) -> None:
    hidden(appliance, "odd")

    def spoil(page: dict[str, Any]) -> dict[str, Any]:
        return {"luns": [{**lun, "volsize": "large", "initiatorgroup": 7} for lun in page["luns"]]}

    appliance.edit("/api/storage/v1/luns", spoil)

    (odd,) = manageable(appliance).values()

    assert odd["reasons"][0]["reason"] == "unclear"
    assert (odd["size"], odd["presented_to"], odd["manageable"]) == (None, None, False)
    assert {"size", "initiator_groups"} <= set(odd["unclear"])


def test_place_that_does_not_exist_is_refused(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match="project tank/typo does not exist"):
        manageable(appliance, project="typo")
