#!/bin/sh
# Print the Python that .venv is made from: $1, or else the first on PATH that is new enough.
# Where something is missing, say in one sentence what to install.

fail() {
    echo "error: $1" >&2
    exit 1
}

# 0: fits, 3: too old, 4: cannot make virtual environments, other: does not run
check() {
    "$1" -c '
import sys
if sys.version_info < (3, 11):
    sys.exit(3)
try:
    import ensurepip, venv
except ImportError:
    sys.exit(4)
' >/dev/null 2>&1
}

command -v git >/dev/null 2>&1 ||
    fail "git is not installed: install it (Debian and Ubuntu: apt install git; Fedora and RHEL: dnf install git)."

reason=missing
for python in ${1:-python3 python3.13 python3.12 python3.11}; do
    command -v "$python" >/dev/null 2>&1 || continue
    check "$python"
    case $? in
        0) command -v "$python" && exit 0 ;;
        3) [ "$reason" = novenv ] || { reason=old; found=$python; } ;;
        4) reason=novenv; found=$python ;;
        *) [ "$reason" != missing ] || { reason=broken; found=$python; } ;;
    esac
done

case $reason in
    old) fail "$found is $("$found" --version 2>&1), but Python 3.11 or newer is needed: install it (Debian and Ubuntu: apt install python3 python3-venv), or name one with PYTHON=/path/to/python." ;;
    novenv) fail "$found cannot make virtual environments: install its venv module (Debian and Ubuntu: apt install python3-venv), or name another Python 3.11 or newer with PYTHON=/path/to/python." ;;
    broken) fail "$found does not run: install Python 3.11 or newer (Debian and Ubuntu: apt install python3 python3-venv), or name one with PYTHON=/path/to/python." ;;
    *) fail "${1:-python3} is not installed: install Python 3.11 or newer (Debian and Ubuntu: apt install python3 python3-venv), or name one with PYTHON=/path/to/python." ;;
esac
