# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which certificate authorities are trusted where a task names none: those of the environment, else those of the system.

Never those of the package certifi, which `requests` would take: the authority that a company adds to its machines is not
among them.
"""

from __future__ import annotations

import os
import ssl

from ..values._errors import InvalidInput

# Those of requests and curl; who sets one means it, so that a file that is not there is a mistake.
_OF_REQUESTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Those of OpenSSL, which passes over what is not there.
_OF_OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")
# Where systems keep their authorities in one file. A Python that is no part of the system may have others.
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)


def authorities() -> str:
    """The file or folder of the authorities that are trusted by default.

    Raises:
        InvalidInput: the environment names a file that does not exist, or the system has none.
    """
    for name in _OF_REQUESTS:
        path = os.environ.get(name)
        if path and not os.path.exists(path):
            raise InvalidInput(
                f"{path}, which {name} in the environment names, does not exist",
                advice="correct the variable, or give ca_path",
            )
        if path:
            return path
    default = ssl.get_default_verify_paths()
    named = [os.environ.get(name) for name in _OF_OPENSSL]
    for path in (*named, *BUNDLES, default.cafile, default.capath):
        if path and os.path.exists(path):
            return path
    raise InvalidInput(
        "this machine has no certificate authorities of its own",
        advice="give the file with the certificate authority of the appliance with ca_path",
    )
