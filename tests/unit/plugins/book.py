"""A reader of fixed answers, for what no appliance of the lab answers: broken pages, errors on a read, a page that changes.

Where the lab answers as the test wants it, `LabClient` of tests/support/lab_client.py is the better appliance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.values._release import NEWEST, Release

Wire = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """The body of an answer."""

    body: Wire


class Book:
    """A reader of fixed answers.

    Args:
        pages: path -> body; what is not among them does not exist. A body may be an exception to raise, or a list of
            bodies for one read after the other, of which the last one stays.
        release: of the appliance.

    Attributes:
        reads: the paths that were read, in order.
        sent: the writes that came, in order.
        answers: what the writes are answered, in order; empty when there is nothing more.
    """

    def __init__(self, pages: Mapping[str, Any], release: Release = NEWEST) -> None:
        self.pages = dict(pages)
        self.release = release
        self.release_known = True
        self.reads: list[str] = []
        self.sent: list[tuple[str, str, Wire | None]] = []
        self.answers: list[Any] = []

    @property
    def now(self) -> datetime:
        """The time here."""
        return datetime.now(tz=UTC)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read a page."""
        self.reads.append(path)
        page = self.pages.get(path)
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        if isinstance(page, Exception):
            raise page
        return page

    def tell(self, text: str) -> None:
        """Nobody listens."""

    def send(
        self,
        method: str,
        path: str,
        body: Wire | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Note a write, and give the next answer."""
        self.sent.append((method, path, body))
        answer: Wire | Exception = self.answers.pop(0) if self.answers else {}
        match answer:
            case Exception() as error:
                raise error
            case body:
                return Answer(body)
