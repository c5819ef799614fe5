"""What clients that are in use with real appliances send, in their order, and what they need to read from each answer.

API reference 5.3, 7.3, 10.5, 11, 14.7, 15.2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import requests
from lab_facts import IG, IT, OLD, RT, SCHEMA, TG, TT, seen
from lab_world import ACTIONS, AUTH, GIB, MASK, PROJECTS, World, wait

CONFIRMABLE = ("/luns/", "/filesystems/", "/snapshots/", "/projects/")
H1, H2 = "iqn.2020-01.com.example:h1", "iqn.2020-01.com.example:h2"
P = f"{PROJECTS}/p"
LUN = f"{P}/luns/v1"
SHARE = f"{P}/filesystems/sh1"
SNAPS = f"{LUN}/snapshots"
SOURCES = "storage/v1/replication/sources"
SERVICE = "service/v1/services"
LONG_SNAPSHOT = "client-snapshot-2026-01-01T00:00:00.123456"
MANAGED = {"property": "managed", "description": "In somebody's care", "type": "Boolean"}
V2 = "storage/v2/pools/tank/projects/p"


class Say(NamedTuple):
    """One request, the status of its answer, and a part of the object in it or a test of the body.

    ``at`` is the appliance.  Text in path and body may hold ``{id}``, the id of the last action, and ``{source}``.
    """

    method: str
    path: str
    body: Any = None
    status: int = 200
    then: Any = None
    at: str = "east"


class Caller:
    """A client that logs in once at each appliance and uses the session from then on (API reference 1.3)."""

    def __init__(self, world: World, confirms: bool) -> None:
        """``confirms`` tells that the appliances want destruction confirmed; ``asked`` counts how often they did."""
        self.world = world
        self.confirms = confirms
        self.known: dict[str, str] = {}
        self.asked = 0
        self.http = {name: self.login(name) for name in world.clients}

    def login(self, name: str) -> requests.Session:
        """Log in with name and password; the session is all that later requests carry."""
        http = requests.Session()
        http.verify, http.trust_env = self.world.ca_file, False
        http.headers["Content-Type"] = "application/json"
        answer = http.post(f"{self.world.clients[name].url}/api/access/v1", auth=AUTH, timeout=20)
        assert answer.status_code == 201
        assert answer.headers["X-Zfssa-Version"]
        http.headers["X-Auth-Session"] = answer.headers["X-Auth-Session"]
        return http

    def send(self, say: Say, query: str = "") -> requests.Response:
        """Send a request with its placeholders filled in; without a body it still has a Content-Type.

        An href follows a slash, as scripts put it there; without a body version 2 gets ``null`` (API reference 15.2).
        """
        path = say.path.format(**self.known)
        path = f"/{path}" if path.startswith("/api/") else f"/api/{path}"
        data = "null" if "/v2/" in path and say.body is None else None
        data = data if say.body is None else json.dumps(self.filled(say.body))
        url = f"{self.world.clients[say.at].url}{path}{query}"
        return self.http[say.at].request(say.method, url, data=data, timeout=20)

    def filled(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body with its placeholders filled in."""
        return {key: one.format(**self.known) if isinstance(one, str) else one for key, one in body.items()}

    def have(self, say: Any) -> None:
        """Send a request and look at its answer, or do something with the lab."""
        if not isinstance(say, Say):
            say(self.world)
            return
        answer = self.send(say)
        if self.confirms and say.method == "DELETE" and "/pools/" in say.path and answer.status_code == 409:
            assert any(kind in say.path for kind in CONFIRMABLE)
            assert seen(answer.json())["fault"]["name"] == "ERR_CONFIRM_REQUIRED"
            self.asked += 1
            answer = self.send(say, "?confirm=true")
        assert answer.status_code == say.status, f"{say}: {answer.text}"
        body = answer.json() if answer.content else {}
        if "action" in body:
            self.known["id"] = body["action"]["id"]
        if body.get("actions"):
            self.known["id"] = body["actions"][0]["id"]
        if body.get("sources"):
            self.known["source"] = body["sources"][0]["name"]
        if isinstance(say.then, dict):
            found = next(iter(body.values()))
            assert {key: found.get(key) for key in say.then} == say.then, say
        elif say.then is not None:
            assert say.then(body), f"{say}: {body}"

    def logout(self) -> None:
        """Log out; the sessions are dead then."""
        for name, http in self.http.items():
            url = f"{self.world.clients[name].url}/api"
            assert http.delete(f"{url}/access/v1", timeout=20).status_code == 204
            assert http.get(f"{url}/storage/v1/pools", timeout=20).status_code == 401
            http.close()


