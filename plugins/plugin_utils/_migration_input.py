# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role migrate_lun is given: judged as a whole, and settled in one form.

From the command line and from forms every value comes as a text, and what somebody left empty as an empty one. Whatever is
wrong is told together, so that nobody has to run the role once for each mistake. Values of connections are never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.zfssa.storage.plugins.module_utils.client._environment_session import environment_secrets
from ansible_collections.zfssa.storage.plugins.module_utils.values._mask import Mask, masking
from ansible_collections.zfssa.storage.plugins.module_utils.values._names import did_you_mean
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import (
    CONNECTION,
    SHORTEST_SECRET,
    Judged,
    Variable,
    Wrong,
    as_flag,
    as_name,
    as_seconds,
    as_text,
    is_missing,
    one_line,
    settle,
    stranger,
    structured,
)
from ansible_collections.zfssa.storage.plugins.plugin_utils._variables import mask_of as mask_of_connections

PREFIX = "migrate_lun_"


def _names(value: Any) -> list[str]:
    form = "names with commas or line ends between them, or as a list"
    if isinstance(value, str):
        text = value.strip()
        if text.startswith(("[", "- ", "{")):
            value = structured(text, form)
        else:
            # An empty line is how a form ends a list; an empty name between commas is a mistake.
            value = [name for line in text.splitlines() if line.strip() for name in line.split(",")]
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise Wrong(f"must be a list of names; write it as {form}")
    names = ["" if is_missing(item) else as_text(item) for item in value]
    if not names:
        raise Wrong("is an empty list; name the LUNs")
    if "" in names:
        raise Wrong(f"has an empty name after {names[names.index('') - 1]!r}" if any(names) else "has empty names only")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Wrong(f"names {' and '.join(twice)} more than once")
    return [as_name(name) for name in names]


def _mapping(value: Any) -> dict[str, str]:
    form = "{name on the source: name on the target}"
    if isinstance(value, str):
        value = structured(value, form)
    if not isinstance(value, Mapping):
        raise Wrong(f"must be written as {form}")
    if any(is_missing(name) for pair in value.items() for name in pair):
        raise Wrong("has an empty name")
    return {as_text(old): as_text(new) for old, new in value.items()}


def _refuse_or_end(value: Any) -> str:
    word = str(value).strip().lower()
    if word not in ("refuse", "end"):
        raise Wrong(f"must be refuse or end, not {one_line(value)!r}")
    return word


def _connection(value: Any) -> dict[str, Any]:
    form = "{host: NAME, username: NAME, password: SECRET}"
    if isinstance(value, str):
        value = structured(value, form)
    if not isinstance(value, Mapping):
        raise Wrong(f"must be written as {form}")
    problems, settled = settle(value, CONNECTION)
    unknown = sorted(str(key) for key in value if key not in CONNECTION)
    problems += [f"{name} is not one of its keys; {did_you_mean(name, CONNECTION)}" for name in unknown]
    if problems:
        raise Wrong(f"is not right inside: {', '.join(problems)}")
    return settled


VARIABLES: dict[str, Variable] = {
    "source": Variable(_connection, required=True),
    "target": Variable(_connection, required=True),
    "pool": Variable(as_name, required=True),
    "project": Variable(as_name, required=True),
    "luns": Variable(_names, required=True),
    "target_pool": Variable(as_name, required=True),
    "target_project": Variable(as_name),
    "peer": Variable(as_text, default=""),
    "cutover": Variable(as_flag, default=True),
    "delete_source": Variable(as_flag, default=True),
    "groups": Variable(_mapping, default={}),
    "other_replication": Variable(_refuse_or_end, default="refuse"),
    "full_again": Variable(as_flag, default=False),
    "take_over": Variable(as_flag, default=False),
    "timeout": Variable(as_seconds, default=86400),
    "poll_interval": Variable(as_seconds, default=10),
    "verify_tasks": Variable(as_text, default=""),
}
# Kept out of what is settled, because it is shown.
_SECRETIVE = ("source", "target")
# Those that name objects of an appliance.
_NAMES = ("pool", "project", "luns", "target_pool", "target_project", "peer", "groups")


