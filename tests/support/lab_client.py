"""A client of a lab appliance in this process: no sockets, no TLS, no threads, and a clock that only the test moves.

It is what plans and `apply` want of a client (`Reader` in `_read.py`, `Writer` in `_apply.py`), so that a test of an operation
needs no stand-in that knows the appliance's ways a second time: the lab knows them, and is strict. A test builds its state,
lets the operation work, and looks at what there is and at what was sent:

    appliance = LabClient()
    appliance.add_project("proj-a")
    appliance.add_lun("proj-a", "lun-a", volsize="1g")
    apply(LUN.plan(appliance, {...}), appliance)
    assert appliance.lun("proj-a", "lun-a")["volsize"] == 2 * GIB
    assert appliance.work == [("PUT", path, {"volsize": 2 * GIB})]

What it does not have of the real client: it never repeats a request, and has no session. What an appliance never answers,
because it misbehaves, it cannot play; `edit` spoils a page, and beyond that a test has a script of its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Reply
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ApplianceError, LostReply, from_reply
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release, parse_release
from zfssa_lab import clustering
from zfssa_lab.api.call import Reply as LabReply
from zfssa_lab.api.dispatch import Request
from zfssa_lab.clock import ManualClock
from zfssa_lab.lab import PASSWORD, USERNAME, Lab, Settings
from zfssa_lab.switches import strict_positions

Wire = dict[str, Any]

ROOT = "/api/storage/v1/"
SAN = "/api/san/v1/"
MASKED = "com.sun.ms.vss.hg.maskAll"
INITIATOR_GROUPS = ("ig-a", "ig-b", "ig-c")
TARGET_GROUPS = ("tg-a", "tg-b")

# What becomes of a write, and of the answer to it.
FINE = "carried out and answered"
BEFORE = "lost on its way to the appliance"
AFTER = "carried out, and the answer is lost"
LATE = "carried out only after the next read, and the answer is lost"

_HEADERS = {"authorization": "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()}
_ADDRESSES = {"east": "127.0.0.1", "west": "127.0.0.2", "north": "127.0.0.3"}
_ROOMY = 1 << 60


class LabClient:
    """A client of one of the appliances of a lab, of `east` at first.

    Args:
        release: of the appliances: 2013.1, 8.7 or 8.8.
        pools: those of each appliance, with their bytes.
        own_pools: by appliance, those that only this one has, as the heads of a cluster want it.
        strict: whether the lab's switches stand as the strict preset has them.
        switches: those that stand otherwise.
        appliances: their names; `north` is a third one.

    Attributes:
        lab: the lab itself, with its faults, journal, switches and clock.
        at: the name of the appliance.
        log: method, path and status of each request, in order; the status is `None` where no answer came.
        sent: the writes that were sent, whatever became of them: method, path, body, parameters.
        work: the writes that the appliance carried out, in order: method, path, body.
        reported: what was told to be done, in order.
        fates: what becomes of the next writes; those after them are fine.
        silent: whether answers to writes have no body.
        edits: changes of the pages that are read, by their paths.
    """

    def __init__(
        self,
        release: str = "8.8",
        *,
        pools: Mapping[str, int] | None = None,
        own_pools: Mapping[str, dict[str, int]] | None = None,
        strict: bool = False,
        switches: Mapping[str, str] | None = None,
        appliances: tuple[str, ...] = ("east", "west"),
    ) -> None:
        self.clock = ManualClock()
        settings = Settings(
            {name: _ADDRESSES[name] for name in appliances},
            release=release,
            pools=dict(pools if pools is not None else {"tank": _ROOMY}),
            own_pools=dict(own_pools or {}),
            switches={**(strict_positions() if strict else {}), **(switches or {})},
        )
        self._begin(Lab(settings, self.clock), "east")

    def _begin(self, lab: Lab, at: str) -> None:
        self.lab = lab
        self.at = at
        self.release_known = True
        self.release: Release = parse_release(lab.release.version)
        self.log: list[tuple[str, str, int | None]] = []
        self.sent: list[tuple[str, str, Wire | None, Mapping[str, str] | None]] = []
        self.work: list[tuple[str, str, Wire | None]] = []
        self.reported: list[str] = []
        self.fates: list[str] = []
        self.silent = False
        self.edits: dict[str, Callable[[Wire], Wire | None]] = {}
        self._late: Callable[[], object] | None = None

    def peer(self, name: str) -> LabClient:
        """Return a client of another appliance of the same lab."""
        twin = LabClient.__new__(LabClient)
        twin.clock = self.clock
        twin._begin(self.lab, name)
        return twin

    # What a client is to the collection

    @property
    def now(self) -> datetime:
        """The time on the appliance."""
        return datetime.fromtimestamp(self.clock.present(), tz=UTC)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read one resource.

        Returns:
            Its JSON; `None` when the appliance says that it does not exist.

        Raises:
            ApplianceError: the appliance refuses.
            LostReply: a planned fault took the answer.
        """
        reply = self._exchange("GET", path, None, params)
        self._arrive()
        if reply.status == 404:
            return None
        page = self._understood(reply, "GET", path).body
        return self.edits[path](page) if path in self.edits else page

    def send(self, method: str, path: str, body: Wire | None = None, params: Mapping[str, str] | None = None) -> Reply:
        """Write.

        Raises:
            ApplianceError: the appliance refuses.
            LostReply: the next of the `fates`, or a planned fault, took the request or its answer.
        """
        self.sent.append((method, path, body, params))
        fate = self.fates.pop(0) if self.fates else FINE
        request = f"{method} {path}"
        if fate == BEFORE:
            raise LostReply("lost before", request=request)
        if fate == LATE:
            self._late = lambda: self._carry_out(method, path, body, params)
            raise LostReply("under way", request=request)
        reply = self._carry_out(method, path, body, params)
        if fate == AFTER:
            raise LostReply("lost after", request=request)
        return Reply(reply.status, {}, reply.headers) if self.silent else reply

    def tell(self, text: str) -> None:
        """Nobody listens."""

    def report(self, text: str) -> None:
        """Note what has been done."""
        self.reported.append(text)

    def beside(self, timeout: float | None = None) -> AbstractContextManager[LabClient]:
        """Another thread works with the same one: the lab takes one request after the other."""
        return nullcontext(self)

    @property
    def reads(self) -> list[str]:
        """The paths that were read, in order."""
        return [path for method, path, _status in self.log if method == "GET"]

    def _arrive(self) -> None:
        """Let a write that is under way arrive."""
        if self._late is not None:
            late, self._late = self._late, None
            try:
                late()
            except ApplianceError:
                # Nobody is there any more to hear of it.
                pass

    def _carry_out(self, method: str, path: str, body: Wire | None, params: Mapping[str, str] | None) -> Reply:
        reply = self._understood(self._exchange(method, path, body, params), method, path)
        self.work.append((method, path, body))
        return reply

    def _exchange(self, method: str, path: str, body: Wire | None, params: Mapping[str, str] | None) -> LabReply:
        target = f"{path}?{urlencode(params)}" if params else path
        reply = self._ask(method, target, body)
        self.log.append((method, path, reply.status if reply else None))
        if reply is None:
            raise LostReply("a planned fault took the answer", request=f"{method} {path}")
        return reply

    def _ask(self, method: str, target: str, body: Wire | None) -> LabReply | None:
        text = b"" if body is None else json.dumps(body).encode()
        return self.lab.exchange(self.at, Request(method, target, _HEADERS, text))

    @staticmethod
    def _understood(reply: LabReply, method: str, path: str) -> Reply:
        # As it goes over the wire: what is read is not what the lab holds.
        body = json.loads(json.dumps(reply.body or {}))
        if reply.status >= 300:
            raise from_reply(reply.status, body, f"{method} {path}")
        return Reply(reply.status, body, reply.headers)

    # What there is: neither counted nor hit by the fates

    def do(self, method: str, path: str, body: Wire | None = None) -> Wire:
        """Do as somebody else does; it must succeed.

        Args:
            path: the whole path, with a query perhaps.

        Returns:
            The body of the answer, without its envelope if it is that of one object.
        """
        reply = self._ask(method, path, body)
        assert reply is not None and reply.status < 300, f"{method} {path}: {reply}"
        found: Wire = json.loads(json.dumps(reply.body or {}))
        (inner,) = found.values() if len(found) == 1 else (found,)
        return inner if isinstance(inner, dict) else found

    def look(self, path: str) -> Wire | None:
        """Return the object at a path, without its envelope; `None` when it does not exist."""
        reply = self._ask("GET", path, None)
        return None if reply is not None and reply.status == 404 else self.do("GET", path)

    def add_project(self, name: str, pool: str = "tank", **values: Any) -> Wire:
        """Make a project and return its record."""
        return self.do("POST", f"{ROOT}pools/{pool}/projects", {"name": name, **values})

    def add_lun(self, project: str, name: str, pool: str = "tank", **values: Any) -> Wire:
        """Make a LUN, of 1 MiB unless `volsize` is given, and return its record."""
        path = f"{ROOT}pools/{pool}/projects/{quote(project)}/luns"
        return self.do("POST", path, {"name": name, "volsize": 1 << 20, **values})

    def add_snapshot(self, project: str, lun: str, name: str, clones: int = 0) -> Wire:
        """Take a snapshot of a LUN, with clones of it in project `default`."""
        path = f"{lun_path(project, lun)}/snapshots"
        made = self.do("POST", path, {"name": name})
        for number in range(clones):
            body = {"share": f"{name}-{number}", "project": "default"}
            self.do("PUT", f"{path}/{quote(name)}/clone", body)
        return made

    def add_groups(self) -> None:
        """Make the initiator groups `ig-a`, `ig-b`, `ig-c` and the target groups `tg-a`, `tg-b`, without members."""
        for resource, names in (("initiator-groups", INITIATOR_GROUPS), ("target-groups", TARGET_GROUPS)):
            for name in names:
                self.do("POST", f"{SAN}iscsi/{resource}", {"name": name})

    def add_property(self, name: str, kind: str = "String") -> None:
        """Put a custom property into the schema."""
        self.do("POST", f"{ROOT}schema", {"property": name, "type": kind})

    def lun(self, project: str, name: str) -> Wire | None:
        """Return the record of a LUN of pool `tank`; `None` when it does not exist."""
        return self.look(lun_path(project, name))

    def existing(self, project: str, name: str) -> Wire:
        """Return the record of a LUN of pool `tank`, which must be there."""
        return self.do("GET", lun_path(project, name))

    def luns(self) -> list[str]:
        """Return the LUNs of the appliance as `PROJECT/NAME`."""
        found: list[Wire] = self.do("GET", f"{ROOT}luns")["luns"]
        return [f"{one['project']}/{one['name']}" for one in found]

    def pair(self) -> None:
        """Make both appliances the heads of one cluster; their pools have different names."""
        clustering.form(self.lab, {"appliances": ["east", "west"]})

    # What goes wrong

    def break_service(self, name: str) -> None:
        """Let a service break: it goes into maintenance when it is to run."""
        clustering.break_service(self.lab, {"appliance": self.at, "service": name, "maintenance": True})

    def fault(self, action: Wire, method: str = "", path: str = "", **when: int) -> None:
        """Plan a fault for requests to this appliance, as the lab's control port takes it (tests/lab/README.md).

        Args:
            action: what it does, for example `{"status": 503}` or `{"drop": "after"}`.
            method, path: which requests it hits; `path` is a regular expression.
            when: `nth` and `times`.
        """
        chosen = {name: value for name, value in (("method", method), ("path", path)) if value}
        self.lab.faults.add({"appliance": self.at, **chosen, **when, "action": action})

    def edit(self, path: str, change: Callable[[Wire], Wire | None]) -> None:
        """Let a page be read otherwise than the appliance gives it: for what the lab never says."""
        self.edits[path] = change


def lun_path(project: str, name: str, pool: str = "tank") -> str:
    """Return the path of a LUN."""
    return f"{ROOT}pools/{pool}/projects/{quote(project)}/luns/{quote(name)}"
