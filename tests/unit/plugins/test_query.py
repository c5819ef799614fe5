"""JMESPath expressions over what was gathered."""

from __future__ import annotations

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.client import _query
from ansible_collections.zfssa.storage.plugins.module_utils.client._query import check_query, run_query
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput

DATA = {"luns": [{"name": "a", "size": 2}, {"name": "b", "size": 1}], "pools": []}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("luns[].name", ["a", "b"]),
        ("luns[?size > `1`].name | [0]", "a"),
        ("sum(luns[].size)", 3),
        ("sort_by(luns, &size)[0].name", "b"),
        ("nothing", None),
    ],
)
def test_query_is_evaluated(expression: str, found: object) -> None:
    check_query(expression)

    assert run_query(expression, DATA) == found


@pytest.mark.parametrize("expression", ["luns[", "luns[?", "]", "a b", "'open"])
def test_expression_that_is_no_query_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput, match="not a JMESPath expression") as caught:
        check_query(expression)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("expression", ["sum(luns)", "length(luns[0].size)"])
def test_expression_that_does_not_fit_the_data_is_refused(expression: str) -> None:
    check_query(expression)

    with pytest.raises(InvalidInput, match="does not fit"):
        run_query(expression, DATA)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_query, "HAS_JMESPATH", False)

    with pytest.raises(InvalidInput, match="jmespath"):
        check_query("luns")
