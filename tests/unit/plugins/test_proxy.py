"""The proxies of the environment, which each item of a loop may have for itself."""

from __future__ import annotations

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.client._proxy import (
    environment_proxies,
    proxy_passwords,
    proxy_settings,
)

URL = "https://zs-east.example:215"


def test_proxies_are_those_of_the_environment_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in proxy_settings():
        monkeypatch.delenv(name, raising=False)
    assert environment_proxies(URL) == {}

    for proxy in ("http://one.example:3128", "http://two.example:3128", "http://one.example:3128"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        assert environment_proxies(URL)["https"] == proxy

    monkeypatch.setenv("NO_PROXY", "zs-east.example")
    assert environment_proxies(URL) == {}
    assert environment_proxies("https://zs-west.example:215")["https"] == "http://one.example:3128"


def test_what_a_caller_does_with_them_is_its_own_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://one.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    environment_proxies(URL).clear()

    assert environment_proxies(URL)["https"] == "http://one.example:3128"


def test_case_means_nothing_in_the_names_of_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in proxy_settings():
        monkeypatch.delenv(name)

    for number in (1, 2):
        monkeypatch.setenv("Https_Proxy", f"http://user:word-{number}@one.example:3128")
        assert environment_proxies(URL)["https"] == f"http://user:word-{number}@one.example:3128"
        assert proxy_passwords() == {f"word-{number}"}
