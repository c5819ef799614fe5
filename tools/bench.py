"""Measure what a task costs, against plain HTTP and against Ansible's own modules, and print it as a table.

All contenders take turns in one run, so that whatever else the machine does hits all of them. Seconds are those of this
machine; the ratios carry over. A missed goal is told, and is no failure: a busy machine may miss one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests

from tools import tree
from tools.bench_san import bench_san
from tools.contenders import Contender, Goal, environment, in_turn, measure, play
from tools.demo import DemoError, Lab, running_lab

PLACE = {"pool": "tank", "project": "default"}
LUNS = "api/storage/v1/pools/tank/projects/default/luns"
# The names of the contenders; the goals refer to them.
LOOP, URI, BARE, EMPTY = "loop of zfssa_lun", "loop of ansible.builtin.uri", "bare requests script", "empty play"
MANY, NOTHING, BARE_MANY = "long loop of zfssa_lun", "long loop of set_fact", "bare requests script, long"
TASKS, TOKEN, PING = "tasks of zfssa_lun", "tasks of zfssa_lun with a session token", "tasks of ansible.builtin.ping"


def contenders(folder: Path, lab: Lab, many: list[str], luns: int, count: int, token: str) -> list[Contender]:
    """Make all contenders.

    Args:
        folder: gets their playbooks.
        lab: has the LUNs.
        many: the names of all LUNs.
        luns: how many of them the short loops go over.
        count: how many single tasks a play has.
        token: of a session that stays open.
    """
    names = many[:luns]
    east = lab.ready["appliances"]["east"]
    look: dict[str, Any] = {"zfssa.storage.zfssa_lun": {**PLACE, "name": names[0], "size": "1G"}}
    with_token = {"zfssa.storage.zfssa_lun": {**look["zfssa.storage.zfssa_lun"], "session": token}}
    loop = {"zfssa.storage.zfssa_lun": {**PLACE, "name": "{{ item }}", "size": "1G"}, "loop": names}
    uri = {
        "ansible.builtin.uri": {
            "url": f"{east['url']}/{LUNS}/{{{{ item }}}}",
            "url_username": east["username"],
            "url_password": east["password"],
            "force_basic_auth": True,
            "ca_path": lab.ready["ca_file"],
        },
        "loop": names,
    }
    short, single = f"{luns} x ", f"{count} "
    return [
        Contender(EMPTY, play(folder, EMPTY, [])),
        *long_loops(folder, many),
        Contender(BARE, [sys.executable, "-m", "tools.bare_client", *names], short),
        Contender(LOOP, play(folder, LOOP, [loop]), short),
        Contender(TASKS, play(folder, TASKS, [look] * count), single),
        Contender(TOKEN, play(folder, TOKEN, [with_token] * count), single),
        Contender(PING, play(folder, PING, [{"ansible.builtin.ping": {}}] * count), single),
        Contender(URI, play(folder, URI, [uri]), short),
    ]


def long_loops(folder: Path, names: list[str]) -> list[Contender]:
    """Make the long loop, and what together does the least that it must: a loop of as many options, and the requests."""
    # Written as a list, the names would go from the worker to its parent with the result of each item, which costs more
    # than all else that Ansible does for one.
    over = {"loop": f"{{{{ range({len(names)}) | list }}}}"}
    options = {**PLACE, "name": "lun-{{ item }}", "size": "1G"}
    # Ansible warns of a fact that is called `name`.
    facts = {f"wanted_{option}": value for option, value in options.items()}
    number = f"{len(names)} x "
    return [
        Contender(NOTHING, play(folder, NOTHING, [{"ansible.builtin.set_fact": facts, **over}]), number),
        Contender(BARE_MANY, [sys.executable, "-m", "tools.bare_client", *names], number),
        Contender(MANY, play(folder, MANY, [{"zfssa.storage.zfssa_lun": options, **over}]), number),
    ]


def report(all_of_them: list[Contender], luns: int, count: int) -> str:
    """Return the tables."""
    by_name = {one.name: one for one in all_of_them}
    empty = by_name[EMPTY].median

    def net(name: str) -> float:
        return max(by_name[name].median - empty, 0.0)

    lines = [
        f"{luns} LUNs, {count} single tasks, {len(by_name[EMPTY].seconds)} rounds in turn; "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {tree.leg()}.",
        "",
        "| what | median s | least to most | without the empty play s | processors s | requests | connections |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in all_of_them:
        own = "-" if one.name in (EMPTY, BARE, BARE_MANY) else f"{net(one.name):.2f}"
        spread = f"{min(one.seconds):.2f} to {max(one.seconds):.2f}"
        lines.append(
            f"| {one.number}{one.name} | {one.median:.2f} | {spread} | {own} | {one.median_busy:.2f} "
            f"| {one.requests} | {one.connections} |"
        )
    whole = by_name[LOOP].median
    least = by_name[NOTHING].median + by_name[BARE_MANY].median
    goals = [
        Goal(f"{MANY} / {NOTHING} + {BARE_MANY}, wholes", by_name[MANY].median / least, 1.25),
        Goal(f"{LOOP} / {BARE}, whole play / whole script", whole / by_name[BARE].median, 6),
        Goal(f"{URI} / {LOOP}, whole plays", by_name[URI].median / whole, 15, at_least=True),
        Goal(f"one of the {TASKS} / one of the {PING}, without the empty play", net(TASKS) / net(PING), 1),
        Goal(f"one of the {TOKEN} / the same", net(TOKEN) / net(PING), 1),
    ]
    lines += ["", "| ratio | is | goal | |", "|---|---|---|---|", *map(str, goals)]
    lines += [
        "",
        f"Without the empty play: {LOOP} {net(LOOP) / by_name[BARE].median:.2f} times the bare script, "
        f"{URI} {net(URI) / net(LOOP):.1f} times the {LOOP}; a no-op costs {1000 * net(TASKS) / count:.0f} ms as a task, "
        f"{1000 * net(TOKEN) / count:.0f} ms with a token, {1000 * net(LOOP) / luns:.1f} ms as an item of a loop, "
        f"a ping {1000 * net(PING) / count:.0f} ms.",
    ]
    return "\n".join(lines)


def make_luns(lab: Lab, names: list[str]) -> str:
    """Make the LUNs, and a session that stays open; return its token."""
    east = lab.ready["appliances"]["east"]
    with requests.Session() as http:
        http.verify, http.trust_env = lab.ready["ca_file"], False
        http.auth = (east["username"], east["password"])
        for name in names:
            body = {"name": name, "volsize": "1g", "sparse": True}
            http.post(f"{east['url']}/{LUNS}", json=body, timeout=60).raise_for_status()
        return str(http.post(f"{east['url']}/api/access/v1", timeout=60).headers["X-Auth-Session"])


def bench(rounds: int, many: int, luns: int, count: int) -> str:
    """Run all contenders in turn and return the tables."""
    names = [f"lun-{number}" for number in range(max(many, luns))]
    with running_lab() as lab, tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        folder.chmod(0o700)
        all_of_them = contenders(folder, lab, names, luns, count, make_luns(lab, names))
        variables = environment(folder, lab)
        # What is read and compiled for the first time is nobody's cost.
        for one in all_of_them[:-1]:
            measure(one, lab, variables)
            one.forget()
        in_turn(all_of_them, lab, variables, rounds)
        return report(all_of_them, luns, count)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="make bench", description="What tasks cost, as a Markdown table.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender has its turn")
    parser.add_argument("--many", type=int, default=1000, help="how many LUNs the long loops go over")
    parser.add_argument("--luns", type=int, default=100, help="how many LUNs the loops go over")
    parser.add_argument("--tasks", type=int, default=10, help="how many single tasks a play has")
    parser.add_argument("--only", choices=["tasks", "san"], help="measure only tasks in loops, or only documents")
    sizes, hosts = "how many LUNs the documents have", "how many appliances one play is for"
    parser.add_argument("--san-sizes", type=int, nargs="+", default=[100, 1000], metavar="LUNS", help=sizes)
    parser.add_argument("--san-hosts", type=int, default=50, metavar="HOSTS", help=hosts)
    options = parser.parse_args()
    try:
        if options.only != "san":
            print(bench(options.rounds, options.many, options.luns, options.tasks))
        if options.only != "tasks":
            print(bench_san(options.rounds, options.san_sizes, options.san_hosts))
    except (DemoError, OSError, subprocess.SubprocessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
