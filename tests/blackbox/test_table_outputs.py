"""Staleness of outputs, and --force: missing, edited, truncated, touched, swapped, foreign."""

import os
import shutil

import pictures
from harness import Case, ThreeSources


class Outputs(ThreeSources):
    def assert_rebuilt(self, reason, outputs, hashed, decoded=1):
        """Only the damaged outputs are rebuilt, with the bytes of `self.good`."""
        before = self.tree()
        check = self.report("check", code=3)
        self.assert_counts(check, stale=len(outputs), fresh=6 - len(outputs), hashed=range(0, len(outputs) + 1))
        self.assert_reasons(check, "stale", reason, outputs)
        self.assert_untouched(before)
        report = self.build()
        self.assert_counts(report, built=len(outputs), fresh=6 - len(outputs), hashed=hashed, decoded=decoded)
        self.assert_reasons(report, "built", reason, outputs)
        self.assertEqual(self.contents("out"), self.good)
        self.assert_all_fresh(6)

    def built(self):
        self.first()
        self.good = self.contents("out")

    def test_missing(self):
        self.built()
        os.remove(self.at("out/a-t.jpg"))
        self.assert_rebuilt("output-missing", ["out/a-t.jpg"], hashed=1)

    def test_a_whole_folder_missing(self):
        self.built()
        shutil.rmtree(self.at("out/sub"))
        self.assert_rebuilt("output-missing", ["out/sub/c-t.jpg", "out/sub/c-u.png"], hashed=1)

    def test_all_missing(self):
        self.built()
        shutil.rmtree(self.at("out"))
        self.assert_rebuilt("output-missing", self.ALL, hashed=3, decoded=3)

    def test_edited_to_another_size(self):
        self.built()
        self.put("out/a-t.jpg", b"edited")
        self.assert_rebuilt("output-modified", ["out/a-t.jpg"], hashed=(1, 2))

    def test_edited_within_the_same_size(self):
        self.built()
        self.put("out/a-t.jpg", self.good["a-t.jpg"][:-9] + b"tampered\xd9")
        self.assert_rebuilt("output-modified", ["out/a-t.jpg"], hashed=2)

    def test_truncated(self):
        self.built()
        os.truncate(self.at("out/a-u.png"), 20)
        self.assert_rebuilt("output-modified", ["out/a-u.png"], hashed=(1, 2))

    def test_emptied(self):
        self.built()
        os.truncate(self.at("out/a-u.png"), 0)
        self.assert_rebuilt("output-modified", ["out/a-u.png"], hashed=(1, 2))

    def test_swapped(self):
        self.built()
        os.rename(self.at("out/a-u.png"), self.at("out/x"))
        os.rename(self.at("out/b-u.png"), self.at("out/a-u.png"))
        os.rename(self.at("out/x"), self.at("out/b-u.png"))
        self.assert_rebuilt("output-modified", ["out/a-u.png", "out/b-u.png"], hashed=range(2, 5), decoded=2)

    def test_touched_is_hashed_and_fresh(self):
        self.built()
        os.utime(self.at("out/a-t.jpg"), (1_000_000_000, 1_000_000_000))
        before = self.tree()
        self.assert_counts(self.report("check"), fresh=6, hashed=1)
        self.assert_untouched(before)
        self.assert_counts(self.build(), fresh=6, hashed=1)
        self.assertEqual(self.contents("out"), self.good)
        self.assert_all_fresh(6)

    def test_edited_with_size_and_mtime_kept_is_found_by_verify(self):
        self.built()
        state = os.stat(self.at("out/a-t.jpg"))
        self.put("out/a-t.jpg", self.good["a-t.jpg"][:-9] + b"tampered\xd9")
        os.utime(self.at("out/a-t.jpg"), ns=(state.st_atime_ns, state.st_mtime_ns))
        self.assert_all_fresh(6)
        check = self.report("check", "--verify", code=3)
        self.assert_counts(check, fresh=5, stale=1, hashed=9)
        report = self.build("--verify")
        self.assert_counts(report, built=1, fresh=5, hashed=9, decoded=1)
        self.assert_reasons(report, "built", "output-modified", ["out/a-t.jpg"])
        self.assertEqual(self.contents("out"), self.good)

    def test_a_missing_output_of_a_changed_source_is_named_as_changed(self):
        self.built()
        os.remove(self.at("out/a-t.jpg"))
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        self.assert_reasons(self.build(), "built", "source-changed", self.OF_A)

    def test_outputs_have_the_mode_of_a_new_file(self):
        for mask, mode in ((0o022, 0o644), (0o027, 0o640), (0, 0o666)):
            with self.subTest(umask=oct(mask)):
                self.thumbs("build", "--force", before=lambda mask=mask: os.umask(mask) and None)
                self.assertEqual(os.stat(self.at("out/a-t.jpg")).st_mode & 0o7777, mode)


