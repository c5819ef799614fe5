"""Runs of the role image_cache that meet each other, are held, watched, interrupted and killed in the middle of a fill."""

from __future__ import annotations

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gate import Gate
from image_lab import (
    LACKS,
    MIB,
    READER,
    WHY_NOT,
    WRITER,
    build,
    cached,
    for_reader,
    holes,
    make_image,
    same_disk,
    variables,
    writer,
)
from image_stage import Images, held, kill, transfers, until, writing
from lab_appliances import LIMIT, Lab

from playbooks import SECONDS, presented

pytestmark = pytest.mark.skipif(bool(LACKS), reason=WHY_NOT)

SECRET = "secret-of-writer"


def group_of(lab: Lab) -> str:
    """Return the group that the host that writes is in alone."""
    (found,) = [one["name"] for one in lab.east.state["initiator_groups"] if one["initiators"] == [WRITER]]
    return str(found)


def test_two_runs_at_once_transfer_once(images: Images, gate: Gate) -> None:
    """The second waits for the first, though it has come from elsewhere, and makes its LUN then."""
    disk = holes(6 * MIB)
    image = make_image(images.folder / "image.qcow2", disk)
    since = images.lab.position()
    with held(images, gate, image, for_reader("vm-1")) as first:
        with images.begun(variables(images.lab, image, for_reader("vm-2"), takeover_after=60)) as second:
            path = "/snapshots"
            until(lambda: sum(row["path"].endswith(path) for row in images.lab.journal(since)) >= 2, "the second")
            gate.release()
            said, also = first.communicate(timeout=SECONDS)[0], second.communicate(timeout=SECONDS)[0]
    assert (first.returncode, second.returncode) == (0, 0), said + also
    assert transfers(images.lab.journal(since)) == 1
    assert same_disk(images.disk("vm-1"), disk)
    assert same_disk(images.disk("vm-2"), disk)
    assert images.lab.sessions() == 0


def test_what_a_killed_run_has_left_is_thrown_away(images: Images, gate: Gate) -> None:
    """The first fill was of random bytes; of these nothing is in the holes of the second."""
    noise = make_image(images.folder / "noise", os.urandom(8 * MIB), "raw")
    with held(images, gate, noise, format="raw", id="i", after=6 * MIB) as process:
        kill(process)
        # Nobody has killed the program that writes.
        until(lambda: not writing(), "the end of qemu-img")
    images.forget_sessions()
    (left,) = cached(images.lab)
    assert presented(images.lab.east.lun(left))
    disk = holes(8 * MIB)
    images.cache(make_image(images.folder / "image.qcow2", disk), for_reader("vm"), id="i")
    assert same_disk(images.disk("vm"), disk)
    assert cached(images.lab) == [left]


def test_an_interrupted_run_leaves_nothing(images: Images, gate: Gate) -> None:
    image = make_image(images.folder / "image.qcow2", holes(8 * MIB))
    with held(images, gate, image) as process:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    until(lambda: not images.lab.sessions(), "the logout")
    images.nothing_left()


def test_during_a_fill_no_secret_shows_and_nobody_else_sees_the_lun(images: Images, gate: Gate) -> None:
    """CHAP, with -vvvv; the other host asks the portal itself."""
    images.lab.reset()
    build(images.lab, chap="secret-of-target")
    image = make_image(images.folder / "image.qcow2", holes(8 * MIB))
    account = writer(images.lab, portal=gate.address, chap_user="writer", chap_secret=SECRET)
    with held(images, gate, image, writer=account, words=("-vvvv",)) as process:
        lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if file.exists()]
        (program,) = writing()
        assert b"file.password-secret=chap" in Path(f"/proc/{program}/cmdline").read_bytes()
        assert not [line for line in lines if SECRET.encode() in line]
        assert SECRET.encode() not in Path(f"/proc/{program}/environ").read_bytes()
        listed = subprocess.run(
            ["iscsi-ls", "-s", "-i", READER, f"iscsi://{images.lab.east.facts['portal']}"],
            capture_output=True, text=True, timeout=LIMIT, check=False,
        ).stdout  # fmt: skip
        (name,) = cached(images.lab)
        assert images.lab.east.lun(name)["initiatorgroup"] == [group_of(images.lab)]
        assert "Lun:1" not in listed
        gate.release()
        said = process.communicate(timeout=SECONDS)[0]
    assert process.returncode == 0, said
    records = "".join(file.read_text(encoding="utf-8") for file in images.folder.glob("begun-*.jsonl"))
    assert SECRET not in said + records


