#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put an image into the cache of an appliance, transferred once."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_image
short_description: Put a disk image into a cached LUN of an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Writes a disk image, from a file or a URL, into a LUN over iSCSI, and takes the snapshot that LUNs are cloned from.
    M(zfssa.storage.zfssa_image_cache) clones them. The role P(zfssa.storage.image_cache#role) is made of both, and is what you want
    to use.
  - The host on which the module runs does the work. It needs the program C(qemu-img) with its driver for iSCSI, no right of root and
    no initiator of the kernel, and it must reach the appliance, its REST service as well as the portal of the target.
  - An image is input from strangers. Its format is read from its content and stated to C(qemu-img), which can write no file and has limited
    memory and time. An image that names other files, is of another format than it says, or has a larger disk than O(max_size),
    is refused before there is a LUN.
  - The LUN is presented to O(initiator_group) while it is written, and to nobody from before the snapshot is taken. A run that is broken
    off throws its LUN away; one that was killed leaves it, and the next run throws it away.
  - Of several runs that want an image one transfers it, and the others wait, wherever they run. When its sign of life
    stands still for O(takeover_after) seconds, another run begins anew.
options:
  pool:
    description: Pool of the cache.
    type: str
    required: true
  project:
    description: Project of the cache, which must exist.
    type: str
    required: true
  image:
    description:
      - The image, a path from C(/) on of the host on which the module runs, or a URL of http or https.
      - One from a URL must come with a C(Content-Length), or with O(checksum), so that it shows whether it came as a whole.
      - The query of a URL is taken for a secret.
    type: str
    required: true
  id:
    description:
      - What tells the image from all others, such as the id that a catalogue gives it. The cached LUN is found by it.
      - By default where it is, without the query of a URL.
    type: str
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
  format:
    description:
      - Format of the image. It must be the one that its content shows.
      - V(raw) is needed for a raw disk, whose content shows none and which is never guessed.
    type: str
    choices: [raw, qcow2, qed, vdi, vhdx, vmdk, vpc]
  max_size:
    description: What the disk of the image may have at the most.
    type: str
    default: 1T
  folder:
    description: Where an image from a URL is put until it is written; the folder for temporary files by default.
    type: path
  image_validate_certs:
    description: Whether the certificate of the server that has the image must verify.
    type: bool
    default: true
  initiator:
    description: Name (IQN) under which the host logs in.
    type: str
    required: true
  initiator_group:
    description: Initiator group that has this initiator in it, and no other.
    type: str
    required: true
  target_group:
    description: Target group through which the LUN is written.
    type: str
    default: default
  portal:
    description: Address of the target, with or without a port. By default the first that the appliance tells.
    type: str
  chap_user:
    description: Name of the CHAP account of the host, where the target wants CHAP.
    type: str
  chap_secret:
    description: Its secret. It is handed to C(qemu-img) in a pipe, so that it is on no command line and in no file.
    type: str
  verify:
    description: Whether all is read back and compared before the snapshot is taken.
    type: bool
    default: false
  takeover_after:
    description:
      - Seconds for which the sign of life of another run may stand still. Give the same in all runs, and more than the
        slowest write on the appliance takes.
      - A run that could not give one for half of that stops by itself.
    type: int
    default: 180
  stall_timeout:
    description: Seconds for which a transfer may not get on.
    type: int
    default: 300
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
    support: partial
    details: An image from a URL is not fetched, so that it is not looked at.
  diff_mode:
    support: none
    details: An image is cached, or it is not.
"""

EXAMPLES = r"""
---
- name: Put an image into the cache
  zfssa.storage.zfssa_image:
    pool: tank
    project: images
    image: /srv/images/minimal.qcow2
    id: minimal-1.0
    initiator: iqn.2020-01.com.example:image-writer
    initiator_group: image-writer
    target_group: image-targets
    portal: 192.0.2.10
    verify: true
"""

RETURN = r"""
---
image:
  description: The image in the cache.
  returned: success
  type: dict
  contains:
    id: {description: What tells it from others., type: str, returned: success}
    lun: {description: Name of its cached LUN., type: str, returned: success}
    snapshot: {description: "Name of the snapshot that LUNs are cloned from; V(null) while there is none.", type: str, returned: success}
    size: {description: "Bytes of the cached LUN; V(null) while there is none.", type: int, returned: success}
    updated_at: {description: "When the image was changed last; V(null) when nobody has said it.", type: str, returned: success}
    checksums: {description: Checksums of its file., type: list, elements: str, returned: success}
    format: {description: "Its format; V(null) when it was not looked at.", type: str, returned: success}
    virtual_size: {description: "Bytes of its disk; V(null) when it was not looked at.", type: int, returned: success}
    transferred: {description: Whether this task has transferred it., type: bool, returned: success}
  sample:
    id: minimal-1.0
    lun: image-minimal-1-0-5f99e0a1a9
    snapshot: image-600144f0ccb95a1335e4b53dbfd0c2dc
    size: 4194304
    updated_at: null
    checksums: ['sha256:1e3c48663f8a174bfbcdc148bc75e0a801bb915974d4e6fee57f484b8b98263b']
    format: qcow2
    virtual_size: 4194304
    transferred: true
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
    message: 'LUN tank/images/image-minimal-1-0-5f99e0a1a9 has the name under which image minimal-1.0 is cached, and does not say
      that it is that image'
    request: null
    steps_done: []
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.image._cached import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
