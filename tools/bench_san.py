"""Measure what documents of `zfssa_san` cost, against a script that makes the same calls and against Ansible that does nothing."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools import tree
from tools.contenders import Contender, Goal, environment, in_turn, measure, play
from tools.demo import Lab, running_lab

PROJECTS, GROUPS, INITIATORS = 10, 50, 200
STORAGE, SAN = "/api/storage/v1/pools/tank/projects", "/api/san/v1/iscsi"
# One for each kind that a document may have beside its LUNs, of which each project has its own list.
MOST_LISTS = 7
LOGIN_AND_LOGOUT = 2
# Of a document that makes all it has.
LATENCY_MS, AT_ONCE = 20, 8
# Of a play for many appliances.
LUNS_EACH, FORKS = 10, 16
ROOMY = ("--pool", "tank:1048576G")
# An action that takes the document as the module does, and does nothing with it.
NOTHING = """
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        return {**super().run(tmp, task_vars), "changed": False, "number": len(self._task.args["config"])}
"""
Config = dict[str, list[dict[str, Any]]]


def document(luns: int, size: str = "1G", larger: int = 0) -> Config:
    """The document that is measured: LUNs in projects, each presented to a group of initiators.

    Args:
        luns: how many.
        size: of each.
        larger: how many of them have 2G instead.
    """
    hosts = [f"iqn.2020-01.com.example:host-{number}" for number in range(INITIATORS)]
    each = INITIATORS // GROUPS
    return {
        "initiators": [{"initiator": host, "alias": f"h{number}"} for number, host in enumerate(hosts)],
        "initiator_groups": [
            {"name": f"g{number}", "initiators": hosts[each * number : each * (number + 1)]} for number in range(GROUPS)
        ],
        "projects": [{"pool": "tank", "name": f"p{number}"} for number in range(PROJECTS)],
        "luns": [
            {
                "pool": "tank",
                "project": f"p{number % PROJECTS}",
                "name": f"lun-{number}",
                "size": "2G" if number < larger else size,
                "sparse": True,
                "initiator_groups": [f"g{number % GROUPS}"],
            }
            for number in range(luns)
        ],
    }


def creation(config: Config) -> list[list[tuple[str, str, Any]]]:
    """The calls that make all that a document has, on an appliance that has none of it."""
    return [
        [("POST", f"{SAN}/initiators", item) for item in config["initiators"]],
        [("POST", f"{SAN}/initiator-groups", item) for item in config["initiator_groups"]],
        [("POST", STORAGE, {"name": item["name"]}) for item in config["projects"]],
        [
            (
                "POST",
                f"{STORAGE}/{item['project']}/luns",
                {
                    "name": item["name"],
                    "volsize": item["size"],
                    "sparse": True,
                    "initiatorgroup": item["initiator_groups"][0],
                },
            )
            for item in config["luns"]
        ],
    ]


def script(folder: Path, name: str, calls: Mapping[str, Any], *, threads: int = 1, at_once: int = 1) -> list[str]:
    """Write the calls of the bare script; return the command that makes them.

    Args:
        calls: the lists of calls, by the address of the appliance.
        threads: how many calls an appliance gets at the same time.
        at_once: how many appliances are served at the same time.
    """
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"at_once": at_once, "threads": threads, "appliances": calls}), encoding="utf-8")
    return [sys.executable, "-m", "tools.bare_calls", str(file)]


def prepared(folder: Path) -> Path:
    """Make a folder for playbooks, with the action that does nothing beside them."""
    folder.chmod(0o700)
    (folder / "action_plugins").mkdir()
    (folder / "action_plugins" / "nothing.py").write_text(NOTHING, encoding="utf-8")
    return folder


def run_script(command: list[str], lab: Lab, variables: dict[str, str]) -> None:
    """Run the bare script for what it does."""
    measure(Contender("bare script that makes what is measured", command, changes=True), lab, variables)


def calls_of(lab: Lab, since: int) -> list[list[tuple[str, str, None]]]:
    """What was read since a row of the journal, as calls of the bare script."""
    rows = lab.control(f"/journal?since={since}")
    return [[("GET", row["path"], None) for row in rows if row["method"] == "GET"]]


def newest(lab: Lab) -> int:
    """The number of the last row of the journal."""
    return max((row["n"] for row in lab.control("/journal")), default=0)


def no_op(rounds: int, luns: int) -> tuple[list[Contender], list[Goal]]:
    """Measure a document that is as the appliance has it, and one of which each hundredth LUN is to be larger."""
    config = document(luns)
    with running_lab(*ROOMY) as lab, tempfile.TemporaryDirectory() as home:
        folder, variables = prepared(Path(home)), environment(Path(home), lab)
        url = lab.ready["appliances"]["east"]["url"]
        run_script(script(folder, "creation", {url: creation(config)}, threads=AT_ONCE), lab, variables)
        number = f"{luns} LUNs: "
        san = Contender(
            "no-op of zfssa_san", play(folder, "san", [{"zfssa.storage.zfssa_san": {"config": config}}]), number
        )
        nothing = Contender(
            "action that does nothing", play(folder, "nothing", [{"nothing": {"config": config}}]), number
        )
        since = newest(lab)
        measure(san, lab, variables)
        bare = Contender("bare script, same calls", script(folder, "reads", {url: calls_of(lab, since)}), number)
        contenders = [san, nothing, bare]
        san.forget()
        in_turn(contenders, lab, variables, rounds)
        larger = luns // 100
        changed = {"zfssa.storage.zfssa_san": {"config": document(luns, larger=larger)}}
        some = Contender(f"{larger} LUNs made larger", play(folder, "some", [changed]), number, changes=True)
        measure(some, lab, variables)
    least = nothing.median + bare.median
    goals = [
        Goal(f"requests of {number}{san.name}", san.requests, LOGIN_AND_LOGOUT + PROJECTS + MOST_LISTS),
        Goal(f"requests of {number}{some.name}, without those of the no-op", some.requests - san.requests, larger),
        Goal(f"{number}{san.name} / {nothing.name} + {bare.name}, wholes", san.median / least, 1.3),
    ]
    return [*contenders, some], goals


def making(rounds: int, luns: int) -> tuple[list[Contender], list[Goal]]:
    """Measure a document of which an appliance that takes its time has nothing."""
    config = document(luns)
    latency = ("--read-latency-ms", str(LATENCY_MS), "--write-latency-ms", str(LATENCY_MS))
    with running_lab(*ROOMY, *latency) as lab, tempfile.TemporaryDirectory() as home:
        folder, variables = prepared(Path(home)), environment(Path(home), lab)
        url = lab.ready["appliances"]["east"]["url"]
        number = f"{luns} LUNs, {LATENCY_MS} ms: "
        task = {"zfssa.storage.zfssa_san": {"config": config, "concurrency": AT_ONCE}}
        san = Contender(f"made by zfssa_san, {AT_ONCE} at once", play(folder, "san", [task]), number, changes=True)
        nothing = Contender(
            "action that does nothing", play(folder, "nothing", [{"nothing": {"config": config}}]), number
        )
        calls = script(folder, "creation", {url: creation(config)}, threads=AT_ONCE)
        bare = Contender(f"made by the bare script, {AT_ONCE} threads", calls, number, changes=True)
        contenders = [san, nothing, bare]
        for _round in range(rounds):
            for one in contenders:
                lab.control("/reset", method="POST")
                in_turn([one], lab, variables, 1)
    ratio = max(san.median - nothing.median, 0.0) / bare.median
    return contenders, [Goal(f"{number}{san.name}, without Ansible / {bare.name}", ratio, 1.5)]


def many_hosts(rounds: int, hosts: int) -> tuple[list[Contender], list[Goal]]:
    """Measure one play for many appliances, each of which is as its document says."""
    names = ["east", *(f"appliance-{number}" for number in range(1, hosts))]
    config = {
        "luns": [{"pool": "tank", "project": "default", "name": f"lun-{n}", "size": "1G"} for n in range(LUNS_EACH)]
    }
    made = [[("POST", f"{STORAGE}/default/luns", {"name": lun["name"], "volsize": "1G"}) for lun in config["luns"]]]
    with running_lab(appliances=names) as lab, tempfile.TemporaryDirectory() as home:
        folder, variables = prepared(Path(home)), environment(Path(home), lab)
        appliances = {name: lab.ready["appliances"][name] for name in names}
        urls = [one["url"] for one in appliances.values()]
        run_script(script(folder, "creation", dict.fromkeys(urls, made), at_once=FORKS), lab, variables)
        inventory = folder / "hosts.json"
        ports = {name: {"appliance_port": one["port"]} for name, one in appliances.items()}
        ours = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory.write_text(json.dumps({"all": {"hosts": ports, "vars": ours}}), encoding="utf-8")
        task = {"zfssa.storage.zfssa_san": {"port": "{{ appliance_port }}", "config": config}}
        command = [*play(folder, "hosts", [task], "all"), "-i", str(inventory), "-f", str(FORKS)]
        number = f"{hosts} appliances, {LUNS_EACH} LUNs each: "
        san = Contender(f"no-op of zfssa_san, {FORKS} forks", command, number)
        since = newest(lab)
        measure(san, lab, variables)
        reads = calls_of(lab, since)
        each = [list(dict.fromkeys(map(tuple, reads[0])))]
        calls = script(folder, "reads", dict.fromkeys(urls, each), at_once=FORKS)
        bare = Contender(f"bare script, {FORKS} threads", calls, number)
        san.forget()
        in_turn([san, bare], lab, variables, rounds)
    return [san, bare], [Goal(f"{number}{san.name} / {bare.name}, wholes", san.median / bare.median, 5)]


def rows_of(contenders: Sequence[Contender]) -> list[str]:
    """The rows of contenders in the report."""
    return [
        f"| {one.number}{one.name} | {one.median:.2f} | {min(one.seconds):.2f} to {max(one.seconds):.2f} "
        f"| {one.median_busy:.2f} | {one.peak:.0f} | {one.requests} | {one.connections} |"
        for one in contenders
    ]


def bench_san(rounds: int, sizes: Sequence[int], hosts: int) -> str:
    """Measure all that documents cost, and return the tables.

    Args:
        rounds: how often each contender has its turn.
        sizes: how many LUNs documents have that are as the appliance has them.
        hosts: how many appliances a play is for.
    """
    load = os.getloadavg()[0]
    found = [no_op(rounds, luns) for luns in sizes]
    found.append(making(max(rounds // 2, 1), min(max(sizes), 1000)))
    found.append(many_hosts(rounds, hosts))
    lines = [
        f"Documents with {PROJECTS} projects, {GROUPS} groups, {INITIATORS} initiators, {rounds} rounds in turn; "
        f"{os.cpu_count()} processors, load {load:.1f}; {tree.leg()}.",
        "",
        "| what | median s | least to most | processors s | peak MiB | requests | connections |",
        "|---|---|---|---|---|---|---|",
        *(row for contenders, _goals in found for row in rows_of(contenders)),
        "",
        "| ratio or number | is | goal | |",
        "|---|---|---|---|",
        *(str(goal) for _contenders, goals in found for goal in goals),
    ]
    return "\n".join(lines)
