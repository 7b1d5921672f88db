#!/usr/bin/env bash
# Runs the examples on a small picture and looks at what they say.
#   examples/library/run.sh FOLDER      where the programs are
set -euo pipefail

programs=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir photos
base64 -d <"$here/../ci/pixel.png.base64" >photos/pixel.png

expect() {
  local wanted=$1 found
  shift
  found=$("$@" 2>&1) || {
    echo "failed: $*: $found"
    exit 1
  }
  [[ $found == *"$wanted"* ]] || {
    echo "$*: no \"$wanted\" in: $found"
    exit 1
  }
}

expect "4x3, " "$programs/thumbnail_from_memory" photos/pixel.png small.png
[ "$(head -c 4 small.png | tail -c 3)" = PNG ]
echo "no picture" >text
! "$programs/thumbnail_from_memory" text none.png 2>error
grep -q "^not-a-picture: " error

expect "2 built, 0 up to date" "$programs/build_from_code" .
expect "0 built, 2 up to date" "$programs/build_from_code" .
[ -s thumbs/pixel-grid.jpg ] && [ -s thumbs/pixel-large.jpg ]

cat >thumbs.json <<'END'
{"cache": "other/cache.db", "sets": [{"source": "photos", "output": "out", "variants": [{"name": "s", "width": 9}]}]}
END
expect "1/1 built" "$programs/watch_progress" thumbs.json
expect '"fresh":1' "$programs/watch_progress" thumbs.json
