#!/usr/bin/env bash
# Builds thumbs and shows it at work. Writes to build/ only.
#   examples/run.sh            on 120 product pictures that it makes
#   examples/run.sh FOLDER     on the pictures of FOLDER, which is only read
set -euo pipefail

folder=
if [ "$#" -gt 1 ] || [ "${1-}" = -h ] || [ "${1-}" = --help ]; then
  echo "usage: examples/run.sh [FOLDER]" >&2
  exit 2
fi
if [ "$#" -eq 1 ]; then
  folder=$(cd -- "$1" && pwd) || exit 2
fi
cd "$(dirname "$0")/.."

third_party/install.sh build
cmake --preset release -DTHUMBS_TESTS=OFF >/dev/null
cmake --build --preset release --target thumbs_program thumbs_shop
thumbs=$PWD/build/release/src/thumbs

# json_string TEXT: TEXT as a JSON string.
json_string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "$text"
}

if [ -z "$folder" ]; then
  demo=build/demo
  mkdir -p "$demo"
  echo "Making 120 pictures in $demo/products"
  build/release/examples/shop/thumbs_shop "$demo/products" 120
  cp examples/shop/thumbs.json "$demo/thumbs.json"
else
  demo=build/demo-$(basename -- "$folder")
  mkdir -p "$demo"
  sed "s|\"source\": \"products\"|\"source\": $(json_string "$folder" | sed 's/[\\&|]/\\&/g')|" \
    examples/shop/thumbs.json >"$demo/thumbs.json"
fi

status=0
cd "$demo"
echo "+ thumbs"
"$thumbs" || status=$?
if [ "$status" -gt 1 ]; then
  exit "$status"
fi
echo "+ thumbs   # again: everything is up to date"
"$thumbs" || status=$?
echo "The manifest is $PWD/thumbs.json, the thumbnails are in $PWD/thumbs"
exit "$status"
