"""make's jobserver: jobs are shared, and every token comes back, whatever ends the run."""

import os
import shutil
import signal
import subprocess
import time

import harness
import pictures
from harness import Case, environment

JOBS = 4


class Pool:
    """A jobserver as GNU make 4.4 (fifo) or 4.3 (pipe) makes it, with JOBS - 1 tokens of different bytes."""

    tokens = b"+-*"

    def __init__(self, style, folder):
        self.style = style
        if style == "fifo":
            path = os.path.join(folder, "GMfifo")
            os.mkfifo(path)
            self.read = self.write = os.open(path, os.O_RDWR)
            self.auth, self.passed = f"fifo:{path}", ()
        else:
            self.read, self.write = os.pipe()
            self.auth, self.passed = f"{self.read},{self.write}", (self.read, self.write)
        os.write(self.write, self.tokens)

    def environment(self):
        return environment(MAKEFLAGS=f" -j{JOBS} --jobserver-auth={self.auth}")

    def start(self, case, *arguments, **options):
        return subprocess.Popen(
            [harness.PROGRAM, *arguments], cwd=case.project, env=self.environment(), pass_fds=self.passed,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=harness.heed_signals, **options,
        )

    def left(self):
        """The tokens that are there now."""
        blocking = os.get_blocking(self.read)
        os.set_blocking(self.read, False)
        try:
            there = os.read(self.read, 100)
        except BlockingIOError:
            there = b""
        os.set_blocking(self.read, blocking)
        if there:
            os.write(self.write, there)
        return sorted(there)

    def close(self):
        for fd in {self.read, self.write}:
            os.close(fd)


class Jobserver(Case):
    def prepare(self):
        for i in range(12):
            self.put(f"in/{i}.png", pictures.rough_png(500, 400, seed=i))
        self.manifest([{"name": "t", "width": 200, "format": "webp", "effort": 6}])

    def pools(self):
        for style in ("pipe", "fifo"):
            pool = Pool(style, self.root)
            with self.subTest(style):
                yield pool
            pool.close()

    def assert_all_back(self, pool, seconds=2.0):
        end = time.monotonic() + seconds
        while pool.left() != sorted(pool.tokens) and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(pool.left(), sorted(pool.tokens), "the very bytes")
        self.assertTrue(os.get_blocking(pool.read), "the pool's own end still blocks")

    def test_tokens_are_taken_and_given_back(self):
        for pool in self.pools():
            run = pool.start(self, "build", "--force", "-q")
            fewest = len(pool.tokens)
            while run.poll() is None:
                fewest = min(fewest, len(pool.left()))
            self.assertEqual((run.returncode, run.stderr.read()), (0, b""))
            run.communicate()
            if len(os.sched_getaffinity(0)) > 1:
                self.assertLess(fewest, len(pool.tokens), "some were taken")
            self.assert_all_back(pool, 0)

    def test_without_a_token_one_picture_at_a_time(self):
        for pool in self.pools():
            os.read(pool.read, 100)  # others have them all
            run = pool.start(self, "build", "--force", "-q")
            self.assertEqual(run.wait(), 0)
            run.communicate()
            self.assertEqual(pool.left(), [])
            self.assertEqual(len(self.files("out")), 12)

    def test_every_end_gives_them_back(self):
        self.put("in/bad.png", "no picture")
        ends = ((None, 1), (signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -signal.SIGKILL))
        for pool in self.pools():
            for number, code in ends:
                run = pool.start(self, "build", "--force", "-q", start_new_session=True)
                if number is not None:
                    while run.poll() is None and len(pool.left()) == len(pool.tokens):
                        pass  # until it has one
                    time.sleep(0.02)
                    os.killpg(run.pid, number)
                start = time.monotonic()
                run.communicate()  # to the end of its output: nobody else holds it
                self.assertIn(run.returncode, (code, 1), number)
                self.assertLess(time.monotonic() - start, 10 if number is None else 2.5)
                self.assert_all_back(pool)

    def test_who_names_jobs_needs_no_jobserver(self):
        for pool in self.pools():
            os.read(pool.read, 100)
            for arguments in (["-j2", "--force", "in/0.png"], ["-n", "--force"], ["check"]):
                run = pool.start(self, *arguments)
                out, err = run.communicate()
                self.assertNotIn(b"jobserver", out + err)
                self.assertIn(run.returncode, (0, 3))

    def test_jobservers_that_are_not_there(self):
        for auth, said in (("90,91", "Bad file descriptor"), ("fifo:/nowhere/x", "No such file"), ("0,1", "Bad file descriptor")):
            run = self.thumbs("build", "--force", "in/0.png", env=environment(MAKEFLAGS=f" -j4 --jobserver-auth={auth}"))
            self.assertEqual(run.err.count("warning"), 1, run)
            self.assertIn("jobserver of MAKEFLAGS cannot be reached", run.err)
            self.assertIn(said, run.err)
        for off in ("-2,-2", ""):
            run = self.thumbs("build", "--force", "in/0.png", env=environment(MAKEFLAGS=f" -j4 --jobserver-auth={off}"))
            self.assertNotIn("warning", run.err)

    def test_under_make(self):
        if not shutil.which("make"):
            self.skipTest("no make")
        for name in ("one", "two"):
            shutil.copytree(self.at("in"), self.at(name, "in"))
            shutil.copy(self.at("thumbs.json"), self.at(name, "thumbs.json"))
        self.put("Makefile", f"all: one two\n.PHONY: one two\none two:\n\t+{harness.PROGRAM} -C $@ build --force -q\n")
        clean = environment()
        clean.pop("MAKEFLAGS", None)
        run = subprocess.run(["make", "-j3"], cwd=self.project, env=clean, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("jobserver", run.stdout + run.stderr)  # make counts its tokens, too
        self.put("Makefile", self.get("Makefile").decode().replace("\t+", "\t"))
        run = subprocess.run(["make", "-j3", "one"], cwd=self.project, env=clean, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0)
        if "cannot be reached" in run.stderr:  # with a pipe; a named one needs no "+"
            self.assertIn('begin the recipe\'s line with "+"', run.stderr)
