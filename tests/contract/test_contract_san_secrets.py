"""Secrets of CHAP: sent when the task says so, and never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_appliances import RELEASES, Record
from module_runner import Bench
from san_calls import HOST

SECRET, OTHER_SECRET = "a-chap-secret", "another-secret"
INITIATOR = {"initiator": HOST}
TARGET = {"alias": "t-a"}


# Secrets.


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("module", "options"),
    [("zfssa_initiator", INITIATOR), ("zfssa_target", TARGET)],
    ids=["initiator", "target"],
)
def test_secret_is_sent_when_told_so_and_never_shown(
    module: str, options: Record, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)

    def sends(secret: str, **more: Any) -> int:
        run = bench.change(module, {**options, "chap_user": "u", "chap_secret": secret, **more}, verbosity=3, diff=True)
        assert secret not in run.output
        assert "secret" not in str({key: run.result[key] for key in run.result if key != "invocation"})
        assert run.changed == bool(run.writes)
        return len(run.writes)

    assert sends(SECRET) == 1
    assert sends(OTHER_SECRET) == 0
    assert sends(OTHER_SECRET, update_secret="always") == 1
    assert sends(OTHER_SECRET, update_secret="always") == 1
    assert sends(SECRET, chap_user="other") == 1


def test_secret_that_is_to_be_sent_is_a_change_in_check_mode_too(bench: Bench) -> None:
    options = {**INITIATOR, "chap_user": "u", "chap_secret": SECRET, "update_secret": "always"}
    before = bench.change("zfssa_initiator", options)

    predicted = bench.change("zfssa_initiator", options, check=True)

    assert predicted.changed
    assert predicted.value == before.value


def test_secret_to_send_must_be_given(bench: Bench) -> None:
    run = bench.run("zfssa_initiator", {**INITIATOR, "update_secret": "always"})

    assert run.failed and "chap_secret" in run.msg
    assert run.requests == []