def made(path: str, name: str, body: dict[str, Any], at: str = "east") -> tuple[Say, Say]:
    """Look for something by its path, and make it when that answers 404."""
    return (Say("GET", f"{path}/{name}", None, 404, at=at), Say("POST", path, body, 201, at=at))


def named(key: str, *names: str) -> Callable[[Any], bool]:
    """Return a test of the names in a list."""
    return lambda body: sorted(one["name"] for one in body[key]) == sorted(names)


def project(at: str = "east") -> tuple[Any, ...]:
    """Make sure of a pool and a project in it."""
    body = {"name": "p", "compression": "off", "logbias": "latency"}
    return (Say("GET", "storage/v1/pools/tank", at=at), *made(PROJECTS, "p", body, at))


def groups(*names: str) -> Callable[[Any], bool]:
    """Return a test of a LUN's initiator groups, which are text or a list (API reference 12.1); each has a number."""

    def has(body: Any) -> bool:
        found, numbers = body["lun"]["initiatorgroup"], body["lun"]["assignednumber"]
        found, numbers = (one if isinstance(one, list) else [one] for one in (found, numbers))
        return sorted(found) == sorted(names) and len(numbers) == len(names)

    return has


def san(at: str = "east") -> tuple[Any, ...]:
    """Set up what presents LUNs: initiators with and without a secret, their groups, a target and its group."""
    # The body that makes the target group holds the list that the target's name is put into when it is known.
    secret = {"initiator": H1, "alias": "ig-a-h1", "chapuser": "user", "chapsecret": "secret-of-h1"}
    target = {"alias": "tg", "auth": "chap", "targetchapuser": "user", "targetchapsecret": "secret-of-tg"}
    iqn: list[str] = []

    def remember(body: Any) -> bool:
        iqn.append(body["target"]["iqn"])
        return bool(iqn[0])

    return (
        *made(IT, "alias=ig-a-h1", secret, at),
        *made(IG, "ig-a", {"name": "ig-a", "initiators": [H1]}, at),
        *made(IT, "alias=ig-b-h2", {"initiator": H2, "alias": "ig-b-h2"}, at),
        *made(IG, "ig-b", {"name": "ig-b", "initiators": [H2]}, at),
        Say("GET", f"{IT}/{H1}", None, 200, {"initiator": H1}, at),
        Say("GET", f"{TT}/alias=tg", None, 404, at=at),
        Say("POST", TT, target, 201, remember, at),
        Say("GET", f"{TT}/alias=tg", None, 200, lambda body: body["target"]["iqn"] == iqn[0], at),
        Say("GET", f"{TG}/tg", None, 404, at=at),
        Say("POST", TG, {"name": "tg", "targets": iqn}, 201, lambda body: body["group"]["targets"] == iqn, at),
    )


def volume(name: str = "v1", **more: Any) -> Say:
    """Make a LUN that nobody sees, with what a volume type asks for."""
    specs = {"volblocksize": "8k", "sparse": False, "compression": "off", "logbias": "latency", "custom:managed": True}
    body = {"name": name, "volsize": "1g", "targetgroup": "tg", "initiatorgroup": MASK, **specs, **more}
    return Say("POST", f"{P}/luns", body, 201)


def attached(release: str) -> tuple[Any, ...]:
    """Present a LUN to one group, to two at once where the release can (API reference 12.1), and to none."""
    both = Say("PUT", LUN, {"initiatorgroup": ["ig-a", "ig-b"]}, 400 if release in OLD else 202)
    seen_by = groups("ig-a") if release in OLD else groups("ig-a", "ig-b")

    def knows_both(body: Any) -> bool:
        found = {one["name"]: one["initiators"] for one in body["groups"]}
        return (found["ig-a"], found["ig-b"]) == ([H1], [H2])

    return (
        Say("GET", IG, None, 200, knows_both),
        Say("PUT", LUN, {"initiatorgroup": "ig-a"}, 202),
        Say("GET", LUN, None, 200, groups("ig-a")),
        both,
        Say("GET", LUN, None, 200, seen_by),
        Say("PUT", LUN, {"initiatorgroup": MASK}, 202),
        Say("GET", LUN, None, 200, groups(MASK)),
    )


