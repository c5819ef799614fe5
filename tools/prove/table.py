"""What a person sees at the end: how many rows of each group passed, and what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.prove.row import FAILED, PASSED, REFUSED, UNMET, Row, Verdict

_HEAD = ("group", "rows", "passed", "refused", "failed", "not met", "not run")


def report(rows: Sequence[Row], results: Mapping[str, Verdict]) -> str:
    """Return the table by group and outcome, and a line for each row that failed."""
    groups = list(dict.fromkeys(row.group for row in rows))
    lines = [_HEAD, *(_line(group, [row for row in rows if row.group == group], results) for group in groups)]
    if len(groups) > 1:
        lines.append(_line("all", rows, results))
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    shown = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    shown.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    failures = [f"{row.id}: {results[row.id].why}" for row in failed(rows, results)]
    return "\n".join([*shown, *(["", f"{len(failures)} failed:", *failures] if failures else [])])


def failed(rows: Sequence[Row], results: Mapping[str, Verdict]) -> list[Row]:
    """Return the rows that failed."""
    return [row for row in rows if row.id in results and results[row.id].outcome == FAILED]


def _line(group: str, rows: Sequence[Row], results: Mapping[str, Verdict]) -> tuple[str, ...]:
    outcomes = [results[row.id].outcome if row.id in results else "" for row in rows]
    counts = [len(rows), *(outcomes.count(outcome) for outcome in (PASSED, REFUSED, FAILED, UNMET, ""))]
    return (group, *map(str, counts))
