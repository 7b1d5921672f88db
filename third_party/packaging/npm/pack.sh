#!/usr/bin/env bash
# Makes the npm packages from a build: thumbs-cli (the launcher and the JavaScript API) and the package of this platform
# (the program with the libraries that it links, but for libc). Needs patchelf. SOURCE_DATE_EPOCH dates the files.
#   third_party/packaging/npm/pack.sh BUILD_FOLDER OUTPUT_FOLDER
set -euo pipefail

build=$(cd "$1" && pwd)
mkdir -p "$2"
output=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$("$build/src/thumbs" --version | sed -n '1s/^thumbs //p')
case "$(uname -s) $(uname -m)" in
  "Linux x86_64") os=linux cpu=x64 ;;
  "Linux aarch64") os=linux cpu=arm64 ;;
  *)
    echo "no npm package is made on $(uname -s) $(uname -m)" >&2
    exit 1
    ;;
esac
platform=thumbs-cli-$os-$cpu

# fill FOLDER: the names and numbers in its package.json.
fill() {
  sed -i "s/@VERSION@/$version/; s/@PLATFORM_PACKAGE@/$platform/; s/@OS@/$os/; s/@CPU@/$cpu/" "$1/package.json"
}

# pack FOLDER NAME: the archive that `npm pack` would make, the same each time.
pack() {
  tar -C "$1" --sort=name --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    --transform 's,^\.,package,' -cf - . | gzip -9n >"$output/$2-$version.tgz"
}

# What the program links, but for what every Linux with glibc has.
libraries() {
  ldd "$build/src/thumbs" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' |
    grep -vE '/(libc|libm|libpthread|libdl|librt|libresolv|ld-linux[^/]*)\.so' | sort
}

cp -r "$here/thumbs-cli" "$work/main"
cp "$here/../../../LICENSE" "$here/../../../src/manifest/thumbs.schema.json" "$work/main"
fill "$work/main"
pack "$work/main" thumbs-cli

mkdir -p "$work/platform/bin" "$work/platform/lib" "$work/platform/licenses"
cp "$here/platform/package.json" "$here/../../../LICENSE" "$work/platform"
fill "$work/platform"
install -s "$build/src/thumbs" "$work/platform/bin/thumbs"
libraries | while read -r library; do
  install -m 644 "$library" "$work/platform/lib/$(basename "$library")"
  # /lib may be a link to /usr/lib, and dpkg knows the one or the other.
  package=$({ dpkg-query -S "$(realpath "$library")" || dpkg-query -S "$library"; } 2>/dev/null | head -n1 | cut -d: -f1) || true
  if [ -n "$package" ]; then
    cp -L "/usr/share/doc/$package/copyright" "$work/platform/licenses/$package"
  else
    echo "whose licence is that of $library?" >&2
    exit 1
  fi
done
# DT_RPATH, not DT_RUNPATH: it holds for the libraries of the libraries too.
patchelf --force-rpath --set-rpath '$ORIGIN/../lib' "$work/platform/bin/thumbs"
pack "$work/platform" "$platform"
