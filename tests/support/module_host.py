"""Runs modules of the collection, each in a process of its own that has imported everything already.

Reads lines of JSON, each a list of orders, and answers each with a line: the list of what became of them. The modules get
their arguments as Ansible gives them, and everything from the argument specification to the exit is Ansible's own. An
order can ask for the way through the action plugin instead; then the result is printed as a module would.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
import tempfile
import traceback
from typing import IO, Any, NoReturn

from ansible.module_utils import basic
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import action_loader, connection_loader, init_plugin_loader
from ansible.template import Templar
from ansible.utils.display import Display

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any] | None = None) -> Any:
        """Hand the arguments to the next module."""
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()
        yield


# Imported once, for all runs.
importlib.import_module("requests")

_COLLECTION = "ansible_collections.zfssa.storage.plugins"
_MODULES = f"{_COLLECTION}.modules"


def run(order: dict[str, Any]) -> None:
    """Run the module of an order in this process."""
    # How long the client pauses before it repeats a request is a matter of its own tests.
    importlib.import_module(f"{_COLLECTION}.module_utils.client._repeats").FIRST_PAUSE = 0.01
    if order["in_process"]:
        sys.exit(run_action(order))
    module = importlib.import_module(f"{_MODULES}.{order['module']}")
    os.environ.update(order.get("environment") or {})
    with patch_module_args(order["arguments"]):
        module.main()


def run_action(order: dict[str, Any]) -> int:
    """Run the module of an order by its action plugin, as a worker of Ansible does; return the exit status."""
    os.environ.update(order.get("environment") or {})
    arguments = order["arguments"]
    mode = {key: arguments.pop(key) for key in list(arguments) if key.startswith("_ansible_")}
    task = Task()
    task.action = mode["_ansible_module_name"]
    task.args = arguments
    task.check_mode, task.diff = mode["_ansible_check_mode"], mode["_ansible_diff"]
    Display().verbosity = mode["_ansible_verbosity"]
    context = PlayContext()
    connection = connection_loader.get("ansible.builtin.local", context)
    templar = Templar(loader=DataLoader(), variables={})
    action = action_loader.get(
        "zfssa.storage.zfssa_rest",
        task=task,
        connection=connection,
        play_context=context,
        loader=DataLoader(),
        templar=templar,
        shared_loader_obj=None,
    )
    try:
        result = action.run(task_vars={})
    finally:
        # What the executor does at the end of a task.
        action.cleanup()
        connection.close()
    print(json.dumps(result))
    return 1 if result.get("failed") else 0


def start(order: dict[str, Any], output: IO[bytes], errors: IO[bytes]) -> int:
    """Start a process for an order and return its id."""
    child = os.fork()
    if child:
        return child
    for number, stream in ((1, output), (2, errors)):
        os.dup2(stream.fileno(), number)
    _finish(order)


def _finish(order: dict[str, Any]) -> NoReturn:
    status = 1
    try:
        run(order)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def carry_out(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run all orders at the same time."""
    with contextlib.ExitStack() as stack:
        runs = []
        for order in orders:
            output = stack.enter_context(tempfile.TemporaryFile())
            errors = stack.enter_context(tempfile.TemporaryFile())
            runs.append((start(order, output, errors), output, errors))
        return [_outcome(*one) for one in runs]


def _outcome(child: int, output: IO[bytes], errors: IO[bytes]) -> dict[str, Any]:
    _child, status = os.waitpid(child, 0)
    texts = []
    for stream in (output, errors):
        stream.seek(0)
        texts.append(stream.read().decode(errors="replace"))
    return {
        "status": os.waitstatus_to_exitcode(status),
        "output": texts[0],
        "errors": texts[1],
    }


def main() -> None:
    """Serve orders until there are no more."""
    init_plugin_loader()
    # What Ansible loads with the first task, such as the metadata of its own collection, once for all runs.
    connection_loader.get("ansible.builtin.local", PlayContext())
    action_loader.get("zfssa.storage.zfssa_rest", class_only=True)
    with patch_module_args({}):
        pass
    for name in sys.argv[1:]:
        importlib.import_module(f"{_MODULES}.{name}")
    # A collection in a run would touch, and so copy, all the memory that it shares with this process.
    gc.collect()
    gc.freeze()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(carry_out(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
