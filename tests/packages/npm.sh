# The npm packages. Sourced by run.sh.
for tool in node patchelf dpkg-query; do
  command -v "$tool" >/dev/null || {
    echo "npm: skipped, $tool is not installed"
    return
  }
done

echo "npm: pack"
quietly "$here/../../third_party/packaging/npm/pack.sh" "$build" "$work/npm"
main=$work/npm/thumbs-cli-$version.tgz
platform=$(ls "$work"/npm/thumbs-cli-linux-*.tgz)
site=$work/site
mkdir "$site"
echo '{ "name": "site", "private": true }' >"$site/package.json"

if command -v npm >/dev/null; then
  echo "npm: install from the archives"
  export npm_config_cache=$work/npm-cache npm_config_update_notifier=false
  (cd "$site" && quietly npm install --offline --no-audit --no-fund "$main" "$platform")
  run=(npx --no-install thumbs)
else
  echo "npm: npm is not installed, so the archives are unpacked by tar"
  for archive in "$main" "$platform"; do
    name=$(basename "$archive" "-$version.tgz")
    mkdir -p "$site/node_modules/$name" "$site/node_modules/.bin"
    tar -xzf "$archive" -C "$site/node_modules/$name" --strip-components=1
  done
  ln -s ../thumbs-cli/bin/thumbs.js "$site/node_modules/.bin/thumbs"
  run=("$site/node_modules/.bin/thumbs")
fi

echo "npm: run"
mkdir "$site/in"
(cd "$site" && try_out "$PWD/node_modules/.bin/thumbs")
cp "$work/project/in/a.png" "$site/in"
cp "$work/project/thumbs.json" "$site"
(cd "$site" && quietly "${run[@]}" build)
[ -s "$site/out/a-t.jpg" ] || fail "${run[*]} made no thumbnail"
[ "$(cd "$site" && "${run[@]}" --version | head -n 1)" = "thumbs $version" ] || fail "${run[*]} --version is not $version"
code=0
(cd "$site" && touch in/b.png && "${run[@]}" check >"$work/log" 2>&1) || code=$?
[ "$code" -eq 3 ] || fail "check exits with $code through the launcher: $(cat "$work/log")"
rm "$site/in/b.png"

echo "npm: every library but libc's comes with the package"
program=$(echo "$site"/node_modules/thumbs-cli-linux-*/bin/thumbs)
strays=$(ldd "$program" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | grep -v "^$(realpath "$site")/" |
  grep -vE '/(libc|libm|libpthread|libdl|librt|libresolv)\.so' || true)
[ -z "$strays" ] || fail "from the system: $strays"
cmp "$site/node_modules/thumbs-cli/thumbs.schema.json" <("$build/src/thumbs" schema)

echo "npm: JavaScript"
(cd "$site" && quietly node "$here/npm_api.js")
