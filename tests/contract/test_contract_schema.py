"""Custom properties: defined, described, removed, and what is lost with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import PROJECTS, SCHEMA, Call, Case, lun, play, prepare, project, rows
from lab_appliances import RELEASES, Record
from module_runner import Bench

COLOUR = {"name": "colour"}
ABSENT = {**COLOUR, "state": "absent"}
DEFINED = ("POST", SCHEMA, {"property": "colour", "type": "String", "description": "of the label"})
RED = {"custom:colour": "red"}


def filesystem(**more: object) -> Call:
    """Make a filesystem in project default."""
    return ("POST", f"{PROJECTS}/default/filesystems", {"name": "fs", **more})


CASES = (
    Case(
        "defined",
        "zfssa_schema",
        COLOUR,
        expect={"name": "colour", "type": "String", "description": ""},
        gone=ABSENT,
        releases=RELEASES,
    ),
    *(
        Case(f"of type {name}", "zfssa_schema", {**COLOUR, "type": name}, expect={"type": name}, gone=ABSENT)
        for name in ("Integer", "PositiveInteger", "Boolean", "EmailAddress", "Host")
    ),
    Case(
        "described",
        "zfssa_schema",
        {**COLOUR, "type": "String", "description": "of the front"},
        (DEFINED,),
        expect={"description": "of the front"},
        gone=ABSENT,
        releases=RELEASES,
    ),
    Case("described by nothing", "zfssa_schema", {**COLOUR, "description": ""}, (DEFINED,), expect={"description": ""}),
    Case(
        "removed with its values",
        "zfssa_schema",
        {**ABSENT, "force": True},
        (DEFINED, lun(**RED), project(**RED), filesystem(**RED)),
        expect=None,
        releases=RELEASES,
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


def test_values_can_be_set_as_soon_as_it_is_defined(bench: Bench) -> None:
    bench.change("zfssa_schema", {**COLOUR, "type": "PositiveInteger"})

    run = bench.change("zfssa_project", {"pool": "tank", "name": "default", "custom": {"colour": 7}})

    assert run.value["custom"] == {"colour": 7}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize(
    ("before", "words"),
    [
        ((lun(**RED),), "LUN tank/default/a"),
        ((filesystem(**RED),), "filesystem tank/default/fs"),
        ((project(**RED),), "project tank/proj-a"),
        (tuple(lun(f"l{number}", **RED) for number in range(7)), "LUN tank/default/l4 and 2 more"),
    ],
)
def test_values_are_not_lost_unasked(
    before: tuple[Call, ...], words: str, check: bool, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (DEFINED, *before))

    run = bench.refuse("zfssa_schema", ABSENT, check=check)

    assert words in run.msg and "force" in run.msg
    assert run.writes == []


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_type_is_fixed(check: bool, bench: Bench) -> None:
    prepare(bench.lab, (DEFINED,))

    run = bench.refuse("zfssa_schema", {**COLOUR, "type": "Integer"}, check=check)

    assert "type of custom property colour is 'String' and cannot become 'Integer'" in run.msg
    assert run.writes == []


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "custom:/x", "n" * 300, "ü"])
def test_impossible_name_is_refused_unsent(name: str, bench: Bench) -> None:
    run = bench.refuse("zfssa_schema", {"name": name})

    assert "is not a possible name" in run.msg
    assert run.requests == []


@pytest.mark.parametrize(("options", "most"), [(COLOUR, 1), ({"name": "x", "state": "absent"}, 1), ({"name": "x"}, 2)])
def test_requests_that_it_takes(options: Record, most: int, bench: Bench) -> None:
    prepare(bench.lab, (DEFINED,))

    run = bench.change("zfssa_schema", options, verbosity=3)

    # Two are the login and the end of the session.
    assert run.result["requests"] <= most + 2


VERBS = (
    (COLOUR, "POST", ()),
    ({**COLOUR, "description": "new"}, "PUT", (DEFINED,)),
    (ABSENT, "DELETE", (DEFINED,)),
)


@pytest.mark.parametrize(
    ("fault", "sent"), [({"drop": "after"}, 1), ({"drop": "before"}, 2), ({"expire_sessions": True}, 2)]
)
@pytest.mark.parametrize(("options", "method", "before"), VERBS, ids=["define", "describe", "remove"])
def test_lost_answers(
    options: Record, method: str, before: tuple[Call, ...], fault: Record, sent: int, bench: Bench
) -> None:
    prepare(bench.lab, before)
    bench.lab.fault(fault, method=method, path="/schema")

    run = bench.change("zfssa_schema", options)

    assert run.changed
    assert len(run.writes) == sent
    assert bench.lab.faults() == []
    assert not bench.change("zfssa_schema", options).changed


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 503}, {"drop": "before"}])
@pytest.mark.parametrize("options", [COLOUR, ABSENT])
def test_sick_appliance_is_not_read_as_absence(options: Record, trouble: Record, bench: Bench) -> None:
    bench.lab.fault(trouble, method="GET", path="/api/storage/", times=999)

    run = bench.refuse("zfssa_schema", options)

    assert run.result["failure"]["status"] == trouble.get("status")
    assert not run.changed and run.writes == []
