#!/usr/bin/env bash
# Uses the library as others do: installs a build into a folder of its own and builds a program that finds it there; then
# takes the sources into another project's build as a shared library, installs that, and does the same.
#   tests/install/run.sh BUILD_FOLDER
set -euo pipefail

build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
clone=$(cd "$here/../.." && pwd)
work=$(mktemp -d "$build/install-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/empty"

# quietly COMMAND…: its output only where it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    cat "$work/log"
    echo "failed: $*"
    return 1
  }
}

# consume NAME PREFIX: builds the consumer with what is installed in PREFIX, and runs it.
consume() {
  quietly cmake -S "$here/consumer" -B "$work/$1" -G Ninja -DCMAKE_PREFIX_PATH="$2" -DCMAKE_BUILD_TYPE=Debug
  quietly cmake --build "$work/$1"
  (cd "$work/empty" && "$work/$1/consumer")
}

echo "static, installed"
prefix=$work/prefix
quietly cmake --install "$build" --prefix "$prefix"
for file in bin/thumbs include/thumbs/build.h share/thumbs/thumbs.schema.json share/doc/thumbs/thumbs.json.example \
  share/bash-completion/completions/thumbs share/zsh/site-functions/_thumbs share/fish/vendor_completions.d/thumbs.fish; do
  [ -s "$prefix/$file" ] || {
    echo "not installed: $file"
    exit 1
  }
done
"$prefix/bin/thumbs" schema | cmp - "$prefix/share/thumbs/thumbs.schema.json"
"$prefix/bin/thumbs" completions zsh | cmp - "$prefix/share/zsh/site-functions/_thumbs"
/usr/bin/python3 "$here/../packages/check_man_pages.py" "$prefix/bin/thumbs" "$prefix"/share/man/man1/thumbs.1 \
  "$prefix"/share/man/man5/thumbs.json.5
consume static "$prefix"

# What is built as quickly as it can be: nothing optimised, one instruction set, modules as one file each.
echo "shared, inside another project"
inside=$work/inside
quietly cmake -S "$here/inside" -B "$inside" -G Ninja -DTHUMBS_FOLDER="$clone" -DBUILD_SHARED_LIBS=ON -DTHUMBS_INSTALL=ON \
  -DTHUMBS_SIMD_TARGETS=AVX2 -DTHUMBS_AVIF=OFF -DTHUMBS_WEBP=OFF -DTHUMBS_GIF=OFF -DTHUMBS_TIFF=OFF -DTHUMBS_SVG=OFF \
  -DCMAKE_UNITY_BUILD=ON
quietly cmake --build "$inside"
(cd "$work/empty" && "$inside/consumer/consumer")

echo "shared, installed"
prefix=$work/shared-prefix
quietly cmake --install "$inside" --prefix "$prefix"
consume shared "$prefix"
library=$(find "$prefix" -name libthumbs.so)
readelf -d "$work/shared/consumer" >"$work/needed"
grep -q "libthumbs\.so\.[0-9]" "$work/needed" || {
  echo "the consumer does not ask for libthumbs.so by its version"
  exit 1
}
nm -DC --defined-only "$library" | sed -n 's/.* [A-Z] thumbs::\([A-Za-z_0-9]*\).*/\1/p' | sort -u >"$work/shown"
[ -s "$work/shown" ]
while read -r name; do
  grep -rqw "$name" "$prefix/include/thumbs" || {
    echo "libthumbs.so shows thumbs::$name, which no public header declares"
    exit 1
  }
done <"$work/shown"
