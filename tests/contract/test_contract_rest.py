"""Raw calls: sent as they are and once only, nothing in check mode, and no secret in what is told of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import Call, Case, lun, prepare, project, rows
from lab_appliances import RELEASES, Record
from module_runner import Bench, Run

PROJECTS = "/api/storage/v1/pools/tank/projects"
INITIATORS = "/api/san/v1/iscsi/initiators"
SECRET = "hunter2-secret"
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
MAKE = {"method": "POST", "path": PROJECTS, "body": {"name": "proj-a", "custom:n": 7}}
WITH_CHAP = {
    "method": "POST",
    "path": INITIATORS,
    "body": {"initiator": "iqn.2020-01.com.example:host", "chapuser": "host", "chapsecret": SECRET},
}
NUMBER = ("POST", "storage/v1/schema", {"property": "n", "type": "Integer"})


def case(name: str, options: Record, status: int, *before: Call, releases: tuple[str, ...] = RELEASES) -> Case:
    """Return the row of a call that writes, with the status of its answer."""
    return Case(name, "zfssa_rest", options, before, expect={"status": status}, releases=releases)


CASES = (
    case("post", MAKE, 201, NUMBER),
    case("put", {"method": "PUT", "path": f"{PROJECTS}/proj-a", "body": {"quota": 1 << 30}}, 202, project()),
    case("put without a body", {"method": "PUT", "path": "/api/service/v1/services/nfs/disable"}, 202),
    case("delete", {"method": "DELETE", "path": f"{PROJECTS}/proj-a"}, 204, project()),
    case(
        "delete with a query",
        {"method": "DELETE", "path": f"{PROJECTS}/proj-a", "query": {"confirm": True}},
        204,
        project(),
        lun(of="proj-a"),
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_call_that_writes(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, case.before)

    predicted = bench.change(case.module, case.options, check=True, diff=True)
    untouched = bench.lab.east.projects()
    real = bench.change(case.module, case.options, diff=True)

    assert predicted.changed and real.changed
    assert predicted.value is None
    assert untouched == {"default"} | ({"proj-a"} if project() in case.before else set())
    assert case.expect is not None and real.value["status"] == case.expect["status"]
    (write,) = real.writes
    assert write["method"] == case.options["method"]
    assert str(write["path"]).startswith(case.options["path"])


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_get_is_made_in_check_mode_too_and_never_a_change(
    check: bool, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (project(),))

    run = bench.change("zfssa_rest", {"path": f"{PROJECTS}/proj-a"}, check=check)

    assert not run.changed
    assert run.value["status"] == 200
    assert run.value["body"]["project"]["name"] == "proj-a"
    assert len(run.requests) == 3


@pytest.mark.parametrize("release", RELEASES)
def test_what_was_made_is_there_and_the_second_call_fails(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (NUMBER,))

    made = bench.change("zfssa_rest", MAKE)
    again = bench.refuse("zfssa_rest", MAKE)

    assert made.value["body"]["project"]["name"] == "proj-a"
    assert again.result["failure"]["status"] == 409
    assert again.value is None and not again.changed


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"path": f"{PROJECTS}/none"}, 404),
        ({**MAKE, "body": {"name": "proj-a", "colour": "red"}}, 400),
        ({"method": "DELETE", "path": f"{PROJECTS}/default/luns/none"}, 404),
    ],
)
def test_refusal_of_the_appliance_is_told(options: Record, status: int, bench: Bench) -> None:
    run = bench.refuse("zfssa_rest", options)

    assert run.result["failure"]["status"] == status
    assert run.result["failure"]["request"] == f"{options.get('method', 'GET')} {options['path']}"
    assert not run.changed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "/storage/v1/pools"}, "no path of the REST API"),
        ({"path": "/api/storage/v1/pools?props=true"}, "without the query"),
        ({"path": "/api/storage/../access/v1"}, "no path of the REST API"),
        ({"path": PROJECTS, "body": {}}, "GET takes no body"),
        ({"method": "DELETE", "path": f"{PROJECTS}/x", "body": {"a": 1}}, "DELETE takes no body"),
    ],
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_call_that_cannot_be_is_refused_unsent(options: Record, words: str, check: bool, bench: Bench) -> None:
    run = bench.refuse("zfssa_rest", options, check=check)

    assert words in run.msg
    assert run.requests == []


@pytest.mark.parametrize(("lost", "done"), [("after", True), ("before", False)])
@pytest.mark.parametrize("options", [MAKE, WITH_CHAP], ids=["project", "initiator"])
def test_lost_answer_is_told_as_unknown_and_the_call_not_repeated(
    options: Record, lost: str, done: bool, bench: Bench
) -> None:
    prepare(bench.lab, (NUMBER,))
    bench.lab.fault({"drop": lost}, method="POST", path=options["path"])

    run = bench.refuse("zfssa_rest", options)

    assert len(run.writes) == 1
    assert run.result["failure"]["status"] is None
    assert "look at the object on the appliance before you try again" in run.msg
    state = bench.lab.east.state
    assert bool(state["initiators"] or "proj-a" in bench.lab.east.projects()) is done


def test_busy_appliance_is_asked_again(bench: Bench) -> None:
    prepare(bench.lab, (NUMBER,))
    bench.lab.fault({"status": 503}, method="POST", path=PROJECTS)

    run = bench.change("zfssa_rest", MAKE)

    assert [row["status"] for row in run.writes] == [503, 201]


def test_calls_share_a_session_that_is_given(bench: Bench) -> None:
    bench.sessions = 1
    token = bench.change("zfssa_session", {}).value["token"]

    run = bench.change("zfssa_rest", {"path": PROJECTS}, connection={"session": token}, verbosity=3)

    assert len(run.requests) == run.result["requests"] == 1
    bench.sessions = 0
    bench.change("zfssa_session", {"state": "absent"}, connection={"session": token})


def shown(run: Run) -> str:
    """Return all that a run shows."""
    return run.output + run.errors


@pytest.mark.parametrize("verbosity", [0, 4])
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_secret_of_the_body_is_shown_nowhere(check: bool, verbosity: int, bench: Bench) -> None:
    run = bench.change("zfssa_rest", WITH_CHAP, check=check, diff=True, verbosity=verbosity)

    assert SECRET not in shown(run)
    arguments = run.result["invocation"]["module_args"] if "invocation" in run.result else None
    if arguments is not None:
        assert arguments["body"] == {**WITH_CHAP["body"], "chapsecret": HIDDEN}
    if not check:
        # What hides it is too long for a secret, and would have been refused.
        assert bench.lab.east.state["initiators"][0]["chapuser"] == "host"


@pytest.mark.parametrize(
    ("body", "secret"),
    [
        ({"initiator": "iqn.2020-01.com.example:host", "chapsecret": "short"}, "short"),
        ({"logname": "u", "fullname": "U", "nonsense": {"auth": [{"password": "nested-word"}]}}, "nested-word"),
        ('{"initiator": "x", "chapsecret": "as-a-text-of-json"}', "as-a-text-of-json"),
        ({"initiator": "x", "chapsecret": 987654321987}, "987654321987"),
    ],
)
def test_secret_of_a_call_that_fails_is_shown_nowhere(body: object, secret: str, bench: Bench) -> None:
    run = bench.refuse("zfssa_rest", {"method": "POST", "path": INITIATORS, "body": body}, verbosity=4)

    assert secret not in shown(run)


def test_short_secret_is_hidden_where_it_stands_and_not_in_all_texts(bench: Bench) -> None:
    options = {"method": "POST", "path": INITIATORS, "body": {"initiator": "x", "chapuser": "1", "chapsecret": "1"}}

    run = bench.refuse("zfssa_rest", options, verbosity=4)

    assert "POST /api/san/v1/iscsi/initiators" in run.result["failure"]["request"]
    if "invocation" in run.result:
        assert run.result["invocation"]["module_args"]["body"]["chapsecret"] == HIDDEN


def test_secret_of_options_that_are_no_good_is_shown_nowhere(bench: Bench) -> None:
    run = bench.run("zfssa_rest", {**WITH_CHAP, "method": "PATCH"}, verbosity=4)

    assert run.failed and run.requests == []
    assert SECRET not in shown(run)


@pytest.mark.parametrize("properties", [{"proxy_password": SECRET}, f"proxy_password={SECRET} n=1"])
def test_secret_of_a_service_is_shown_nowhere(properties: object, bench: Bench) -> None:
    run = bench.refuse("zfssa_service", {"name": "iscsi", "properties": properties}, verbosity=4)

    assert "has no property proxy_password" in run.msg
    assert SECRET not in shown(run)
