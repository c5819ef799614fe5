"""What the README shows of a document: the file, its plan, and the report of what has drifted since it was carried out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cases import prepare
from lab_appliances import ROOT

from playbooks import Play, Stage

_SECTION = "## A whole appliance in one file"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LUNS = "storage/v1/pools/tank/projects/databases/luns"


def blocks() -> list[str]:
    """Return the blocks of the section, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition(_SECTION)[2].partition("\n## Try it")[0]
    return [body for _language, body in _BLOCK.findall(text)]


def test_document_plan_and_report_are_as_shown(stage: Stage, tmp_path: Path) -> None:
    document, planning, plan, carrying_out, report = blocks()
    stage.lab.reset()
    (tmp_path / "east.yml").write_text(document, encoding="utf-8")

    def run(command: str, **more: Any) -> Play:
        _program, playbook, *words = command.split()
        given = dict(word.split("=") for word in words if word != "-e")
        name = playbook.rpartition(".")[2]
        return stage.run(playbook, {f"{name}_appliance": stage.lab.east.connection(), **given, **more})

    planned = run(planning)
    (shown,) = [task["result"]["msg"] for task in planned.tasks if task["task"] == "Show the plan"]
    *lines, summary, told = shown
    (handed_on,) = [
        task["result"]["ansible_stats"]["data"] for task in planned.tasks if "ansible_stats" in task["result"]
    ]

    plan_id = handed_on["plan_id"]
    assert [*lines, summary.partition(": ")[2], told] == plan.replace("PLAN_ID", plan_id).splitlines()
    apply, drift = carrying_out.replace("PLAN_ID", plan_id).splitlines()
    done = run(apply)
    assert done.status == 0, done.output
    # Somebody else makes a LUN, and one in the place of another.
    made = {"volsize": "8g", "sparse": True, "initiatorgroup": "db-hosts"}
    prepare(
        stage.lab,
        (
            ("DELETE", f"{_LUNS}/redo-1"),
            ("POST", _LUNS, {"name": "redo-1", **made}),
            ("POST", _LUNS, {"name": "test-1", "volsize": "1g"}),
        ),
    )

    found = run(drift)

    assert found.status != 0
    written = (tmp_path / "reports/drift.md").read_text(encoding="utf-8")
    assert written.replace(stage.lab.east.facts["host"], "zs-east.example.com").strip() == report.strip()
