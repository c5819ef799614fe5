"""What replies carry beside their bodies, and how the command line gives pools to appliances."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lab_heads import LOGIN
from lab_world import GIB, World, lun

from zfssa_lab.__main__ import main, make_parser
from zfssa_lab.api.dispatch import ROUTES
from zfssa_lab.model.users import MONITOR, MONITOR_PASSWORD

RELEASES = {"2013.1": "1.0", "8.7": "1.0", "8.8": "2.0"}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("service", sorted({route.service for route in ROUTES}))
def test_each_service_names_its_version(worlds: Callable[[str], World], service: str, release: str) -> None:
    """The highest version that is offered, although v1 was asked for (API reference 1.5, 14.1)."""
    headers = worlds(release).east.call("GET", f"{service}/v1").headers
    named = {name: value for name, value in headers.items() if name.endswith("-Api") and name != "X-Zfssa-Api"}
    expected = {f"X-Zfssa-{service.capitalize()}-Api", *(["X-Zfssa-Nas-Api"] if service == "storage" else [])}
    assert named == dict.fromkeys(expected, RELEASES[release])
    general = "X-Zfssa-Api-Version" if release == "8.8" else "X-Zfssa-Api"
    assert headers[general] == RELEASES[release]
    assert headers["X-Zfssa-Version"].startswith("ak/SUNW,ankimo@2013.06.05.")


@pytest.mark.parametrize("release", RELEASES)
def test_login_headers(worlds: Callable[[str], World], release: str) -> None:
    """API reference 1.3 and 15.1: the name is that of the token, which was given none."""
    world = worlds(release)
    for user, password in (("admin", "lab-password"), (MONITOR, MONITOR_PASSWORD)):
        login = world.east.call(*LOGIN, auth=(user, password))
        assert login.status_code == 201
        assert re.fullmatch(r"REST-[A-Za-z0-9]{8}", login.headers["X-Auth-Name"])
        assert len(login.headers["X-Auth-Session"]) >= 16
    assert {one["user"] for one in world.state("east")["sessions"]} == {"admin", MONITOR}
    token = {"X-Auth-Session": login.headers["X-Auth-Session"]}
    out = world.east.call("DELETE", "access/v1", headers=token, auth=lambda request: request)
    assert (out.status_code, out.content) == (204, b"")
    assert out.headers["X-Zfssa-Access-Api"] == RELEASES[release]


def test_token_by_itself_by_id_and_by_href(world: World) -> None:
    """It is found by its value and its id, and ends by its href (API reference 15.1)."""
    tokens = "user/v2/users/admin/preferences/tokens"
    user = {"X-Auth-User": "admin", "X-Auth-Key": "lab-password"}
    made = world.east.call(
        "POST", tokens, {"preserve": True, "expiration": 60}, headers=user, auth=lambda request: request
    )
    value, record = made.headers["X-Auth-Session"], made.json()["token"]
    assert re.fullmatch(r"REST-[A-Za-z0-9]{8}", record["name"])
    assert value not in made.text
    for text in (value, record["id"]):
        assert world.east.call("GET", f"{tokens}/{text}").json()["token"] == record
    assert world.east.call("DELETE", record["href"].removeprefix("/api/")).status_code == 204
    token = {"X-Auth-Session": value}
    assert world.east.call("GET", "storage/v1/pools", headers=token, auth=lambda request: request).status_code == 401


def test_name_that_a_login_gives_its_token(world: World) -> None:
    """API reference 15.1."""
    assert world.east.call(*LOGIN, {"name": "backup"}).headers["X-Auth-Name"] == "backup"


def test_login_of_the_csi_driver(worlds: Callable[[str], World]) -> None:
    """It logs in by header on v2, and then takes only tokens (API reference 1.3)."""
    world = worlds("8.8")
    world.do(lun())
    user = {"X-Auth-User": "admin", "X-Auth-Key": "lab-password"}
    login = world.east.call("POST", "access/v2", headers=user, auth=lambda request: request)
    token = {"X-Auth-Session": login.headers["X-Auth-Session"]}
    found = world.east.call("GET", "storage/v2/luns", headers=token, auth=lambda request: request)
    assert found.json()["luns"][0]["initiatorgroup"] == ["default"]


def test_locations_of_what_is_created(world: World) -> None:
    """Each POST of a resource says where it is (API reference 0.2)."""
    for path, body, where in (
        ("user/v1/users", {"logname": "joe", "initial_password": "x"}, "user/v1/users/joe"),
        ("san/v1/fc/initiators", {"initiator": "wwn.2100001B32000001"}, "san/v1/fc/initiators/wwn.2100001B32000001"),
        ("san/v1/iscsi/target-groups", {"name": "tg"}, "san/v1/iscsi/target-groups/tg"),
    ):
        assert world.east.call("POST", path, body).headers["Location"] == f"/api/{where}"


def test_the_ready_line_names_who_only_looks(world: World) -> None:
    """Beside the fixed keys there is a second user."""
    ready = world.site.ready()["appliances"]["east"]
    assert ready["monitor"] == {"username": MONITOR, "password": MONITOR_PASSWORD}


@pytest.mark.parametrize(
    ("text", "pool"),
    [
        ("tank:1T", ("", "tank", 1024 * GIB)),
        ("a:b:1g", ("", "a:b", GIB)),
        ("east/tank:1g", ("east", "tank", GIB)),
        ("east/a:b:1g", ("east", "a:b", GIB)),
    ],
)
def test_pools_on_the_command_line(text: str, pool: tuple[str, str, int]) -> None:
    """A pool is on each appliance, or on the one that is named."""
    assert make_parser().parse_args(["serve", "--pool", text]).pool == [pool]


@pytest.mark.parametrize(
    "pools",
    [
        ["east/tank"],
        ["east/:1g"],
        ["/tank:1g"],
        ["a/b/tank:1g"],
        ["east/tank:0"],
        ["south/tank:1g"],
        ["east/tank:1g", "east/tank:2g"],
        ["tank:1g", "east/tank:2g"],
    ],
)
def test_pools_that_cannot_be(pools: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The command line says which, and does not start."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", *(word for pool in pools for word in ("--pool", pool))])
    assert ended.value.code == 2
    assert "pool" in capsys.readouterr().err
