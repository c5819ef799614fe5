"""How much of the long tests runs, by ZFSSA_TESTS in the environment.

`all`: every row of every table. Without it, one row for each thing. `few`, for further Pythons and ansible-cores: of the
end-to-end tests those that are marked as essential, of the contract tests the life of each thing and what Ansible has a part
in, both with the newest release of the appliance only, and of the facts about the lab, which knows no Ansible, none.

By ZFSSA_TESTS_LAB, `strict` or empty: whether the labs of the contract and the end-to-end tests stand at what is hardest on a
client, where the guides leave something open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

ALL = os.environ.get("ZFSSA_TESTS") == "all"
FEW = os.environ.get("ZFSSA_TESTS") == "few"
LAB_OPTIONS = ("--strict",) if os.environ.get("ZFSSA_TESTS_LAB") == "strict" else ()


_CONTRACT = "test_contract_"
_OF_ANSIBLE = tuple(
    f"{_CONTRACT}{name}" for name in ("bad_inputs", "documentation", "rest", "session", "short_secrets")
)
_OLDER_RELEASE = re.compile(r"(?<![\w.])(2013\.1|8\.7)(?![\w.])")


def left_out(file: str, name: str) -> bool:
    """Tell whether a test does not run where only few shall, by the name of its file and its own."""
    of_the_engine = file.startswith(_CONTRACT) and not file.startswith(_OF_ANSIBLE) and not name.startswith("test_case")
    return FEW and (file.startswith("test_lab_facts") or of_the_engine or bool(_OLDER_RELEASE.search(name)))


class Row(Protocol):
    """A row of a table."""

    @property
    def extra(self) -> bool:
        """Whether it runs only when all rows do."""


R = TypeVar("R", bound=Row)


def chosen(rows: Iterable[R]) -> list[R]:
    """Return the rows that shall run."""
    return [row for row in rows if ALL or not row.extra]
