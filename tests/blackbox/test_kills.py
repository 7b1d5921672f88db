"""Kills the program at random moments. kills.py as a command does the same a thousand times."""

import json
import os
import signal
import time

import kills
import pictures
from harness import Case

SEED = int(os.environ.get("THUMBS_SEED", time.time()))


class Ends(Case):
    slow = True

    def ends(self, count, number):
        try:
            kills.play(os.path.join(self.root, "kills"), SEED, count, number)
        except kills.Fault as fault:
            self.fail(f"THUMBS_SEED={SEED} {fault}")

    def test_kill_9_a_hundred_times(self):
        self.ends(100, signal.SIGKILL)

    def test_sigint(self):
        self.ends(15, signal.SIGINT)

    def test_sigterm(self):
        self.ends(15, signal.SIGTERM)

    def test_sighup(self):
        self.ends(10, signal.SIGHUP)


class SecondSignal(Case):
    def prepare(self):
        self.put("in/huge.png", pictures.rough_png(2400, 2400, 7))
        self.put("in/small.png", pictures.tiny(1))
        self.manifest([{"name": "t", "width": 2400, "format": "png", "compressionLevel": 9}])

    def test_a_second_signal_ends_at_once_and_leaves_nothing_torn(self):
        good = self.clean_build()
        for first, second, code in (
            (signal.SIGINT, signal.SIGINT, 130),
            (signal.SIGTERM, signal.SIGINT, 130),
            (signal.SIGINT, signal.SIGTERM, 143),
        ):
            with self.subTest(first=first, second=second):
                process = self.start("build", "--force", "-j2")
                time.sleep(0.25)
                self.assertIsNone(process.poll(), "the build is too short for this case")
                start = time.monotonic()
                process.send_signal(first)
                process.send_signal(second)
                # The program may end after the first signal, before the second one arrives.
                self.assertIn(process.wait(timeout=30), (code, 128 + first))
                self.assertLess(time.monotonic() - start, 1)
                for path in self.files("out") if self.exists("out") else []:
                    if ".thumbs-tmp-" not in path:
                        self.assertEqual(self.get("out/" + path), good[path])
                self.assertEqual(self.build().summary["failed"], 0)
                self.assertEqual(self.contents("out"), good)
                self.assert_no_leftovers()


class Edited(Case):
    slow = True

    def prepare(self):
        for seed in range(16):
            self.put(f"in/{seed:02}.png", pictures.rough_png(200, 200, seed))
        self.manifest(self.variants("t"))

    @staticmethod
    def variants(name):
        return [{"name": name, "width": 400, "withoutEnlargement": False, "format": "png", "compressionLevel": 9}]

    def test_the_manifest_that_was_read_counts(self):
        good = self.clean_build()
        for edit in (lambda: self.manifest(self.variants("x")), lambda: self.manifest_text("{"), self.remove):
            process = self.start("build", "-j1", "--force", "--json", "-q")
            self.until(lambda: self.exists("out/00-t.png") or process.poll() is not None, what="an output")
            self.assertIsNone(process.poll(), "the build ended too early for this case")
            edit()
            out, err = process.communicate(timeout=60)
            self.assertEqual((process.returncode, err), (0, b""))
            self.assertEqual(json.loads(out)["summary"]["built"], 16)
            self.assertEqual(self.contents("out"), good)
            self.manifest(self.variants("t"))
            self.assert_all_fresh(16, hashed=range(0, 17))
            self.thumbs("clean")

    def remove(self):
        os.unlink(self.at("thumbs.json"))
