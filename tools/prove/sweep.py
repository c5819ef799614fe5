"""The fault sweep: each request of a migration meets each fault, and what the role makes of it is judged."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.prove import judge
from tools.prove.children import kill_all, kill_controller
from tools.prove.requests import Wanted, recorded
from tools.prove.row import REFUSED, UNMET, Row, Verdict, verdict
from tools.prove.world import Site, World, world

# isort: split
from playbooks import Play

DEFAULT = Site("default")
STRICT = Site("strict", ("--strict",))
FOR_GOOD = 99
AGAIN = 2  # runs without a fault that may be needed until the LUN is where it should be


@dataclass(frozen=True)
class Fault:
    """Something that can happen to a request.

    Attributes:
        name: in ids of rows.
        action: as the lab's control port is told.
        times: how many requests of that kind it happens to.
        kills: kills the run right after the appliance has carried out the request.
        of_writes: whether it matters for requests only that change something.
    """

    name: str
    action: dict[str, Any]
    times: int = 1
    kills: Callable[[int], None] | None = None
    of_writes: bool = False

    @property
    def lasts(self) -> bool:
        """Whether the appliance does not recover in this run."""
        return self.times == FOR_GOOD


UNHEARD = Fault("unheard", {"drop": "after"})
KILLED = Fault("killed", {"slow_ms": 60_000}, kills=kill_all)
# The next run begins while a worker of this one still waits for its answer, and then goes on.
ORPHANED = Fault("orphaned", {"slow_ms": 3_000}, kills=kill_controller, of_writes=True)
BUSY = Fault("busy-for-good", {"status": 503}, FOR_GOOD)
FAULTS = (
    UNHEARD,
    KILLED,
    ORPHANED,
    BUSY,
    Fault("lost-for-good", {"drop": "before"}, FOR_GOOD),
    Fault("error", {"status": 500}),
    Fault("error-but-done", {"status": 500, "done": True}, of_writes=True),
    Fault("busy-twice", {"status": 503}, 2),
    Fault("session-expired", {"expire_sessions": True}),
)


@dataclass(frozen=True)
class Trial:
    """One row of the sweep: a lab, variables of the role that differ, a request and what happens to it."""

    site: Site
    changes: tuple[tuple[str, object], ...]
    request: Wanted
    fault: Fault

    def attempt(self) -> Verdict:
        """Let the migration meet the fault, run it again without, and judge each run and the end."""
        with world(self.site, **dict(self.changes)) as at:
            self._plan(at)
            first = at.run(kill=self.fault.kills)
            # The lab lists a fault until it has happened as often as it was to.
            if not any(row["fault"] for row in at.lab.journal()):
                return Verdict(UNMET, "the request did not come")
            at.lab.control("DELETE", "/faults")
            wrong = [f"first run: {one}" for one in self._judge_first(at, first)]
            return self._go_on(at, first, wrong)

    def _plan(self, at: World) -> None:
        # Carried out, and the answer on its way when the run is killed; one without a body cannot be on its way.
        action = {"drop": "after"} if self.fault.kills and self.request.status == 204 else self.fault.action
        at.lab.control("POST", "/faults", {**self.request.which, "times": self.fault.times, "action": action})

    def _judge_first(self, at: World, play: Play | None) -> list[str]:
        wrong = judge.breaches(at.lab) + judge.lost(at.lab)
        if play is None:
            return wrong
        wrong += _judge_run(at, play)
        if not self.request.opens_or_ends_a_session and at.lab.sessions():
            wrong.append(f"{at.lab.sessions()} sessions are left open")
        if (
            play.status
            and not self.fault.lasts
            and not judge.is_seen(at.lab)
            and "un the role again" not in play.message
        ):
            wrong.append(f"one fault has hidden the LUN, and the message does not tell what to do: {play.message}")
        return wrong

    def _go_on(self, at: World, play: Play | None, wrong: list[str]) -> Verdict:
        """Run it again until it is done, or refuses; then once more."""
        said = _said(1, play)
        runs = 1
        while (play is None or play.status or judge.finished(at)) and runs <= AGAIN:
            runs += 1
            play = at.run()
            said += _said(runs, play)
            found = judge.breaches(at.lab) + judge.lost(at.lab) + (_judge_run(at, play) if play else ["it was killed"])
            wrong += [f"run {runs}: {one}" for one in found]
        if play is None or play.status:
            if not judge.is_seen(at.lab):
                wrong.append("the LUN stays hidden, and the role refuses to go on")
            return verdict(wrong, said) if wrong else Verdict(REFUSED, said)
        wrong += judge.finished(at) + _judge_once_more(at, at.run())
        return verdict(wrong, said or (f"(done by run {runs})" if runs > 1 else ""))


def _said(number: int, play: Play | None) -> str:
    return f" (run {number} said: {play.message})" if play is not None and play.status else ""


def _judge_run(at: World, play: Play) -> list[str]:
    wrong = judge.words(play) + judge.claims(at, play)
    return wrong if play.status else wrong + judge.unsaid(play, judge.finished(at))


def _judge_once_more(at: World, play: Play | None) -> list[str]:
    if play is None or play.status:
        return [f"once more it fails: {play.message if play else ''}"]
    wrong = [f"once more it changes {play.changed} things"] if play.changed else []
    wrong += [f"once more it sends {row['method']} {row['path']}" for row in play.writes]
    return wrong + [f"once more: {one}" for one in judge.finished(at) + judge.breaches(at.lab)]


def row(trial: Trial) -> Row:
    """Return a row of the sweep."""
    kept = "-kept" if trial.changes else ""
    group = f"sweep-{trial.site.name}{kept}"
    return Row(f"{group}/{trial.fault.name}/{trial.request.name}", group, trial.attempt)


def rows(tree: str) -> list[Row]:
    """Return all rows: those of the writes first, because most can be lost there.

    Args:
        tree: the fingerprint of what is proved.
    """
    found: list[Trial] = []
    for site in (DEFAULT, STRICT):
        found += [
            Trial(site, (), request, fault)
            for request in recorded(site, tree)
            for fault in FAULTS
            if request.writes or not fault.of_writes
        ]
    kept = (("delete_source", False),)
    found += [
        Trial(DEFAULT, kept, request, fault)
        for request in recorded(DEFAULT, tree, **dict(kept))
        for fault in (UNHEARD, KILLED, BUSY)
        if request.writes
    ]
    order = {fault.name: number for number, fault in enumerate(FAULTS)}
    found.sort(key=lambda trial: (not trial.request.writes, order[trial.fault.name]))
    return [row(trial) for trial in found]


@functools.cache
def sample() -> tuple[Row, ...]:
    """Return the rows that the tests run: where a fault can cost the most, an answer that is lost and a kill."""
    luns = "/api/storage/v1/pools/tank/projects/databases/luns"
    places = (
        (UNHEARD, Wanted("east", "DELETE", f"{luns}/MARKED", 1, 204)),
        (KILLED, Wanted("east", "PUT", f"{luns}/redo-1", 2, 202)),
    )
    return tuple(row(Trial(DEFAULT, (), request, fault)) for fault, request in places)
