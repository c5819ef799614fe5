"""What holds the files of the collection together: names that must agree across several of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.matrix import MATRIX

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "zfssa.storage"
MODULES = sorted(file.stem for file in (ROOT / "plugins/modules").glob("[!_]*.py"))
ROLES = sorted(folder.name for folder in ROOT.glob("roles/*") if folder.is_dir())
PLAYBOOKS = sorted(file.name for file in ROOT.glob("playbooks/*.yml"))


def load(name: str) -> Any:
    """Return the content of a YAML file of the repository."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def ansible(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of Ansible's commands on the collection as it stands in the repository."""
    return subprocess.run(
        [str(Path(sys.executable).parent / command), *arguments],
        env=os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build/collections")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def documentation() -> dict[str, Any]:
    """Return what ansible-doc shows of each module, documentation fragments included."""
    names = [f"{COLLECTION}.{name}" for name in MODULES]
    shown = ansible("ansible-doc", "--json", "--type", "module", *names)
    assert shown.returncode == 0, shown.stderr
    documents: dict[str, Any] = json.loads(shown.stdout)
    return documents


def test_action_group_holds_every_module() -> None:
    members = load("meta/runtime.yml")["action_groups"]["zfssa"]

    assert sorted(members) == MODULES


def test_every_module_leads_to_the_action_plugin() -> None:
    routing = load("meta/runtime.yml")["plugin_routing"]
    plugin = f"{COLLECTION}.zfssa_rest"

    # The plugin finds the module of its own name.
    others = [name for name in MODULES if name != "zfssa_rest"]
    assert routing["modules"] == {name: {"action_plugin": plugin} for name in others}
    # By a file of the task's own name Ansible loads it before it starts the worker, and not anew in each.
    assert sorted(file.stem for file in ROOT.glob("plugins/action/*.py")) == MODULES
    # And with it the module, which is most of what there is to load.
    for name in others:
        text = (ROOT / f"plugins/action/{name}.py").read_text(encoding="utf-8")
        assert f"plugins.modules.{name} import TASK" in text


@pytest.mark.parametrize("name", MODULES)
def test_module_documents_its_attributes(name: str, documentation: dict[str, Any]) -> None:
    attributes = documentation[f"{COLLECTION}.{name}"]["doc"].get("attributes", {})

    # The documentation fragment only describes the modes: how they are supported is the module's.
    supported = {attribute for attribute, facts in attributes.items() if "support" in facts}
    assert {"check_mode", "diff_mode", "action_group"} <= supported
    assert f"{COLLECTION}.zfssa" in attributes["action_group"]["membership"]


@pytest.mark.parametrize("name", ROLES)
def test_role_has_an_argument_specification(name: str) -> None:
    specification = ROOT / f"roles/{name}/meta/argument_specs.yml"

    assert specification.is_file()
    assert "main" in load(str(specification))["argument_specs"]


def test_playbooks_parse_by_their_full_names() -> None:
    """All in one run: to start Ansible takes longer than to look at them."""
    names = [f"{COLLECTION}.{name.removesuffix('.yml')}" for name in PLAYBOOKS]

    checked = ansible("ansible-playbook", "--syntax-check", "-i", "localhost,", *names)

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count("playbook: ") == len(names) > 0


def test_changelog_ends_with_the_version_of_the_collection() -> None:
    version = load("galaxy.yml")["version"]
    releases = load("changelogs/changelog.yaml")["releases"]

    newest = max(releases, key=lambda release: [int(part) for part in release.split(".")])

    assert newest == version
    assert f"\nv{version}\n" in (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8")


def test_changelog_lists_the_modules_that_are_new(documentation: dict[str, Any]) -> None:
    version = load("galaxy.yml")["version"]
    release = load("changelogs/changelog.yaml")["releases"][version]
    new = {name for name in MODULES if documentation[f"{COLLECTION}.{name}"]["doc"]["version_added"] == version}

    listed = {module["name"] for module in release.get("modules", [])}

    assert listed == new, "run `make changelog`"


WORKFLOW = ".github/workflows/ci.yml"


def steps_of(job: str) -> list[dict[str, Any]]:
    """Return the steps of a job of the workflow."""
    found: list[dict[str, Any]] = load(WORKFLOW)["jobs"][job]["steps"]
    return found


def test_workflow_runs_what_make_has() -> None:
    targets = re.findall(r"^([a-z][a-z0-9 -]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    known = {name for line in targets for name in line.split()}
    commands = {job: [step["run"] for step in steps_of(job) if "run" in step] for job in load(WORKFLOW)["jobs"]}
    called = {
        job: [
            word
            for run in runs
            for word in re.sub(r"\$\{\{.*?\}\}", "", run).partition("make ")[2].split()
            if "=" not in word
        ]
        for job, runs in commands.items()
    }

    assert all(re.match(r"(sudo )?make ", run) for runs in commands.values() for run in runs)
    assert called == {"gate": ["setup-dataplane", "test"], "leg": ["leg"]}
    assert known.issuperset(called["gate"] + called["leg"])


def test_workflow_has_the_matrix() -> None:
    jobs = load(WORKFLOW)["jobs"]
    (gate,) = (step["with"]["python-version"] for step in steps_of("gate") if "setup-python" in step.get("uses", ""))
    legs = [(leg["python"], leg["core"]) for leg in jobs["leg"]["strategy"]["matrix"]["include"]]

    # `make test` takes the newest ansible-core.
    assert (*legs, (gate, "")) == MATRIX
    assert f"make test PYTHON=python{gate}" in [step.get("run") for step in steps_of("gate")]


def test_workflow_may_do_little_and_uses_what_is_known() -> None:
    workflow = load(WORKFLOW)
    used = [step["uses"] for job in workflow["jobs"] for step in steps_of(job) if "uses" in step]

    assert workflow["permissions"] == {"contents": "read"}
    assert not [job for job, content in workflow["jobs"].items() if "permissions" in content]
    assert "${{ github.ref }}" in workflow["concurrency"]["group"]
    assert used and not [name for name in used if not re.fullmatch(r"actions/[a-z-]+@v[0-9]+", name)]
    # What belongs to the repository alone does not go to Galaxy.
    assert {".github", ".ci", "tools"} <= set(load("galaxy.yml")["build_ignore"])


def test_no_sanity_test_is_ignored() -> None:
    assert not list(ROOT.glob("tests/sanity/ignore*.txt"))


def messages(tasks: Any) -> Iterator[str]:
    """Yield what the tasks of a file say to people, those of its blocks and plays included."""
    for task in tasks if isinstance(tasks, list) else []:
        for inner in ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks"):
            yield from messages(task.get(inner))
        for action, key in (("debug", "msg"), ("fail", "msg"), ("assert", "fail_msg"), ("assert", "success_msg")):
            said = (task.get(f"ansible.builtin.{action}") or {}).get(key)
            if isinstance(said, str) and "{{" in said:
                yield said


# Loops over names that the collection itself has chosen.
OWN_WORDS = (
    "{{ migrate_lun_steps }}",
    "{{ migrate_lun_begun | reverse | list }}",
    "{{ [migrate_lun_is.marker_prefix, migrate_lun_is.sync_marker_prefix] }}",
)
SAYING = sorted(
    str(file.relative_to(ROOT)) for folder in ("roles", "playbooks") for file in ROOT.glob(f"{folder}/**/*.yml")
)


def labels(tasks: Any) -> Iterator[str]:
    """What is shown of the items of all loops in a list of tasks or plays."""
    for task in tasks if isinstance(tasks, list) else ():
        for part in ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks"):
            yield from labels(task.get(part))
        if "loop" in task and task["loop"] not in OWN_WORDS:
            yield task.get("loop_control", {}).get("label", f"{task['name']} has no label")


def test_items_of_loops_are_shown_legibly() -> None:
    shown = [label for file in SAYING for label in labels(load(file))]

    assert len(shown) > 4
    assert [label for label in shown if not label.endswith("| zfssa.storage.legible }}")] == []


def test_every_message_of_roles_and_playbooks_is_legible() -> None:
    said = [text for file in SAYING for text in messages(load(file))]

    assert len(said) > 20
    # The names in it may come from an appliance.
    legible = re.compile(r"zfssa\.storage\.legible( -?%}| \}\}$)|map\('zfssa\.storage\.legible'\) \| list \}\}$")
    assert [text for text in said if not legible.search(text)] == []
