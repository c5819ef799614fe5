"""What lasts is told of while it lasts, and not afterwards."""

from __future__ import annotations

import threading

import pytest
from scripted_appliance import GIVEN_TOKEN, Exchange, ScriptedAppliance, fault, login, logout

from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.client._progress import Cadence, Progress

POOLS = "/api/storage/v1/pools"


def test_words_come_seldomer() -> None:
    cadence = Cadence()

    assert [second for second in range(1300) if cadence.due(second)] == [10, 20, 40, 80, 160, 320, 620, 920, 1220]


def test_a_late_look_brings_one_word() -> None:
    cadence = Cadence()

    assert cadence.due(100)
    assert not cadence.due(150)
    assert cadence.due(160)


class Heard:
    """What was told, and a way to wait for it."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.twice = threading.Event()

    def __call__(self, text: str) -> None:
        self.words.append(text)
        if len(self.words) > 1:
            self.twice.set()


def test_what_lasts_is_told() -> None:
    heard = Heard()
    progress = Progress(heard, first=0.01)

    with progress.during("no answer yet"):
        assert heard.twice.wait(10)
    told = len(heard.words)
    with progress.during("another thing"):
        pass
    progress.close()

    assert told >= 2
    assert all(word.startswith("no answer yet for ") for word in heard.words[:told])


def test_nothing_is_watched_where_nobody_listens() -> None:
    before = threading.active_count()
    progress = Progress(None)

    with progress.during("anything"):
        assert threading.active_count() == before
    progress.tell("anything")


def test_a_request_without_an_answer_is_told(
    appliance: ScriptedAppliance, ca_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    monkeypatch.setattr(Progress.__init__, "__defaults__", (0.01,))
    slow = Exchange("GET", POOLS, meanwhile=lambda: heard.twice.wait(10))
    appliance.play(slow)

    with Client(appliance.connection(ca_path=ca_path, session=GIVEN_TOKEN), tell=heard) as client:
        client.get(POOLS)

    assert heard.words[0].startswith(f"https://127.0.0.1:{appliance.port} has not answered GET {POOLS} for ")


def test_a_repeated_request_is_told(appliance: ScriptedAppliance, ca_path: str) -> None:
    heard = Heard()
    busy = Exchange("GET", POOLS, **fault(503, "ERR_BUSY", "the appliance is busy"))
    appliance.play(login(), busy, Exchange("GET", POOLS), logout())

    with Client(appliance.connection(ca_path=ca_path), sleep=lambda _seconds: None, tell=heard) as client:
        client.get(POOLS)

    assert len(heard.words) == 1
    assert heard.words[0].endswith("; trying again")
    assert "busy" in heard.words[0]
