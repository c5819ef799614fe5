"""The image cache on the lab, without bytes: who fills, who waits, who takes over, what stays and what goes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lab_client import AFTER, BEFORE, MASKED, LabClient, lun_path
from turns import Taking, Turns

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image import _acts, _cached, _fill
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image import _operation as cache
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._acts import Cache, rounded
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._entry import Image, proof_of
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._fill import Heart
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._inspect import Inspected
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._qemu import Disturbed, Failed
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    InvalidInput,
    LostReply,
    PlanRefused,
    ZfssaError,
)

MIB = 1 << 20
# How often a deleter and a cloner meet.
ROUNDS = 200 if os.environ.get("ZFSSA_TESTS") == "all" else 20
WRITER = "iqn.2020-01.com.example:image-writer"
ID = "minimal-1.0"
NAME = Image(ID).name
PLACE = Cache("tank", "images")
RELEASES = ("2013.1", "8.7", "8.8")


def appliance_of(release: str = "8.8", **more: Any) -> LabClient:
    """An appliance with the projects, the target and the group of the host that writes."""
    found = LabClient(release, **more)
    found.add_project("images")
    found.add_project("machines")
    found.do("POST", "/api/san/v1/iscsi/targets", {"alias": "t"})
    found.do("POST", "/api/san/v1/iscsi/initiators", {"initiator": WRITER})
    found.do("POST", "/api/san/v1/iscsi/initiator-groups", {"name": "image-writer", "initiators": [WRITER]})
    found.log.clear()
    found.work.clear()
    return found


@pytest.fixture(params=RELEASES)
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance of each release."""
    return appliance_of(request.param)


@pytest.fixture
def image(tmp_path: Path) -> str:
    """The file of an image."""
    (tmp_path / "image").write_bytes(b"the bytes of an image")
    return str(tmp_path / "image")


