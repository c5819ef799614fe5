"""What a row is, and what can become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

PASSED, REFUSED, FAILED, UNMET = "passed", "refused", "failed", "unmet"


@dataclass(frozen=True)
class Verdict:
    """What became of a row.

    Attributes:
        outcome: PASSED; REFUSED when nothing is lost or hidden, but a person has to go on; FAILED; or UNMET when the row could
            not be tried, because its request never came.
        why: one line; of a row that passed, what is worth to be known.
    """

    outcome: str
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One thing to be tried.

    Attributes:
        id: names it in results; the same from one start to the next.
        group: the line of the table that it counts in.
        attempt: tries it on a lab of its own.
    """

    id: str
    group: str
    attempt: Callable[[], Verdict]


def verdict(wrong: list[str], note: str = "") -> Verdict:
    """Return the verdict for what was found wrong; every finding once, in one line, and the note after them."""
    if not wrong:
        return Verdict(PASSED, note)
    return Verdict(FAILED, " ".join(" ".join(["; ".join(dict.fromkeys(wrong)), note]).split()))
