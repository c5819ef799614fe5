"""The examples of every module run as they stand, one after the other, do what their prediction said, and return the samples."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from examples import Example, examples_in, play_of, stand_ins, variables
from lab_appliances import running_lab
from module_runner import MODULES, RESULTS, WITH_BYTES
from prediction import differences
from samples import not_given

from playbooks import PlaybookHost, Stage

# Examples that change nothing: they read, or say so.
UNCHANGED = {
    "zfssa_info: Read all that there is",
    "zfssa_info: Find out what the appliance is, and whether it is well",
    "zfssa_info: Read one LUN",
    "zfssa_info: Name the LUNs of all projects that begin with data, with their sizes",
    "zfssa_info: Find out which LUNs of a project can be taken under management, and why the others cannot",
    "zfssa_info: Find out whether a LUN takes part in the replication of its project",
    "zfssa_info: Measure how full pools and projects are, and what is promised of them",
    "zfssa_info: Stop where a pool has promised more than three times what it has",
    "zfssa_info: Read how the appliance is configured",
    "zfssa_lun_mapping: Log in from the host",
    "zfssa_lun_mapping: Show what the new host needs for its log-in",
    "zfssa_lun_migration: Find out what stands in the way of a migration",
    "zfssa_preflight: Look whether new LUNs can be made",
    "zfssa_preflight: Look whether everything is there that a host needs, and go on whatever comes of it",
    "zfssa_preflight: Show what is wrong",
    "zfssa_replication_package: See which packages there are, and what tells one from another",
    "zfssa_replication_update: Send an update unless the last one is younger than a quarter of an hour",
    "zfssa_rest: Read the problems that the appliance knows of",
    "zfssa_rest: Say how many there are",
    "zfssa_san: Plan a larger LUN, and keep the plan for its approval",
    "zfssa_session: Open a session",
    "zfssa_session: Look at the pools",
    "zfssa_session: End the session",
    "zfssa_target: Show the name that hosts need",
}
# The others run where there are bytes.
HERE = [module for module in MODULES if module not in WITH_BYTES]
_KEYS = set().union(*RESULTS.values())


@pytest.mark.essential
@pytest.mark.parametrize("modules", [HERE[part::4] for part in range(4)], ids=range(4))
def test_examples_run_in_order_as_they_stand(modules: list[str], tmp_path: Path, runner: PlaybookHost | None) -> None:
    file = tmp_path / "examples.yml"
    # An address of its own, so that it can be a replication target under another name than its own.
    with running_lab("8.8", tmp_path / "lab", west="127.0.0.2") as lab:
        names = stand_ins(lab)
        plays = [play_of(module, lab) for module in modules]
        file.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")

        done = Stage(lab, tmp_path, runner).run(str(file), variables(lab))

    assert done.status == 0, done.output
    examples = examples_in(done.tasks)
    assert {problem for example in examples for problem in problems(example)} == set()
    assert {module: told for module in modules if (told := not_given(module, examples, names))} == {}


def problems(example: Example) -> list[str]:
    """Name what an example did otherwise than it says, or than its prediction."""
    predicted, real = example.predicted["result"], example.done["result"]
    changes = example.name not in UNCHANGED
    found = [f"changed is {one['changed']}" for one in (predicted, real) if one.get("changed", False) is not changes]
    for key in sorted(_KEYS & real.keys()):
        # The contract says what may be left open; here, that nothing is told wrong.
        found += differences(predicted.get(key), real[key], ("*",), key)
    return [f"{example.name}: {problem}" for problem in found]
