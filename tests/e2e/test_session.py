"""Sessions that tasks share: the example works as it stands, in check mode as well, and none outlives its run."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
import yaml
from examples import play_of, text_of, variables
from lab_appliances import is_login

from playbooks import Stage

pytestmark = pytest.mark.command


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["real", "check"])
def test_example_of_a_session(arguments: tuple[str, ...], stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    place = {"zs-east.example.com": lab.east.facts["host"], "ansible": lab.east.facts["username"]}
    text = text_of("zfssa_session", "EXAMPLES")
    for name, meant in place.items():
        text = text.replace(f": {name}\n", f": {meant}\n")
    file = tmp_path / "session.yml"
    file.write_text(
        yaml.safe_dump([{**play_of("zfssa_session", lab), "tasks": yaml.safe_load(text)}]), encoding="utf-8"
    )

    done = stage.run(str(file), variables(lab), *arguments)

    assert done.status == 0, done.output
    assert done.changed == 0
    # One session in either mode: in check mode it is that of the task between.
    assert [row["method"] for row in done.requests if is_login(row)] == ["POST", "DELETE"]


@pytest.mark.essential
@pytest.mark.python
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_play_ends_the_session_that_its_tasks_share(
    number: signal.Signals, stage: Stage, tmp_path: Path
) -> None:
    lab = stage.lab
    # A worker that Ansible kills while it reports that its task begins leaves the queue locked, and the run hangs.
    begun = tmp_path / "begun"
    waiting = {"ansible.builtin.shell": f"touch {begun}; sleep 10"}
    tasks = [{"zfssa.storage.zfssa_session": lab.east.connection()}, waiting]

    def reached() -> bool:
        return lab.sessions() == 1 and begun.exists()

    stage.interrupt_when(reached, number, written(tmp_path, tasks))

    assert [row["method"] for row in lab.journal(0) if is_login(row)] == ["POST", "DELETE"]


@pytest.mark.essential
def test_session_of_a_play_that_ends_early_ends_with_it(stage: Stage, tmp_path: Path) -> None:
    lab = stage.lab
    session = {"zfssa.storage.zfssa_session": lab.east.connection(), "register": "login"}
    end = {"zfssa.storage.zfssa_session": {"state": "absent", "session": "{{ login.session.token }}"}}
    inside = {"block": [session, {"ansible.builtin.meta": "end_play"}], "always": [end]}

    done = stage.run(written(tmp_path, [inside]), {})

    assert done.status == 0, done.output
    assert [row["method"] for row in done.requests] == ["POST", "DELETE"]


def written(folder: Path, tasks: list[dict[str, Any]]) -> str:
    """Write a play, and return its path."""
    file = folder / "play.yml"
    file.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    return str(file)
