"""Files of tests with more than the tests have time for.

Many examples of properties, all rows of tables, all spoilt answers, and tasks that meet again and again.
"""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import tree
from tools.prove.children import wait
from tools.prove.row import Row, Verdict, verdict

SEEDS = range(5)
# How answers are spoilt, and how often two tasks meet.
SPOILT = ("endless", "flood", "bomb", "broken", "header", "redirect", "body", "fault", "value")
ROUNDS = 50
ROOT_OF_UNITS = "tests/unit/plugins"
SECONDS = 7200  # that one file may take on a busy machine
LABS = {"default": "", "strict": "--strict"}


def run(arguments: tuple[str, ...], variables: tuple[tuple[str, str], ...]) -> Verdict:
    """Run pytest; its last failures say why."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *arguments]
    with (
        tempfile.TemporaryFile("w+b") as printed,
        subprocess.Popen(
            command,
            cwd=tree.ROOT,
            env=tree.environment() | dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        wait(process, SECONDS)
        printed.seek(0)
        lines = printed.read().decode(errors="replace").strip().splitlines() or ["it printed nothing"]
    if process.returncode:
        failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
        return verdict(failed or [lines[-1]])
    return verdict([], lines[-1].strip("= "))


def with_properties() -> list[Path]:
    """Return the files of unit tests of the plugins that have properties for hypothesis."""
    folder = tree.ROOT / ROOT_OF_UNITS
    return [file for file in sorted(folder.glob("test_*.py")) if "given(" in file.read_text(encoding="utf-8")]


def rows() -> list[Row]:
    """Return all rows."""
    found = []
    patterns = (
        "unit/lab/test_lab_facts_*.py",
        "unit/plugins/test_image_runs.py",
        "contract/test_contract_*.py",
        "e2e/test_*.py",
    )
    files = [file for pattern in patterns for file in tree.ROOT.glob(f"tests/{pattern}")]
    for file in sorted(files):
        for lab, options in LABS.items():
            if options and not file.stem.startswith("test_migrate"):
                continue  # What these tests expect is what the lab does by default.
            every_row = (("ZFSSA_TESTS", "all"), ("ZFSSA_LAB_OPTIONS", options))
            attempt = functools.partial(run, (str(file),), every_row)
            found.append(Row(f"tests-{lab}/{file.stem}", f"tests-{lab}", attempt))
    for group in SPOILT:
        chosen = (f"{ROOT_OF_UNITS}/test_spoilt_answers.py", "-k", f"spoilt_answer[{group}:")
        found.append(Row(f"spoilt/{group}", "spoilt", functools.partial(run, chosen, (("ZFSSA_TESTS", "all"),))))
    for number in range(ROUNDS):
        chosen = ("tests/contract/test_contract_same_request.py", "-k", "one_request")
        at_random = (("ZFSSA_TESTS", "all"), ("ZFSSA_ROUND", str(number)))
        found.append(Row(f"conflicts/{number}", "conflicts", functools.partial(run, chosen, at_random)))
    for seed in SEEDS:
        for file in with_properties():
            attempt = functools.partial(run, (str(file), f"--hypothesis-seed={seed}"), (("ZFSSA_EXAMPLES", "many"),))
            found.append(Row(f"properties/{file.stem}/{seed}", "properties", attempt))
    return found
