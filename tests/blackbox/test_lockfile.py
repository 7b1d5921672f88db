"""The lockfile: written by build; committed, cloned and merged by git; used without a cache."""

import os
import shutil
import subprocess
import unittest

import pictures
from harness import Report, ThreeSources, environment

LOCK = "thumbs.lock"
GIT = shutil.which("git")


class WithLockfile(ThreeSources):
    def prepare(self):
        super().prepare()
        self.manifest(self.variants, top={"lock": LOCK})

    def lockfile(self):
        return self.get(LOCK).decode()

    def lines(self):
        return self.lockfile().splitlines()

    def fields(self):
        return [line.split("\t") for line in self.lines()]

    def git(self, *arguments, code=0, cwd=None):
        names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        for who in ("AUTHOR", "COMMITTER"):
            names.update({f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@b"})
        run = subprocess.run(
            ["git", *arguments], cwd=cwd or self.project, env=environment(**names), capture_output=True, text=True
        )
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run.stdout

    def repository(self):
        self.git("init", "-q", "-b", "main")
        self.commit("first")

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def clone(self, *options):
        """Clones the project and continues there."""
        there = os.path.join(self.root, "clone")
        self.git(*options, "clone", "-q", self.project, there)
        self.project = there

    def drop_cache(self):
        shutil.rmtree(self.at(".thumbs"))


class File(WithLockfile):
    def test_is_a_line_for_each_output_sorted(self):
        self.first()
        self.assertEqual(self.lines(), sorted(self.lines()))
        self.assertTrue(self.lockfile().endswith("\n"))
        self.assertEqual(sorted(line[3] for line in self.fields()), sorted(self.ALL))
        self.assertEqual({line[0] for line in self.fields()}, {"in/a.png", "in/b.png", "in/sub/c.png"})
        self.assertEqual(len({line[2] for line in self.fields()}), 2, "a fingerprint for each recipe")
        self.assertEqual(len({line[1] for line in self.fields()}), 3, "a content for each source")

    def test_is_the_same_after_a_build_from_nothing(self):
        self.first()
        before = self.lockfile()
        for path in (".thumbs", "out"):
            shutil.rmtree(self.at(path))
        os.remove(self.at(LOCK))
        self.first()
        self.assertEqual(self.lockfile(), before)
        self.assert_all_fresh(6)

    def test_comes_when_the_manifest_asks_for_it(self):
        self.manifest(self.variants)
        self.first()
        self.assertFalse(self.exists(LOCK))
        self.manifest(self.variants, top={"lock": "locks/deep/t.lock"})
        self.assert_counts(self.build(), fresh=6)
        self.assertEqual(len(self.get("locks/deep/t.lock").splitlines()), 6)
        self.assertEqual(os.stat(self.at("locks/deep/t.lock")).st_mode & 0o777, 0o666 & ~self.umask())
        self.assert_all_fresh(6)

    @staticmethod
    def umask():
        mask = os.umask(0)
        os.umask(mask)
        return mask

    def test_follows_prune_and_goes_with_clean(self):
        self.first()
        os.remove(self.at("in/a.png"))
        self.assert_counts(self.build(), fresh=4, orphans=2)
        self.assertEqual(len(self.lines()), 6, "the orphans' files are still there")
        self.thumbs("prune")
        self.assertEqual({line[0] for line in self.fields()}, {"in/b.png", "in/sub/c.png"})
        self.thumbs("clean", "in/b.png")
        self.assertEqual({line[0] for line in self.fields()}, {"in/sub/c.png"})
        self.thumbs("clean")
        self.assertFalse(self.exists(LOCK))
        self.assertEqual(self.files(), ["in/b.png", "in/sub/c.png", "thumbs.json"])

    def test_odd_names_survive(self):
        names = [b"100%.png", b"t\tab.png", b"new\nline.png", b"\xff\xfe.png", b"cr\r.png", b"<<<<<<< x.png"]
        for seed, name in enumerate(names, 20):
            with open(os.path.join(os.fsencode(self.at("in")), name), "wb") as file:
                file.write(pictures.tiny(seed, 16, 30 + seed))
        self.assertEqual(self.build().summary["built"], 18)
        self.assertEqual(len(self.lines()), 18)
        self.assertEqual(self.lines(), sorted(self.lines()))
        self.drop_cache()
        self.assert_counts(self.report("check"), fresh=18, hashed=27)

    def test_is_never_a_source(self):
        self.manifest(self.variants, include=["**"], top={"lock": "in/a.lock"})
        self.first()
        self.assert_counts(self.report("check"), fresh=6)

    def test_a_report_does_not_overwrite_it(self):
        self.first()
        before = self.lockfile()
        self.thumbs("check", f"--json={LOCK}", code=2)
        self.assertEqual(self.lockfile(), before)

    def test_other_files_in_its_place_are_refused(self):
        self.put("folder/x", "")
        for lock in ("folder", "thumbs.json", ".thumbs/cache.db", "out/a-t.jpg", "in/a.png"):
            with self.subTest(lock=lock):
                self.manifest(self.variants, top={"lock": lock})
                before = self.tree()
                self.assertIn("thumbs" if lock != "in/a.png" else "in/a.png:1", self.thumbs("build", code=2).err)
                self.assert_untouched(before)

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_that_may_not_be_written(self):
        self.put("locks/keep", "")
        os.chmod(self.at("locks"), 0o555)
        self.manifest(self.variants, top={"lock": "locks/t.lock"})
        self.assertIn("locks/t.lock", self.thumbs("build", code=1).err)
        self.assertEqual(len(self.files("out")), 6)

    def test_what_cannot_be_written_is_named(self):
        self.put("file", "mine")
        self.manifest(self.variants, top={"lock": "file/t.lock"})
        self.assertIn("file/t.lock: lock: ", self.thumbs("build", code=1).err)
        self.assertEqual(len(self.files("out")), 6)
        self.assertEqual(self.get("file"), b"mine")
        self.assert_no_leftovers()

    def test_bad_lines_are_refused_by_file_and_line(self):
        self.first()
        good = self.lockfile()
        for bad, line in ((good + "hello\n", 7), (good + good, 7), ("<<<<<<< HEAD\n" + good, 1), (good[:-2], 6)):
            self.put(LOCK, bad)
            for command in ("build", "check", "status", "prune", "clean", "explain"):
                with self.subTest(bad=bad[:20], command=command):
                    before = self.tree()
                    arguments = [command] + (["in/a.png"] if command == "explain" else [])
                    report = Report(self.thumbs(*arguments, "--json", code=2))
                    self.assertEqual(report["errors"][0]["file"], LOCK)
                    self.assertEqual(report["errors"][0]["line"], line)
                    self.assertIn(f"{LOCK}:{line}:", report.result.err)
                    self.assert_untouched(before)

    def test_a_corrupt_cache_is_rebuilt_from_it(self):
        self.first()
        self.put(".thumbs/cache.db", b"no database at all" * 400)
        self.assert_counts(self.report("check"), fresh=6, hashed=9)
        self.assert_counts(self.build(), fresh=6, hashed=9)
        self.assertTrue(self.exists(".thumbs/cache.db.corrupt-1"))

    def test_verify_names_each_difference(self):
        self.first()
        good = self.lockfile()
        self.assertIn("sound", self.thumbs("cache", "verify").out)
        self.put(LOCK, "".join(good.splitlines(True)[1:]))
        out = self.thumbs("cache", "verify", code=1).out
        self.assertIn("out/a-", out)
        self.assertIn("not in the lockfile", out)
        self.put(LOCK, good)
        os.remove(self.at("out/a-t.jpg"))
        with open(self.at("out/b-u.png"), "ab") as file:
            file.write(b"x")
        before = self.tree()
        out = self.thumbs("cache", "verify", code=1).out
        self.assertIn("out/a-t.jpg: missing", out)
        self.assertIn("out/b-u.png: modified since thumbs wrote it", out)
        self.assert_untouched(before)


@unittest.skipIf(GIT is None, "there is no git")
class Git(WithLockfile):
    def test_a_fresh_clone_hashes_everything_and_decodes_nothing(self):
        self.first()
        verbose = [
            {key: item[key] for key in ("output", "width", "height", "bytes")} for item in self.report("check", "-v").items
        ]
        self.repository()
        self.clone()
        self.assertFalse(self.exists(".thumbs"))
        before = self.tree()
        report = self.report("check", "-v")
        self.assert_counts(report, fresh=6, hashed=9, sources=3, outputs=6)
        self.assertEqual([{key: item[key] for key in verbose[0]} for item in report.items], verbose)
        self.thumbs("check", "-q")
        self.assert_counts(self.report("status"), fresh=6, hashed=9)
        self.assert_counts(self.build("-n"), fresh=6, hashed=9)
        self.assert_untouched(before)
        self.assert_counts(self.build(), fresh=6, hashed=9)
        self.assertEqual(self.git("status", "--porcelain"), "", "nothing to commit")
        self.age()
        self.build()
        self.assert_all_fresh(6)

    def test_a_checkout_with_carriage_returns(self):
        self.first()
        self.repository()
        self.clone("-c", "core.autocrlf=true")
        self.git("config", "core.autocrlf", "true")
        self.put(LOCK, self.lockfile().replace("\r\n", "\n").replace("\n", "\r\n"))
        self.assert_counts(self.report("check"), fresh=6, hashed=9)

    def test_a_clone_knows_what_is_stale(self):
        self.first()
        self.put("in/a.png", pictures.tiny(50))
        os.remove(self.at("out/b-t.jpg"))
        self.put("in/new.png", pictures.tiny(51))
        os.rename(self.at("in/sub/c.png"), self.at("in/d.png"))
        self.repository()
        self.clone()
        check = self.report("check", code=3)
        self.assert_counts(check, fresh=1, stale=7, orphans=2, hashed=5)
        report = self.build()
        self.assertEqual(
            report.reasons(),
            {
                "out/a-t.jpg": ("built", "source-changed"),
                "out/a-u.png": ("built", "source-changed"),
                "out/b-t.jpg": ("built", "output-missing"),
                "out/new-t.jpg": ("built", "new"),
                "out/new-u.png": ("built", "new"),
                "out/d-t.jpg": ("copied", "new"),
                "out/d-u.png": ("copied", "new"),
                "out/sub/c-t.jpg": ("orphan", "orphan"),
                "out/sub/c-u.png": ("orphan", "orphan"),
            },
        )
        self.assert_counts(self.build("--prune"), fresh=8, pruned=2, hashed=range(0, 9))
        self.assert_equals_clean_build()

    def branch(self, name, picture, seed):
        self.git("checkout", "-q", "-b", name, "main")
        self.put(picture, pictures.tiny(seed, 20, 10 + seed))
        self.build()
        self.commit(name)

    def test_branches_that_add_pictures_in_different_places_merge(self):
        self.first()
        self.repository()
        self.branch("one", "in/a2.png", 31)
        self.branch("two", "in/c2.png", 32)
        self.git("merge", "-q", "one", "-m", "both")
        self.assertEqual(len(self.lines()), 10)
        self.assertEqual(self.lines(), sorted(self.lines()))
        self.assert_counts(self.report("check"), fresh=10, hashed=range(0, 16))
        self.drop_cache()
        self.assert_counts(self.report("check"), fresh=10, hashed=15)
        self.assert_counts(self.build(), fresh=10, hashed=15)
        self.assertEqual(self.git("status", "--porcelain"), "")

    def test_a_conflict_is_refused_by_its_line_and_mended_by_a_build(self):
        self.first()
        self.repository()
        self.branch("one", "in/b1.png", 33)
        self.branch("two", "in/b2.png", 34)
        self.git("merge", "-q", "one", "-m", "both", code=1)
        marker = next(i for i, line in enumerate(self.lines(), 1) if line.startswith("<<<<<<<"))
        for command in ("build", "check"):
            before = self.tree()
            self.assertIn(f"{LOCK}:{marker}:", self.thumbs(command, code=2).err)
            self.assert_untouched(before)
        self.git("checkout", "-q", "--ours", LOCK)
        report = self.build()
        self.assertEqual(report.summary["failed"] + report.summary["stale"], 0)
        self.assertEqual(len(self.lines()), 10)
        self.commit("merged")
        self.clone()
        self.assert_counts(self.report("check"), fresh=10, hashed=15)

    def test_both_sides_of_a_conflict_may_stay(self):
        self.first()
        self.repository()
        self.branch("one", "in/b1.png", 33)
        self.branch("two", "in/b2.png", 34)
        self.git("merge", "-q", "one", "-m", "both", code=1)
        self.put(LOCK, "".join(line + "\n" for line in self.lines() if "\t" in line))
        self.drop_cache()
        self.assert_counts(self.build(), fresh=10, hashed=15)
        self.assertEqual(self.lines(), sorted(self.lines()))

    def test_the_same_picture_on_both_sides_is_no_conflict(self):
        self.first()
        self.repository()
        self.branch("one", "in/b1.png", 33)
        self.branch("two", "in/b1.png", 33)
        self.git("merge", "-q", "one", "-m", "both")
        self.assertEqual(len(self.lines()), 8)
        self.thumbs("check")
