"""The command line of `make prove`."""

from __future__ import annotations

import argparse
import concurrent.futures
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Sequence

from tools.prove import clean, documents, suites, sweep
from tools.prove.children import stopping
from tools.prove.requests import NoRecording
from tools.prove.row import FAILED, Row, Verdict
from tools.prove.store import Store, fingerprint
from tools.prove.table import failed, report

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="make prove",
        description="Long proofs, row by row. What is done for this state of the tree is not done again: stop it and start "
        "it as you like. Results are in build/prove/results.jsonl.",
    )
    add = made.add_argument
    add("--only", metavar="REGEX", type=re.compile, help="the rows whose id it is found in")
    add("--workers", type=int, default=2, metavar="N", help="rows at the same time (2)")
    add("--list", action="store_true", help="list the ids of the rows, with what is known of them, and run nothing")
    add("--sample", action="store_true", help="the few rows of the sweep that the tests run as well")
    add("--limit-minutes", type=float, metavar="M", help="begin no row after that time")
    add("--again", action="store_true", help="run rows that failed once more")
    return made


def enumerate_rows(tree: str, sample: bool) -> list[Row]:
    """Return all rows in their fixed order.

    Args:
        tree: the fingerprint of what is proved.
        sample: whether only those of the sample are wanted.
    """
    return list(sweep.sample()) if sample else [*sweep.rows(tree), *clean.rows(), *documents.rows(), *suites.rows()]


def try_row(row: Row) -> Verdict:
    """Try a row; whatever ends it early is a failure of it."""
    try:
        return row.attempt()
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Verdict(FAILED, " ".join(f"{type(error).__name__} at {last.filename}:{last.lineno}: {error}".split()))


class Progress:
    """Tries rows until the time is over, and says how it goes.

    Args:
        store: gets the results.
        count: how many rows there are to be done.
        limit: minutes; `None` for no end.
    """

    def __init__(self, store: Store, count: int, limit: float | None) -> None:
        self._store, self._count, self._done = store, count, 0
        self._end = None if limit is None else time.monotonic() + 60 * limit
        self._lock = threading.Lock()

    def run(self, row: Row) -> None:
        """Try a row, unless the time is over."""
        if stopping.is_set() or (self._end is not None and time.monotonic() > self._end):
            return
        begin = time.monotonic()
        verdict = try_row(row)
        if stopping.is_set():
            return  # what was interrupted says nothing
        seconds = time.monotonic() - begin
        self._store.add(row, verdict, seconds)
        with self._lock:
            self._done += 1
            print(
                f"[{self._done}/{self._count}] {verdict.outcome} {row.id} ({seconds:.0f} s) {verdict.why}", flush=True
            )


def prove(rows: Sequence[Row], store: Store, workers: int, limit: float | None) -> None:
    """Try rows, several at a time; Ctrl-C or SIGTERM ends it, and loses only the rows under way."""
    progress = Progress(store, len(rows), limit)
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        futures = [pool.submit(progress.run, row) for row in rows]
        try:
            for future in futures:
                future.result()
        except KeyboardInterrupt:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            stopping.set()
            pool.shutdown(cancel_futures=True)
            print("Stopped; the next start goes on from here.", flush=True)


def main() -> int:
    """Run the command line; return the exit status."""
    options = parser().parse_args()
    for number in _SIGNALS:
        signal.signal(number, signal.default_int_handler)
    tree = fingerprint()
    store = Store(tree)
    try:
        rows = enumerate_rows(tree, options.sample)
    except NoRecording as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped before the first row.", file=sys.stderr)
        return 1
    rows = [row for row in rows if options.only is None or options.only.search(row.id)]
    if options.list:
        for row in rows:
            print(f"{store.results[row.id].outcome if row.id in store.results else 'not run':8} {row.id}")
        return 0
    if not rows:
        print("error: no row has such an id; --list shows them.", file=sys.stderr)
        return 1
    again = set(failed(rows, store.results)) if options.again else set()
    prove(
        [row for row in rows if row.id not in store.results or row in again],
        store,
        options.workers,
        options.limit_minutes,
    )
    print()
    print(report(rows, store.results))
    return 1 if failed(rows, store.results) else 0


if __name__ == "__main__":
    sys.exit(main())
