#!/usr/bin/env bash
# Installs what thumbs needs, in one place. Debian's packages; elsewhere it says what is missing.
#   third_party/install.sh [build|test|ci]
# build: compiler and libraries; test (the default): and what the tests need; ci: and the checkers.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config git ca-certificates
  libtbb-dev libjpeg62-turbo-dev libpng-dev libdeflate-dev libsqlite3-dev
  nlohmann-json3-dev libcli11-dev libxxhash-dev libhwy-dev liblcms2-dev libexpat1-dev
  libwebp-dev libavif-dev libgif-dev libtiff-dev libcurl4-openssl-dev)
test=(libgtest-dev libgmock-dev python3 python3-jsonschema python3-yaml tmux librsvg2-2 libheif-dev)
ci=(clang clang-format clang-tidy libclang-rt-14-dev libbenchmark-dev valgrind chromium zsh fish mandoc
  dpkg-dev lintian nodejs patchelf php-cli nginx-light openssl
  slurmctld slurmd slurm-client munge parallel openssh-server iproute2 procps)

case "${1-test}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${test[@]}") ;;
  ci) wanted=("${build[@]}" "${test[@]}" "${ci[@]}") ;;
  *)
    echo "usage: third_party/install.sh [build|test|ci]" >&2
    exit 2
    ;;
esac

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

on_debian() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && grep -qs '^ID=debian$' /etc/os-release
}

# Elsewhere: the tools and libraries by the names that every system knows.
say_what_is_missing() {
  local missing=()
  for tool in c++ cmake ninja pkg-config git; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  for library in tbb libjpeg libpng libdeflate sqlite3 libxxhash libhwy lcms2 expat libwebp libwebpmux libavif libgif libtiff-4 libcurl nlohmann_json CLI11; do
    pkg-config --exists "$library" 2>/dev/null || missing+=("$library (development files)")
  done
  if [ "${1-}" != build ]; then
    pkg-config --exists gtest gmock 2>/dev/null || missing+=("GoogleTest with GoogleMock")
    python3 -c 'import jsonschema' 2>/dev/null || missing+=("Python 3 with jsonschema")
  fi
  [ "${#missing[@]}" -eq 0 ] && exit 0
  echo "This script installs packages on Debian 12 only. Missing here:" >&2
  printf '  %s\n' "${missing[@]}" >&2
  echo "third_party/README.md says which versions are needed." >&2
  exit 1
}

on_debian || say_what_is_missing "${1-test}"

missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing, and neither root nor sudo is at hand to install them:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "Installing ${missing[*]}"
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null
}
apt update
apt install -y --no-install-recommends "${missing[@]}" >/dev/null
