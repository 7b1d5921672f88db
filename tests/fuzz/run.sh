#!/usr/bin/env bash
# Fuzzes every reader of foreign bytes with libFuzzer, under AddressSanitizer and UBSan.
#   tests/fuzz/run.sh SECONDS [TARGET…]     SECONDS for each target; default: all of tests/fuzz/*_fuzz.cpp
# Targets run side by side, one on each core. What is learnt is kept in THUMBS_FUZZ_CORPUS (default: build/fuzz/corpus),
# one folder a target, and makes the next run start further on. Folders of files to start from may be named in
# THUMBS_FUZZ_SEEDS, separated by ':'. An input that breaks something is minimised and kept in build/fuzz/findings.
# Prints a line a target, and exits 1 where anything was found.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET…]}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" .cpp)"); done
fi
build=$PWD/build/fuzz
export build seconds
export corpus=${THUMBS_FUZZ_CORPUS:-$build/corpus} findings=$build/findings
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
mkdir -p "$build" "$findings"
cmake --preset fuzz >"$build/configure.log"
cmake --build --preset fuzz --target "${targets[@]}" fuzz_seeds

# one TARGET: fuzzes it; its line for the table goes to standard output.
one() {
  local target=$1 log=$build/$1.log seeds=() status=0 found
  local program=$build/tests/$target
  mkdir -p "$corpus/$target" "$build/seeds/$target"
  "$build/tests/fuzz_seeds" --write "$build/seeds/$target"
  IFS=: read -ra seeds <<<"${THUMBS_FUZZ_SEEDS-}"
  rm -f "$findings/$target"-*
  "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -dict=tests/fuzz/words.dict -artifact_prefix="$findings/$target-" "$corpus/$target" "$build/seeds/$target" \
    "${seeds[@]}" >"$log" 2>&1 || status=$?
  for found in "$findings/$target"-*; do
    [ -e "$found" ] || continue
    "$program" -minimize_crash=1 -max_total_time=30 -exact_artifact_path="$found.min" "$found" >>"$log" 2>&1 || :
  done
  printf '%-16s %12s runs %6s s  %s\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)" "$seconds" \
    "$([ $status -eq 0 ] && echo fine || echo "FOUND, see $log")"
  return $status
}
export -f one

printf '%s\0' "${targets[@]}" | xargs -0 -P "$(nproc)" -I{} bash -c 'one {}'
