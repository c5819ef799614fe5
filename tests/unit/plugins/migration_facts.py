"""Facts of LUNs on their way that several tests of migrations share."""

from __future__ import annotations

from typing import Any

from migration_pages import (
    ID,
    TEMPORARY,
    action,
    hidden,
    own_sign,
)

Facts = dict[str, Any]

SEVERED: Facts = {
    "lun": hidden(),
    "temporary": hidden(TEMPORARY),
    "action_id": ID,
    "mine": (action(),),
    "sign": own_sign(),
}
