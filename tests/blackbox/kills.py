"""Kills the program at random moments while pictures change, and checks what it leaves behind.

As a command: THUMBS=/path/to/thumbs python3 tests/blackbox/kills.py [--count 1000] [--seed N] [--signal KILL|INT|TERM|HUP]
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pictures
from harness import PROGRAM, TEMPORARY, environment, heed_signals

CONTENTS = [pictures.rough_png(70 + seed % 3, 60, seed) for seed in range(9)]
NAMES = [f"{folder}{number}.png" for folder in ("", "a/", "a/b/") for number in range(4)]
VARIANTS = {
    "t": {"name": "t", "width": 160, "withoutEnlargement": False, "format": "png"},
    "u": {"name": "u", "width": 40, "height": 40, "fit": "cover"},
}
EXTENSIONS = {"t": "png", "u": "jpg"}


class Fault(AssertionError):
    """A failed check."""


class Project:
    """A project of pictures, each with one of a few contents, and the outputs of clean builds of those."""

    def __init__(self, folder, seed):
        self.folder, self.random = folder, random.Random(seed)
        os.makedirs(folder)
        self.good = self._references()
        self._manifest(folder)
        self.sources = {}
        for name in NAMES:
            self._write(name, self.random.randrange(len(CONTENTS)))
        self.before = {}
        self.seconds = 0.1  # the duration of a build

    # -- files --

    @staticmethod
    def _manifest(folder):
        one = {"name": "s", "source": "in", "output": "out", "variants": list(VARIANTS.values())}
        with open(os.path.join(folder, "thumbs.json"), "w") as file:
            json.dump({"sets": [one]}, file)

    def _references(self):
        """{(content, variant): bytes}, from a build of all contents in another folder."""
        folder = self.folder + "-reference"
        os.makedirs(folder + "/in")
        self._manifest(folder)
        for number, data in enumerate(CONTENTS):
            with open(f"{folder}/in/{number}.png", "wb") as file:
                file.write(data)
        subprocess.run([PROGRAM, "-q"], cwd=folder, check=True, env=environment())
        good = {}
        for number in range(len(CONTENTS)):
            for variant, extension in EXTENSIONS.items():
                with open(f"{folder}/out/{number}-{variant}.{extension}", "rb") as file:
                    good[number, variant] = file.read()
        return good

    def _write(self, name, content):
        path = os.path.join(self.folder, "in", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(CONTENTS[content])
        self.sources[name] = content

    def outputs(self):
        """{path below out: (bytes, mtime, inode)}, without temporary files."""
        found = {}
        base = os.path.join(self.folder, "out")
        for folder, _, names in os.walk(base):
            for name in names:
                if not name.startswith(TEMPORARY):
                    path = os.path.join(folder, name)
                    state = os.lstat(path)
                    with open(path, "rb") as file:
                        found[os.path.relpath(path, base)] = (file.read(), state.st_mtime_ns, state.st_ino)
        return found

    def temporaries(self):
        return [name for _, _, names in os.walk(self.folder) for name in names if name.startswith(TEMPORARY)]

    def wanted(self):
        """{path below out: bytes} for the current sources."""
        return {
            f"{name[:-4]}-{variant}.{extension}": self.good[content, variant]
            for name, content in self.sources.items()
            for variant, extension in EXTENSIONS.items()
        }

    def change(self):
        """A random change of the project."""
        pick = self.random
        for _ in range(pick.randrange(1, 6)):
            name, other = pick.choice(NAMES), pick.choice(NAMES)
            what = pick.randrange(10)
            if what < 6 or name not in self.sources:
                self._write(name, pick.randrange(len(CONTENTS)))
            elif what == 6 and len(self.sources) > 1:
                os.unlink(os.path.join(self.folder, "in", name))
                del self.sources[name]
            elif what == 7 and name != other:
                os.makedirs(os.path.dirname(os.path.join(self.folder, "in", other)), exist_ok=True)
                os.rename(os.path.join(self.folder, "in", name), os.path.join(self.folder, "in", other))
                self.sources[other] = self.sources.pop(name)
            else:
                self._tamper()
        if pick.randrange(40) == 0:
            shutil.rmtree(os.path.join(self.folder, ".thumbs"), ignore_errors=True)

    def _tamper(self):
        outputs = sorted(self.outputs())
        if not outputs:
            return
        path = os.path.join(self.folder, "out", self.random.choice(outputs))
        how = self.random.randrange(3)
        if how == 0:
            os.unlink(path)
            return
        with open(path, "r+b") as file:
            if how == 1:
                file.truncate(os.path.getsize(path) // 2)
            else:
                file.write(b"tampered")

    # -- runs --

    def start(self, *arguments):
        return subprocess.Popen(
            [PROGRAM, *arguments],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=heed_signals,
        )

    def report(self, *arguments):
        """(exit status, report) of a complete run."""
        process = self.start(*arguments, "--json")
        out, err = process.communicate(timeout=60)
        try:
            return process.returncode, json.loads(out)
        except ValueError:
            raise Fault(f"{arguments}: exit {process.returncode}: {out!r} {err!r}") from None

    def end(self, number):
        """Starts a run and sends signal `number` at some moment. Returns the process, its stdout, and the outputs before it."""
        self.change()
        self.before = self.outputs()
        arguments = self.random.choice(
            (["build", "-j2"], ["build", "-j1"], ["build", "-j2", "--prune"], ["build", "-j2", "--force"], ["prune"])
        )
        process = self.start(*arguments, "--json", "--memory", "1GiB")
        time.sleep(self.random.uniform(0, self.seconds))
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
        return process, out

    # -- checks --

    def expect(self, true, what):
        if not true:
            raise Fault(what)

    def expect_whole(self):
        """Every output is the old one or the one of its current source; none is missing."""
        wanted = self.wanted()
        now = self.outputs()
        for path in self.before:
            self.expect(path in now or path not in wanted, f"{path} is gone")
        for path, (data, _, _) in now.items():
            old = self.before.get(path, (None,))[0]
            self.expect(data in (old, wanted.get(path)), f"{path} is torn: {len(data)} bytes")

    def expect_mended(self):
        """One build makes everything fresh; then all commands find nothing to do."""
        start = time.monotonic()
        code, report = self.report("build", "--prune")
        taken = time.monotonic() - start
        if report["summary"]["built"] > 10:
            self.seconds = 0.7 * self.seconds + 0.3 * taken
        wanted = self.wanted()
        self.expect(code == 0, f"exit {code}: {report['summary']}")
        now = {path: data for path, (data, _, _) in self.outputs().items()}
        for path, data in wanted.items():
            self.expect(now.get(path) == data, f"{path} is not what a clean build makes")
        self.expect(not self.temporaries(), f"left over: {self.temporaries()}")
        before = self.outputs()
        code, report = self.report("check", "--verify")
        self.expect(code == 0 and report["summary"]["fresh"] == len(wanted), f"check --verify: {code}, {report}")
        code, report = self.report("build")
        summary = report["summary"]
        self.expect(code == 0 and summary["fresh"] == summary["outputs"] == len(wanted), f"not settled: {summary}")
        self.expect(self.outputs() == before, "a build with nothing to do did something")

    def kill(self):
        self.end(signal.SIGKILL)
        self.expect_whole()
        self.expect_mended()

    def interrupt(self, number):
        """Finished outputs are counted and kept; the next run builds the rest."""
        process, out = self.end(number)
        self.expect_whole()
        after = self.outputs()
        changed = sorted(f"out/{path}" for path, state in after.items() if self.before.get(path) != state)
        if process.returncode == -number:  # before the program installed its handlers
            self.expect(not changed, f"ended by the signal after {changed}")
        else:
            self.expect(process.returncode in (0, 128 + number), f"exit {process.returncode}")
            report = json.loads(out)
            self._expect_counted(report, changed)
            # No outputs: the interrupt came before the run knew what is stale.
            if report["command"] == "build" and process.returncode != 0 and report["summary"]["outputs"] != 0:
                rest = sorted(i["output"] for i in report["items"] if i["status"] == "stale")
                self._expect_rest(rest)
        self.expect_mended()

    def _expect_counted(self, report, changed):
        summary = report["summary"]
        made = sorted(i["output"] for i in report["items"] if i["status"] in ("built", "copied"))
        self.expect(made == changed, f"said {made}, did {changed}")
        self.expect(summary["built"] + summary["copied"] == len(made), f"counted {summary}, listed {len(made)}")
        self.expect(not self.temporaries(), "an interrupt leaves temporary files")
        self.expect(
            sum(summary[k] for k in ("fresh", "built", "copied", "failed", "stale")) == summary["outputs"],
            f"sums: {summary}",
        )

    def _expect_rest(self, rest):
        """The next run builds only what the interrupted one reported as left."""
        _, report = self.report("build", "-n")
        stale = sorted(i["output"] for i in report["items"] if i["status"] == "stale")
        self.expect(set(stale) <= set(rest), f"left {rest}, would make {stale}")
        # An interrupted run reports outputs that it has not checked yet as stale.
        if report["summary"]["outputs"] and len(rest) < report["summary"]["outputs"]:
            doubt = set(rest) - set(stale)
            kept = {p for p, state in self.outputs().items() if self.before.get(p) == state}
            self.expect({p[4:] for p in doubt} <= kept, f"made {doubt} and called it stale")


def play(folder, seed, count, number=signal.SIGKILL):
    """Raises Fault, with the seed, at the first failed check."""
    project = Project(folder, seed)
    for step in range(count):
        try:
            if number == signal.SIGKILL:
                project.kill()
            else:
                project.interrupt(number)
        except Fault as fault:
            raise Fault(f"--seed {seed}, step {step}: {fault}") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--signal", choices=("KILL", "INT", "TERM", "HUP"), default="KILL")
    options = parser.parse_args()
    print(f"--seed {options.seed}", flush=True)
    base = tempfile.mkdtemp(prefix="thumbs-kills-")
    start = time.monotonic()
    try:
        play(os.path.join(base, "p"), options.seed, options.count, getattr(signal, "SIG" + options.signal))
    except Fault as fault:
        print(f"{fault}\nkept: {base}")
        return 1
    shutil.rmtree(base)
    print(f"{options.count} ends by SIG{options.signal}, all mended, in {time.monotonic() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
