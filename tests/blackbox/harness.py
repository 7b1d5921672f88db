"""The base of all cases: a temporary project folder, running the program, its report, and listings of the tree.

A case may prepare files long before it runs: run.py calls prepare() of all cases first and waits until none of
those files is racy any more (docs/staleness.md: two seconds), so that few cases need to sleep.
"""

import fnmatch
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import unittest

import pictures

PROGRAM = os.environ.get("THUMBS", "thumbs")
RACY_SECONDS = 2.2
TIMEOUT = 60
COUNTED = ("built", "copied", "failed", "fresh", "stale", "orphans", "pruned", "hashed", "decoded")
TEMPORARY = ".thumbs-tmp-"


class Result:
    """The result of one run of the program."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.out, self.err = arguments, code, out, err

    def text(self):
        return self.out + self.err

    def __str__(self):
        return f"thumbs {' '.join(map(repr, self.arguments))}: exit {self.code}\n-- stdout\n{self.out}\n-- stderr\n{self.err}"


class Report:
    """The JSON report."""

    def __init__(self, result):
        self.result = result
        try:
            self.document = json.loads(result.out)
        except ValueError as error:
            raise AssertionError(f"stdout is not the report alone ({error}): {result}") from None

    def __getitem__(self, key):
        return self.document[key]

    @property
    def summary(self):
        return self.document["summary"]

    @property
    def items(self):
        return self.document["items"]

    def item(self, output):
        found = [item for item in self.items if item["output"] == output]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} items for {output}: {self}")
        return found[0]

    def reasons(self):
        """Outputs that were not fresh: {output: (status, reason)}."""
        return {i["output"]: (i["status"], i.get("reason")) for i in self.items if i["status"] != "fresh"}

    def errors(self):
        return {i["output"]: i["error"]["code"] for i in self.items if i.get("error")}

    def __str__(self):
        return json.dumps(self.document, indent=1)


def environment(**changes):
    """The caller's environment without variables that change colours, with `changes`."""
    keep = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR") and not k.startswith("GITHUB_")}
    keep.update(changes)
    return keep


