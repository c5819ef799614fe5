"""What an appliance has, written as a document: fed back it changes nothing, and on an empty appliance it makes the same again."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from lab_client import LabClient
from odd_appliance import SECRETS, Call, odd, rebuildable

from ansible_collections.zfssa.storage.plugins.filter.document_text import document_text
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import plan_info
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import plan_san

RELEASES = ("2013.1", "8.7", "8.8")


def appliance(release: str, calls: tuple[Call, ...] = ()) -> LabClient:
    """An appliance on which these calls have been made."""
    client = LabClient(release, pools={"tank": 1 << 50})
    for method, path, body in calls:
        client.do(method, f"/api/{path}", body)
    return client


def exported(client: LabClient, **options: Any) -> str:
    """The text of its document."""
    after = plan_info(client, {"as_input": True, "concise": True, **options}).after
    return document_text(after["config"], "east")


class _Reader(yaml.SafeLoader):
    """Reads a document as Ansible does, save for variables."""


_Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def read(text: str) -> Any:
    """What Ansible makes of a document, the secrets given."""
    for name, secret in SECRETS.items():
        text = text.replace(f"{{{{ {name} }}}}", secret)
    return _Reader(text).get_single_data()


def planned(client: LabClient, text: str, **options: Any) -> Item:
    """The plan for a document."""
    document = read(text)
    others = {"state": "present", "purge_limit": "10", "concurrency": 1, "continue_on_error": False}
    return plan_san(client, {"config": document["config"], "defaults": document.get("defaults"), **others, **options})


@pytest.mark.parametrize("release", RELEASES)
def test_fed_back_it_changes_nothing(release: str) -> None:
    client = appliance(release, odd(release))

    text = exported(client)

    assert exported(client) == text
    assert planned(client, text).after["plan"] == []


@pytest.mark.parametrize("release", RELEASES)
def test_replica_that_an_appliance_has_received_is_nobodys_wish(release: str) -> None:
    source = appliance(release, odd(release))
    (action,) = source.do("GET", "/api/storage/v1/replication/actions")["actions"]
    source.do("PUT", f"/api/storage/v1/replication/actions/{action['id']}/sendupdate")
    target = source.peer("west")
    assert target.do("GET", "/api/storage/v1/replication/sources")["sources"]

    text = exported(target)

    assert read(text)["config"] == {}
    # Nor are the snapshots that are sent.
    assert planned(source, exported(source)).after["plan"] == []


@pytest.mark.parametrize("release", RELEASES)
def test_empty_appliance_becomes_the_same(release: str) -> None:
    text = exported(appliance(release, rebuildable(release)))
    empty = appliance(release)

    apply(planned(empty, text), empty)

    assert exported(empty) == text


def written(**sections: list[dict[str, Any]]) -> str:
    """The text of a document with these sections."""
    return document_text(sections, "east")


def test_what_everything_has_stands_once() -> None:
    place = {"pool": "tank", "project": "p"}
    luns = [{**place, "name": "b", "size": 3 << 30}, {**place, "name": "a", "size": 1536 << 20}]

    assert read(written(luns=luns)) == {
        "defaults": place,
        "config": {"luns": [{"name": "a", "size": "1536M"}, {"name": "b", "size": "3G"}]},
    }
    mixed = read(written(luns=[*luns, {**place, "project": "q", "name": "a", "size": 1}]))
    assert mixed["defaults"] == {"pool": "tank"}
    assert [(lun["project"], lun["name"]) for lun in mixed["config"]["luns"]] == [("p", "a"), ("p", "b"), ("q", "a")]
    assert written() == written(luns=[])
    assert read(written())["config"] == {}


def test_what_no_document_can_have_is_left_out_and_listed() -> None:
    targets = [{"alias": "twin", "iqn": f"iqn.1986-03.com.sun:02:{number}"} for number in (1, 2)]
    text = written(
        targets=[*targets, {"alias": "t", "iqn": "iqn.1986-03.com.sun:02:3"}],
        target_groups=[{"name": "two words", "targets": []}, {"name": "tg", "targets": [targets[0]["iqn"]]}],
    )

    assert read(text)["config"] == {
        "targets": [{"alias": "t", "iqn": "iqn.1986-03.com.sun:02:3"}],
        "target_groups": [{"name": "tg", "targets": [targets[0]["iqn"]]}],
    }
    assert "#   target twin: there is more than one of that name\n" in text
    assert "#   target group two words: name 'two words' is not a possible name" in text


def test_each_secret_has_a_variable_of_its_own() -> None:
    names = ("iqn.2020-01.com.example:db.1", "iqn.2020-01.org.example:db-1")
    text = written(initiators=[{"initiator": name, "chap_user": "u"} for name in names])

    for name, variable in zip(names, ("chap_secret_db_1", "chap_secret_db_1_2"), strict=True):
        assert f"#   {variable}: the CHAP secret of initiator {name}\n" in text
        assert f'chap_secret: "{{{{ {variable} }}}}"\n' in text


@pytest.mark.parametrize(
    "value", ["{{ x }}", "a {% x %}", "{# x", "line\nend", "# no comment", "yes", "0o7", "1:30", "\x1b[1m"]
)
def test_texts_of_the_appliance_stay_what_they_are(value: str) -> None:
    text = written(schema=[{"name": "a", "description": value}])

    assert read(text)["config"]["schema"][0]["description"] == value
    assert ("!unsafe" in text) == any(mark in value for mark in ("{{", "{%", "{#"))
    assert written(schema=[{"name": "a", "description": value}]) == text


def test_value_of_the_project_is_written_only_where_the_lun_has_it_itself() -> None:
    client = appliance("8.8")
    client.add_project("p", compression="lz4", default_volblocksize="64k", default_sparse=True)
    for name, values in (("inherits", {}), ("same", {"compression": "lz4", "volblocksize": "8k"})):
        client.add_lun("p", name, **values)

    whole = read(exported(client))["config"]["luns"]
    alone = read(exported(client, gather_subset=["luns"]))["config"]["luns"]

    groups = {"initiator_groups": ["default"]}
    assert whole == [
        {"name": "inherits", "size": "1M", **groups},
        {"name": "same", "size": "1M", "volblocksize": "8K", "compression": "lz4", **groups},
    ]
    # Without its project nobody knows what a new LUN would begin with.
    assert alone[0] == {"name": "inherits", "size": "1M", "volblocksize": "64K", "sparse": True, **groups}


def test_group_that_does_not_see_the_lun_is_left_out() -> None:
    client = appliance("8.8", rebuildable("8.8"))
    path = "/api/storage/v1/luns"
    unseen = {"name": "taken-over", "assignednumber": [-1]}

    def lose_number(page: dict[str, Any]) -> dict[str, Any]:
        return {"luns": [{**lun, **unseen} if lun["name"] == unseen["name"] else lun for lun in page["luns"]]}

    client.edit(path, lose_number)
    item = plan_info(client, {"as_input": True, "concise": True})

    (lun,) = [one for one in item.after["config"]["luns"] if one["name"] == "taken-over"]
    assert "initiator_groups" not in lun
    assert any("has no LU number in initiator group 1e3" in warning for warning in item.warnings)
