"""What a person would write without any collection: log in to appliances, make some calls, log out.

`make bench` measures documents of `zfssa_san` against it. Its argument is a file in JSON:

    {"at_once": how many appliances are served at the same time, "threads": how many calls each gets at the same time,
     "appliances": {url: [[[method, path, body], ...], ...]}}

The calls of one list need none of each other, but perhaps those of the lists before. User, password and authority come from the
environment.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import requests

Call = tuple[str, str, Any]

_own = threading.local()


def http() -> requests.Session:
    """The connection of this thread."""
    if not hasattr(_own, "http"):
        _own.http = requests.Session()
        _own.http.verify = os.environ["ZFSSA_CA_PATH"]
    own: requests.Session = _own.http
    return own


def call(url: str, headers: dict[str, str], one: Call) -> None:
    """Make one call."""
    method, path, body = one
    answer = http().request(method, url + path, json=body, headers=headers, verify=http().verify, timeout=60)
    answer.raise_for_status()
    if answer.content:
        answer.json()


def serve(url: str, phases: Sequence[Sequence[Call]], threads: int) -> None:
    """Make all calls to one appliance, in one session."""
    credentials = (os.environ["ZFSSA_USERNAME"], os.environ["ZFSSA_PASSWORD"])
    login = http().post(f"{url}/api/access/v1", auth=credentials, verify=http().verify, timeout=60)
    login.raise_for_status()
    make = partial(call, url, {"X-Auth-Session": login.headers["X-Auth-Session"]})
    if threads == 1:
        for phase in phases:
            for one in phase:
                make(one)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for phase in phases:
                list(pool.map(make, phase))
    make(("DELETE", "/api/access/v1", None))


def main() -> int:
    """Run the script."""
    work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with ThreadPoolExecutor(work["at_once"]) as pool:
        served = [pool.submit(serve, url, phases, work["threads"]) for url, phases in work["appliances"].items()]
        for one in served:
            one.result()
    return 0


if __name__ == "__main__":
    sys.exit(main())
