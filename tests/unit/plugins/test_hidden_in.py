"""Where secrets have been taken out of results is found; what hides nothing that was read does not count."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.plugin_utils._hidden_in import hidden_in

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@pytest.mark.parametrize(
    ("results", "places"),
    [
        ({"luns": [{"name": HIDDEN, "pool": "tank"}, {"name": "a********"}]}, ["luns.name"]),
        ([{"pools": []}, {"projects": [{"name": HIDDEN}]}], ["projects.name"]),
        ({"results": [{"item": HIDDEN, "lun": {"size": HIDDEN}}]}, ["results.lun.size"]),
        ({"lun": {"lu_numbers": {"x ********": 1}}}, ["a key of lun.lu_numbers"]),
        ({"invocation": {"module_args": {"password": HIDDEN}}, "msg": HIDDEN, "diff": {"after": HIDDEN}}, []),
        ({"service": {"properties": {"password": "********"}}}, []),
        ({"lun": None, "changed": False, "n": 1}, []),
        ({}, []),
    ],
)
def test_places(results: Any, places: list[str]) -> None:
    assert hidden_in(results) == places
