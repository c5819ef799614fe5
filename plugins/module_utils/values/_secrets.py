# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets where the user is free to name things: properties of a service, the body of a raw call.

Options that hold a secret are known by their specification. Here only the key tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

# What Ansible puts in place of a secret.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_SECRET = re.compile(
    r"pass(wo?rd|wd|phrase|code)|secret|token|credential|(^|[_-])(pass|pwd|pw|pin|psk|community)$"
    r"|(auth|priv|root|admin|bind|user|proxy|login)(pass|pwd|pw)$|community_?string|(^|[_-])authorization$|(^|[_-])session[_-]?id$"
    r"|(^|private|secret|access|api|auth|encrypt(ion)?|crypto?|wrap(ping)?|master|ssh|shared)[_-]?key$"
)
# A property that only says something about a secret.
_ABOUT = re.compile(
    r"(length|type|timeout)$"
    r"|[_-](len|age|lifetime|expir\w+|count|policy|complexity|history|name|required|enabled?|status|state|min|max|url)$"
)
# In a text nothing but its value tells a secret. Short ones are parts of ordinary words, and shorter ones are words.
_SHORTEST_IN_TEXTS = 5
_SHORTEST_WORD = 3
# The appliance's own way to say that there is a secret.
_MASK = re.compile(r"\*{6,}")
# Tokens of the sessions that this process has opened, which no option holds.
_tokens: set[str] = set()


def learn_token(token: str) -> None:
    """Take note of a token that an appliance has given: no result and no message of this process may show it."""
    _tokens.add(token)


def known_tokens() -> frozenset[str]:
    """The tokens that appliances have given to this process."""
    return frozenset(_tokens)


def is_secret(key: object) -> bool:
    """Whether what stands under a key is a secret, by the words of the key."""
    # rootPass is root_pass.
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(key)).lower()
    return _SECRET.search(name) is not None and _ABOUT.search(name) is None


def is_mask(value: object) -> bool:
    """Whether the appliance shows asterisks in place of a secret."""
    return isinstance(value, str) and _MASK.fullmatch(value) is not None


def hidden(value: Any) -> Any:
    """Hide all secrets in a structure, the short ones, too; a mask of the appliance stays as it is."""
    if isinstance(value, Mapping):
        return {key: _covered(item) if is_secret(key) else hidden(item) for key, item in value.items()}
    if isinstance(value, str):
        inner = _written(value)
        return value if inner is None or hidden(inner) == inner else json.dumps(hidden(inner))
    return [hidden(item) for item in value] if isinstance(value, list) else value


def secret_texts(value: Any) -> set[str]:
    """Collect the secrets in a structure that must not stand in any text."""
    return {text for text in _secrets(value) if len(text) >= _SHORTEST_IN_TEXTS and not is_mask(text)}


def secret_words(value: Any) -> set[str]:
    """Collect the secrets in a structure that are too short for that, and must not stand alone in a text."""
    return {text for text in _secrets(value) if _SHORTEST_WORD <= len(text) < _SHORTEST_IN_TEXTS}


def _written(text: str) -> Any:
    """The structure that a text is, `None` where it is none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _covered(value: Any) -> Any:
    """Hide all that is in a value, save that there is none."""
    if isinstance(value, Mapping):
        return {key: _covered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_covered(item) for item in value]
    return value if value in (None, "") or isinstance(value, bool) or is_mask(value) else HIDDEN


def _secrets(value: Any, secret: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, secret or is_secret(key))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item, secret)
    elif isinstance(value, str) and not secret and _written(value) is not None:
        yield from _secrets(_written(value))
    elif secret and value is not None and not isinstance(value, bool):
        yield str(value)
