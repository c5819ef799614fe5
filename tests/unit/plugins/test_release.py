"""Releases of the appliance's software, and what differs between them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.zfssa.storage.plugins import module_utils
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import (
    NEWEST,
    Release,
    parse_release,
)

NEED_THE_RELEASE = ("plan_present", "plan_changes", "payload", "predict", "to_create")


@pytest.mark.parametrize(
    ("version", "update"),
    [
        ("ak/SUNW,ankimo@2013.06.05.8.28,1-1.3", 8),
        ("ak/SUNW,ankimo@2013.06.05.8.0,1-1.34", 8),
        ("2013.06.05.7.28,1-1.2", 7),
        ("2013.06.05.6.0,1-1.1", 6),
        ("2013.06.05.2.9,1-1.1", 2),
        ("2013.06.05.10.1,1-1.1", 10),
    ],
)
def test_release_is_read_from_a_version(version: str, update: int) -> None:
    assert parse_release(version) == Release(update)


@pytest.mark.parametrize("version", [None, "", "2031.01.01.1", "ak/SUNW,ankimo", "2013.06.05"])
def test_unknown_version_counts_as_the_newest(version: str | None) -> None:
    assert parse_release(version) == NEWEST


@pytest.mark.parametrize(
    ("feature", "first"),
    [
        ("move_by_lun_path", 8),
        ("lun_replication_path", 7),
        ("contextual_actions", 7),
        ("several_groups", 6),
        ("targets_by_label", 7),
        ("flat_packages", 8),
        ("finer_authorizations", 8),
    ],
)
def test_feature_is_there_from_its_first_release_on(feature: str, first: int) -> None:
    assert [Release(update).has(feature) for update in (first - 1, first, first + 1)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("update", "name"), [(2, "2013.1"), (5, "2013.1"), (6, "OS8.6"), (7, "OS8.7"), (8, "OS8.8"), (10, "OS8.10")]
)
def test_release_is_called_as_people_call_it(update: int, name: str) -> None:
    assert str(Release(update)) == name


def test_unknown_feature_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        NEWEST.has("teleport")


def calls() -> Iterator[tuple[str, str]]:
    """Where a plan, a request or a prediction is made by a table: the function, and the text of the call."""
    for file in sorted(Path(module_utils.__path__[0]).rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in NEED_THE_RELEASE:
                    yield name, ast.get_source_segment(source, node) or ""


def test_whoever_plans_says_for_which_release() -> None:
    """A property that a release lacks would be sent to it otherwise (`Property.since`)."""
    found = list(calls())

    assert {name for name, _text in found} == set(NEED_THE_RELEASE)
    assert [text for _name, text in found if "release" not in text] == []
