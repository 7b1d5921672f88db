#!/usr/bin/env bash
# One contact sheet for a person's eyes: each picture as thumbs makes it, and beside it as libvips does, with its name.
#   tests/look.sh SHEET.png [FILE|FOLDER…]     default: what is special in $THUMBS_CORPUS
# A cell without a picture means that the program refused the file. THUMBS names the program (default: build/release).
# Needs vipsthumbnail and ImageMagick (Debian: libvips-tools, imagemagick, fonts-dejavu-core).
set -euo pipefail

usage() {
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

[ "$#" -ge 1 ] && [[ $1 == *.png ]] || usage
for tool in vipsthumbnail montage convert; do
  command -v "$tool" >/dev/null || { echo "look.sh: $tool is missing (libvips-tools, imagemagick)" >&2; exit 2; }
done
root=$(cd "$(dirname "$0")/.." && pwd)
thumbs=$(realpath "${THUMBS-$root/build/release/src/thumbs}")
sheet=$(realpath -m "$1")
shift
if [ "$#" -eq 0 ]; then
  [ -n "${THUMBS_CORPUS-}" ] || usage
  set -- "$THUMBS_CORPUS"/{photos,exif-orientation,colour,formats,pngsuite,hostile}
fi

side=128
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{in,vips,cells}

# Numbered links: the order of the sheet, and names that no program trips over.
number=0
: >"$work/names"
while IFS= read -r -d '' file; do
  number=$((number + 1))
  link=$(printf '%04d' "$number")
  cp -- "$file" "$work/in/$link.jpg" # both programs tell formats from the content
  printf '%s\n' "$(basename -- "$(dirname -- "$file")")/$(basename -- "$file")" >>"$work/names"
done < <(find "$@" -type f ! -name '*.md' ! -name '*.tsv' -print0 | sort -z)

cat >"$work/thumbs.json" <<EOF
{ "sets": [{ "source": "in", "output": "thumbs", "path": "{stem}.png",
             "variants": [{ "name": "look", "width": $side, "height": $side, "format": "png" }] }] }
EOF
"$thumbs" build -f "$work/thumbs.json" --progress none >/dev/null 2>&1 || : # what fails leaves its cell empty
for file in "$work"/in/*; do
  timeout 30 vipsthumbnail "$file" --size "${side}x$side>" --export-profile srgb -o "$work/vips/%s.png" 2>/dev/null || :
done

# cell FILE: of one size, on grey that shows transparency.
cell() {
  if [ -s "$1" ]; then
    convert "$1[0]" -background '#b0b0b0' -alpha remove -gravity center -extent "${side}x$side" "png24:$2"
  else
    convert -size "${side}x$side" 'xc:#404040' "png24:$2"
  fi
}

line=0
labels=()
while IFS= read -r name; do
  line=$((line + 1))
  link=$(printf '%04d' "$line")
  cell "$work/thumbs/$link.png" "$work/cells/$link-a.png"
  cell "$work/vips/$link.png" "$work/cells/$link-b.png"
  convert "$work/cells/$link-a.png" "$work/cells/$link-b.png" +append "$work/cells/$link.png"
  rm "$work/cells/$link-a.png" "$work/cells/$link-b.png"
  [ "${#name}" -le 44 ] || name="…${name: -43}"
  labels+=(-label "$name" "$work/cells/$link.png")
done <"$work/names"

montage -background '#707070' -fill white -font DejaVu-Sans -pointsize 10 "${labels[@]}" \
  -tile 8x -geometry "$((2 * side))x$side+3+3" "$sheet"
echo "$sheet: $line pictures, thumbs on the left, libvips on the right"
