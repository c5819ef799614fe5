"""The requests of a migration without a fault, each as a thing that a fault can be planned for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.prove.judge import breaches, finished
from tools.prove.store import FOLDER
from tools.prove.world import Site, world

_ACCESS = "/api/access/"
# What differs from one run to the next, as it stands in a path and in a pattern.
_VARIABLE = (
    ("ACTION", "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("MARKED", "zfssa-migration-removing-[0-9a-f-]+"),
)


class NoRecording(Exception):
    """The migration without a fault does not do what it should, so that there is nothing to put a fault into."""


@dataclass(frozen=True)
class Wanted:
    """One request of a migration.

    Attributes:
        appliance, method, path: it; what differs from run to run is ACTION and MARKED.
        nth: which of those that are alike.
        status: with which it is answered when nothing goes wrong.
    """

    appliance: str
    method: str
    path: str
    nth: int
    status: int

    @property
    def name(self) -> str:
        """It in the id of a row."""
        return f"{self.appliance}.{self.method}.{self.path.removeprefix('/api/')}#{self.nth}"

    @property
    def writes(self) -> bool:
        """Whether it is meant to change something."""
        return self.method != "GET" and not self.opens_or_ends_a_session

    @property
    def opens_or_ends_a_session(self) -> bool:
        """Whether it is about the session of the run."""
        return self.path.startswith(_ACCESS)

    @property
    def which(self) -> dict[str, Any]:
        """It as the lab's control port is told."""
        pattern = re.escape(self.path)
        for name, variable in _VARIABLE:
            pattern = pattern.replace(name, variable)
        return {"appliance": self.appliance, "method": self.method, "path": f"^{pattern}$", "nth": self.nth}


def template(path: str) -> str:
    """Return a path with names for what differs from run to run."""
    for name, variable in _VARIABLE:
        path = re.sub(variable, name, path)
    return path


def wanted(journal: Iterable[dict[str, Any]]) -> list[Wanted]:
    """Return the requests of a run; of those that ask the same again and again, as a wait does, the first."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found: list[Wanted] = []
    last = None
    for row in journal:
        key = (row["appliance"], row["method"], template(row["path"]))
        seen[key] += 1
        if key != last or key[1] != "GET":
            found.append(Wanted(*key, nth=seen[key], status=row["status"]))
        last = key
    return found


def recorded(site: Site, tree: str, **changes: object) -> list[Wanted]:
    """Return the requests of a migration on a lab; the first time it is run, then its recording serves.

    Args:
        tree: the fingerprint of what is proved.
        changes: variables of the role.

    Raises:
        NoRecording: the migration fails, or leaves something wrong, without any fault.
    """
    name = "-".join(["requests", site.name, *(f"{key}={value}" for key, value in changes.items()), tree])
    file: Path = FOLDER / f"{name}.json"
    if file.exists():
        return [Wanted(**one) for one in json.loads(file.read_text(encoding="utf-8"))]
    with world(site, **changes) as at:
        play = at.run()
        wrong = finished(at) + breaches(at.lab)
    if play is None or play.status or wrong:
        said = play.message if play else "it was killed"
        raise NoRecording(f"a migration without a fault on the lab {site.name} goes wrong: {'; '.join(wrong)} {said}")
    found = wanted(play.requests)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(one) for one in found], indent=1), encoding="utf-8")
    return found
