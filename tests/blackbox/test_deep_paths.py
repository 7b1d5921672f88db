"""Trees and projects with paths longer than PATH_MAX (4,096 bytes)."""

import json
import os
import signal
import subprocess
import time

import harness
import pictures
from harness import TEMPORARY, Case, Report, Result

LEVELS = ["f" * 100] * 50
DEEP = "/".join(LEVELS)


class Deep(Case):
    """Works through open folders, as the program does."""

    def walked(self, path, make=False):
        """A descriptor of a folder below the project, closed at the end."""
        at = os.open(self.project, os.O_RDONLY)
        for name in path.split("/"):
            if make:
                try:
                    os.mkdir(name, dir_fd=at)
                except FileExistsError:
                    pass
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = below
        self.addCleanup(os.close, at)
        return at

    def put_in(self, folder, name, data):
        with open(name, "wb", opener=lambda path, flags: os.open(path, flags, 0o666, dir_fd=folder)) as file:
            file.write(data)

    def thumbs_in(self, folder, *arguments, code=0):
        run = subprocess.run(
            [harness.PROGRAM, *arguments], preexec_fn=lambda: os.fchdir(folder), env=harness.environment(),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
        )
        result = Result(arguments, run.returncode, run.stdout.decode(), run.stderr.decode())
        self.assertEqual(result.code, code, str(result))
        return result


class DeepTree(Deep):
    def prepare(self):
        self.source = self.walked("in/" + DEEP, make=True)
        self.put_in(self.source, "x.png", pictures.tiny(1))
        os.symlink("x.png", "link.png", dir_fd=self.source)
        os.symlink("nothing", "dangling.png", dir_fd=self.source)
        self.manifest()

    def outputs(self):
        return sorted(os.listdir(self.walked("out/" + DEEP)))

    def test_every_command_works_there(self):
        result = self.thumbs("build", "--json")
        self.assertIn("dangling.png: skipped: a broken link", result.err)
        self.assert_counts(Report(result), built=1, copied=1, hashed=(2, 3), decoded=1)
        self.assertEqual(self.outputs(), ["link-t.jpg", "x-t.jpg"])
        self.assert_counts(self.build(), fresh=2)
        self.assert_counts(self.report("check"), fresh=2)
        self.assert_counts(self.build(f"in/{DEEP}/x.png", "--force"), built=1, hashed=1, decoded=1)
        self.assertIn("x-t.jpg", self.thumbs("explain", f"out/{DEEP}/x-t.jpg").out)
        self.assert_counts(self.report("check", "--verify"), fresh=2, hashed=(3, 4))

    def test_changes_are_found_and_orphans_removed(self):
        self.build()
        self.put_in(self.source, "x.png", pictures.tiny(2))
        output = self.walked("out/" + DEEP)
        self.put_in(output, TEMPORARY + "999999999-1", b"left by a killed run")
        self.assertEqual({r for _, r in self.build().reasons().values()}, {"source-changed"})
        self.assertEqual(self.outputs(), ["link-t.jpg", "x-t.jpg"])
        os.unlink("link.png", dir_fd=self.source)
        self.assert_counts(self.report("prune"), pruned=1, fresh=1, hashed=(0, 1))
        self.assertEqual(self.outputs(), ["x-t.jpg"])
        os.unlink("x-t.jpg", dir_fd=output)
        self.assertEqual({r for _, r in self.build().reasons().values()}, {"output-missing"})
        self.assertEqual(self.report("clean").summary["pruned"], 1)
        self.assertEqual(os.listdir(self.at("out")) if self.exists("out") else [], [])

    def test_links_that_are_followed(self):
        self.manifest(followSymlinks=True)
        os.symlink(".", "loop", dir_fd=self.source)
        result = self.thumbs("build", "--json")
        self.assertIn("a link to one of its parent folders", result.err)
        self.assertEqual(Report(result).summary["outputs"], 2)

    def test_few_descriptors_suffice(self):
        def few():
            import resource

            resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

        self.assertEqual(self.thumbs("build", before=few).code, 0)


class DeepProject(Deep):
    """A path of more than 512 bytes is too long for SQLite, one of more than 4,096 for the system."""

    def prepare(self):
        self.places = {}
        for levels in (3, 5, 30, 40, 60):
            top = f"p{levels}"
            folder = self.walked(top + "/" + "/".join(["g" * 100] * levels), make=True)
            os.mkdir("in", dir_fd=folder)
            inside = os.open("in", os.O_RDONLY, dir_fd=folder)
            for seed in range(3):
                self.put_in(inside, f"{seed}.png", pictures.rough_png(80, 80, seed))
            os.close(inside)
            one = {"source": "in", "output": "out", "variants": [{"name": "t", "width": 40, "format": "png"}]}
            self.put_in(folder, "thumbs.json", json.dumps({"sets": [one]}).encode())
            self.places[top] = folder

    def test_every_command_works_there_and_after_a_move(self):
        for top, folder in self.places.items():
            with self.subTest(top=top):
                self.assertEqual(Report(self.thumbs_in(folder, "build", "--json")).summary["built"], 3)
                self.assert_counts(Report(self.thumbs_in(folder, "build", "--json")), fresh=3)
                self.thumbs_in(folder, "cache", "stats")
                self.assertIn("sound", self.thumbs_in(folder, "cache", "verify").out)
                os.rename(self.at(top), self.at("moved-" + top))
                self.thumbs_in(folder, "check")
                self.thumbs_in(folder, "build", "in/1.png", "--force", "--json=report.json")
                self.assertEqual(sorted(os.listdir(folder)), [".thumbs", "in", "out", "report.json", "thumbs.json"])
                os.unlink("in/2.png", dir_fd=folder)
                self.thumbs_in(folder, "prune")
                self.assertEqual(len(os.listdir(f"/proc/self/fd/{folder}/out")), 2)
                self.thumbs_in(folder, "clean")
                self.assertEqual(sorted(os.listdir(folder)), ["in", "report.json", "thumbs.json"])

    def test_one_run_at_a_time_and_a_killed_one_is_survived(self):
        folder = self.places["p60"]
        self.thumbs_in(folder, "build")
        process = subprocess.Popen(
            [harness.PROGRAM, "build", "--force"], preexec_fn=lambda: os.fchdir(folder), stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self.addCleanup(self._reap, process)
        time.sleep(0.02)
        process.send_signal(signal.SIGSTOP)
        held = process.poll() is None
        result = self.thumbs_in(folder, "build", "--wait", "0", code=75 if held and self.holds(process.pid) else 0)
        process.kill()
        process.wait()
        self.thumbs_in(folder, "build")
        self.thumbs_in(folder, "check")
        self.assertNotIn("corrupt", result.err)

    @staticmethod
    def holds(pid):
        with open("/proc/locks") as locks:
            return any(f" {pid} " in line and "FLOCK" in line for line in locks)
