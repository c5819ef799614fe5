# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a module that is run by a Python that is too old, with a sentence in the place of a failed import.

To be imported before anything else of the collection, and written so that every Python that Ansible runs modules with
understands it.
"""

from __future__ import annotations

import json
import sys

OLDEST = (3, 11)


def complaint(version: tuple[int, ...], interpreter: str) -> str:
    """Say what is wrong with a version of Python; empty when nothing is.

    Args:
        version: its numbers.
        interpreter: its path.
    """
    if version >= OLDEST:
        return ""
    needed, found = (".".join(str(number) for number in one) for one in (OLDEST, version))
    return (
        f"the modules of zfssa.storage need Python {needed} or newer, and {interpreter} is Python {found}; "
        "set ansible_python_interpreter to a newer one that has the package requests, or run the task on the controller."
    )


_COMPLAINT = complaint(tuple(sys.version_info[:3]), sys.executable)
if _COMPLAINT:
    # As Ansible expects it of a module; nothing of it can be used yet.
    print(json.dumps({"failed": True, "changed": False, "msg": _COMPLAINT}))  # pylint: disable=ansible-bad-function
    sys.exit(1)  # pylint: disable=ansible-bad-function
