#!/usr/bin/env bash
# Installs a build into a folder of its own and builds a program that finds it there, as a user of the library would.
#   tests/install/run.sh BUILD_FOLDER
set -euo pipefail

build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "$build/install-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
for file in bin/thumbs include/thumbs/build.h share/thumbs/thumbs.schema.json share/doc/thumbs/thumbs.json.example; do
  [ -s "$work/prefix/$file" ] || {
    echo "not installed: $file"
    exit 1
  }
done

cmake -S "$here/consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug \
  >"$work/configure.log"
cmake --build "$work/build" >"$work/build.log" || {
  cat "$work/build.log"
  exit 1
}
"$work/prefix/bin/thumbs" schema | cmp - "$work/prefix/share/thumbs/thumbs.schema.json"
mkdir "$work/empty"
cd "$work/empty"
"$work/build/consumer"
