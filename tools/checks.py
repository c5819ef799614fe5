"""Make targets of the Makefile side by side; show what each printed as soon as it ends, and fail if one of them does.

They share the processors, but each alone would leave one of two idle for a part of its time. What the longest of them prints is
shown at once, so that one sees how far it has come.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from tools import tree


def run(command: list[str], at_once: bool = False) -> tuple[int, str]:
    """Run a command in the root of the repository.

    Args:
        command: its words.
        at_once: whether what it prints is shown while it runs.

    Returns:
        Its status, and what it printed that was not shown.
    """
    # A make that was started by another one would wait for its job slots.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }
    done = subprocess.run(
        command,
        cwd=tree.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=None if at_once else subprocess.PIPE,
        stderr=None if at_once else subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout or ""


def side_by_side(commands: dict[str, list[str]], at_once: str = "") -> list[str]:
    """Run commands by name at the same time; print the output of each at its end, and return those that failed.

    What the one that `at_once` names prints is shown while it runs.
    """
    failed = []
    with ThreadPoolExecutor(len(commands)) as pool:
        running = {pool.submit(run, command, name == at_once): name for name, command in commands.items()}
        for ended in as_completed(running):
            status, output = ended.result()
            print(output, end="", flush=True)
            if status:
                failed.append(running[ended])
    return failed


def main() -> None:
    """Make the targets that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", default="make", help="the program")
    parser.add_argument("--variable", action="append", default=[], help="NAME=VALUE for it; may be repeated")
    parser.add_argument("--at-once", default="", help="the target whose output is shown while it runs")
    parser.add_argument("target", nargs="+")
    options = parser.parse_args()
    prefix = [options.make, "--no-print-directory", *options.variable]

    if failed := side_by_side({target: [*prefix, target] for target in options.target}, options.at_once):
        sys.exit(f"error: {', '.join(failed)} failed.")


if __name__ == "__main__":
    main()
