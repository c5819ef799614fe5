"""The JSON Schema of documents: what is published is what the tables say, and an editor marks what the module refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tools import document_schema

CONFIG: dict[str, Any] = {
    "schema": [{"name": "owner", "type": "String"}],
    "projects": [{"name": "new", "compression": "gzip", "quota": "10G"}],
    "initiators": [{"initiator": "iqn.1998-01.com.example:db1", "chap_secret": "{{ secret }}"}],
    "initiator_groups": [{"name": "db-hosts", "initiators": ["db1"]}],
    "targets": [{"alias": "db-target"}, {"name": "db-target-2"}],
    "target_groups": [{"name": "db-ports", "targets": "{{ targets }}"}],
    "luns": [
        {"name": "redo-1", "size": 1073741824, "sparse": True, "initiator_groups": [], "custom": {"owner": 1}},
        {"name": "copy-1", "source": {"lun": "redo-1", "snapshot": "s1"}, "lu_number": 4, "copies": "{{ copies }}"},
        {"name": "old", "state": "absent", "force": True},
    ],
    "snapshots": [{"lun": "redo-1", "name": "s1"}],
}
WRONG: tuple[dict[str, Any], ...] = (
    {"lun": []},
    {"luns": {"name": "x"}},
    {"luns": [{"size": "1G"}]},
    {"luns": [{"name": "x", "sprse": True}]},
    {"luns": [{"name": "x", "sparse": "perhaps"}]},
    {"luns": [{"name": "x", "copies": "two"}]},
    {"luns": [{"name": "x", "compression": "zip"}]},
    {"luns": [{"name": "x", "source": {"snapshot": "s1"}}]},
    {"targets": [{"auth": "chap"}]},
    {"snapshots": [{"name": "s", "state": "restored"}]},
    {"snapshots": [{"keep_last": 3, "match": "*"}]},
    {"replication_targets": []},
)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """What judges by the published schema."""
    schema = json.loads(document_schema.FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_published_schema_is_that_of_the_tables() -> None:
    assert document_schema.FILE.read_text(encoding="utf-8") == document_schema.text(), "run `make schema`"


def test_document_is_right(validator: Draft202012Validator) -> None:
    errors = validator.iter_errors({"defaults": {"pool": "tank", "project": "new"}, "config": CONFIG})

    assert [error.message for error in errors] == []


@pytest.mark.parametrize("config", WRONG)
def test_mistake_is_marked(validator: Draft202012Validator, config: dict[str, Any]) -> None:
    assert list(validator.iter_errors({"config": config}))
    assert list(validator.iter_errors({"config": CONFIG, "purge": ["luns"]}))


def test_keys_are_described(validator: Draft202012Validator) -> None:
    sections = validator.schema["properties"]["config"]["properties"]  # type: ignore[index]
    luns = sections["luns"]["anyOf"][0]["items"]["properties"]

    assert all(option.get("description") for option in luns.values())
    assert "O(" not in str(sections)
