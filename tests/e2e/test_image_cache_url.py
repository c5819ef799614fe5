"""Images from a URL: fetched once and as a whole, or not at all."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from image_lab import LACKS, MIB, WHY_NOT, for_reader, holes, make_image, same_disk
from image_stage import Images, transfers

pytestmark = pytest.mark.skipif(bool(LACKS), reason=WHY_NOT)


class Shelf:
    """A server with one image.

    Args:
        content: the image.
        says: how long it says that it is; `None` when it does not say.
    """

    def __init__(self, content: bytes, says: int | None) -> None:
        self.content, self.says = content, says
        self.url = ""
        self.asked: list[str] = []


@contextmanager
def served(content: bytes, says: int | None) -> Iterator[Shelf]:
    """Serve an image at a URL with a secret in its query."""
    shelf = Shelf(content, says)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked.append(self.path)
            self.send_response(200)
            if shelf.says is not None:
                self.send_header("Content-Length", str(shelf.says))
            self.end_headers()
            self.wfile.write(shelf.content)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        shelf.url = f"http://127.0.0.1:{server.server_port}/minimal.qcow2?signature=not-for-logs"
        try:
            yield shelf
        finally:
            server.shutdown()
            thread.join()


def test_image_is_fetched_once_for_all_its_luns(images: Images) -> None:
    disk = holes(2 * MIB)
    content = make_image(images.folder / "minimal.qcow2", disk).read_bytes()
    checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
    with served(content, len(content)) as shelf:
        first = images.cache(shelf.url, for_reader("vm-1"), checksum=checksum, words=("-vvv",))
        assert same_disk(images.disk("vm-1"), disk)
        second = images.cache(shelf.url, for_reader("vm-2"), checksum=checksum)
        assert same_disk(images.disk("vm-2"), disk)
    assert (len(shelf.asked), transfers(first.requests), transfers(second.requests)) == (1, 1, 0)
    assert '"image_validate_certs"' in first.output
    assert "not-for-logs" not in first.output + second.output
    assert not list(images.folder.glob("zfssa-image-*"))


@pytest.mark.parametrize(
    ("more", "changes", "message"),
    [
        (MIB, {}, "minimal.qcow2"),
        (-3 * MIB, {}, "damaged, or not whole"),
        (None, {}, "does not tell how long"),
        (None, {"checksum": f"sha256:{'0' * 64}"}, f"and not sha256:{'0' * 64}"),
    ],
    ids=["shorter than it says", "cut on the server", "no length", "another checksum"],
)
def test_what_does_not_come_as_a_whole_is_refused(
    images: Images, more: int | None, changes: dict[str, str], message: str
) -> None:
    disk = random.Random(1).randbytes(4 * MIB)  # noqa: S311 - no secret
    content = make_image(images.folder / "minimal.qcow2", disk).read_bytes()
    with served(content, None if more is None else len(content) + more) as shelf:
        play = images.refuse(shelf.url, **changes)
    assert message in play.message
    assert "not-for-logs" not in play.output
    assert transfers(play.requests) == 0
