"""Preconditions: looked up when it matters, and said in the same words whoever was the first to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from book import Book

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._custom_properties import CustomValues
from ansible_collections.zfssa.storage.plugins.module_utils.engine._outcome import Seen
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, Step
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import ReferenceExists, require
from ansible_collections.zfssa.storage.plugins.module_utils.engine._relations import Precondition, Reference
from ansible_collections.zfssa.storage.plugins.module_utils.engine._types import Pages
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.schema._table import CUSTOM_PROPERTIES
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    BadReply,
    InvalidArgument,
    LostReply,
    PlanRefused,
    ZfssaError,
)

GROUPS = Reference("initiator group", ("/iscsi", "/fc"), "groups", always=("default",))
PORTS = Reference(
    "port", ("/ports",), "ports", unfit=lambda item: "is for others" if item.get("reserved") else "", maker="zfssa_port"
)  # fmt: skip
PAGES: dict[str, Any] = {
    "/iscsi": {"groups": [{"name": "ig-a"}, {"name": "ig-b"}]},
    "/fc": {"groups": [{"name": "fc-a"}]},
    "/ports": {"ports": [{"name": "p0"}, {"name": "p1", "reserved": True}]},
}
NOT_OPEN = InvalidArgument("oops", status=400, fault="ERR_INVALID_ARG", request="PUT /box")


# Names that are referred to


@pytest.mark.parametrize(
    ("names", "reads"),
    [
        ([], []),
        (["default"], []),
        (["ig-a", "default"], ["/iscsi"]),
        (["ig-a", "ig-b"], ["/iscsi"]),
        (["fc-a"], ["/iscsi", "/fc"]),
        (["ig-a", "fc-a"], ["/iscsi", "/fc"]),
    ],
)
def test_names_that_exist_are_looked_up_no_further_than_needed(names: list[str], reads: list[str]) -> None:
    book = Book(PAGES)

    ReferenceExists(GROUPS, tuple(names))(book)

    assert book.reads == reads


@pytest.mark.parametrize(
    ("reference", "pages", "names", "said"),
    [
        (GROUPS, PAGES, ["ig-x"], "initiator group ig-x does not exist"),
        (GROUPS, PAGES, ["ig-a", "ig-x", "ig-y"], "initiator group ig-x, ig-y does not exist"),
        (GROUPS, PAGES, ["ig-x"], "use one of: default, fc-a, ig-a, ig-b"),
        (GROUPS, {}, ["ig-x"], "use one of: default"),
        (PORTS, PAGES, ["p0", "p1"], "port p1 is for others; use one of: p0."),
        (PORTS, PAGES, ["p2"], "port p2 does not exist; create it with zfssa_port, or use one of: p0."),
        (PORTS, {}, ["p2"], "port p2 does not exist; create it with zfssa_port."),
        (GROUPS, PAGES, ["ig-x"], "initiator group ig-x does not exist; use one of: default"),
        (Reference("disk", ("/disks",), "disks"), {}, ["d"], "disk d does not exist; correct the name; there is none."),
    ],
)
def test_name_that_cannot_be_meant_is_refused_with_those_that_can(
    reference: Reference, pages: dict[str, Any], names: list[str], said: str
) -> None:
    with pytest.raises(PlanRefused) as caught:
        ReferenceExists(reference, tuple(names))(Book(pages))

    assert said in str(caught.value)


def test_reply_without_the_groups_does_not_count_as_none() -> None:
    with pytest.raises(BadReply):
        ReferenceExists(GROUPS, ("ig-a",))(Book({"/iscsi": {"items": []}}))


# Values of custom properties

SCHEMA = {"properties": [{"property": kind.lower(), "type": kind} for kind in (
    "String", "Integer", "PositiveInteger", "Boolean", "EmailAddress", "Host", "Colour",
)]}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"string": "x", "integer": -7, "positiveinteger": "7", "boolean": "true", "host": "192.0.2.1"}, ""),
        ({"emailaddress": "a@example.com", "colour": {"of": "a later release"}}, ""),
        ({"string": [1]}, "[1] is not a text; correct string."),
        ({"string": True}, "True is true or false in YAML, and not a text; put it in quotes; correct string."),
        ({"integer": "x"}, "custom property integer is of type Integer, and 'x' is not a number; correct integer."),
        ({"integer": 1.5}, "1.5 is not a whole number"),
        ({"positiveinteger": 0}, "0 is not a positive whole number"),
        ({"boolean": "maybe"}, "'maybe' is neither true nor false"),
        ({"emailaddress": "nobody"}, "'nobody' is not an e-mail address"),
        ({"host": "a b"}, "'a b' is not a host name or address"),
        (
            {"string": "x", "shade": "x"},
            "custom property shade does not exist; create it with zfssa_schema, or use one of",
        ),
    ],
)
def test_custom_values_are_of_the_types_of_the_schema(values: Mapping[str, Any], said: str) -> None:
    book = Book({"/api/storage/v1/schema": SCHEMA})

    try:
        CustomValues(values, CUSTOM_PROPERTIES)(book)
    except PlanRefused as refusal:
        assert said and said in str(refusal)
    else:
        assert said == ""
    assert len(book.reads) == 1


# When they are looked up


def is_open(path: str = "/door") -> Precondition:
    """Holds when the page at a path is there."""

    def look(pages: Pages) -> None:
        if pages.get(path) is None:
            raise PlanRefused(f"{path} is shut", advice="open it")

    return look


def plan(*preconditions: Precondition, steps: int = 1) -> Item:
    """A plan of so many steps, each with the same preconditions."""
    step = Step(
        verb="set",
        label="box",
        method="PUT",
        path="/box",
        body={},
        outcome=Seen(probe="/box", done=lambda _body: False),
        preconditions=preconditions,
    )
    return Item((step,) * steps, {}, {})


def test_single_write_comes_first_and_reads_nothing_when_it_succeeds() -> None:
    book = Book({})

    apply(plan(is_open()), book)

    assert (len(book.sent), book.reads) == (1, [])


@pytest.mark.parametrize("pages", [{}, {"/door": {}}], ids=["shut", "open"])
def test_several_writes_come_when_all_preconditions_hold(pages: dict[str, Any]) -> None:
    book = Book(pages)

    if pages:
        apply(plan(is_open(), steps=2), book)
    else:
        with pytest.raises(PlanRefused, match=r"^Cannot set box: /door is shut; open it\.$"):
            apply(plan(is_open(), steps=2), book)
    assert len(book.sent) == (2 if pages else 0)


def test_sentence_is_the_same_whoever_refuses_first_and_the_answer_stays_known() -> None:
    planned, book = plan(is_open()), Book({})
    book.answers = [NOT_OPEN]

    with pytest.raises(PlanRefused) as told:
        require(planned.preconditions, book)
    with pytest.raises(PlanRefused) as came:
        apply(planned, book)

    assert str(told.value) == str(came.value) == "Cannot set box: /door is shut; open it."
    assert came.value.failure() == {
        "status": 400,
        "fault": "ERR_INVALID_ARG",
        "message": "/door is shut",
        "request": "PUT /box",
        "steps_done": [],
    }


@pytest.mark.parametrize("page", [{}, LostReply("the connection broke")], ids=["holds", "cannot be read"])
def test_own_words_of_the_appliance_stay_where_no_precondition_says_why(page: Any) -> None:
    book = Book({"/door": page})
    book.answers = [NOT_OPEN]

    with pytest.raises(InvalidArgument, match=r"^Cannot set box: oops \[400 ERR_INVALID_ARG\]"):
        apply(plan(is_open()), book)


@pytest.mark.parametrize(
    "trouble", [ApplianceError("oops", status=500), ApplianceError("busy", status=503)], ids=["sick", "busy"]
)
def test_sick_appliance_is_not_asked_for_reasons(trouble: ZfssaError) -> None:
    book = Book({})
    book.answers = [trouble]

    with pytest.raises(ApplianceError):
        apply(plan(is_open()), book)
    assert "/door" not in book.reads
