"""No space, no permission, files that cannot be read or written. As root, a few cases run as another user."""

import os
import resource
import shutil
import subprocess
import unittest

import harness
import pictures
from harness import Case, ThreeSources

NOBODY = 65534


class FullDisk(Case):
    def prepare(self):
        self.put("in/huge.png", pictures.rough_png(500, 500, 1))
        self.put("in/small.png", pictures.tiny(1))
        self.manifest([{"name": "t", "width": 500, "format": "png"}])

    def test_a_limit_on_file_size_fails_that_output_alone(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        report = self.build(code=1, before=limit)
        self.assert_counts(report, built=1, failed=1, hashed=2, decoded=2)
        self.assertEqual(report.item("out/huge-t.png")["status"], "failed")
        self.assertIn(report.errors()["out/huge-t.png"], ("no-space", "io"))
        self.assertEqual(self.files("out"), ["small-t.png"])
        self.assert_no_leftovers()
        self.assert_counts(self.build(), built=1, fresh=1, hashed=1, decoded=1)

    def test_an_old_output_stays_whole(self):
        self.manifest([{"name": "t", "width": 100, "format": "png"}])
        self.build()
        old = self.get("out/huge-t.png")
        self.manifest([{"name": "t", "width": 500, "format": "png"}])

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        self.thumbs("build", code=1, before=limit)
        self.assertEqual(self.get("out/huge-t.png"), old)

    def test_a_cache_that_cannot_grow_is_a_failure_and_not_corrupt(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        self.thumbs("build", code=1, before=limit)
        self.assertFalse([p for p in self.files() if "corrupt" in p])
        self.thumbs("build")
        self.assertEqual(self.files("out"), ["huge-t.png", "small-t.png"])

    def mounted(self, mount, then):
        """Runs a shell script in its own mount namespace; $1: the program, $2: a folder for its results."""
        script = f'({mount}) || exit 99\ntouch "$2/mounted"\n{then}\n'
        command = ["unshare", "-m", "sh", "-c", script, "sh", harness.PROGRAM, self.root]
        if not shutil.which("unshare"):
            raise unittest.SkipTest("no unshare")
        run = subprocess.run(command, cwd=self.project, capture_output=True, timeout=60)
        if not os.path.exists(os.path.join(self.root, "mounted")):
            raise unittest.SkipTest("cannot mount here")
        return harness.Result(command, run.returncode, run.stdout.decode(), run.stderr.decode())

    def test_no_space_for_the_cache(self):
        os.makedirs(self.at(".thumbs"))
        result = self.mounted(
            "mount -t tmpfs -o size=8k none .thumbs",
            '"$1" build -q; code=$?; ls -A .thumbs >"$2/listing"; exit $code',
        )
        self.assertEqual(result.code, 1, str(result))
        self.assertNotEqual(result.err.strip(), "")
        with open(os.path.join(self.root, "listing")) as file:
            self.assertNotIn("corrupt", file.read())

    def test_a_read_only_file_system(self):
        self.build()
        self.put("in/small.png", pictures.tiny(2))
        result = self.mounted(
            "mount --bind . . && mount -o remount,ro,bind . .",
            'cd "$PWD"; "$1" check -q; echo $?; "$1" status >/dev/null; echo $?; "$1" build -n -q; echo $?; "$1" build -q; echo $?',
        )
        self.assertEqual(result.out.split(), ["3", "0", "0", "1"], str(result))
        self.assertNotEqual(result.err.strip(), "")

    def test_no_space_on_a_small_file_system(self):
        os.makedirs(self.at("out"))
        result = self.mounted(
            "mount -t tmpfs -o size=200k none out",
            '"$1" build --json; code=$?; ls -A out >"$2/listing"; exit $code',
        )
        report = harness.Report(result)
        self.assertEqual(result.code, 1, str(result))
        self.assert_counts(report, built=1, failed=1, hashed=2, decoded=2)
        self.assertEqual(report.errors(), {"out/huge-t.png": "no-space"})
        with open(os.path.join(self.root, "listing")) as file:
            self.assertEqual(file.read().split(), ["small-t.png"])


class AnotherUser(ThreeSources):
    """Permissions. They do not apply to root, so as root the program runs as nobody."""

    def prepare(self):
        super().prepare()
        if os.getuid() == 0:
            for folder, _, names in os.walk(self.root):
                os.chown(folder, NOBODY, NOBODY)
                for name in names:
                    os.chown(os.path.join(folder, name), NOBODY, NOBODY)

    def setUp(self):
        self.user = (lambda: os.setuid(NOBODY)) if os.getuid() == 0 else None
        try:
            subprocess.run([harness.PROGRAM, "--version"], preexec_fn=self.user, capture_output=True, cwd=self.root)
        except OSError:
            raise unittest.SkipTest("another user cannot reach the program") from None

    def thumbs(self, *arguments, **options):
        return super().thumbs(*arguments, before=self.user, **options)

    def locked(self, path, mode):
        old = os.stat(self.at(path)).st_mode & 0o777
        os.chmod(self.at(path), mode)
        self.addCleanup(lambda: os.path.exists(self.at(path)) and os.chmod(self.at(path), old))

    def test_an_output_folder_that_cannot_be_written(self):
        self.first()
        old = self.contents("out")
        self.put("in/sub/c.png", pictures.tiny(99))
        self.put("in/a.png", pictures.tiny(98))
        self.locked("out/sub", 0o555)
        report = self.build(code=1)
        self.assert_counts(report, built=2, failed=2, fresh=2, hashed=2, decoded=(1, 2))
        self.assertEqual(report.errors(), {f"out/sub/c-{v}": "unwritable" for v in ("t.jpg", "u.png")})
        self.assertEqual(self.get("out/sub/c-t.jpg"), old["sub/c-t.jpg"])

    def test_an_output_folder_that_can_be_written_but_not_read(self):
        self.first()
        for seed, name in enumerate(("a", "sub/c")):
            self.put(f"in/{name}.png", pictures.tiny(90 + seed))
        self.age()
        self.locked("out/sub", 0o300)
        report = self.build()
        self.assert_counts(report, built=4, fresh=2, hashed=2, decoded=2)
        self.assert_counts(self.build(), fresh=6)

    def test_a_source_that_cannot_be_read(self):
        self.locked("in/b.png", 0)
        report = self.build(code=1)
        self.assert_counts(report, built=4, failed=2, hashed=2, decoded=2)
        self.assertEqual(report.errors(), {output: "unreadable" for output in self.OF_B})

    def test_a_path_in_a_folder_that_cannot_be_listed_is_that_failure(self):
        self.locked("in/sub", 0)
        for path in ("in/sub", "in/sub/c.png", "in/sub/*.png"):
            self.assertIn("in/sub: cannot be listed", self.thumbs("build", path, code=1).err)
        self.thumbs("build", "in/typo.png", code=2)

    def test_a_folder_that_cannot_be_listed_is_a_failure_and_nothing_is_deleted(self):
        self.first()
        self.locked("in/sub", 0)
        for command in (["build", "--prune"], ["prune"], ["prune", "--force"]):
            with self.subTest(command=command):
                result = self.thumbs(*command, code=1)
                self.assertIn("sub", result.err)
                self.assertTrue(self.exists("out/sub/c-t.jpg") and self.exists("out/sub/c-u.png"))
        os.chmod(self.at("in/sub"), 0o755)
        self.assert_counts(self.build(), fresh=6, hashed=(0, 1))

    def test_a_cache_that_cannot_be_written(self):
        self.first()
        self.put("in/a.png", pictures.tiny(99))
        self.locked(".thumbs/cache.db", 0o444)
        self.locked(".thumbs", 0o555)
        before = self.tree()
        self.assert_counts(self.report("check", code=3), fresh=4, stale=2, hashed=1)
        self.assert_counts(self.report("status"), fresh=4, stale=2, hashed=1)
        self.assert_counts(self.build("-n"), fresh=4, stale=2, hashed=1)
        self.assert_untouched(before)
        result = self.thumbs("build", code=1)
        self.assertIn("cache", result.err)
        self.assertFalse([p for p in self.files(".thumbs") if "corrupt" in p])

    def test_a_cache_folder_that_cannot_be_made(self):
        self.locked(".", 0o555)
        self.assertNotEqual(self.thumbs("build", code=1).err.strip(), "")

    def test_an_output_that_cannot_be_read_ends_cleanly(self):
        self.first()
        self.locked("out/a-t.jpg", 0)
        os.utime(self.at("out/a-t.jpg"))
        self.thumbs("build", code=(0, 1))


class Pipes(ThreeSources):
    def test_a_closed_pipe_does_not_stop_a_build(self):
        reader, writer = os.pipe()
        os.close(reader)
        run = subprocess.Popen(
            [harness.PROGRAM, "build", "-v"], cwd=self.project, stdout=writer, stderr=writer, stdin=subprocess.DEVNULL
        )
        os.close(writer)
        self.assertGreaterEqual(run.wait(timeout=30), 0)
        self.assertEqual(len(self.files("out")), 6)

    def test_closed_standard_streams_do_not_end_up_in_files(self):
        def close():
            for descriptor in (0, 1, 2):
                os.close(descriptor)

        good = self.clean_build()
        run = subprocess.Popen([harness.PROGRAM, "build", "-v"], cwd=self.project, preexec_fn=close)
        self.assertGreaterEqual(run.wait(timeout=30), 0)
        self.assertEqual(self.contents("out"), good)


class Parents(ThreeSources):
    def test_an_output_whose_parent_is_a_file(self):
        self.put("out/sub", b"a file")
        before = self.tree()
        result = self.thumbs("build", code=2)
        self.assertIn("out/sub", result.err)
        self.assert_untouched(before)

    def test_an_output_folder_that_is_a_file(self):
        self.put("out", b"a file")
        before = self.tree()
        self.assertIn("out", self.thumbs("build", code=2).err)
        self.assert_untouched(before)

    def test_a_folder_at_an_outputs_path_fails_and_stays(self):
        self.put("out/a-t.jpg/mine.txt", b"precious")
        self.thumbs("build", code=(1, 2))
        self.assertEqual(self.get("out/a-t.jpg/mine.txt"), b"precious")

    def test_a_report_that_cannot_be_written(self):
        self.put("file", b"a file")
        self.thumbs("build", "--json=file/report.json", code=1)
