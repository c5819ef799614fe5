"""The example of a session that tasks share works as it stands, in check mode as well."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from examples import play_of, text_of, variables
from lab_appliances import is_login

from playbooks import Stage


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
