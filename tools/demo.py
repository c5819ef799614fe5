"""Show the main job on two lab appliances: a LUN is provisioned, migrated, and kept safe when a step fails.

Everything is checked as it goes; the last line is ``DEMO OK: ...`` only when all of it is as it should be.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools import tree

LAB = tree.ROOT / "tests/lab/zfssa-lab"
GIB = 1024**3
REDO_1, REDO_2 = "tank/databases/redo-1", "tank/databases/redo-2"
# What a LUN must have on the target as it had it on the source.
SAME = ("volsize", "volblocksize", "sparse", "compression", "status", "initiatorgroup", "targetgroup", "space_data")


class DemoError(Exception):
    """Something is not as the demo promises."""


class Lab:
    """Two lab appliances and their control port.

    Args:
        ready: what the lab printed when it was ready.
    """

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready

    def control(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        """Make one call to the control port and return its JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310
            self.ready["control"] + path,
            data=data,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read() or b"{}")

    def connection(self, name: str) -> dict[str, Any]:
        """Return the options of a module that reach an appliance."""
        appliance = self.ready["appliances"][name]
        return {
            **{key: appliance[key] for key in ("host", "port", "username", "password")},
            "ca_path": self.ready["ca_file"],
        }

    def state(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """Return the whole model of an appliance."""
        return dict(self.control("/state")["appliances"][name])

    def luns(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the LUNs of an appliance by pool/project/name."""
        return {f"{lun['pool']}/{lun['project']}/{lun['name']}": lun for lun in self.state(name)["luns"]}


@contextlib.contextmanager
def running_lab(*options: str, appliances: Iterable[str] = ("east", "west")) -> Iterator[Lab]:
    """Run a lab on free ports.

    Args:
        options: further ones of the command.
        appliances: their names.
    """
    command = [
        str(LAB), "serve", *(word for name in appliances for word in ("--appliance", f"{name}=127.0.0.1:0")),
        "--control", "127.0.0.1:0", "--bandwidth", str(4 * GIB), *options,
    ]  # fmt: skip
    environment = {**tree.environment(), "ZFSSA_LAB_PYTHON": sys.executable}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise DemoError("the lab did not start")
            yield Lab(json.loads(line))
        finally:
            process.terminate()
            process.wait(timeout=20)


def say(text: str) -> None:
    """Print a heading of the story."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n## {text}", flush=True)


def expect(truth: bool, promise: str) -> None:
    """Print a promise that holds, or stop."""
    if not truth:
        raise DemoError(f"this does not hold: {promise}")
    print(f"   checked: {promise}", flush=True)


def play(playbook: str, variables: dict[str, Any], folder: Path) -> tuple[int, str]:
    """Run a playbook of the collection, show what it does, and return its exit status and output."""
    given = folder / "variables.json"
    given.write_text(json.dumps(variables), encoding="utf-8")
    given.chmod(0o600)
    environment = {
        **tree.environment(),
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
    }
    command = [str(Path(sys.executable).parent / "ansible-playbook"), playbook, "-e", f"@{given}"]
    print(f"   $ ansible-playbook {playbook} -e @variables.json", flush=True)
    output, task = [], ""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if line.startswith("TASK ["):
                task = line[len("TASK [") :].split("]")[0].split(" : ")[-1]
            elif shown := short(line, task):
                print(textwrap.fill(shown, 116, initial_indent="     ", subsequent_indent="       "), flush=True)
    return process.returncode, "".join(output)


def short(line: str, task: str) -> str:
    """Return what a person wants to see of a line of ansible-playbook's output: changes, failures, the recap."""
    if line.startswith("changed:"):
        item = line.partition("(item=")[2].rstrip().rstrip(")")
        return f"changed: {task}" + (f" ({item})" if item else "")
    if line.startswith("fatal:") and "=> {" in line:
        message = str(json.loads(line.partition("=> ")[2]).get("msg", ""))
        return f"failed:  {task}: {message}"
    return line.strip() if "failed=" in line and "changed=" in line else ""


def changed(output: str) -> int:
    """Return how many tasks a play changed something with, from its recap."""
    recap = next((line for line in output.splitlines() if "changed=" in line), "changed=-1")
    return int(recap.split("changed=")[1].split()[0])


def nothing_left(lab: Lab, *projects: str) -> bool:
    """Tell whether neither appliance keeps anything that only a migration needs."""
    known = {"default", *projects}
    return all(
        not state["actions"]
        and not state["packages"]
        and not state["sessions"]
        and {project["name"] for project in state["projects"]} <= known
        for state in (lab.state("east"), lab.state("west"))
    )


def tell(lab: Lab, folder: Path) -> str:
    """Tell the story, checking every promise, and return its summary."""
    variables: dict[str, Any] = {
        "migrate_lun_source": lab.connection("east"),
        "migrate_lun_target": lab.connection("west"),
        "migrate_lun_pool": "tank",
        "migrate_lun_project": "databases",
        "migrate_lun_luns": ["redo-1", "redo-2"],
        "migrate_lun_target_pool": "tank",
        "migrate_lun_poll_interval": 1,
    }

    say("1. Two appliances, east and west, with nothing on them; two LUNs are provisioned on east.")
    status, _output = play("zfssa.storage.demo", variables, folder)
    expect(status == 0 and set(lab.luns("east")) == {REDO_1, REDO_2}, "east has the two LUNs")
    for name in ("redo-1", "redo-2"):
        where = {"appliance": "east", "pool": "tank", "project": "databases", "lun": name}
        lab.control("/write", {**where, "bytes": GIB})
    print("     A host writes 1 GiB into each.")
    before = lab.luns("east")

    say("2. The first LUN is migrated to west.")
    variables["migrate_lun_luns"] = ["redo-1"]
    status, _output = play("zfssa.storage.migrate", variables, folder)
    expect(status == 0, "the migration succeeds")
    expect(set(lab.luns("east")) == {REDO_2}, "the LUN is on east no more")
    after = lab.luns("west")
    expect(set(after) == {REDO_1}, "it is on west, once")
    same = all(before[REDO_1][key] == after[REDO_1][key] for key in SAME)
    expect(same, f"with the same {', '.join(SAME)}")
    expect(nothing_left(lab, "databases"), "no action, package, temporary project or session is left anywhere")

    say("3. The same again: nothing is to be done.")
    status, output = play("zfssa.storage.migrate", variables, folder)
    expect(status == 0 and changed(output) == 0, "the second run changes nothing")

    say("4. The second LUN, and its replication will fail half-way.")
    variables["migrate_lun_luns"] = ["redo-2"]
    before = lab.luns("east")
    lab.control("/faults", {"appliance": "east", "action": {"replication": "fail"}})
    status, output = play("zfssa.storage.migrate", variables, folder)
    expect(status != 0 and "failed at the step update" in output, "the migration fails, and names the step")
    expect(lab.luns("east") == before, "east has the LUN exactly as before")
    expect(lab.luns("west") == after, "west has nothing of it")
    expect(nothing_left(lab, "databases"), "no action, package, temporary project or session is left anywhere")
    return "a LUN went from east to west, once and whole; a second run changed nothing; a failed one left no trace"


def main() -> int:
    """Run the demo."""
    try:
        with running_lab() as lab, tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o700)
            summary = tell(lab, Path(folder))
    except (DemoError, OSError, ValueError) as error:
        print(f"\nDEMO FAILED: {error}", file=sys.stderr)
        return 1
    print(f"\nDEMO OK: {summary}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