def cloned(name: str, snapshot: str) -> tuple[Any, ...]:
    """Clone a snapshot; the clone is guarded, and enlarged afterwards (API reference 7.3)."""
    body = {"project": "p", "share": name, "nodestroy": True, "sparse": False, "custom:managed": True}
    origin = {"share": "v1", "snapshot": snapshot, "project": "p"}
    clone = f"{P}/luns/{name}"
    return (
        Say("POST", SNAPS, {"name": snapshot}, 201),
        Say("PUT", f"{SNAPS}/{snapshot}/clone", body, 201),
        Say("PUT", clone, {"volsize": 2 * GIB}, 202, {"volsize": 2 * GIB, "nodestroy": True}),
        Say("GET", f"{SNAPS}/{snapshot}", None, 200, {"name": snapshot, "numclones": 1}),
        Say("GET", clone, None, 200, lambda body: origin.items() <= body["lun"]["origin"].items()),
    )


def block_volumes(release: str) -> tuple[Any, ...]:
    """A driver of block volumes over iSCSI (cinder): set-up, a volume's life, clones, and renames out of its care."""
    read = {"name": "v1", "volsize": GIB, "nodestroy": False, "targetgroup": "tg"}
    return (
        *project(),
        *made(SCHEMA, "managed", MANAGED),
        *san(),
        volume(),
        Say("POST", f"{P}/luns", {"name": "v1", "volsize": "1g"}, 409),
        Say("GET", LUN, None, 200, {**read, "custom:managed": True}),
        *attached(release),
        *cloned("v2", "s1"),
        Say("DELETE", f"{P}/luns/v2", None, 403),
        Say("PUT", f"{P}/luns/v2", {"nodestroy": False}, 202),
        Say("DELETE", f"{P}/luns/v2", None, 204),
        Say("DELETE", f"{SNAPS}/s1", None, 204),
        *cloned("v3", "passing"),
        Say("PUT", f"{P}/luns/v3", {"nodestroy": False}, 202),
        Say("DELETE", f"{SNAPS}/passing", None, 204),
        Say("GET", f"{P}/luns/v3", None, 404),
        Say(
            "PUT", LUN, {"name": "left-v1", "custom:managed": False}, 202, {"name": "left-v1", "custom:managed": False}
        ),
        Say("GET", f"{P}/luns", None, 200, named("luns", "left-v1")),
        Say("PUT", f"{P}/luns/left-v1", {"name": "v1", "custom:managed": True}, 202),
        Say(
            "GET", P, None, 200, lambda body: body["project"]["space_available"] > body["project"]["space_total"] > GIB
        ),
        Say("DELETE", LUN, None, 204),
        Say("DELETE", P, None, 204),
    )


CACHE = f"{PROJECTS}/cache"
CACHED = f"{CACHE}/luns/cache-image-1"


def images(release: str) -> tuple[Any, ...]:
    """The same driver makes volumes of an image: a cached volume in a project of its own, clones elsewhere, and its end.

    The cached volume bears the image and its time; it goes with its last clone, or when the image is renewed.
    """
    texts = [{"property": name, "description": "", "type": "String"} for name in ("image_id", "updated_at")]
    bears = {"custom:image_id": "image-1", "custom:updated_at": "2026-01-01T00:00:00"}
    filled = (
        Say("PUT", CACHED, {"initiatorgroup": "ig-a"}, 202, groups("ig-a")),
        Say("PUT", CACHED, {"initiatorgroup": MASK}, 202),
        Say("POST", f"{CACHED}/snapshots", {"name": "image-image-1"}, 201),
    )
    specs = {"sparse": False, "compression": "off", "logbias": "latency", "custom:managed": True}
    cloned_to = {"project": "p", "share": "v1", "nodestroy": True, **specs}
    origin = {"project": "cache", "share": "cache-image-1", "snapshot": "image-image-1"}
    snapshot = f"{CACHED}/snapshots/image-image-1"
    body = {"name": "cache-image-1", "volsize": "1g", "targetgroup": "tg", "initiatorgroup": MASK, **specs, **bears}
    return (
        *(*project(), *san()),
        *made(PROJECTS, "cache", {"name": "cache", "compression": "off", "logbias": "latency"}),
        *made(SCHEMA, "managed", MANAGED),
        *(say for text in texts for say in made(SCHEMA, text["property"], text)),
        Say("GET", CACHED, None, 404),
        Say("POST", f"{CACHE}/luns", {**body, "volblocksize": "8k"}, 201, bears),
        *filled,
        Say("PUT", f"{snapshot}/clone", cloned_to, 201, {"name": "v1", "project": "p"}),
        Say("PUT", LUN, {"volsize": 2 * GIB}, 202, {"volsize": 2 * GIB}),
        Say("GET", LUN, None, 200, lambda body: origin.items() <= body["lun"]["origin"].items()),
        Say("GET", CACHED, None, 200, bears),
        Say("GET", snapshot, None, 200, {"numclones": 1}),
        Say("PUT", LUN, {"nodestroy": False}, 202),
        Say("DELETE", LUN, None, 204),
        Say("GET", snapshot, None, 200, {"numclones": 0}),
        Say("DELETE", CACHED, None, 204),
        Say("GET", CACHED, None, 404),
    )


