"""Runs what ctest lists, many tests of a program in one process: to start one takes longer than most tests do.

    tests/run_tests.py BUILD_FOLDER [-R REGEX] [-E REGEX] [-j N] [--times]

Tests that have a COST run alone, longest first. A failed test is named, with what it printed. A test that ends its process
fails, and those behind it run in another. Where a process fails though each of its tests passed, as leaks make it, each
runs again alone. The last line is "N passed, N failed"; --times shows the slowest tests before it.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import re
import subprocess
import sys
import threading
import time

TOGETHER = 30
DEFAULT_TIMEOUT = 300
FILTER = "--gtest_filter="
MARK = re.compile(r"\[( RUN      |       OK |  FAILED  |  SKIPPED )\] ([^\s,]+)")
OUTCOMES = {"       OK ": "passed", "  FAILED  ": "failed", "  SKIPPED ": "skipped"}

Result = collections.namedtuple("Result", "name outcome log seconds")


@dataclasses.dataclass
class Test:
    name: str  # ctest's
    command: list
    properties: dict

    @property
    def cost(self):
        return float(self.properties.get("COST", 0))

    @property
    def timeout(self):
        return float(self.properties.get("TIMEOUT", DEFAULT_TIMEOUT))

    @property
    def inner(self):
        """The name within its GoogleTest program; None elsewhere."""
        return next((word[len(FILTER) :] for word in self.command if word.startswith(FILTER)), None)


def listed(build, chosen):
    command = ["ctest", "--test-dir", build, "--show-only=json-v1", *chosen]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{run.stdout[-2000:]}{run.stderr}ctest cannot list the tests of {build}")
    for test in json.loads(run.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", ())}
        if "command" not in test:
            sys.exit(f"{test['name']} is not built")
        if not properties.get("DISABLED"):
            yield Test(test["name"], test["command"], properties)


def batches(tests):
    """Lists of tests for a process each, longest first."""
    programs, found = collections.defaultdict(list), []
    for test in tests:
        if test.inner and not test.cost:
            programs[test.command[0]].append(test)
        else:
            found.append([test])
    for together in programs.values():
        count = -(-len(together) // TOGETHER)
        found += [together[i::count] for i in range(count)]
    return sorted(found, key=lambda batch: sum(test.cost or 0.1 for test in batch), reverse=True)


def run_process(command, test, heard=lambda line: None):
    """→ (exit status, all that it printed). Killed where it says nothing for as long as one test may take."""
    environment = {**os.environ, **dict(e.split("=", 1) for e in test.properties.get("ENVIRONMENT", ()))}
    folder = test.properties.get("WORKING_DIRECTORY")
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, cwd=folder, env=environment, text=True, errors="replace", **streams)
    ends, lines = [time.monotonic() + test.timeout], []

    def watch():
        while process.poll() is None:
            if time.monotonic() > ends[0]:
                lines.append(f"killed after {test.timeout:.0f} s\n")
                return process.kill()
            time.sleep(0.2)

    threading.Thread(target=watch, daemon=True).start()
    for line in process.stdout:
        ends[0] = time.monotonic() + test.timeout if heard(line) else ends[0]
        lines.append(line)
    return process.wait(), "".join(lines)


def run_other(test):
    """A program that is no GoogleTest."""
    start = time.monotonic()
    status, text = run_process(test.command, test)
    outcome = "failed" if status else "passed"
    if status == test.properties.get("SKIP_RETURN_CODE", -1):
        outcome = "skipped"
    return [Result(test.name, outcome, text, time.monotonic() - start)]


def results_in(text, names, times):
    """The tests that began, and how they ended; the last one has failed if it did not."""
    results, begun, start = [], None, 0
    for match in MARK.finditer(text):
        mark, name = match.groups()
        if name not in names:
            continue
        if mark == " RUN      ":
            begun, start = name, match.start()
        elif name == begun:
            log = text[start : text.find("\n", match.end()) + 1]
            results.append(Result(names[name], OUTCOMES[mark], log, times.get(name, 0)))
            begun = None
    if begun:
        results.append(Result(names[begun], "failed", text[start:], 0))
    return results


def run_together(tests):
    """Tests of one GoogleTest program."""
    names, times, last = {test.inner: test.name for test in tests}, {}, [None, 0]

    def heard(line):
        mark = MARK.search(line)
        if mark and mark[1] == " RUN      ":
            last[:] = mark[2], time.monotonic()
        elif mark and mark[2] == last[0]:
            times[mark[2]] = time.monotonic() - last[1]
        return mark

    first = tests[0]
    command = [FILTER + ":".join(names) if word.startswith(FILTER) else word for word in first.command]
    status, text = run_process(command, first, heard)
    results = results_in(text, names, times)
    done = {result.name for result in results}
    left = [test for test in tests if test.name not in done]
    if status and all(result.outcome != "failed" for result in results):
        if len(tests) == 1:
            return [Result(first.name, "failed", text, 0)]
        alone = [result for test in tests for result in run_together([test])]
        if all(result.outcome != "failed" for result in alone):
            whole = f"{first.name} and {len(tests) - 1} others together"
            alone.append(Result(whole, "failed", text, 0))
        return alone
    if left and done:
        return results + run_together(left)
    return results + [Result(test.name, "failed", text, 0) for test in left]


def run_batch(batch):
    return run_together(batch) if batch[0].inner else run_other(batch[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("-R", dest="wanted", default=".")
    parser.add_argument("-E", dest="unwanted", default="^$")
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count())
    parser.add_argument("--times", action="store_true")
    options = parser.parse_args()
    chosen, results = ["-R", options.wanted, "-E", options.unwanted], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_batch, batch) for batch in batches(listed(options.build, chosen))]
        for run in concurrent.futures.as_completed(runs):
            results += run.result()
            for result in run.result():
                if result.outcome == "failed":
                    print(f"FAILED {result.name}\n{result.log.rstrip()}\n", flush=True)
    count = collections.Counter(result.outcome for result in results)
    if options.times:
        for result in sorted(results, key=lambda result: -result.seconds)[:20]:
            print(f"{result.seconds:6.2f} s {result.name}")
    if count["skipped"]:
        print(f"{count['skipped']} skipped")
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
