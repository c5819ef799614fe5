#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declare a whole appliance in one document."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_san
short_description: Declare what an Oracle ZFS Storage Appliance shall have, in one document
version_added: 0.1.0
description:
  - Brings projects, LUNs, snapshots, initiators, targets, groups, custom properties and replication actions to what one document
    says, all in one task.
  - The whole document is looked at before the first write. Unknown options, objects that are named and do not exist, LU numbers
    that collide and LUNs that do not fit are refused, all in one message, each with its place in the document such as
    C(luns[3].initiator_groups[0]); then nothing is written.
  - Each list of the appliance is read once. Writes are made in the order in which one needs the other; what is to be removed is
    removed in the reverse order, as late as that is possible.
  - In check mode, and with O(state=planned), it reads and plans only. The plan is what a real run writes.
options:
  defaults:
    description: Options that hold for all items that have such an option and do not give it.
    type: dict
    suboptions:
      pool:
        description: Name of the pool.
        type: str
      project:
        description: Name of the project.
        type: str
  state:
    description:
      - V(present) brings the appliance to what the document says.
      - V(planned) only plans, also outside of check mode. It never changes anything, and returns RV(plan_id) for O(expect_plan).
    type: str
    choices: [present, planned]
    default: present
  expect_plan:
    description:
      - The plan that was approved, as its RV(plan_id), or as the registered result of the task that planned it. When the plan is
        another one by now, the task is refused before the first write, and shows the present plan. Given the result, it names
        the lines that differ.
      - The plan is another one when anything else would be written, or when a property of an object has changed that it changes or
        removes. How full a pool is does not matter.
    type: raw
  purge:
    description:
      - The kinds of which everything is removed that the document does not list.
      - Of what is in a pool, only what is in the pools and projects that the document names, and never the project V(default) or
        anything in it. What the appliance makes by itself stays, such as automatic snapshots and groups named V(default). A
        snapshot that was taken for a clone goes with the clone, wherever it is.
      - What has snapshots, clones or replication is not removed unless O(force) permits it, and what has C(nodestroy) never. Then
        the task is refused.
      - Objects of the SAN and custom properties are in no pool. What of them is still in use, or has members that the document does
        not list, stays, and a warning names it.
    type: list
    elements: str
    choices: [schema, projects, initiators, initiator_groups, targets, target_groups, luns, snapshots, replications]
  purge_limit:
    description:
      - How many objects O(purge) may remove at most, as a number, or as a percentage of what there is of these kinds in these
        places, such as V(20%). When there are more, the task is refused with their list.
      - LUNs that go with one of them, by O(force), count too.
    type: str
    default: '10'
  force:
    description: Whether O(purge) may remove objects of a pool together with their snapshots and clones.
    type: bool
    default: false
  concurrency:
    description: How many writes are made at the same time at most, from 1 to 32.
    type: int
    default: 4
  continue_on_error:
    description:
      - Whether to go on with other objects when one has failed. The task fails all the same, in the end. Nothing is removed any more
        once something has failed.
    type: bool
    default: false
