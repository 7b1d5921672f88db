#!/usr/bin/env bash
# Makes the packages from a build, looks at them, installs them, runs what they hold, and removes them again.
#   tests/packages/run.sh BUILD_FOLDER [deb|npm|container]…     default: all
set -euo pipefail

build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
shift
kinds=("$@")
[ $# -gt 0 ] || kinds=(deb npm container)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# quietly COMMAND…: its output only where it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    cat "$work/log"
    echo "failed: $*"
    return 1
  }
}

fail() {
  echo "$*"
  exit 1
}

# try_out PROGRAM…: it makes a thumbnail of a picture.
try_out() {
  rm -rf "$work/project"
  mkdir -p "$work/project/in"
  /usr/bin/python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import pictures; open(sys.argv[2], "wb").write(pictures.tiny(1))' \
    "$here/../blackbox" "$work/project/in/a.png"
  echo '{ "sets": [{ "source": "in", "output": "out", "variants": [{ "name": "t", "width": 8 }] }] }' >"$work/project/thumbs.json"
  (cd "$work/project" && quietly "$@")
  [ -s "$work/project/out/a-t.jpg" ] || fail "$* made no thumbnail"
}

version=$("$build/src/thumbs" --version | sed -n '1s/^thumbs //p')
grep -qE "^## (Unreleased|$version\b)" "$here/../../CHANGELOG.md" || fail "CHANGELOG.md does not begin with $version"

for kind in "${kinds[@]}"; do
  . "$here/$kind.sh"
done
