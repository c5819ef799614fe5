"""Two lab appliances behind real TLS, with a clock that the test moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from zfssa_lab.clock import ManualClock
from zfssa_lab.lab import Settings
from zfssa_lab.site import Ports, Site

MIB = 1 << 20
GIB = 1 << 30
ANY = ("127.0.0.1", 0)
AUTH = ("admin", "lab-password")
PROJECTS = "storage/v1/pools/tank/projects"
LUNS = f"{PROJECTS}/default/luns"
ACTIONS = "storage/v1/replication/actions"
PACKAGES = "storage/v1/replication/packages"
SOURCE_PACKAGES = "storage/v1/replication/sources/east/packages"
MASK = "com.sun.ms.vss.hg.maskAll"

Step = Any


class Client:
    """Calls one appliance; paths stand below /api/."""

    def __init__(self, url: str, ca_file: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.verify = ca_file
        self.http.trust_env = False
        self.http.auth = AUTH

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Send a request and return the response."""
        return self.http.request(method, f"{self.url}/api/{path}", json=body, timeout=20, allow_redirects=False, **more)


class World:
    """A lab in this process: clients ``east`` and ``west``, its ``clock`` and its ``site``."""

    def __init__(
        self,
        release: str,
        directory: Path,
        bandwidth: float = float(GIB),
        appliances: dict[str, dict[str, int]] | None = None,
        data_plane: str = "none",
    ) -> None:
        """``appliances`` has pools by appliance; without it there are two with the same pools."""
        self.clock = ManualClock()
        names = list(appliances or ("east", "west"))
        settings = Settings(
            dict.fromkeys(names, "127.0.0.1"),
            release=release,
            pools={} if appliances else {"tank": 1024 * GIB, "small": 4 * GIB},
            own_pools=appliances or {},
            bandwidth=bandwidth,
            seed=7,
            data_plane=data_plane,
        )
        self.site = Site(settings, Ports(dict.fromkeys(names, ANY), ANY), directory, self.clock)
        self.lab = self.site.lab
        self.site.start()
        ready = self.site.ready()
        self.control = ready["control"]
        self.ca_file = ready["ca_file"]
        self.port = ready["appliances"]["east"]["port"]
        self.clients = {name: Client(one["url"], self.ca_file) for name, one in ready["appliances"].items()}
        self.east, self.west = self.clients["east"], self.clients["west"]
        self.told = requests.Session()
        self.told.trust_env = False
        self.packages = PACKAGES if release == "8.8" else SOURCE_PACKAGES
        self.id = ""
        self.token = ""
        self.sub = ""

    def reset(self) -> None:
        """Go back to the initial state."""
        self.clock.rewind()
        self.lab.reset()
        self.id = self.sub = ""

    def close(self) -> None:
        """End the lab."""
        for client in self.clients.values():
            client.http.close()
        self.told.close()
        self.site.stop()

    def send(self, step: Step) -> requests.Response | None:
        """Do a step: (method, path, body, how) on east, ("west", ...) on west, or a function.

        ``how`` are further arguments of the request; headers may hold ``{token}``, the last session's.
        """
        if callable(step):
            step(self)
            return None
        client = self.east
        if step[0] in self.clients:
            client, step = self.clients[step[0]], step[1:]
        method, path, body, how = (*step, None, None)[:4]
        more = dict(how or {})
        if "headers" in more:
            more["headers"] = {name: value.format(token=self.token) for name, value in more["headers"].items()}
        response = client.call(method, path.format(id=self.id, packages=self.packages, sub=self.sub), body, **more)
        self.token = response.headers.get("X-Auth-Session", self.token)
        created = response.json() if response.content else {}
        if "action" in created:
            self.id = created["action"]["id"]
        for kind in ("schedule", "automatic"):
            if isinstance(created.get(kind), dict):
                self.sub = created[kind]["id"]
        return response

    def do(self, *steps: Step) -> Any:
        """Do steps that must succeed; return the body of the last one."""
        body = None
        for step in steps:
            response = self.send(step)
            if response is not None:
                assert response.status_code < 300, f"{step}: {response.text}"
                body = response.json() if response.content else None
        return body

    def tell(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control port."""
        return self.told.request(method, self.control + path, json=body, timeout=20).json()

    def state(self, appliance: str) -> Any:
        """Return the state of one appliance."""
        return self.tell("GET", "/state")["appliances"][appliance]

    def action(self) -> Any:
        """Return the record of the action made last."""
        return self.do(("GET", f"{ACTIONS}/{self.id}"))["action"]


def lun(name: str = "a", **more: Any) -> Step:
    """Create a LUN of 1 GiB in project default."""
    return ("POST", LUNS, {"name": name, "volsize": "1g", **more})


def snapshot(name: str = "s1", of: str = "default/luns/a") -> Step:
    """Take a snapshot."""
    return ("POST", f"{PROJECTS}/{of}/snapshots", {"name": name})


def clone(name: str = "c", of: str = "a", at: str = "s1", **more: Any) -> Step:
    """Clone a LUN."""
    return ("PUT", f"{LUNS}/{of}/snapshots/{at}/clone", {"share": name, **more})


def initiator(number: int) -> Step:
    """Define an initiator."""
    name = f"iqn.2020-01.com.example:h{number}"
    return ("POST", "san/v1/iscsi/initiators", {"initiator": name})


def group(name: str, *numbers: int) -> Step:
    """Make an initiator group of initiators."""
    members = [f"iqn.2020-01.com.example:h{number}" for number in numbers]
    return ("POST", "san/v1/iscsi/initiator-groups", {"name": name, "initiators": members})


def own_replication(name: str = "a", inherited: Any = False) -> Step:
    """Take a LUN out of its project's replication, by the path that works on every release."""
    path = f"{PROJECTS}/default/filesystems/{name}/replication"
    return ("PUT", path, {"inherited": inherited})


def action(share: str = "a", **more: Any) -> Step:
    """Make an action to west on a LUN of project default."""
    body = {"pool": "tank", "project": "default", "share": share, "target": "west"}
    return ("POST", ACTIONS, {**body, "target_pool": "tank", **more})


SEND = ("PUT", f"{ACTIONS}/{{id}}/sendupdate")
CANCEL = ("PUT", f"{ACTIONS}/{{id}}/cancelupdate")


def wait(seconds: float) -> Step:
    """Let time pass."""
    return lambda world: world.clock.advance(seconds)


def write(count: int, name: str = "a", appliance: str = "east") -> Step:
    """Let a host write into a LUN."""
    return lambda world: world.lab.write(appliance, "tank", "default", name, count)


REPLICATED = (lun(), own_replication(), action(), SEND, wait(10))