class Foreign(ThreeSources):
    def test_a_foreign_file_at_an_outputs_path_is_replaced(self):
        self.put("out/a-t.jpg", b"somebody's letter")
        self.first()
        self.assertEqual(self.get("out/a-t.jpg")[:2], b"\xff\xd8")

    def test_a_foreign_file_elsewhere_in_the_output_folder_stays(self):
        self.put("out/letter.txt", b"somebody's letter")
        self.first()
        self.thumbs("prune")
        self.thumbs("clean")
        self.assertEqual(self.files("out"), ["letter.txt"])

    def test_a_symbolic_link_at_an_outputs_path_is_replaced(self):
        victim = self.put("victim.txt", b"precious")
        os.makedirs(self.at("out"))
        os.symlink(victim, self.at("out/a-t.jpg"))
        os.symlink(self.at("in/b.png"), self.at("out/b-u.png"))
        os.symlink("nowhere", self.at("out/b-t.jpg"))
        source = self.get("in/b.png")
        self.first()
        self.assertEqual((self.get("victim.txt"), self.get("in/b.png")), (b"precious", source))
        self.assertFalse(any(os.path.islink(self.at(path)) for path in self.ALL))
        self.assertFalse(self.exists("out/nowhere"))
        self.assert_all_fresh(6)

    def test_a_hard_link_at_an_outputs_path_is_replaced(self):
        victim = self.put("victim.txt", b"precious")
        os.makedirs(self.at("out"))
        os.link(victim, self.at("out/a-t.jpg"))
        self.first()
        self.assertEqual((self.get("victim.txt"), os.stat(victim).st_nlink), (b"precious", 1))
        os.remove(self.at("out/b-t.jpg"))
        os.link(victim, self.at("out/b-t.jpg"))
        self.assert_reasons(self.build(), "built", "output-modified", ["out/b-t.jpg"])
        self.assertEqual(self.get("victim.txt"), b"precious")

    def test_an_output_replaced_by_a_link_to_its_own_bytes_is_not_written_through(self):
        self.first()
        good = self.get("out/a-t.jpg")
        os.rename(self.at("out/a-t.jpg"), self.at("moved.jpg"))
        os.symlink("../moved.jpg", self.at("out/a-t.jpg"))
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        self.build()
        self.assertEqual(self.get("moved.jpg"), good)
        self.assertFalse(os.path.islink(self.at("out/a-t.jpg")))


class Force(ThreeSources):
    def test_force_makes_everything_again(self):
        self.first()
        good = self.contents("out")
        for option in ("--force", "-B"):
            report = self.build(option)
            self.assert_counts(report, built=6, hashed=3, decoded=3)
            self.assert_reasons(report, "built", "forced", self.ALL)
            self.assertEqual(self.contents("out"), good)
        self.assert_all_fresh(6)

    def test_force_is_the_first_reason(self):
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        self.assert_reasons(self.build("--force"), "built", "forced", self.ALL)

    def test_force_under_dry_run_writes_nothing(self):
        self.first()
        before = self.tree()
        report = self.build("--force", "-n")
        self.assert_counts(report, stale=6, hashed=range(0, 4))
        self.assert_reasons(report, "stale", "forced", self.ALL)
        self.assert_untouched(before)

    def test_force_of_a_selection_leaves_the_rest(self):
        self.first()
        before = self.tree()
        report = self.build("--force", "in/a.png")
        self.assert_counts(report, built=2, hashed=1, decoded=1, fresh=range(0, 5))
        self.assert_reasons(report, "built", "forced", self.OF_A)
        after = self.tree()
        self.assertEqual(before["p/out/b-t.jpg"], after["p/out/b-t.jpg"])


class HashInThePath(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/b.png", pictures.tiny(2))
        self.manifest([{"name": "t", "width": 8}], path="{stem}.{hash}.{ext}")

    def test_the_hash_names_the_content_and_the_recipe(self):
        report = self.build()
        self.assert_counts(report, built=2, hashed=2, decoded=2)
        names = self.files("out")
        for name in names:
            self.assertRegex(name, r"^[ab]\.[0-9a-f]{10}\.jpg$")
        self.assertEqual(sorted(item["output"] for item in report.items), [f"out/{name}" for name in names])
        self.assert_all_fresh(2)

    def test_changed_content_is_new_and_the_old_file_an_orphan(self):
        self.build()
        old = self.files("out")
        self.put("in/a.png", pictures.tiny(9))
        report = self.build()
        self.assert_counts(report, built=1, fresh=1, orphans=1, hashed=1, decoded=1)
        (new,) = set(self.files("out")) - set(old)
        self.assertEqual(report.reasons(), {f"out/{new}": ("built", "new"), f"out/{old[0]}": ("orphan", "orphan")})
        self.assertEqual(self.report("prune")["summary"]["pruned"], 1)
        self.assertEqual(self.files("out"), sorted([new, old[1]]))

    def test_a_changed_recipe_is_another_name(self):
        self.build()
        old = set(self.files("out"))
        self.manifest([{"name": "t", "width": 7}], path="{stem}.{hash}.{ext}")
        self.assert_counts(self.build(), built=2, orphans=2, hashed=2, decoded=2)
        self.assertEqual(len(set(self.files("out")) - old), 2)

    def test_equal_bytes_and_recipe_have_equal_hashes(self):
        self.put("in/c.png", self.get("in/a.png"))
        self.build()
        a, _, c = self.files("out")
        self.assertEqual(a[1:], c[1:])
        other = os.path.join(self.root, "other")
        shutil.copytree(self.at("in"), os.path.join(other, "in"))
        shutil.copy(self.at("thumbs.json"), other)
        self.thumbs("build", cwd=other)
        self.assertEqual(sorted(os.listdir(os.path.join(other, "out"))), self.files("out"))

    def test_an_unknown_hash_is_null_in_the_report(self):
        for item in self.build("-n").items:
            self.assertEqual((item["status"], item["reason"]), ("stale", "new"))
            if item["output"] is not None:
                self.assertRegex(item["output"], r"^out/[ab]\.[0-9a-f]{10}\.jpg$")
