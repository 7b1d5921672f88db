# The Debian packages. Sourced by run.sh.
if ! command -v dpkg-shlibdeps >/dev/null; then
  echo "deb: skipped, dpkg-dev is not installed"
  return
fi

# pack FOLDER: makes the packages there.
pack() {
  SOURCE_DATE_EPOCH=1700000000 quietly cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work/$1"
}

# look_at PREFIX: what an installed package holds.
look_at() {
  local usr=$1/usr
  "$usr/bin/thumbs" --version | grep -x "thumbs $version" >/dev/null
  try_out "$usr/bin/thumbs"
  "$usr/bin/thumbs" schema | cmp - "$usr/share/thumbs/thumbs.schema.json"
  "$usr/bin/thumbs" completions fish | cmp - "$usr/share/fish/vendor_completions.d/thumbs.fish"
  for file in bash-completion/completions/thumbs zsh/vendor-completions/_thumbs doc/thumbs/copyright doc/thumbs/changelog.gz \
    doc/thumbs/docs/manifest.md doc/thumbs/thumbs.json.example; do
    [ -s "$usr/share/$file" ] || fail "not in the package: $file"
  done
  /usr/bin/python3 "$here/check_man_pages.py" "$usr/bin/thumbs" "$usr/share/man/man1/thumbs.1.gz" "$usr/share/man/man5/thumbs.json.5.gz"
}

echo "deb: two builds are the same, byte for byte"
pack one
pack two
architecture=$(dpkg --print-architecture)
package=thumbs_${version}_$architecture.deb
for file in "$package" "libthumbs-dev_${version}_$architecture.deb"; do
  cmp "$work/one/$file" "$work/two/$file"
done

echo "deb: control"
dpkg-deb -f "$work/one/$package" >"$work/control"
for line in "Version: $version" "Section: graphics"; do
  grep -qxF "$line" "$work/control" || fail "no line $line in $(cat "$work/control")"
done
for library in libc6 libjpeg62-turbo libpng16-16 libdeflate0 libsqlite3-0 libtbb12 libwebp7 libavif15 libgif7 libtiff6 liblcms2-2; do
  grep -q "^Depends:.*\b$library\b" "$work/control" || fail "the package does not depend on $library"
done
dpkg-deb -c "$work/one/libthumbs-dev_${version}_$architecture.deb" >"$work/contents"
for file in lib/libthumbs.a include/thumbs/build.h thumbsConfig.cmake; do
  grep -q "$file\$" "$work/contents" || fail "not in libthumbs-dev: $file"
done

if command -v lintian >/dev/null; then
  echo "deb: lintian"
  lintian --allow-root --fail-on error,warning "$work"/one/*.deb
else
  echo "deb: lintian is not installed"
fi

if [ "$(id -u)" -eq 0 ] && ! dpkg-query -W thumbs >/dev/null 2>&1; then
  echo "deb: install, run, remove"
  quietly dpkg -i "$work/one/$package"
  trap 'dpkg -P thumbs >/dev/null 2>&1; rm -rf "$work"' EXIT
  look_at ""
  quietly dpkg -P thumbs
  [ ! -e /usr/bin/thumbs ] && [ ! -e /usr/share/doc/thumbs ] || fail "dpkg -P left files"
else
  echo "deb: unpack and run"
  dpkg-deb -x "$work/one/$package" "$work/unpacked"
  look_at "$work/unpacked"
fi
