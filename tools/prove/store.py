"""The results of rows, kept from one start to the next as long as what they prove has not changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
import time
from pathlib import Path

from tools import tree
from tools.prove.row import Row, Verdict

FOLDER = tree.BUILD / "prove"
# What the outcome of a row depends on.
_FOLDERS = ("plugins", "roles", "playbooks", "tests/lab", "tests/support", "tools/prove")


def fingerprint() -> str:
    """Return a hash of all that the outcome of a row depends on, whether or not it is committed."""
    digest = hashlib.sha256()
    for file in tree.files():
        if any(file.is_relative_to(folder) for folder in _FOLDERS):
            digest.update(f"{file}\0".encode())
            digest.update(hashlib.sha256((tree.ROOT / file).read_bytes()).digest())
    return digest.hexdigest()[:16]


def revision() -> str:
    """Return the commit that is checked out, for a person who reads the results."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "none"


class Store:
    """The results of one fingerprint, in a file that has those of others as well.

    Args:
        print_of_tree: see `fingerprint`.
        file: lines of JSON; each is written as soon as its row is done.
    """

    def __init__(self, print_of_tree: str, file: Path = FOLDER / "results.jsonl") -> None:
        self._print, self._file = print_of_tree, file
        self._revision = revision()
        self._lock = threading.Lock()
        self.results: dict[str, Verdict] = {}
        file.parent.mkdir(parents=True, exist_ok=True)
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            self._take(line)

    def _take(self, line: str) -> None:
        try:
            result = json.loads(line)
        except ValueError:
            return  # the machine went down while it was written
        if result["fingerprint"] == self._print:
            self.results[result["id"]] = Verdict(result["outcome"], result["why"])

    def add(self, row: Row, verdict: Verdict, seconds: float) -> None:
        """Keep the verdict on a row, at once."""
        line = {
            "fingerprint": self._print,
            "revision": self._revision,
            "at": time.strftime("%Y-%m-%dT%H:%M:%S"),
            "id": row.id,
            "group": row.group,
            "outcome": verdict.outcome,
            "seconds": round(seconds, 1),
            "why": verdict.why,
        }
        with self._lock:
            self.results[row.id] = verdict
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
