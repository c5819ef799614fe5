"""Run the lab appliances in the foreground, and say in plain words how to reach them.

Arguments go to ``zfssa-lab serve``.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools import tree

LAB = tree.ROOT / "tests/lab/zfssa-lab"


def instructions(ready: dict[str, Any]) -> str:
    """Return the text for the line that the lab prints when it is ready."""
    lines = ["", "The lab is running. Stop it with Ctrl-C.", ""]
    for name, appliance in ready["appliances"].items():
        lines += [
            f"  {name}: {appliance['url']}  (release {appliance['release']})",
            f"    user {appliance['username']}, password {appliance['password']}",
        ]
    first = next(iter(ready["appliances"].values()))
    lines += [
        f"  control: {ready['control']}  (try {ready['control']}/journal and {ready['control']}/state)",
        "",
        "To use the first one from another terminal, in the root of the repository:",
        "",
        f"  export ZFSSA_HOST={first['host']} ZFSSA_PORT={first['port']}",
        f"  export ZFSSA_USERNAME={first['username']} ZFSSA_PASSWORD={first['password']}",
        f"  export ZFSSA_CA_PATH={ready['ca_file']}",
        f"  export ANSIBLE_COLLECTIONS_PATH={tree.link()}",
        f"  {Path(sys.executable).parent / 'ansible'} localhost -m zfssa.storage.zfssa_info",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Start the lab, print the instructions, and wait for its end."""
    command = [str(LAB), "serve", *sys.argv[1:]]
    with subprocess.Popen(command, env=tree.environment(), stdout=subprocess.PIPE, text=True) as process:
        # Ctrl-C reaches the lab as well, which ends by itself; a SIGTERM must be passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_args: process.terminate())
        for line in process.stdout or ():
            try:
                ready = json.loads(line)
                text = instructions(ready) if ready.get("ready") else line
            except (ValueError, AttributeError):
                text = line
            print(text, end="" if text is line else "\n", flush=True)
    return max(process.returncode, 0)


if __name__ == "__main__":
    sys.exit(main())
