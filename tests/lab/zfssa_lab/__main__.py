"""The command line: ``zfssa-lab serve``."""

from __future__ import annotations

import argparse
import importlib.util
import ipaddress
import json
import math
import signal
import sys
from pathlib import Path

from zfssa_lab.lab import Settings
from zfssa_lab.model.identity import check_name
from zfssa_lab.model.properties import parse_size
from zfssa_lab.release import RELEASE_NAMES
from zfssa_lab.site import Address, Ports, Site

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _address(text: str) -> Address:
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not ADDR:PORT")
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{host!r} is not an IPv4 address") from None
    return host, int(port)


def _loopback(text: str) -> Address:
    address = _address(text)
    if not ipaddress.ip_address(address[0]).is_loopback:
        raise argparse.ArgumentTypeError("the control port is for loopback addresses only")
    return address


def _split(text: str, separator: str, form: str) -> tuple[str, str]:
    name, found, rest = text.partition(separator)
    try:
        check_name(name)
    except Exception:
        raise argparse.ArgumentTypeError(f"{text!r} is not {form}") from None
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not {form}")
    return name, rest


def _appliance(text: str) -> tuple[str, Address]:
    name, rest = _split(text, "=", "NAME=ADDR:PORT")
    return name, _address(rest)


def _pool(text: str) -> tuple[str, int]:
    # A name may hold colons, a size may not.
    name, separator, size = text.rpartition(":")
    _split(f"{name}=", "=", "NAME:SIZE")
    try:
        parsed = parse_size(size)
    except ValueError:
        parsed = 0
    if not separator or parsed < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME:SIZE")
    return name, parsed


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return number


def _milliseconds(text: str) -> float:
    return 0.0 if text == "0" else _positive(text) / 1000


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="zfssa-lab", description="Lab appliances with a REST API.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run lab appliances in the foreground")
    add = serve.add_argument
    add("--appliance", action="append", type=_appliance, metavar="NAME=ADDR:PORT")
    add("--release", choices=RELEASE_NAMES, default="8.8")
    add("--pool", action="append", type=_pool, metavar="NAME:SIZE")
    add("--data-plane", choices=("none", "files"), default="none")
    add("--control", type=_loopback, default=("127.0.0.1", 21500), metavar="ADDR:PORT")
    add("--read-latency-ms", type=_milliseconds, default=0.0, metavar="N")
    add("--write-latency-ms", type=_milliseconds, default=0.0, metavar="N")
    add("--login-ms", type=_milliseconds, default=0.0, metavar="N")
    add("--bandwidth", type=_positive, default=float(2**30), metavar="BYTES_PER_S")
    add("--state-dir", type=Path, metavar="DIR")
    add("--seed", type=int, default=0, metavar="N")
    return parser


def _unique(parser: argparse.ArgumentParser, what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            parser.error(f"{what} {name!r} is given twice")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.data_plane != "none":
        parser.exit(2, "zfssa-lab: this version has only the data plane 'none'.\n")
    if importlib.util.find_spec("trustme") is None:
        parser.exit(2, f"zfssa-lab: the Python package 'trustme' is missing from {sys.executable}.\n")
    appliances = options.appliance or [
        ("east", ("127.0.0.1", 21501)),
        ("west", ("127.0.0.1", 21502)),
    ]
    pools = options.pool or [("tank", 2**40)]
    _unique(parser, "appliance", [name for name, _address in appliances])
    _unique(parser, "pool", [name for name, _size in pools])
    settings = Settings(
        appliances={name: address[0] for name, address in appliances},
        release=options.release,
        pools=dict(pools),
        read_latency=options.read_latency_ms,
        write_latency=options.write_latency_ms,
        login_latency=options.login_ms,
        bandwidth=options.bandwidth,
        seed=options.seed,
    )
    return _serve(settings, Ports(dict(appliances), options.control), options.state_dir)


def _serve(settings: Settings, ports: Ports, state_dir: Path | None) -> int:
    # Blocked before any thread starts, so that only sigwait below ever sees them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    try:
        site = Site(settings, ports, state_dir)
    except OSError as error:
        print(f"zfssa-lab: cannot start: {error}", file=sys.stderr)
        return 1
    site.start()
    try:
        print(json.dumps(site.ready()), flush=True)
        signal.sigwait(_SIGNALS)
    finally:
        site.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
