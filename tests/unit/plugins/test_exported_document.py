"""What an appliance has, written as a document: fed back it changes nothing, and on an empty appliance it makes the same again."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from lab_client import LabClient
from odd_appliance import SECRETS, Call, odd, rebuildable

from ansible_collections.zfssa.storage.plugins.filter.document_text import document_text
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import plan_san

RELEASES = ("2013.1", "8.7", "8.8")


def appliance(release: str, calls: tuple[Call, ...] = ()) -> LabClient:
    """An appliance on which these calls have been made."""
    client = LabClient(release, pools={"tank": 1 << 50})
    for method, path, body in calls:
        client.do(method, f"/api/{path}", body)
    return client


def exported(client: LabClient, **options: Any) -> str:
    """The text of its document."""
    after = plan_info(client, {"as_input": True, "concise": True, **options}).after
    return document_text(after["config"], "east")


class _Reader(yaml.SafeLoader):
    """Reads a document as Ansible does, save for variables."""


_Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def read(text: str) -> Any:
    """What Ansible makes of a document, the secrets given."""
    for name, secret in SECRETS.items():
        text = text.replace(f"{{{{ {name} }}}}", secret)
    return _Reader(text).get_single_data()


def planned(client: LabClient, text: str, **options: Any) -> Item:
    """The plan for a document."""
    document = read(text)
    others = {"state": "present", "purge_limit": "10", "concurrency": 1, "continue_on_error": False}
    return plan_san(client, {"config": document["config"], "defaults": document.get("defaults"), **others, **options})


@pytest.mark.parametrize("release", RELEASES)
def test_fed_back_it_changes_nothing(release: str) -> None:
    client = appliance(release, odd(release))

    text = exported(client)

    assert exported(client) == text
    assert planned(client, text).after["plan"] == []


@pytest.mark.parametrize("release", RELEASES)
def test_empty_appliance_becomes_the_same(release: str) -> None:
    text = exported(appliance(release, rebuildable(release)))
    empty = appliance(release)

    apply(planned(empty, text), empty)

    assert exported(empty) == text
