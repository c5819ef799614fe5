"""Which authorities are trusted when none is given, where relative paths begin, and what README says of certificates."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted_appliance import GIVEN_TOKEN, Exchange, ScriptedAppliance

from ansible_collections.zfssa.storage.plugins.module_utils.client import _authorities
from ansible_collections.zfssa.storage.plugins.module_utils.client._client import Client
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import CertificateRefused, InvalidInput
from ansible_collections.zfssa.storage.plugins.plugin_utils import _folders

ROOT = Path(_folders.__file__).resolve().parents[2]
POOLS = "/api/storage/v1/pools"
READ = Exchange("GET", POOLS, body={"pools": []})

Connect = Callable[..., Client]


def read(client: Client) -> None:
    """Read something, and close."""
    with client:
        assert client.get(POOLS) == {"pools": []}


def test_authorities_of_the_system_are_trusted(
    appliance: ScriptedAppliance, connect: Connect, ca_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_authorities, "BUNDLES", ("/there/is/none", ca_path))
    appliance.play(READ)

    read(connect(session=GIVEN_TOKEN, ca_path=None))


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_of_the_environment_are_trusted(
    name: str, appliance: ScriptedAppliance, connect: Connect, ca_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, ca_path)
    appliance.play(READ)

    read(connect(session=GIVEN_TOKEN, ca_path=None))


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_variable_that_names_no_file_is_named(name: str, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/there/is/none")

    with pytest.raises(InvalidInput, match=f"/there/is/none, which {name} .* does not exist"):
        read(connect(session=GIVEN_TOKEN, ca_path=None))


def test_system_without_authorities_is_told(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ssl.DefaultVerifyPaths(*["/there/is/none"] * 6)
    monkeypatch.setattr(_authorities, "BUNDLES", ())
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)

    with pytest.raises(InvalidInput, match=r"no certificate authorities of its own; give the file .* ca_path"):
        read(connect(session=GIVEN_TOKEN, ca_path=None))


@pytest.mark.parametrize("playbook", [ROOT / "playbooks", ROOT / "build/collections/ansible_collections/zfssa/storage"])
def test_relative_paths_begin_where_the_user_stands_or_beside_the_playbook(
    playbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    beside = str(tmp_path / "plays")

    assert _folders.folder_of_the_user(str(playbook)) == os.getcwd()
    assert _folders.folder_of_the_user(beside) == beside


@pytest.mark.parametrize(
    ("options", "named", "settled"),
    [
        ({"ca_path": "east.pem"}, "other.pem", {"ca_path": "/here/east.pem"}),
        ({"ca_path": "/etc/east.pem"}, None, {"ca_path": "/etc/east.pem"}),
        ({"name": "a"}, "east.pem", {"name": "a", "ca_path": "/here/east.pem"}),
        ({"name": "a"}, "", {"name": "a"}),
        ({"ca_path": ["a"]}, None, {"ca_path": ["a"]}),
        ({"target": {"ca_path": "west.pem"}}, None, {"target": {"ca_path": "/here/west.pem"}}),
    ],
)
def test_a_module_that_is_run_elsewhere_gets_an_absolute_path(
    options: dict[str, Any], named: str | None, settled: dict[str, Any]
) -> None:
    assert _folders.with_absolute_ca_path(options, "target", named, "/here") == settled


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make the TLS side of an appliance that has signed its certificate itself."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    files = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run(["openssl", "req", *kind, *name, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize("issued", [False, True])
def test_recipe_of_the_readme_tells_self_signed_from_issued(
    issued: bool, tls_for: Callable[..., ssl.SSLContext], ca_path: str, tmp_path: Path
) -> None:
    recipe = "\n".join(re.findall(r"^ *(openssl .*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    server = ScriptedAppliance(tls_for("localhost") if issued else self_signed(tmp_path))
    recipe = recipe.replace("zs-east.example.com:215", f"localhost:{server.port}")
    try:
        done = subprocess.run(["sh", "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=True)
        names = dict(re.findall(r"^(subject|issuer) *= *(.*)$", done.stdout, re.MULTILINE))
        assert (names["subject"] == names["issuer"]) is not issued
        server.play(READ)
        authority = ca_path if issued else str(tmp_path / "zs-east.pem")
        read(Client(server.connection(host="localhost", ca_path=authority, session=GIVEN_TOKEN)))
        if issued and sys.version_info < (3, 13):
            with pytest.raises(CertificateRefused):
                read(Client(server.connection(host="localhost", ca_path=str(tmp_path / "zs-east.pem"), session="")))
    finally:
        server.stop()
