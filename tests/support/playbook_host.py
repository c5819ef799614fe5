"""Runs playbooks as `ansible-playbook` does, each in a process of its own that has imported everything already.

Reads lines of JSON, each an order, and answers each with a line: the exit status of the run. All that is done with the
arguments, up to the exit, is Ansible's own. Only what a process imports and looks up before it comes to the playbook,
and each of its workers once more, is done once for all runs.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from ansible import cli
from ansible.cli.playbook import PlaybookCLI
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import (
    action_loader,
    connection_loader,
    filter_loader,
    init_plugin_loader,
    lookup_loader,
    strategy_loader,
    test_loader,
)
from compiled_templates import keep_in

_COLLECTION = "ansible_collections.zfssa.storage.plugins"
_ACTIONS = ("assert", "command", "debug", "fail", "include_tasks", "include_vars", "set_fact", "validate_argument_spec")
# Imported once, for all runs: the client asks for it with the first request.
importlib.import_module("requests")


def prepare(plugins: Path) -> None:
    """Look up, and import, what runs need of Ansible and of the collection whose plugins are in a folder."""
    init_plugin_loader()
    connection_loader.get("ansible.builtin.local", PlayContext())
    strategy_loader.get("linear", class_only=True)
    lookup_loader.get("ansible.builtin.vars", class_only=True)
    for name in _ACTIONS:
        action_loader.get(f"ansible.builtin.{name}", class_only=True)
    # Filters and tests of Ansible's own are all loaded with the first one.
    filter_loader.get("ansible.builtin.bool")
    test_loader.get("ansible.builtin.match")
    for file in sorted((plugins / "filter").glob("[!_]*.py")):
        filter_loader.get(f"zfssa.storage.{file.stem}")
    for file in sorted((plugins / "modules").glob("[!_]*.py")):
        action_loader.get(f"zfssa.storage.{file.stem}", class_only=True)
        importlib.import_module(f"{_COLLECTION}.modules.{file.stem}")
    work_out_templates()
    # A run begins with the loader as it has just been set up.
    cli.init_plugin_loader = _set_up_already


def work_out_templates() -> None:
    """Work out some, of each form that tasks have, so that what Python and Ansible learn on the way is known to all runs."""
    try:
        from ansible.template import Templar, trust_as_template  # noqa: PLC0415
    except ImportError:  # ansible-core before 2.19
        return
    rows = [{"name": "a", "groups": ["b"]}]
    named = trust_as_template("{{ rows | map(attribute='name') | list }}")
    task = {
        "first": trust_as_template("{{ names | first | default('', true) }}"),
        "all": [trust_as_template("{{ rows }}")],
    }
    for _round in range(20):
        templar = Templar(DataLoader(), variables={"rows": rows, "names": named, "many": True})
        templar.template(task)
        templar.template(trust_as_template("{{ names }} of {{ rows[0].groups | join(', ') }}"))
        templar.evaluate_conditional(trust_as_template("many and rows | length == 1 and names[0] is match('a')"))


def _set_up_already(_paths: Any = None) -> None:
    """Take the place of the set-up of the loader, which may happen once in a process."""


def carry_out(order: dict[str, Any]) -> int:
    """Run a playbook and return the exit status; after the seconds of the order all its processes are killed."""
    child = os.fork()
    if not child:
        _finish(order)

    def kill(_number: int, _frame: FrameType | None) -> None:
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, kill)
    signal.alarm(order["seconds"])
    try:
        _child, status = os.waitpid(child, 0)
    finally:
        signal.alarm(0)
    return os.waitstatus_to_exitcode(status)


def _finish(order: dict[str, Any]) -> NoReturn:
    """Be the process of a run, and end."""
    status: Any = 1
    try:
        # What is to be cleared away at the end of this host is no matter of a run.
        atexit._clear()
        os.setsid()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for number, name, mode in ((0, os.devnull, os.O_RDONLY), (1, order["output"], os.O_WRONLY | os.O_APPEND)):
            stream = os.open(name, mode)
            os.dup2(stream, number)
            os.close(stream)
        os.dup2(1, 2)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        sys.argv = ["ansible-playbook", *order["arguments"]]
        PlaybookCLI.cli_executor(sys.argv)
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 0 if status is None else 1)


def main() -> None:
    """Serve orders until there are no more."""
    prepare(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="templates-") as folder:
        keep_in(Path(folder))
        serve()


def serve() -> None:
    """Carry out orders."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # No garbage collection of a run looks through what was there before it, so that its memory stays shared.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(carry_out(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
