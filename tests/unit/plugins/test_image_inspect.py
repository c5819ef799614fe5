"""Images on the host that writes: opened, looked at by qemu-img within limits, checked and fetched."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from images import qcow2

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image import _qemu
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._inspect import (
    checksums_of,
    inspect,
    judge_info,
    opened,
    unchanged_since,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._qemu import (
    Failed,
    Target,
    image_source,
    look,
    percent_in,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._source import (
    NotFetched,
    check_source,
    clear_stale,
    image_id,
    obtained,
    private_folder,
    shown_source,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused
from ansible_collections.zfssa.storage.plugins.modules.zfssa_image import TASK

MIB = 1 << 20
needs_qemu = pytest.mark.skipif(
    shutil.which("qemu-img") is None, reason="lacks qemu-img (make setup-dataplane, as root, installs it)"
)


def tell(*_words: Any) -> None:
    """Somebody who does not listen."""


def made(folder: Path, fmt: str, *options: str, size: int = 4 * MIB, name: str = "image", full: bool = False) -> Path:
    """An image that qemu-img has made of a disk with a hole, or of one that is full."""
    raw = folder / "disk"
    raw.write_bytes(random.Random(1).randbytes(size) if full else (b"x" * 512).ljust(size, b"\0"))  # noqa: S311 - no secret
    file = folder / name
    words = ["qemu-img", "convert", "-f", "raw", "-O", fmt, *options, str(raw), f"file:{file}"]
    subprocess.run(words, check=True, timeout=30, cwd=folder)
    return file


@needs_qemu
@pytest.mark.parametrize(
    ("fmt", "options"),
    [
        ("qcow2", ()),
        ("qcow2", ("-c",)),
        ("qcow2", ("-o", "compat=0.10")),
        ("vmdk", ()),
        ("vmdk", ("-o", "subformat=streamOptimized")),
        ("vdi", ()),
        ("vhdx", ()),
        ("qed", ()),
    ],
)
def test_what_an_image_is(tmp_path: Path, fmt: str, options: tuple[str, ...]) -> None:
    with opened(str(made(tmp_path, fmt, *options))) as file:
        found = inspect(file, None, MIB * 8)
    assert (found.fmt, found.virtual_size) == (fmt, 4 * MIB)
    assert 0 < found.written <= 4 * MIB
    assert found.file_size == (tmp_path / "image").stat().st_size


@needs_qemu
@pytest.mark.parametrize(
    "name", ['json:{"driver":"nbd"}', "nbd:localhost:1", "a,b=c,,d", "ssh:x", "-x", "fat:rw:x", "ü \n"]
)
def test_a_name_is_never_read_as_anything_else(tmp_path: Path, name: str) -> None:
    made(tmp_path, "qcow2").rename(tmp_path / name)
    with opened(f"{tmp_path}/{name}") as file:
        assert inspect(file, "qcow2", 1 << 30).virtual_size == 4 * MIB


@needs_qemu
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (qcow2(backing=b"/etc/shadow"), "a backing file"),
        (qcow2(incompatible=4), "an external data file"),
        (qcow2(size=1 << 62), "qemu-img failed"),
        (qcow2(incompatible=2), "corrupt"),
        (b"QFI\xfb\0\0\0\3" + b"\xff" * 4096, "a backing file"),
    ],
    ids=["backing", "data-file", "absurd", "corrupt", "noise"],
)
def test_a_hostile_image_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "image").write_bytes(content)
    with opened(str(tmp_path / "image")) as file, pytest.raises((PlanRefused, Failed), match=re.escape(message)):
        inspect(file, None, 1 << 40)


@needs_qemu
@pytest.mark.parametrize("fmt", ["qcow2", "qed"])
def test_a_backing_file_is_never_opened(tmp_path: Path, fmt: str) -> None:
    """Not even that of an image which got it after it was looked at."""
    base = made(tmp_path, "raw", full=True, name="base")
    words = ["qemu-img", "create", "-q", "-f", fmt, "-b", str(base), "-F", "raw", str(tmp_path / "image")]
    subprocess.run(words, check=True, timeout=30)
    with opened(str(tmp_path / "image")) as file:
        words = ["qemu-img", "convert", "-O", "raw", image_source(file.fileno(), fmt), str(tmp_path / "out")]
        subprocess.run(words, check=True, timeout=30, pass_fds=(file.fileno(),))
    assert not any((tmp_path / "out").read_bytes())


@needs_qemu
@pytest.mark.parametrize(
    ("fmt", "options"),
    [
        ("qcow2", ()),
        ("qcow2", ("-c",)),
        ("vmdk", ()),
        ("vmdk", ("-o", "subformat=streamOptimized")),
        ("vdi", ()),
        ("vpc", ()),
        ("qed", ()),
    ],
)
def test_an_image_whose_file_ends_too_early_is_refused(tmp_path: Path, fmt: str, options: tuple[str, ...]) -> None:
    file = made(tmp_path, fmt, *options, full=True)
    with file.open("rb+") as whole:
        whole.truncate(file.stat().st_size - MIB)
    with opened(str(file)) as image, pytest.raises((PlanRefused, Failed), match=r"not whole|qemu-img failed"):
        inspect(image, None, 1 << 40)


@needs_qemu
def test_a_disk_that_is_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "image"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(file), "8E"], check=False, timeout=30)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(file), "2T"], check=True, timeout=30)
    assert file.stat().st_size < MIB
    with (
        opened(str(file)) as image,
        pytest.raises(PlanRefused, match=re.escape("2 TiB, and at most 1 TiB are allowed")),
    ):
        inspect(image, None, 1 << 40)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"format": "raw"}, "said to be qcow2, and"),
        ({"backing-filename": "/x"}, "another file behind it"),
        ({"full-backing-filename": "/x"}, "another file behind it"),
        ({"format-specific": {"type": "qcow2", "data": {"data-file": "/x"}}}, "another file behind it"),
        ({"format-specific": {"type": "qcow2", "data": {"encrypt": {}}}}, "another file behind it"),
        ({"format-specific": {"type": "qcow2", "data": {"corrupt": True}}}, "corrupt"),
        ({"format-specific": []}, "in a way that nobody knows"),
        ({"format-specific": "x"}, "in a way that nobody knows"),
        ({"format-specific": {"data": [1]}}, "in a way that nobody knows"),
        ({"virtual-size": None}, "has a disk of null bytes"),
        ({"virtual-size": "1"}, "bytes"),
        ({"virtual-size": True}, "bytes"),
        ({"virtual-size": -1}, "bytes"),
        ({"virtual-size": 0}, "bytes"),
        ({"virtual-size": 1 << 80}, "are allowed"),
    ],
)
def test_what_qemu_says_is_judged(told: dict[str, Any], message: str) -> None:
    whole = {"format": "qcow2", "virtual-size": MIB, "format-specific": {"type": "qcow2", "data": {}}}
    assert judge_info(whole, "qcow2", MIB) == MIB
    with pytest.raises(PlanRefused, match=re.escape(message)):
        judge_info({**whole, **told}, "qcow2", MIB)


@pytest.mark.parametrize("kind", ["monolithicFlat", "vmfs", None, "twoGbMaxExtentSparse"])
def test_a_vmdk_of_another_kind_is_refused(kind: str | None) -> None:
    told = {"format": "vmdk", "virtual-size": MIB, "format-specific": {"type": "vmdk", "data": {"create-type": kind}}}
    with pytest.raises(PlanRefused, match="vmdk of type"):
        judge_info(told, "vmdk", MIB)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, message in (
        ("pipe", "no regular file"), (".", "Is a directory|no regular file"), ("none", "No such file"),
    ):  # fmt: skip
        with pytest.raises(PlanRefused, match=message), opened(str(tmp_path / path)):
            pass
    with pytest.raises(PlanRefused, match="not absolute"), opened("image"):
        pass


def limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> Path:
    """Put a program of one's own in the place of qemu-img."""
    program = tmp_path / "qemu-img"
    program.write_text(f"#!{sys.executable} -IS\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(_qemu, "find_program", lambda: str(program))
    (tmp_path / "image").write_bytes(b"x")
    return tmp_path / "image"


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("import resource; print([resource.getrlimit(n)[1] for n in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)])",
         f"[{2 << 30}, 30, 0]"),
        ("import os; print(sorted(os.environ) == ['LC_ALL', 'PATH'] or sorted(os.environ))", "True"),
        ("import os; print(os.getcwd(), os.getpgid(0) == os.getpid())", "/ True"),
    ],
    ids=["limits", "environment", "group"],
)  # fmt: skip
def test_a_look_is_limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, printed: str) -> None:
    with limits(monkeypatch, tmp_path, script).open("rb") as image:
        assert look(["info"], image.fileno()).decode().strip() == printed


