# The container recipe, as far as that goes without a container: each step alone. Sourced by run.sh.
if ! command -v dpkg-shlibdeps >/dev/null; then
  echo "container: skipped, dpkg-dev is not installed"
  return
fi
recipe=$here/../../third_party/packaging/container/Dockerfile
steps=$work/steps
mkdir "$steps"

echo "container: the recipe is sound"
/usr/bin/python3 "$here/check_container.py" "$recipe" "$steps"
for step in "$steps"/*; do
  sh -n "$step" || fail "not a shell command: $(cat "$step")"
done

echo "container: the build step configures what the package needs"
configure=$(grep -h -o 'cmake --preset release[^&]*' "$steps"/*)
(cd "$here/../.." && eval "quietly $configure -B '$work/container'")
[ -s "$work/container/CPackConfig.cmake" ] || fail "no CPackConfig.cmake"
pack=$(grep -h 'cpack' "$steps"/* | sed "s|build/release|$build|; s|/packages|$work/packages|")
eval "SOURCE_DATE_EPOCH=1700000000 quietly $pack"
ls "$work"/packages/thumbs_*.deb >/dev/null

echo "container: Debian has every library that the program links"
depends=$(dpkg-deb -f "$work"/packages/thumbs_*.deb Depends | sed 's/([^)]*)//g; s/,/ /g')
# What the program links itself must be named; the rest comes with that.
readelf -d "$build/src/thumbs" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r library; do
  path=$(ldd "$build/src/thumbs" | sed -n "s|.*$library => \\(/[^ ]*\\) .*|\\1|p")
  [ -n "$path" ] || continue # the loader
  package=$({ dpkg-query -S "$(realpath "$path")" || dpkg-query -S "$path"; } 2>/dev/null | head -n1 | cut -d: -f1)
  echo " $depends " | grep -q " $package " || fail "the image lacks $library of $package"
done
