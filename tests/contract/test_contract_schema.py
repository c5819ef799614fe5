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


def defined(kind: str, name: str = "n") -> Call:
    """Define a custom property."""
    return ("POST", SCHEMA, {"property": name, "type": kind})


BOX = {"pool": "tank", "project": "default", "name": "a", "initiator_groups": [], "size": "1G"}
# What the values of custom properties become, first ones and others, however the user writes them.
VALUES = tuple(
    Case(f"{kind} {given!r} {'for another' if before else 'at first'}", module, {**place, "custom": given},
         (defined(kind), *before), expect={"custom": {"n": kept}}, releases=RELEASES if given == {"n": "7"} else ("8.8",))
    for kind, given, kept, other in (
        ("Integer", {"n": "7"}, 7, 5),
        ("Integer", "n=8", 8, 5),
        ("PositiveInteger", {"n": 9}, 9, 5),
        ("Boolean", {"n": "True"}, True, False),
        ("Boolean", {"n": "yes"}, True, False),
        ("Boolean", {"n": "off"}, False, True),
        ("String", {"n": "yes"}, "yes", "no"),
    )
    for module, place, before in (
        ("zfssa_lun", BOX, ()),
        ("zfssa_project", {"pool": "tank", "name": "proj-a"}, (project(**{"custom:n": other}),)),
    )
)  # fmt: skip


@pytest.mark.parametrize(("case", "release"), rows(VALUES))
def test_value(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize(
    ("kind", "before", "given", "words"),
    [
        ("Integer", (), "many", "n"),
        ("Integer", (lun(**{"custom:n": 5}),), "many", "'many' is not a number"),
        ("Boolean", (), "perhaps", "n"),
        ("Boolean", (lun(**{"custom:n": True}),), "perhaps", "'perhaps' is neither true nor false"),
    ],
)
def test_value_of_another_type_is_refused_unwritten(
    kind: str, before: tuple[Call, ...], given: str, words: str, check: bool, bench: Bench
) -> None:
    prepare(bench.lab, (defined(kind), *before))

    run = bench.refuse("zfssa_lun", {**BOX, "custom": {"n": given}}, check=check)

    assert words in run.msg
    assert not [row for row in run.writes if row["status"] < 400]


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize("before", ["", "a", "yes"])
@pytest.mark.parametrize(
    ("kind", "given", "what"),
    [
        ("String", 1.1, "a number"),
        ("String", True, "true or false"),
        ("String", False, "true or false"),
        ("Host", 1.1, "a number"),
        ("Host", True, "true or false"),
    ],
)
def test_what_yaml_makes_of_a_text_is_refused_whatever_is_there(
    kind: str, given: object, what: str, before: str, check: bool, bench: Bench
) -> None:
    prepare(bench.lab, (defined(kind), *((lun(**{"custom:n": before}),) if before else ())))

    run = bench.refuse("zfssa_lun", {**BOX, "custom": {"n": given}}, check=check)

    assert f"custom property n is of type {kind}, and {given} is {what} in YAML, and not" in run.msg
    assert "; put it in quotes; correct n" in run.msg
    assert run.writes == []


@pytest.mark.parametrize("before", ["", "5"])
def test_whole_number_becomes_a_text_with_a_warning(before: str, bench: Bench) -> None:
    prepare(bench.lab, (defined("String"), *((lun(**{"custom:n": before}),) if before else ())))
    options = {**BOX, "custom": {"n": 8}}

    runs = [bench.change("zfssa_lun", options, check=check, warns=True) for check in (True, False, False, True)]

    assert [run.changed for run in runs] == [True, True, False, False]
    assert [run.value["custom"] for run in runs] == [{"n": "8"}] * 4
    said = "custom property n 8 is a number in YAML, and the text '8' is used; put it in quotes."
    assert [run.warnings for run in runs] == [[said]] * 4


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


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 503}, {"drop": "before"}])
@pytest.mark.parametrize("options", [COLOUR, ABSENT])
def test_sick_appliance_is_not_read_as_absence(options: Record, trouble: Record, bench: Bench) -> None:
    bench.lab.fault(trouble, method="GET", path="/api/storage/", times=999)

    run = bench.refuse("zfssa_schema", options)

    assert run.result["failure"]["status"] == trouble.get("status")
    assert not run.changed and run.writes == []