def peers() -> tuple[Any, ...]:
    """Read who is who: replication is on, the other appliance is a target here, at the address that is known of it."""
    online = {"<status>": "online"}
    asn: list[str] = []

    def note(body: Any) -> bool:
        asn.append(body["version"]["asn"])
        return bool(asn[0])

    def known(body: Any) -> bool:
        labels = [one["label"] for one in body["targets"] if one["asn"] == asn[0] and one["address"].endswith(":216")]
        return labels == ["west"]

    return (
        Say("GET", f"{SERVICE}/replication", None, 200, online),
        Say("GET", f"{SERVICE}/replication", None, 200, online, "west"),
        Say("GET", "system/v1/version", None, 200, note, "west"),
        Say("GET", RT, None, 200, known),
    )


def migration(release: str) -> tuple[Any, ...]:
    """The same driver moves a volume to the other appliance: the action goes before the package is severed (10.5)."""
    action = {"pool": "tank", "project": "p", "share": "v1", "target": "west", "target_pool": "tank"}
    there = f"{PROJECTS}/{{id}}"
    return (
        *(*project(), *project("west"), *san(), *san("west")),
        *(*made(SCHEMA, "managed", MANAGED), *made(SCHEMA, "managed", MANAGED, "west")),
        volume(),
        *peers(),
        Say("PUT", f"{P}/filesystems/v1/replication", {"inherited": False}, 202),
        Say("POST", ACTIONS, action, 201),
        Say("PUT", f"{ACTIONS}/{{id}}/sendupdate", None, 202),
        Say("GET", f"{ACTIONS}/{{id}}", None, 200, {"last_result": "<unknown>", "state": "sending"}),
        wait(60),
        Say("GET", f"{ACTIONS}/{{id}}", None, 200, {"last_result": "success", "state": "idle"}),
        Say("DELETE", f"{ACTIONS}/{{id}}", None, 204),
        Say("GET", SOURCES, None, 200, lambda body: len(body["sources"]) == 1, "west"),
        Say("PUT", f"{SOURCES}/{{source}}/packages/{{id}}/sever", {"projname": "{id}"}, 202, at="west"),
        Say("PUT", f"{there}/filesystems/v1", {"project": "p"}, 202, at="west"),
        Say("DELETE", there, None, 204, at="west"),
        Say("DELETE", LUN, None, 204),
        Say("GET", LUN, None, 200, {"name": "v1", "targetgroup": "tg"}, "west"),
        Say("PUT", LUN, {"initiatorgroup": "ig-b"}, 202, groups("ig-b"), "west"),
    )


def file_volumes(release: str) -> tuple[Any, ...]:
    """A driver that keeps volumes as files of one share (cinder): the share, its services, a passing snapshot."""
    wanted = {"sharedav": "rw", "sharenfs": "rw", "root_permissions": "777", "compression": "off", "logbias": "latency"}
    online = {"<status>": "online"}
    read = ("mountpoint", "space_available", "space_total", "compression", "encryption", "logbias")
    return (
        *project(),
        *made(f"{P}/filesystems", "sh1", {**wanted, "name": "sh1"}),
        Say("PUT", SHARE, wanted, 202),
        Say("GET", SHARE, None, 200, lambda body: all(key in body["filesystem"] for key in read)),
        Say("PUT", f"{SERVICE}/http", {"https_port": "443", "require_login": True}, 202),
        Say("PUT", f"{SERVICE}/http/enable", None, 202, online),
        Say("GET", f"{SERVICE}/http", None, 200, online),
        Say("GET", f"{SERVICE}/nfs", None, 200, online),
        Say("POST", f"{SHARE}/snapshots", {"name": LONG_SNAPSHOT}, 201),
        Say("DELETE", f"{SHARE}/snapshots/{LONG_SNAPSHOT}", None, 204),
        Say("GET", "storage/v1/pools/tank", None, 200, lambda body: bool(body["pool"]["profile"])),
    )


