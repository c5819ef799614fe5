"""`zfssa_san`: one document, in check mode, for real, again, and taken away again; as a module and in the controller's process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lab_appliances import RELEASES, Record
from module_runner import Bench, Order

IQN = "iqn.2020-01.com.example:db1"
SECRET = "not-for-you-16"
DOCUMENT: Record = {
    "schema": [{"name": "owner"}],
    "projects": [{"name": "databases", "compression": "gzip"}],
    "initiators": [{"initiator": IQN, "alias": "db1", "chap_user": "db1", "chap_secret": SECRET}],
    "initiator_groups": [{"name": "db-hosts", "initiators": ["db1"]}],
    "targets": [{"alias": "db-target", "interfaces": ["ixgbe0"]}],
    "target_groups": [{"name": "db-ports", "targets": ["db-target"]}],
    "luns": [
        {"name": "redo-1", "size": "1G", "initiator_groups": ["db-hosts"], "target_group": "db-ports"},
        {"name": "redo-2", "size": "1G", "custom": {"owner": "me"}},
        {"name": "copy-1", "source": {"lun": "redo-1", "snapshot": "s1"}},
    ],
    "snapshots": [{"lun": "redo-1", "name": "s1"}],
    "replications": [
        {
            **{"lun": "redo-1", "inherited": False, "target": "west", "target_pool": "tank", "max_bandwidth": "10M"},
            "schedules": [{"frequency": "hour", "minute": 15}, {"frequency": "week", "day": "Monday", "hour": 8}],
        }
    ],
}
NAMES = ("name", "initiator", "alias", "lun", "target", "target_pool")
GONE = {
    section: [{**{key: item[key] for key in NAMES if key in item}, "state": "absent"} for item in items]
    for section, items in DOCUMENT.items()
}
GONE["initiators"] = [{"initiator": IQN, "state": "absent"}]


def options(config: Record, **more: object) -> Record:
    """The options of a task; one write after the other, so that the appliance gives the same names to the same objects."""
    return {"config": config, "defaults": {"pool": "tank", "project": "databases"}, "concurrency": 1, **more}


@pytest.mark.parametrize("release", RELEASES)
def test_document(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)

    predicted = bench.change("zfssa_san", options(DOCUMENT), check=True, verbosity=1)
    done = bench.change("zfssa_san", options(DOCUMENT), diff=True)
    again = bench.change("zfssa_san", options(DOCUMENT))
    gone = bench.change("zfssa_san", options(GONE))

    for run in (predicted, done):
        assert run.changed
        assert run.result["summary"] == {"add": 11, "change": 0, "destroy": 0}
        assert SECRET not in run.output + run.errors
    for key in ("plan", "plan_id", "san"):
        assert predicted.result[key] == done.result[key]
    assert [row["method"] for row in done.writes] == [
        write.split(": ")[1].split()[0] for write in predicted.result["writes"]
    ]
    assert [one["after_header"] for one in done.result["diff"]] == [
        line.removeprefix("+ ").partition(" (")[0] for line in done.result["plan"]
    ]
    assert not again.changed
    assert again.result["plan"] == []
    assert gone.result["summary"] == {"add": 0, "change": 0, "destroy": 11}


def test_requests_of_a_document_that_changes_nothing(bench: Bench) -> None:
    bench.change("zfssa_san", options(DOCUMENT))

    again = bench.change("zfssa_san", options(DOCUMENT), verbosity=3)

    # Custom properties, projects, initiators, their groups, targets, their groups, LUNs, snapshots of the LUN; the targets of
    # replication, actions, the schedules of the action, and the flag of its LUN.
    assert again.result["requests"] == 12
    assert [row["method"] for row in again.requests].count("GET") == 12


def test_two_documents_at_the_same_time(bench: Bench) -> None:
    def document(name: str) -> Record:
        luns = [{"name": f"lun-{number}", "size": "1M", "initiator_groups": [name]} for number in range(6)]
        return {"projects": [{"name": name}], "initiator_groups": [{"name": name}], "luns": luns}

    orders = [
        Order("zfssa_san", {"config": document(name), "defaults": {"pool": "tank", "project": name}})
        for name in ("a", "b")
    ]

    runs = bench.run_all(orders)

    assert [run.failed for run in runs] == [False, False], [run.msg for run in runs]
    for order in orders:
        assert not bench.change("zfssa_san", order.options).changed
    # Which LUN was made first is another one each time.
    bench.results.clear()


@pytest.mark.parametrize("verbosity", [0, 4])
def test_secrets_are_nowhere(bench: Bench, verbosity: int) -> None:
    """Not in a result, a difference, a prediction, or what refuses a document, whatever is wrong with it."""
    items = DOCUMENT["initiators"]
    bad: list[Record] = [
        {**DOCUMENT, "initiators": [{**items[0], "chap_secet": SECRET}]},
        {**DOCUMENT, "initiators": [{**items[0], "alias": SECRET + "/"}]},
        {**DOCUMENT, "luns": [{"name": "x", "size": "9P", "custom": {"owner": SECRET}}]},
    ]
    for config in bad:
        run = bench.refuse("zfssa_san", options(config), diff=True, verbosity=verbosity)
        assert SECRET not in run.output + run.errors
    for mode in ({"check": True}, {}):
        run = bench.change("zfssa_san", options(DOCUMENT), diff=True, verbosity=verbosity, **mode)
        assert SECRET not in run.output + run.errors
