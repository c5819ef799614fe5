"""Migrations without a fault, on each answer to what the guides leave open and on each release."""

from __future__ import annotations

import functools
import sys

from tools import tree
from tools.prove import judge
from tools.prove.row import Row, Verdict, verdict
from tools.prove.world import Site, world

# The lab's own table says which switches there are.
sys.path.insert(0, str(tree.ROOT / "tests/lab"))

from zfssa_lab.release import RELEASE_NAMES
from zfssa_lab.switches import TABLE


def attempt(site: Site) -> Verdict:
    """Migrate a LUN: predicted first, then done, then nothing is left to do."""
    with world(site) as at:
        predicted = at.run("--check")
        if predicted is None or predicted.status:
            return verdict([f"check mode fails: {predicted.message if predicted else ''}"])
        wrong = [f"check mode sends {row['method']} {row['path']}" for row in predicted.writes]
        wrong += judge.words(predicted) + ([] if predicted.changed else ["check mode predicts no change"])
        done = at.run()
        if done is None or done.status:
            return verdict([*wrong, f"it fails: {done.message if done else ''}"])
        wrong += judge.words(done) + judge.finished(at) + judge.breaches(at.lab)
        wrong += [f"it warns: {line}" for line in done.output.splitlines() if "[WARNING]" in line]
        again = at.run()
        if again is None or again.status:
            return verdict([*wrong, f"once more it fails: {again.message if again else ''}"])
        wrong += [f"once more it sends {row['method']} {row['path']}" for row in again.writes]
        wrong += [f"once more it changes {again.changed} things"] if again.changed else []
        return verdict(wrong + judge.finished(at))


def sites() -> list[Site]:
    """Return the labs: as they are, with all that is hard, and with each switch put over alone."""
    single = [
        (f"{name}={value}", ("--switch", f"{name}={value}"))
        for name, switch in TABLE.items()
        for value in switch.values
        if value != switch.default
    ]
    named = [("default", ()), ("strict", ("--strict",)), *single]
    return [Site(name, options, release) for name, options in named for release in RELEASE_NAMES]


def rows() -> list[Row]:
    """Return all rows."""
    return [
        Row(f"switches/{site.release}/{site.name}", "switches", functools.partial(attempt, site)) for site in sites()
    ]
