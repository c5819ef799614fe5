"""A small appliance in memory: pools, projects, LUNs and snapshots, and replies that can be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    ConfirmRequired,
    Denied,
    LostReply,
    NotFound,
    ObjectExists,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import NEWEST, Release

Wire = dict[str, Any]

ROOT = "/api/storage/v1/"
SAN = "/api/san/v1/"
MASKED = "com.sun.ms.vss.hg.maskAll"

# Lists for the whole appliance. The types of custom properties are such that no table knows, so that they take all.
_LISTS: dict[str, Wire] = {
    "luns": {"luns": []},
    "actions": {"actions": []},
    "schema": {"properties": [{"property": name, "type": "Any"} for name in ("tag", "owner", "n:1")]},
}

# What becomes of a write, and of the answer to it.
FINE = "carried out and answered"
BEFORE = "lost on its way to the appliance"
AFTER = "carried out, and the answer is lost"
LATE = "carried out only after the next read, and the answer is lost"


@dataclass(frozen=True)
class Answer:
    """The body of an answer."""

    body: Wire


class Book:
    """A reader of fixed answers.

    Args:
        pages: path -> body; what is not among them does not exist. A body may be an exception to raise, or a list of
            bodies for one read after the other, of which the last one stays.
        release: of the appliance.

    Attributes:
        reads: the paths that were read, in order.
        sent: the writes that came, in order.
        answers: what the writes are answered, in order; empty when there is nothing more.
    """

    def __init__(self, pages: Mapping[str, Any], release: Release = NEWEST) -> None:
        self.pages = dict(pages)
        self.release = release
        self.release_known = True
        self.reads: list[str] = []
        self.sent: list[tuple[str, str, Wire | None]] = []
        self.answers: list[Any] = []

    @property
    def now(self) -> datetime:
        """The time here."""
        return datetime.now(tz=UTC)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read a page."""
        self.reads.append(path)
        page = self.pages.get(path)
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        if isinstance(page, Exception):
            raise page
        return page

    def tell(self, text: str) -> None:
        """Nobody listens."""

    def send(
        self,
        method: str,
        path: str,
        body: Wire | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Note a write, and give the next answer."""
        self.sent.append((method, path, body))
        answer: Wire | Exception = self.answers.pop(0) if self.answers else {}
        match answer:
            case Exception() as error:
                raise error
            case body:
                return Answer(body)


class MemoryAppliance:
    """An appliance with one pool, `tank`.

    Attributes:
        work: the writes that it carried out, in order.
        sent: the writes that were sent, whatever became of them.
        groups: path of a list of initiator or target groups -> their names.
        fates: what becomes of the next writes; those after them are fine.
        asks: whether a destruction needs a confirmation.
        silent: whether answers to writes have no body.
    """

    def __init__(self, release: Release = NEWEST) -> None:
        self.release = release
        self.release_known = True
        self.pools: dict[str, Wire] = {"tank": {"name": "tank", "status": "online"}}
        self.projects: dict[tuple[str, str], Wire] = {}
        self.luns: dict[tuple[str, str, str], Wire] = {}
        self.snapshots: dict[tuple[str, str, str], list[Wire]] = {}
        self.work: list[tuple[str, str, Wire | None]] = []
        self.sent: list[tuple[str, str, Wire | None, dict[str, str] | None]] = []
        self.fates: list[str] = []
        self.groups = {
            f"{SAN}iscsi/initiator-groups": ("ig-a", "ig-b", "ig-c"),
            f"{SAN}iscsi/target-groups": ("tg-a", "tg-b"),
        }
        self.asks = False
        self.silent = False
        self._late: Callable[[], object] | None = None
        self._serial = 0

    # Reading

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        """Read as a client does."""
        seen = self._read_groups(path) if path.startswith(SAN) else self._read(path)
        if self._late is not None:
            late, self._late = self._late, None
            try:
                late()
            except ApplianceError:
                # Nobody is there any more to hear of it.
                pass
        return seen

    def _read_groups(self, path: str) -> Wire:
        return {"groups": [{"name": name} for name in self.groups.get(path, ())]}

    def _read(self, path: str) -> Wire | None:  # noqa: PLR0911 - one return for each path
        match _parts(path):
            case [kind] | [_, kind] if kind in _LISTS:
                return {kind: list(self.luns.values())} if kind == "luns" else _LISTS[kind]
            case ["pools"]:
                return {"pools": list(self.pools.values())}
            case ["pools", pool]:
                return _in("pool", self.pools.get(pool))
            case ["pools", pool, "projects"]:
                return _list("projects", (self.projects[key] for key in self.projects if key[0] == pool))
            case ["pools", pool, "projects", project]:
                return _in("project", self.projects.get((pool, project)))
            case ["pools", pool, "projects", project, "luns"]:
                names = [key for key in self.luns if key[:2] == (pool, project)]
                return _list("luns", (self.luns[key] for key in names))
            case ["pools", _, "projects", _, "filesystems"]:
                return {"filesystems": []}
            case ["pools", _, "projects", _, "snapshots"]:
                return {"snapshots": []}
            case ["pools", pool, "projects", project, "luns", lun, "snapshots"]:
                return {"snapshots": self.snapshots.get((pool, project, lun), [])}
            case ["pools", _, "projects", _, "luns", _, "snapshots", _, "dependents"]:
                # The number of clones lags behind their end.
                return {"dependents": []}
            case ["pools", pool, "projects", project, ("luns" | "filesystems"), lun]:
                return _in("lun", self.luns.get((pool, project, lun)))
        raise AssertionError(f"unexpected read of {path}")

    # Writing

    def tell(self, text: str) -> None:
        """Nobody listens."""

    def send(
        self,
        method: str,
        path: str,
        body: Wire | None = None,
        params: dict[str, str] | None = None,
    ) -> Answer:
        """Write as a client does."""
        self.sent.append((method, path, body, params))
        fate = self.fates.pop(0) if self.fates else FINE
        request = f"{method} {path}"
        if fate == BEFORE:
            raise LostReply("lost before", request=request)
        if fate == LATE:
            self._late = lambda: self._carry_out(method, path, body, params)
            raise LostReply("under way", request=request)
        answer = self._carry_out(method, path, body, params)
        if fate == AFTER:
            raise LostReply("lost after", request=request)
        return Answer({} if self.silent else answer)

    def _carry_out(self, method: str, path: str, body: Wire | None, params: dict[str, str] | None) -> Wire:
        answer = self._write(method, _parts(path), body or {}, params or {})
        self.work.append((method, path, body))
        return answer

    def _write(self, method: str, parts: list[str], body: Wire, params: dict[str, str]) -> Wire:
        if method == "DELETE" and self.asks and params.get("confirm") != "true":
            raise ConfirmRequired("confirm it", status=409, fault="ERR_CONFIRM_REQUIRED")
        match method, parts:
            case "POST", ["pools", pool, "projects"]:
                return {"project": self.add_project(pool, **body)}
            case "PUT", ["pools", pool, "projects", project]:
                wire = _existing(self.projects, (pool, project))
                wire.update(body)
                self._move(self.projects, (pool, project), (pool, wire["name"]))
                return {"project": wire}
            case "DELETE", ["pools", pool, "projects", project]:
                _destroy(self.projects, (pool, project))
                return {}
            case "POST", ["pools", pool, "projects", project, "luns"]:
                return {"lun": self.add_lun(pool, project, **body)}
            case "PUT", ["pools", pool, "projects", project, ("luns" | "filesystems") as tree, lun]:
                if tree == "filesystems" or "project" in body:
                    assert (tree == "luns") == self.release.has("move_by_lun_path"), parts
                wire = _existing(self.luns, (pool, project, lun))
                there = (pool, body.get("project", project), body.get("name", lun))
                self._move(self.luns, (pool, project, lun), there)
                self._present(wire, body)
                return {"lun": wire}
            case "DELETE", ["pools", pool, "projects", project, "luns", lun]:
                _destroy(self.luns, (pool, project, lun))
                return {}
        raise AssertionError(f"unexpected {method} of {parts}")

    # What there is

    def add_project(self, pool: str, **values: Any) -> Wire:
        """Make a project, with the appliance's own values where none are given."""
        if (pool, values["name"]) in self.projects:
            raise ObjectExists("taken", status=409, fault="ERR_OBJECT_EXISTS")
        self._serial += 1
        wire = {
            "pool": pool,
            "id": f"project-{self._serial}",
            "compression": "lz4",
            "checksum": "fletcher4",
            "logbias": "latency",
            "recordsize": 131072,
            "default_volblocksize": 8192,
            "default_sparse": False,
            "quota": 0,
            "reservation": 0.0,
            "nodestroy": False,
            "copies": 1,
            "dedup": False,
            "secondarycache": "all",
            **values,
        }
        self.projects[pool, values["name"]] = wire
        return wire

    def add_lun(self, pool: str, project: str, **values: Any) -> Wire:
        """Make a LUN, with the values of its project where none are given."""
        if (pool, project, values["name"]) in self.luns:
            raise ObjectExists("taken", status=409, fault="ERR_OBJECT_EXISTS")
        above = _existing(self.projects, (pool, project))
        inherited = ("compression", "checksum", "copies", "dedup", "logbias", "secondarycache")
        self._serial += 1
        wire = {
            "pool": pool,
            "project": project,
            "id": f"lun-{self._serial}",
            "lunguid": f"600144F0{self._serial:024X}",
            **{name: above[name] for name in inherited},
            "volblocksize": above["default_volblocksize"],
            "sparse": above["default_sparse"],
            "writecache": False,
            "nodestroy": False,
            "status": "online",
            "initiatorgroup": [],
            "assignednumber": [],
            "targetgroup": "default",
            "lunumber": "auto",
        }
        self.luns[pool, project, values["name"]] = wire
        self._present(wire, {"initiatorgroup": "default", **values})
        return wire

    def _present(self, wire: Wire, body: Wire) -> None:
        """Take over values; LU numbers that nobody set stay for a group, else the lowest free one is taken."""
        known = dict(zip(wire["initiatorgroup"], wire["assignednumber"], strict=True))
        if body.get("targetgroup", wire["targetgroup"]) != wire["targetgroup"]:
            known = {}
        wire.update(body)
        groups = wire["initiatorgroup"]
        wire["initiatorgroup"] = [groups] if isinstance(groups, str) else list(groups)
        wire["assignednumber"] = [self._number(group, wire, known) for group in wire["initiatorgroup"]]

    def _number(self, group: str, wire: Wire, known: dict[str, int]) -> int:
        if group == MASKED:
            return -1
        if wire["lunumber"] != "auto":
            return int(wire["lunumber"])
        if group in known:
            return known[group]
        taken = {number for other in self.luns.values() if other is not wire for number in other["assignednumber"]}
        return next(number for number in range(16384) if number not in taken)

    @staticmethod
    def _move(shelf: dict[Any, Wire], here: Any, there: Any) -> None:
        if here == there:
            return
        if there in shelf:
            raise ObjectExists("taken", status=409, fault="ERR_OBJECT_EXISTS")
        shelf[there] = shelf.pop(here)


def _parts(path: str) -> list[str]:
    assert path.startswith(ROOT), path
    return [unquote(part) for part in path.removeprefix(ROOT).split("/")]


def _in(key: str, wire: Wire | None) -> Wire | None:
    return None if wire is None else {key: dict(wire)}


def _list(key: str, wires: Iterable[Wire]) -> Wire:
    return {key: [dict(wire) for wire in wires]}


def _existing(shelf: dict[Any, Wire], key: Any) -> Wire:
    if key not in shelf:
        raise NotFound("not found", status=404, fault="ERR_NOT_FOUND")
    return shelf[key]


def _destroy(shelf: dict[Any, Wire], key: Any) -> None:
    if _existing(shelf, key).get("nodestroy"):
        raise Denied("operation denied", status=403, fault="ERR_DENIED")
    del shelf[key]
