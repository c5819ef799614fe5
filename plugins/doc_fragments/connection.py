# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that all modules of the collection share."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the connection, and attributes."""

    DOCUMENTATION = r"""
options:
  host:
    description:
      - Host name or address of the appliance, or of the cluster node that owns the pool, without the port. That of IPv6 may be
        in brackets.
      - Taken from the environment variable E(ZFSSA_HOST) when not given. A variable that is empty counts as not set; so it is
        with the variables of all these options.
    type: str
    required: true
  port:
    description:
      - TCP port of the appliance's REST service, from 1 to 65535.
      - Taken from the environment variable E(ZFSSA_PORT) when not given.
    type: int
    default: 215
  username:
    description:
      - User of the appliance, local or of a directory.
      - Taken from the environment variable E(ZFSSA_USERNAME) when not given.
      - Needed unless O(session) is given.
    type: str
  password:
    description:
      - Password of O(username).
      - Taken from the environment variable E(ZFSSA_PASSWORD) when not given.
    type: str
  session:
    description:
      - Token of a session that M(zfssa.storage.zfssa_session) opened. Tasks that share a session save a login and a
        logout each.
      - Taken from the environment variable E(ZFSSA_SESSION) when not given, but only by a task for the appliance that
        E(ZFSSA_HOST) and E(ZFSSA_PORT) name, and not where the task itself is given O(username) or O(password) to log in.
      - When the session is over and O(username) and O(password) are given too, the task logs in for itself.
      - Without it, every task opens a session of its own and closes it before it ends.
    type: str
  validate_certs:
    description:
      - Whether the certificate of the appliance must verify. Do not switch this off outside of a test network; an
        appliance with a certificate of its own making can be trusted with O(ca_path). A task for which it is off warns.
      - Taken from the environment variable E(ZFSSA_VALIDATE_CERTS) when not given.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder of certificate authorities that the certificate of the appliance must verify with.
      - Taken from the environment variable E(ZFSSA_CA_PATH) when not given. When that is not set either, those count that
        E(REQUESTS_CA_BUNDLE), E(CURL_CA_BUNDLE), E(SSL_CERT_FILE) or E(SSL_CERT_DIR) names, else the system's own.
      - A relative path begins in the folder of the playbook; with the playbooks of this collection, in the folder in which
        Ansible was started.
    type: path
  timeout:
    description:
      - Seconds for which nothing may come of the answer to one request, from 1 to 86400. An appliance can take half a minute
        to create a LUN, and minutes for a long list.
      - An answer that has begun must have ended after five times as long. A request without an answer in time is not sent
        again; after a write the object is looked at for up to as long once more, and work that was done counts as done.
      - Taken from the environment variable E(ZFSSA_TIMEOUT) when not given.
    type: int
    default: 120
requirements:
  - Python 3.11 or newer
  - requests
seealso:
  - name: The account on the appliance
    link: https://github.com/zfssa-storage/zfssa.storage/blob/main/docs/appliance.md
    description: Authorizations that tasks need, sessions, clusters, and slow appliances.
notes:
  - Put names that YAML takes for something else in quotes. V(1.10) and V(off) are refused as a name; of a whole number the task
    warns, with the text that is used, as V(010) is 8.
  - A task on the controller, as with O(ignore:delegate_to=localhost) or O(ignore:connection=local), runs in Ansible's own
    process, with the Python packages that are installed beside Ansible, and the items of a loop share one session.
  - With O(ignore:async), with O(ignore:become), or on another host the module runs the ordinary way, with the same result, and
    C(ansible_python_interpreter) must have the packages.
"""

    ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: >-
      Can run in O(ignore:check_mode) and predict the result without changing anything. A task that needs what an earlier task of
      the play would have made fails, because it is not there; the message says so.
  diff_mode:
    description: Reports what it has changed, or would change in O(ignore:check_mode), when asked with O(ignore:diff).
  action_group:
    description: Use V(group/zfssa.storage.zfssa) in O(ignore:module_defaults) to set the options of the connection once.
    support: full
    membership:
      - zfssa.storage.zfssa
  platform:
    description: What is managed, and where the module runs.
    details: Manages appliances with the software 2013.1 to OS8.8. Runs on the controller or any host with Python.
    support: full
    platforms: posix
"""
