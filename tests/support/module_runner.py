"""Runs modules against the lab, and checks of every run what must hold of all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documented import documented, undocumented
from examples import PEER
from lab_appliances import ROOT, Lab, Record, is_write

MODULES = sorted(file.stem for file in (ROOT / "plugins/modules").glob("[!_]*.py"))
HOST = Path(__file__).with_name("module_host.py")
# What a module returns beside `changed`, on every path.
RESULTS = {
    "zfssa_image": {"image"},
    "zfssa_image_cache": {"image_cache"},
    "zfssa_info": set(),
    "zfssa_initiator": {"initiator"},
    "zfssa_initiator_group": {"group"},
    "zfssa_lun": {"lun"},
    "zfssa_lun_mapping": {"connection"},
    "zfssa_lun_migration": {"migration"},
    "zfssa_preflight": {"preflight", "passed", "problems", "summary"},
    "zfssa_project": {"project"},
    "zfssa_replication": {"action", "inherited"},
    "zfssa_replication_package": {"package", "action", "project"},
    "zfssa_replication_target": {"target"},
    "zfssa_replication_update": {"action"},
    "zfssa_rest": {"response"},
    "zfssa_san": {"san", "plan", "summary", "plan_id", "results", "unlisted"},
    "zfssa_schema": {"property"},
    "zfssa_service": {"service"},
    "zfssa_session": {"session"},
    "zfssa_snapshot": {"snapshot", "pruned"},
    "zfssa_target": {"target"},
    "zfssa_target_group": {"group"},
}
# What `zfssa_info` gives as input when no subset is asked for.
CONFIGURATION = {
    "schema", "projects", "luns", "snapshots", "initiators", "initiator_groups", "targets", "target_groups",
    "replication_actions",
}  # fmt: skip
# What it gives when all is asked for, no LUN being named.
ALL = set(documented("zfssa_info")) - {"inherited_replication", "config", "queried", "failure"}
WITHOUT_DIFF = (
    "zfssa_image",
    "zfssa_image_cache",
    "zfssa_info",
    "zfssa_lun_migration",
    "zfssa_preflight",
    "zfssa_rest",
    "zfssa_session",
)
# What they do needs a lab with bytes, or LUNs that have been made there: the tests of the image cache have it.
WITH_BYTES = ("zfssa_image", "zfssa_image_cache")
WAYS = ("module", "in-process")
# The methods with which a module writes.
WRITES = {
    "zfssa_image": {"POST", "PUT", "DELETE"},
    "zfssa_image_cache": {"PUT", "DELETE"},
    "zfssa_info": set(),
    "zfssa_initiator": {"POST", "PUT", "DELETE"},
    "zfssa_initiator_group": {"POST", "PUT", "DELETE"},
    "zfssa_lun": {"POST", "PUT", "DELETE"},
    "zfssa_lun_mapping": {"PUT"},
    "zfssa_lun_migration": {"POST", "PUT", "DELETE"},
    "zfssa_preflight": set(),
    "zfssa_project": {"POST", "PUT", "DELETE"},
    "zfssa_replication": {"POST", "PUT", "DELETE"},
    "zfssa_replication_package": {"PUT", "DELETE"},
    "zfssa_replication_target": {"POST", "PUT", "DELETE"},
    "zfssa_replication_update": {"PUT"},
    "zfssa_rest": {"POST", "PUT", "DELETE"},
    "zfssa_san": {"POST", "PUT", "DELETE"},
    "zfssa_schema": {"POST", "PUT", "DELETE"},
    "zfssa_service": {"PUT"},
    "zfssa_session": set(),
    "zfssa_snapshot": {"POST", "PUT", "DELETE"},
    "zfssa_target": {"POST", "PUT", "DELETE"},
    "zfssa_target_group": {"POST", "PUT", "DELETE"},
}
_OF_ANSIBLE = {"invocation"}
# What tells the user, while it lasts, what is waited for.
_WAITING, _DONE, _WARNING = "WAITING: ", "DONE: ", "[WARNING]: "
_ENVIRONMENT = (
    "ZFSSA_HOST", "ZFSSA_PORT", "ZFSSA_USERNAME", "ZFSSA_PASSWORD", "ZFSSA_SESSION",
    "ZFSSA_VALIDATE_CERTS", "ZFSSA_CA_PATH", "ZFSSA_TIMEOUT", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """One run of a module: name, options without those of the connection, mode, where, and whether it is to warn.

    `connection` and `to_peer` change the options of the connections to the appliance and to its peer.
    """

    module: str
    options: Record
    at: str = "east"
    check: bool = False
    diff: bool = False
    verbosity: int = 0
    connection: Record = field(default_factory=dict)
    to_peer: Record = field(default_factory=dict)
    environment: Record = field(default_factory=dict)
    warns: bool = False


@dataclass(frozen=True)
class Run:
    """What became of an order."""

    order: Order
    status: int
    output: str
    errors: str
    requests: list[Record]

    @property
    def result(self) -> Record:
        """What the module returned."""
        return dict(json.loads(self.last_line))

    @property
    def last_line(self) -> str:
        """The result as it was printed; in the controller's process Ansible's own words may stand before it."""
        return self.output.strip().rpartition("\n")[2]

    @property
    def failed(self) -> bool:
        """Whether the module says that it failed."""
        return bool(self.result.get("failed"))

    @property
    def changed(self) -> bool:
        """Whether the module says that it changed something."""
        return bool(self.result["changed"])

    @property
    def msg(self) -> str:
        """The sentence about a failure."""
        return str(self.result.get("msg", ""))

    @property
    def value(self) -> Any:
        """The object under the module's result key."""
        return self.result[self.value_key]

    @property
    def value_key(self) -> str:
        """The module's result key, the first where there are several."""
        keys = RESULTS[self.order.module]
        return min(keys, key=lambda key: (key not in self.order.module, key))

    @property
    def warnings(self) -> list[str]:
        """What the user is warned of; a module that is run by itself says it beside its result."""
        beside = [line.removeprefix(_WARNING) for line in self.errors.splitlines() if line.startswith(_WARNING)]
        return list(self.result.get("warnings", [])) or beside

    @property
    def writes(self) -> list[Record]:
        """The requests of the run that were meant to change something."""
        return [row for row in self.requests if is_write(row)]


