"""What the role image_cache is given: made into options of its tasks, or refused as a whole in one sentence without secrets."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
import yaml
from lab_appliances import ROOT

from ansible_collections.zfssa.storage.plugins.plugin_utils._image_cache_input import VARIABLES, WRITER, judge

IQN = "iqn.2020-01.com.example:image-writer"
SECRET = "a-secret-of-chap"


def given(**variables: Any) -> dict[str, Any]:
    """The variables of the role."""
    named = {
        "pool": "tank", "project": "images", "image": "/srv/images/minimal.qcow2", "writer": {"initiator": IQN}, **variables,
    }  # fmt: skip
    return {f"image_cache_{name}": value for name, value in named.items()}


def said(**variables: Any) -> str:
    """What is said of variables."""
    return str(judge(given(**variables))["said"])


def test_variables_become_options() -> None:
    found = judge(
        given(luns=[{"name": "vm-1", "size": "20G", "project": ""}], verify="yes", keep_last="3", max_size="2T")
    )

    assert found["said"] == ""
    assert found["cache"] == {
        "pool": "tank", "project": "images", "id": "/srv/images/minimal.qcow2", "state": "present",
        "luns": [{"name": "vm-1", "size": "20G"}], "keep_last": 3,
    }  # fmt: skip
    assert found["image"]["verify"] is True
    assert found["image"]["max_size"] == "2T"
    assert found["image"]["initiator_group"] == found["group"]
    assert (found["host"], found["is_here"], found["initiator"]) == ("localhost", True, {"initiator": IQN})


def test_texts_of_forms_mean_what_they_say() -> None:
    found = judge(
        given(luns="[{name: vm-1}]", writer=f"{{initiator: '{IQN}', host: kvm1}}", updated_at="", checksum=" ")
    )

    assert found["said"] == ""
    assert found["cache"]["luns"] == [{"name": "vm-1"}]
    assert (found["host"], found["is_here"]) == ("kvm1", False)
    assert not {"updated_at", "checksum"} & found["image"].keys()


def test_each_host_has_a_group_of_its_own() -> None:
    groups = {judge(given(writer={"initiator": IQN, "host": host}))["group"] for host in ("kvm1", "kvm2", "localhost")}
    assert len(groups) == 3
    assert judge(given(writer={"initiator": IQN, "initiator_group": "g"}))["group"] == "g"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"pool": ""}, "image_cache_pool is missing"),
        ({"image": ""}, "image_cache_id is missing, and no image_cache_image says it"),
        ({"image": "minimal.qcow2"}, "image_cache_image must be a URL, or a path from / on of the host that writes"),
        ({"image": "https://u:p@h/x"}, "image_cache_image cannot be used: image has a user or a password in the URL"),
        ({"writer": {}}, "image_cache_writer: initiator is missing"),
        ({"writer": {"initiator": IQN, "portl": "x"}}, "image_cache_writer has no option portl"),
        ({"writer": "kvm1"}, "image_cache_writer must be a dictionary"),
        ({"luns": [{"size": "1G"}]}, "image_cache_luns must be a list of LUNs, each with a name"),
        ({"luns": "{"}, "image_cache_luns cannot be read"),
        ({"format": "iso"}, "image_cache_format must be one of raw, "),
        ({"state": "gone"}, "image_cache_state must be one of present, absent, not 'gone'"),
        ({"keep_last": -1}, "image_cache_keep_last must be a whole number of at least 0, not -1"),
        ({"takeover_after": 0}, "image_cache_takeover_after must be a whole number of at least 1"),
        ({"verify": "perhaps"}, "image_cache_verify must be true or false"),
        ({"chekcsum": "x"}, "image_cache_chekcsum is not a variable of the role image_cache; did you mean image_cache_checksum"),
        ({"appliance": {"hots": "x"}}, "image_cache_appliance has no option hots"),
        ({"pool": "a/b"}, "image_cache_pool"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said(variables: dict[str, Any], message: str) -> None:
    assert message in said(**variables)


def test_all_that_is_wrong_is_said_at_once_and_no_secret() -> None:
    text = said(
        pool="",
        format="iso",
        writer={"chap_secret": SECRET, "host": SECRET},
        appliance={"password": SECRET, "port": SECRET},
    )
    assert text.count(";") >= 3
    assert SECRET not in text


def test_an_image_that_is_to_go_needs_no_host_that_writes() -> None:
    assert said(state="absent", image="", id="i", writer={}) == ""


def test_the_fact_of_a_run_before_is_no_variable() -> None:
    assert said(result={"state": "hit"}) == ""


def test_the_specification_and_the_guide_name_all_variables() -> None:
    options = yaml.safe_load((ROOT / "roles/image_cache/meta/argument_specs.yml").read_text(encoding="utf-8"))
    options = options["argument_specs"]["main"]["options"]
    assert options.keys() == {f"image_cache_{name}" for name in VARIABLES}
    assert options["image_cache_writer"]["options"].keys() == WRITER.keys()
    guide = (ROOT / "docs/image-cache.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`image_cache_.*?) \|", guide, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(image_cache_\w+)`", row)} >= options.keys()


@pytest.mark.parametrize(("module", "file"), [("zfssa_image", "transfer"), ("zfssa_image_cache", "look")])
def test_the_role_hands_on_every_option(module: str, file: str) -> None:
    """An option that a task of the role forgets would be ignored without a word."""
    task = importlib.import_module(f"ansible_collections.zfssa.storage.plugins.modules.{module}").TASK
    tasks = yaml.safe_load((ROOT / f"roles/image_cache/tasks/{file}.yml").read_text(encoding="utf-8"))
    found = [one[f"zfssa.storage.{module}"] for one in tasks if f"zfssa.storage.{module}" in one]
    assert [sorted(options.keys() - {"ca_path"}) for options in found] == [sorted(task.spec)] * len(found)
    assert found
