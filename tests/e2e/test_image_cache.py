"""The role image_cache with real bytes: images in, clones out, read back over iSCSI."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from examples import examples_in, play_of, stand_ins
from examples import variables as of_examples
from gate import Gate, gate_before
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
    read_back,
    running_image_lab,
    same_disk,
    variables,
    writer,
)
from images import qcow2
from lab_appliances import LIMIT, Lab, Record, is_login
from module_runner import RESULTS, WITH_BYTES
from prediction import differences
from samples import not_given

from playbooks import SECONDS, Play, PlaybookHost, Stage, command, environment, presented

pytestmark = pytest.mark.skipif(bool(LACKS), reason=WHY_NOT)

PLAY = """
- hosts: localhost
  gather_facts: false
  roles: [zfssa.storage.image_cache]
"""
SECRET = "secret-of-writer"


@pytest.fixture(scope="module")
def image_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with bytes, for all tests of this file."""
    with running_image_lab("8.8", tmp_path_factory.mktemp("image-lab")) as lab:
        yield lab


class Images(Stage):
    """A stage for images.

    Args:
        lab: a lab with bytes.
        folder: for files of the runs.
        host: what runs playbooks.
    """

    def __init__(self, lab: Lab, folder: Path, host: PlaybookHost | None) -> None:
        super().__init__(lab, folder, host)
        self.folder = folder
        self.play = folder / "images.yml"
        self.play.write_text(PLAY, encoding="utf-8")

    def cache(self, image: Path | str, *luns: Record, check: bool = False, **changes: Any) -> Play:
        """Run the role, which must succeed."""
        play = self.run(str(self.play), variables(self.lab, image, *luns, **changes), *(["--check"] if check else []))
        assert play.status == 0, play.output
        return play

    def refuse(self, image: Path | str, **changes: Any) -> Play:
        """Run the role, which must fail in one sentence and leave nothing."""
        play = self.run(str(self.play), variables(self.lab, image, for_reader("vm"), **changes))
        assert play.status != 0, play.output
        self.nothing_left()
        return play

    def nothing_left(self) -> None:
        """Check that there is neither a LUN nor a file of a run."""
        assert self.lab.east.luns() == []
        assert not list(self.folder.glob("zfssa-image-*"))

    def disk(self, name: str) -> bytes:
        """Read a LUN as a host."""
        return read_back(self.lab, name, self.folder)

    def begun(self, given: Record, *arguments: str) -> subprocess.Popen[str]:
        """Begin a run of the role in a process of its own."""
        self._runs += 1
        file, record = self.folder / f"begun-{self._runs}.json", self.folder / f"begun-{self._runs}.jsonl"
        file.write_text(json.dumps(given), encoding="utf-8")
        record.touch()
        return subprocess.Popen(
            command(str(self.play), file, *arguments),
            env=environment(self.folder, record),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            start_new_session=True,
        )

    def forget_sessions(self) -> None:
        """End the sessions of runs that were killed."""
        self.lab.fault({"expire_sessions": True}, "east")
        self.lab.east.call("GET", "storage/v1/pools")


@pytest.fixture
def images(image_lab: Lab, tmp_path: Path, runner: PlaybookHost | None) -> Images:
    """A stage with a target for the host that writes and one for a host that reads."""
    image_lab.reset()
    build(image_lab)
    return Images(image_lab, tmp_path, runner)


@pytest.fixture
def gate(image_lab: Lab) -> Iterator[Gate]:
    """A gate before the portal, at which a fill can be held."""
    with gate_before(str(image_lab.east.facts["portal"])) as made:
        yield made


def until(reached: Callable[[], Any], what: str) -> Any:
    """Wait until something has come; return it."""
    deadline = time.monotonic() + SECONDS
    while not (found := reached()):
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.01)
    return found


@contextmanager
def held(
    images: Images,
    gate: Gate,
    image: Path,
    *luns: Record,
    after: int = 2 * MIB,
    words: tuple[str, ...] = (),
    **changes: Any,
) -> Iterator[subprocess.Popen[str]]:
    """A run that is held in the middle of its fill."""
    gate.hold_after(after)
    given = variables(
        images.lab, image, *luns, **{"writer": writer(images.lab, portal=gate.address), "takeover_after": 60, **changes}
    )
    with images.begun(given, *words) as process:
        try:
            until(lambda: gate.held.is_set() or process.poll() is not None, "the fill")
            assert process.poll() is None, process.communicate()[0]
            yield process
        finally:
            kill(process)
            gate.release()


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a run with all processes of Ansible, whose workers are in groups of their own; what writes is no such process."""
    if process.poll() is not None:
        return
    doomed = [process.pid]
    for pid in doomed:
        # A worker that is killed first begins nothing anew.
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            doomed += [int(child) for child in task.read_text(encoding="ascii").split() if int(child) not in writing()]
    for pid in doomed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def writing() -> list[int]:
    """Return the processes that write images."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = file.read_bytes().split(b"\0")
            if words[0].endswith(b"qemu-img") and b"convert" in words:
                found.append(int(file.parent.name))
    return found


def budget(play: Play) -> list[str]:
    """Return the requests of a run besides login, logout, and those that a presentation needs."""
    rows = [row for row in play.requests if not is_login(row) and not row["path"].startswith("/api/san/")]
    return [f"{row['method']} {row['path']}" for row in rows]


def transfers(rows: list[Record]) -> int:
    """Count the cached LUNs that were made."""
    return sum(
        row["method"] == "POST" and row["path"].endswith("/projects/images/luns") and row["status"] == 201
        for row in rows
    )


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


def group_of(lab: Lab) -> str:
    """Return the group that the host that writes is in alone."""
    (found,) = [one["name"] for one in lab.east.state["initiator_groups"] if one["initiators"] == [WRITER]]
    return str(found)


def test_a_portal_that_answers_no_more_ends_the_fill(images: Images, gate: Gate) -> None:
    image = make_image(images.folder / "image.qcow2", holes(8 * MIB))
    gate.hold_after(2 * MIB)
    play = images.refuse(image, writer=writer(images.lab, portal=gate.address), stall_timeout=2)
    assert "the transfer stays at" in play.message


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


def test_examples_run_in_order_as_they_stand(images: Images) -> None:
    """Those of the modules that need bytes: they do what their prediction said, and return the samples."""
    file, image, portal = (
        images.folder / "examples.yml",
        images.folder / "minimal.qcow2",
        images.lab.east.facts["portal"],
    )
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
