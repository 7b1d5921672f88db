#!/usr/bin/env bash
# Golden cases of the command line: runs the real program and compares all that it says.
#   THUMBS=PROGRAM tests/cli/run_cases.sh [--update] [CASE…]     default: all cases
# A case is a folder: `cmd` is run by bash (-eu, after prelude.sh) in a private, empty folder; `stdout`, `stderr` and
# `exit` are what must come of it (a missing file: nothing, and 0). Times, and sizes that libraries decide, are
# normalised first. --update rewrites the expectations: review the diff. A private folder is kept where its case failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
THUMBS=$(realpath -- "${THUMBS:?names no program}")
export THUMBS
unset NO_COLOR CLICOLOR_FORCE GITHUB_ACTIONS
export LC_ALL=C.UTF-8 TERM=dumb

update=false
if [ "${1-}" = --update ]; then
  update=true
  shift
fi

# normalise FOLDER: the private folder, times, sizes, versions.
normalise() {
  sed -E \
    -e "s|$1|FOLDER|g" \
    -e 's/ in [0-9.:]+ (s|min|h)\b/ in TIME/g' \
    -e 's/[0-9.]+ (B|[KMG]iB) read, [0-9.]+ (B|[KMG]iB) written/SIZE read, SIZE written/g' \
    -e 's/"(seconds|milliseconds|bytes|bytesWritten|bytesRead|jobs)":( ?)[0-9.e+-]+/"\1":\2N/g' \
    -e 's/, [0-9.]+ (B|KiB)(, [0-9.]+ ms)?\)/, SIZE, TIME)/g' \
    -e 's/^size:( +)[0-9.]+ [KM]?i?B$/size:\1SIZE/' \
    -e 's/[0-9]+ bytes/N bytes/g' \
    -e 's/[0-9a-f]{32}/HASH/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+ UTC/DATE/g' \
    -e 's/^thumbs [0-9]+\.[0-9]+\.[0-9]+$/thumbs VERSION/' \
    -e 's/"version": "[0-9.]+"/"version": "VERSION"/' \
    -e 's/"sandbox": \{[^}]*\}/"sandbox": DONE/'
}

# run CASE FOLDER: leaves stdout, stderr and exit in FOLDER, normalised.
run() {
  local work=$2/work code=0
  mkdir "$work"
  (cd "$work" && exec bash -eu -c '. "$1"; . "$2"' case "$here/prelude.sh" "$here/$1/cmd") \
    >"$2/out" 2>"$2/err" </dev/null || code=$?
  normalise "$work" <"$2/out" >"$2/stdout"
  normalise "$work" <"$2/err" >"$2/stderr"
  echo "$code" >"$2/exit"
}

# expected CASE FILE: its text; what is not there is empty, and the exit code 0.
expected() {
  if [ -e "$here/$1/$2" ]; then
    cat "$here/$1/$2"
  elif [ "$2" = exit ]; then
    echo 0
  fi
}

# rewrite CASE FOLDER: takes what came as what must come; what a missing file says is left out.
rewrite() {
  local file
  for file in stdout stderr exit; do
    rm -f "$here/$1/$file"
    cmp -s "$2/$file" <(expected "$1" "$file") || cp "$2/$file" "$here/$1/$file"
  done
}

# compare CASE FOLDER
compare() {
  local file same=true
  for file in stdout stderr exit; do
    diff -u --label "expected $file" --label "$file" <(expected "$1" "$file") "$2/$file" || same=false
  done
  $same
}

cases=("$@")
if [ "$#" -eq 0 ]; then
  for cmd in "$here"/*/cmd; do cases+=("$(basename "$(dirname "$cmd")")"); done
fi
failed=0
for case in "${cases[@]}"; do
  if [ ! -e "$here/$case/cmd" ]; then
    echo "no such case: $case" >&2
    exit 2
  fi
  folder=$(mktemp -d "${TMPDIR:-/tmp}/thumbs-cli-XXXXXX")
  run "$case" "$folder"
  if $update; then
    rewrite "$case" "$folder"
  elif ! compare "$case" "$folder"; then
    echo "FAILED: $case (see $folder)" >&2
    failed=$((failed + 1))
    continue
  fi
  chmod -R u+rwx "$folder"
  rm -rf "$folder"
done
[ "$failed" -eq 0 ]
