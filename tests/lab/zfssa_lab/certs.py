"""TLS for the appliances: a certificate authority of the lab's own."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path


def make_tls(directory: Path, addresses: Iterable[str]) -> tuple[ssl.SSLContext, Path]:
    """Return a server context valid for ``addresses``, and the file to verify it with."""
    import trustme  # noqa: PLC0415 - the command line reports its absence

    authority = trustme.CA()
    names = dict.fromkeys(["127.0.0.1", "localhost", "::1", *addresses])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*names).configure_cert(context)
    file = directory / "ca.pem"
    file.write_bytes(authority.cert_pem.bytes())
    return context, file