def unknown(names: Iterable[str]) -> list[str]:
    """Return a clause for each name, with its prefix, of which nobody knows what it shall do."""
    return [stranger(name, PREFIX, VARIABLES, "role migrate_lun") for name in sorted(names)]


def judge(given: Mapping[str, Any], unreadable: Mapping[str, str] | None = None) -> Judged:
    """Judge the arguments of the role.

    Args:
        given: their values, without the prefix.
        unreadable: those that could not be evaluated, and why.
    """
    unreadable = unreadable or {}
    known = {name: variable for name, variable in VARIABLES.items() if name not in unreadable}
    mask = mask_of(given)
    # What is wrong may have a secret in it, of which a part may be cut off.
    with masking(mask):
        problems, settled = settle(given, known)
    problems += [f"{name} cannot be evaluated: {why}" for name, why in unreadable.items()]
    judged = Judged([mask.text(f"{PREFIX}{problem}") for problem in problems])
    if not problems:
        settled.setdefault("target_project", settled["project"])
        judged.settled = {name: value for name, value in settled.items() if name not in _SECRETIVE}
        judged.settled["claims"] = claims(settled)
        judged.problems = in_the_way(settled)
    return judged


def mask_of(given: Mapping[str, Any]) -> Mask:
    """Return what takes the secrets out of what is said of the arguments.

    Args:
        given: their values, without the prefix; a connection may be anything.
    """
    return mask_of_connections(given.get(side) for side in _SECRETIVE)


def in_the_way(settled: Mapping[str, Any]) -> list[str]:
    """Return a clause for each secret that would be hidden in what the role goes by, and with it a name.

    Args:
        settled: the arguments, connections included.
    """
    passwords = {f"the password of {PREFIX}{side}": settled[side].get("password") for side in _SECRETIVE}
    secrets = {what: {secret} for what, secret in passwords.items() if secret} | {
        "a secret in the environment (ZFSSA_PASSWORD, ZFSSA_SESSION or of a proxy)": environment_secrets()
    }
    named = {name: value for name, value in settled.items() if name in _NAMES}
    problems = []
    for what, texts in secrets.items():
        if any(len(text) < SHORTEST_SECRET for text in texts):
            problems.append(
                f"{what} has fewer than {SHORTEST_SECRET} characters, so that it is hidden in ids as well, which the role depends on; "
                "choose a longer one"
            )
            continue
        mask = Mask(texts)
        within = [f"{PREFIX}{name}" for name, value in named.items() if mask.value(value) != value]
        if within:
            problems.append(
                f"{what} is a part of {' and '.join(within)}, so that names are hidden in results, which the role depends on; change it"
            )
    return problems


def claims(settled: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the places that a migration needs for itself: where each LUN is, and where it goes.

    Two hosts of a play that claim the same place, be it as source or as target, would be in each other's way.
    """
    ends = (
        (settled["source"], settled["pool"], settled["project"]),
        (settled["target"], settled["target_pool"], settled["target_project"]),
    )
    return [
        {
            "appliance": f"{str(at['host']).rstrip('.').lower()}:{at.get('port', 215)}",
            "lun": f"{pool}/{project}/{name}",
        }
        for name in settled["luns"]
        for at, pool, project in ends
    ]


def rivals(mine: Sequence[Mapping[str, Any]], others: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Return a clause for each other host that claims a place which is claimed here, too."""
    clauses = []
    for host, claimed in others.items():
        both = [one for one in mine if one in claimed]
        if both:
            places = sorted({f"LUN {one['lun']} of {one['appliance']}" for one in both})
            clauses.append(f"{host} ({', '.join(places)})")
    return clauses