OFF = dict.fromkeys(("sharedav", "shareftp", "sharesftp", "sharetftp", "sharesmb"), "off")
SHARED = {**OFF, "root_permissions": "777", "sharenfs": "sec=sys", "quota_snap": True, "reservation_snap": True}
NAS = {"compression": "off", "logbias": "latency", "checksum": "fletcher4", "vscan": "false", "rstchown": "true"}


def sized(count: int, **more: Any) -> dict[str, Any]:
    """Return the body of a share that has its room for itself."""
    return {"quota": count * GIB, "reservation": count * GIB, **SHARED, "custom:managed": True, **more}


def shares(release: str) -> tuple[Any, ...]:
    """A driver of shares (manila): who may mount, more and less room, a clone, and renames out of its care."""
    access = "sec=sys,rw=@192.0.2.1/32,rw=@198.51.100.0/24"
    snapshots = f"{SHARE}/snapshots"
    return (
        Say("GET", P, None, 404),
        Say(
            "POST", PROJECTS, {"name": "p", "sharesmb": "off", "sharenfs": "off", "mountpoint": "/export/p", **NAS}, 201
        ),
        *(Say("PUT", f"{SERVICE}/{name}/enable", None, 202, {"<status>": "online"}) for name in ("nfs", "smb")),
        *made(SCHEMA, "managed", MANAGED),
        *made(f"{P}/filesystems", "sh1", sized(1, name="sh1", **NAS)),
        *made(f"{P}/filesystems", "sh2", sized(1, name="sh2", **{**NAS, "sharesmb": "on"})),
        Say("GET", SHARE, None, 200, {"sharenfs": "sec=sys", "quota": GIB, "reservation": GIB, "custom:managed": True}),
        Say("PUT", SHARE, {"sharenfs": access}, 202, {"sharenfs": access}),
        Say("PUT", SHARE, {"sharenfs": "sec=sys"}, 202),
        Say("PUT", SHARE, sized(3), 202, {"quota": 3 * GIB}),
        Say("PUT", SHARE, sized(2), 202, {"reservation": 2 * GIB}),
        Say("POST", snapshots, {"name": "s1"}, 201),
        Say("GET", f"{snapshots}/s1", None, 200, {"numclones": 0}),
        Say("PUT", f"{snapshots}/s1/clone", sized(2, share="sh3", project="p"), 201),
        Say("GET", f"{snapshots}/s1", None, 200, {"numclones": 1}),
        Say("DELETE", f"{P}/filesystems/sh3", None, 204),
        Say("DELETE", f"{snapshots}/s1", None, 204),
        Say("PUT", SHARE, {"custom:managed": False, "sharenfs": "off"}, 202, {"custom:managed": False}),
        Say("PUT", SHARE, sized(2, name="sh5", **NAS), 202, {"name": "sh5", "custom:managed": True}),
        *(Say("DELETE", f"{P}/filesystems/{name}", None, 204) for name in ("sh5", "sh2")),
        Say("GET", f"{P}/filesystems", None, 200, named("filesystems")),
    )


