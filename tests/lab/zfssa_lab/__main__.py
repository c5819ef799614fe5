"""The command line: ``zfssa-lab serve`` and ``zfssa-lab run``."""

from __future__ import annotations

import argparse
import importlib.util
import ipaddress
import json
import math
import signal
import sys
from pathlib import Path

from zfssa_lab.dataplane.programs import missing
from zfssa_lab.dataplane.tgtd import PlaneError
from zfssa_lab.lab import Settings
from zfssa_lab.model.errors import ApplianceError
from zfssa_lab.model.identity import check_name
from zfssa_lab.model.properties import parse_size
from zfssa_lab.release import RELEASE_NAMES
from zfssa_lab.run import run
from zfssa_lab.site import Address, Ports, Site
from zfssa_lab.switches import TABLE, check, strict_positions

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_FIRST_PORT = 21500
_POOL_FORM = "[APPLIANCE/]NAME:SIZE"


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


def _pool(text: str) -> tuple[str, str, int]:
    """Return appliance ("" for each), name and size of a pool."""
    # A name may hold colons, a size may not; the names of appliances and pools hold no slash.
    place, separator, size = text.rpartition(":")
    appliance, slash, name = place.rpartition("/")
    try:
        for given in (appliance, name) if slash else (name,):
            check_name(given)
        parsed = parse_size(size)
    except (ApplianceError, ValueError):
        parsed = 0
    if not separator or parsed < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not {_POOL_FORM}")
    return appliance, name, parsed


def _switch(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        check(name, value)
    except ValueError as refusal:
        raise argparse.ArgumentTypeError(str(refusal)) from None
    return name, value


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
    _add_options(serve)
    once = commands.add_parser("run", help="run a command with lab appliances around it")
    _add_options(once)
    once.add_argument("run", nargs="+", metavar="COMMAND", help="after --: what to run, with ZFSSA_HOST and so on set")
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--appliance", action="append", type=_appliance, metavar="NAME=ADDR:PORT")
    add("--release", choices=RELEASE_NAMES, default="8.8")
    add("--pool", action="append", type=_pool, metavar=_POOL_FORM)
    add("--data-plane", choices=("none", "files"), default="none")
    add("--control", type=_loopback, metavar="ADDR:PORT")
    add("--read-latency-ms", type=_milliseconds, default=0.0, metavar="N")
    add("--write-latency-ms", type=_milliseconds, default=0.0, metavar="N")
    add("--login-ms", type=_milliseconds, default=0.0, metavar="N")
    add("--bandwidth", type=_positive, default=float(2**30), metavar="BYTES_PER_S")
    add("--state-dir", type=Path, metavar="DIR")
    add("--seed", type=int, default=0, metavar="N")
    positions = "; ".join(f"{name} ({'|'.join(switch.values)})" for name, switch in TABLE.items())
    about = f"what the guides leave open, once for each switch, the default first: {positions}"
    add("--switch", action="append", type=_switch, default=[], metavar="NAME=VALUE", help=about)
    add(
        "--strict",
        action="store_true",
        help="put all switches, but those that --switch names, to what is hardest on a client",
    )


def _unique(parser: argparse.ArgumentParser, what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            parser.error(f"{what} {name!r} is given twice")


def _pools(
    parser: argparse.ArgumentParser, given: list[tuple[str, str, int]], appliances: list[str]
) -> dict[str, dict[str, int]]:
    """Return sizes by appliance ("" for each) and pool."""
    pools: dict[str, dict[str, int]] = {}
    for appliance, name, size in given:
        if appliance and appliance not in appliances:
            parser.error(f"pool {name!r} is for appliance {appliance!r}, which there is not")
        pools.setdefault(appliance, {})[name] = size
    for appliance in appliances:
        _unique(parser, "pool", [name for owner, name, _size in given if owner in ("", appliance)])
    return pools


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.data_plane == "files" and (absent := missing()):
        parser.exit(
            2,
            f"zfssa-lab: the data plane 'files' needs {absent}; on Debian or Ubuntu, 'make setup-dataplane' "
            "as root installs its programs.\n",
        )
    if importlib.util.find_spec("trustme") is None:
        parser.exit(2, f"zfssa-lab: the Python package 'trustme' is missing from {sys.executable}.\n")
    # Whoever wants one command run with a lab does not care which ports are free.
    first = 0 if options.command == "run" else _FIRST_PORT
    ports = [first and first + number for number in range(3)]
    control = options.control or ("127.0.0.1", ports[0])
    appliances = options.appliance or [
        ("east", ("127.0.0.1", ports[1])),
        ("west", ("127.0.0.1", ports[2])),
    ]
    names = [name for name, _address in appliances]
    _unique(parser, "appliance", names)
    _unique(parser, "switch", [name for name, _value in options.switch])
    pools = _pools(parser, options.pool or [("", "tank", 2**40)], names)
    settings = Settings(
        appliances={name: address[0] for name, address in appliances},
        release=options.release,
        pools=pools.pop("", {}),
        own_pools=pools,
        read_latency=options.read_latency_ms,
        write_latency=options.write_latency_ms,
        login_latency=options.login_ms,
        bandwidth=options.bandwidth,
        seed=options.seed,
        data_plane=options.data_plane,
        switches={**(strict_positions() if options.strict else {}), **dict(options.switch)},
    )
    command = options.run if options.command == "run" else None
    return _serve(settings, Ports(dict(appliances), control), options.state_dir, command)


def _serve(settings: Settings, ports: Ports, state_dir: Path | None, command: list[str] | None) -> int:
    # Blocked before any thread starts, so that only the main thread ever sees them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    try:
        site = Site(settings, ports, state_dir)
    except (OSError, PlaneError) as error:
        print(f"zfssa-lab: cannot start: {error}", file=sys.stderr)
        return 1
    site.start()
    try:
        if command is not None:
            return run(command, site.ready())
        print(json.dumps(site.ready()), flush=True)
        signal.sigwait(_SIGNALS)
    finally:
        site.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
