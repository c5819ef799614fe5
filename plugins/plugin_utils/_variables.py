# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that people give to roles and playbooks: how each is read, and what is said of all that is wrong.

From the command line and from forms every value comes as a text, and what somebody left empty as an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.zfssa.storage.plugins.module_utils.client._environment_session import environment_secrets
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import check_name, did_you_mean

_WORKED_OUT = re.compile(r"\s+")
# A shorter one is a part of ordinary words, and hidden as a word of its own only.
SHORTEST_SECRET = 5


class Wrong(Exception):
    """A value cannot be right; the text says why, as the rest of a sentence that begins with its name."""


@dataclass(frozen=True)
class Variable:
    """One variable.

    Attributes:
        read: gives the value that is meant, or raises `Wrong`.
        required: whether it must be given.
        default: what it is when it is not given.
    """

    read: Callable[[Any], Any]
    required: bool = False
    default: Any = None


@dataclass
class Judged:
    """What became of the variables.

    Attributes:
        problems: a clause for each thing that is wrong.
        settled: the variables without their prefix, as they are meant.
    """

    problems: list[str] = field(default_factory=list)
    settled: dict[str, Any] = field(default_factory=dict)


def is_missing(value: Any) -> bool:
    """Tell whether a value counts as not given: null, or a text that is empty or of spaces only."""
    return value is None or (isinstance(value, str) and not value.strip())


def one_line(text: object) -> str:
    """Return a text with all its line ends and spaces as single spaces."""
    return _WORKED_OUT.sub(" ", str(text)).strip()


def as_text(value: Any) -> str:
    """Read a text.

    Raises:
        Wrong: YAML has made something else of it.
    """
    # A float has lost its last zeros, and a word such as no has become a flag.
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Wrong("must be a text; put a number with a point, and a word such as no, in quotes")
    return str(value).strip()


def as_name(value: Any) -> str:
    """Read the name of an object of an appliance.

    Raises:
        Wrong: it cannot be one.
    """
    name = as_text(value)
    try:
        return check_name("", name)
    except InvalidInput as error:
        raise Wrong(str(error).strip(" .")) from None


def structured(text: str, form: str) -> Any:
    """Read a structure that is written as a text.

    Args:
        text: it.
        form: how it is written, for the message.

    Raises:
        Wrong: it is no YAML.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise Wrong(f"cannot be read; write it as {form}") from None


def as_flag(value: Any) -> bool:
    """Read a flag.

    Raises:
        Wrong: it is none.
    """
    try:
        return bool(boolean(value))
    except TypeError:
        raise Wrong(f"must be true or false, not {one_line(value)!r}") from None


def as_whole(value: Any, least: int, most: int | None = None) -> int:
    """Read a whole number between two bounds, both included.

    Raises:
        Wrong: it is none, or beyond them.
    """
    allowed = f"a whole number from {least} to {most}" if most else f"a whole number of at least {least}"
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]+(\.0+)?", text):
        raise Wrong(f"must be {allowed}")
    number = int(text.partition(".")[0])
    if number < least or (most and number > most):
        raise Wrong(f"must be {allowed}, not {number}")
    return number


def as_seconds(value: Any) -> int:
    """Read a number of seconds, of which there is one at least; raises as `as_whole`."""
    return as_whole(value, 1)


def as_port(value: Any) -> int:
    """Read a TCP port; raises as `as_whole`."""
    return as_whole(value, 1, 65535)


CONNECTION: dict[str, Variable] = {
    "host": Variable(as_text, required=True),
    "port": Variable(as_port),
    "username": Variable(as_text),
    "password": Variable(as_text),
    "validate_certs": Variable(as_flag),
    "ca_path": Variable(as_text),
    "timeout": Variable(as_seconds),
}
# What of a connection is no secret.
SHOWN = frozenset(CONNECTION) - {"password"}


def settle(given: Mapping[str, Any], known: Mapping[str, Variable]) -> tuple[list[str], dict[str, Any]]:
    """Read variables.

    Args:
        given: their values, by their names.
        known: those that there are.

    Returns:
        A clause for each one that is wrong, and the others as they are meant, with their defaults where these say something.
    """
    problems, settled = [], {}
    for name, variable in known.items():
        value = given.get(name)
        if is_missing(value):
            if variable.required:
                problems.append(f"{name} is missing")
            elif variable.default is not None:
                settled[name] = variable.default
            continue
        try:
            settled[name] = variable.read(value)
        except Wrong as wrong:
            problems.append(f"{name} {wrong}")
    return problems, settled


def stranger(name: str, prefix: str, known: Iterable[str], whose: str) -> str:
    """Say of a name, with its prefix, that nobody knows what it shall do.

    Args:
        name: it.
        prefix: that of all variables.
        known: the variables that there are, without the prefix.
        whose: what they belong to (`role migrate_lun`).
    """
    instead = did_you_mean(name.removeprefix(prefix), known).replace("did you mean ", f"did you mean {prefix}")
    return f"{name} is not a variable of the {whose}; {instead}"


def sentence(clauses: Iterable[str]) -> str:
    """Make a sentence of clauses, the last of which may be a question."""
    said = "; ".join(clauses)
    return said if said.endswith((".", "!", "?")) else f"{said}."


def mask_of(connections: Iterable[Any]) -> Mask:
    """Return what takes the secrets out of what is said of variables.

    Args:
        connections: the options of connections, which may be anything. What has a key in it that nobody knows counts as a
            secret, because the key may be a mistyped password.
    """
    secrets = set(environment_secrets())
    for connection in map(_as_mapping, connections):
        secrets |= {str(value) for key, value in connection.items() if key not in SHOWN and not is_missing(value)}
    short = {secret for secret in secrets if len(secret) < SHORTEST_SECRET}
    return Mask(secrets - short, words=short)


def _as_mapping(value: Any) -> Mapping[Any, Any]:
    """A connection, whatever is wrong inside it; empty where it is none."""
    try:
        found = yaml.safe_load(value) if isinstance(value, str) else value
    except yaml.YAMLError:
        found = None
    return found if isinstance(found, Mapping) else {}
