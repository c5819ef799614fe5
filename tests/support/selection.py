"""Which rows of long tables run: all of them with ZFSSA_TESTS=all in the environment, else one for each thing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol, TypeVar

ALL = os.environ.get("ZFSSA_TESTS") == "all"


class Row(Protocol):
    """A row of a table."""

    @property
    def extra(self) -> bool:
        """Whether it runs only when all rows do."""


R = TypeVar("R", bound=Row)


def chosen(rows: Iterable[R]) -> list[R]:
    """Return the rows that shall run."""
    return [row for row in rows if ALL or not row.extra]
