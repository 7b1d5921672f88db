#!/usr/bin/env bash
# thumbs in CI, in plain shell: checks whether the committed thumbnails are up to date, and builds them if not.
#   examples/ci/run.sh [THUMBS]     THUMBS: the program (default: the one on PATH)
# It works in a temporary folder, and fails if a step does not do what its comment says.
set -euo pipefail

thumbs=thumbs
[ "$#" -eq 0 ] || thumbs=$(realpath "$1")
shop=$(mktemp -d)
trap 'rm -rf "$shop"' EXIT
cd "$(dirname "$0")"
cp thumbs.json "$shop"
mkdir "$shop/pictures"
base64 -d <pixel.png.base64 >"$shop/pictures/pixel.png"
cd "$shop"

# 1. A gate: exits 3 if a thumbnail is stale, missing or orphaned. Writes nothing.
status=0
"$thumbs" check || status=$?
[ "$status" -eq 3 ]

# 2. Build what is stale. The report is for the next step: upload, comment, statistics.
"$thumbs" build --json=report.json
grep -q '"built": *1' report.json

# 3. Now the gate is open: exits 0.
"$thumbs" check
