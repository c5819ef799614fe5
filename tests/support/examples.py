"""The EXAMPLES of the modules as plays: what they assume comes first, and each runs in check mode, then for real."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from lab_appliances import ROOT, Lab, Record

COLLECTION = "zfssa.storage"
DATABASES = {"pool": "tank", "project": "databases"}
# Where something else than the first appliance is spoken to.
_AT = {"zfssa_replication_package": "west"}
# What talks to the second appliance as well, and the option that has the connection to it.
PEER = {"zfssa_lun_migration": "target"}
# What examples take from a vault.
SECRETS = {
    "vault_db_2_secret": "first-secret-1",
    "vault_db_2_new_secret": "second-secret",
    "vault_target_secret": "target-secret",
    "vault_west_root": "lab-password",
    "vault_zfssa_password": "lab-password",
}
_EVERYBODY = ("default",)
_NOBODY = ()
_CHECK, _REAL = "predicted", "done"

Task = dict[str, Any]


def _projects(*names: str) -> list[Task]:
    return [{"zfssa_project": {"pool": "tank", "name": name}} for name in names]


def _luns(*names: str, groups: tuple[str, ...] = _EVERYBODY, size: str = "1G", **where: str) -> list[Task]:
    place = {**DATABASES, **where}
    return [{"zfssa_lun": {**place, "name": name, "size": size, "initiator_groups": list(groups)}} for name in names]


def _initiators(*hosts: str) -> list[Task]:
    return [{"zfssa_initiator": {"initiator": f"iqn.2020-01.com.example:{host}"}} for host in hosts]


def _group(name: str, *hosts: str) -> Task:
    members = [f"iqn.2020-01.com.example:{host}" for host in hosts]
    return {"zfssa_initiator_group": {"name": name, "initiators": members}}


def _target(alias: str, **more: Any) -> Task:
    return {"zfssa_target": {"alias": alias, **more}}


def _target_group(name: str, target: str) -> list[Task]:
    return [_target(target), {"zfssa_target_group": {"name": name, "targets": [target]}}]


def _rest(path: str, body: Record) -> Task:
    return {"zfssa_rest": {"method": "POST", "path": path, "body": body}}


def _control(path: str, body: Record) -> Task:
    """Let the lab itself do something to its appliances."""
    options = {"url": f"{{{{ lab_control }}}}/{path}", "method": "POST", "body_format": "json", "body": body}
    return {"ansible.builtin.uri": options}


def _sent(project: str, sender: str = "east", receiver: str = "west") -> list[Task]:
    """Let one appliance send a project to the other."""
    route = {"pool": "tank", "project": project, "target": receiver}
    tasks: list[Task] = [
        *_luns("data", project=project),
        {"zfssa_replication": {**route, "target_pool": "tank"}},
        {"zfssa_replication_update": route},
    ]
    return [{**task, "environment": f"{{{{ lab_{sender} }}}}"} for task in [*_projects(project), *tasks]]


_DATABASES = [*_projects("databases"), *_luns("redo-1")]
_DATABASES_AND_HOST = [*_projects("databases"), *_initiators("db-1"), _group("db-hosts", "db-1")]
_REDO_ROUTE = {**DATABASES, "lun": "redo-1", "target": "west", "target_pool": "tank"}

_IMAGES = [
    *_projects("images"),
    *_initiators("image-writer"),
    _group("image-writer", "image-writer"),
    *_target_group("image-targets", "images"),
]
_IMAGE = {
    "pool": "tank",
    "project": "images",
    "image": "{{ image_file }}",
    "id": "minimal-1.0",
    "initiator": "iqn.2020-01.com.example:image-writer",
    "initiator_group": "image-writer",
    "target_group": "image-targets",
    "portal": "{{ image_portal }}",
}

# What the examples of each module take for granted.
ASSUMED: dict[str, list[Task]] = {
    "zfssa_image": _IMAGES,
    "zfssa_image_cache": [*_DATABASES_AND_HOST, *_IMAGES, {"zfssa_image": _IMAGE}],
    # One thing at least of each kind that it tells of.
    "zfssa_info": [
        _control("service", {"appliance": "east", "service": "ntp", "maintenance": True}),
        {"zfssa_schema": {"name": "owner", "type": "String", "description": "Who answers for it"}},
        *_projects("databases"),
        *_luns("redo-1", size="10G"),
        _rest("/api/storage/v1/pools/tank/projects/databases/filesystems", {"name": "dumps"}),
        {"zfssa_snapshot": {**DATABASES, "lun": "redo-1", "name": "before-upgrade"}},
        {"zfssa_initiator": {"initiator": "iqn.2020-01.com.example:db-1", "alias": "db-1"}},
        {"zfssa_initiator_group": {"name": "db-hosts", "initiators": ["iqn.2020-01.com.example:db-1"]}},
        _target("db-target", interfaces=["ixgbe0"]),
        {"zfssa_target_group": {"name": "db-targets", "targets": ["db-target"]}},
        {"zfssa_replication": {**_REDO_ROUTE, "inherited": False, "schedules": [{"frequency": "hour"}]}},
        *_sent("mail", sender="west", receiver="east"),
    ],
    "zfssa_initiator": [],
    "zfssa_initiator_group": [
        *_initiators("db-1", "db-2", "db-3"),
        *(_rest("/api/san/v1/fc/initiators", {"initiator": f"wwn.2100001B3200000{number}"}) for number in (1, 2)),
    ],
    "zfssa_lun": [
        *_projects("databases", "test", "archive"),
        *_initiators("db-1", "test"),
        _group("db-hosts", "db-1"),
        _group("test-host", "test"),
        *_target_group("db-targets", "db-target"),
    ],
    "zfssa_lun_mapping": [
        *_projects("databases"),
        *_luns("redo-1", "data-1", groups=_NOBODY),
        *_initiators("db-1", "db-2", "kvm-1", "kvm-2"),
        _group("kvm-1", "kvm-1"),
        _group("kvm-2", "kvm-2"),
        *_luns("guest-1", groups=("kvm-1",)),
        _group("db-1", "db-1"),
        _group("db-hosts", "db-1", "db-2"),
        *_target_group("db-targets", "db-target"),
        _target("target-of-all"),
    ],
    "zfssa_lun_migration": [
        *(
            {**task, "environment": f"{{{{ lab_{name} }}}}"}
            for name in ("east", "west")
            for task in _DATABASES_AND_HOST
        ),
        *_luns("redo-1", groups=("db-hosts",), size="10G"),
    ],
    "zfssa_preflight": [
        *_DATABASES_AND_HOST,
        *_target_group("db-targets", "db-target"),
        {"zfssa_schema": {"name": "owner", "type": "String"}},
    ],
    "zfssa_project": [],
    "zfssa_replication": _DATABASES,
    "zfssa_replication_package": [task for name in ("databases", "mail", "scratch") for task in _sent(name)],
    "zfssa_replication_target": [{"zfssa_replication_target": {"label": "west", "state": "absent"}}],
    # The second update of the examples is still on its way when it is cancelled.
    "zfssa_replication_update": [
        *_DATABASES,
        {"zfssa_replication": {**_REDO_ROUTE, "inherited": False}},
        _control("faults", {"appliance": "east", "nth": 2, "action": {"replication": "stall"}}),
    ],
    "zfssa_rest": _projects("databases"),
    "zfssa_san": [],
    "zfssa_schema": _DATABASES,
    "zfssa_service": [{"zfssa_service": {"name": "replication", "state": "disabled"}}],
    "zfssa_session": [],
    "zfssa_snapshot": [
        *_DATABASES,
        {
            "zfssa_snapshot": {**DATABASES, "lun": "redo-1", "name": "daily-2026-01-0{{ item }}"},
            "loop": list(range(1, 9)),
        },
    ],
    "zfssa_target": [],
    "zfssa_target_group": [
        _target("db-target-1"),
        _target("db-target-2"),
        _target("db-target-3", iqn="iqn.1986-03.com.sun:02:5c1c6ffa-40c5-4c43-b6ff-1e3f1d39a0f7"),
    ],
}


def text_of(module: str, block: str) -> str:
    """Return a block, such as EXAMPLES, of a module's file."""
    tree = ast.parse((ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8"))
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            if [getattr(target, "id", "") for target in statement.targets] == [block]:
                return str(statement.value.value)
    raise AssertionError(f"{module} has no {block}")


def tasks_in(tasks: list[Record]) -> Iterator[Record]:
    """Give tasks and those in their blocks."""
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks_in(task.get(part, []))


def play_of(module: str, lab: Lab) -> Record:
    """Return the examples of a module as a play that begins with an appliance as it is at first."""
    text = text_of(module, "EXAMPLES")
    for name, meant in stand_ins(lab).items():
        text = text.replace(name, meant)
    examples = yaml.safe_load(text)
    reset = {"ansible.builtin.uri": {"url": "{{ lab_control }}/reset", "method": "POST"}}
    prepared = [reset, *ASSUMED[module]]
    return {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "environment": f"{{{{ lab_{_AT.get(module, 'east')} }}}}",
        "tasks": [
            *({"name": f"{module}: prepared", **_qualified(task)} for task in prepared),
            *(_marked(_to_west(task, module, lab), module, mode) for task in examples for mode in (_CHECK, _REAL)),
        ],
    }


def variables(lab: Lab) -> Record:
    """Return the variables of the plays: where everything is, and what comes from a vault."""
    connections = {
        f"lab_{appliance.name}": {f"ZFSSA_{name.upper()}": str(value) for name, value in appliance.connection().items()}
        for appliance in (lab.east, lab.west)
    }
    return {**SECRETS, **connections, "lab_control": lab.url}


@dataclass(frozen=True)
class Example:
    """One example: its module and name, and what became of it in check mode, and then for real."""

    name: str
    predicted: Record
    done: Record


def examples_in(tasks: list[Record]) -> list[Example]:
    """Return the examples among the tasks of a run; each must have run both ways."""
    predicted, done = ([task for task in tasks if f": {mode}: " in task["task"]] for mode in (_CHECK, _REAL))
    names = [task["task"].replace(f": {_REAL}: ", ": ") for task in done]
    assert [task["task"].replace(f": {_CHECK}: ", ": ") for task in predicted] == names
    return [Example(*parts) for parts in zip(names, predicted, done, strict=True)]


def stand_ins(lab: Lab) -> dict[str, str]:
    """Return what is in the lab in place of names that examples make up."""
    ports = lab.east.call("GET", "san/v1/fc/targets")["targets"]
    return {
        "zs-east.example.com": lab.east.facts["host"],
        "zs-west.example.com": "west",
        # The same appliance under another name.
        "zs-west-repl.example.com": lab.west.facts["host"],
        "username: ansible": f"username: {lab.east.facts['username']}",
        "user 'ansible'": f"user '{lab.east.facts['username']}'",
        "wwn.2101001B32A11639": ports[0]["wwn"],
    }


def _qualified(task: Task) -> Task:
    return {f"{COLLECTION}.{key}" if key.startswith("zfssa") else key: value for key, value in task.items()}


def _to_west(task: Task, module: str, lab: Lab) -> Task:
    """Return a task that finds the second appliance where it is in the lab, which no environment says."""
    if module not in PEER:
        return task
    action = f"{COLLECTION}.{module}"
    peer = {**task[action][PEER[module]], "host": lab.west.facts["host"], "port": lab.west.facts["port"]}
    return {**task, action: {**task[action], PEER[module]: peer}}


def _marked(task: Task, module: str, mode: str) -> Task:
    """Return a task, and those in its blocks, with a name that tells the mode, and the mode."""
    marked = copy.deepcopy(task)
    if "delegate_to" in marked:
        # What another host shall do: its arguments must be there.
        (action,) = [key for key in marked if "." in key]
        marked = {"name": marked["name"], "ansible.builtin.debug": {"msg": marked[action]}}
    for part in ("block", "rescue", "always"):
        if part in marked:
            marked[part] = [_marked(inner, module, mode) for inner in marked[part]]
    if "block" not in marked:
        marked["check_mode"] = mode == _CHECK
    marked["name"] = f"{module}: {mode}: {marked['name']}"
    return marked
