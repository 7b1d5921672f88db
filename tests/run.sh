#!/usr/bin/env bash
# Builds thumbs and runs all of its tests.
#   tests/run.sh [PRESET…]     default: release asan tsan; see CMakePresets.json
# tsan builds and runs only what runs in parallel: the pipeline, the scan, the engine; without WebP and AVIF. The black-box
# suite and the schema's test drive the program of the first preset. THUMBS_CORPUS may name a folder of real pictures to test with.
# The last line is "N passed, N failed"; the exit status is 0 where none failed.
set -euo pipefail
cd "$(dirname "$0")/.."

presets=("$@")
[ "$#" -gt 0 ] || presets=(release asan tsan)
jobs=$(nproc)
python=/usr/bin/python3 # the system's: its packages are what install.sh installed
if [ -n "${THUMBS_CORPUS-}" ]; then
  THUMBS_CORPUS=$(cd "$THUMBS_CORPUS" && pwd)
  export THUMBS_CORPUS
fi
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/tests/tsan.supp"

passed=0
failed=0
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# count_in LOG: counts what its last line says, "N passed, N failed", which is left out of what is shown. A log that does
# not end so is one failure.
count_in() {
  if [[ $(tail -n 1 "$1") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    echo "${BASH_REMATCH[0]}"
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  else
    count 0 1
  fi
}
without_count() {
  sed '$ { /^[0-9]* passed, [0-9]* failed$/d }'
}

launcher=()
if command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_SLOPPINESS=pch_defines,time_macros # else it leaves out what has precompiled headers
fi

# run_preset PRESET: configures, builds, tests. What does not build counts as one failure.
run_preset() {
  local preset=$1 targets=() chosen=() log=build/$1-tests.log start
  if [ "$preset" = tsan ]; then
    targets=(--target test_scan test_pipeline test_engine)
    # Those of one thread, which every other preset runs, can show no race.
    chosen=(-R '^(scan|pipeline|engine)\.' -E '^engine\.(Faults\..*IsMendedByTheNext|Every/LockfileFaults\.)')
  fi
  echo "== $preset"
  if ! cmake --preset "$preset" -DTHUMBS_TESTS=ON "${launcher[@]}" >build/configure.log 2>&1; then
    cat build/configure.log
    count 0 1
    return
  fi
  start=$SECONDS
  if ! cmake --build --preset "$preset" "${targets[@]}"; then
    count 0 1
    return
  fi
  echo "$preset: built in $((SECONDS - start)) s"
  start=$SECONDS
  "$python" tests/run_tests.py "build/$preset" -j "$jobs" "${chosen[@]}" 2>&1 | tee "$log" | without_count || :
  count_in "$log"
  echo "$preset: tested in $((SECONDS - start)) s"
}

# long_fuzz PRESET: two fuzz targets for a minute each. After each commit it is the turn of the next two, with other inputs.
long_fuzz() {
  local smoke=$PWD/build/$1/tests/smoke commits target targets=() running=() i
  commits=$(git rev-list --count HEAD 2>/dev/null || date +%s)
  mapfile -t targets < <(basename -s .cpp -a tests/fuzz/*_fuzz.cpp)
  for i in 0 1; do
    target=${targets[(2 * commits + i) % ${#targets[@]}]}
    mkdir -p "build/$1/fuzz/$target"
    (cd "build/$1/fuzz/$target" && "$smoke" "$target" "$commits" 60 >log 2>&1) &
    running+=("$! $target")
  done
  for i in "${running[@]}"; do
    target=${i#* }
    if wait "${i% *}"; then count 1 0; else count 0 1; fi
    sed "s/^/$target: /" "build/$1/fuzz/$target/log"
  done
}

third_party/install.sh test
mkdir -p build
for preset in "${presets[@]}"; do
  run_preset "$preset"
  if [ "$preset" = asan ] && [ -x build/asan/tests/smoke ]; then long_fuzz asan; fi
done

echo "== schema"
if "$python" tests/schema_test.py; then count 1 0; else count 0 1; fi

# Drives the program of PRESET from outside.
black_box() {
  local start=$SECONDS
  echo "== black box ($1)"
  THUMBS=$PWD/build/$1/src/thumbs "$python" tests/blackbox/run.py 2>&1 | tee build/blackbox.log | without_count || :
  count_in build/blackbox.log
  echo "black box: tested in $((SECONDS - start)) s"
}

for preset in "${presets[@]}"; do
  [ "$preset" = tsan ] && continue # it builds no program
  black_box "$preset"
  break
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
