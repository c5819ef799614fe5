"""References: the names that values must name, looked up before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from memory_appliance import Book

from ansible_collections.zfssa.storage.plugins.module_utils._errors import BadReply, PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils._read import require_references
from ansible_collections.zfssa.storage.plugins.module_utils._resource import Reference

GROUPS = Reference("initiator group", ("/iscsi", "/fc"), "groups", always=("default",))
PAGES: dict[str, Any] = {
    "/iscsi": {"groups": [{"name": "ig-a"}, {"name": "ig-b"}]},
    "/fc": {"groups": [{"name": "fc-a"}]},
}


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

    require_references(book, [(GROUPS, names)])

    assert book.reads == reads


@pytest.mark.parametrize(
    ("pages", "names", "said"),
    [
        (PAGES, ["ig-x"], "initiator group ig-x does not exist"),
        (PAGES, ["ig-a", "ig-x", "ig-y"], "initiator group ig-x, ig-y does not exist"),
        (PAGES, ["ig-x"], "use one of: default, fc-a, ig-a, ig-b"),
        ({}, ["ig-x"], "use one of: default"),
    ],
)
def test_name_that_does_not_exist_is_refused_with_those_that_do(
    pages: dict[str, Any], names: list[str], said: str
) -> None:
    with pytest.raises(PlanRefused) as caught:
        require_references(Book(pages), [(GROUPS, names)])

    assert said in str(caught.value)


def test_reply_without_the_groups_does_not_count_as_none() -> None:
    with pytest.raises(BadReply):
        require_references(Book({"/iscsi": {"items": []}}), [(GROUPS, ["ig-a"])])
