"""How much of the long tests runs, by ZFSSA_TESTS in the environment.

`all`: every row of every table. Without it, one row for each thing. `few`, for further Pythons and ansible-cores: of the
end-to-end tests only those that are marked as essential, of the others the newest release of the appliance only, of what
tries the client and the engine with faults only the way through the controller's process, and of the facts about the lab,
which knows no Ansible, none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

ALL = os.environ.get("ZFSSA_TESTS") == "all"
FEW = os.environ.get("ZFSSA_TESTS") == "few"


# These are of the client and the engine, which know no Ansible.
_OF_THE_ENGINE = tuple(f"test_contract_{name}" for name in ("budgets", "faults", "guards", "refusals", "slow"))
_ORDINARY_WAY = "[module-"
_OLDER_RELEASE = re.compile(r"(?<![\w.])(2013\.1|8\.7)(?![\w.])")


def left_out(file: str, name: str) -> bool:
    """Tell whether a test does not run where only few shall, by the name of its file and its own."""
    return FEW and (
        file.startswith("test_lab_facts")
        or (file.startswith(_OF_THE_ENGINE) and _ORDINARY_WAY in name)
        or bool(_OLDER_RELEASE.search(name))
    )


class Row(Protocol):
    """A row of a table."""

    @property
    def extra(self) -> bool:
        """Whether it runs only when all rows do."""


R = TypeVar("R", bound=Row)


def chosen(rows: Iterable[R]) -> list[R]:
    """Return the rows that shall run."""
    return [row for row in rows if ALL or not row.extra]
