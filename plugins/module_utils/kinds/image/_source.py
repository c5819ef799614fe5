# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an image comes from: a file of the host that writes, or the web, by way of a private folder that nobody leaves behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

from ...values._errors import InvalidInput, PlanRefused, ZfssaError
from ...values._units import human_size
from ._inspect import opened

try:
    import requests
except ImportError:
    # Without it no task of the collection comes so far.
    requests = None  # type: ignore[assignment]

_FOLDER = "zfssa-image-"
_LOCK = "lock"
_PIECE = 1 << 20
# What is said of a connection that ended too early.
_CUT = re.compile(r"IncompleteRead\(([0-9]+) bytes read, ([0-9]+) more expected\)")
_SHORTEST_QUERY, _SHORTEST_SIGNATURE = 5, 20
_CONNECT, _SILENCE = 20, 60
# What has to stay free on the disk of the host.
_HEADROOM = 64 << 20


class NotFetched(ZfssaError):
    """An image could not be fetched."""


def is_url(image: str) -> bool:
    """Whether an image is on the web."""
    return "://" in image


def check_source(image: str) -> None:
    """Refuse what can never be fetched.

    Raises:
        InvalidInput: it has another scheme, or a password in it.
    """
    if not is_url(image):
        return
    parts = urlsplit(image)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("image is no URL of http or https", advice="give one, or the path of a file")
    if parts.username or parts.password:
        raise InvalidInput(
            "image has a user or a password in the URL, which would be shown in results",
            advice="put them into the file .netrc of the user on the host that writes",
        )


def shown_source(image: str) -> str:
    """An image as messages call it: a signature in the query of a URL is nobody's business."""
    return image.partition("?")[0] if is_url(image) else image


def secret_parts(options: Mapping[str, Any]) -> set[str]:
    """What of the URL of an image gives access to it: its query, and what in it is long enough for a signature."""
    image = options.get("image")
    if not isinstance(image, str) or not is_url(image):
        return set()
    place, _mark, rest = image.partition("?")
    query = rest.partition("#")[0].strip()
    values = {value for _name, value in parse_qsl(query)} | {part.partition("=")[2] for part in query.split("&")}
    # The name of a file may be in both; where an image is, is no secret.
    signatures = {value for value in values if len(value) >= _SHORTEST_SIGNATURE and value not in place}
    # A short one is part of ordinary words.
    return signatures | ({query if len(query) >= _SHORTEST_QUERY else f"?{query}"} if query else set())


def image_id(image: str) -> str:
    """What tells an image from others when nobody says it: where it is."""
    return image.partition("#")[0].partition("?")[0] if is_url(image) else image


@contextlib.contextmanager
def obtained(
    image: str, checked: bool, folder: str | None, validate_certs: bool, tell: Callable[[int, int | None], None]
) -> Iterator[BinaryIO]:
    """An image as an open file; one from the web is gone again afterwards.

    Args:
        image: a path or a URL.
        checked: whether its checksum is known, so that one without a length can be taken.
        folder: where it is put; the system's own where none is given.
        validate_certs: whether the certificate of its server must verify.
        tell: is called with the bytes that have come, and how many there will be.

    Raises:
        PlanRefused: it is not there, or there is no room for it.
        NotFetched: it could not be fetched as a whole.
    """
    if not is_url(image):
        with opened(image) as file:
            yield file
        return
    with private_folder(folder) as private:
        path = private / "image"
        fetch(image, path, checked, validate_certs, tell)
        with opened(str(path)) as file:
            yield file


@contextlib.contextmanager
def private_folder(base: str | None) -> Iterator[Path]:
    """A folder that only this user can look into, gone afterwards; those of runs that were killed go first.

    Raises:
        PlanRefused: it cannot be made.
    """
    place = Path(base or tempfile.gettempdir())
    try:
        clear_stale(place)
        made = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=place))
    except OSError as error:
        raise PlanRefused(f"no folder can be made in {place}: {error.strerror}", advice="give another folder") from None
    try:
        # Held as long as this process lives: what nobody holds is left over.
        with (made / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def clear_stale(place: Path) -> None:
    """Remove the folders of this user whose runs are over."""
    for folder in place.glob(f"{_FOLDER}*"):
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            continue
        try:
            with (folder / _LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            # Somebody is at work in it, or about to be.
            continue


def fetch(url: str, path: Path, checked: bool, validate_certs: bool, tell: Callable[[int, int | None], None]) -> None:
    """Fetch an image as a whole, or not at all; arguments as for `obtained`.

    Raises:
        PlanRefused: there is no room for it, or nothing would tell whether it is whole.
        NotFetched: it did not come, or not as a whole.
    """
    name = shown_source(url)
    try:
        with requests.Session() as http:
            # What is packed on the way has another length.
            http.headers["Accept-Encoding"] = "identity"
            with http.get(url, stream=True, timeout=(_CONNECT, _SILENCE), verify=validate_certs) as answer:
                if answer.status_code != 200:
                    raise NotFetched(f"the server answers HTTP {answer.status_code} for {name}", advice="correct image")
                length = _length(answer)
                if length is None and not checked:
                    raise PlanRefused(
                        f"the server does not tell how long {name} is, so that nobody can tell whether it came as a whole",
                        advice="give its checksum",
                    )
                _refuse_full(path.parent, length or 0, name)
                count = _store(answer, path, name, length, tell)
    except (requests.RequestException, OSError) as error:
        cut = _CUT.search(str(error))
        if cut:
            whole = int(cut[1]) + int(cut[2])
            raise NotFetched(f"{name} has {whole} bytes, and only {cut[1]} came", advice="run it again") from None
        raise NotFetched(
            f"{name} could not be fetched: {_why(error)}", advice="see that the host that writes reaches the server"
        ) from None
    if length is not None and count != length:
        raise NotFetched(f"{name} has {length} bytes, and only {count} came", advice="run it again")


def _length(answer: Any) -> int | None:
    told = answer.headers.get("Content-Length", "")
    packed = answer.headers.get("Content-Encoding", "identity") not in ("", "identity")
    return int(told) if told.isdigit() and not packed else None


def _store(answer: Any, path: Path, name: str, length: int | None, tell: Callable[[int, int | None], None]) -> int:
    count = 0
    with path.open("wb") as file:
        for piece in answer.iter_content(_PIECE):
            count += len(piece)
            if length is not None and count > length:
                break
            _refuse_full(path.parent, len(piece), name)
            file.write(piece)
            tell(count, length)
    return count


def _refuse_full(folder: Path, needed: int, name: str) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _HEADROOM > free:
        raise PlanRefused(
            f"{folder.parent} has {human_size(free)} left, which are not enough for {name} ({human_size(needed)} more)",
            advice="give another folder",
        )


def _why(error: Exception) -> str:
    """A reason without addresses of objects, and without the query of the URL."""
    inner = getattr(error, "args", ())
    reason = getattr(inner[0], "reason", None) if inner else None
    text = str(reason or error).rpartition(": ")[2]
    return text.partition("?")[0] or type(error).__name__
