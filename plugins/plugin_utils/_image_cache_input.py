# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role image_cache is given: judged as a whole, and made into the options of its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._entry import Image
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._magic import FORMATS
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._source import check_source, image_id, is_url
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import (
    CONNECTION,
    Variable,
    Wrong,
    as_flag,
    as_name,
    as_seconds,
    as_text,
    as_whole,
    is_missing,
    mask_of,
    one_line,
    sentence,
    settle,
    stranger,
    structured,
)

PREFIX = "image_cache_"
# The fact that the role hands on; a run finds that of the run before among its variables.
MADE = ("result",)
_HERE = ("localhost", "127.0.0.1", "::1")


def _choice(value: Any, words: tuple[str, ...]) -> str:
    text = as_text(value)
    if text not in words:
        raise Wrong(f"must be one of {', '.join(words)}, not {one_line(text)!r}")
    return text


def _mapping(value: Any) -> dict[str, Any]:
    found = structured(value, "YAML, such as {host: kvm1}") if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise Wrong("must be a dictionary")
    return {str(key): one for key, one in found.items() if not is_missing(one)}


def _luns(value: Any) -> list[dict[str, Any]]:
    found = structured(value, "YAML, such as [{name: vm-1, size: 20G}]") if isinstance(value, str) else value
    if not isinstance(found, list) or not all(
        isinstance(one, Mapping) and not is_missing(one.get("name")) for one in found
    ):
        raise Wrong("must be a list of LUNs, each with a name")
    return [{str(key): what for key, what in one.items() if not is_missing(what)} for one in found]


def _image(value: Any) -> str:
    text = as_text(value)
    try:
        check_source(text)
    except InvalidInput as error:
        raise Wrong(f"cannot be used: {error.reason}") from None
    if not is_url(text) and not text.startswith("/"):
        raise Wrong("must be a URL, or a path from / on of the host that writes")
    return text


VARIABLES: dict[str, Variable] = {
    "appliance": Variable(_mapping),
    "state": Variable(partial(_choice, words=("present", "absent")), default="present"),
    "pool": Variable(as_name, required=True),
    "project": Variable(as_name, required=True),
    "image": Variable(_image),
    "id": Variable(as_text),
    "updated_at": Variable(str),
    "checksum": Variable(as_text),
    "format": Variable(partial(_choice, words=FORMATS)),
    "max_size": Variable(as_text),
    "luns": Variable(_luns),
    "writer": Variable(_mapping),
    "verify": Variable(as_flag),
    "validate_certs": Variable(as_flag),
    "keep_last": Variable(partial(as_whole, least=0)),
    "max_age": Variable(as_text),
    "takeover_after": Variable(as_seconds),
    "stall_timeout": Variable(as_seconds),
}
WRITER: dict[str, Variable] = {
    "host": Variable(as_text, default="localhost"),
    "initiator": Variable(as_text, required=True),
    "initiator_group": Variable(as_name),
    "target_group": Variable(as_name),
    "portal": Variable(as_text),
    "chap_user": Variable(as_text),
    "chap_secret": Variable(as_text),
    "folder": Variable(as_text),
    "ca_path": Variable(as_text),
}
_OF_IMAGE = ("image", "format", "max_size", "verify", "stall_timeout")
_OF_BOTH = ("pool", "project", "updated_at", "checksum", "takeover_after")
_OF_CACHE = ("state", "luns", "keep_last", "max_age")
_OF_WRITER = ("initiator", "target_group", "portal", "chap_user", "chap_secret", "folder")


def judge(given: Mapping[str, Any]) -> dict[str, Any]:
    """Judge the variables of the role.

    Args:
        given: all variables whose names begin with the prefix of the role, by their full names.

    Returns:
        `said`, a sentence about all that is wrong, empty when nothing is; and the options of the tasks: `appliance`, `cache`,
        `image`, `host`, `initiator`, `group`.
    """
    plain = {str(name).removeprefix(PREFIX): value for name, value in given.items()}
    plain = {name: value for name, value in plain.items() if name not in MADE}
    problems = [
        stranger(PREFIX + name, PREFIX, VARIABLES, "role image_cache") for name in plain if name not in VARIABLES
    ]
    wrong, options = settle(plain, VARIABLES)
    problems += [f"{PREFIX}{one}" for one in wrong]
    problems += _inner(options, "appliance", CONNECTION)[0]
    writer: dict[str, Any] = {}
    if options.get("state") == "present":
        said, writer = _inner({"writer": {}, **options}, "writer", WRITER)
        problems += said
        problems += [] if options.get("image") or "image" in plain else [f"{PREFIX}image is missing"]
    if not options.get("image") and not options.get("id"):
        problems.append(f"{PREFIX}id is missing, and no {PREFIX}image says it")
    secrets = mask_of([options.get("appliance"), {"chap_secret": (options.get("writer") or {}).get("chap_secret")}])
    return {"said": secrets.text(sentence(problems)) if problems else "", **_tasks(options, writer)}


def _inner(options: Mapping[str, Any], name: str, known: Mapping[str, Variable]) -> tuple[list[str], dict[str, Any]]:
    """Judge a variable with options of its own; what is not given may come from elsewhere where it is a connection."""
    given = options.get(name)
    if given is None:
        return [], {}
    strange = [f"{PREFIX}{name} has no option {one_line(one)}" for one in given if one not in known]
    wanted = {key: Variable(one.read) for key, one in known.items()} if known is CONNECTION else known
    wrong, settled = settle(given, wanted)
    return [*strange, *(f"{PREFIX}{name}: {one}" for one in wrong)], settled


def _tasks(options: Mapping[str, Any], writer: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the tasks of the role."""
    image = str(options.get("id") or image_id(str(options.get("image") or "")))
    host = str(writer.get("host", "localhost"))
    group = str(writer.get("initiator_group") or f"image-writer-{Image(host).name.removeprefix('image-')}")
    both = {"id": image, **_some(options, _OF_BOTH)}
    chap = _some(writer, ("chap_user", "chap_secret"))
    return {
        "appliance": dict(options.get("appliance") or {}),
        "cache": {**both, **_some(options, _OF_CACHE)},
        "image": {
            **both,
            **_some(options, _OF_IMAGE),
            **_some(writer, _OF_WRITER),
            **({"image_validate_certs": options["validate_certs"]} if "validate_certs" in options else {}),
            **({"ca_path": writer["ca_path"]} if "ca_path" in writer else {}),
            "initiator_group": group,
        },
        "host": host,
        "is_here": host in _HERE,
        "initiator": {"initiator": writer.get("initiator", ""), **chap},
        "group": group,
    }


def _some(options: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: options[name] for name in names if name in options}
