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


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_playbook_parses_by_its_full_name(name: str) -> None:
    full_name = f"{COLLECTION}.{name.removesuffix('.yml')}"

    checked = ansible("ansible-playbook", "--syntax-check", "-i", "localhost,", full_name)

    assert checked.returncode == 0, checked.stderr


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

    assert len(shown) > 5
    assert [label for label in shown if not label.endswith("| zfssa.storage.legible }}")] == []


def test_every_message_of_roles_and_playbooks_is_legible() -> None:
    said = [text for file in SAYING for text in messages(load(file))]

    assert len(said) > 20
    # The names in it may come from an appliance.
    assert [text for text in said if not re.search(r"zfssa\.storage\.legible( -?%}| \}\}$)", text)] == []
