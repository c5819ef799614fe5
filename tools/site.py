"""Build the HTML documentation site in ``build/site`` with antsibull-docs and Sphinx."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tools import tree

SITE = tree.BUILD / "site"


def main() -> None:
    """Make the site anew and say where it is."""
    environment = tree.environment()
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(mode=0o700, parents=True)
    command = ["antsibull-docs", "sphinx-init", "--use-current", "--dest-dir", str(SITE)]
    command += ["--lenient", "--squash-hierarchy", f"{tree.NAMESPACE}.{tree.NAME}"]
    initialised = subprocess.run(command, cwd=tree.ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    if initialised.returncode:
        sys.exit("error: antsibull-docs could not begin the site (see above).")
    with (SITE / "conf.py").open("a") as configuration:
        # Links into the documentation of others would be looked up on line.
        configuration.write("\nintersphinx_mapping = {}\n")
    if subprocess.run(["bash", "build.sh"], cwd=SITE, env=environment, check=False).returncode:
        sys.exit("error: the site could not be built (see above).")
    print(f"The site is at {SITE / 'build/html/index.html'}")


if __name__ == "__main__":
    with tree.lock("site"):
        main()
