#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LUNs from images that are in the cache of an appliance."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_image_cache
short_description: Make LUNs from a cached disk image on an Oracle ZFS Storage Appliance, and keep the cache tidy
version_added: 0.1.0
description:
  - Makes LUNs as clones of an image that M(zfssa.storage.zfssa_image) has put into the cache, each as large as wanted, and takes what is
    not needed any more out of the cache. The role P(zfssa.storage.image_cache#role) is made of both, and is what you want to use.
  - When the image is not in the cache, or not as it should be, nothing is made; RV(image_cache.state) says so. LUNs that could not be made
    even if it were there are refused then, so that no image is transferred for them.
  - A cached image that is stale, or is to go, is renamed while it has clones, and destroyed by a later run when the last of them is gone.
    Nothing that a clone needs is ever destroyed.
options:
  state:
    description:
      - V(present) makes the LUNs.
      - V(absent) takes the image out of the cache. LUNs that were made from it stay.
    type: str
    choices: [present, absent]
    default: present
  pool:
    description: Pool of the cache and of the LUNs.
    type: str
    required: true
  project:
    description: Project of the cache.
    type: str
    required: true
  id:
    description:
      - What tells the image from all others.
      - LUNs of O(luns) stay over new builds of an image when all builds have one id, and each its own O(updated_at) or O(checksum).
    type: str
    required: true
  updated_at:
    description:
      - When the image was changed last, as whoever keeps images says it. A time is compared in UTC, another text as it is.
      - A cached image with another time is stale, unless both have the same checksum.
    type: str
  checksum:
    description:
      - Checksum of the file of the image, V(sha256:HEX) or V(sha512:HEX).
      - A cached image with another one is stale; one with the same is not, whatever O(updated_at) says.
    type: str
  luns:
    description:
      - LUNs that are made from the image. One that exists must have been made from it, be it from an older version of it, and is not
        made anew; its other options are brought to what they should be.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the LUN.
        type: str
        required: true
      project:
        description: Its project, that of the cache by default.
        type: str
      size:
        description: Its size, at least that of the image; that of the image by default.
        type: str
      sparse:
        description: Whether it is thin.
        type: bool
      initiator_groups:
        description: Initiator groups that see it. A new one is seen by nobody by default.
        type: list
        elements: str
      target_group:
        description: Target group through which it is seen.
        type: str
      lu_number:
        description: Its LU number, or V(auto).
        type: str
      nodestroy:
        description: Whether it is protected from being destroyed.
        type: bool
      writecache:
        description: Whether its write cache is on.
        type: bool
      custom:
        description: Values of custom properties.
        type: dict
  keep_last:
    description: How many cached images that nothing was cloned from may stay, the newest ones; all by default.
    type: int
  max_age:
    description: How old a cached image may be that nothing was cloned from, in seconds or as V(12h), V(30d), V(8w); any age by default.
    type: str
  takeover_after:
    description: Seconds for which the sign of life of a run that fills the entry may stand still; for O(state=absent).
    type: int
    default: 180
seealso:
  - name: The image cache
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/image-cache.md
    description: What the role image_cache does, and what it takes for hostile.
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
extends_documentation_fragment:
  - zfssa.storage.connection
  - zfssa.storage.connection.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details: RV(image_cache) says what was made and what is gone.
"""

EXAMPLES = r"""
---
- name: Make two LUNs from an image that is in the cache
  zfssa.storage.zfssa_image_cache:
    pool: tank
    project: images
    id: minimal-1.0
    luns:
      - {name: vm-1, project: databases, size: 8M, initiator_groups: [db-hosts]}
      - {name: vm-2, project: databases}

- name: Keep no more than three images that nothing was made from
  zfssa.storage.zfssa_image_cache:
    pool: tank
    project: images
    id: minimal-1.0
    keep_last: 3
    max_age: 90d

- name: Take an image out of the cache; LUNs that were made from it stay, and it stays behind them until they are gone
  zfssa.storage.zfssa_image_cache:
    pool: tank
    project: images
    id: minimal-1.0
    state: absent
"""

RETURN = r"""
---
image_cache:
  description: What there is of the image, and what was made and taken away.
  returned: success
  type: dict
  contains:
    state:
      description:
        - V(hit) when the LUNs are there. V(missing), V(stale), V(filling) or V(dead) when the image is not in the cache as it
          should be and no LUN was made.
      type: str
      returned: success
    entry:
      description:
        - The cached LUN with its C(name), C(snapshot), C(size), C(guid), C(image_id), C(updated_at), C(checksums), C(created).
        - V(null) when there is none that could be cloned.
      type: dict
      returned: success
    luns: {description: The LUNs as M(zfssa.storage.zfssa_lun) returns them., type: list, elements: dict, returned: success}
    removed: {description: Names of cached LUNs that were destroyed., type: list, elements: str, returned: success}
    kept:
      description:
        - Cached LUNs that should go and stay, each with C(name) and C(reason). With O(state=absent) all of the image that stay, those
          that earlier runs have renamed among them.
      type: list
      elements: dict
      returned: success
  sample:
    state: hit
    entry:
      name: image-minimal-1-0-5f99e0a1a9
      snapshot: image-600144f0ccb95a1335e4b53dbfd0c2dc
      size: 4194304
      guid: 600144F0CCB95A1335E4B53DBFD0C2DC
      image_id: minimal-1.0
      updated_at: null
      checksums: ['sha256:1e3c48663f8a174bfbcdc148bc75e0a801bb915974d4e6fee57f484b8b98263b']
      created: '2026-11-22T19:18:11Z'
    luns:
      - name: vm-1
        pool: tank
        project: databases
        size: 8388608
        initiator_groups: [db-hosts]
        lu_numbers: {db-hosts: 1}
      - name: vm-2
        pool: tank
        project: databases
        size: 4194304
        initiator_groups: []
        lu_numbers: {}
    removed: []
    kept: []
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
    status: null
    fault: null
    message: 'LUN tank/images/vm-1 exists, and was not made from image minimal-1.0'
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._operation import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
