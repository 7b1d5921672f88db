"""Several runs at once; runs that are interrupted, killed or stopped."""

import fcntl
import os
import pty
import signal
import termios
import time

import pictures
from harness import TEMPORARY, Case, Report, Result, heed_signals

COUNT = 24


class SlowBuild(Case):
    """A build of some seconds: noise is enlarged and compressed hard."""

    slow = True

    def prepare(self):
        for seed in range(COUNT):
            self.put(f"in/{seed:02}.png", pictures.rough_png(200, 200, seed))
        self.manifest(
            [{"name": "t", "width": 500, "withoutEnlargement": False, "format": "png", "compressionLevel": 9}]
        )

    def outputs(self):
        return [p for p in self.files("out") if TEMPORARY not in p] if self.exists("out") else []

    def started(self, *arguments, outputs=1, **options):
        """A running build that has written its first outputs."""
        process = self.start("build", *arguments, **options)
        self.until(lambda: len(self.outputs()) >= outputs or process.poll() is not None, what="an output")
        self.assertIsNone(process.poll(), "the build ended too early for this case")
        return process

    def ended(self, process):
        out, err = process.communicate(timeout=60)
        return Result(process.args[1:], process.returncode, out.decode(), err.decode())

    def assert_whole(self, under="out"):
        """No output is incomplete."""
        for path in self.outputs():
            self.assertTrue(pictures.Png(self.get(os.path.join(under, path))).is_whole(), path)


class Interrupted(SlowBuild):
    def interrupt(self, number, code):
        process = self.started("-j1")
        process.send_signal(number)
        result = self.ended(process)
        self.assertEqual(result.code, code, str(result))
        self.assert_finished_work_is_kept()

    def assert_finished_work_is_kept(self):
        done = len(self.outputs())
        self.assertTrue(0 < done < COUNT, f"{done} outputs")
        self.assert_no_leftovers()
        report = self.build("-n")
        self.assert_counts(report, fresh=done, stale=COUNT - done, hashed=range(0, COUNT + 1))
        self.assertEqual({r for _, r in report.reasons().values()}, {"new"})

    def test_sigint_keeps_finished_work(self):
        self.interrupt(signal.SIGINT, 130)

    def test_sigterm_keeps_finished_work(self):
        self.interrupt(signal.SIGTERM, 143)

    def test_sighup_keeps_finished_work(self):
        self.interrupt(signal.SIGHUP, 129)

    def test_a_terminal_that_is_closed_keeps_finished_work(self):
        """The shell forwards the hangup, so it comes twice, and the terminal cannot be written to any more."""
        ours, theirs = pty.openpty()

        def take_the_terminal():
            heed_signals()
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        streams = {name: theirs for name in ("stdin", "stdout", "stderr")}
        process = self.started("-j1", "-v", outputs=2, preexec_fn=take_the_terminal, **streams)
        os.close(theirs)
        os.close(ours)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(timeout=60), 129)
        self.assert_finished_work_is_kept()

    def test_signals_that_the_parent_ignores_stay_ignored(self):
        def as_nohup_in_the_background():
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)

        process = self.started("-j2", preexec_fn=as_nohup_in_the_background)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            process.send_signal(number)
        result = self.ended(process)
        self.assertEqual(result.code, 0, str(result))
        self.assertEqual(len(self.outputs()), COUNT)

    def test_an_interrupted_build_reports(self):
        process = self.started("-j1", "--json")
        process.send_signal(signal.SIGINT)
        result = self.ended(process)
        self.assertEqual(result.code, 130, str(result))
        self.assertEqual(Report(result).summary["built"], len(self.outputs()))


