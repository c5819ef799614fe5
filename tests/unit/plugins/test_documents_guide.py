"""The guide to documents: its example is one, and its tables name the variables that the playbooks take."""

from __future__ import annotations

import re

import pytest
import yaml
from lab_appliances import ROOT
from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import plan_san
from ansible_collections.zfssa.storage.plugins.plugin_utils._playbook_input import VARIABLES, document

GUIDE = (ROOT / "docs/documents.md").read_text(encoding="utf-8")


def test_example_is_a_document() -> None:
    text = re.findall(r"```yaml\n# east\.yml\n(.*?)```", GUIDE, re.DOTALL)[0]
    example = document(yaml.safe_load(text.replace("{{ chap_secret_db1 }}", "initiator-key-1")))
    assert isinstance(example, dict)
    options = {**example, "state": "present", "purge_limit": "10", "concurrency": 1, "continue_on_error": False}
    appliance = LabClient(pools={"tank": 1 << 50})

    apply(plan_san(appliance, options), appliance)

    assert sorted(appliance.luns()) == ["databases/data-1", "databases/redo-1"]
    assert plan_san(appliance, options).after["plan"] == []


@pytest.mark.parametrize("playbook", VARIABLES)
def test_tables_name_all_variables(playbook: str) -> None:
    told = {name for row in re.findall(r"^\| (`.*?) \|", GUIDE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}

    assert {name for name in told if name.startswith(f"{playbook}_")} == {
        f"{playbook}_{name}" for name in VARIABLES[playbook]
    }
