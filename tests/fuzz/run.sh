#!/usr/bin/env bash
# Fuzzes every reader of foreign bytes with libFuzzer, under AddressSanitizer and UBSan.
#   tests/fuzz/run.sh SECONDS [TARGET…]     SECONDS for each target; default: all of tests/fuzz/*_fuzz.cpp
#   tests/fuzz/run.sh --table               what all runs so far come to, as Markdown
# Targets run side by side, one on each core, or as many as THUMBS_FUZZ_JOBS says. What is learnt is kept in
# THUMBS_FUZZ_CORPUS (default: build/fuzz/corpus), one folder a target, and makes the next run start further on.
# Folders of files to start from may be named in THUMBS_FUZZ_SEEDS, separated by ':'. Programs that were built before, in
# the folder THUMBS_FUZZ_PROGRAMS, are not built again. An input that breaks something is
# kept in the corpus folder's findings/, and beside it, with .min at its end, the smallest that breaks it too.
# Prints a line a target, adds it to the corpus folder's runs.tsv, and exits 1 where anything was found.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$PWD/build/fuzz
export build corpus=${THUMBS_FUZZ_CORPUS:-$build/corpus}
export findings=$corpus/findings runs=$corpus/runs.tsv programs=${THUMBS_FUZZ_PROGRAMS:-$build/tests}

# table: the sums of $runs.
table() {
  echo '| target | runs | seconds | findings |'
  echo '|---|---|---|---|'
  sort -k 2,2 "$runs" | awk -F '\t' '
    function line(name, r, s, f) { printf "| %s | %d | %d | %d |\n", name, r, s, f }
    $2 != last && last != "" { line(last, r, s, f); r = s = f = 0 }
    { last = $2; r += $3; s += $4; f += $5; all_r += $3; all_s += $4; all_f += $5 }
    END { line(last, r, s, f); line("all", all_r, all_s, all_f) }'
}

if [ "${1-}" = --table ]; then
  table
  exit
fi

export seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET…] | --table}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" .cpp)"); done
fi
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
mkdir -p "$build" "$findings"
if [ -z "${THUMBS_FUZZ_PROGRAMS-}" ]; then
  configure=(cmake --preset fuzz)
  if command -v ccache >/dev/null; then configure+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  "${configure[@]}" >"$build/configure.log"
  cmake --build --preset fuzz --target "${targets[@]}" fuzz_seeds >"$build/build.log" || {
    tail -n 40 "$build/build.log" >&2
    exit 1
  }
fi

# one TARGET: fuzzes it; its line goes to standard output and to $runs.
one() {
  local target=$1 log=$build/$1.log seeds=() status=0 count=0 found executed size=65536 start=$SECONDS
  local program=$programs/$target
  case $target in
    exif_*) size=512 ;;
    text_* | svg_* | metadata_* | icc_* | resize_*) size=4096 ;;
  esac
  mkdir -p "$corpus/$target" "$build/seeds/$target"
  "$programs/fuzz_seeds" "$build/seeds/$target"
  IFS=: read -ra seeds <<<"${THUMBS_FUZZ_SEEDS-}"
  touch "$build/$target.started"
  "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=$size -print_final_stats=1 \
    -dict=tests/fuzz/words.dict -artifact_prefix="$findings/$target-" "$corpus/$target" "$build/seeds/$target" \
    "${seeds[@]}" >"$log" 2>&1 || status=$?
  while IFS= read -r found; do
    count=$((count + 1))
    "$program" -minimize_crash=1 -max_total_time=30 -exact_artifact_path="$found.min" "$found" >>"$log.min" 2>&1 || :
  done < <(find "$findings" -name "$target-*" -not -name '*.min' -newer "$build/$target.started")
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "$target" "${executed:-0}" $((SECONDS - start)) "$count" >>"$runs"
  printf '%-16s %12s runs %6s s  %s\n' "$target" "${executed:-?}" $((SECONDS - start)) \
    "$([ $status -eq 0 ] && echo fine || echo "FOUND, see $log and $findings")"
  return $status
}
export -f one

printf '%s\0' "${targets[@]}" | xargs -0 -P "${THUMBS_FUZZ_JOBS:-$(nproc)}" -I{} bash -c 'one {}' || exit 1
