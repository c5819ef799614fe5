"""Releases of the appliance's software, and what differs between them."""

from __future__ import annotations

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.values._release import (
    NEWEST,
    Release,
    parse_release,
)


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
        ("target_certificates", 8),
        ("flat_packages", 8),
    ],
)
def test_feature_is_there_from_its_first_release_on(feature: str, first: int) -> None:
    assert [Release(update).has(feature) for update in (first - 1, first, first + 1)] == [
        False,
        True,
        True,
    ]


def test_unknown_feature_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        NEWEST.has("teleport")
