# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns many LUNs of a migration is told once, with the LUNs that it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

from ...values._names import shown
from ._names import Place

# That many LUNs are named in a sentence.
_MOST = 50


@dataclass(frozen=True)
class Shared:
    """A sentence that may hold for other LUNs as well.

    Attributes:
        lun: the LUN for which it was found.
        parts: what stands before, between and after the places where the LUNs are named.
    """

    lun: Place
    parts: tuple[str, ...]


Said = Union[str, Shared]  # noqa: UP007 - ansible-test does not know the other form here


def sentences(found: Iterable[Said]) -> list[str]:
    """The sentences, each of them once, in the order in which they came up."""
    sentences: dict[str | tuple[str, ...], list[Place]] = {}
    for one in found:
        luns = sentences.setdefault(one.parts if isinstance(one, Shared) else one, [])
        if isinstance(one, Shared) and one.lun not in luns:
            luns.append(one.lun)
    return [said if isinstance(said, str) else _together(luns).join(said) for said, luns in sentences.items()]


def _together(luns: list[Place]) -> str:
    """What messages call several LUNs of one project."""
    first = luns[0]
    if len(luns) == 1:
        return first.label
    return f"LUNs {shown([lun.name for lun in luns], most=_MOST)} of {first.pool}/{first.project}"