class ModuleHost:
    """The process that runs modules."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def carry_out(self, orders: list[Record]) -> list[Record]:
        """Run orders at the same time and return what became of them."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps(orders), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, "the process that runs modules has ended"
        return list(json.loads(line))


@contextmanager
def running_host() -> Iterator[ModuleHost]:
    """Run the process that runs modules; it ends with this context, or with the tests."""
    environment = {key: value for key, value in os.environ.items() if key not in _ENVIRONMENT}
    environment["PYTHONPATH"] = str(ROOT / "build/collections")
    with subprocess.Popen(
        [sys.executable, str(HOST), *MODULES],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield ModuleHost(process)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=30)


class Bench:
    """Runs modules against a lab.

    Attributes:
        lab: the lab.
        sessions: how many sessions are open on purpose.
        way: how modules are run: as such, or in-process, by the action plugin.
        results: what each single run so far has returned, in order.
    """

    def __init__(self, lab: Lab, host: ModuleHost, way: str = "module") -> None:
        self.lab = lab
        self.sessions = 0
        self.way = way
        self.results: list[Record] = []
        self._host = host

    def run(self, module: str, options: Record, at: str = "east", **mode: Any) -> Run:
        """Run a module once and check what must hold of every run."""
        return self.run_all([Order(module, options, at, **mode)])[0]

    def change(self, module: str, options: Record, at: str = "east", **mode: Any) -> Run:
        """Run a module that must succeed."""
        run = self.run(module, options, at, **mode)
        assert not run.failed, run.msg
        return run

    def refuse(self, module: str, options: Record, at: str = "east", **mode: Any) -> Run:
        """Run a module that must fail, and with one sentence."""
        run = self.run(module, options, at, **mode)
        assert run.failed, f"it did not fail: {run.output}"
        assert run.msg.endswith("."), run.msg
        assert "\n" not in run.msg
        return run

    def run_all(self, orders: list[Order]) -> list[Run]:
        """Run modules at the same time; with several, each run has the requests of all."""
        since = self.lab.position()
        answers = self._host.carry_out([self._order(order) for order in orders])
        requests = self.lab.journal(since)
        runs = [
            Run(order, answer["status"], answer["output"], answer["errors"], requests)
            for order, answer in zip(orders, answers, strict=True)
        ]
        for run in runs:
            self._check(run)
        if len(runs) == 1:
            assert {row["method"] for row in runs[0].writes} <= WRITES[runs[0].order.module]
            # How a warning comes to the user is Ansible's affair.
            self.results.append({key: value for key, value in runs[0].result.items() if key != "warnings"})
        return runs

    def _order(self, order: Order) -> Record:
        connection = self.lab[order.at].connection(**order.connection)
        peer = {PEER[order.module]: self.lab.west.connection(**order.to_peer)} if order.module in PEER else {}
        arguments = {
            **connection,
            **peer,
            **order.options,
            "_ansible_check_mode": order.check,
            "_ansible_diff": order.diff,
            "_ansible_verbosity": order.verbosity,
            "_ansible_module_name": f"zfssa.storage.{order.module}",
        }
        return {
            "module": order.module,
            "in_process": self.way == "in-process",
            "arguments": arguments,
            "environment": order.environment,
        }

    def _check(self, run: Run) -> None:
        """Check what must hold of every run, also of one that failed."""
        order = run.order
        shown = run.output + run.errors
        assert run.last_line.startswith("{"), f"no result: {shown}"
        told = (_WAITING, _DONE, _WARNING)
        assert not [line for line in run.errors.splitlines() if not line.startswith(told)], run.errors
        assert bool(run.warnings) == order.warns, run.warnings
        assert not run.result.get("deprecations"), run.result["deprecations"]
        for secret in ("lab-password", "wrong-password"):
            assert secret not in shown, shown
        if order.verbosity < 3:
            assert "Traceback" not in shown, shown
        assert run.status == (1 if run.failed else 0)
        self._check_keys(run)
        if not order.options.get("as_input"):
            assert undocumented(order.module, run.result) == []
        if order.check:
            assert not run.writes, f"check mode wrote: {run.writes}"
        open_now = self.lab.sessions()
        assert open_now == self.sessions, f"{open_now} sessions are open after: {shown}"

    def _check_keys(self, run: Run) -> None:
        order, keys = run.order, set(run.result) - _OF_ANSIBLE
        expected = {"changed"} | RESULTS[order.module]
        if "failure" not in keys and run.failed:
            # Refused by Ansible's own check of the options: there is no result yet.
            assert not run.requests
            return
        if order.verbosity >= 3:
            expected.add("requests")
            keys.discard("exception")
        if run.failed:
            expected |= {"failed", "msg", "failure"}
            facts = {"status", "fault", "message", "request", "steps_done"}
            # Of a document, all that is wrong with it.
            assert set(run.result["failure"]) - {"errors"} == facts
        else:
            if order.diff and order.module not in WITHOUT_DIFF:
                expected.add("diff")
            if order.verbosity >= 1 and order.check and run.changed:
                expected.add("writes")
        keys.discard("warnings")
        if order.module == "zfssa_info":
            subsets = set(order.options.get("gather_subset") or CONFIGURATION)
            keys -= {"queried", "config"} | (ALL if "all" in subsets else subsets)
        assert keys == expected
