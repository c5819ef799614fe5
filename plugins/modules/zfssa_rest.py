#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one call of the REST API."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_rest
short_description: Make one call of the REST API of an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Makes one request and returns the appliance's answer, for what has no module yet.
  - It knows nothing of the object, so it is not idempotent. A request other than GET always counts as a change.
  - Login, session and repeats are those of all modules. A request other than GET whose answer is lost is not repeated and fails,
    because only the user can know how to look whether it was carried out.
  - What stands under a key that means a secret, such as C(password), C(chapsecret), C(token), C(community), C(pin) or
    C(private_key), is shown in no result, neither that of O(query) and O(body) nor that of the answer. Where the answer
    repeats it elsewhere, also as JSON, in a URL or in Base64, asterisks are shown, unless it has fewer than three characters.
options:
  method:
    description: The method of the request.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  path:
    description: Path of the resource, from V(/api/) on, such as V(/api/storage/v1/pools).
    type: str
    required: true
  query:
    description: Query parameters and their values, such as V(confirm) or V(props).
    type: dict
  body:
    description: What is sent with V(POST) and V(PUT), under the appliance's own property names.
    type: dict
notes:
  - In check mode a GET is made, and nothing else is sent; RV(response) is V(null) then.
seealso:
  - module: zfssa.storage.zfssa_info
  - module: zfssa.storage.zfssa_service
  - module: zfssa.storage.zfssa_session
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
extends_documentation_fragment:
  - zfssa.storage.connection
  - zfssa.storage.connection.attributes
attributes:
  check_mode:
    support: partial
    details: A GET is made. Another request counts as a change; its answer is not predicted.
  diff_mode:
    support: none
    details: Nothing is known of the object, so there is no difference to show.
"""

EXAMPLES = r"""
---
- name: Read the problems that the appliance knows of
  zfssa.storage.zfssa_rest:
    path: /api/problem/v1/problems
  register: problems

- name: Say how many there are
  ansible.builtin.debug:
    msg: "{{ problems.response.body.problems | length }} problems"

- name: Set a property for which there is no option
  zfssa.storage.zfssa_rest:
    method: PUT
    path: /api/storage/v1/pools/tank/projects/default
    body:
      snapdir: visible
"""

RETURN = r"""
---
response:
  description: The answer, V(null) in check mode when nothing was sent.
  returned: always
  type: dict
  contains:
    status: {description: "HTTP status.", type: int}
    body: {description: "What the answer holds, empty when it has no body.", type: dict}
  sample:
    status: 200
    body:
      problems: []
failure:
  description: What went wrong, for programs.
  returned: failure
  type: dict
  contains:
    status: {description: "HTTP status of the appliance's answer; V(null) when it gave none.", type: int}
    fault: {description: "The appliance's name of the fault; V(null) when it gave none.", type: str}
    message: {description: "The reason alone; RV(ignore:msg) says what to do next as well.", type: str}
    request: {description: "The request that failed; V(null) when it was none that did.", type: str}
    steps_done: {description: "What had been changed before.", type: list, elements: str}
  sample:
    status: 404
    fault: ERR_NOT_FOUND
    message: 'the requested item was not found (EAK_ZFS_NOENT: {txtid: "AKTXT_NAS_NOENT", args: ["pond"]})'
    request: GET /api/storage/v1/pools/pond
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.run._rest import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
