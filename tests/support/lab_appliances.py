"""Two lab appliances in a process of their own, as the tests see them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests/lab/zfssa-lab"
RELEASES = ("2013.1", "8.7", "8.8")
GIB = 1 << 30
LIMIT = 30

# Whatever ends the tests closes the standard input of this shell, and that ends the lab.
_WATCH = '"$@" & lab=$!; read -r end; kill "$lab"; wait "$lab"'
_LOGIN = "/api/access/v1"

Record = dict[str, Any]


@dataclass(frozen=True)
class Appliance:
    """One appliance of a lab.

    Attributes:
        lab: where it is.
        name: what it is called there.
        facts: its host, port, username, password and ASN.
    """

    lab: Lab = field(repr=False)
    name: str
    facts: Record

    def connection(self, **changes: Any) -> Record:
        """Return the options with which a module reaches it; changes of `None` leave one out."""
        options = {key: self.facts[key] for key in ("host", "port", "username", "password")}
        options = {**options, "ca_path": self.lab.ca_file, **changes}
        return {key: value for key, value in options.items() if value is not None}

    def call(self, method: str, path: str, body: Any = None) -> Record:
        """Make one REST call that must succeed; the path stands below /api/. Opens no session."""
        url = f"{self.facts['url']}/api/{path}"
        sign_in = urllib3.make_headers(basic_auth=f"{self.facts['username']}:{self.facts['password']}")
        status, text = self.lab.exchange(method, url, body, sign_in)
        assert status < 300, f"{method} {path}: {status} {text}"
        return dict(json.loads(text)) if text else {}

    @property
    def state(self) -> dict[str, list[Record]]:
        """The whole model of it."""
        return dict(self.lab.control("GET", "/state")["appliances"][self.name])

    def lun(self, name: str, project: str | None = None) -> Record:
        """Return the record of a LUN that must be there once."""
        found = [lun for lun in self.state["luns"] if lun["name"] == name and project in (None, lun["project"])]
        assert len(found) == 1, f"{self.name} has {len(found)} LUNs {name}"
        return found[0]

    def luns(self) -> list[str]:
        """Return all its LUNs as project/name."""
        return sorted(f"{lun['project']}/{lun['name']}" for lun in self.state["luns"])

    def projects(self) -> set[str]:
        """Return the names of its projects."""
        return {project["name"] for project in self.state["projects"]}


class Lab:
    """A running lab with the appliances east and west.

    Args:
        release: the software that the appliances imitate.
        ready: what the lab printed when it was ready.
    """

    def __init__(self, release: str, ready: Record) -> None:
        self.release = release
        self.ready = ready
        self.ca_file = str(ready["ca_file"])
        self.url = str(ready["control"])
        # Connections are kept: to make one with TLS costs more than all that goes over it.
        self._http = urllib3.PoolManager(ca_certs=self.ca_file, retries=False, timeout=LIMIT)
        # The number of the last request that is known of.
        self._last = 0
        self.east, self.west = (Appliance(self, name, ready["appliances"][name]) for name in ("east", "west"))

    def __getitem__(self, name: str) -> Appliance:
        return {"east": self.east, "west": self.west}[name]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Make one call to the control port."""
        status, text = self.exchange(method, self.url + path, body)
        assert status == 200, f"{method} {path}: {text}"
        return json.loads(text)

    def exchange(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Make one request; return the status and the text of the answer."""
        content = None if body is None else json.dumps(body).encode()
        answer = self._http.request(
            method, url, body=content, headers={**(headers or {}), "Content-Type": "application/json"}, redirect=False
        )
        return answer.status, answer.data.decode()

    def reset(self) -> None:
        """Go back to the initial state, without faults, with the switches as the lab was started."""
        self.control("POST", "/reset")
        self._last = 0

    def switch(self, name: str, value: str) -> None:
        """Choose an answer to what the guides leave open, up to the next reset."""
        self.control("PUT", f"/switches/{name}", {"value": value})

    def strict(self) -> None:
        """Choose, up to the next reset, each answer that is hardest on a client."""
        for name, switch in self.control("GET", "/switches").items():
            self.switch(name, switch["strict"])

    def watch(self, lun: str, project: str = "default", appliance: str = "east", pool: str = "tank") -> None:
        """Let the lab see to it, up to the next reset, that a whole copy of a LUN exists at all times."""
        self.control("POST", "/watch", {"appliance": appliance, "pool": pool, "project": project, "lun": lun})

    def breaches(self) -> list[Record]:
        """Return what must never be and was: a LUN presented twice, or a watched one without a whole copy."""
        return list(self.control("GET", "/breaches")["breaches"])

    def fault(self, action: Record, appliance: str = "east", **which: Any) -> None:
        """Plan a fault; `which` has method, path, nth and times."""
        self.control("POST", "/faults", {"appliance": appliance, "action": action, **which})

    def faults(self) -> list[Record]:
        """Return the faults that have not all happened."""
        return list(self.control("GET", "/faults")["faults"])

    def write(self, lun: str, size: int, project: str = "default", appliance: str = "east") -> None:
        """Let a host write into a LUN."""
        place = {"appliance": appliance, "pool": "tank", "project": project, "lun": lun}
        self.control("POST", "/write", {**place, "bytes": size})

    def journal(self, since: int = 0) -> list[Record]:
        """Return the requests after number `since`."""
        return list(self.control("GET", f"/journal?since={since}"))

    def position(self) -> int:
        """Return the number of the last request."""
        for row in self.journal(self._last):
            self._last = int(row["n"])
        return self._last

    def sessions(self) -> int:
        """Return how many sessions are open."""
        return sum(len(sessions) for sessions in self.control("GET", "/sessions")["appliances"].values())


def is_write(row: Record) -> bool:
    """Tell whether a request of the journal is meant to change something."""
    return row["method"] != "GET" and not row["path"].startswith(_LOGIN)


def is_login(row: Record) -> bool:
    """Tell whether a request of the journal opens or ends a session."""
    return row["method"] != "GET" and str(row["path"]).startswith(_LOGIN)


def writes(rows: list[Record]) -> list[str]:
    """Return the writes among requests of the journal, as texts."""
    return [f"{row['appliance']}: {row['method']} {row['path']} {row['status']}" for row in rows if is_write(row)]


@contextmanager
def running_lab(release: str, folder: Path, *arguments: str, west: str = "127.0.0.1") -> Iterator[Lab]:
    """Run a lab of a release on free ports, with west at an address; it ends with this context, or with the tests.

    ZFSSA_LAB_OPTIONS in the environment has further options for all labs, such as `--strict`.
    """
    command = [
        str(PROGRAM), "serve", "--release", release, "--state-dir", str(folder),
        "--appliance", "east=127.0.0.1:0", "--appliance", f"west={west}:0",
        "--control", "127.0.0.1:0", *shlex.split(os.environ.get("ZFSSA_LAB_OPTIONS", "")), *arguments,
    ]  # fmt: skip
    environment = {**os.environ, "ZFSSA_LAB_PYTHON": sys.executable}
    with subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "lab", *command],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            assert line, "the lab did not start"
            yield Lab(release, json.loads(line))
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=LIMIT)
