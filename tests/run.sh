#!/usr/bin/env bash
# Builds thumbs and runs all of its tests.
#   tests/run.sh [PRESET…]     default: release asan tsan; see CMakePresets.json
# tsan builds and runs only what runs in parallel: the pipeline, the scan, the engine; without WebP and AVIF. The black-box suite and the
# schema's test drive the program of the first preset. THUMBS_CORPUS may name a folder of real pictures to test with.
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

# attribute FILE NAME: of the <testsuite> element of a JUnit file.
attribute() {
  sed -n "s/.*[[:space:]]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

launcher=()
if command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_SLOPPINESS=pch_defines,time_macros # else it leaves out what has precompiled headers
fi

# run_preset PRESET: configures, builds, tests. What does not build counts as one failure.
run_preset() {
  local preset=$1 targets=() chosen=() junit=$PWD/build/$1/junit.xml tests
  if [ "$preset" = tsan ]; then
    targets=(--target test_scan test_pipeline test_engine)
    chosen=(-R '^(scan|pipeline|engine)\.')
  fi
  echo "== $preset"
  rm -f "$junit"
  if ! cmake --preset "$preset" -DTHUMBS_TESTS=ON "${launcher[@]}" >build/configure.log 2>&1; then
    cat build/configure.log
    count 0 1
    return
  fi
  if ! cmake --build --preset "$preset" "${targets[@]}"; then
    count 0 1
    return
  fi
  ctest --preset "$preset" -j "$jobs" --no-tests=error --output-junit "$junit" "${chosen[@]}" >build/ctest.log 2>&1 || {
    grep -vE ' Passed |^ +Start ' build/ctest.log
  }
  tail -n 4 build/ctest.log
  if [ ! -s "$junit" ]; then
    count 0 1
    return
  fi
  tests=$(attribute "$junit" tests)
  local bad skipped
  bad=$(attribute "$junit" failures)
  skipped=$(attribute "$junit" skipped)
  [ "$skipped" = 0 ] || echo "$skipped skipped"
  count $((tests - bad - skipped)) "$bad"
}

third_party/install.sh test
mkdir -p build
for preset in "${presets[@]}"; do
  run_preset "$preset"
done

echo "== schema"
if "$python" tests/schema_test.py; then count 1 0; else count 0 1; fi

# Drives the program of PRESET from outside. The suite ends in a line like ours.
black_box() {
  echo "== black box ($1)"
  THUMBS=$PWD/build/$1/src/thumbs "$python" tests/blackbox/run.py 2>&1 | tee build/blackbox.log | sed '$ { /^[0-9]* passed, [0-9]* failed$/d }' || :
  if [[ $(tail -n 1 build/blackbox.log) =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    echo "black box: ${BASH_REMATCH[0]}"
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  else
    count 0 1
  fi
}

for preset in "${presets[@]}"; do
  [ "$preset" = tsan ] && continue # it builds no program
  black_box "$preset"
  break
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
