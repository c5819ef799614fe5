"""The role image_cache with real bytes: images in, clones out, read back over iSCSI."""

from __future__ import annotations

import hashlib
import subprocess

import pytest
import yaml
from examples import examples_in, play_of, stand_ins
from examples import variables as of_examples
from image_lab import (
    LACKS,
    MIB,
    WHY_NOT,
    cached,
    for_reader,
    holes,
    make_image,
    same_disk,
)
from image_stage import Images, budget, transfers
from images import qcow2
from lab_appliances import LIMIT, Record
from module_runner import RESULTS, WITH_BYTES
from prediction import differences
from samples import not_given

from playbooks import presented

pytestmark = pytest.mark.skipif(bool(LACKS), reason=WHY_NOT)


def test_an_image_becomes_luns_that_have_its_bytes(images: Images) -> None:
    """Holes at its start, in its middle and at its end; clones as large as the image, and larger."""
    disk = holes(3 * MIB + 5 * 512)
    image = make_image(images.folder / "minimal.qcow2", disk)
    play = images.cache(image, for_reader("vm-1"), for_reader("vm-2", size="8M"), verify=True)
    for name, size in (("vm-1", 3 * MIB + 8192), ("vm-2", 8 * MIB)):
        assert same_disk(images.disk(name), disk)
        assert images.lab.east.lun(name)["volsize"] == size
    (name,) = cached(images.lab)
    entry = images.lab.east.lun(name)
    assert not presented(entry)
    assert entry["custom:image_id"] == str(image)
    assert entry["custom:image_checksum"] == f"sha256:{hashlib.sha256(image.read_bytes()).hexdigest()}"
    # Hidden first, then the snapshot: whatever a host still has on the way does not arrive any more.
    steps = [row["method"] for row in play.writes if row["path"].endswith((f"/luns/{name}", f"/luns/{name}/snapshots"))]
    assert steps[-3:] == ["PUT", "PUT", "POST"]
    # Again: nothing is done, and little asked.
    again = images.cache(image, for_reader("vm-1"), for_reader("vm-2", size="8M"))
    assert (again.changed, again.writes) == (0, [])
    # A second LUN: few requests, no transfer, no lock.
    second = images.cache(image, for_reader("vm-3", size="8M"))
    assert len(budget(second)) <= 7, budget(second)
    assert [row["method"] for row in second.writes] == ["PUT", "PUT"]
    assert same_disk(images.disk("vm-3"), disk)


def test_check_mode_says_what_would_be_done_and_does_nothing(images: Images) -> None:
    image = make_image(images.folder / "minimal.qcow2", holes(MIB))
    play = images.cache(image, for_reader("vm-1"), check=True)
    assert play.writes == []
    images.nothing_left()
    images.cache(image)
    again = images.cache(image, for_reader("vm-1"), check=True)
    assert (again.writes, again.changed) == ([], 1)


def test_luns_that_cannot_be_made_are_refused_before_anything_is_done(images: Images) -> None:
    image = make_image(images.folder / "minimal.qcow2", holes(MIB))
    luns = [for_reader("vm-1", initiator_groups=["none"]), for_reader("vm-2", project="nowhere")]
    play = images.refuse(image, luns=luns)
    assert "initiator group none does not exist" in play.message
    assert "project tank/nowhere does not exist" in play.message
    assert play.writes == []


@pytest.mark.parametrize(
    ("fmt", "options"),
    [("raw", ()), ("vmdk", ("-o", "subformat=streamOptimized")), ("vhdx", ()), ("qcow2", ("-c",))],
)
def test_formats(images: Images, fmt: str, options: tuple[str, ...]) -> None:
    disk = holes(2 * MIB)
    image = make_image(images.folder / f"image.{fmt}", disk, fmt, *options)
    images.cache(image, for_reader("vm"), format=fmt, verify=True)
    assert same_disk(images.disk("vm"), disk)


