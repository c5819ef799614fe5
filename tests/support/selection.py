"""How much of the long tests runs, by ZFSSA_TESTS in the environment.

`all`: every row of every table. Without it, one row for each thing. `few`: of the end-to-end tests only those that are
marked as essential, for further Pythons and ansible-cores.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol, TypeVar

ALL = os.environ.get("ZFSSA_TESTS") == "all"
FEW = os.environ.get("ZFSSA_TESTS") == "few"


class Row(Protocol):
    """A row of a table."""

    @property
    def extra(self) -> bool:
        """Whether it runs only when all rows do."""


R = TypeVar("R", bound=Row)


def chosen(rows: Iterable[R]) -> list[R]:
    """Return the rows that shall run."""
    return [row for row in rows if ALL or not row.extra]
