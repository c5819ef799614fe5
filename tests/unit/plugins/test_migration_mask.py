"""The LUN in a package is presented to nobody before the sever, and as before when the package stays."""

from __future__ import annotations

from typing import Any, cast

import pytest
from lab_client import BEFORE, LabClient
from migration_pages import migration_request
from received import NOT_THERE, path_of, receive, receiver

from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._mask import (
    mask,
    plan_masked,
    plan_unmasked,
    unmask,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, LostReply, PlanRefused

SAN = "/api/san/v1/iscsi"
WAS = {"initiator_groups": ["ig-app", "ig-db"], "target_group": "tg-db"}
REQUEST = migration_request()


class Target:
    """A target with the package of a LUN that two groups see.

    Attributes:
        at: the appliance.
        id: that of the package.
        path: that of the LUN in the package.
    """

    def __init__(self) -> None:
        self.at = receiver()
        east = self.at.peer("east")
        for side in (self.at, east):
            for name in ("ig-db", "ig-app"):
                side.do("POST", f"{SAN}/initiator-groups", {"name": name})
            side.do("POST", f"{SAN}/target-groups", {"name": "tg-db"})
        east.add_project("databases")
        east.add_lun("databases", "redo-1", initiatorgroup=["ig-db", "ig-app"], targetgroup="tg-db")
        self.id = receive(self.at, "databases", "redo-1", luns=("redo-1",))
        self.path = f"{path_of(self.at, self.id)}/projects/databases/luns/redo-1"

    @property
    def client(self) -> Any:
        """The appliance, for what wants a whole client."""
        return cast(Any, self.at)

    def masked(self) -> Target:
        """Let nobody see the LUN."""
        plan = self.plan_masked()
        assert mask(plan, self.client)["migration"]["masked"]
        self.at.log.clear()
        self.at.sent.clear()
        return self

    def plan_masked(self) -> Item:
        """Plan to mask it."""
        return plan_masked(self.client, REQUEST, self.id)

    def plan_unmasked(self, replica: dict[str, Any] | None = None) -> Item:
        """Plan to give it back what it had."""
        return plan_unmasked(self.client, REQUEST, self.id, WAS if replica is None else replica)

    def unmask(self) -> Any:
        """Give it back what it had."""
        return unmask(self.plan_unmasked(), self.client, REQUEST, WAS)

    @property
    def seen_by(self) -> tuple[list[str], str]:
        """The groups that it has."""
        wire = self.at.do("GET", self.path)
        groups = wire["initiatorgroup"]
        return sorted(groups if isinstance(groups, list) else [groups]), wire["targetgroup"]


def test_what_the_lun_was_is_told_when_it_is_masked() -> None:
    target = Target()
    plan = target.plan_masked()

    done = mask(plan, target.client)

    assert done == plan.after
    assert (done["migration"]["masked"], done["migration"]["replica"]) == (True, WAS)
    assert "ig-db" not in target.seen_by[0]


def test_lun_that_was_masked_before_has_nothing_to_be_given_back() -> None:
    plan = Target().masked().plan_masked()

    assert (plan.steps, plan.after["migration"]["masked"], plan.after["migration"]["replica"]) == ((), True, None)


def test_lun_that_cannot_be_told_is_not_guessed() -> None:
    unreadable, strange = Target(), Target()
    unreadable.at.fault({"status": 404}, "GET", "/luns/redo-1$", times=9)
    strange.at.edit(strange.path, lambda page: {"lun": {**(page or {})["lun"], "initiatorgroup": 7}})

    for target in (unreadable, strange):
        assert target.plan_masked().after["migration"]["replica"] is None


def test_lun_in_a_package_that_stays_is_as_it_was() -> None:
    target = Target().masked()

    done = target.unmask()

    body = {"initiatorgroup": ["ig-app", "ig-db"], "targetgroup": "tg-db"}
    assert [call[:3] for call in target.at.sent] == [("PUT", target.path, body)]
    assert done["migration"]["masked"] is False
    assert target.seen_by == (["ig-app", "ig-db"], "tg-db")


def test_nothing_is_given_back_where_nothing_is_missing() -> None:
    plan = Target().plan_unmasked()

    assert (plan.steps, plan.after["migration"]["masked"]) == ((), False)


def test_nothing_is_given_back_where_the_package_is_severed_or_gone() -> None:
    plan = plan_unmasked(cast(Any, LabClient()), REQUEST, NOT_THERE, WAS)

    assert (plan.steps, plan.after["migration"]["masked"]) == ((), None)


def test_refusal_names_what_stays_masked_and_says_what_to_do() -> None:
    target = Target().masked()
    target.at.fault({"status": 400}, "PUT", "/luns/redo-1$")

    with pytest.raises(PlanRefused) as refused:
        target.unmask()

    assert str(refused.value) == (
        f"the copy of LUN tank/databases/redo-1 in replication package {target.id} on west stays presented to nobody (invalid "
        "input argument (planned by the lab)); before that package is severed or reversed, present it there to ig-app, "
        "ig-db through target group tg-db, as it was."
    )


def test_nobody_says_it_is_refused_when_nobody_knows() -> None:
    target = Target().masked()
    target.at.fates = [BEFORE] * 9

    with pytest.raises(LostReply):
        target.unmask()


@pytest.mark.parametrize(
    "replica", [{}, {"initiator_groups": []}, {"initiator_groups": "ig", "target_group": "t"}, {"a": 1}]
)
def test_what_a_lun_cannot_have_been_is_refused(replica: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="replica"):
        Target().masked().plan_unmasked(replica)
