"""Options as the user wrote them: numbers and flags where names are meant, and numbers that are none."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import unchanged
from ansible_collections.zfssa.storage.plugins.module_utils.run._perform import Mode, perform
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task, explained_missing
from ansible_collections.zfssa.storage.plugins.module_utils.values import _given
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._given import NAMES, judged

MODULES = sorted(file.stem for file in (Path(_given.__file__).parents[2] / "modules").glob("zfssa_*.py"))
SPEC: dict[str, Any] = {
    "name": {"type": "str"},
    "initiators": {"type": "list", "elements": "str"},
    "size": {"type": "str"},
    "custom": {"type": "dict"},
    "source": {"type": "dict", "options": {"lun": {"type": "str"}, "snapshot": {"type": "str"}}},
}
# Options with a text of any kind that name no object: sizes, numbers, identifiers, secrets, words for people.
NOT_NAMES = {
    "action_id", "chap_secret", "checksum", "day", "default_volblocksize", "description", "gather_subset", "id", "image", "lu_number",
    "max_age", "max_bandwidth", "max_size", "path", "portal", "purge_limit", "query", "quota", "readlimit", "recordsize",
    "reservation", "root_password", "run", "size", "thick", "thin", "updated_at", "volblocksize", "writelimit",
}  # fmt: skip


def texts(spec: dict[str, Any]) -> Iterator[str]:
    """Give the names of all options that are a text which the user is free to choose."""
    for option, rules in spec.items():
        if "str" in (rules.get("type"), rules.get("elements")) and "choices" not in rules:
            yield option
        yield from texts(rules.get("options", {}))


@pytest.mark.parametrize("module", MODULES)
def test_every_option_with_a_text_is_a_name_or_none(module: str) -> None:
    name = f"{_given.__name__.rsplit('.', 3)[0]}.modules.{module}"
    found = set(texts(importlib.import_module(name).TASK.spec))

    assert found - NAMES - NOT_NAMES == set()
    assert not NAMES & NOT_NAMES


@pytest.mark.parametrize(
    ("given", "warnings"),
    [
        ({"name": "010"}, []),
        ({"name": None, "size": 10, "custom": {"floor": 1.5, "big": True}}, []),
        ({"name": 8}, ["name 8 is a number in YAML, and the text '8' is used; put it in quotes."]),
        ({"initiators": ["a", 7]}, ["initiators 7 is a number in YAML, and the text '7' is used; put it in quotes."]),
        ({"source": {"lun": 1}}, ["lun 1 is a number in YAML, and the text '1' is used; put it in quotes."]),
    ],
)
def test_whole_number_is_taken_for_a_name_with_a_warning(given: dict[str, Any], warnings: list[str]) -> None:
    assert judged(SPEC, given) == warnings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": 1.1}, "name 1.1 is a number in YAML, and no name; put it in quotes."),
        ({"name": False}, "name False is true or false in YAML, and no name; put it in quotes."),
        ({"initiators": [True]}, "initiators True is true or false in YAML, and no name; put it in quotes."),
        ({"source": {"snapshot": 1.5}}, "snapshot 1.5 is a number in YAML, and no name; put it in quotes."),
        ({"name": math.inf}, "name has inf, which no appliance takes for a number; correct it."),
        ({"size": -math.inf}, "size has -inf, which no appliance takes for a number; correct it."),
        ({"custom": {"a": [{"b": math.nan}]}}, "custom has nan, which no appliance takes for a number; correct it."),
    ],
)
def test_what_nobody_can_have_meant_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        judged(SPEC, given)

    assert str(caught.value) == said


def test_task_tells_what_its_options_are_taken_for() -> None:
    options = {
        "host": "zs-east", "port": 215, "session": "token-1234", "validate_certs": True, "timeout": 1, "name": "8", "body": {}
    }  # fmt: skip
    task = Task(
        spec={**SPEC, "body": {"type": "dict"}},
        plan=lambda _client, _options: unchanged({}),
        results=(),
        open_options=("body",),
    )

    assert perform(task, options, Mode(), given={"name": 8})["warnings"] == judged(SPEC, {"name": 8})
    assert "warnings" not in perform(task, options, Mode(), given={"name": "8"})
    assert perform(task, options, Mode(), given={"name": 8.5})["failure"]["message"].endswith("no name")
    # What a text of JSON comes to.
    refused = perform(task, {**options, "body": {"a": math.nan}}, Mode(), given={"body": '{"a": NaN}'})
    assert refused["failure"]["message"] == "body has nan, which no appliance takes for a number"


@pytest.mark.parametrize(
    ("said", "is_explained"),
    [
        ("missing required arguments: host", True),
        ("missing required arguments: host, name", True),
        ("missing required arguments: name, host", True),
        ("missing required arguments: hostname", False),
        ("missing required arguments: host found in target", False),
        ("state is absent but all of the following are missing: host", False),
    ],
)
def test_missing_host_names_the_ways_to_give_it(said: str, is_explained: bool) -> None:
    explained = explained_missing(said)

    assert explained.startswith(said)
    assert ("ZFSSA_HOST" in explained and "module_defaults" in explained) is is_explained
