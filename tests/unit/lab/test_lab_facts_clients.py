"""Facts that other people's clients rely on (API reference 11): what they send, and what they read from the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import NEW, Fact, check, rows
from lab_world import LUNS, MASK, PROJECTS, World

HTTP = "service/v1/services/http"
POOL = "storage/v1/pools/tank"
V2_LUNS = LUNS.replace("/v1/", "/v2/")
PORTS = {"require_login": True, "protocols": "http/https", "listen_port": 80, "https_port": 443}


def masked(**more: Any) -> tuple[Any, ...]:
    """Create a LUN that nobody sees, as block volumes for containers are made (API reference 5.3)."""
    body = {"name": "a", "volsize": 2**30, "volblocksize": 8192, "targetgroup": "default", "sparse": True, **more}
    return ("POST", V2_LUNS, {**body, "initiatorgroup": [MASK]})


FACTS = [
    Fact("2.3", "properties of http", (), ("GET", HTTP), 200, PORTS),
    Fact(
        "2.3",
        "the https port as text",
        (),
        ("PUT", HTTP, {"https_port": "8443", "require_login": False}),
        202,
        {"<status>": "online", "https_port": 8443, "require_login": False},
    ),
    Fact("2.3", "port of http", (), ("PUT", HTTP, {"listen_port": 81}), 202, {"listen_port": 81}),
    Fact("2.3", "a port that is none", (), ("PUT", HTTP, {"https_port": 0}), 400, "ERR_INVALID_ARG"),
    Fact("2.3", "protocols of http", (), ("PUT", HTTP, {"protocols": "ftp"}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "3",
        "an empty pool is not unused",
        (),
        ("GET", POOL),
        200,
        lambda b: b["pool"]["usage"]["used"] > 0,
    ),
    Fact(
        "3",
        "used and available are all there is",
        (("POST", LUNS, {"name": "a", "volsize": "10g"}),),
        ("GET", POOL),
        200,
        lambda b: b["pool"]["usage"]["used"] + b["pool"]["usage"]["available"] == b["pool"]["usage"]["total"],
    ),
    Fact(
        "5.2",
        "a masked LUN has a number in v2",
        (),
        masked(),
        201,
        lambda b: len(b["lun"]["assignednumber"]) == 1,
        on=NEW,
    ),
    Fact(
        "11",
        "booleans and sizes as text from a table",
        (),
        ("POST", PROJECTS, {"name": "p", "dedup": "True", "readonly": "False", "quota": "10g", "recordsize": "128k"}),
        201,
        {"dedup": True, "readonly": False, "quota": 10 * 2**30, "recordsize": 131072},
    ),
    Fact(
        "11",
        "thin or thick as text",
        (("POST", LUNS, {"name": "a", "volsize": "1g"}),),
        ("PUT", f"{LUNS}/a", {"compression": "lzjb", "sparse": "True"}),
        202,
        {"compression": "lzjb", "sparse": True},
    ),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