def test_a_portal_that_answers_no_more_ends_the_fill(images: Images, gate: Gate) -> None:
    image = make_image(images.folder / "image.qcow2", holes(8 * MIB))
    gate.hold_after(2 * MIB)
    play = images.refuse(image, writer=writer(images.lab, portal=gate.address), stall_timeout=2)
    assert "the transfer stays at" in play.message


@pytest.mark.long
def test_an_image_of_200_mb_and_ten_clones(images: Images) -> None:
    disk = holes(200 * MIB)
    image = make_image(images.folder / "image.qcow2", disk)
    images.cache(image, *[for_reader(f"vm-{number}") for number in range(10)])
    for number in range(10):
        assert same_disk(images.disk(f"vm-{number}"), disk)


# Of the requests of a run that transfers an image; those that write are behind the twentieth.
MOMENTS = (1, 8, 20, 26, 31, 33, 35, 36, 38, 40)


@pytest.mark.parametrize(
    "moment", [pytest.param(one, marks=[] if one == 33 else [pytest.mark.long]) for one in MOMENTS]
)
def test_a_run_that_is_killed_is_run_again(images: Images, moment: int) -> None:
    """At any request: the right result, and nothing beside it."""
    disk = holes(4 * MIB)
    image = make_image(images.folder / "image.qcow2", disk)
    since = images.lab.position()
    with images.begun(variables(images.lab, image, for_reader("vm"))) as process:
        until(lambda: len(images.lab.journal(since)) >= moment or process.poll() is not None, f"request {moment}")
        kill(process)
        process.communicate(timeout=SECONDS)
    images.forget_sessions()
    images.cache(image, for_reader("vm"))
    assert same_disk(images.disk("vm"), disk)
    assert len(cached(images.lab)) == 1
    assert images.lab.east.luns()[1:] == ["machines/vm"]


@pytest.mark.long
def test_ten_luns_come_and_go_on_the_same_target_during_a_fill(images: Images, gate: Gate) -> None:
    disk = holes(8 * MIB)
    image = make_image(images.folder / "image.qcow2", disk)
    place = "storage/v1/pools/tank/projects/machines/luns"
    with held(images, gate, image, for_reader("vm")) as process:
        for number in range(10):
            lun = {
                "name": f"other-{number}",
                "volsize": MIB,
                "initiatorgroup": [group_of(images.lab)],
                "targetgroup": "writing",
            }
            images.lab.east.call("POST", place, lun)
        for number in range(0, 10, 2):
            images.lab.east.call("DELETE", f"{place}/other-{number}")
        gate.release()
        said = process.communicate(timeout=SECONDS)[0]
    assert process.returncode == 0, said
    assert same_disk(images.disk("vm"), disk)


@pytest.mark.long
def test_two_fills_at_once_on_one_host_do_not_disturb_each_other(images: Images) -> None:
    disks = [holes(8 * MIB), holes(6 * MIB)]
    files = [make_image(images.folder / f"image-{number}.qcow2", disk) for number, disk in enumerate(disks)]

    def run(number: int) -> int:
        with images.begun(variables(images.lab, files[number], for_reader(f"vm-{number}"))) as process:
            process.communicate(timeout=SECONDS)
        return process.returncode

    # The host and its group are made by the first who comes.
    images.cache(make_image(images.folder / "first.qcow2", holes(MIB)))
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, (0, 1))) == [0, 0]
    for number, disk in enumerate(disks):
        assert same_disk(images.disk(f"vm-{number}"), disk)


def test_progress_is_shown_in_percent(images: Images, gate: Gate) -> None:
    """A fill that is held for longer than its first word takes."""
    image = make_image(images.folder / "image.qcow2", holes(40 * MIB))
    with held(images, gate, image, after=4 * MIB) as process:
        assert process.stdout
        for line in process.stdout:
            if "are being written: " in line:
                break
        gate.release()
        said = process.communicate(timeout=SECONDS)[0]
    assert process.returncode == 0, said
    assert line.startswith("WAITING: [localhost]: 40 MiB of image image-image-qcow2-")
    assert " % after " in line
