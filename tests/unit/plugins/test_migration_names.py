"""The names that a migration gives, and the sign that it leaves: whatever is written can be read, and nothing else is taken for it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import (
    Before,
    Left,
    Place,
    Sign,
    action_of_marker,
    is_own_snapshot,
    is_removal_name,
    marker_of,
    new_removal_name,
    sign_of,
    sync_marker_of,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import check_name
from ansible_collections.zfssa.storage.plugins.module_utils.values._owner import NOBODY, Owner

ACTION = "0b2cf5c6-3d3f-4e7c-9c1e-6a4d3f1f2b9a"
PLACE = Place("tank", "databases", "redo-1")
# What stands for something in the text, and what a path could lose.
AWKWARD = st.sampled_from(["", "-", "/", "//", "by", "was", "%2F", "%", ".", "..", "ü", "数据", "a b", "a/b/", "own"])
NAMES = st.text(max_size=30) | AWKWARD
NUMBERS = st.integers(min_value=0, max_value=16383)


@st.composite
def signs(draw: st.DrawFn) -> Sign:
    """Draw a sign whose names may be any text at all."""
    groups = draw(st.lists(NAMES, unique=True, max_size=4))
    numbered = draw(st.lists(st.sampled_from(groups), unique=True)) if groups else []
    before = Before(
        draw(st.sampled_from(["online", "offline"])),
        tuple(groups),
        draw(NAMES),
        draw(st.none() | NUMBERS),
        {group: draw(NUMBERS) for group in numbered},
        draw(st.sampled_from([None, True, False])),
    )
    owner = Owner(draw(NAMES), draw(st.integers(min_value=0)), draw(NAMES))
    return Sign(Place(draw(NAMES), draw(NAMES), draw(NAMES)), draw(st.just(NOBODY) | st.just(owner)), before)


@given(signs())
def test_sign_is_read_as_it_was_written(sign: Sign) -> None:
    assert Sign.read(sign.text) == sign
    assert Sign.read(sign.ended().text) == Sign(sign.place, NOBODY, sign.before)


@given(signs(), NAMES, NAMES)
def test_sign_of_a_run_that_has_ended_tells_what_it_has_left(sign: Sign, controller: str, action_id: str) -> None:
    left = Left(f"host{controller}", f"id{action_id}")
    ended = sign.ended(left)

    assert Sign.read(ended.text) == Sign(sign.place, NOBODY, sign.before, left)
    # A later run that ends without a change keeps it.
    assert ended.ended() == ended


@given(signs())
def test_sign_is_a_path_of_plain_characters(sign: Sign) -> None:
    assert sign.text.startswith("/export/zfssa-migration/")
    assert sign.text.isascii() and sign.text.isprintable() and " " not in sign.text
    # An appliance may make a path shorter that says nothing twice, and a part that means the folder above.
    assert not {"", ".", ".."} & set(sign.text.split("/")[1:])


@given(signs())
def test_sign_that_was_cut_off_is_none_or_says_nothing_else(sign: Sign) -> None:
    for end in range(len(sign.text)):
        read = Sign.read(sign.text[:end])
        assert read is None or read.place == sign.place


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "/export/databases",
        "/export/zfssa-migration/",
        "/export/zfssa-migration/1/tank/databases/redo-1",
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host/1/2/-/was/online/-/default",
        "/export/zfssa-migration/1/tank/databases/redo-1/on/host/1/2/was/online/-/default/-",
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host/1/2/-/is/online/-/default/-",
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host/first/2/-/was/online/-/default/-",
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host/1/2/-/was/online/-/default/first",
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host/1/2/-/was/online/-/default/-/ig-a",
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host/1/2/-/was/online/-/default/-/ig-a/first",
    ],
)
def test_what_is_no_sign_is_none(text: Any) -> None:
    assert Sign.read(text) is None


def test_sign_reads_like_a_sentence() -> None:
    before = Before("online", ("ig-db", "ig-app"), "tg-db", 7, {"ig-db": 7}, True)
    sign = Sign(PLACE, Owner("host+1", 12, "99"), before)

    assert sign.text == (
        "/export/zfssa-migration/1/tank/databases/redo-1/by/host+1/12/99/-/was/online/inherited/tg-db/7/ig-db/7/ig-app/-"
    )
    assert Sign.read(f"{sign.text}/") == sign


@given(st.tuples(NAMES, NAMES, NAMES))
def test_each_place_has_a_sign_of_its_own_with_a_possible_name(names: tuple[str, str, str]) -> None:
    name = sign_of(Place(*names))

    assert check_name("name", name) == name
    assert name == sign_of(Place(*names))
    assert name != sign_of(Place(names[0], names[1], f"{names[2]}x"))


@given(NAMES, NAMES)
def test_removal_name_is_known_for_that_lun_only(name: str, other: str) -> None:
    removal = new_removal_name(name)

    assert check_name("name", removal) == removal
    assert is_removal_name(removal, name)
    assert is_removal_name(removal, other) is (name == other)
    assert not is_removal_name(name, name)
    assert not is_removal_name(f"{removal}0", name)
    assert not is_removal_name(removal.removesuffix(removal[-1]), name)


def test_removal_name_is_used_once_only() -> None:
    assert len({new_removal_name("redo-1") for _count in range(100)}) == 100


@given(st.uuids())
def test_marker_tells_its_action(action: uuid.UUID) -> None:
    assert action_of_marker(marker_of(str(action))) == str(action)
    assert action_of_marker(marker_of(str(action).upper())) == str(action).upper()
    # It says that an update was sent, not that the LUN was hidden before.
    assert action_of_marker(sync_marker_of(str(action))) is None


@pytest.mark.parametrize(
    ("name", "own"),
    [
        (marker_of(ACTION), True),
        (sync_marker_of(ACTION), True),
        ("monday", False),
        ("zfssa-migration-", False),
        ("zfssa-migration-of-the-year", False),
        (f"zfssa-migration-{ACTION}-2", False),
        (f"my-zfssa-migration-{ACTION}", False),
        (f"zfssa-migration-{ACTION}\n", False),
        (f".rr-{ACTION}-1", False),
        ("", False),
    ],
)
def test_snapshot_of_a_user_is_not_taken_for_an_own_one(name: str, own: bool) -> None:
    assert is_own_snapshot(name) is own
    if not own:
        assert action_of_marker(name) is None


def test_place_is_checked_and_told() -> None:
    names = {"pool": "tank", "project": "databases", "name": "redo-1", "size": 7}

    assert Place.of(names) == PLACE
    assert PLACE.identity == {key: names[key] for key in ("pool", "project", "name")}
    assert PLACE.label == "LUN tank/databases/redo-1"
    assert PLACE.named("redo-2") == Place("tank", "databases", "redo-2")
    with pytest.raises(InvalidInput, match="project"):
        Place.of({**names, "project": "a/b"})


@pytest.mark.parametrize(
    ("status", "groups", "seen"),
    [("online", ("ig-db",), True), ("online", (), False), ("offline", ("ig-db",), False)],
)
def test_lun_was_seen_when_it_was_online_in_a_group(status: str, groups: tuple[str, ...], seen: bool) -> None:
    assert Before(status, groups, "default").is_seen is seen