def heed_signals():
    """Resets signals in the child: background jobs of a script ignore SIGINT, and nohup ignores SIGHUP."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Case(unittest.TestCase):
    maxDiff = None
    slow = False  # slow cases start first

    @classmethod
    def of(cls, name, root):
        case = cls(name)
        case.root, case.project = root, os.path.join(root, "p")
        os.makedirs(case.project)
        return case

    def prepare(self):
        """Creates files that must not be racy when the case runs."""

    # -- files --

    def at(self, *parts):
        return os.path.join(self.project, *parts)

    def put(self, path, data):
        full = self.at(path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return full

    def get(self, path):
        with open(self.at(path), "rb") as file:
            return file.read()

    def exists(self, path):
        return os.path.lexists(self.at(path))

    def files(self, under="."):
        """Every file below a folder of the project, relative to that folder."""
        base, out = self.at(under), []
        for folder, _, names in os.walk(base):
            out += [os.path.relpath(os.path.join(folder, name), base) for name in names]
        return sorted(out)

    def contents(self, under):
        return {path: self.get(os.path.join(under, path)) for path in self.files(under)}

    def tree(self, without=()):
        """The state of the case's folder: all of stat except atime, and all contents."""
        out = {}
        for folder, folders, names in os.walk(self.root):
            for path in [folder] + [os.path.join(folder, n) for n in names + folders]:
                relative = os.path.relpath(path, self.root)
                if not any(fnmatch.fnmatch(relative, pattern) for pattern in without):
                    out[relative] = self._state(path)
        return out

    @staticmethod
    def _state(path):
        state = os.lstat(path)
        seen = (state.st_mode, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_nlink)
        if stat.S_ISLNK(state.st_mode):
            return seen + (os.readlink(path),)
        if stat.S_ISREG(state.st_mode):
            with open(path, "rb") as file:
                return seen + (file.read(),)
        return seen

    def assert_untouched(self, before, **options):
        after = self.tree(**options)
        changed = sorted(p for p in set(before) | set(after) if before.get(p) != after.get(p))
        self.assertEqual(changed, [], "the tree was touched")

    def assert_no_leftovers(self):
        left = [p for p in self.files() if TEMPORARY in p or p.endswith(("-journal", "-wal", "-shm", ".lock"))]
        self.assertEqual(left, [])

    # -- the manifest --

    def manifest(self, variants=None, **keys):
        """Writes a manifest with one set (in → out). `top`: more top-level keys; None removes a key."""
        top = keys.pop("top", {})
        one = {"name": "s", "source": "in", "output": "out"}
        one["variants"] = variants or [{"name": "t", "width": 8}]
        one.update(keys)
        self.manifest_text(json.dumps({**top, "sets": [{k: v for k, v in one.items() if v is not None}]}, indent=2))

    def manifest_text(self, text):
        self.put("thumbs.json", text)

    # -- the program --

    def thumbs(self, *arguments, code=0, cwd=None, env=None, before=None, timeout=TIMEOUT):
        """Runs the program to its end. `code`: the expected exit status (None: any, but no signal)."""
        run = subprocess.run(
            [PROGRAM, *arguments],
            cwd=cwd or self.project,
            env=env or environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            preexec_fn=before,
            timeout=timeout,
        )
        result = Result(arguments, run.returncode, *(s.decode(errors="surrogateescape") for s in (run.stdout, run.stderr)))
        self.assertGreaterEqual(result.code, 0, f"ended by a signal: {result}")
        if code is not None:
            codes = code if isinstance(code, tuple) else (code,)
            self.assertIn(result.code, codes, str(result))
        return result

    def report(self, command, *arguments, **options):
        """Runs a command with --json and returns its report."""
        return Report(self.thumbs(command, "--json", *arguments, **options))

    def build(self, *arguments, **options):
        return self.report("build", *arguments, **options)

    def measured(self, *arguments):
        """(A run that may fail, its peak memory in KiB, its page faults). The code for a signal is 128 or more."""
        # Through a small process: a forked child inherits the peak memory of its parent, here the whole suite.
        small = (
            "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
            "use = resource.getrusage(resource.RUSAGE_CHILDREN); "
            "print(use.ru_maxrss, use.ru_minflt, file=sys.stderr); sys.exit(code & 255)"
        )
        command = [sys.executable, "-c", small, PROGRAM, *arguments]
        run = subprocess.run(command, cwd=self.project, capture_output=True, text=True)
        peak, faults = run.stderr.splitlines()[-1].split()
        return run, int(peak), int(faults)

    def usage(self, *arguments):
        """(Peak memory of a forced build in MiB, its page faults)."""
        run, peak, faults = self.measured("build", "--force", "-q", *arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        return peak / 1024, faults

    def peak(self, *arguments):
        return self.usage(*arguments)[0]

    def skip_with_sanitizers(self):
        with open(PROGRAM, "rb") as program:
            text = program.read()
        if b"__asan_init" in text or b"__tsan_init" in text:
            self.skipTest("a sanitizer keeps what was freed")

    def start(self, *arguments, **options):
        """Starts the program and returns the process, which is killed at the end of the case."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        options = {"preexec_fn": heed_signals, **streams, **options}
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.project, env=environment(), **options)
        self.addCleanup(self._reap, process)
        return process

    @staticmethod
    def _reap(process):
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()

    def until(self, true, seconds=30, what="the condition"):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, f"waited {seconds} s for {what}")
            time.sleep(0.002)

    def age(self):
        """Sleeps until the current files are no longer racy."""
        time.sleep(RACY_SECONDS)

    # -- assertions --

    def assert_counts(self, report, **expected):
        """Compares all counts of the summary. Counts not given must be 0; a tuple or range lists allowed values."""
        for name in COUNTED:
            want, have = expected.pop(name, 0), report.summary[name]
            if isinstance(want, (tuple, range)):
                self.assertIn(have, want, f"{name}: {report}")
            else:
                self.assertEqual(have, want, f"{name}: {report}")
        for name, want in expected.items():
            self.assertEqual(report.summary[name], want, f"{name}: {report}")

    def assert_reasons(self, report, status, reason, outputs):
        """Exactly `outputs` are not fresh, each with this status and reason."""
        self.assertEqual(report.reasons(), {output: (status, reason) for output in outputs}, str(report))

    def assert_all_fresh(self, count, hashed=0):
        """A build does nothing and changes nothing on disk."""
        before = self.tree()
        report = self.build()
        self.assert_counts(report, fresh=count, hashed=hashed)
        self.assertEqual(report.items, [])
        self.assert_untouched(before)
        return report

    def clean_build(self, under="out"):
        """The outputs of a clean build of the current project: {path: bytes} below `under`."""
        copy = os.path.join(self.root, f"clean-{time.monotonic_ns()}")
        shutil.copytree(self.project, copy, symlinks=True, ignore=shutil.ignore_patterns(".thumbs", under))
        self.thumbs("build", cwd=copy, code=(0, 1))
        base = os.path.join(copy, under)
        out = {}
        for folder, _, names in os.walk(base):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    out[os.path.relpath(os.path.join(folder, name), base)] = file.read()
        shutil.rmtree(copy)
        return out

    def assert_equals_clean_build(self):
        self.assertEqual(sorted(self.clean_build()), self.files("out"))
        self.assertEqual(self.clean_build(), self.contents("out"))


class ThreeSources(Case):
    """Three small pictures and two variants, built once."""

    variants = [{"name": "t", "width": 8}, {"name": "u", "width": 6, "format": "png"}]
    T = ["out/a-t.jpg", "out/b-t.jpg", "out/sub/c-t.jpg"]
    U = ["out/a-u.png", "out/b-u.png", "out/sub/c-u.png"]
    OF_A = ["out/a-t.jpg", "out/a-u.png"]
    OF_B = ["out/b-t.jpg", "out/b-u.png"]
    ALL = T + U

    def prepare(self):
        for seed, name in enumerate(("a", "b", "sub/c"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 8 + 4 * seed))
        self.manifest(self.variants)

    def first(self):
        report = self.build()
        self.assert_counts(report, built=6, hashed=3, decoded=3, sources=3, outputs=6)
        self.assert_reasons(report, "built", "new", self.ALL)
        return report
