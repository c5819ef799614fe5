"""What a task makes of a fault that nobody foresaw."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from scripted_appliance import GIVEN_TOKEN, Exchange, ScriptedAppliance

from ansible_collections.zfssa.storage.plugins.module_utils._client import Client, Connection
from ansible_collections.zfssa.storage.plugins.module_utils._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils._plan import Plan, unchanged
from ansible_collections.zfssa.storage.plugins.module_utils._task import Task

POOLS = "/api/storage/v1/pools"


@pytest.mark.parametrize(("state", "refused"), [("claimed", True), ("severed", False)])
def test_name_that_a_secret_hides_is_refused_where_others_go_by_it(state: str, refused: bool) -> None:
    def plan(_client: Client, _options: Mapping[str, Any]) -> Plan:
        return unchanged({"lun": {"groups": [f"the {GIVEN_TOKEN} hosts"]}})

    task = Task(spec={}, plan=plan, results=("lun",), legible=("claimed",))
    options = {
        "host": "zfs1",
        "port": 215,
        "timeout": 5,
        "validate_certs": True,
        "session": GIVEN_TOKEN,
        "state": state,
    }

    result = perform(task, options, Mode())

    assert result.get("failed", False) is refused
    assert result.get("msg", "a password").startswith("a password")


def broken(write: bool) -> Task:
    """A task with a fault of its own, before or after it has written."""

    def plan(client: Client, _options: Mapping[str, Any]) -> Plan:
        client.send("POST", f"{POOLS}/tank") if write else client.get(POOLS)
        raise KeyError("guid")

    return Task(spec={}, plan=plan, results=("lun",))


@pytest.mark.parametrize("write", [False, True])
def test_fault_of_the_collection_is_a_failure_like_any_other(
    write: bool, appliance: ScriptedAppliance, ca_path: str
) -> None:
    @contextlib.contextmanager
    def clients(_connection: Connection) -> Iterator[Client]:
        with Client(appliance.connection(ca_path=ca_path, session=GIVEN_TOKEN)) as client:
            yield client

    request = f"POST {POOLS}/tank" if write else f"GET {POOLS}"
    appliance.play(Exchange(*request.split(" ")))
    options = {"host": "zfs1", "port": 215, "timeout": 5, "validate_certs": True, "session": GIVEN_TOKEN}

    result = perform(broken(write), options, Mode(), clients)

    assert result["failed"] is True
    assert result["msg"] == (
        "this is a fault of the collection zfssa.storage, please report it with what -vvv shows: KeyError: 'guid'"
    )
    assert result["failure"] == {
        "status": None,
        "fault": None,
        "message": "KeyError: 'guid'",
        "request": request,
        "steps_done": [request] if write else [],
    }
    assert result["changed"] is write
    assert result["lun"] is None
    assert "KeyError" in result["exception"]
