# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets taken out of what is shown, in whatever form an appliance, a proxy or a program writes them.

Ansible replaces a secret letter for letter, and in values only. Whoever repeats a request in a fault writes it as JSON, in a URL
or as the header of a login.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import count
from typing import Any
from urllib.parse import quote, quote_plus

from ._secrets import HIDDEN, known_tokens

# What stands in the place of a secret inside a text.
COVER = "*" * 8
# Shorter ones are parts of ordinary words: in the keys of a result they count as a whole only, and in Base64 not at all.
_SHORTEST_PART = 5
_SHORTEST_CORE = 8
# What of texts and keys is kept: so many, and none that is longer.
_KEPT, _SHORT = 1024, 64
_PERCENT = re.compile("%[0-9A-F]{2}")
# The keys under which a result has keys of its own, and not the appliance's.
_FRAMES = ("failure", "invocation", "module_args", "diff")


def _once(text: str) -> set[str]:
    """The ways to write a text inside another one."""
    encoded = json.dumps(text)[1:-1]
    raw = text.encode("utf-8", "surrogatepass")
    quoted = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    return {
        encoded,
        encoded.replace("/", "\\/"),
        re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", encoded),
        json.dumps(text, ensure_ascii=False)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1].replace("/", "\\/"),
        repr(text)[1:-1],
        repr(text + "'\"")[1:-4],
        ascii(text)[1:-1],
        repr(raw)[2:-1],
        html.escape(text),
        html.escape(text, quote=False),
        *quoted,
        *(_PERCENT.sub(lambda found: found[0].lower(), one) for one in quoted),
    }


def _in_base64(text: str) -> set[str]:
    """What tells a text in Base64: as a whole, and as a part of something longer, at each of its three places."""
    raw = text.encode("utf-8", "surrogatepass")
    found = set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw).decode()
        if len(text) >= _SHORTEST_PART - 1:
            found |= {whole, whole.rstrip("=")}
        for before in range(3):
            # Letters that depend on what stands before or after it are left out.
            start, end = (before * 8 + 5) // 6, (before + len(raw)) * 8 // 6
            core = encode(b"\0" * before + raw).decode()[start:end]
            if len(core) >= _SHORTEST_CORE:
                found.add(core)
    return found | {form for one in found for form in (quote(one, safe=""), one.replace("/", "\\/"))}


def forms(secret: str) -> set[str]:
    """All forms of a secret that are looked for, its own among them; JSON in JSON is among them, too."""
    written = {secret} | _once(secret)
    for one in tuple(written):
        written |= _once(one)
    return {one for one in written | _in_base64(secret) if one}


class _Sought:
    """What is looked for: as a whole text, anywhere in one, and in the keys of a result.

    Args:
        whole: as a whole text.
        anywhere: as a part of one.
        in_keys: as a part of a key.
    """

    def __init__(
        self, whole: frozenset[str], anywhere: re.Pattern[str] | None, in_keys: re.Pattern[str] | None
    ) -> None:
        self._whole, self._anywhere, self._in_keys = whole, anywhere, in_keys
        # Thousands of records have the same keys, and nearly the same words.
        self._short = functools.lru_cache(maxsize=_KEPT)(self._replaced)
        self._key = functools.lru_cache(maxsize=_KEPT)(self._replaced_key)

    def text(self, text: str) -> str:
        """A text without it."""
        return self._short(text) if len(text) <= _SHORT else self._replaced(text)

    def _replaced(self, text: str) -> str:
        if text in self._whole:
            return HIDDEN
        return self._anywhere.sub(COVER, text) if self._anywhere else text

    def value(self, value: Any) -> Any:
        """A structure without it."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float)):
            return value if self.text(str(value)) == str(value) else HIDDEN
        if isinstance(value, Mapping):
            return self._mapping(value)
        return [self.value(item) for item in value] if isinstance(value, (list, tuple, set)) else value

    def result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a task without it."""
        return {
            key: self.result(value) if key in _FRAMES and isinstance(value, Mapping) else self.value(value)
            for key, value in result.items()
        }

    def _mapping(self, value: Mapping[Any, Any]) -> dict[Any, Any]:
        masked: dict[Any, Any] = {}
        for key, item in value.items():
            shown = self._key(key) if isinstance(key, str) else key
            if shown in masked:
                shown = next(name for number in count(2) if (name := f"{shown} ({number})") not in masked)
            # Most values are flags or nothing, and there are many.
            masked[shown] = item if item is None or item is True or item is False else self.value(item)
        return masked

    def _replaced_key(self, key: str) -> str:
        if key in self._whole:
            return HIDDEN
        return self._in_keys.sub(COVER, key) if self._in_keys else key


@functools.lru_cache(maxsize=16)
def _sought(secrets: frozenset[str], logins: frozenset[str], words: frozenset[str]) -> _Sought:
    """Work out what is looked for; it is kept, because it takes milliseconds and is the same for all items of a loop."""
    all_forms = {form for secret in secrets for form in forms(secret)}
    all_forms |= {form for login in logins for form in _in_base64(login)}
    return _Sought(
        whole=frozenset(all_forms | words),
        anywhere=_pattern(all_forms, words),
        in_keys=_pattern({form for form in all_forms if len(form) >= _SHORTEST_PART}, ()),
    )


class Mask:
    """Takes secrets out of texts and results. It knows all tokens of sessions that this process has opened, too.

    Args:
        secrets: those of the task.
        logins: users with their passwords; the header of a login holds both.
        words: secrets that are so short that they count as whole words only.
    """

    def __init__(
        self, secrets: Iterable[str], logins: Iterable[tuple[str, str]] = (), words: Iterable[str] = ()
    ) -> None:
        self._secrets = frozenset(filter(None, secrets))
        self._logins = frozenset(f"{user}:{password}" for user, password in logins)
        self._words = frozenset(filter(None, words))

    @property
    def _sought(self) -> _Sought:
        # Tokens may have become known since the last text or result.
        return _sought(self._secrets | known_tokens(), self._logins, self._words)

    def text(self, text: str) -> str:
        """A text without secrets."""
        return self._sought.text(text)

    def value(self, value: Any) -> Any:
        """A structure without secrets, in its values and in its keys."""
        return self._sought.value(value)

    def result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a task without secrets. The names of its own keys stay: nobody could read it without them."""
        return self._sought.result(result)


# That of the task that runs.
_at_work: ContextVar[Mask | None] = ContextVar("_at_work", default=None)


@contextlib.contextmanager
def masking(mask: Mask) -> Iterator[None]:
    """Let `covered` and `clipped` know the secrets of a task, for as long as it runs."""
    before = _at_work.set(mask)
    try:
        yield
    finally:
        _at_work.reset(before)


def covered(text: str) -> str:
    """A text for a message without the secrets of the task that runs; of one that has lost a part nobody knows the rest."""
    mask = _at_work.get()
    return mask.text(text) if mask else text


def clipped(text: str, most: int) -> str:
    """A text for a message, cut after so many characters; secrets are taken out of it before."""
    plain = covered(text)
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."


def _pattern(texts: Iterable[str], words: Iterable[str]) -> re.Pattern[str] | None:
    """Make what finds texts, the longest first, and words that stand alone."""
    anywhere = [re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text))]
    alone = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words)]
    return re.compile("|".join(anywhere + alone)) if anywhere or alone else None