def container_volumes(release: str) -> tuple[Any, ...]:
    """A driver for containers (csi), by version 2: lists everywhere, whole numbers, names read from hrefs."""
    lun = {"name": "v1", "volsize": GIB, "volblocksize": 8192, "targetgroup": "default", "sparse": True}
    file_share = {"name": "sh1", "quota": GIB, "reservation": GIB, "root_user": "nobody", "root_permissions": "777"}
    copy = {"project": "p", "share": "v2", "initiatorgroup": [MASK]}
    deep = "/api/storage/v2/pools/tank/projects/p/luns/v1/snapshots/s1"
    return (
        *project(),
        Say("POST", IG, {"name": "ig-a", "initiators": []}, 201),
        Say("POST", f"{V2}/luns", {**lun, "initiatorgroup": [MASK]}, 201, {"initiatorgroup": [MASK]}),
        Say("PUT", f"{V2}/luns/v1", {"initiatorgroup": ["ig-a"]}, 202),
        Say("GET", f"{V2}/luns/v1", None, 200, lambda body: isinstance(body["lun"]["assignednumber"][0], int)),
        Say("PUT", f"{V2}/luns/v1", {"initiatorgroup": [MASK]}, 202),
        Say("POST", f"{V2}/luns/v1/snapshots", {"name": "s1"}, 201, {"href": deep, "numclones": 0}),
        Say("PUT", f"{V2}/luns/v1/snapshots/s1/clone", copy, 201, {"name": "v2", "initiatorgroup": [MASK]}),
        Say("GET", "storage/v2/luns", None, 200, named("luns", "v1", "v2")),
        *(Say("DELETE", f"{V2}/luns/v2", None, 204), Say("DELETE", f"{V2}/luns/v1/snapshots/s1", None, 204)),
        Say("POST", f"{V2}/filesystems", file_share, 201, lambda body: isinstance(body["filesystem"]["quota"], int)),
        Say("PUT", f"{V2}/filesystems/sh1", {"quota": 2 * GIB, "reservation": 2 * GIB}, 202, {"quota": 2 * GIB}),
        *(Say("DELETE", f"{V2}/filesystems/sh1", None, 204), Say("DELETE", f"{V2}/luns/v1", None, 204)),
    )


def reversal(release: str) -> tuple[Any, ...]:
    """Scripts replicate a project for ever, then turn the packages of the target round (API reference 10.4, 15.1)."""
    action = {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank", "continuous": True}

    def package(body: Any) -> bool:
        return [(one["id"] != "", one["project"]) for one in body["source"]["packages"]] == [(True, "p")]

    def back(body: Any) -> bool:
        return [(one["project"], one["href"].startswith("/api/")) for one in body["actions"]] == [("p", True)]

    return (
        *project(),
        Say("POST", f"{P}/luns", {"name": "v1", "volsize": 500 * 2**20}, 201),
        Say("POST", ACTIONS, action, 201),
        wait(60),
        Say("GET", SOURCES, at="west"),
        Say("GET", f"{SOURCES}/{{source}}", None, 200, package, "west"),
        Say("PUT", f"{SOURCES}/{{source}}/packages/{{id}}/reverse", {"projname": "p"}, 202, at="west"),
        Say("GET", ACTIONS, None, 200, back, "west"),
        Say("PUT", f"/api/{ACTIONS}/{{id}}", {"continuous": "true"}, 202, {"continuous": True}, "west"),
        Say("GET", LUN, None, 200, {"name": "v1"}, "west"),
    )


def inventory(release: str) -> tuple[Any, ...]:
    """Monitors walk all there is; they divide by sizes, and want v1's times (API reference 0.2, 15.2)."""
    sizes = ("space_data", "space_available", "space_total", "space_snapshots")

    def walked(key: str) -> Callable[[Any], bool]:
        return lambda body: all(one["href"].startswith("/api/") and one["creation"][8] == "T" for one in body[key])

    return (
        *project(),
        Say("POST", f"{P}/filesystems", {"name": "sh1"}, 201),
        Say("POST", f"{SHARE}/snapshots", {"name": "s1"}, 201),
        Say("GET", "storage/v1/pools", None, 200, lambda body: all(one["usage"]["total"] > 0 for one in body["pools"])),
        Say("GET", "storage/v1/projects", None, 200, walked("projects")),
        Say("GET", f"/api/{P}/filesystems", None, 200, walked("filesystems")),
        Say("GET", f"{P}/filesystems", None, 200, lambda body: all(key in body["filesystems"][0] for key in sizes)),
        Say("GET", f"{SHARE}/snapshots", None, 200, walked("snapshots")),
        Say("GET", "network/v1/interfaces", None, 200, lambda body: bool(body["interfaces"][0]["v4addrs"])),
        Say("GET", "hardware/v1/cluster", None, 200, {"state": "AKCS_UNCONFIGURED"}),
        Say("GET", "problem/v1/problems"),
    )


CONVERSATIONS = (block_volumes, images, migration, file_volumes, shares, reversal, inventory)
