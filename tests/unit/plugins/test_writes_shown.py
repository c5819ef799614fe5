"""Check mode with -v shows what a real run would write, and no secret in it."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

CONNECTION = {"host": "zs-east", "session": "token-word"}
LUNS = "/api/storage/v1/pools/tank/projects/proj-a/luns"


def run(module: str, mode: Mode, **options: Any) -> dict[str, Any]:
    """Run a module on a lab appliance that has a project and a LUN."""
    appliance = LabClient()
    appliance.add_project("proj-a")
    appliance.add_lun("proj-a", "lun-a")
    task: Task = import_module(f"ansible_collections.zfssa.storage.plugins.modules.{module}").TASK
    checked = ArgumentSpecValidator(task.argument_spec()).validate({**CONNECTION, **options})
    assert not checked.error_messages
    given = checked.validated_parameters
    result = perform(task, given, mode, lambda _connection: nullcontext(appliance))  # type: ignore[arg-type,return-value]
    # As whoever runs it shows it.
    return task.masked(result, task.mask(given))


LUN = {"pool": "tank", "project": "proj-a", "name": "lun-a"}


@pytest.mark.parametrize(
    ("options", "writes"),
    [
        (
            {"size": "2M", "compression": "lz4", "new_name": "lun-b"},
            [
                f'update LUN tank/proj-a/lun-a (size, compression): PUT {LUNS}/lun-a {{"compression": "lz4", "volsize": 2097152}}',
                f'rename LUN tank/proj-a/lun-a to LUN tank/proj-a/lun-b: PUT {LUNS}/lun-a {{"name": "lun-b"}}',
            ],
        ),
        ({"state": "absent"}, [f"destroy LUN tank/proj-a/lun-a: DELETE {LUNS}/lun-a"]),
    ],
)
def test_writes_are_shown_in_order(options: dict[str, Any], writes: list[str]) -> None:
    assert run("zfssa_lun", Mode(check=True, verbosity=1), **LUN, **options)["writes"] == writes


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        (Mode(check=True), {"size": "2M"}),
        (Mode(verbosity=1), {"size": "2M"}),
        (Mode(check=True, verbosity=1), {"size": "1M"}),
    ],
)
def test_only_check_mode_shows_them_and_only_when_asked(mode: Mode, options: dict[str, Any]) -> None:
    assert "writes" not in run("zfssa_lun", mode, **LUN, **options)


def test_secrets_are_hidden_in_them() -> None:
    account = {"auth": "chap", "chap_user": "host-a", "chap_secret": "0123456789ab"}

    result = run("zfssa_target", Mode(check=True, verbosity=1), alias="t-a", **account)

    (write,) = result["writes"]
    assert "targetchapsecret" in write
    assert "0123456789ab" not in str(result)
