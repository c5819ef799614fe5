"""Bad inputs of every module: one clear sentence that names the option, and not a word to the appliance.

Here are those that all modules can be given, and types that are wrong; what belongs to one kind of object is in its own file.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import groups, prepare
from lab_appliances import Record
from module_runner import MODULES, Bench

PLACE = {"pool": "tank", "project": "default"}
LUN = {**PLACE, "name": "a", "size": "1G"}
MAPPING = {**PLACE, "lun": "a", "initiator_groups": ["ig-a"]}
SNAPSHOT = {**PLACE, "lun": "a", "name": "s1"}
PROJECT = {"pool": "tank", "name": "p"}
ROUTE = {**PLACE, "lun": "a", "target": "west", "target_pool": "tank"}
WAS = {"status": "online", "initiator_groups": ["ig-a"], "target_group": "default"}
MIGRATION = {**PLACE, "luns": ["a"], "target_pool": "tank", "target_project": "default", "peer": "west"}
INITIATOR = {"initiator": "iqn.2020-01.com.example:x"}
TARGET = {"alias": "t"}
CACHED = {**PLACE, "id": "minimal-1.0"}
IMAGE = {
    **CACHED,
    "image": "/srv/images/minimal.qcow2",
    "initiator": "iqn.2020-01.com.example:x",
    "initiator_group": "g",
}
LONG = "n" * 300

# Each module with options that are right, and those of them that are names.
NAMES: dict[str, tuple[Record, tuple[str, ...]]] = {
    "zfssa_image": (IMAGE, ("pool", "project", "initiator_group", "target_group")),
    "zfssa_image_cache": (CACHED, ("pool", "project")),
    "zfssa_initiator": (INITIATOR, ("initiator",)),
    "zfssa_initiator_group": ({"name": "g"}, ("name",)),
    "zfssa_lun": (LUN, ("pool", "project", "name", "new_name", "new_project", "target_group")),
    "zfssa_lun_mapping": (MAPPING, ("pool", "project", "target_group")),
    "zfssa_lun_migration": (
        {**MIGRATION, "state": "copy_masked", "action_id": "x"},
        ("pool", "project", "target_pool", "target_project", "action_id"),
    ),
    "zfssa_preflight": ({"pool": "p", "project": "q"}, ("pool", "project")),
    "zfssa_project": (PROJECT, ("pool", "name", "new_name")),
    "zfssa_replication": (ROUTE, ("pool", "project", "lun", "target_pool")),
    "zfssa_replication_package": ({"id": "x", "state": "severed", "project": "p"}, ("id", "project")),
    "zfssa_replication_target": ({"label": "w"}, ("label", "hostname")),
    "zfssa_replication_update": (ROUTE, ("pool", "project", "lun", "target_pool")),
    "zfssa_schema": ({"name": "tag"}, ("name",)),
    "zfssa_service": ({"name": "iscsi"}, ("name",)),
    "zfssa_snapshot": (SNAPSHOT, ("pool", "project", "lun", "name", "new_name")),
    "zfssa_target": (TARGET, ("alias", "iqn")),
    "zfssa_target_group": ({"name": "g"}, ("name",)),
}
# They have no names of objects: patterns, a path, a document, which has errors of its own, credentials.
NAMELESS = {"zfssa_info", "zfssa_rest", "zfssa_san", "zfssa_session"}
BAD_NAMES = ("", "a/b", "../x", "a%2fb", "ü", "a b\n", LONG)

# Module, options that are right, the option and values that are wrong.
VALUES: tuple[tuple[str, Record, str, tuple[object, ...]], ...] = (
    ("zfssa_image", IMAGE, "max_size", ("", "0", "-1G", "nan", "much")),
    ("zfssa_image", IMAGE, "checksum", ("sha256:12", "md5:" + "0" * 32, "0" * 64, "sha256:" + "g" * 64)),
    ("zfssa_image", IMAGE, "image", ("ftp://h/x", "file:///x", "http://", "https://user:word@h/x")),
    ("zfssa_image", IMAGE, "portal", ("a b", "h:port", "h:1,file.lun=9", "[::1")),
    ("zfssa_image", IMAGE, "initiator_group", ("default",)),
    ("zfssa_image", IMAGE, "chap_user", ("alone",)),
    ("zfssa_image", IMAGE, "chap_secret", ("a-secret-that-is-alone",)),
    ("zfssa_image", IMAGE, "takeover_after", (0, -1)),
    ("zfssa_image", IMAGE, "stall_timeout", (0,)),
    ("zfssa_image", IMAGE, "id", ("a\nb", "x" * 1025)),
    ("zfssa_image_cache", CACHED, "id", ("", " ", "a\nb")),
    ("zfssa_image_cache", CACHED, "keep_last", (-1,)),
    ("zfssa_image_cache", CACHED, "max_age", ("old", "-1", "1y")),
    ("zfssa_image_cache", CACHED, "takeover_after", (0,)),
    ("zfssa_image_cache", CACHED, "luns", ([{"name": "a"}, {"name": "a"}], [{"name": "a", "project": "p/q"}])),
    ("zfssa_lun", LUN, "size", ("", "-1", "-1G", "\u0661G", "nan", "inf", "1e3", "10GiBs", True, ["1G"], {"a": 1}, "9" * 20 + "T")),
    ("zfssa_lun", LUN, "readlimit", ("499K", 511999, "-2", "fast")),
    ("zfssa_lun", LUN, "writelimit", ("1", "-1K")),
    ("zfssa_lun", LUN, "volblocksize", ("-8k", "8x", "3k", "2M")),
    ("zfssa_lun", LUN, "lu_number", ("-1", "7.5", "first", "1_0", "\uff15")),
    ("zfssa_lun", LUN, "initiator_groups", (["ig-a", "ig-a"], ["a/b"], [""])),
    ("zfssa_lun", LUN, "custom", ({"": 1}, {"a/b": 1}, {LONG: 1}, {"custom:custom:a": 1}, {"custom:": 1})),
    ("zfssa_lun_migration", MIGRATION, "luns", ([""], ["a/b"], ["a", LONG], [])),
    ("zfssa_lun_migration", {**MIGRATION, "state": "copy_masked"}, "action_id", ("", None)),
    ("zfssa_lun_migration", {**MIGRATION, "state": "copy_unmasked", "action_id": "x"}, "replica", (None, {}, {"initiator_groups": []})),
    ("zfssa_lun_migration", {**MIGRATION, "state": "copy_destroyed"}, "copy_project", ("a/b", "../x")),
    ("zfssa_lun_migration", {**MIGRATION, "state": "source_destroyed"}, "before",
     (None, {}, {"status": "online"}, {**WAS, "status": "up"}, {**WAS, "lu_number": "first"}, {**WAS, "initiator_groups": "ig-a"},
      {**WAS, "lu_numbers": [1]}, {**WAS, "target_group": None})),
    ("zfssa_lun_migration", {**MIGRATION, "state": "claimed"}, "luns", (["a", "b"],)),
    ("zfssa_preflight", {}, "project", ("q",)),
    ("zfssa_preflight", {}, "space", ({"thick": "1G"}, {"thin": 1})),
    ("zfssa_preflight", {"pool": "p"}, "space", ({"thick": "lots"}, {"thin": "-1"}, {"thick": ""})),
    ("zfssa_preflight", {}, "initiators", ([""], ["h", "h"], ["iqn.2020-01.com.example:h", "IQN.2020-01.com.example:h"])),
    ("zfssa_preflight", {}, "targets", ([" "], ["t", "t"])),
    ("zfssa_preflight", {}, "services", (["nfs", "nfs"],)),
    ("zfssa_preflight", {}, "schema", ([{"name": "a/b"}], [{"name": "a"}, {"name": "custom:a"}])),
    ("zfssa_project", PROJECT, "readlimit", ("499K", "lots")),
    ("zfssa_project", PROJECT, "quota", ("-1", "lots")),
    ("zfssa_project", PROJECT, "reservation", ("-1G", "lots")),
    ("zfssa_project", PROJECT, "recordsize", ("-8k", "3k")),
    ("zfssa_project", PROJECT, "default_volblocksize", ("-8k", "3k")),
    ("zfssa_project", PROJECT, "custom", ({"a b": 1}, {"custom:custom:a": 1})),
    ("zfssa_schema", {"name": "tag"}, "name", ("custom:", "custom:custom:tag")),
    ("zfssa_replication", ROUTE, "max_bandwidth", ("-1", "fast")),
    ("zfssa_replication", ROUTE, "target", ("",)),
    ("zfssa_replication", ROUTE, "schedules", ([{"frequency": "hour"}] * 2,)),
    ("zfssa_replication_update", {"id": "x"}, "id", ("../x", "a%2fb", LONG)),
    ("zfssa_replication_update", {"id": "x"}, "max_age", (-1,)),
    ("zfssa_replication_update", {"id": "x"}, "poll_interval", (0, -5)),
    ("zfssa_replication_update", {"id": "x"}, "wait_timeout", (0, -5)),
    ("zfssa_lun_mapping", MAPPING, "initiator_groups", (["ig-a", "ig-a"], ["%2f"], [""])),
    ("zfssa_lun_mapping", {**PLACE, "lun": "a"}, "initiators", (["a/b"], ["h", "h"])),
    ("zfssa_initiator", {**INITIATOR, "chap_user": "u"}, "chap_secret", ("ü" * 12, "x" * 11, "tab\tin-the-middle"[:14])),
    ("zfssa_initiator", {**INITIATOR, "chap_secret": "x" * 12}, "chap_user", (LONG, " u", "a\nb")),
    ("zfssa_target", {**TARGET, "auth": "chap", "chap_user": "u"}, "chap_secret", ("ü" * 12, "x" * 17)),
    ("zfssa_target", TARGET, "interfaces", (["a", "a"], ["a/b"], [""])),
    ("zfssa_initiator_group", {"name": "g"}, "initiators", ([INITIATOR["initiator"]] * 2, ["ho/st"])),
    ("zfssa_target_group", {"name": "g"}, "targets", (["t", "t"], ["a/b"])),
    ("zfssa_info", {}, "gather_subset", (["luns", "luns"],)),
    ("zfssa_info", {}, "query", ("", "[?", "a b", "luns[].`", "luns[?a=='b]", "{a: }", "a.[", "luns[0")),
    ("zfssa_san", {"config": {}}, "concurrency", (0, 33, -1)),
    ("zfssa_san", {"config": {}}, "purge_limit", ("", "ten", "101%", "-1")),
    ("zfssa_san", {"config": {}}, "expect_plan", ("", {}, {"plan": []})),
    ("zfssa_san", {}, "config", ({"luns": {}}, {"lun": []}, {"luns": ["a"]})),
    ("zfssa_rest", {}, "path", ("", "/etc/passwd", "/api/../x", "/api/%2e%2e/x", "https://h/api/x", "/api/a b", "/api/x?depth=1")),
)  # fmt: skip

# What Ansible itself sees by the argument specification, in its own words.
TYPES: tuple[tuple[str, Record, str, tuple[object, ...]], ...] = (
    ("zfssa_image", IMAGE, "format", ("iso", 1)),
    ("zfssa_image", IMAGE, "verify", ("perhaps",)),
    ("zfssa_image", IMAGE, "stall_timeout", ("long",)),
    ("zfssa_image_cache", CACHED, "luns", (["a"], [{"size": "1G"}], [{"name": "a", "shape": 1}])),
    ("zfssa_image_cache", CACHED, "keep_last", ("some",)),
    ("zfssa_info", {}, "gather_subset", ({"a": 1}, ["disks"])),
    ("zfssa_info", {}, "as_input", ("perhaps",)),
    ("zfssa_initiator", INITIATOR, "update_secret", ("sometimes",)),
    ("zfssa_initiator_group", {"name": "g"}, "initiators", ({"a": 1}, [{"a": 1}, ["b"]])),
    ("zfssa_lun", LUN, "copies", ("two", 1.5, [1])),
    ("zfssa_lun", LUN, "sparse", ("perhaps", 2, [True])),
    ("zfssa_lun", LUN, "custom", ("abc", ["a"])),
    ("zfssa_lun", LUN, "initiator_groups", ({"a": 1},)),
    ("zfssa_lun", LUN, "compression", ("zip",)),
    ("zfssa_preflight", {}, "schema", ([{"type": "String"}], [{"name": "a", "type": "Float"}])),
    ("zfssa_lun", LUN, "source", ({"snapshot": "s"}, {"lun": "a", "snapshot": "s", "x": 1})),
    ("zfssa_lun_mapping", MAPPING, "initiator_groups", ({"a": 1},)),
    ("zfssa_lun_migration", MIGRATION, "groups", ("abc", ["a"])),
    ("zfssa_lun_migration", MIGRATION, "cutover", ("perhaps",)),
    ("zfssa_lun_migration", MIGRATION, "target", ({}, {"host": "h", "port": "first"}, {"host": "h", "shape": 1})),
    ("zfssa_preflight", {}, "purposes", (["everything"],)),
    ("zfssa_preflight", {"pool": "p"}, "space", ({"fast": "1G"},)),
    ("zfssa_project", PROJECT, "nodestroy", ("perhaps",)),
    ("zfssa_replication", ROUTE, "enabled", ("perhaps",)),
    ("zfssa_replication", ROUTE, "schedules", ([{"frequency": "never"}], [{"frequency": "day", "hour": "noon"}])),
    ("zfssa_replication_package", {"id": "x"}, "enabled", ("perhaps",)),
    ("zfssa_replication_target", {"label": "w"}, "host_match", ("perhaps",)),
    ("zfssa_replication_update", {"id": "x"}, "max_age", ("long", {"s": 1})),
    ("zfssa_rest", {"path": "/api/x", "method": "POST"}, "body", ([1],)),
    ("zfssa_san", {"config": {}}, "purge", (["disks"], {"a": 1})),
    ("zfssa_san", {}, "config", ("luns", [1])),
    ("zfssa_schema", {"name": "tag"}, "type", ("Float",)),
    ("zfssa_service", {"name": "iscsi"}, "properties", ([1],)),
    ("zfssa_session", {}, "timeout", ("long",)),
    ("zfssa_snapshot", {**SNAPSHOT, "match": "*"}, "keep_last", ("many", 1.5)),
    ("zfssa_target", TARGET, "interfaces", ({"a": 1},)),
    ("zfssa_target_group", {"name": "g"}, "targets", ({"a": 1},)),
)  # fmt: skip


def test_every_module_is_here() -> None:
    assert sorted({*NAMES, *NAMELESS}) == MODULES
    assert sorted({module for module, *_rest in TYPES}) == MODULES


@pytest.mark.parametrize("module", NAMES)
def test_name_that_none_can_have_is_refused_unsent(module: str, bench: Bench) -> None:
    right, names = NAMES[module]
    for option in names:
        for value in BAD_NAMES:
            refused_unsent(bench, module, {**right, option: value}, option)


@pytest.mark.parametrize(
    ("module", "right", "option", "values"), VALUES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_value_that_can_never_be_right_is_refused_unsent(
    module: str, right: Record, option: str, values: tuple[object, ...], bench: Bench
) -> None:
    for value in values:
        refused_unsent(bench, module, {**right, option: value}, option)


@pytest.mark.parametrize(
    ("module", "right", "option", "values"), TYPES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_wrong_type_is_refused_unsent(
    module: str, right: Record, option: str, values: tuple[object, ...], bench: Bench
) -> None:
    for value in values:
        run = bench.run(module, {**right, option: value})

        assert run.failed, value
        assert option in run.msg, value
        assert "\n" not in run.msg
        assert run.requests == []
    # Ansible names what is possible in another order each time.
    bench.results.clear()


FORGED = "a\x1b[2K\r\nPLAY RECAP\u202e\u200b\x9b\x7f"


@pytest.mark.parametrize(
    "options",
    [{"name": FORGED}, {"name": "a", "port": FORGED}, {"name": "a", "state": FORGED}, {"name": "a", FORGED: 1}],
    ids=["name", "port", "choice", "option"],
)
def test_what_a_user_gives_acts_on_no_terminal(options: Record, bench: Bench) -> None:
    connection = {key: options[key] for key in ("port",) if key in options}
    run = bench.run("zfssa_lun", {"pool": "tank", "project": "default", **options}, connection=connection)

    assert run.failed
    assert r"a\x1b[2K\r\nPLAY RECAP\u202e\u200b\x9b\x7f" in run.msg
    assert run.msg.isprintable()
    bench.results.clear()


def test_name_of_thousands_of_characters_leaves_a_sentence(bench: Bench) -> None:
    run = bench.refuse(
        "zfssa_lun", {"pool": "tank", "project": "default", "name": "a", "properties": {"n" * 6000: "x"}}
    )

    assert len(run.msg) < 1000
    bench.results.clear()


def refused_unsent(bench: Bench, module: str, options: Record, option: str) -> None:
    """Run a module that must fail with one sentence that names an option and says what to do, without a request."""
    run = bench.refuse(module, options)

    assert option in run.msg, (options, run.msg)
    assert "; " in run.msg
    assert len(run.msg) < 400, run.msg
    assert run.requests == [], (options, run.msg)
    if "secret" in option:
        assert str(options[option]) not in run.output


# Refused by the appliance, which knows more: nothing is changed. The words that the sentence must have.
UNFIT: tuple[tuple[str, Record, tuple[str, ...]], ...] = (
    ("zfssa_lun", {**LUN, "size": "2T"}, ("LUN tank/default/a", "2T", "tank")),
    ("zfssa_lun", {**LUN, "custom": {"shade": 1}}, ("LUN tank/default/a", "shade")),
    ("zfssa_project", {**PROJECT, "reservation": "2T"}, ("project tank/p", "2T", "tank")),
    ("zfssa_project", {**PROJECT, "custom": {"shade": 1}}, ("project tank/p", "shade")),
    ("zfssa_info", {"query": "foo(@)"}, ("foo", "query")),
)  # fmt: skip


@pytest.mark.parametrize(("module", "options", "words"), UNFIT)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(
    module: str, options: Record, words: tuple[str, ...], bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of("8.8")
    prepare(bench.lab, groups("ig-a"))
    before = {key: value for key, value in bench.lab.east.state.items() if key != "sessions"}

    run = bench.refuse(module, options)

    assert all(word in run.msg for word in words), run.msg
    assert "; " in run.msg
    assert {key: value for key, value in bench.lab.east.state.items() if key != "sessions"} == before
    assert [row for row in run.writes if row["status"] < 400] == []
