"""The LUN in a package is presented to nobody before the sever, and as before when the package stays."""

from __future__ import annotations

from typing import Any

import pytest
from book import Book
from migration_pages import ID, MASK, migration_request

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._mask import (
    mask,
    plan_masked,
    plan_unmasked,
    unmask,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    LostReply,
    PlanRefused,
)

PACKAGE = f"/api/storage/v1/replication/packages/{ID}"
LUN = f"{PACKAGE}/projects/databases/luns/redo-1"
WAS = {"initiator_groups": ["ig-app", "ig-db"], "target_group": "tg-db"}


def lun(groups: Any = ("ig-db", "ig-app"), **more: Any) -> dict[str, Any]:
    """The LUN in the package."""
    wire = {
        "name": "redo-1",
        "initiatorgroup": list(groups) if isinstance(groups, tuple) else groups,
        "targetgroup": "tg-db",
    }
    return {"lun": {**wire, **more}}


def target(*replica: Any) -> Book:
    """A target with the package, whose LUN is so when it is read once, twice, and from then on."""
    return Book({PACKAGE: {"package": {"id": ID}}, LUN: list(replica)})


def test_what_the_lun_was_is_told_when_it_is_masked() -> None:
    book = target(lun(), lun(MASK))
    plan = plan_masked(book, migration_request(), ID)

    done = mask(plan, book)

    assert done == plan.after
    assert (done["migration"]["masked"], done["migration"]["replica"]) == (True, WAS)


def test_lun_that_was_masked_before_has_nothing_to_be_given_back() -> None:
    plan = plan_masked(target(lun(MASK)), migration_request(), ID)

    assert (plan.steps, plan.after["migration"]["masked"], plan.after["migration"]["replica"]) == ((), True, None)


@pytest.mark.parametrize("replica", [ApplianceError("no", status=404), lun(7)], ids=["unreadable", "not understood"])
def test_lun_that_cannot_be_told_is_not_guessed(replica: Any) -> None:
    assert plan_masked(target(replica), migration_request(), ID).after["migration"]["replica"] is None


def test_lun_in_a_package_that_stays_is_as_it_was() -> None:
    book = target(lun(MASK))
    plan = plan_unmasked(book, migration_request(), ID, WAS)

    done = unmask(plan, book, migration_request(), WAS)

    assert book.sent == [("PUT", LUN, {"initiatorgroup": ["ig-app", "ig-db"], "targetgroup": "tg-db"})]
    assert done["migration"]["masked"] is False


@pytest.mark.parametrize(
    ("book", "masked"),
    [(target(lun()), False), (Book({}), None)],
    ids=["as it was already", "package severed or gone"],
)
def test_nothing_is_given_back_where_nothing_is_missing(book: Book, masked: bool | None) -> None:
    plan = plan_unmasked(book, migration_request(), ID, WAS)

    assert (plan.steps, plan.after["migration"]["masked"]) == ((), masked)


def test_refusal_names_what_stays_masked_and_says_what_to_do() -> None:
    book = target(lun(MASK))
    book.answers = [ApplianceError("no initiator group ig-db", status=400)]

    with pytest.raises(PlanRefused) as refused:
        unmask(plan_unmasked(book, migration_request(), ID, WAS), book, migration_request(), WAS)

    assert str(refused.value) == (
        f"the copy of LUN tank/databases/redo-1 in replication package {ID} on west stays presented to nobody (no initiator group "
        "ig-db); before that package is severed or reversed, present it there to ig-app, ig-db through target group tg-db, as it was."
    )


def test_nobody_says_it_is_refused_when_nobody_knows() -> None:
    book = target(lun(MASK))
    book.answers = [LostReply("lost", request="PUT")] * 9

    with pytest.raises(LostReply):
        unmask(plan_unmasked(book, migration_request(), ID, WAS), book, migration_request(), WAS)


@pytest.mark.parametrize(
    "replica", [{}, {"initiator_groups": []}, {"initiator_groups": "ig", "target_group": "t"}, {"a": 1}]
)
def test_what_a_lun_cannot_have_been_is_refused(replica: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="replica"):
        plan_unmasked(target(lun(MASK)), migration_request(), ID, replica)
