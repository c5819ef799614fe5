"""The sentence about a LUN whose migration has failed says what is otherwise than before, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.plugin_utils._lun_since import lun_since

Facts = dict[str, Any]
BEFORE: Facts = {
    "status": "online",
    "initiator_groups": ["ig-db", "ig-app"],
    "target_group": "tg-db",
    "lu_numbers": {"ig-db": 3, "ig-app": 4},
}
LUN: Facts = {
    **BEFORE,
    "initiator_groups": ["ig-app", "ig-db"],
    "size": 1 << 30,
    "nodestroy": False,
    "custom": {"tag": "a"},
}
SAME = "The LUN is on east as it was before"
HIDDEN = "it is offline and presented to nobody, and was online and presented to ig-app, ig-db"


@pytest.mark.parametrize(
    ("change", "stays", "said"),
    [
        ({}, [], f"{SAME}."),
        ({}, ["replication action x", "the sign"], f"{SAME}, but for what stays there: replication action x, the sign."),
        ({"size": 2 << 30}, [], "The LUN is on east, but its size is 2G, and was 1G."),
        ({"size": 2 << 30}, ["the sign"], "The LUN is on east, but its size is 2G, and was 1G. There stays: the sign."),
        ({"nodestroy": True, "custom": {}}, [], "The LUN is on east, but its nodestroy is true, and was false; its custom is none, and was tag a."),
        ({"status": "offline", "initiator_groups": [], "lu_numbers": {}}, [], f"The LUN is on east, but {HIDDEN}."),
        ({"lu_numbers": {"ig-db": 0}}, [], "The LUN is on east, but its LU numbers are ig-db 0, and were ig-db 3, ig-app 4."),
        ({"target_group": "default"}, [], "The LUN is on east, but its target group is default, and was tg-db."),
    ],
)  # fmt: skip
def test_what_is_otherwise_and_what_stays_is_said(change: Facts, stays: list[str], said: str) -> None:
    assert lun_since({**LUN, **change}, BEFORE, LUN, "east", stays) == said


def test_what_was_not_read_is_no_difference() -> None:
    assert lun_since(LUN, BEFORE, {}, "east") == f"{SAME}."
