"""The data plane's files: sparse, independent of each other, and none left over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zfssa_lab.dataplane import sparse
from zfssa_lab.dataplane.store import ByteStore

MIB = 1 << 20


@pytest.fixture
def store(tmp_path: Path) -> ByteStore:
    """Return an empty store."""
    return ByteStore(tmp_path / "bytes")


def _put(store: ByteStore, volume: str, offset: int, data: bytes) -> None:
    with store.path(volume).open("r+b") as file:
        os.pwrite(file.fileno(), data, offset)


def test_copies_are_independent_and_keep_their_holes(store: ByteStore) -> None:
    """A gigabyte with a megabyte of data is copied as a megabyte."""
    store.fit("a", 1 << 30)
    data = os.urandom(MIB)
    _put(store, "a", 512 * MIB, data)
    store.copy("a", "b")
    _put(store, "a", 512 * MIB, bytes(MIB))
    with store.path("b").open("rb") as file:
        assert os.pread(file.fileno(), MIB, 512 * MIB) == data
    assert store.stat("b").st_size == 1 << 30
    assert store.stat("b").st_blocks * 512 < 2 * MIB


def test_a_copy_takes_the_place_of_what_was_there(store: ByteStore) -> None:
    """Whoever has the old file open keeps it; the content counts as another one."""
    store.fit("old", MIB)
    store.fit("new", 2 * MIB)
    before = store.contents["old"]
    with store.path("old").open("rb") as file:
        store.copy("new", "old")
        assert os.fstat(file.fileno()).st_size == MIB
    assert store.contents["old"].size == 2 * MIB
    assert store.contents["old"].version != before.version


def test_changed_bytes_are_counted_by_block(store: ByteStore) -> None:
    """Holes, rewritten blocks, blocks that became empty, and a part that the other does not have."""
    store.fit("a", 8 * MIB)
    _put(store, "a", 0, os.urandom(2 * MIB))
    store.copy("a", "base")
    assert sparse.changed_bytes(store.path("a"), store.path("base")) == 0
    _put(store, "a", 4096, b"x")
    assert sparse.changed_bytes(store.path("a"), store.path("base")) == 4096
    _put(store, "a", MIB, bytes(8192))
    _put(store, "a", 7 * MIB, b"y" * 4096)
    assert sparse.changed_bytes(store.path("a"), store.path("base")) == 4096 + 8192 + 4096
    store.fit("a", 16 * MIB)
    _put(store, "a", 15 * MIB, b"z")
    assert sparse.changed_bytes(store.path("a"), store.path("base")) == 4 * 4096 + 4096


def test_fill_takes_free_room_first(store: ByteStore) -> None:
    """What is there is overwritten only when nothing is free."""
    store.fit("a", 4 * MIB)
    data = os.urandom(MIB)
    _put(store, "a", MIB, data)
    store.fill("a", 3 * MIB)
    content = store.path("a").read_bytes()
    assert content[MIB : 2 * MIB] == data
    assert store.stat("a").st_blocks * 512 == 4 * MIB
    store.fill("a", 99 * MIB)
    assert store.path("a").read_bytes()[MIB : 2 * MIB] != data
    assert store.stat("a").st_size == 4 * MIB


def test_store_keeps_what_is_named_and_begins_empty(store: ByteStore) -> None:
    """What an earlier lab left is not taken for content."""
    for volume in ("a", "b"):
        store.fit(volume, MIB)
    store.keep({"b"})
    assert {path.name for path in store.folder.iterdir()} == {"b"}
    assert not ByteStore(store.folder).contents
    assert not list(store.folder.iterdir())


@pytest.mark.parametrize("volume", ["", "..", "a/b", "a,b", "a b"])
def test_store_refuses_names_that_lead_elsewhere(store: ByteStore, volume: str) -> None:
    """And those that tgtadm cannot say."""
    with pytest.raises(ValueError, match="no name"):
        store.path(volume)
