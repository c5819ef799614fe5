"""RETURN and EXAMPLES of every module, as they are written; each run of a module is compared with its RETURN as well."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from documented import documented, undocumented
from examples import tasks_in, text_of
from lab_appliances import Record
from module_runner import MODULES, RESULTS

from ansible_collections.zfssa.storage.plugins.module_utils.run._task import connection_spec

PLUGINS = "ansible_collections.zfssa.storage.plugins"
SECRETS = ("password", "chap_secret", "root_password")
# What has other keys each time.
FREE = {("zfssa_info", "config")}


@pytest.mark.parametrize("module", MODULES)
def test_every_object_is_documented_with_its_keys_and_a_sample(module: str) -> None:
    promised = documented(module)

    assert promised.keys() >= RESULTS[module] | {"failure"}
    assert [key for key, facts in promised.items() if facts.get("sample") is None] == []
    objects = {key for key, facts in promised.items() if "dict" in (facts["type"], facts.get("elements"))}
    assert [key for key in objects if "contains" not in promised[key] and (module, key) not in FREE] == []
    assert undocumented(module, {key: facts["sample"] for key, facts in promised.items()}) == []


def mismatches(documented_options: Record, spec: Record, path: str = "") -> Iterator[str]:
    """Name the options, those inside others included, that are only documented, only taken, or of another type or choice."""
    for name in sorted(documented_options.keys() | spec.keys()):
        where = f"{path}{name}"
        if name not in spec or name not in documented_options:
            yield f"{where} is {'not taken' if name not in spec else 'not documented'}"
            continue
        told, taken = documented_options[name], spec[name]
        for key, otherwise in (("type", "str"), ("elements", None), ("choices", None), ("required", False)):
            if told.get(key, otherwise) != taken.get(key, otherwise):
                yield f"{key} of {where} is documented as {told.get(key)!r}, and is {taken.get(key)!r}"
        yield from mismatches(told.get("suboptions") or {}, taken.get("options") or {}, f"{where}.")


@pytest.mark.parametrize("module", MODULES)
def test_every_option_is_documented_as_it_is_taken(module: str) -> None:
    """Sanity tests say so too, and more, but need minutes."""
    task = importlib.import_module(f"{PLUGINS}.modules.{module}").TASK
    # Those of the connection are written once, in a documentation fragment.
    shared = connection_spec().keys() - task.spec.keys()
    taken = {name: rules for name, rules in {**task.argument_spec(), **task.inner}.items() if name not in shared}

    assert list(mismatches(documented_options(module), taken)) == []


def documented_options(module: str) -> Record:
    """Return the documentation of the options of a module, without those of the connection."""
    documentation = yaml.safe_load(text_of(module, "DOCUMENTATION"))
    options = dict(documentation.get("options", {}))
    if "zfssa.storage.document" in documentation["extends_documentation_fragment"]:
        fragment = importlib.import_module(f"{PLUGINS}.doc_fragments.document").ModuleDocFragment
        options.update(yaml.safe_load(fragment.DOCUMENTATION)["options"])
    return options


@pytest.mark.parametrize("module", MODULES)
def test_samples_have_values_that_the_options_of_the_same_name_can_have(module: str) -> None:
    """Whether an appliance gives them show the end-to-end tests of the examples, and test_contract_samples."""
    options = yaml.safe_load(text_of(module, "DOCUMENTATION")).get("options", {})
    # The state of a task is none of an object.
    limited = {name: told["choices"] for name, told in options.items() if "choices" in told and name != "state"}

    values = [one for key, facts in documented(module).items() if key != "failure" for one in named(facts["sample"])]

    assert [one for one in values if one[1] is not None and one[1] not in limited.get(one[0], [one[1]])] == []


def named(sample: Any) -> Iterator[tuple[str, Any]]:
    """Give all names in a sample with their values."""
    if isinstance(sample, dict):
        yield from sample.items()
        sample = list(sample.values())
    for inner in sample if isinstance(sample, list) else ():
        yield from named(inner)


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({}, "size is not documented"),
        ({"size": {"type": "str"}, "colour": {"type": "str"}}, "colour is not taken"),
        ({"size": {"type": "int"}}, "type of size is documented as 'int', and is 'str'"),
        ({"size": {"type": "str", "choices": ["a"]}}, "choices of size is documented as ['a'], and is None"),
        ({"size": {"type": "str", "suboptions": {"x": {"type": "str"}}}}, "size.x is not taken"),
    ],
)
def test_an_option_that_is_otherwise_is_noticed(told: Record, complaint: str) -> None:
    assert list(mismatches(told, {"size": {"type": "str"}})) == [complaint]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"size": "10G"}, "lun.size is documented as int, and is '10G'"),
        ({"sparse": 1}, "lun.sparse is documented as bool, and is 1"),
        ({"lu_numbers": []}, "lun.lu_numbers is documented as dict, and is []"),
        ({"initiator_groups": [7]}, "lun.initiator_groups[0] is documented as str, and is 7"),
        ({"colour": "blue"}, "lun.colour is not documented"),
        ({"creation": "yesterday"}, "lun.creation is 'yesterday', and its sample is '2026-11-22T19:18:11Z'"),
        ({"name": ...}, "lun.name did not come"),
    ],
)
def test_a_result_that_is_otherwise_is_noticed(change: dict[str, Any], complaint: str) -> None:
    lun = {**documented("zfssa_lun")["lun"]["sample"], **change}
    result = {"changed": False, "lun": {key: value for key, value in lun.items() if value is not ...}}

    assert undocumented("zfssa_lun", result) == [complaint]
    assert undocumented("zfssa_lun", {"changed": False, "lun": None}) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"usage": {"used": "1G"}}, "pools[0].usage.used is '1G', and its sample is "),
        ({"usage": {"used": True}}, "pools[0].usage.used is True, and its sample is "),
        ({"usage": {"used": 4432390656.0}}, ""),
    ],
)
def test_value_whose_type_only_the_sample_shows_is_compared_with_it(change: dict[str, Any], complaint: str) -> None:
    pool = {**documented("zfssa_info")["pools"]["sample"][0], **change}

    found = undocumented("zfssa_info", {"changed": False, "pools": [pool]})

    assert [line[: len(complaint)] for line in found] == ([complaint] if complaint else [])


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_full_names_and_tell_no_secret(module: str) -> None:
    for task in tasks_in(yaml.safe_load(text_of(module, "EXAMPLES"))):
        for action, options in task.items():
            if isinstance(options, dict) and "." in action:
                secrets = [value for key, value in options.items() if key in SECRETS]
                assert all(value.startswith("{{ vault_") for value in secrets), task
        assert any("." in key or key == "block" for key in task), task
