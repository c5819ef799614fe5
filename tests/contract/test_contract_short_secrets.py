"""A secret that is a part of ordinary words hides nothing but itself."""

from __future__ import annotations

from module_runner import Bench


def test_secret_in_the_words_true_and_none(bench: Bench) -> None:
    run = bench.run("zfssa_lun", {"pool": "tank", "project": "default", "name": "a", "session": "e", "password": "a"})

    assert run.result["changed"] is False
    assert run.result["failed"] is True
    assert run.result["lun"] is None
