"""What a task makes of a fault that nobody foresaw."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from book import Book
from scripted_appliance import GIVEN_TOKEN, Exchange, ScriptedAppliance

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client, Connection
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, unchanged
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import ReferenceExists
from ansible_collections.zfssa.storage.plugins.module_utils.engine._relations import Reference
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    Absent,
    Incomplete,
    InvalidInput,
    PlanRefused,
    ZfssaError,
)

POOLS = "/api/storage/v1/pools"


@pytest.mark.parametrize(("state", "refused"), [("claimed", True), ("severed", False)])
def test_name_that_a_secret_hides_is_refused_where_others_go_by_it(state: str, refused: bool) -> None:
    def plan(_client: Client, _options: Mapping[str, Any]) -> Item:
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

    def plan(client: Client, _options: Mapping[str, Any]) -> Item:
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


SAID = "in check mode this also fails when an earlier task of the play is what makes it."


@pytest.mark.parametrize(
    ("error", "may_be_made"),
    [
        (Absent("project tank/a does not exist", advice="create it"), True),
        (Incomplete("LUN tank/a/b does not exist, and to create it size is missing", advice="add it"), True),
        (PlanRefused("pool tnk does not exist", advice="use one of: tank"), False),
        (InvalidInput("size 0 is out of range", advice="correct size"), False),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_check_mode_says_that_another_task_may_make_what_is_missing(
    error: ZfssaError, may_be_made: bool, check: bool
) -> None:
    def plan(_client: object, _options: object) -> Item:
        raise error

    options = {"host": "zs-east", "port": 215, "session": "token-1234", "validate_certs": True, "timeout": 1}
    result = perform(Task(spec={}, plan=plan, results=()), options, Mode(check=check))

    assert result["msg"].endswith(SAID) is (check and may_be_made)
    assert result["msg"].startswith(str(error).removesuffix("."))
    assert result["failure"]["message"] == error.reason


def test_interfaces_are_made_by_no_task() -> None:
    known = ReferenceExists(Reference("interface", ("/i",), "interfaces"), ("a",))
    made = ReferenceExists(Reference("target", ("/i",), "interfaces", maker="zfssa_target"), ("a",))

    for precondition, may_be_made in ((known, False), (made, True)):
        with pytest.raises(PlanRefused) as refused:
            precondition(Book({"/i": {"interfaces": []}}))
        assert refused.value.may_be_made is may_be_made