@pytest.mark.parametrize(
    "script",
    [
        "x = b'x' * (4 << 30)",
        "import os, sys; os.write(os.open(sys.argv[0] + '.made', os.O_CREAT | os.O_WRONLY), b'x')",
        "raise SystemExit(1)",
        "import os; os.abort()",
    ],
    ids=["memory", "a file", "status", "signal"],
)
def test_what_takes_too_much_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    with limits(monkeypatch, tmp_path, script).open("rb") as image, pytest.raises(Failed, match="qemu-img failed"):
        look(["info"], image.fileno())


TARGET = Target("127.0.0.1:1", "iqn.x:y", 3, "iqn.a:b", "user", "secret-of,chap")
TRANSFER = """
import sys
print("    (0.00/100%)", end="\\r", flush=True)
"""


def run_transfer(image: Path, seen: list[float], still: float = 30.0) -> int:
    """Run the program in the place of qemu-img as a transfer."""
    with image.open("rb") as file:
        return _qemu.transfer(["convert", "a", "b"], file.fileno(), TARGET, gibibytes=1, still=still, step=seen.append)


def test_progress_is_read_at_carriage_returns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = "import sys\nfor n in (0, 12.5, 50, 100.0): print(f'    ({n:.2f}/100%)', end='\\r', flush=True)"
    seen: list[float] = []
    assert run_transfer(limits(monkeypatch, tmp_path, script), seen) == 0
    assert seen[-1] == 100.0
    assert seen == sorted(seen)