seealso:
  - module: zfssa.storage.zfssa_info
    description: Gives what there is as a document, with O(zfssa.storage.zfssa_info#module:as_input).
author:
  - Contributors to the zfssa.storage project (@zfssa-storage)
extends_documentation_fragment:
  - zfssa.storage.document
  - zfssa.storage.connection
  - zfssa.storage.connection.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
"""

EXAMPLES = r"""
---
- name: Declare a host with its LUNs
  zfssa.storage.zfssa_san:
    defaults: {pool: tank, project: databases}
    config:
      projects:
        - {name: databases, compression: lz4}
      initiators:
        - {initiator: 'iqn.1998-01.com.example:db1', alias: db1}
      initiator_groups:
        - {name: db-hosts, initiators: [db1]}
      targets:
        - {alias: db-target, interfaces: [ixgbe0, ixgbe1]}
      target_groups:
        - {name: db-ports, targets: [db-target]}
      luns:
        - {name: redo-1, size: 10G, sparse: true, initiator_groups: [db-hosts], target_group: db-ports}
        - {name: data-1, size: 20G, sparse: true, initiator_groups: [db-hosts], target_group: db-ports}

- name: Plan a larger LUN, and keep the plan for its approval
  zfssa.storage.zfssa_san:
    defaults: {pool: tank, project: databases}
    config:
      luns:
        - {name: data-1, size: 40G}
    state: planned
  register: planned

- name: Carry out exactly that plan
  zfssa.storage.zfssa_san:
    defaults: {pool: tank, project: databases}
    config:
      luns:
        - {name: data-1, size: 40G}
    expect_plan: "{{ planned }}"

- name: Remove the LUNs of the project that the document does not list, ten at most
  zfssa.storage.zfssa_san:
    defaults: {pool: tank, project: databases}
    config:
      luns:
        - {name: redo-1, size: 10G}
    purge: [luns]
    purge_limit: 10
"""

RETURN = r"""
---
san:
  description: The plan in short, V(null) when the task failed before there was one.
  returned: always
  type: dict
  contains:
    plan: {description: "See RV(plan).", type: list, elements: str}
    summary: {description: "See RV(summary).", type: dict}
    summary_line: {description: "The summary in words.", type: str}
    plan_id: {description: "See RV(plan_id).", type: str}
  sample:
    plan: ['~ lun tank/databases/data-1: size 20 GiB -> 40 GiB']
    summary: {add: 0, change: 1, destroy: 0}
    summary_line: 'plan: 0 to add, 1 to change, 0 to destroy'
    plan_id: 6f1ed002ab5595859014ebf0951522d9
plan:
  description: A line for each change, in the order in which they are made.
  returned: always
  type: list
  elements: str
  sample: ['~ lun tank/databases/data-1: size 20 GiB -> 40 GiB']
summary:
  description: How many objects are added, changed and destroyed.
  returned: always
  type: dict
  contains:
    add: {description: "How many are made.", type: int}
    change: {description: "How many get other values.", type: int}
    destroy: {description: "How many are removed.", type: int}
  sample: {add: 0, change: 1, destroy: 0}
plan_id:
  description: The id of the plan, for O(expect_plan).
  returned: always
  type: str
  sample: 6f1ed002ab5595859014ebf0951522d9
unlisted:
  description:
    - What there is of the kinds and in the places of O(purge) and the document does not list, also what stays because others need
      it or because it may not be removed.
    - V(null) when the task failed before that was known.
  returned: always
  type: list
  elements: dict
  contains:
    key: {description: "Its names.", type: str}
    kind: {description: "Its kind, as its module is named.", type: str}
  sample:
    - {key: tank/databases/data-1, kind: lun}
results:
  description: What has become of each object of the document, and of each that is purged; empty when the task failed before there was a plan.
  returned: always
  type: list
  elements: dict
  contains:
    key: {description: "Its names.", type: str}
    kind: {description: "Its kind, as its module is named.", type: str}
    changed: {description: "Whether it was changed, or would be.", type: bool}
    object: {description: "It, as its module returns it; V(null) when it does not exist, or the item failed.", type: dict}
    failure: {description: "Why the item failed, as in RV(failure); V(null) when it did not.", type: dict}
  sample:
    - key: db-hosts
      kind: initiator_group
      changed: true
      object: {name: db-hosts, protocol: iscsi, initiators: ['iqn.1998-01.com.example:db1']}
      failure: null
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
    errors:
      description: What is wrong with the document; empty when the task failed for another reason.
      type: list
      elements: dict
      contains:
        place: {description: "Where in the document.", type: str}
        message: {description: "What is wrong there.", type: str}
  sample:
    status: null
    fault: null
    message: >-
      the document has an error: luns[0].initiator_groups[0]: cannot create LUN tank/databases/redo-1: initiator group db-host does
      not exist; create it with zfssa_initiator_group, or use one of: db-hosts, default
    request: null
    steps_done: []
    errors:
      - place: luns[0].initiator_groups[0]
        message: >-
          cannot create LUN tank/databases/redo-1: initiator group db-host does not exist; create it with zfssa_initiator_group, or
          use one of: db-hosts, default
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import OPERATION

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
