"""Run ``ansible-test sanity`` on a copy of the collection, with the Python that runs this.

ansible-test keeps its caches in the home directory; here it is given a folder in ``build/home`` as such, one for each Python
and ansible-core, so that nothing is left behind in the user's own and several can run at the same time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from tools import tree

# About half of the work of all tests: these run beside the others, in a copy of their own.
BESIDE = ("pylint", "validate-modules")

# ansible-test starts its environments with a pip that it downloads from a host of its own. This
# takes the place of the download: the pip that comes with Python installs the one asked for.
GET_PIP = """\
import ensurepip
import pathlib
import runpy
import sys
import sysconfig

folders = [pathlib.Path(ensurepip.__file__).parent / "_bundled"]
if sysconfig.get_config_var("WHEEL_PKG_DIR"):
    folders.append(pathlib.Path(sysconfig.get_config_var("WHEEL_PKG_DIR")))
folders.append(pathlib.Path("/usr/share/python-wheels"))
sys.path.insert(0, str(next(wheel for folder in folders for wheel in folder.glob("pip-*.whl"))))
asked = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.argv = ["pip", "install", "--no-warn-script-location", *asked]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
# The versions that ansible-core 2.18 to 2.21 ask for.
GET_PIP_VERSIONS = ("24_2", "25_2")

# ansible-test hands down no PIP_* variable: these go into a configuration file.
PIP_SETTINGS = (
    "cert client-cert extra-index-url find-links index-url no-index proxy retries timeout default-timeout trusted-host"
).split()


def pip_configuration() -> str:
    """Return the text of a pip.conf with the settings that the environment holds."""
    found = {name: os.environ.get(f"PIP_{name.upper().replace('-', '_')}") for name in PIP_SETTINGS}
    found["cache-dir"] = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"], check=False, capture_output=True, text=True
    ).stdout.strip()
    # Errors are shown, and nothing else.
    found["quiet"] = "2"
    return "[global]\n" + "".join(f"{name} = {value}\n" for name, value in found.items() if value)


def home() -> Path:
    """Return the folder that is the home directory here."""
    return tree.BUILD / "home" / tree.leg()


def prepare_home() -> None:
    """Fill that folder with what pip needs to work as it does for the user."""
    cache = home() / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP_VERSIONS:
        (cache / f"get_pip_{version}.py").write_text(GET_PIP)
    own = home() / ".config/pip/pip.conf"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.touch(mode=0o600)
    own.write_text(pip_configuration())
    user = Path.home()
    configured = [user / ".config/pip/pip.conf", user / ".pip/pip.conf"]
    if os.environ.get("PIP_CONFIG_FILE"):
        configured.insert(0, Path(os.environ["PIP_CONFIG_FILE"]))
    for target, link in [
        (next(filter(Path.is_file, configured), None), home() / ".pip/pip.conf"),
        (user / ".netrc", home() / ".netrc"),
    ]:
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        if target and target.is_file():
            link.symlink_to(target.absolute())


def run(arguments: list[str], copy: str, output: TextIO) -> tuple[int, int]:
    """Run ansible-test in the copy of a name, and pass on its output; return its status and how many tests it ran."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    environment = tree.environment() | {"HOME": str(home())}
    # A path to collections other than the copy's own would only be in the way.
    del environment["ANSIBLE_COLLECTIONS_PATH"]
    tests = 0
    with subprocess.Popen(
        ["ansible-test", "sanity", "--color", "no", "--python", version, *arguments],
        cwd=tree.copy(tree.BUILD / copy / tree.leg()),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True, file=output)
            tests += line.startswith("Running sanity test")
            if "All targets skipped" in line:
                tests = 0
                break
        process.communicate()
    return process.returncode, tests


def run_all() -> tuple[int, int]:
    """Run all tests in two halves side by side; return the status of one that failed, or 0, and how many tests ran."""
    beside = [word for test in BESIDE for word in ("--test", test)]
    others = [word for test in BESIDE for word in ("--skip-test", test)]
    with ThreadPoolExecutor(1) as pool, tempfile.TemporaryFile("w+") as printed:
        half = pool.submit(run, beside, "sanity-beside", printed)
        status, tests = run(others, "sanity", sys.stdout)
        status_beside, tests_beside = half.result()
        printed.seek(0)
        print(printed.read(), end="", flush=True)
    # Nothing else would tell that a test has got another name.
    if not status_beside and tests_beside < len(BESIDE):
        sys.exit(f"error: of {', '.join(BESIDE)}, ansible-test ran {tests_beside}.")
    return status or status_beside, tests + tests_beside


def main() -> None:
    """Run the sanity tests; with arguments, those of ansible-test: ``--test pylint``."""
    arguments = sys.argv[1:]
    with tree.lock(f"sanity-{tree.leg()}"):
        prepare_home()
        status, tests = run(arguments, "sanity", sys.stdout) if arguments else run_all()
    if not status and tests < (1 if arguments else 15):
        sys.exit(f"error: ansible-test ran only {tests} sanity tests: it did not find the files.")
    if not status:
        print(f"{tests} sanity tests passed ({tree.leg()}).")
    sys.exit(status)


if __name__ == "__main__":
    main()
