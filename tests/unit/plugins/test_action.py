"""Values that JSON has no form for reach the appliance as they do from a module."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.zfssa.storage.plugins.action.zfssa_rest import _as_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (1.5, "1.5"),
    ],
)
def test_text_of_a_value(value: object, text: str) -> None:
    assert _as_text(value) == text
