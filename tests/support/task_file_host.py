"""Looks through task files in a process of its own, where Ansible finds its collections; one folder a line comes in.

As a program it answers each folder with a line of JSON: what is said of its verify.yml, by the role or by the playbook drift.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROLE = ROOT / "roles/migrate_lun"


@contextmanager
def task_files(judge: str = "role") -> Iterator[Callable[[Path], list[str]]]:
    """Start the program; give a function from a folder to what is said of the file in it, without the folder's name.

    Args:
        judge: who says it, `role` or `drift`.
    """
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build/collections")}
    with subprocess.Popen(
        [sys.executable, __file__, judge], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as host:
        asked, answers = host.stdin, host.stdout
        assert asked and answers

        def look(folder: Path) -> list[str]:
            print(json.dumps(str(folder)), file=asked, flush=True)
            said: list[str] = json.loads(answers.readline())
            return [problem.replace(f"{folder}/", "") for problem in said]

        yield look
        asked.close()


def main() -> None:
    """Answer until the input ends."""
    from ansible.parsing.dataloader import DataLoader  # noqa: PLC0415
    from ansible.plugins.loader import init_plugin_loader  # noqa: PLC0415

    init_plugin_loader()
    from ansible_collections.zfssa.storage.plugins.plugin_utils._drift_tasks import refused_tasks  # noqa: PLC0415
    from ansible_collections.zfssa.storage.plugins.plugin_utils._task_files import TaskFiles  # noqa: PLC0415

    for line in sys.stdin:
        folder = json.loads(line)
        loader = DataLoader()
        loader.set_basedir(folder)
        file = f"{folder}/verify.yml"
        by_drift = sys.argv[1:] == ["drift"]
        said = refused_tasks(loader, file, {}) if by_drift else TaskFiles(loader, str(ROLE)).problems(file)
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
