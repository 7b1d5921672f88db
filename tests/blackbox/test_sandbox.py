"""The sandbox: what a decoder that was taken over can still do, and what runs must still be able to do."""

import json
import os
import shutil
import subprocess
import sys
import unittest

import harness
import pictures
from harness import Case, environment

# What planted_decoder.cpp tries, and how the sandbox answers.
FORBIDDEN = {
    "read /etc/passwd": "EACCES",
    "list /etc": "EACCES",
    "read outside": "EACCES",
    "read the parent's environment": "EACCES",
    "write outside": "EACCES",
    "make a folder outside": "EACCES",
    "write a source": "EACCES",
    "shorten a source": "EACCES",
    "remove a source": "EACCES",
    "connect": "EPERM",
    "start a program": "EPERM",
    "trace the parent": "EPERM",
    "read the parent's memory": "EPERM",
    "signal the parent": "EPERM",
    "have the parent signalled": "EPERM",
    "choose the signal": "EPERM",
    "be root elsewhere": "EPERM",
    "mount": "EPERM",
    "make a program in memory": "EPERM",
    "call what no run needs": "ENOSYS",
    "type into the terminal": "ENOTTY",
}


def library():
    build = os.path.dirname(os.path.dirname(os.path.realpath(harness.PROGRAM)))
    return os.path.join(build, "tests", "libthumbs_planted_decoder.so")


def landlock():
    """The kernel's version of Landlock; 0: none."""
    code = "import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))"
    return max(0, int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout))


class Sandbox(Case):
    def setUp(self):
        if landlock() < 6:
            raise unittest.SkipTest("this kernel's Landlock is too old, or missing")

    def test_a_planted_decoder_gets_nowhere(self):
        if not os.path.exists(library()):
            raise unittest.SkipTest("no planted decoder beside the program")
        self.put("in/b.png", pictures.tiny(1))
        self.put("in/c.bmp", "not of a kind that is included")
        self.put("../outside/secret", "s")
        self.manifest(include=["*.png"], top={"store": "http://127.0.0.1:1/store"})  # which another process speaks with
        planted = environment(
            LD_PRELOAD=library(),
            THUMBS_PLANTED_OUTSIDE=self.at("../outside"),
            THUMBS_PLANTED_SOURCE=self.at("in/c.bmp"),
        )
        os.makedirs(self.at("out"))
        os.makedirs(self.at(".thumbs"))
        run = self.thumbs("build", "--json", code=1, env=planted)
        tried = dict(line.split(": ")[1:] for line in run.err.splitlines() if line.startswith("planted: "))
        self.assertEqual(tried, FORBIDDEN)
        (item,) = json.loads(run.out)["items"]
        self.assertEqual(item["error"]["code"], "corrupt")
        self.assertIn("planted", item["error"]["message"])
        self.assertEqual(json.loads(run.out)["sandbox"], {"landlock": landlock(), "seccomp": True})
        self.assertEqual(self.files("../outside"), ["secret"])
        # Without a sandbox it would have got somewhere.
        free = self.thumbs("build", "--sandbox=off", code=1, env=planted)
        done = [line.split(": ")[1] for line in free.err.splitlines() if line.endswith(": done")]
        for name in ("read /etc/passwd", "write outside", "remove a source", "connect", "start a program"):
            self.assertIn(name, done)

    def test_it_can_be_left_off_and_asked_for(self):
        self.put("in/a.png", pictures.tiny(1))
        on = {"landlock": landlock(), "seccomp": True}
        off = {"landlock": None, "seccomp": False}
        for key, option, expected in (
            ("auto", None, on), ("require", None, on), ("off", None, off),
            ("off", "require", on), ("require", "off", off), ("off", "auto", on),
        ):
            with self.subTest(key=key, option=option):
                self.manifest(top={"sandbox": key})
                for command in ("build", "check", "status"):
                    report = self.report(command, *([f"--sandbox={option}"] if option else []))
                    self.assertEqual(report["sandbox"], expected)

    def test_what_lies_elsewhere_is_in_reach(self):
        elsewhere = os.path.join(self.root, "elsewhere")
        self.put("../elsewhere/in/a.png", pictures.tiny(1))
        self.put("../elsewhere/linked/b.png", pictures.tiny(2))
        self.put("../elsewhere/c.png", pictures.tiny(3))
        self.put("../marks/mark.png", pictures.tiny(4))
        for folder in ("out", "cache", "lock", "reports"):
            os.makedirs(os.path.join(elsewhere, folder))
        os.symlink("../linked", self.at("../elsewhere/in/folder"))
        os.symlink(os.path.join(elsewhere, "c.png"), self.at("../elsewhere/in/c.png"))
        os.symlink("../elsewhere/lock/real.lock", self.at("thumbs.lock"))
        self.put("../elsewhere/lock/real.lock", "")
        self.manifest(
            [{"name": "t", "width": 8, "watermark": {"file": "../marks/mark.png"}}],
            source="../elsewhere/in", output="../elsewhere/out", followSymlinks=True,
            top={"cache": "../elsewhere/cache/c.db", "lock": "thumbs.lock", "index": "../elsewhere/new/index.json",
                 "sandbox": "require"},
        )
        report = os.path.join(elsewhere, "reports", "r.json")
        self.thumbs("build", f"--json={report}")
        with open(report) as file:
            written = json.load(file)
        self.assertEqual(written["summary"]["built"], 3)
        self.assertEqual(self.build()["summary"]["fresh"], 3)
        self.thumbs("gallery", os.path.join(elsewhere, "gallery"))
        self.assertTrue(self.exists("../elsewhere/gallery/index.html"))

    def test_outputs_of_a_former_manifest_are_in_reach(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest(output="../before")
        self.build()
        self.manifest(output="../after")
        self.assertEqual(self.build("--prune")["summary"]["copied"], 1)
        self.assertEqual(self.files("../"), ["after/a-t.jpg"] + [f"p/{p}" for p in self.files()])

    def test_tools_that_watch_a_run_still_do(self):
        self.skip_with_sanitizers()
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()
        for tool in ("valgrind -q --tool=none", "perf stat -o /dev/null", "strace -f -o /dev/null"):
            with self.subTest(tool=tool):
                if subprocess.run(["sh", "-c", f"{tool} true"], capture_output=True).returncode != 0:
                    self.skipTest("it is not here, or may not watch")
                command = [*tool.split(), harness.PROGRAM, "build", "--force", "--json"]
                run = subprocess.run(command, cwd=self.project, env=environment(), capture_output=True, text=True)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(json.loads(run.stdout)["summary"]["built"], 1)
