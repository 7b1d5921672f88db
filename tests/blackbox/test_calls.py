"""Failing system calls under the real program, including SQLite's: faulty_calls.cpp makes them fail.

THUMBS_FAULTS=all fails every call of every run, which takes minutes; else some drawn by THUMBS_SEED, which is printed.
"""

import os
import random
import shutil
import time
import unittest

import harness
import pictures
from harness import TEMPORARY, Case, environment

SEED = int(os.environ.get("THUMBS_SEED", time.time()))
DRAWN = 4  # random calls for each error in each run
VARIANTS = [{"name": "t", "width": 8}, {"name": "u", "width": 6, "format": "png"}]


def library():
    """The library in the program's build folder."""
    build = os.path.dirname(os.path.dirname(os.path.realpath(harness.PROGRAM)))
    return os.environ.get("THUMBS_FAULTY_CALLS", os.path.join(build, "tests", "libthumbs_faulty_calls.so"))


class Faulty(Case):
    slow = True

    def prepare(self):
        for seed, name in enumerate(("a", "b", "sub/c"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 8 + 4 * seed))
        self.put("in/notes.txt", "not ours")
        self.manifest(VARIANTS)

    def setUp(self):
        if not os.path.exists(library()):
            raise unittest.SkipTest("no library of failing calls beside the program")
        self.log = os.path.join(self.root, "log")

    def faulty(self, plan, *arguments, code):
        changes = {"LD_PRELOAD": library(), "THUMBS_FAULTY": plan, "THUMBS_FAULTY_LOG": self.log}
        return self.thumbs(*arguments, code=code, env=environment(**changes))

    def struck(self):
        """The name of the failed call; it must be only one."""
        if not os.path.exists(self.log):
            return None
        with open(self.log) as file:
            name = file.read()
        os.unlink(self.log)
        return name or None

    def change(self):
        """Changes for an incremental run."""
        self.put("in/a.png", pictures.tiny(9, 16, 12))
        os.rename(self.at("in/b.png"), self.at("in/sub/renamed.png"))
        self.put("out/sub/c-t.jpg", "somebody wrote here")

    def test_interrupted_calls_are_made_again(self):
        good = self.clean_build()
        for command in (["build", "-j1"], ["build", "--force"], ["check", "--verify"], ["prune"], ["status"]):
            self.faulty("EINTR", *command, code=0)
            self.assertEqual(self.contents("out"), good)
        self.faulty("EINTR", "clean", code=0)
        self.assertEqual(self.files("out") if self.exists("out") else [], [])
        self.assert_no_leftovers()

    def test_short_reads_and_writes_are_continued(self):
        good = self.clean_build()
        for command in (["build", "-j1"], ["build", "--force"], ["check", "--verify"], ["build"]):
            self.faulty("SHORT", *command, code=0)
            self.assertEqual(self.contents("out"), good)
        self.assert_all_fresh(6, hashed=range(0, 4))

    # -- one call fails --

    def fails(self, error, command, begin):
        begin()
        before = self.contents("out") if self.exists("out") else {}
        shutil.copytree(self.project, os.path.join(self.root, "start"), symlinks=True)
        self.thumbs(*command)
        after = self.contents("out") if self.exists("out") else {}
        for number in self.numbers(error, command):
            self.restore()
            result = self.faulty(f"{error}:{number}", *command, code=(0, 1, 2))
            name = self.struck()
            if name is None:  # the number of calls of a thread varies
                continue
            with self.subTest(error=error, command=command, number=number, call=name, seed=SEED):
                self.expect_whole(before, after, result)
                self.expect_mended(command, after)

    def numbers(self, error, command):
        """The calls to fail: all of this run, or some."""
        self.restore()
        self.faulty(f"{error}:-1", *command, code=0)
        count = int(self.struck())
        self.assertGreater(count, 2)
        if os.environ.get("THUMBS_FAULTS") == "all":
            return range(count)
        return random.Random(f"{SEED} {error} {command}").sample(range(count), min(DRAWN, count))

    def restore(self):
        shutil.rmtree(self.project)
        shutil.copytree(os.path.join(self.root, "start"), self.project, symlinks=True)

    def expect_whole(self, before, after, result):
        self.assertEqual([p for p in self.files() if "corrupt" in p], [], str(result))
        self.assertEqual(self.get("in/notes.txt"), b"not ours")
        for path, data in (self.contents("out") if self.exists("out") else {}).items():
            if TEMPORARY not in path:
                self.assertIn(data, (before.get(path), after.get(path)), f"{path} is torn: {result}")

    def expect_mended(self, command, after):
        self.thumbs(*command)
        self.assertEqual(self.contents("out") if self.exists("out") else {}, after)
        self.assert_no_leftovers()
        if command[0] == "clean":
            return
        self.thumbs("build", "-q")
        self.thumbs("check", "--verify")
        report = self.build()
        self.assertEqual(report.summary["built"] + report.summary["copied"] + report.summary["failed"], 0)

    def built_and_changed(self):
        self.put("out/foreign.txt", "not ours")
        self.thumbs("build")
        self.change()

    def each_error(self, command, begin):
        for error in ("EIO", "ENOSPC", "EACCES"):
            shutil.rmtree(self.project)
            shutil.rmtree(os.path.join(self.root, "start"), ignore_errors=True)
            os.makedirs(self.project)
            self.prepare()
            self.fails(error, command, begin)

    def test_a_first_build(self):
        self.each_error(["build", "-j1"], lambda: None)

    def test_an_incremental_build_that_prunes(self):
        self.each_error(["build", "-j1", "--prune"], self.built_and_changed)

    def test_a_prune(self):
        def begin():
            self.built_and_changed()
            self.thumbs("build")

        self.each_error(["prune"], begin)

    def test_a_clean(self):
        self.each_error(["clean"], self.built_and_changed)
