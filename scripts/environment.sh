# Sourced by scripts/demo and scripts/test: makes .venv/ in the project's root, once per change
# of the pinned requirements. Needs a Debian or Ubuntu machine; everything else it installs.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else fail "this needs root for: $*. Run it as root, or install sudo."
  fi
}

apt_updated=
apt_install() {
  command -v apt-get >/dev/null 2>&1 || fail "apt-get is not here; install by hand: $*"
  say "installing $*"
  if [ -z "$apt_updated" ]; then
    as_root apt-get update -qq
    apt_updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is needed. On Debian 12 or Ubuntu 24.04: apt-get install python3"
}

fingerprint() { cat "$1" pyproject.toml | sha256sum | cut -d ' ' -f 1; }

# make_environment FILE: .venv with the packages pinned in FILE and this project, editable.
make_environment() {
  local requirements=$1 python stamp
  stamp=.venv/.requirements
  if [ -f "$stamp" ] && grep -qxF "$(fingerprint "$requirements")" "$stamp"; then return; fi
  python=$(find_python)
  if ! [ -x .venv/bin/python ]; then
    say "making .venv with $("$python" --version)"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    "$python" -m venv .venv
  fi
  say "installing the packages of $requirements"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  fingerprint "$requirements" >"$stamp"
  # What the tests need includes what the demo needs, at the same versions.
  if [ "$requirements" = requirements/dev.txt ]; then fingerprint requirements/core.txt >>"$stamp"; fi
}
