"""The account that docs/appliance.md describes can do what it says; one that lacks a part of it is told so in one sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accounts import CONNECTION, Grant, grants, make_account
from cases import MASK, SENT_MARKED, filled, lun, on_the_way, prepare, project
from examples import PEER
from lab_appliances import RELEASES, Lab, Record
from module_runner import Bench, ModuleHost, Run
from selection import ALL
from verbs import GROUPED, KINDS, LUN, MIGRATION, OFFLINE, PROJECT, RESTORED, SEVERED, VERBS, Verb

MODULES = grants("Module")
# The copy of a LUN in its place on west.
TO_COPY = {**MIGRATION, "target_project": "moved"}
COPIED: Record = {"before": SENT_MARKED, "then": (OFFLINE, *SEVERED), "writes": 2}
# Properties of kinds that no other row changes, and what is never repeated.
MORE = (
    Verb("compress project", "zfssa_project", {**PROJECT, "compression": "lzjb"}, "PUT", "/proj-a$", (project(),)),
    Verb("compress LUN", "zfssa_lun", {**LUN, "compression": "lzjb"}, "PUT", "/luns/a$", (lun(),)),
    Verb("present LUN", "zfssa_lun", {**LUN, "initiator_groups": ["ig-a"]}, "PUT", "/luns/a$", (*GROUPED, lun(initiatorgroup=MASK))),
    Verb("destroy source", "zfssa_lun_migration", {**RESTORED, **TO_COPY, "state": "source_destroyed"}, "DELETE", "/luns/", **COPIED),
    Verb("destroy copy", "zfssa_lun_migration", {**TO_COPY, "state": "copy_destroyed"}, "DELETE", "/luns/", **COPIED),
)  # fmt: skip
# A release older than the newest tells less finely, and is alike for the rest.
FINER = {"zfssa_lun", "zfssa_lun_mapping", "zfssa_snapshot"}
# What needs the rows of the modules whose objects are in its document.
OF_OTHERS = {"zfssa_san"}
# What only the newest release takes.
NEWEST_ONLY = {"change peer", "unmask copy"}


@pytest.fixture
def bench_on(labs: Callable[[str], Lab], module_host: ModuleHost) -> Callable[[str], Bench]:
    """Return a function that gives a bench of a release, on which modules run in one way."""
    return lambda release: Bench(labs(release), module_host, "in-process")


def verbs_of(module: str, release: str) -> list[Verb]:
    """Return all that a module can do on a release."""
    return [
        verb
        for verb in (*VERBS, *MORE)
        if verb.module == module and not (release != "8.8" and verb.name in NEWEST_ONLY)
    ]


def carry_out(bench: Bench, verb: Verb, allowed: list[Grant], lacking: str = "") -> Run:
    """Carry out a verb as the account with these authorizations, save for one flag."""
    bench.lab.reset()
    sides = ("east", "west") if verb.module in PEER else (verb.at,)
    for side in sides:
        make_account(bench.lab, allowed, side, lacking, pool="tank")
    if verb.stalled:
        bench.lab.fault({"replication": "stall"})
    made = prepare(bench.lab, verb.before)
    if not verb.stalled:
        on_the_way(bench.lab)
    prepare(bench.lab, verb.then, made)
    return bench.run(verb.module, filled(verb.options, made), verb.at, connection=CONNECTION, to_peer=CONNECTION)


def test_document_has_a_row_for_each_module_that_changes_something() -> None:
    assert {grant.whose for grant in MODULES} == set(KINDS) - OF_OTHERS


CAN = [
    pytest.param(module, release, id=f"{module}-{release}")
    for module in KINDS
    if module not in OF_OTHERS
    for release in RELEASES
    if ALL or release == "8.8" or (release == "8.7" and module in FINER)
]


@pytest.mark.parametrize(("module", "release"), CAN)
def test_account_of_a_module_can_do_all_that_it_does(
    module: str, release: str, bench_on: Callable[[str], Bench]
) -> None:
    bench = bench_on(release)
    allowed = [grant for grant in MODULES if grant.whose == module]

    for verb in verbs_of(module, release):
        run = carry_out(bench, verb, allowed)
        assert run.changed and not run.failed, f"{verb.name}: {run.msg}"


# Without it a copy is not masked, which is a result and no failure: there is another way to hide it.
NO_FAILURE = ("zfssa_lun_migration", "allow_rrtarget")
LACKING = [
    pytest.param(module, flag, release, id=f"{module}-{flag}")
    for module in KINDS
    if module not in OF_OTHERS
    for grant in MODULES
    if grant.whose == module
    for release, flags in (("8.7", grant.flags), ("8.8", grant.newer))
    for flag in flags
    if (module, flag) != NO_FAILURE
]


@pytest.mark.parametrize(("module", "flag", "release"), LACKING)
def test_each_authorization_is_needed_and_its_lack_is_told(
    module: str, flag: str, release: str, bench_on: Callable[[str], Bench]
) -> None:
    bench = bench_on(release)
    allowed = [grant for grant in MODULES if grant.whose == module]

    for verb in verbs_of(module, release):
        run = carry_out(bench, verb, allowed, lacking=flag)
        if run.failed:
            break
    else:
        pytest.fail(f"{module} does all without {flag}")

    assert "the account 'ansible' lacks an authorization for this" in run.msg
    assert flag in run.msg
    assert run.msg.endswith("docs/appliance.md lists for this.") and "\n" not in run.msg
    assert run.result["failure"]["status"] == 401
    # It was asked twice, the second time in a new session, and not once more.
    assert [row["status"] for row in run.writes][-2:] == [401, 401]
    assert len([row for row in run.writes if row["status"] == 401]) == 2


def test_copy_that_the_account_may_not_mask_is_told(bench_on: Callable[[str], Bench]) -> None:
    module, flag = NO_FAILURE
    (mask,) = [verb for verb in verbs_of(module, "8.8") if verb.name == "mask copy"]
    allowed = [grant for grant in MODULES if grant.whose == module]

    run = carry_out(bench_on("8.8"), mask, allowed, lacking=flag)

    assert (run.changed, run.value["masked"]) == (False, False)
    assert "lacks an authorization" in run.value["reason"] and flag in run.value["reason"]


def test_refusal_by_403_may_be_an_authorization_too(bench_on: Callable[[str], Bench]) -> None:
    bench = bench_on("8.8")
    bench.lab.reset()
    prepare(bench.lab, (lun(),))
    bench.lab.fault({"status": 403}, method="DELETE", path="/luns/a")

    run = bench.refuse("zfssa_lun", {**LUN, "state": "absent"})

    assert "the account lacks an authorization" in run.msg


def test_lack_in_a_session_of_somebody_else_is_told(bench_on: Callable[[str], Bench]) -> None:
    bench = bench_on("8.8")
    bench.lab.reset()
    make_account(bench.lab, [])
    bench.sessions = 1
    opened = bench.change("zfssa_session", {}, connection=CONNECTION)

    run = bench.refuse(
        "zfssa_lun",
        {**LUN, "size": "1G"},
        connection={"session": opened.value["token"], "username": None, "password": None},
    )

    assert "the account of this session lacks an authorization for this" in run.msg
