# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy that the environment names for an appliance, and what is wrong with it."""

from __future__ import annotations

import functools
import os
import re
from urllib.parse import unquote

from ..values._errors import InvalidInput

try:
    import requests
except ImportError:
    # The edge reports the missing package before anything here is called.
    pass

_PASSWORD = re.compile(r"^(?:[^:/]*://)?[^:/@]*:(.+)@")


def proxy_settings() -> dict[str, str]:
    """The variables of the environment that name proxies, or exempt from them; case means nothing in their names."""
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}


def environment_proxies(url: str) -> dict[str, str]:
    """The proxies that the environment names for an address, by scheme; none where it exempts that.

    Args:
        url: of the appliance.

    Raises:
        ValueError: it is not a possible address.
    """
    return dict(_found(url, tuple(sorted(proxy_settings().items()))))


# requests would go through the whole environment with every request, which costs a fifth of it. Each item of a loop may
# have an environment of its own: the variables are part of the key.
@functools.lru_cache(maxsize=16)
def _found(url: str, _settings: tuple[tuple[str, str], ...]) -> dict[str, str]:
    proxies: dict[str, str] = requests.utils.get_environ_proxies(url)
    return proxies


def wrong_proxy(error: Exception, url: str) -> InvalidInput | None:
    """Tell whether a connection could not even be tried because of the proxy, whose address is never shown: it may hold a password.

    Args:
        error: what was raised.
        url: of the appliance.
    """
    failures = requests.exceptions
    meant = isinstance(error, (failures.InvalidProxyURL, failures.InvalidSchema))
    if not meant and (_proxy_of(url) is None or not _is_possible(url)):
        return None
    if isinstance(error, failures.InvalidSchema):
        return InvalidInput(
            f"the proxy to {url} is of a kind that is not supported here ({str(error).rstrip('.')})",
            advice="check HTTPS_PROXY and NO_PROXY in the environment, or install PySocks beside Ansible for a SOCKS proxy",
        )
    return InvalidInput(
        f"the proxy to {url} has no possible address",
        advice="give HTTPS_PROXY in the environment as http://HOST:PORT, or name the appliance in NO_PROXY",
    )


def proxy_passwords() -> set[str]:
    """The passwords of the proxies in the environment, as they stand there and as they are meant."""
    found = map(_PASSWORD.match, proxy_settings().values())
    return {form for one in found if one for form in (one[1], unquote(one[1]))}


def _proxy_of(url: str) -> str | None:
    proxy: str | None = requests.utils.select_proxy(url, environment_proxies(url))
    return proxy


def _is_possible(url: str) -> bool:
    """Whether the address of the appliance itself is one."""
    try:
        prepared = requests.Request("GET", url).prepare()
        str(prepared.url).split("/")[2].strip("[]").rsplit(":", 1)[0].encode("idna")
    except ValueError:
        return False
    return True
