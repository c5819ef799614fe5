# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a preflight finds: one line for each thing that it looks at, and the words for all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from ...values._errors import Denied, NotAuthorized, NotFound, NotUnderstood, PlanRefused, ZfssaError

Found = TypeVar("Found")

PASSED, FAILED, UNKNOWN = "pass", "fail", "unknown"


@dataclass(frozen=True)
class Verdict:
    """What became of a check.

    Attributes:
        outcome: `pass`, `fail`, or `unknown` where nobody can tell.
        found: a sentence without its end.
        cure: what to do about it, the same; empty where there is nothing to do.
    """

    outcome: str
    found: str
    cure: str = ""


@dataclass(frozen=True)
class Finding:
    """A verdict, with the check and what it is about."""

    check: str
    subject: str
    outcome: str
    found: str
    cure: str

    def told(self) -> dict[str, Any]:
        """It as a result has it."""
        return asdict(self)


class NotLookedAt(ZfssaError):
    """Something was not read, because nothing can be read any more."""


# What says nothing about the appliance's health, and nothing about what was asked for.
TELLS_NOTHING = (NotLookedAt, NotAuthorized, Denied, NotFound, NotUnderstood)


def good(found: str) -> Verdict:
    """The verdict that all is well."""
    return Verdict(PASSED, found)


def refused(refusal: PlanRefused) -> Verdict:
    """The verdict in the words with which a task would be refused."""
    return Verdict(FAILED, refusal.reason, refusal.advice)


def unread(error: ZfssaError) -> Verdict:
    """The verdict where something could not be read: a sick appliance is a failure, one that does not tell is not."""
    outcome = UNKNOWN if isinstance(error, TELLS_NOTHING) else FAILED
    return Verdict(outcome, f"it could not be looked at: {error.reason}", error.advice)


def needed(find: Callable[[], Found]) -> Found:
    """Find what a check rests on; where that is refused, another check has said so already.

    Raises:
        NotLookedAt: it is refused.
    """
    try:
        return find()
    except PlanRefused as refusal:
        raise NotLookedAt(refusal.reason, advice="") from None


def judged(check: str, subject: str, judge: Callable[[], Verdict]) -> Finding:
    """Carry out one check.

    Args:
        check: its name.
        subject: what it is about.
        judge: reads what it needs, and judges it.

    Returns:
        Its finding, whatever the appliance does.
    """
    try:
        verdict = judge()
    except PlanRefused as refusal:
        verdict = refused(refusal)
    except ZfssaError as error:
        verdict = unread(error)
    return Finding(check, subject, verdict.outcome, verdict.found, verdict.cure)


def passes(findings: Sequence[Finding]) -> bool:
    """Whether no check has failed; one whose outcome is unknown has not."""
    return all(one.outcome != FAILED for one in findings)


def problems_in(findings: Sequence[Finding]) -> list[str]:
    """A sentence for each check that has failed, with its cure."""
    return [
        f"{one.check} {one.subject}: {'; '.join(filter(None, (one.found, one.cure)))}."
        for one in findings
        if one.outcome == FAILED
    ]


def summary_of(findings: Sequence[Finding]) -> str:
    """Say how many checks there were, and what became of them: `12 checks: 10 pass, 1 fails, 1 is unknown.`"""
    words = ((PASSED, "passes", "pass"), (FAILED, "fails", "fail"), (UNKNOWN, "is unknown", "are unknown"))
    counted = [(sum(one.outcome == outcome for one in findings), single, several) for outcome, single, several in words]
    told = [f"{number} {single if number == 1 else several}" for number, single, several in counted if number]
    return f"{len(findings)} check{'s' * (len(findings) != 1)}: {', '.join(told)}."
