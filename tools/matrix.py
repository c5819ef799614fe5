"""Run sanity tests and pytest on more Pythons and ansible-cores, and report on all of them.

``leg`` runs one, with the Python that runs this, as ``make leg`` and .github/workflows/ci.yml do;
``legs`` runs every leg whose interpreter is installed, except the one that ``make test`` covers, side by side, and of the
sanity tests those whose outcome depends on the Python or the ansible-core. What depends only on what a leg has in common with
``make test`` is left to that. ``--beside`` names a target of the Makefile that runs as soon as a leg has ended;
``report`` prints what became of each, and the tests of all legs added up.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from tools import checks, tree

# Python and ansible-core: oldest, middle, newest. An empty core is the newest the Python can run.
MATRIX = (("3.11", "2.18"), ("3.12", "2.19"), ("3.13", ""))
# The sanity tests that ask the Python or the ansible-core, by what a leg has in common with `make test`; the others look at the
# text only, or are the style of pylint's.
BRIEF_SANITY = {
    "": ("ansible-doc", "compile", "import", "validate-modules"),
    "python": ("ansible-doc", "import", "validate-modules"),
    "core": ("compile", "import"),
}
RESULTS = tree.REPORTS / "matrix.json"


@dataclass
class Leg:
    """One Python with one ansible-core, and what became of it."""

    name: str
    result: str
    report: str = ""
    failed: bool = False

    def counts(self) -> tuple[int, int, int]:
        """Return the passed, failed and skipped tests; a leg that broke before them counts 1."""
        file = tree.REPORTS / f"{self.report}.xml"
        passed = failed = skipped = 0
        if self.report and file.is_file():
            for suite in ElementTree.parse(file).iter("testsuite"):  # noqa: S314 - our own file
                bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                skips = int(suite.get("skipped", 0))
                passed += int(suite.get("tests", 0)) - bad - skips
                failed, skipped = failed + bad, skipped + skips
        return passed, failed or int(self.failed), skipped


def release(python: Path) -> list[int]:
    """Return the numbers in the name of pyenv's folder: 3.12.10 is newer than 3.12.9."""
    return [int(number) for number in re.findall(r"\d+", python.parts[-3])]


