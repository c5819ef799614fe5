"""Run pytest over the folders of tests, and fail when one of them ran nothing.

Arguments go to pytest. A path among them takes the place of the folders.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tools import tree

# Those with the longest files come first, so that the workers end at the same time.
FOLDERS = ("tests/e2e", "tests/contract", "tests/unit")


def present(folders: list[str]) -> list[str]:
    """Return the folders that hold a file of the repository."""
    tracked = tree.files()
    return [name for name in folders if any(file.is_relative_to(name) for file in tracked)]


def empty(folders: list[str], report: Path) -> list[str]:
    """Return the folders of which the report of a run names no test."""
    root = ElementTree.parse(report).getroot()  # noqa: S314 - written by our own pytest
    ran = [case.get("classname", "") for case in root.iter("testcase")]
    return [folder for folder in folders if not any(name.startswith(folder.replace("/", ".") + ".") for name in ran)]


def main() -> None:
    """Read the command line, run pytest, and check what ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", action="append", help="run this one only; may be repeated")
    parser.add_argument("--workers", default="2", help="processes of pytest-xdist; 0 for none")
    parser.add_argument("--report", default="make", help="name of the report in build/reports")
    options, arguments = parser.parse_known_args()

    folders = present(options.folder or list(FOLDERS))
    if not folders:
        sys.exit(f"error: there are no tests in {', '.join(options.folder or FOLDERS)}.")
    if any((tree.ROOT / word.split("::")[0]).exists() for word in arguments):
        folders = []
    tree.REPORTS.mkdir(parents=True, exist_ok=True)
    report = tree.REPORTS / f"{options.report}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-n", options.workers, "--dist", "loadscope", "--no-loadscope-reorder"]
    command += [f"--junit-xml={report}", "-o", "junit_family=xunit2", *folders, *arguments]
    status = subprocess.run(command, cwd=tree.ROOT, env=tree.environment(), check=False).returncode
    if not status and not arguments and (without := empty(folders, report)):
        sys.exit(f"error: no test was collected in {', '.join(without)}.")
    sys.exit(status)


if __name__ == "__main__":
    main()
