"""Concurrent runs on one cache, and a cache that is removed during a run."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import harness
import pictures
from harness import Case, Report
from test_runs import COUNT, SlowBuild

NO_LOCKS = """
#include <errno.h>
#include <stdlib.h>
int flock(int file, int operation) {
  (void)file;
  (void)operation;
  errno = atoi(getenv("FLOCK_ERRNO"));
  return -1;
}
"""


# A system without locks of open files.
NO_OFD_LOCKS = """
#include <errno.h>
#include <stdarg.h>
extern void *dlsym(void *library, const char *name);
int fcntl(int file, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (command != 37) return ((int (*)(int, int, ...))dlsym((void *)-1, "fcntl"))(file, command, argument);
  errno = EINVAL;
  return -1;
}
"""


class Ten(SlowBuild):
    def test_ten_builds_share_the_work_of_one(self):
        good = self.clean_build()
        runs = [self.start("build", "--json", "--wait", "120", "-j1") for _ in range(10)]
        results = [self.ended(run) for run in runs]
        self.assertEqual([r.code for r in results], [0] * 10, "\n".join(map(str, results)))
        self.assertEqual(sum(Report(r).summary["built"] for r in results), COUNT)
        self.assertEqual(self.contents("out"), good)
        self.assert_no_leftovers()
        self.assert_all_fresh(COUNT)

    def test_those_that_do_not_wait_say_so(self):
        first = self.started("-j1")
        runs = [self.start("build", "--wait", "0") for _ in range(4)]
        for run in runs:
            result = self.ended(run)
            self.assertEqual(result.code, 75, str(result))
            self.assertIn(f"process {first.pid} (thumbs build -j1)", result.err)
        self.assertEqual(self.ended(first).code, 0)
        self.assert_all_fresh(COUNT)


class Beside(SlowBuild):
    def test_readers_work_all_the_time(self):
        process = self.start("build", "-j1", "--json")
        seen = 0
        while process.poll() is None:
            for command in (("check", "--json"), ("status", "--json"), ("explain", "--json", "in/00.png"), ("build", "-n", "--json")):
                report = Report(self.thumbs(*command, "--wait", "0", code=(0, 3)))
                outputs = 1 if command[0] == "explain" else COUNT
                self.assertEqual(report.summary["fresh"] + report.summary["stale"], outputs, str(report))
                self.assertEqual(report.summary["orphans"] + report.summary["failed"], 0, str(report))
            for command in ("stats", "verify"):
                self.thumbs("cache", command)
            seen += 1
        self.assertGreater(seen, 0)
        self.assertEqual(Report(self.ended(process)).summary["built"], COUNT)
        self.assert_all_fresh(COUNT)

    def test_prune_and_clean_wait_their_turn(self):
        process = self.started("-j1")
        self.thumbs("prune", "--wait", "0", code=75)
        self.thumbs("clean", "--wait", "0", code=75)
        cleaners = [self.start("clean", "--wait", "60", "--json") for _ in range(2)]
        self.assertEqual(self.ended(process).code, 0)
        results = [self.ended(cleaner) for cleaner in cleaners]
        self.assertEqual([r.code for r in results], [0, 0], "\n".join(map(str, results)))
        self.assertEqual(sum(Report(r).summary["pruned"] for r in results), COUNT)
        self.assertFalse(self.exists(".thumbs"))
        self.assertEqual(self.outputs(), [])

    def test_who_waited_for_a_killed_run_starts_at_once(self):
        first = self.started("-j1")
        first.send_signal(signal.SIGSTOP)
        second = self.start("build", "--wait", "60", "--json")
        time.sleep(0.5)
        first.kill()
        killed = time.monotonic()
        result = self.ended(second)
        self.assertEqual(result.code, 0, str(result))
        self.assertLess(time.monotonic() - killed, Report(result).summary["seconds"] + 2)
        self.assert_no_leftovers()
        self.assert_all_fresh(COUNT)


class Shared(SlowBuild):
    def assert_one_lock(self, cache):
        process = self.started("-j1")
        text = self.get("thumbs.json").decode().replace("{", f'{{"cache": "{cache}",', 1)
        self.put("thumbs.json", text)
        result = self.thumbs("build", "--wait", "0", code=75)
        self.assertIn(str(process.pid), result.err)
        self.assertEqual(self.ended(process).code, 0)
        report = self.build("--wait", "0")
        self.assert_counts(report, fresh=COUNT)

    def test_a_cache_by_a_link_is_the_same_cache(self):
        os.symlink(".thumbs", self.at("link"))
        self.assert_one_lock("link/cache.db")

    def test_by_another_spelling_too(self):
        self.assert_one_lock("in/.././.thumbs//cache.db")

    @unittest.skipIf(os.geteuid() != 0 or not shutil.which("unshare"), "needs a mount")
    def test_by_a_bind_mount_too(self):
        os.makedirs(self.at(".thumbs"))
        os.makedirs(self.at("mount"))
        process = self.started("-j1")
        script = 'mount --bind .thumbs mount || exit 99; exec "$1" build --cache mount/cache.db --wait 0'
        run = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", harness.PROGRAM], cwd=self.project, capture_output=True
        )
        if run.returncode == 99 or b"unshare" in run.stderr:
            self.skipTest("cannot mount here")
        self.assertEqual(run.returncode, 75, run.stderr.decode())
        self.assertEqual(self.ended(process).code, 0)


class TakenAway(SlowBuild):
    def test_a_run_whose_cache_folder_was_replaced_writes_no_other_cache(self):
        for before in (False, True):
            with self.subTest(cache_before=before):
                for path in ("out", ".thumbs"):
                    shutil.rmtree(self.at(path), ignore_errors=True)
                if before:
                    self.build("in/00.png")
                first = self.started("-j1", outputs=2)
                first.send_signal(signal.SIGSTOP)
                shutil.rmtree(self.at(".thumbs"))
                second = self.build("in/01.png", "--wait", "0")
                self.assertEqual(second.summary["built"], 1)
                cache = self.get(".thumbs/cache.db")
                first.send_signal(signal.SIGCONT)
                result = self.ended(first)
                self.assertEqual(result.code, 1, str(result))
                self.assertIn(".thumbs", result.err)
                self.assertEqual(self.get(".thumbs/cache.db"), cache)
                self.assertEqual(self.files(".thumbs"), [".gitignore", "cache.db"])
                self.assert_whole()
                report = self.build()
                self.assertEqual((report.summary["built"], report.summary["fresh"]), (COUNT - 1, 1))
                self.assert_all_fresh(COUNT)


class TwoManifests(Case):
    def prepare(self):
        for name in ("a", "b"):
            self.put(f"in/{name}.png", pictures.tiny(ord(name)))
        self.manifest(include=["a.png"])
        os.rename(self.at("thumbs.json"), self.at("a.json"))
        self.manifest(include=["b.png"])
        os.rename(self.at("thumbs.json"), self.at("b.json"))

    def test_one_cache_serves_one_of_them(self):
        self.assert_counts(self.build("-f", "a.json"), built=1, hashed=1, decoded=1)
        before = self.tree()
        for command in ("build", "check", "status", "prune", "clean", ("cache", "stats"), ("cache", "verify")):
            words = (command,) if isinstance(command, str) else command
            for option in ("-n", "--json") if command == "build" else ("--json",):
                with self.subTest(command=command, option=option):
                    result = self.thumbs(*words, "-f", "b.json", option, code=2)
                    self.assertIn("a.json", result.out + result.err)
                    self.assertIn("b.json", result.out + result.err)
        self.assert_untouched(before)
        self.put("b.json", self.get("b.json").replace(b"{", b'{"cache": ".thumbs/b.db",', 1))
        self.assert_counts(self.build("-f", "b.json", "--prune"), built=1, hashed=1, decoded=1)
        self.assert_counts(self.build("-f", "a.json", "--prune"), fresh=1)

    def test_the_same_one_by_a_link_is_no_other(self):
        self.build("-f", "a.json")
        os.symlink("a.json", self.at("link.json"))
        os.link(self.at("a.json"), self.at("twin.json"))
        for name in ("link.json", "twin.json", "./a.json", self.at("a.json")):
            with self.subTest(name):
                self.assertEqual(self.report("check", "-f", name)["warnings"], [])

    def test_a_renamed_one_takes_its_cache_over(self):
        self.build("-f", "a.json")
        os.rename(self.at("a.json"), self.at("c.json"))
        for command in ("check", "build"):
            report = self.report(command, "-f", "c.json")
            self.assert_counts(report, fresh=1)
            self.assertIn("a.json", report["warnings"][0])
        before = self.tree()
        self.assertEqual(self.build("-f", "c.json")["warnings"], [])
        self.assert_untouched(before)


@unittest.skipUnless(shutil.which("cc"), "no C compiler")
class NoLocks(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()

    def preloaded(self, text):
        """A library of these functions, to be loaded before the program."""
        library = os.path.join(self.root, "calls.so")
        with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
            source.write(text)
            source.flush()
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source.name], check=True)
        probe = subprocess.run([harness.PROGRAM, "--version"], env=harness.environment(LD_PRELOAD=library), capture_output=True)
        if probe.returncode != 0:
            self.skipTest("this program takes no LD_PRELOAD (a sanitizer comes first)")
        return library

    def test_a_system_without_locks_of_open_files_locks_the_folder(self):
        self.build()
        env = harness.environment(LD_PRELOAD=self.preloaded(NO_OFD_LOCKS))
        self.thumbs("build", "--force", env=env)
        folder = os.open(self.at(".thumbs"), os.O_RDONLY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_SH)  # as another cache's run holds it
        self.thumbs("build", "--wait", "0")
        self.thumbs("build", "--wait", "0", env=env, code=75)

    def test_a_file_system_without_locks_is_refused_and_read(self):
        library = self.preloaded(NO_LOCKS)
        for error in (37, 95, 38):  # ENOLCK, EOPNOTSUPP, ENOSYS
            env = harness.environment(LD_PRELOAD=library, FLOCK_ERRNO=str(error))
            with self.subTest(error=error):
                for command in ("build", "prune", "clean") if self.exists(".thumbs") else ("build",):
                    result = self.thumbs(command, env=env, code=1)
                    self.assertIn("cannot be locked", result.err)
                    self.assertIn('"cache"', result.err)
                self.assertFalse(self.exists("out"))
                self.assert_counts(self.report("check", env=env, code=3), stale=1, hashed=(0, 1))
        self.assert_counts(self.build(), built=1, hashed=1, decoded=1)