class Killed(SlowBuild):
    def test_kill_in_mid_build_and_a_clean_run(self):
        process = self.started("-j2", outputs=3)
        process.kill()
        process.communicate()
        left = self.outputs()
        report = self.build()
        self.assertEqual(report.summary["failed"], 0)
        self.assertEqual(report.summary["fresh"] + report.summary["built"] + report.summary["copied"], COUNT)
        self.assertLessEqual(report.summary["fresh"], len(left))
        self.assertEqual(len(self.outputs()), COUNT)
        self.assert_no_leftovers()
        self.assert_whole()
        self.assert_all_fresh(COUNT)

    def test_leftovers_of_a_killed_run_are_swept(self):
        for folder in ("out", "out/sub"):
            self.put(f"{folder}/{TEMPORARY}12345-1", b"half a picture")
        self.put("in/sub/x.png", pictures.tiny(1))
        self.manifest()
        self.build()
        self.assert_no_leftovers()


class KilledEarly(Case):
    """Kills a short build at many moments."""

    def prepare(self):
        for seed in range(12):
            self.put(f"in/{seed:02}.png", pictures.rough_png(60, 60, seed))
        self.manifest([{"name": "t", "width": 200, "withoutEnlargement": False, "format": "png"}])

    def test_no_moment_leaves_a_torn_state(self):
        good = self.clean_build()
        for step in range(12):
            with self.subTest(step=step):
                process = self.start("build", "--force")
                time.sleep(0.004 * step)
                process.kill()
                process.communicate()
                for path in self.files("out") if self.exists("out") else []:
                    if TEMPORARY not in path:
                        self.assertEqual(self.get("out/" + path), good[path])
                self.assertEqual(self.build()["summary"]["failed"], 0)
                self.assertEqual(self.contents("out"), good)
                self.assert_no_leftovers()
                self.assert_all_fresh(12)


class AtOnce(SlowBuild):
    def together(self, count):
        runs = [self.start("build", "--json", "--wait", "60", "-j1") for _ in range(count)]
        results = [self.ended(run) for run in runs]
        self.assertEqual([r.code for r in results], [0] * count, "\n".join(map(str, results)))
        reports = [Report(result) for result in results]
        self.assertEqual(sum(r.summary["built"] for r in reports), COUNT)
        self.assertEqual(sum(r.summary["fresh"] for r in reports), COUNT * (count - 1))
        self.assert_no_leftovers()
        self.assert_whole()
        self.assert_all_fresh(COUNT)

    def test_two_runs(self):
        self.together(2)

    def test_four_runs(self):
        self.together(4)


class Held(SlowBuild):
    def held(self):
        process = self.started("-j1")
        process.send_signal(signal.SIGSTOP)
        return process

    def test_a_held_cache(self):
        process = self.held()
        before = self.tree()
        start = time.monotonic()
        for command in (["build"], ["build", "--force"], ["clean"]):
            with self.subTest(command=command):
                result = self.thumbs(*command, "--wait", "0", code=75)
                self.assertIn(str(process.pid), result.err)
        self.assertLess(time.monotonic() - start, 5)
        report = self.report("check", "--wait", "0", code=3)
        self.assertEqual(report.summary["fresh"] + report.summary["stale"], COUNT)
        self.thumbs("status", "--wait", "0")
        self.assert_untouched(before)
        self.let_go(process)

    def test_a_run_waits_as_long_as_it_was_told(self):
        process = self.held()
        start = time.monotonic()
        self.thumbs("build", "--wait", "1", code=75)
        self.assertTrue(0.9 <= time.monotonic() - start < 4)
        second = self.start("build", "--wait", "60", "--json")
        time.sleep(0.3)
        self.let_go(process)
        result = self.ended(second)
        self.assertEqual(result.code, 0, str(result))
        self.assert_counts(Report(result), fresh=COUNT)

    def test_a_waiting_run_can_be_interrupted(self):
        process = self.held()
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            second = self.start("build", "--wait", "60")
            time.sleep(0.5)
            start = time.monotonic()
            second.send_signal(number)
            self.assertEqual(self.ended(second).code, code)
            self.assertLess(time.monotonic() - start, 5)
        process.kill()

    def let_go(self, process):
        process.send_signal(signal.SIGCONT)
        result = self.ended(process)
        self.assertEqual(result.code, 0, str(result))
        self.assertEqual(len(self.outputs()), COUNT)
        self.assert_all_fresh(COUNT)
