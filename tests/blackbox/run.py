"""Runs the black-box cases: THUMBS=/path/to/thumbs python3 tests/blackbox/run.py [PATTERN]

PATTERN: a part of a case's name (module.Class.test), or a glob. One process more than there are cores; a failed case keeps its folder.
Options: --times (the slowest cases), --list.
"""

import fnmatch
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import traceback
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import harness  # noqa: E402

PROCESSES = (os.cpu_count() or 1) + 1  # for some cases wait
CASES = []


def found(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from found(part)
        else:
            yield part


def selected(pattern):
    cases = found(unittest.TestLoader().discover(HERE, pattern="test_*.py", top_level_dir=HERE))
    broken = unittest.loader._FailedTest
    wanted = lambda case: pattern in case.id() or fnmatch.fnmatch(case.id(), pattern) or isinstance(case, broken)
    return sorted(filter(wanted, cases), key=lambda case: not getattr(case, "slow", False))


def prepared(case, base):
    """Prepares the case's folder. Returns the case, or the error text."""
    if isinstance(case, unittest.loader._FailedTest):
        return str(case._exception)
    try:
        fresh = type(case).of(case._testMethodName, os.path.join(base, case.id()))
        fresh.prepare()
        return fresh
    except Exception:
        return traceback.format_exc()


def _which(test):
    """The values of a subtest; "" if it is not one."""
    return f"with {dict(test.params)}: " if hasattr(test, "params") else ""


def run_one(index):
    """→ (index, outcome, details, seconds)."""
    case, start = CASES[index], time.monotonic()
    if isinstance(case, str):
        return index, "failed", case, 0.0
    result = unittest.TestResult()
    case.run(result)
    seconds = time.monotonic() - start
    if result.skipped:
        return index, "skipped", result.skipped[0][1], seconds
    if result.wasSuccessful():
        return index, "passed", "", seconds
    return index, "failed", "\n".join(f"{_which(test)}{text}" for test, text in result.failures + result.errors), seconds


def all_outcomes(names, base):
    for index, outcome, details, seconds in multiprocessing.get_context("fork").Pool(PROCESSES).imap_unordered(
        run_one, range(len(CASES))
    ):
        folder = os.path.join(base, names[index])
        if outcome == "failed":
            print(f"FAILED {names[index]}\n{details.rstrip()}\nkept: {folder}\n", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        if outcome == "skipped":
            print(f"skipped {names[index]}: {details}")
        yield outcome, seconds, names[index]


def main(arguments):
    options = {a for a in arguments if a.startswith("--")}
    patterns = [a for a in arguments if not a.startswith("--")]
    cases = selected(patterns[0] if patterns else "")
    if "--list" in options:
        print("\n".join(case.id() for case in cases))
        return 0
    if not cases:
        print(f"no test matches {patterns[0]!r}; --list shows their names", file=sys.stderr)
        return 2
    if not shutil.which(harness.PROGRAM):
        print(f"no program at {harness.PROGRAM}: set THUMBS", file=sys.stderr)
        return 2
    harness.PROGRAM = os.path.abspath(shutil.which(harness.PROGRAM))
    base = tempfile.mkdtemp(prefix="thumbs-blackbox-")
    os.chmod(base, 0o755)
    names = [case.id() for case in cases]
    CASES.extend(prepared(case, base) for case in cases)
    time.sleep(harness.RACY_SECONDS)
    outcomes = list(all_outcomes(names, base))
    count = {kind: sum(1 for o in outcomes if o[0] == kind) for kind in ("passed", "failed", "skipped")}
    if "--times" in options:
        print("\n".join(f"{seconds:6.2f} s {name}" for _, seconds, name in sorted(outcomes, key=lambda o: -o[1])[:20]))
    if not count["failed"]:
        shutil.rmtree(base, ignore_errors=True)
    if count["skipped"]:
        print(f"{count['skipped']} skipped")
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
