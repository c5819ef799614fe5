#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather information."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: zfssa_info
short_description: Gather information about an Oracle ZFS Storage Appliance
version_added: 0.1.0
description:
  - Reads what an appliance is and has. Changes nothing.
  - Objects that have a module have the keys that it returns; the others are given as the appliance has them. All times are
    in UTC, such as V(2026-11-22T19:18:11Z).
options:
  gather_subset:
    description:
      - What to read. Each subset costs one request, a few of them two, and V(replication_actions) one more for each action; what
        several of them need is read once.
        V(capacity) takes those of V(pools), V(projects), V(luns) and V(cluster).
        V(manageable) costs four, and one more for each LUN that is told and whose project is replicated as a whole.
        With O(as_input=true), V(replication_actions) without V(luns) costs one more.
      - V(system) when not given; with O(as_input=true) all that can be given so.
      - V(all) stands for all subsets, also for V(capacity), which then costs nothing more; V(inherited_replication) is among them
        where O(pool), O(project) and O(name) name one LUN.
    type: list
    elements: str
    choices: [all, system, cluster, services, problems, users, interfaces, pools, capacity, projects, luns, manageable, filesystems,
              snapshots, schema, initiators, initiator_groups, targets, target_groups, replication_targets, replication_sources,
              replication_actions, replication_packages, inherited_replication]
  pool:
    description:
      - Only objects of this pool. Wildcards as in a shell are understood, here and in O(project) and O(name).
      - A pool or project that does not exist is an error. A pattern or a name that matches nothing is not.
      - What is in no project, and RV(replication_packages), is not narrowed down by pool and project.
      - The pools of RV(capacity) are those of this pool, and its projects those of the list of projects. The numbers of a pool are
        always those of the whole pool.
    type: str
  project:
    description: Only objects of this project, and only this project.
    type: str
  name:
    description:
      - Only objects of this name. For snapshots and replication actions, only those of a LUN of this name.
      - The name of a custom property may have C(custom:) in front.
    type: str
  as_input:
    description:
      - Gives each object as the options of its module, so that a task with them changes nothing. Without secrets, which an
        appliance does not tell; and without what no option sets.
      - Possible for V(schema), V(projects), V(luns), V(snapshots) (those that somebody took), and for V(initiators),
        V(initiator_groups), V(targets) (those that have an alias) and V(target_groups) of iSCSI, and for V(replication_actions)
        of projects and LUNs, with their schedules.
      - The action of a LUN has O(zfssa.storage.zfssa_replication#module:inherited=false), without which it cannot be made. A LUN
        that takes no part in the replication of its project and has no action of its own is not told; that would take one
        request for each LUN.
    type: bool
    default: false
  concise:
    description:
      - With O(as_input=true), leaves out of each object what it would have without the option as well, such as defaults, and what
        a LUN has from its project or from the LUN that it is a clone of. What is set on the object itself stays.
      - The project V(default) is left out when there is nothing to say of it, and so is a LU number that the appliance has chosen,
        and a snapshot of a share that one of its project has brought along.
    type: bool
    default: false
  query:
    description:
      - A JMESPath expression over what was gathered. Its value is returned as RV(queried).
      - Needs the Python package jmespath.
    type: str
seealso:
  - module: zfssa.storage.zfssa_lun
  - module: zfssa.storage.zfssa_project
  - module: zfssa.storage.zfssa_rest
    description: Reads what has no subset.
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
    details: Nothing is changed, so there is no difference to show.
"""

EXAMPLES = r"""
---
- name: Read all that there is
  zfssa.storage.zfssa_info:
    gather_subset: [all]

- name: Find out what the appliance is, and whether it is well
  zfssa.storage.zfssa_info:
    gather_subset: [system, cluster, services, pools, problems]

- name: Read one LUN
  zfssa.storage.zfssa_info:
    gather_subset: [luns]
    pool: tank
    project: databases
    name: redo-1

- name: Name the LUNs of all projects that begin with data, with their sizes
  zfssa.storage.zfssa_info:
    gather_subset: [luns]
    project: data*
    query: "luns[].{name: name, size: size}"

- name: Find out which LUNs of a project can be taken under management, and why the others cannot
  zfssa.storage.zfssa_info:
    gather_subset: [manageable]
    pool: tank
    project: databases

- name: Find out whether a LUN takes part in the replication of its project
  zfssa.storage.zfssa_info:
    gather_subset: [inherited_replication]
    pool: tank
    project: databases
    name: redo-1

- name: Measure how full pools and projects are, and what is promised of them
  zfssa.storage.zfssa_info:
    gather_subset: [capacity]
  register: east

- name: Give it to a monitoring agent as metrics; what is not known is left out
  ansible.builtin.copy:
    content: |
      {% for pool in east.capacity.pools %}
      zfssa_pool_up{pool="{{ pool.name }}"} {{ (pool.status in ['online', 'degraded']) | int }}
      {% for key in ['total', 'available', 'used_data', 'used_snapshots', 'used_reservations', 'provisioned'] %}
      {% if pool[key] is not none %}
      zfssa_pool_{{ key }}_bytes{pool="{{ pool.name }}"} {{ pool[key] }}
      {% endif %}
      {% endfor %}
      {% endfor %}
      {% for project in east.capacity.projects %}
      zfssa_project_used_bytes{pool="{{ project.pool }}",project="{{ project.name }}"} {{ project.used }}
      {% endfor %}
    dest: zfssa.prom
    mode: '0644'

- name: Stop where a pool has promised more than three times what it has
  zfssa.storage.zfssa_info:
    gather_subset: [capacity]
    query: "capacity.pools[?oversubscription > `3`].name"
  register: promised
  failed_when: promised.queried | length > 0

- name: Read how the appliance is configured
  zfssa.storage.zfssa_info:
    as_input: true
  register: east

- name: Keep it as a file; the playbook zfssa.storage.export writes one that is easier to read
  ansible.builtin.copy:
    content: "{{ east.config | to_nice_yaml }}"
    dest: east.yml
    mode: '0600'
"""

RETURN = r"""
---
system:
  description: Version and identity of the appliance.
  returned: when V(system) is in O(gather_subset)
  type: dict
  contains:
    asn: {description: "Serial number by which appliances know each other.", type: str}
    nodename: {description: "Name of the appliance.", type: str}
    product: {description: "Model.", type: str}
    version: {description: "Version of the software.", type: str}
  sample: {asn: 2debc680-35a7-4631-babc-b76a73a3ca21, nodename: east, product: Sun Storage Lab, version: '2013.06.05.8.28,1-1.3'}
cluster:
  description: State of the cluster.
  returned: when V(cluster) is in O(gather_subset)
  type: dict
  contains:
    state: {description: "V(AKCS_UNCONFIGURED) where there is none.", type: str}
    peer_hostname: {description: "The other node.", type: str}
  sample: {state: AKCS_UNCONFIGURED, peer_hostname: ''}
services:
  description: Services.
  returned: when V(services) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    name: {description: "Name.", type: str}
    status: {description: "Such as V(online) or V(disabled).", type: str}
  sample: [{name: iscsi, status: online}, {name: nfs, status: online}]
problems:
  description: What the appliance has diagnosed and is not repaired.
  returned: when V(problems) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    code: {description: "What it is.", type: str}
    description: {description: "The same for people.", type: str}
    severity: {description: "How bad it is.", type: str}
  sample: [{code: SMF-8000-YX, severity: Major, description: Service ntp failed and was put into maintenance.}]
users:
  description: Users of the appliance, without passwords.
  returned: when V(users) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    logname: {description: "Name for the login.", type: str}
    fullname: {description: "Name for people.", type: str}
  sample: [{logname: root, fullname: Super-User}]
interfaces:
  description: Network interfaces.
  returned: when V(interfaces) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    interface: {description: "Name.", type: str}
    state: {description: "Such as V(up).", type: str}
    v4addrs: {description: "Addresses.", type: list, elements: str}
  sample: [{interface: ixgbe0, state: up, v4addrs: [192.0.2.10/24]}]
pools:
  description: Pools.
  returned: when V(pools) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    name: {description: "Name.", type: str}
    status: {description: "Such as V(online), or V(exported) when the other node owns it.", type: str}
    owner: {description: "Node that owns it.", type: str}
    usage: {description: "Bytes C(available), C(total), C(used) and others.", type: dict}
  sample: [{name: tank, status: online, owner: east, usage: {available: 1099511595008, total: 1099512687104, used: 1092096}}]
capacity:
  description:
    - How full pools and projects are, and what they have promised, in numbers that a monitoring job can use as they are. Sizes are
      whole numbers of bytes, and ratios are floats.
    - A number that the appliance does not tell is V(null), and so is what depends on it; nothing is estimated. Of a pool that the
      other node of the cluster serves, only that node tells numbers.
    - What an appliance counts as used by a pool can be more than the sum of what it tells of data, snapshots, reservations and
      replicas.
  returned: when V(capacity) is in O(gather_subset)
  type: dict
  contains:
    pools:
      description: The pools.
      type: list
      elements: dict
      contains:
        name: {description: "Name.", type: str}
        status: {description: "Such as V(online), V(degraded), or V(exported) when the other node serves it.", type: str}
        profile: {description: "How data is kept safe, such as V(mirror).", type: str}
        owner: {description: "Node that it belongs to; after a takeover it is not the one that serves it.", type: str}
        served_here: {description: "Whether the node that answers serves it.", type: bool}
        peer_hostname: {description: "The other node of the cluster; V(null) where there is none.", type: str}
        peer_state: {description: "Its state, such as V(AKCS_CLUSTERED), or V(AKCS_STRIPPED) after a takeover.", type: str}
        total: {description: "Size in bytes.", type: int}
        used: {description: "Bytes that nothing new can have, reservations included.", type: int}
        available: {description: "Bytes that something new can have.", type: int}
        free: {description: "Bytes that hold nothing, reserved ones included.", type: int}
        used_data: {description: "Bytes that hold data.", type: int}
        used_snapshots: {description: "Bytes that only snapshots hold.", type: int}
        used_reservations:
          description: Bytes that are reserved and hold nothing yet, as of thick LUNs; before OS8.8 those of the projects together.
          type: int
        used_replication: {description: "Bytes of replicas from other appliances; V(null) before OS8.8.", type: int}
        provisioned: {description: "Sum of the sizes of all LUNs in bytes, without filesystems and replicas.", type: int}
        provisioned_thin: {description: "Sum of the sizes of LUNs that are thin.", type: int}
        provisioned_thick: {description: "Sum of the sizes of LUNs that are not.", type: int}
        oversubscription: {description: "C(provisioned) divided by C(total); above 1, more is promised than there is.", type: float}
        compression_ratio: {description: "By how much data shrinks by compression; V(1.0) is not at all.", type: float}
        dedup_ratio: {description: "By how much data shrinks by deduplication; V(1.0) is not at all.", type: float}
    projects:
      description: The projects of pools that the node serves.
      type: list
      elements: dict
      contains:
        pool: {description: "Pool.", type: str}
        name: {description: "Name.", type: str}
        total: {description: "Bytes that it may come to take, by its quota, or with all that the pool has left.", type: int}
        used: {description: "Bytes that it takes, reservations included.", type: int}
        available: {description: "Bytes that its shares can still take, what it has reserved for them included.", type: int}
        free: {description: "The same, with what single shares have reserved and hold nothing yet.", type: int}
        used_data: {description: "Bytes that hold data.", type: int}
        used_snapshots: {description: "Bytes that only snapshots hold.", type: int}
        used_reservations: {description: "Bytes that are reserved for it or for its shares, and hold nothing yet.", type: int}
        quota: {description: "Bytes that it may take at most; 0 is no limit.", type: int}
        reservation: {description: "Bytes that are reserved for it as a whole; 0 is none.", type: int}
        provisioned: {description: "Sum of the sizes of all its LUNs in bytes.", type: int}
        provisioned_thin: {description: "Sum of the sizes of its LUNs that are thin.", type: int}
        provisioned_thick: {description: "Sum of the sizes of its LUNs that are not.", type: int}
        oversubscription: {description: "C(provisioned) divided by C(total).", type: float}
        compression_ratio: {description: "By how much its data shrinks by compression.", type: float}
        dedup_ratio: {description: "V(null); it is told of pools only.", type: float}
  sample:
    pools:
      - {name: tank, status: online, profile: mirror, owner: east, served_here: true, peer_hostname: null, peer_state: null,
         total: 1099512687104, used: 12187118080, available: 1087325569024, free: 1098403774464, used_data: 1092096,
         used_snapshots: 0, used_reservations: 11078205440, used_replication: 1107820544, provisioned: 10737418240,
         provisioned_thin: 0, provisioned_thick: 10737418240, oversubscription: 0.009765615591286376,
         compression_ratio: 1.0, dedup_ratio: 1.0}
    projects:
      - {pool: tank, name: databases, total: 1098403807232, used: 11078238208, available: 1087325569024, free: 1098403774464,
         used_data: 32768, used_snapshots: 0, used_reservations: 11078205440, quota: 0, reservation: 0,
         provisioned: 10737418240, provisioned_thin: 0, provisioned_thick: 10737418240, oversubscription: 0.00977547434677827,
         compression_ratio: 1.0, dedup_ratio: null}
projects:
  description: Projects, as RV(zfssa.storage.zfssa_project#module:project).
  returned: when V(projects) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    pool: {description: "Pool.", type: str}
    name: {description: "Name.", type: str}
    quota: {description: "Bytes that it may take.", type: int}
  sample: [{pool: tank, name: databases, quota: 0}]
luns:
  description: LUNs, as RV(zfssa.storage.zfssa_lun#module:lun).
  returned: when V(luns) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    pool: {description: "Pool.", type: str}
    project: {description: "Project.", type: str}
    name: {description: "Name.", type: str}
    size: {description: "Size in bytes.", type: int}
  sample: [{pool: tank, project: databases, name: redo-1, size: 10737418240}]
manageable:
  description:
    - LUNs, with what speaks for and against taking them under management, as the role P(zfssa.storage.adopt_lun#role) does.
    - Who manages a LUN two custom properties say. C(zfssa_managed_by) has the name of the owner, or V(nobody) for a LUN that is free.
      C(cinder_managed), which the driver of OpenStack had, is V(true) for a LUN that its driver manages, and V(false) for one that is free.
  returned: when V(manageable) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    pool: {description: "Pool.", type: str}
    project: {description: "Project.", type: str}
    name: {description: "Name.", type: str}
    size: {description: "Size in bytes.", type: int}
    lunguid: {description: "Name of the LUN for hosts.", type: str}
    appliance: {description: "Node that has it.", type: str}
    owner: {description: "Who manages it; V(cinder) is the driver of OpenStack, V(null) nobody.", type: str}
    free: {description: "Whether its custom properties say that nobody manages it.", type: bool}
    presented_to: {description: "Initiator groups that see it.", type: list, elements: str}
    clones: {description: "Clones of its snapshots, as project and name.", type: list, elements: str}
    clone_of: {description: "The snapshot that it is a clone of; V(null) when it is none.", type: dict}
    replicated_to: {description: "Peers to which it is replicated, alone or with its project.", type: list, elements: str}
    image_id: {description: "Image whose cached LUN it is; V(null) when it is none.", type: str}
    custom: {description: "The two custom properties, as far as it has them.", type: dict}
    unclear: {description: "What of it cannot be understood.", type: list, elements: str}
    manageable: {description: "Whether policy V(loose) takes it: nobody is said to manage it, and nothing else is against it.", type: bool}
    manageable_strictly: {description: "Whether policy V(strict) takes it: it is said to be free as well.", type: bool}
    reasons:
      description: What is against it under policy V(strict), each with a word for programs and a text for people.
      type: list
      elements: dict
      contains:
        reason:
          description: V(managed), V(not_free), V(in_use), V(has_clones), V(replicated), V(image_cache) or V(unclear).
          type: str
        text: {description: "The rest of a sentence that begins with the LUN.", type: str}
  sample:
    - {pool: tank, project: databases, name: redo-1, size: 10737418240, lunguid: 600144F0EF0D2BCE00005946B13E0002, appliance: east,
       owner: null, free: false, presented_to: [default], clones: [], clone_of: null, replicated_to: [west], image_id: null, custom: {},
       unclear: [], manageable: false, manageable_strictly: false, reasons: [{reason: in_use, text: 'is in use: it is presented to every initiator'}]}
filesystems:
  description: Filesystems.
  returned: when V(filesystems) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    pool: {description: "Pool.", type: str}
    project: {description: "Project.", type: str}
    name: {description: "Name.", type: str}
    mountpoint: {description: "Where it is mounted.", type: str}
  sample: [{pool: tank, project: databases, name: dumps, mountpoint: /export/databases/dumps}]
snapshots:
  description: Snapshots, as RV(zfssa.storage.zfssa_snapshot#module:snapshot).
  returned: when V(snapshots) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    pool: {description: "Pool.", type: str}
    project: {description: "Project.", type: str}
    lun: {description: "LUN that it is of; V(null) where it is of something else.", type: str}
    filesystem: {description: "Filesystem that it is of; V(null) where it is of something else.", type: str}
    name: {description: "Name.", type: str}
    creation: {description: "When it was taken.", type: str}
    numclones: {description: "Number of clones that live on it.", type: int}
  sample:
    - {pool: tank, project: databases, lun: redo-1, filesystem: null, name: before-upgrade, numclones: 0,
       creation: '2026-11-22T19:18:11Z'}
schema:
  description: Custom properties that are defined, as RV(zfssa.storage.zfssa_schema#module:property).
  returned: when V(schema) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    name: {description: "Name.", type: str}
    type: {description: "Type of its values.", type: str}
    description: {description: "What it is for.", type: str}
  sample: [{name: owner, type: String, description: Who answers for it}]
initiators:
  description: iSCSI initiators, as RV(zfssa.storage.zfssa_initiator#module:initiator).
  returned: when V(initiators) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    initiator: {description: "Name.", type: str}
    alias: {description: "Name for people.", type: str}
    chap_user: {description: "CHAP user.", type: str}
  sample: [{initiator: 'iqn.2020-01.com.example:db-1', alias: db-1, chap_user: ''}]
initiator_groups:
  description: iSCSI initiator groups, as RV(zfssa.storage.zfssa_initiator_group#module:group).
  returned: when V(initiator_groups) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    name: {description: "Name.", type: str}
    initiators: {description: "Members.", type: list, elements: str}
  sample: [{name: db-hosts, initiators: ['iqn.2020-01.com.example:db-1']}]
targets:
  description: iSCSI targets, as RV(zfssa.storage.zfssa_target#module:target).
  returned: when V(targets) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    iqn: {description: "Name for hosts.", type: str}
    alias: {description: "Name for people.", type: str}
    interfaces: {description: "Where it is.", type: list, elements: str}
    chap_user: {description: "CHAP user by which it makes itself known.", type: str}
  sample: [{iqn: 'iqn.1986-03.com.sun:02:9cce12d5-0bbb-4ca2-95f9-be231426f0fb', alias: db-target, interfaces: [ixgbe0],
            chap_user: ''}]
target_groups:
  description: iSCSI target groups, as RV(zfssa.storage.zfssa_target_group#module:group).
  returned: when V(target_groups) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    name: {description: "Name.", type: str}
    targets: {description: "Members.", type: list, elements: str}
  sample: [{name: db-targets, targets: ['iqn.1986-03.com.sun:02:9cce12d5-0bbb-4ca2-95f9-be231426f0fb']}]
replication_targets:
  description: >-
    Peers that are registered as replication targets, as RV(zfssa.storage.zfssa_replication_target#module:target).
  returned: when V(replication_targets) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    label: {description: "Name under which it is registered.", type: str}
    hostname: {description: "Its host name.", type: str}
    asn: {description: "Its serial number.", type: str}
  sample: [{label: west, hostname: west, asn: f936fb1c-6581-4c48-877b-dd41a38804c4}]
replication_sources:
  description: Appliances that replicate to this one.
  returned: when V(replication_sources) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    name: {description: "Name.", type: str}
    asn: {description: "Serial number.", type: str}
  sample: [{name: west, asn: f936fb1c-6581-4c48-877b-dd41a38804c4}]
replication_actions:
  description: Replication actions, as RV(zfssa.storage.zfssa_replication#module:action).
  returned: when V(replication_actions) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    id: {description: "Identifier.", type: str}
    lun: {description: "LUN that is sent.", type: str}
    target: {description: "Label of the peer.", type: str}
    schedules: {description: "Schedules by which it sends.", type: list, elements: dict}
  sample:
    - {id: ef5f9a25-88f3-4b6c-8b02-31388497e008, lun: redo-1, target: west,
       schedules: [{frequency: hour, day: null, hour: null, minute: 0}]}
replication_packages:
  description: Replication packages, as RV(zfssa.storage.zfssa_replication_package#module:package).
  returned: when V(replication_packages) is in O(gather_subset)
  type: list
  elements: dict
  contains:
    id: {description: "Identifier, that of its action.", type: str}
    project: {description: "Project at the source.", type: str}
    source: {description: "Name of the appliance that it comes from.", type: str}
    replica_of: {description: "What it is a replica of, such as V(databases/redo-1).", type: str}
    target_pool: {description: "Pool that it is in.", type: str}
  sample:
    [{id: ef5f9a25-88f3-4b6c-8b02-31388497e008, project: mail, source: west, replica_of: mail, target_pool: tank}]
inherited_replication:
  description: >-
    Whether the LUN that O(pool), O(project) and O(name) give takes part in the replication of its project; V(null) when
    there is no such LUN, or the appliance does not tell.
  returned: when V(inherited_replication) is in O(gather_subset)
  type: bool
  sample: false
config:
  description:
    - All subsets together, each item as the options of its module; what M(zfssa.storage.zfssa_san) takes as its O(zfssa.storage.zfssa_san#module:config).
    - The keys are the names of sections there. The subsets themselves have the same form then.
  returned: when O(as_input=true)
  type: dict
  sample: {schema: [{name: owner, type: String, description: Who answers for it}],
           luns: [{pool: tank, project: databases, name: redo-1, size: 10737418240}]}
queried:
  description: The value of O(query).
  returned: when O(query) is given
  type: raw
  sample: [{name: redo-1, size: 10737418240}]
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
    {status: 401, fault: ERR_UNAUTHORIZED, message: "https://zs-east.example.com:215 refuses the login of user 'ansible':
     this user is not authorized to execute command (authentication failed)", request: POST /api/access/v1, steps_done: []}
"""

from ansible_collections.zfssa.storage.plugins.module_utils.run._module import run

from ansible_collections.zfssa.storage.plugins.module_utils.run._info import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._task import Task

TASK = Task.of(OPERATION)


def main() -> None:
    """Run the module."""
    run(TASK)


if __name__ == "__main__":
    main()
