"""Entries of the image cache: how they are judged, by records alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._entry import (
    DEAD,
    FILLING,
    FOREIGN,
    GOOD,
    MISSING,
    RENEWED,
    STALE,
    Image,
    Pulse,
    age,
    agree,
    base_name,
    entry_of,
    is_retired,
    judge,
    proof_of,
    retired_name,
    same_time,
)

GUID = "600144F0CCB95A1335E4B53DBFD0C2DC"
SUM, OTHER_SUM = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
IMAGE = Image("minimal-1.0", "2026-01-02T03:04:05Z", (SUM,))


def lun(image: Image = IMAGE, **changes: Any) -> dict[str, Any]:
    """The record of a cached LUN."""
    custom = {**image.properties("ab.1.0"), **changes.pop("custom", {})}
    record = {
        "name": image.name,
        "lunguid": GUID,
        "size": 4096,
        "creation": "2026-01-02T03:04:05Z",
        "origin": None,
        "initiator_groups": [],
        "custom": {key: value for key, value in custom.items() if value is not None},
    }
    return {**record, **changes}


def verdict(record: dict[str, Any] | None, wanted: Image = IMAGE, *, proved: bool = True, quiet: float = 0.0) -> str:
    """What is made of a record, when signs of life may stand still for 180 s."""
    return judge(record, proved, wanted, quiet, 180.0)


def test_what_is_there_and_whole_is_good() -> None:
    assert verdict(lun()) == GOOD
    assert verdict(None) == MISSING


@pytest.mark.parametrize(("quiet", "expected"), [(0.0, FILLING), (179.9, FILLING), (180.0, DEAD), (1e9, DEAD)])
def test_what_has_no_proof_is_being_filled_until_its_sign_of_life_stands_still(quiet: float, expected: str) -> None:
    assert verdict(lun(), proved=False, quiet=quiet) == expected


def test_a_proved_entry_needs_no_sign_of_life() -> None:
    assert verdict(lun(), quiet=1e9) == GOOD


@pytest.mark.parametrize(
    ("entry", "wanted", "expected"),
    [
        # The checksum wins where both are known.
        (("2026-01-01", (SUM,)), ("2026-02-02", (SUM,)), RENEWED),
        (("2026-01-01", (SUM,)), ("2026-01-01", (OTHER_SUM,)), STALE),
        (("", (SUM,)), ("", (OTHER_SUM,)), STALE),
        (("2026-01-01", (SUM, f"sha512:{'c' * 128}")), ("2026-01-01", (f"sha512:{'d' * 128}",)), STALE),
        # Else the time, which is unequal or not: a newer one on the appliance is as stale.
        (("2026-01-01", ()), ("2025-01-01", ()), STALE),
        (("2026-01-01", ()), ("2026-01-01", (SUM,)), GOOD),
        (("2026-01-01", (SUM,)), ("2026-02-02", (f"sha512:{'d' * 128}",)), STALE),
        (("", ()), ("2026-01-01", ()), STALE),
        # Nobody says anything of time or bytes.
        (("2026-01-01", (SUM,)), ("", ()), GOOD),
    ],
)
def test_stale(entry: Any, wanted: Any, expected: str) -> None:
    there, want = Image("i", entry[0], entry[1]), Image("i", wanted[0], wanted[1])
    assert verdict(lun(there), want) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T05:04:05+02:00"),
        ("2026-01-02T03:04:05.123456Z", "2026-01-02 03:04:05"),
        ("20260102T03:04:05", "2026-01-02T03:04:05+00:00"),
        (" rev 7 ", "rev 7"),
        (7, "7"),
    ],
)
def test_times_are_compared_in_utc_and_other_texts_as_they_are(one: object, other: object) -> None:
    assert same_time(one) == same_time(other)


def test_other_times_are_others() -> None:
    assert same_time("2026-01-02T03:04:05+01:00") != same_time("2026-01-02T03:04:05Z")
    assert same_time(None) == ""


@pytest.mark.parametrize(
    "record",
    [
        lun(custom={"image_id": None}),
        lun(custom={"image_id": "another"}),
        lun(custom={"image_id": ""}),
        lun(lunguid=None),
        lun(origin={"project": "images", "share": "x", "snapshot": "s"}),
    ],
)
def test_a_lun_of_that_name_that_does_not_say_that_it_is_the_image_is_foreign(record: dict[str, Any]) -> None:
    assert verdict(record) == FOREIGN
    assert verdict(record, proved=False, quiet=1e9) == FOREIGN


def test_a_clone_that_took_over_what_is_written_on_its_origin_is_no_entry() -> None:
    assert entry_of(lun(name="vm-1")) is None
    assert entry_of(lun(origin={"share": IMAGE.name})) is None


def test_names_tell_images_apart_and_are_possible_names() -> None:
    ids = ["/srv/a.qcow2", "/srv/b/a.qcow2", "https://h/x?y", "ü", "A", "a", "x" * 900, "a b,c=d", "-", "..", "0"]
    names = [Image(one).name for one in ids]
    assert len(set(names)) == len(ids)
    assert all(name.replace("-", "").isalnum() and name.isascii() and len(name) < 80 for name in names)


def test_a_retired_entry_remembers_what_it_was() -> None:
    name = retired_name(IMAGE.name, GUID)
    assert is_retired(name)
    assert not is_retired(IMAGE.name)
    assert base_name(name) == IMAGE.name
    assert retired_name(name, GUID) == name
    found = entry_of(lun(name=name))
    assert found is not None
    assert (found.is_retired, found.image.id) == (True, IMAGE.id)


def test_the_proof_of_one_lun_is_none_of_another_with_the_same_name() -> None:
    entry = entry_of(lun())
    assert entry is not None
    assert entry.proof == proof_of(GUID) == f"image-{GUID.lower()}"
    assert proof_of(GUID[:-1] + "0") != entry.proof


def test_checksums_agree_by_the_kinds_that_both_have() -> None:
    assert agree((SUM,), (SUM.upper().replace("SHA256", "sha256"),)) is True
    assert agree((SUM,), (OTHER_SUM,)) is False
    assert agree((SUM,), (f"sha512:{'c' * 128}",)) is None
    assert agree((), (SUM,)) is None


def test_the_pulse_counts_from_the_last_change_and_begins_anew_with_another_lun() -> None:
    pulse = Pulse(0.0)
    first, beaten = entry_of(lun()), entry_of(lun(custom={"image_fill": "ab.2.40"}))
    other = entry_of(lun(lunguid=GUID[:-1] + "0"))
    assert first and beaten and other
    assert [pulse.quiet(first, 5.0), pulse.quiet(first, 30.0)] == [0.0, 25.0]
    assert [pulse.quiet(beaten, 40.0), pulse.quiet(beaten, 41.0)] == [0.0, 1.0]
    assert pulse.quiet(other, 100.0) == 0.0


def test_what_is_not_known_is_not_written() -> None:
    assert Image("i").properties() == {"image_id": "i"}
    assert Image("i", "t", (SUM, OTHER_SUM)).properties("x.0.0") == {
        "image_id": "i", "updated_at": "t", "image_checksum": f"{SUM},{OTHER_SUM}", "image_fill": "x.0.0",
    }  # fmt: skip
    entry = entry_of(lun(Image("i", "t", (SUM, OTHER_SUM))))
    assert entry is not None
    assert entry.image == Image("i", "t", (SUM, OTHER_SUM))


def test_age() -> None:
    entry = entry_of(lun())
    assert entry is not None
    assert age(entry, datetime(2026, 1, 2, 3, 5, 5, tzinfo=UTC)) == 60.0
