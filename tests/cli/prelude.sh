# What the cases share. Each runs in an empty folder of its own.

thumbs() { "$THUMBS" "$@"; }

# step ARGUMENT…: one of several runs in a case; its words and its exit code stand in both outputs.
step() {
  local code=0
  say "\$ thumbs $*"
  "$THUMBS" "$@" || code=$?
  say "exit $code"
}

say() {
  printf '%s\n' "$1"
  printf '%s\n' "$1" >&2
}

# picture FILE: an 8x6 PNG, red.
picture() {
  mkdir -p "$(dirname "$1")"
  base64 -d >"$1" <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAEUlEQVR4nGM4ISeCFTEMpAQA3rku4V/x6DMAAAAASUVORK5CYII=
PNG
}

# manifest [VARIANTS]: thumbs.json with one set, "photos".
manifest() {
  cat >thumbs.json <<JSON
{
  "sets": [
    {
      "name": "photos",
      "source": "photos",
      "output": "thumbs",
      "variants": [${1-"{ \"name\": \"small\", \"width\": 4 }"}]
    }
  ]
}
JSON
}
