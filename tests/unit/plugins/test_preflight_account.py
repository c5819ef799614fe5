"""What an account may do, as a preflight tells it: the authorizations that docs/appliance.md lists, and what of them is granted where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from accounts import Grant, grants, grants_of, grants_of_adoption

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._account import (
    Account,
    judge_purpose,
    read_account,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._finding import (
    FAILED,
    PASSED,
    UNKNOWN,
    NotLookedAt,
)
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._once import OnceWithFailures
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.preflight._purposes import PURPOSES, Purpose
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    Denied,
    NotFound,
    NotUnderstood,
    Unreachable,
    ZfssaError,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import OS8_7, OS8_8, Release

# The modules whose rows a purpose is made of.
MODULES = {
    "projects": ("zfssa_project",),
    "luns": ("zfssa_lun",),
    "mapping": ("zfssa_lun_mapping",),
    "snapshots": ("zfssa_snapshot",),
    "san": ("zfssa_initiator", "zfssa_initiator_group", "zfssa_target", "zfssa_target_group"),
    "schema": ("zfssa_schema",),
    "services": ("zfssa_service",),
    "replication": ("zfssa_replication", "zfssa_replication_update"),
    "replication_packages": ("zfssa_replication_package",),
    "peers": ("zfssa_replication_target",),
    "image_cache": ("zfssa_lun", "zfssa_snapshot", "zfssa_initiator", "zfssa_initiator_group", "zfssa_schema"),
}
SIDES = {
    "migration_source": ("source",),
    "migration_target": ("target",),
    "migration": ("source", "target"),
}
HERE = {"pool": "tank", "project": "db", "service": None}
LUNS, PROJECTS, MIGRATION = PURPOSES["luns"], PURPOSES["projects"], PURPOSES["migration_source"]


def needs(rows: list[Grant], release: Release) -> set[tuple[str, str]]:
    """What rows of the document want on a release."""
    newer = release == OS8_8
    return {(row.scope, flag) for row in rows for flag in (*row.flags, *(row.newer if newer else ()))}


def rows_of(purpose: str) -> list[Grant]:
    """The rows of the document that a purpose is made of."""
    if purpose == "provisioning":
        return grants_of("zfssa.storage.provision")
    if purpose == "adopt_lun":
        return grants_of_adoption()
    if purpose in SIDES:
        return [row for row in grants("Appliance") if row.whose in SIDES[purpose]]
    return [row for row in grants("Module") if row.whose in MODULES[purpose]]


@pytest.mark.parametrize("release", [OS8_7, OS8_8], ids=str)
@pytest.mark.parametrize("name", PURPOSES)
def test_purpose_needs_what_the_document_lists(name: str, release: Release) -> None:
    assert set(PURPOSES[name].needs(release)) == needs(rows_of(name), release)


def granted(purpose: Purpose, release: Release = OS8_8, **more: Any) -> tuple[dict[str, Any], ...]:
    """One authorization for each scope, with all that a purpose needs."""
    scopes: dict[str, dict[str, Any]] = {}
    for scope, flag in purpose.needs(release):
        scopes.setdefault(scope, {"scope": scope, **more})[flag] = True
    return tuple(scopes.values())


def outcome(
    purpose: Purpose,
    *held: Mapping[str, Any],
    release: Release = OS8_8,
    place: Mapping[str, Any] | None = None,
    **more: Any,
) -> str:
    """What is said of an account that holds some authorizations."""
    account = Account("ansible", tuple(map(dict, held)), **more)
    verdict = judge_purpose(account, purpose, release, HERE if place is None else place)
    assert bool(verdict.cure) == (verdict.outcome != PASSED)
    assert "'ansible'" in verdict.found
    return verdict.outcome


@pytest.mark.parametrize("name", PURPOSES)
def test_all_that_is_needed_is_enough_and_each_part_of_it_needed(name: str) -> None:
    purpose = PURPOSES[name]
    held = granted(purpose)

    assert outcome(purpose, *held) == PASSED
    for scope, flag in purpose.needs(OS8_8):
        less = [{**one, flag: False} if one["scope"] == scope else one for one in held]
        assert outcome(purpose, *less) == FAILED, flag


@pytest.mark.parametrize(
    ("purpose", "filters", "wanted"),
    [
        (LUNS, {"pool": "tank"}, PASSED),
        (LUNS, {"pool": "tank", "project": "db", "share": "*"}, PASSED),
        (LUNS, {"pool": "lake"}, FAILED),
        (LUNS, {"pool": "*", "project": "mail"}, FAILED),
        # For which LUNs nobody has said.
        (LUNS, {"project": "db", "share": "redo-1"}, UNKNOWN),
        (LUNS, {"pool": 7}, UNKNOWN),
        # What is narrowed to a share says nothing of its project.
        (PROJECTS, {"project": "db", "share": "redo-1"}, FAILED),
        (PROJECTS, {"project": "db"}, PASSED),
        # It makes projects of its own.
        (MIGRATION, {"pool": "tank"}, PASSED),
        (MIGRATION, {"pool": "tank", "project": "db"}, FAILED),
        (PURPOSES["peers"], {"service": "replication"}, PASSED),
        (PURPOSES["peers"], {"service": "iscsi"}, FAILED),
        (PURPOSES["services"], {"service": "iscsi"}, UNKNOWN),
        (PURPOSES["services"], {"service": "*"}, PASSED),
    ],
)
def test_filters_narrow_what_is_granted(purpose: Purpose, filters: Mapping[str, Any], wanted: str) -> None:
    assert outcome(purpose, *granted(purpose, **filters)) == wanted


def test_where_no_place_is_given_only_all_is_enough() -> None:
    nowhere = {"pool": None, "project": None, "service": None}

    assert outcome(LUNS, *granted(LUNS), place=nowhere) == PASSED
    assert outcome(LUNS, *granted(LUNS, pool="tank"), place=nowhere) == UNKNOWN


def test_several_authorizations_come_together() -> None:
    (held,) = granted(LUNS)
    flags = [key for key in held if key != "scope"]
    halves = [{"scope": "nas", **dict.fromkeys(part, True)} for part in (flags[:3], flags[3:])]

    assert outcome(LUNS, {"scope": "stmf"}, *halves) == PASSED


def test_newer_authorizations_are_for_newer_releases() -> None:
    assert outcome(LUNS, *granted(LUNS, OS8_7), release=OS8_7) == PASSED
    (held,) = granted(LUNS, OS8_7)
    assert outcome(LUNS, {**held, "allow_changeProtocolProps": False}) == FAILED


@pytest.mark.parametrize("value", ["perhaps", 7, [True]])
def test_flag_that_nobody_understands_is_unknown(value: Any) -> None:
    (held,) = granted(LUNS)

    assert outcome(LUNS, {**held, "allow_clone": value}) == UNKNOWN
    assert outcome(LUNS, {**held, "allow_clone": "true"}) == PASSED
    # One that is not told either: the appliance may have no such flag.
    assert outcome(LUNS, {key: value for key, value in held.items() if key != "allow_clone"}) == UNKNOWN


def test_role_that_cannot_be_read_may_allow_what_is_missing() -> None:
    assert outcome(LUNS) == FAILED
    assert outcome(LUNS, unread=("night-shift",)) == UNKNOWN
    assert outcome(LUNS, *granted(LUNS), unread=("night-shift",)) == PASSED


def test_superuser_may_do_everything() -> None:
    account = Account("root", is_superuser=True)

    assert {judge_purpose(account, one, OS8_8, HERE).outcome for one in PURPOSES.values()} == {PASSED}


# Reading

USERS, ROLES = "/api/user/v1/users", "/api/role/v1/roles"
ONE = {"scope": "nas", "allow_clone": True}
TWO = {"scope": "stmf", "allow_configure": True}


class Pages:
    """Answers by their paths, and the paths that were asked for."""

    release_known, release = True, OS8_8

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.pages, self.asked = pages, list[str]()

    def get(self, path: str, _params: Mapping[str, str] | None = None) -> Any:
        """Return an answer, or raise it."""
        self.asked.append(path)
        answer = self.pages.get(path)
        if isinstance(answer, ZfssaError):
            raise answer
        return answer


def test_account_is_read_with_its_roles() -> None:
    pages = Pages(
        {
            f"{USERS}/joe": {"user": {"logname": "joe", "roles": ["basic", "r s"], "exceptions": [ONE]}},
            f"{ROLES}/basic": {"role": {"name": "basic", "authorizations": []}},
            f"{ROLES}/r%20s": {"role": {"name": "r s", "authorizations": [TWO]}},
        }
    )

    assert read_account(OnceWithFailures(pages), "joe") == Account("joe", (ONE, TWO))
    assert len(pages.asked) == 3


def test_authorizations_may_stand_in_lists_of_their_own() -> None:
    pages = Pages(
        {
            f"{USERS}/joe": {"user": {"logname": "joe", "roles": ["r"]}},
            f"{USERS}/joe/exceptions": {"exceptions": [ONE]},
            f"{ROLES}/r": {"role": {"name": "r", "authorizations": {"href": "x"}}},
            f"{ROLES}/r/authorizations": {"authorizations": [TWO]},
        }
    )

    assert read_account(OnceWithFailures(pages), "joe") == Account("joe", (ONE, TWO))


def test_roles_that_cannot_be_read_are_named() -> None:
    pages = Pages(
        {
            f"{USERS}/joe": {"user": {"logname": "joe", "roles": ["hidden", "gone"], "exceptions": []}},
            f"{ROLES}/hidden": Denied("may not", status=403),
        }
    )

    assert read_account(OnceWithFailures(pages), "joe") == Account("joe", (), ("gone", "hidden"))


@pytest.mark.parametrize("answer", [ApplianceError("internal error", status=500), {"role": "yes"}], ids=["sick", "odd"])
def test_sick_appliance_is_told_and_not_taken_for_a_role_that_is_hidden(answer: Any) -> None:
    user = {"logname": "joe", "roles": ["r"], "exceptions": []}

    with pytest.raises(ApplianceError):
        read_account(OnceWithFailures(Pages({f"{USERS}/joe": {"user": user}, f"{ROLES}/r": answer})), "joe")


@pytest.mark.parametrize("name", [None, "from-a-directory"])
def test_account_that_the_appliance_does_not_tell_of_is_unknown(name: str | None) -> None:
    with pytest.raises(NotUnderstood):
        read_account(OnceWithFailures(Pages({})), name)


def test_root_is_not_read() -> None:
    pages = Pages({})

    assert read_account(OnceWithFailures(pages), "root").is_superuser
    assert pages.asked == []


# Each thing once


def test_no_path_is_read_twice_whatever_came_of_it() -> None:
    sick = ApplianceError("internal error", status=500)
    pages = Pages({"/a": {"a": 1}, "/sick": sick})
    once = OnceWithFailures(pages)

    for _number in range(2):
        assert once.get("/a") == {"a": 1}
        assert once.get("/gone") is None
        with pytest.raises(ApplianceError, match="internal error"):
            once.get("/sick")
        with pytest.raises(NotFound, match="does not know /gone"):
            once.listed("/gone", "list")
    assert pages.asked == ["/a", "/gone", "/sick"]


def test_nothing_is_asked_of_an_appliance_that_cannot_be_reached_any_more() -> None:
    pages = Pages({"/a": {"a": 1}, "/b": Unreachable("no route")})
    once = OnceWithFailures(pages)
    once.get("/a")

    with pytest.raises(Unreachable):
        once.get("/b")
    with pytest.raises(NotLookedAt):
        once.get("/c")
    with pytest.raises(Unreachable):
        once.get("/b")
    assert once.get("/a") == {"a": 1}
    assert pages.asked == ["/a", "/b"]