@pytest.mark.parametrize("more", [-512, -1, 0, 1, 511, 512, 4095, 4096, 8191, 8192])
@pytest.mark.long
def test_sizes(images: Images, more: int) -> None:
    """An image of exactly N MiB fits N MiB, and one that is no multiple of anything what is next."""
    disk = holes(MIB + more)
    image = make_image(images.folder / "image", disk, "raw")
    images.cache(image, for_reader("vm"), format="raw")
    assert same_disk(images.disk("vm"), disk)
    assert images.lab.east.lun("vm")["volsize"] == -(-(MIB + more) // 8192) * 8192


@pytest.mark.parametrize(
    ("content", "changes", "message"),
    [
        ({"backing_file": "/etc/shadow"}, {}, "a backing file, by which files of the host would be read"),
        ({}, {"checksum": f"sha256:{'0' * 64}"}, f"and not sha256:{'0' * 64}"),
        ({}, {"max_size": "1M"}, "and at most 1 MiB are allowed; raise max_size if it is right."),
        ({}, {"format": "raw"}, "is said to be raw, and by its content is qcow2"),
        ({}, {"image": "/nowhere.qcow2"}, "/nowhere.qcow2 cannot be read on the host that writes: No such file"),
    ],
    ids=["hostile", "checksum", "too large", "format", "absent"],
)  # fmt: skip
def test_what_cannot_be_cached_is_refused_in_one_sentence(
    images: Images, content: Record, changes: Record, message: str
) -> None:
    image = make_image(images.folder / "image.qcow2", holes(2 * MIB))
    if content:
        words = [
            "qemu-img",
            "create",
            "-q",
            "-u",
            "-f",
            "qcow2",
            "-F",
            "raw",
            "-b",
            content["backing_file"],
            str(image),
            "2M",
        ]
        subprocess.run(words, check=True, timeout=LIMIT)
    play = images.refuse(**{"image": image, **changes})
    assert message in play.message
    assert transfers(play.requests) == 0


def test_a_pool_that_is_full_is_said_before_a_lun_is_made(images: Images) -> None:
    image = make_image(images.folder / "image.qcow2", holes(4 * MIB))
    images.lab.east.call("PUT", "storage/v1/pools/tank/projects/images", {"quota": MIB})
    play = images.refuse(image)
    assert "bytes left, and the image needs" in play.message
    assert transfers(play.requests) == 0


def test_a_stale_image_is_kept_as_long_as_it_has_clones(images: Images) -> None:
    old, new = holes(MIB), holes(2 * MIB)
    image = images.folder / "image.qcow2"
    images.cache(make_image(image, old), for_reader("vm-old"), id="i", updated_at="2026-01-01T00:00:00Z")
    images.cache(make_image(image, new), for_reader("vm-new"), id="i", updated_at="2026-02-01T00:00:00Z")
    assert same_disk(images.disk("vm-old"), old)
    assert same_disk(images.disk("vm-new"), new)
    assert len(cached(images.lab)) == 2
    # The old LUN stays what it is, though another image has its id now.
    again = images.cache(image, for_reader("vm-old"), for_reader("vm-new"), id="i", updated_at="2026-02-01T00:00:00Z")
    assert again.writes == []
    images.lab.east.call("DELETE", "storage/v1/pools/tank/projects/machines/luns/vm-old")
    last = images.cache(image, for_reader("vm-new"), id="i", updated_at="2026-02-01T00:00:00Z")
    assert (len(cached(images.lab)), last.changed) == (1, 1)


def test_the_same_bytes_with_another_time_are_not_transferred(images: Images) -> None:
    image = make_image(images.folder / "image.qcow2", holes(MIB))
    images.cache(image, id="i", updated_at="2026-01-01T00:00:00Z")
    play = images.cache(image, for_reader("vm"), id="i", updated_at="2026-02-01T01:00:00+01:00")
    assert transfers(play.requests) == 0
    (name,) = cached(images.lab)
    assert images.lab.east.lun(name)["custom:updated_at"] == "2026-02-01T00:00:00Z"


def test_an_image_goes_and_the_luns_that_were_made_from_it_stay(images: Images) -> None:
    disk = holes(MIB)
    image = make_image(images.folder / "image.qcow2", disk)
    images.cache(image, for_reader("vm"))
    images.cache(image, state="absent", luns=[])
    assert same_disk(images.disk("vm"), disk)
    (kept,) = cached(images.lab)
    assert ".old." in kept
    images.lab.east.call("DELETE", "storage/v1/pools/tank/projects/machines/luns/vm")
    images.cache(image, state="absent", luns=[])
    assert cached(images.lab) == []
    assert images.cache(image, state="absent", luns=[]).writes == []


def test_examples_run_in_order_as_they_stand(images: Images) -> None:
    """Those of the modules that need bytes: they do what their prediction said, and return the samples."""
    file, image, portal = (
        images.folder / "examples.yml",
        images.folder / "minimal.qcow2",
        images.lab.east.facts["portal"],
    )
    # Its checksum stands in the samples, whatever version of QEMU is there.
    image.write_bytes(qcow2(size=4 * MIB))
    names = {**stand_ins(images.lab), "/srv/images/minimal.qcow2": str(image), "192.0.2.10": portal}
    text = yaml.safe_dump([play_of(module, images.lab) for module in WITH_BYTES], sort_keys=False)
    for name, meant in names.items():
        text = text.replace(name, meant)
    file.write_text(text, encoding="utf-8")

    done = images.run(str(file), {**of_examples(images.lab), "image_file": str(image), "image_portal": portal})

    assert done.status == 0, done.output
    examples = examples_in(done.tasks)
    for example in examples:
        predicted, real = example.predicted["result"], example.done["result"]
        kept = example.name.startswith("zfssa_image_cache: Keep")
        assert (predicted["changed"], real["changed"]) == (not kept, not kept), example.name
        key = next(iter(RESULTS[example.name.partition(":")[0]]))
        assert list(differences(predicted[key], real[key], ("*",), key)) == [], example.name
    assert {module: told for module in WITH_BYTES if (told := not_given(module, examples, names))} == {}
