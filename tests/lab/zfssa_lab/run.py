"""One command with a lab around it: ``zfssa-lab run -- ansible-playbook site.yml``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any

NOT_FOUND = 127
NOT_EXECUTABLE = 126


def surroundings(ready: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables that lead a command to the lab.

    The collection's own variables name the first appliance; ``ZFSSA_LAB`` is the whole ready line, for a command that
    needs the others, too.
    """
    first = next(iter(ready["appliances"].values()))
    return {
        "ZFSSA_HOST": first["host"],
        "ZFSSA_PORT": str(first["port"]),
        "ZFSSA_USERNAME": first["username"],
        "ZFSSA_PASSWORD": first["password"],
        "ZFSSA_CA_PATH": ready["ca_file"],
        "ZFSSA_LAB": json.dumps(ready),
    }


def run(command: list[str], ready: Mapping[str, Any]) -> int:
    """Run ``command`` to its end and return its status, as a shell does: 128 + N when signal N killed it.

    Signals to this process go on to the command, so that the lab outlives it and is ended by its caller.
    """
    environment = {**os.environ, **surroundings(ready)}
    # A session in the environment belongs to another appliance.
    environment.pop("ZFSSA_SESSION", None)
    children: list[subprocess.Popen[bytes]] = []

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if not children:
            sys.exit(128 + number)
        # From the keyboard the command, in the same process group, gets the interrupt by itself.
        if number != signal.SIGINT or not os.isatty(0):
            children[0].send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hand_on)
    # The command inherits what is blocked, so this comes before it.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    try:
        children.append(subprocess.Popen(command, env=environment))
    except FileNotFoundError:
        print(f"zfssa-lab: there is no command {command[0]!r}.", file=sys.stderr)
        return NOT_FOUND
    except OSError as error:
        print(f"zfssa-lab: cannot run {command[0]!r}: {error.strerror}.", file=sys.stderr)
        return NOT_EXECUTABLE
    status = children[0].wait()
    return 128 - status if status < 0 else status