@pytest.fixture(autouse=True)
def transfers(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What is done in the middle of the next transfers, which move no bytes; those after them do nothing."""
    doing: list[Callable[[], object]] = []

    def transfer(*_words: Any, step: Callable[[float], None], **_more: Any) -> int:
        step(40.0)
        if doing:
            doing.pop(0)()
        step(100.0)
        return 0

    monkeypatch.setattr(_fill, "transfer", transfer)
    monkeypatch.setattr(_cached, "inspect", lambda *_words: Inspected("qcow2", 3 * MIB + 512, MIB, 21))
    return doing


def options_of(image: str, **changes: Any) -> dict[str, Any]:
    """The options of `zfssa_image`."""
    given = {name: rules.get("default") for name, rules in _cached.SPEC.items()}
    given.update(pool="tank", project="images", image=image, id=ID, initiator=WRITER, initiator_group="image-writer")
    return {**given, "portal": "127.0.0.1:1", "takeover_after": 1, **changes}


def cached(client: LabClient, image: str, **changes: Any) -> dict[str, Any]:
    """Put an image into the cache."""
    found: dict[str, Any] = apply(_cached.plan_image(client, options_of(image, **changes)), client)["image"]  # type: ignore[arg-type]
    return found


def made(client: LabClient, *luns: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Make LUNs from the cache."""
    given = {name: rules.get("default") for name, rules in cache.SPEC.items()}
    given.update(pool="tank", project="images", id=ID, luns=list(luns), takeover_after=1)
    found: dict[str, Any] = apply(cache.plan_cache(client, {**given, **changes}), client)["image_cache"]  # type: ignore[arg-type]
    return found


def planned_absent(client: LabClient) -> Any:
    """Plan that the image is not in the cache."""
    given = {name: rules.get("default") for name, rules in cache.SPEC.items()}
    given.update(pool="tank", project="images", id=ID, state="absent")
    return cache.plan_cache(client, given)  # type: ignore[arg-type]


def machine(name: str = "vm", **more: Any) -> dict[str, Any]:
    """A LUN that is wanted."""
    return {"name": name, "project": "machines", **more}


def entries(client: LabClient) -> list[str]:
    """The names of the LUNs in the cache."""
    return sorted(name.partition("/")[2] for name in client.luns() if name.startswith("images/"))


def half_filled(client: LabClient, sign: str = "dead.1.40") -> str:
    """Leave a LUN as a run that was killed leaves it; return its GUID."""
    for name in _acts.missing_properties(client):  # type: ignore[arg-type]
        client.add_property(name)
    client.add_lun(
        "images", NAME, sparse=True, initiatorgroup="image-writer", **{"custom:image_id": ID, "custom:image_fill": sign}
    )
    return str(client.existing("images", NAME)["lunguid"])


def groups_of(client: LabClient, name: str = NAME) -> list[str]:
    """Who sees a LUN of the cache."""
    found = client.existing("images", name)["initiatorgroup"]
    return [found] if isinstance(found, str) else list(found)


# Filled


def test_an_image_is_cached_and_cloned(appliance: LabClient, image: str) -> None:
    found = cached(appliance, image)

    assert (found["lun"], found["transferred"]) == (NAME, True)
    lun = appliance.existing("images", NAME)
    assert lun["volsize"] == 3 * MIB + 8192
    assert lun["sparse"] is True
    assert groups_of(appliance) == [MASKED]
    assert found["snapshot"] == proof_of(lun["lunguid"])
    assert made(appliance, machine(), machine("large", size="8M"))["state"] == "hit"
    assert appliance.existing("machines", "vm")["volsize"] == lun["volsize"]
    assert appliance.existing("machines", "large")["volsize"] == 8 * MIB
    assert not any("volblocksize" in (body or {}) for _method, path, body in appliance.work if path.endswith("/clone"))


def test_a_second_time_nothing_is_done_and_little_asked(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    made(appliance, machine(size="8M"))
    appliance.work.clear()
    appliance.log.clear()

    assert cached(appliance, "/nowhere")["transferred"] is False
    assert made(appliance, machine(size="8M"))["state"] == "hit"
    assert appliance.work == []
    assert len(appliance.log) == 4


def test_a_lun_more_takes_seven_requests(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    made(appliance, machine("vm-1", size="8M"))
    appliance.log.clear()

    made(appliance, machine("vm-2", size="8M"))

    assert len(appliance.log) <= 7, appliance.log


def test_ten_luns_share_what_they_have_in_common(image: str) -> None:
    appliance = appliance_of()
    cached(appliance, image)
    appliance.log.clear()

    made(appliance, *[machine(f"vm-{number}", size="8M") for number in range(10)])

    # The list, the snapshot, the project; then for each: it, a filesystem of that name, clone, growth.
    assert len(appliance.log) <= 3 + 10 * 4


def test_during_the_fill_the_group_of_the_writer_sees_it_and_nobody_else(
    appliance: LabClient, image: str, transfers: list[Callable[[], object]]
) -> None:
    seen: list[list[str]] = []
    transfers.append(lambda: seen.append(groups_of(appliance)))

    cached(appliance, image)

    assert seen == [["image-writer"]]
    steps = [(method, path.rpartition("/")[2]) for method, path, body in appliance.work if NAME in path]
    assert steps[-3:] == [("PUT", NAME), ("PUT", NAME), ("POST", "snapshots")]


def test_the_properties_are_defined_when_they_are_missing(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    lun = appliance.existing("images", NAME)
    assert lun["custom:image_id"] == ID
    assert lun["custom:image_checksum"].startswith("sha256:")
    assert "custom:updated_at" not in lun


@pytest.mark.parametrize(
    ("size", "block", "expected"),
    [(1, None, 4096), (4096, 512, 4096), (4097, 8192, 8192), (MIB, 131072, MIB), (1 << 30, 8192, 1 << 30)],
)
def test_sizes(size: int, block: int | None, expected: int) -> None:
    assert rounded(size, block) == expected


# Broken off


class Broken(BaseException):
    """A signal, for one."""


@pytest.mark.parametrize("error", [Failed("x"), Broken(), KeyboardInterrupt()], ids=["failed", "signal", "interrupt"])
def test_a_fill_that_breaks_off_leaves_nothing(
    appliance: LabClient, image: str, transfers: list[Callable[[], object]], error: BaseException
) -> None:
    def fail() -> None:
        raise error

    transfers.append(fail)
    with pytest.raises(type(error)):
        cached(appliance, image)
    assert entries(appliance) == []


def test_a_fill_that_others_disturb_is_begun_anew_in_another_lun(
    image: str, transfers: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """QEMU takes it for a fault of the disk when LUNs come or go on the same target."""
    monkeypatch.setattr(_cached.secrets, "randbelow", lambda _most: 0)
    appliance = appliance_of()
    seen: list[str] = []

    def disturbed() -> None:
        seen.extend(str(one["lunguid"]) for one in [appliance.lun("images", NAME)] if one)
        raise Disturbed("x")

    transfers += [disturbed, disturbed]
    assert cached(appliance, image)["transferred"] is True
    assert len({*seen, appliance.existing("images", NAME)["lunguid"]}) == 3
    assert entries(appliance) == [NAME]
    transfers += [disturbed] * 5
    with pytest.raises(Disturbed):
        cached(appliance, image, id="other")
    assert entries(appliance) == [NAME]


@pytest.mark.parametrize("fate", [BEFORE, AFTER])
@pytest.mark.parametrize("write", range(10))
def test_an_answer_that_is_lost_leaves_a_good_entry_or_none(image: str, fate: str, write: int) -> None:
    """Whatever the write was: the properties, the LUN, hiding it, its last sign of life, its proof."""
    appliance = appliance_of()
    appliance.fates = ["carried out and answered"] * write + [fate]
    try:
        cached(appliance, image)
    except (LostReply, Failed):
        assert entries(appliance) == []
    assert cached(appliance, image)["lun"] == NAME
    assert entries(appliance) == [NAME]
    assert groups_of(appliance) == [MASKED]
    assert made(appliance, machine())["state"] == "hit"


def test_who_is_taken_over_proves_nothing(
    appliance: LabClient, image: str, transfers: list[Callable[[], object]]
) -> None:
    """The other run has thrown the LUN away, and fills another one under its name when the first comes to its end."""
    others: list[str] = []

    def taken_over() -> None:
        appliance.do("DELETE", lun_path("images", NAME))
        others.append(half_filled(appliance, "other.1.7"))

    transfers.append(taken_over)
    with pytest.raises(Failed, match="another run has taken the LUN over"):
        cached(appliance, image)
    assert entries(appliance) == [NAME]
    assert appliance.existing("images", NAME)["lunguid"] == others[0]
    assert made(appliance, machine())["state"] == "filling"


@pytest.mark.parametrize("cloned", [False, True])
def test_a_proof_that_comes_too_late_is_taken_back(
    appliance: LabClient, image: str, monkeypatch: pytest.MonkeyPatch, cloned: bool
) -> None:
    """Another run fills a LUN of that name by now; what somebody has made from the snapshot meanwhile lives on."""
    proving, taken = _fill.prove, []

    def late(client: Any, place: Cache, name: str, proof: str) -> None:
        appliance.do("DELETE", lun_path("images", NAME))
        half_filled(appliance, "other.1.7")
        proving(client, place, name, proof)
        taken.append(proof)
        if cloned:
            path = f"{lun_path('images', NAME)}/snapshots/{proof}/clone"
            appliance.do("PUT", path, {"project": "machines", "share": "of-it"})

    monkeypatch.setattr(_fill, "prove", late)
    with pytest.raises(Failed, match="another run has taken the LUN over"):
        cached(appliance, image)
    assert _acts.snapshots_of(appliance, PLACE, NAME) == (taken if cloned else [])  # type: ignore[arg-type]


def test_a_proof_of_another_lun_does_not_hold_an_entry(appliance: LabClient, image: str) -> None:
    """One that a run has left which was killed before it could take it back."""
    snapshot = str(cached(appliance, image)["snapshot"])
    appliance.add_snapshot("images", NAME, snapshot[:-4] + "0000")
    assert made(appliance, state="absent")["removed"] == [NAME]
    assert entries(appliance) == []


def test_a_snapshot_with_another_name_proves_nothing(appliance: LabClient) -> None:
    guid = half_filled(appliance)
    for name in ("image", "image-", proof_of(guid[:-1] + "0"), proof_of(guid) + "0"):
        appliance.add_snapshot("images", NAME, name)
    assert made(appliance, machine())["state"] == "filling"
    assert appliance.lun("machines", "vm") is None


def test_an_image_that_is_exchanged_after_it_was_looked_at_is_never_written(
    image: str, monkeypatch: pytest.MonkeyPatch, transfers: list[Callable[[], object]]
) -> None:
    """Who exchanges it gives it the size and the time that it had."""
    appliance = appliance_of()
    before = Path(image).stat()

    def exchanged() -> Inspected:
        Path(image).write_bytes(b"the bytes of a secret"[: before.st_size])
        os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))
        return Inspected("qcow2", 3 * MIB + 512, MIB, 21)

    with monkeypatch.context() as patch:
        patch.setattr(_cached, "inspect", lambda *_words: exchanged())
        with pytest.raises(PlanRefused, match="somebody wrote to the image"):
            cached(appliance, image)
    assert appliance.work == []
    transfers.append(exchanged)
    with pytest.raises(PlanRefused, match="somebody wrote to the image"):
        cached(appliance, image)
    assert entries(appliance) == []


def test_an_image_that_is_exchanged_between_two_attempts_is_not_written(
    image: str, monkeypatch: pytest.MonkeyPatch, transfers: list[Callable[[], object]]
) -> None:
    monkeypatch.setattr(_cached.secrets, "randbelow", lambda _most: 0)
    appliance = appliance_of()

    def disturbed() -> None:
        Path(image).write_bytes(b"the bytes of a secret")
        raise Disturbed("x")

    transfers.append(disturbed)
    with pytest.raises(PlanRefused, match="somebody wrote to the image"):
        cached(appliance, image)
    assert sum(method == "POST" and path.endswith("/images/luns") for method, path, _body in appliance.work) == 1
    assert entries(appliance) == []


# Two runs


def test_a_half_filled_lun_is_thrown_away_when_nobody_gives_a_sign_of_life(appliance: LabClient, image: str) -> None:
    dead = half_filled(appliance)
    assert cached(appliance, image)["transferred"] is True
    assert entries(appliance) == [NAME]
    assert appliance.existing("images", NAME)["lunguid"] != dead


def test_who_waits_takes_what_the_other_has_filled(appliance: LabClient, image: str) -> None:
    """The other gives signs of life at each look, longer than one may stand still, and then the proof."""
    guid = half_filled(appliance)
    path, looks = lun_path("images", NAME), iter(range(1000))

    def beat(page: dict[str, Any]) -> dict[str, Any]:
        number = next(looks)
        if number == 15:
            appliance.add_snapshot("images", NAME, proof_of(guid))
        page["lun"]["custom:image_fill"] = f"other.{number}.40"
        return page

    appliance.edit(path, beat)
    found = cached(appliance, image)
    assert (found["transferred"], found["snapshot"]) == (False, proof_of(guid))
    assert [method for method, *_rest in appliance.work] == []


def test_of_two_that_make_the_lun_at_once_one_fills_it(
    appliance: LabClient, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has made it between the look and the write; it is found by its name, and waited for."""
    define = _fill.define_properties

    def meanwhile(client: Any) -> None:
        define(client)
        guid = half_filled(appliance, "other.9.99")
        appliance.add_snapshot("images", NAME, proof_of(guid))
        monkeypatch.setattr(_fill, "define_properties", define)

    monkeypatch.setattr(_fill, "define_properties", meanwhile)
    assert cached(appliance, image)["transferred"] is False
    assert entries(appliance) == [NAME]


def test_a_foreign_lun_is_neither_used_nor_destroyed(appliance: LabClient, image: str) -> None:
    appliance.add_lun("images", NAME)
    before = appliance.existing("images", NAME)
    for attempt in (
        lambda: cached(appliance, image),
        lambda: made(appliance, machine()),
        lambda: made(appliance, state="absent"),
    ):
        with pytest.raises(PlanRefused, match="does not say that it is that image"):
            attempt()
    assert entries(appliance) == [NAME]
    assert appliance.existing("images", NAME) == before


# The sign of life


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def beating() -> Iterator[tuple[LabClient, Heart, Clock]]:
    """A heart on a LUN; others take over after 60 s."""
    appliance, clock = appliance_of(), Clock()
    guid = half_filled(appliance)
    appliance.work.clear()
    yield appliance, Heart(appliance, PLACE, {"name": NAME, "lunguid": guid}, "me", 60.0, clock), clock  # type: ignore[arg-type]


def test_signs_of_life_are_a_counter_with_the_percentage(beating: tuple[LabClient, Heart, Clock]) -> None:
    appliance, heart, clock = beating
    for now, percent in ((1, 1.0), (10, 12.4), (11, 13.0), (20, 50.0), (29, 60.0)):
        clock.now = now
        heart.step(percent)
    assert [body for _method, _path, body in appliance.work] == [
        {"custom:image_fill": "me.1.12"},
        {"custom:image_fill": "me.2.50"},
    ]


def test_who_cannot_give_a_sign_of_life_stops_before_others_take_over(beating: tuple[LabClient, Heart, Clock]) -> None:
    appliance, heart, clock = beating
    appliance.fault({"status": 500}, method="PUT", times=99)
    for now in (10, 20, 30):
        clock.now = now
        heart.step(1.0)
    clock.now = 31
    with pytest.raises(Failed, match="could not be told for 30 s"):
        heart.step(1.0)


@pytest.mark.parametrize("replaced", [False, True])
def test_whose_lun_is_gone_stops_at_once(beating: tuple[LabClient, Heart, Clock], replaced: bool) -> None:
    appliance, heart, clock = beating
    appliance.do("DELETE", lun_path("images", NAME))
    if replaced:
        half_filled(appliance)
    clock.now = 10
    with pytest.raises(Failed, match="another run has taken the LUN over"):
        heart.step(1.0)


# Stale, and what goes


def test_a_stale_entry_without_clones_is_destroyed(appliance: LabClient, image: str) -> None:
    old = cached(appliance, image, updated_at="2026-01-01")["snapshot"]
    Path(image).write_bytes(b"other bytes")
    assert made(appliance, machine(), updated_at="2026-02-02")["state"] == "stale"
    assert cached(appliance, image, updated_at="2026-02-02")["snapshot"] != old
    assert entries(appliance) == [NAME]


def test_a_stale_entry_with_clones_is_kept_until_the_last_is_gone(appliance: LabClient, image: str) -> None:
    cached(appliance, image, updated_at="2026-01-01")
    made(appliance, machine("vm-1"), machine("vm-2", project="default"), updated_at="2026-01-01")
    Path(image).write_bytes(b"other bytes")
    cached(appliance, image, updated_at="2026-02-02")
    assert [name.partition(".")[0] for name in entries(appliance)] == [NAME, NAME]
    # The LUNs of the old one stay what they are, and are not refused.
    assert made(appliance, machine("vm-1"), machine("vm-3"), updated_at="2026-02-02")["removed"] == []
    appliance.do("DELETE", lun_path("machines", "vm-1"))
    assert made(appliance, machine("vm-3"), updated_at="2026-02-02")["removed"] == []
    appliance.do("DELETE", lun_path("default", "vm-2"))
    (gone,) = made(appliance, machine("vm-3"), updated_at="2026-02-02")["removed"]
    assert gone.startswith(f"{NAME}.old.")
    assert entries(appliance) == [NAME]


def test_the_same_bytes_with_another_time_are_noted(appliance: LabClient, image: str) -> None:
    first = cached(appliance, image, updated_at="2026-01-01")
    again = cached(appliance, image, updated_at="2026-02-02", checksum=first["checksums"][0])
    assert (again["transferred"], again["updated_at"]) == (False, "2026-02-02")
    third = cached(appliance, image, updated_at="2026-03-03")
    assert (third["transferred"], third["updated_at"]) == (False, "2026-03-03")
    # Who only clones notes it, too.
    found = made(appliance, machine(), updated_at="2026-04-04", checksum=first["checksums"][0])
    assert found["state"] == "hit"
    assert appliance.existing("images", NAME)["custom:updated_at"] == "2026-04-04"


def test_absent(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    made(appliance, machine())
    found = made(appliance, state="absent")
    assert (found["removed"], len(found["kept"])) == ([], 1)
    assert "machines/vm" in found["kept"][0]["reason"]
    assert made(appliance, machine("vm-2"))["state"] == "missing"
    appliance.do("DELETE", lun_path("machines", "vm"))
    assert len(made(appliance, state="absent")["removed"]) == 1
    assert entries(appliance) == []
    appliance.work.clear()
    assert made(appliance, state="absent")["removed"] == []
    assert appliance.work == []


def test_absent_tells_all_that_stays_of_the_image(appliance: LabClient, image: str) -> None:
    """Also what earlier runs have retired: nothing is done about it, in check mode as well."""
    cached(appliance, image, updated_at="2026-01-01")
    made(appliance, machine("vm-1"), updated_at="2026-01-01")
    Path(image).write_bytes(b"other bytes")
    cached(appliance, image, updated_at="2026-02-02")
    made(appliance, machine("vm-2"), updated_at="2026-02-02")
    cached(appliance, image, id="other")
    first = made(appliance, state="absent")
    assert first["removed"] == []
    assert {one["name"] for one in first["kept"]} == {*entries(appliance)} - {Image("other").name}
    assert sorted(one["reason"] for one in first["kept"]) == [
        "it has the clones machines/vm-1",
        "it has the clones machines/vm-2",
    ]
    appliance.work.clear()
    plan = planned_absent(appliance)
    assert plan.steps == ()
    assert sorted(map(str, plan.after["image_cache"]["kept"])) == sorted(map(str, first["kept"]))
    assert sorted(map(str, made(appliance, state="absent")["kept"])) == sorted(map(str, first["kept"]))
    assert appliance.work == []


def test_what_is_half_filled_goes_with_absent_once_it_gives_no_sign_of_life(appliance: LabClient) -> None:
    half_filled(appliance)
    assert made(appliance, state="absent")["removed"] == [NAME]
    assert entries(appliance) == []


def test_entries_with_snapshots_of_somebody_else_stay(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    appliance.add_snapshot("images", NAME, "by-hand")
    (kept,) = made(appliance, state="absent")["kept"]
    assert "by-hand" in kept["reason"]
    assert len(entries(appliance)) == 1


def filled_with(appliance: LabClient, image: str, *ids: str) -> None:
    """Cache images, an hour apart."""
    for one in ids:
        cached(appliance, image, id=one)
        appliance.clock.advance(3600)


def test_keep_last_counts_entries_without_clones(appliance: LabClient, image: str) -> None:
    filled_with(appliance, image, "a", "b", "c", "d", ID)
    made(appliance, machine("of-a"), id="a")
    found = made(appliance, machine(), keep_last=1)
    assert sorted(found["removed"]) == sorted(Image(one).name for one in ("b", "c"))
    assert entries(appliance) == sorted(Image(one).name for one in ("a", "d", ID))


def test_max_age(appliance: LabClient, image: str) -> None:
    filled_with(appliance, image, "a", "b", "c", ID)
    made(appliance, machine("of-a"), id="a")
    assert made(appliance, machine(), max_age="150m")["removed"] == [Image("b").name]
    assert made(appliance, machine(), max_age="100d")["removed"] == []


def test_the_entry_that_is_wanted_is_never_superfluous(appliance: LabClient, image: str) -> None:
    filled_with(appliance, image, ID)
    assert made(appliance, keep_last=0, max_age="1")["removed"] == []


def test_what_somebody_fills_is_not_superfluous(appliance: LabClient, image: str) -> None:
    half_filled(appliance)
    cached(appliance, image, id="other")
    made(appliance, machine(), id="other", keep_last=0)
    assert NAME in entries(appliance)


# LUNs


def test_a_lun_that_was_not_made_from_the_image_is_refused(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    appliance.add_lun("machines", "vm")
    with pytest.raises(PlanRefused, match="exists, and was not made from image"):
        made(appliance, machine())


@pytest.mark.parametrize(
    ("lun", "message"),
    [
        ({"project": "none"}, "project tank/none does not exist"),
        ({"initiator_groups": ["none"]}, "initiator group none does not exist"),
        ({"target_group": "none"}, "target group none does not exist"),
        ({"initiator_groups": ["readers"], "lu_number": 0}, "LU number 0"),
    ],
    ids=["project", "initiator group", "target group", "LU number"],
)
@pytest.mark.parametrize("filling", [False, True])
def test_a_lun_that_cannot_be_made_is_refused_before_the_transfer(
    appliance: LabClient, lun: dict[str, Any], message: str, filling: bool
) -> None:
    appliance.do("POST", "/api/san/v1/iscsi/initiator-groups", {"name": "readers", "initiators": [WRITER]})
    appliance.add_lun("default", "other", initiatorgroup="readers")
    assert appliance.existing("default", "other")["assignednumber"] in (0, [0])
    if filling:
        half_filled(appliance)
    assert made(appliance, machine(size="20G"), machine("thick", sparse=False))["state"] in ("missing", "filling")
    with pytest.raises(PlanRefused, match=message):
        made(appliance, machine("vm-1"), machine(**lun))


def test_all_that_is_in_the_way_of_luns_is_said_at_once() -> None:
    with pytest.raises(PlanRefused) as raised:
        made(appliance_of(), machine("a", project="none"), machine("b", initiator_groups=["x"], target_group="y"))
    for part in ("project tank/none", "initiator group x", "target group y"):
        assert part in raised.value.reason


def test_a_lun_of_another_image_is_refused_with_the_way_to_keep_it(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    cached(appliance, image, id="other")
    made(appliance, machine(), id="other")
    with pytest.raises(PlanRefused, match="was not made from image") as raised:
        made(appliance, machine())
    assert "one id, and each its own updated_at" in raised.value.advice


def test_a_checksum_of_another_form_is_shown() -> None:
    with pytest.raises(InvalidInput, match=r"md5:12.* is not of the form sha256:HEX or sha512:HEX"):
        cached(appliance_of(), "/srv/a", checksum="md5:12")


def test_a_lun_that_is_to_be_smaller_is_refused(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    with pytest.raises(ZfssaError, match="truncate"):
        made(appliance, machine(size="1M"))


def test_a_lun_that_was_killed_before_it_grew_grows(appliance: LabClient, image: str) -> None:
    cached(appliance, image)
    made(appliance, machine())
    made(appliance, machine(size="8M"))
    assert appliance.existing("machines", "vm")["volsize"] == 8 * MIB


# Who writes


@pytest.mark.parametrize(
    ("members", "changes", "message"),
    [
        ([], {}, "does not have the initiator"),
        ([WRITER, "iqn.2020-01.com.example:other"], {}, "has other initiators as well"),
        ([WRITER], {"target_group": "none"}, "has no target that is online"),
    ],
)
def test_a_host_that_cannot_write_is_said_before_a_lun_is_made(
    appliance: LabClient, image: str, members: list[str], changes: dict[str, Any], message: str
) -> None:
    appliance.do("POST", "/api/san/v1/iscsi/initiators", {"initiator": "iqn.2020-01.com.example:other"})
    appliance.do("PUT", "/api/san/v1/iscsi/initiator-groups/image-writer", {"initiators": members})
    with pytest.raises(PlanRefused, match=message):
        cached(appliance, image, **changes)
    assert entries(appliance) == []


# A deleter and a cloner


def meet(appliance: LabClient, seed: int) -> dict[int, Any]:
    """Let a run that wants a LUN and one that removes the image meet; return what became of both."""
    turns = Turns(seed)
    outcome: dict[int, Any] = {}

    def run(who: int, work: Callable[[Any], Any]) -> None:
        try:
            outcome[who] = work(Taking(appliance, turns, who))
        finally:
            turns.end(who)

    both = [
        threading.Thread(target=run, args=(0, lambda client: made(client, machine(size="8M")))),
        threading.Thread(target=run, args=(1, lambda client: made(client, state="absent"))),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert outcome.keys() == {0, 1}, seed
    return outcome


@pytest.mark.parametrize("release", RELEASES)
def test_a_deleter_and_a_cloner_meet_many_times(release: str, image: str) -> None:
    """Whatever comes first: a LUN that was reported is there and lives, and nothing is left that nobody needs."""
    appliance = appliance_of(release)
    met: set[str] = set()
    for seed in range(ROUNDS):
        cached(appliance, image)
        outcome = meet(appliance, seed)
        lun = appliance.lun("machines", "vm")
        assert (outcome[0]["state"] == "hit") == (lun is not None), seed
        met.add(outcome[0]["state"])
        if lun is not None:
            assert [one["name"] for one in outcome[1]["kept"]] == entries(appliance), seed
            appliance.do("DELETE", lun_path("machines", "vm"))
        made(appliance, state="absent")
        assert entries(appliance) == [], seed
    assert met == {"hit", "missing"}