def test_the_secret_is_in_a_pipe_and_on_no_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = """
import os, sys
words = " ".join(sys.argv)
held = open(words.partition("file=")[2].split()[0], "rb").read()
fine = held == b"secret-of,chap" and "secret-of" not in words and "secret-of" not in str(dict(os.environ))
sys.exit(0 if fine else 3)"""
    assert run_transfer(limits(monkeypatch, tmp_path, script), []) == 0


def test_options_of_the_target_have_no_secret_and_double_commas() -> None:
    options = Target("p:1", "iqn.x:y,file.lun=9", 3, "iqn.a:b", "u,v", "secret-of,chap").options()
    assert "secret-of" not in options
    assert "file.target=iqn.x:y,,file.lun=9,file.lun=3," in options
    assert options.endswith("file.user=u,,v,file.password-secret=chap")
    assert "user" not in Target("p:1", "i", 3, "b").options()
    assert "secret-of" not in Target("p:1", "i", 3, "b", "u", "secret-of,chap").source()


def test_a_transfer_that_does_not_get_on_is_ended_with_all_it_has_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The program has a child that would hold the pipes open."""
    script = f"""
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "600"])
fd = os.open("{tmp_path}/pids", os.O_WRONLY)
os.write(fd, f"{{os.getpid()}} {{child.pid}}".encode())
print("(1.00/100%)", end="\\r", flush=True)
print("cannot connect", file=sys.stderr, flush=True)
time.sleep(600)"""
    os.mkfifo(tmp_path / "pids")
    heard: list[str] = []
    listener = Thread(target=lambda: heard.append((tmp_path / "pids").read_text()))
    listener.start()
    with pytest.raises(Failed, match=r"stays at 1 % for 1 s: cannot connect"):
        run_transfer(limits(monkeypatch, tmp_path, script), [], still=1.0)
    listener.join(timeout=30)
    for pid in heard[0].split():
        until_gone(int(pid))


def until_gone(pid: int) -> None:
    """Wait until a process is gone; nobody may have waited for it."""
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, f"{pid} lives on"


@pytest.mark.parametrize(
    ("said", "message", "cure"),
    [
        ("Could not open {lun}: iSCSI: Failed to connect to LUN : Failed to log in to target. Status: Target not found(515)",
         "qemu-img failed: Could not open the LUN: iSCSI: Failed to connect", "a target group of its own"),
        ("{lun}: SENSE KEY:ILLEGAL_REQUEST(5) ASCQ:LOGICAL_UNIT_NOT_SUPPORTED(0x2500)",
         "the LUN: SENSE KEY", "a target group of its own"),
        ("Could not open {lun}: iSCSI: Failed to log in: Authentication failure(513)", "Could not open the LUN", "chap_secret"),
        ("Could not open {image}: No medium found", "Could not open the image: No medium", "reaches the portal"),
    ],
    ids=["target", "lun", "chap", "image"],
)  # fmt: skip
def test_a_failed_transfer_has_a_cure_that_fits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, message: str, cure: str
) -> None:
    said = said.format(lun=f"'{TARGET.options()}'", image=f"'{image_source(9, 'qcow2')}'")
    image = limits(monkeypatch, tmp_path, f"import sys; sys.exit({f'qemu-img: {said}'!r})")
    with pytest.raises(Failed, match=re.escape(message)) as raised:
        run_transfer(image, [])
    assert cure in raised.value.advice
    assert "driver" not in str(raised.value)


def test_what_watches_can_end_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def step(_percent: float) -> None:
        raise KeyboardInterrupt

    image = limits(monkeypatch, tmp_path, "import time; time.sleep(600)")
    with image.open("rb") as file, pytest.raises(KeyboardInterrupt):
        _qemu.transfer(["convert"], file.fileno(), TARGET, gibibytes=1, still=60, step=step)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (b"", None), (b"x", None), (b"(1.50/100%)\r    (99.90/100%)\r", 99.9), (b"(1.50/100%)\r  (2.", 1.5),
        (b"(100.00/100%)\n", 100.0), (b"(250/100%)", 100.0),
    ],
)  # fmt: skip
def test_percent(printed: bytes, expected: float | None) -> None:
    assert percent_in(printed) == expected


def test_checksums(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"abc")
    short, long = hashlib.sha256(b"abc").hexdigest(), hashlib.sha512(b"abc").hexdigest()
    with opened(str(tmp_path / "image")) as file:
        assert checksums_of(file, None, tell) == (f"sha256:{short}",)
        assert checksums_of(file, f"sha512:{long.upper()}", tell) == (f"sha256:{short}", f"sha512:{long}")
        with pytest.raises(PlanRefused, match=f"has the checksum sha256:{short}, and not sha256:{'0' * 64}"):
            checksums_of(file, f"sha256:{'0' * 64}", tell)


def test_an_image_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"abc")
    with opened(str(tmp_path / "image")) as file:
        compare = unchanged_since(file)
        compare()
        with (tmp_path / "image").open("ab") as other:
            other.write(b"d")
        with pytest.raises(PlanRefused, match="somebody wrote to the image"):
            compare()


class Server(BaseHTTPRequestHandler):
    """Serves an image, in ways that a path names."""

    content = b"0123456789" * 1000

    def do_GET(self) -> None:
        if self.path.startswith("/none"):
            self.send_error(404)
            return
        self.send_response(200)
        if "nolength" not in self.path:
            self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content[:100] if "truncated" in self.path else self.content)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_image_is_fetched_into_a_folder_that_is_gone_afterwards(tmp_path: Path) -> None:
    with serving() as url:
        with obtained(f"{url}/image", False, str(tmp_path), True, tell) as file:
            assert file.read() == Server.content
            (private,) = tmp_path.iterdir()
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert list(tmp_path.iterdir()) == []
        with obtained(f"{url}/nolength", True, str(tmp_path), True, tell) as file:
            assert file.read() == Server.content


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("truncated", "truncated has 10000 bytes, and only 100 came$"),
        ("nolength", "does not tell how long"),
        ("none", "answers HTTP 404 for http://127.0.0.1:[0-9]+/none$"),
    ],
)
def test_an_image_that_does_not_come_as_a_whole_is_refused(tmp_path: Path, path: str, message: str) -> None:
    with serving() as url, pytest.raises((NotFetched, PlanRefused)) as raised:
        with obtained(f"{url}/{path}?signature=s3cret", False, str(tmp_path), True, tell):
            pass
    assert re.search(message, raised.value.reason)
    assert "s3cret" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_no_room_on_the_host_is_said_before_it_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _place: os.terminal_size((0, 0)) and type("Usage", (), {"free": 5 * MIB})
    )
    with serving() as url, pytest.raises(PlanRefused, match="not enough for"):
        with obtained(f"{url}/image", False, str(tmp_path), True, tell):
            pass


def test_folders_of_runs_that_were_killed_are_cleared_and_no_others(tmp_path: Path) -> None:
    with private_folder(str(tmp_path)) as alive:
        stale = tmp_path / "zfssa-image-stale"
        stale.mkdir(mode=0o700)
        (stale / "lock").touch()
        (stale / "image").touch()
        (tmp_path / "zfssa-image-file").touch()
        (tmp_path / "other").mkdir()
        (tmp_path / "zfssa-image-link").symlink_to(tmp_path / "other")
        clear_stale(tmp_path)
        assert {one.name for one in tmp_path.iterdir()} == {alive.name, "zfssa-image-file", "other", "zfssa-image-link"}


@pytest.mark.parametrize(
    ("url", "message"),
    [("ftp://h/x", "no URL of http"), ("file:///etc/passwd", "no URL of http"), ("http:///x", "no URL of http"),
     ("https://user:word@h/x", "a user or a password"), ("https://user@h/x", "a user or a password")],
)  # fmt: skip
def test_a_url_that_can_never_be_right(url: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        check_source(url)


def test_an_image_is_called_by_where_it_is() -> None:
    assert image_id("https://h/a?token=1#x") == "https://h/a"
    assert shown_source("https://h/a?token=1") == "https://h/a"
    assert image_id("/srv/a?b") == "/srv/a?b"


@pytest.mark.parametrize(
    ("query", "secret"),
    [
        ("signature=s3cret", "s3cret"),
        ("X-Date=1&X-Signature=0123456789abcdef0123456789", "0123456789abcdef0123456789"),
        ("sig=a%2Fb%2Bcdefghijklmnopqrstuvw%3D", "a/b+cdefghijklmnopqrstuvw="),
        ("s=1", "s=1"),
    ],
)
def test_the_query_of_a_url_is_a_secret_of_the_task(query: str, secret: str) -> None:
    """It is neither in the invocation that a result tells nor in the log of the system."""
    options = {"image": f"https://h/a?{query}#x", "pool": "tank"}
    mask = TASK.mask(options)
    shown = mask.result({"invocation": {"module_args": TASK.shown(options)}, "msg": f"https://h/a?{query} and {query}"})
    assert shown["invocation"]["module_args"]["pool"] == "tank"
    assert "https://h/a" in str(shown)
    assert f"?{query}" not in str(shown)
    if len(query) > 5:
        assert query not in str(shown)
        assert query in TASK.secrets(options)
    assert secret not in mask.text(f"x {secret} x") or len(secret) < 20
    assert TASK.secrets({"image": "/srv/a?b=cdefgh"}) == TASK.secrets({})


def test_where_an_image_is_is_no_secret_even_if_its_query_says_it_again() -> None:
    name = "minimal-12-generic-amd64.qcow2"
    mask = TASK.mask({"image": f"https://h/{name}?filename={name}&x=1"})
    assert mask.text(f"https://h/{name} is fetched") == f"https://h/{name} is fetched"


def test_struct_of_the_helper_is_that_of_the_specification() -> None:
    assert struct.unpack(">I", qcow2(incompatible=4)[76:80]) == (4,)
