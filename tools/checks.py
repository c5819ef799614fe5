"""Make targets of the Makefile side by side; show what each printed as soon as it ends, and fail if one of them does.

They share the processors, but each alone would leave one of two idle for most of its time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from tools import tree


def run(command: list[str]) -> tuple[int, str]:
    """Run a command in the root of the repository; return its status and what it printed."""
    # A make that was started by another one would wait for its job slots.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }
    done = subprocess.run(
        command,
        cwd=tree.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def side_by_side(commands: dict[str, list[str]]) -> list[str]:
    """Run commands by name at the same time; print the output of each at its end, and return those that failed."""
    failed = []
    with ThreadPoolExecutor(len(commands)) as pool:
        running = {pool.submit(run, command): name for name, command in commands.items()}
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
    parser.add_argument("target", nargs="+")
    options = parser.parse_args()
    prefix = [options.make, "--no-print-directory", *options.variable]

    if failed := side_by_side({target: [*prefix, target] for target in options.target}):
        sys.exit(f"error: {', '.join(failed)} failed.")


if __name__ == "__main__":
    main()