def interpreters(version: str) -> Iterator[Path]:
    """Yield the candidates for a Python such as ``3.12``: those on PATH, then those of pyenv."""
    for folder in os.get_exec_path():
        if found := shutil.which(f"python{version}", path=folder):
            yield Path(found)
    roots = [Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"), Path.home() / ".pyenv"]
    for root in dict.fromkeys(roots):
        found_here = root.glob(f"versions/{version}*/bin/python{version}")
        yield from sorted(found_here, key=release, reverse=True)


def interpreter(version: str) -> str | None:
    """Return the first Python of this version that runs and can make virtual environments.

    A candidate may be a shim that runs nothing, so each is asked for its real path.
    """
    probe = "import ensurepip, sys, venv; print(*sys.version_info[:2], sep='.'); print(sys.executable)"
    for candidate in interpreters(version):
        answer = subprocess.run(
            [candidate, "-c", probe],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        lines = answer.stdout.splitlines()
        if not answer.returncode and lines[:1] == [version]:
            return lines[1]
    return None


def covered(version: str, core: str, chosen: str) -> bool:
    """Tell whether that leg is what ``make test`` runs, which is what runs this.

    ``chosen`` is the ansible-core that was asked of make; when empty, it took the newest.
    """
    own = tree.leg()
    if core:
        return own.startswith(f"py{version}-core{core}.")
    return own.startswith(f"py{version}-") and not chosen


def shared(version: str, core: str) -> str:
    """Return what that leg has in common with ``make test``, which is what runs this: its `python`, its `core`, or neither."""
    own = tree.leg()
    if own.startswith(f"py{version}-"):
        return "python"
    return "core" if core and f"-core{core}." in own else ""


def run_leg(python: str, name: str, core: str, beside: IO[str] | None = None, common: str = "") -> Leg:
    """Run the stages of one leg, as far as they succeed.

    Args:
        python: what its virtual environment is made from.
        name: what it is called.
        core: its ansible-core; empty for the newest.
        beside: gets what it prints, where other legs run at the same time; then it takes one processor, and the brief list of
            sanity tests.
        common: what it has in common with a run of all tests: `python`, `core`, or neither.
    """
    venv = tree.BUILD / f"venv-{name}"
    own = str(venv / "bin/python")
    sanity = [word for test in BRIEF_SANITY[common] for word in ("--test", test)] if beside else []
    stages = {
        "setup": [python, "-m", "tools.setup", f"--venv={venv}", f"--core={core}", "tests"],
        "sanity": [own, "-m", "tools.sanity", *sanity],
        "pytest": [own, "-m", "tools.testrun", f"--report={name}", f"--workers={1 if beside else 2}"],
    }
    for stage, command in stages.items():
        print(f"\n=== {name}: {stage}", flush=True, file=beside)
        # The whole of the long tests runs once, in `make test`.
        environment = {**os.environ, "ZFSSA_TESTS": "few", "ZFSSA_TESTS_SHARED": common}
        done = subprocess.run(
            command,
            cwd=tree.ROOT,
            env=environment,
            stdout=beside,
            stderr=subprocess.STDOUT if beside else None,
            check=False,
        )
        if done.returncode:
            return Leg(name, f"FAILED in {stage}", name, failed=True)
    return Leg(name, "passed, of the tests those whose outcome can differ there", name)


def run_beside(python: str, name: str, core: str, common: str) -> tuple[Leg, str]:
    """Run one leg of several at the same time; return what became of it, and what it printed."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as printed:
        done = run_leg(python, name, core, printed, common)
        done.result += f" ({time.monotonic() - start:.0f} s)"
        printed.seek(0)
        return done, printed.read()


def run_target(target: str) -> tuple[Leg, str]:
    """Run a target of the Makefile beside the legs; return what became of it, and what it printed."""
    start = time.monotonic()
    status, printed = checks.run(["make", "--no-print-directory", target, "ARGS="])
    outcome = f"FAILED (make exited with {status})" if status else "passed"
    return Leg(f"make {target}", f"{outcome} ({time.monotonic() - start:.0f} s)", failed=bool(status)), printed


def name_of(version: str, core: str) -> str:
    """Return what the leg of a Python and an ansible-core is called; an empty core is the newest."""
    return f"py{version}-core{core or '-newest'}"


def leg(core: str) -> int:
    """Run the leg of this Python, print what became of it, and return the exit status."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    done = run_leg(sys.executable, name_of(version, core), core)
    print("\n{}: {} passed, {} failed, {} skipped; {}".format(done.name, *done.counts(), done.result))
    return int(done.failed)


def legs(beside: str = "") -> int:
    """Run the matrix, and a target of the Makefile beside it, write down the results, and return the exit status."""
    shutil.rmtree(tree.REPORTS, ignore_errors=True)
    tree.REPORTS.mkdir(parents=True)
    done: dict[str, Leg] = {}
    # A leg waits a good part of its time, for pip and for plays. The target comes last: the shortest leg makes room for it.
    with ThreadPoolExecutor(len(MATRIX)) as pool:
        running = []
        for version, core in MATRIX:
            name = name_of(version, core)
            if covered(version, core, os.environ.get("CORE", "")):
                done[name] = Leg(name, "is what make test runs: see there")
            elif python := interpreter(version):
                running.append(pool.submit(run_beside, python, name, core, shared(version, core)))
            else:
                done[name] = Leg(name, f"NOT RUN: no working Python {version} is installed")
        if beside:
            running.append(pool.submit(run_target, beside))
        for ended in as_completed(running):
            leg, printed = ended.result()
            done[leg.name] = leg
            print(printed, end="", flush=True)
    names = [*(name_of(*place) for place in MATRIX), *([f"make {beside}"] if beside else [])]
    RESULTS.write_text(json.dumps([asdict(done[name]) for name in names], indent=1) + "\n")
    return int(any(leg.failed for leg in done.values()))


def report(status: int) -> int:
    """Print the results of all legs; ``status`` is that of ``make pytest``."""
    done = [Leg(**leg) for leg in json.loads(RESULTS.read_text())] if RESULTS.is_file() else []
    outcome = f"FAILED (make exited with {status})" if status else "passed"
    done.append(Leg(f"make pytest ({tree.leg()})", outcome, "make", failed=bool(status)))
    print("\nResults (a leg that broke outside pytest counts as one failed test):")
    total = [0, 0, 0]
    for leg in done:
        counts = leg.counts()
        total = [sum(pair) for pair in zip(total, counts, strict=True)]
        tests = "{} passed, {} failed, {} skipped; ".format(*counts) if leg.report else ""
        print(f"  {leg.name:32} {tests}{leg.result}")
    passed, failed, skipped = total
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return int(failed > 0 or not passed)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("leg").add_argument("core", help="2.18, 2.18.19, or empty for the newest")
    commands.add_parser("legs").add_argument("--beside", default="", metavar="TARGET", help="of the Makefile")
    commands.add_parser("report").add_argument("status", type=int)
    options = parser.parse_args()
    if options.command == "leg":
        sys.exit(leg(options.core))
    sys.exit(legs(options.beside) if options.command == "legs" else report(options.status))


if __name__ == "__main__":
    main()
