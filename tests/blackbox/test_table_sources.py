"""Staleness after changes of sources: never built, nothing changed, touched, changed, renamed, copied, deleted."""

import os
import shutil

import pictures
from harness import Case, ThreeSources


class NothingChanged(ThreeSources):
    def test_a_first_build_makes_everything(self):
        self.first()
        self.assertEqual(self.files("out"), sorted(p[4:] for p in self.ALL))
        self.assert_no_leftovers()

    def test_a_second_build_reads_and_writes_nothing(self):
        self.first()
        self.assert_all_fresh(6)
        self.assert_no_leftovers()

    def test_no_command_reads_or_writes_when_all_is_fresh(self):
        self.first()
        before = self.tree()
        for command in (["check"], ["status"], ["build", "-n"], ["build", "--prune"], ["build", "-j1"], ["prune"]):
            with self.subTest(command=command):
                self.assert_counts(self.report(*command), fresh=6)
                self.assert_untouched(before)

    def test_it_says_that_there_is_nothing_to_do(self):
        self.first()
        self.assertIn("nothing to do: 6 thumbnails up to date", self.thumbs("build").text())

    def test_verify_hashes_every_source_and_output_and_builds_nothing(self):
        self.first()
        self.assert_counts(self.build("--verify"), fresh=6, hashed=9)

    def test_check_before_the_first_build_writes_nothing(self):
        before = self.tree()
        report = self.report("check", code=3)
        self.assert_counts(report, stale=6, hashed=range(0, 4), outputs=6, sources=3)
        self.assert_reasons(report, "stale", "new", self.ALL)
        self.assert_counts(self.report("status"), stale=6, hashed=range(0, 4))
        self.assert_counts(self.build("-n"), stale=6, hashed=range(0, 4))
        self.assert_untouched(before)


class Touched(ThreeSources):
    def test_a_touched_source_is_hashed_and_not_decoded(self):
        self.first()
        os.utime(self.at("in/a.png"))
        before = self.tree()
        for command in ("check", "status"):
            self.assert_counts(self.report(command), fresh=6, hashed=1)
        self.assert_counts(self.build("-n"), fresh=6, hashed=1)
        self.assert_untouched(before)
        self.assert_counts(self.build(), fresh=6, hashed=1)

    def test_an_older_mtime_with_the_same_bytes_is_fresh(self):
        self.first()
        os.utime(self.at("in/a.png"), (1_000_000_000, 1_000_000_000))
        self.assert_counts(self.build(), fresh=6, hashed=1)

    def test_a_source_replaced_by_a_copy_of_itself_is_fresh(self):
        self.first()
        shutil.copy2(self.at("in/a.png"), self.at("in/copy"))
        os.replace(self.at("in/copy"), self.at("in/a.png"))
        self.assert_counts(self.build(), fresh=6, hashed=1)

    def test_a_chmod_of_a_source_is_no_change(self):
        self.first()
        os.chmod(self.at("in/a.png"), 0o600)
        self.assert_counts(self.build(), fresh=6, hashed=(0, 1))


class Racy(ThreeSources):
    slow = True

    def test_a_touched_source_is_hashed_until_it_is_no_longer_racy(self):
        self.first()
        os.utime(self.at("in/a.png"), (1_000_000_000, 1_000_000_000))  # its ctime is still now
        self.assert_counts(self.build(), fresh=6, hashed=1)
        self.assert_counts(self.build(), fresh=6, hashed=1)
        self.age()
        self.assert_counts(self.build(), fresh=6, hashed=1)
        self.assert_all_fresh(6)

    def test_sources_of_this_moment_are_hashed_until_they_are_old(self):
        for seed, name in enumerate(("a", "b", "sub/c"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed))
        self.first()
        self.assert_counts(self.build(), fresh=6, hashed=3)
        self.age()
        before = self.tree()
        self.assert_counts(self.report("check"), fresh=6, hashed=3)
        self.assert_counts(self.report("check"), fresh=6, hashed=3)
        self.assert_untouched(before)
        self.assert_counts(self.build(), fresh=6, hashed=3)
        self.assert_all_fresh(6)

    def test_a_source_of_the_future_is_hashed_by_every_run(self):
        ahead = 4_000_000_000
        os.utime(self.at("in/a.png"), (ahead, ahead))
        self.first()
        self.age()
        for _ in range(3):
            self.assert_counts(self.build(), fresh=6, hashed=1)


class Changed(ThreeSources):
    def overwrite(self, path, data):
        """Writes in place: the inode stays."""
        with open(self.at(path), "r+b") as file:
            file.truncate(len(data))
            file.write(data)

    def assert_a_is_rebuilt(self):
        old = self.contents("out")
        before = self.tree()
        check = self.report("check", code=3)
        self.assert_counts(check, fresh=4, stale=2, hashed=(0, 1))  # a different size is enough
        self.assert_reasons(check, "stale", "source-changed", self.OF_A)
        self.assert_untouched(before)
        report = self.build()
        self.assert_counts(report, built=2, fresh=4, hashed=1, decoded=1)
        self.assert_reasons(report, "built", "source-changed", self.OF_A)
        self.assertEqual({p for p in old if old[p] != self.contents("out")[p]}, {"a-t.jpg", "a-u.png"})
        self.assert_equals_clean_build()

    def test_other_bytes(self):
        self.first()
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        self.assert_a_is_rebuilt()

    def test_other_bytes_with_an_older_mtime(self):
        self.first()
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        os.utime(self.at("in/a.png"), (1_000_000_000, 1_000_000_000))
        self.assert_a_is_rebuilt()

    def test_other_bytes_of_the_same_size_and_mtime_in_place(self):
        self.first()
        state = os.stat(self.at("in/a.png"))
        self.overwrite("in/a.png", pictures.tiny(99))
        os.utime(self.at("in/a.png"), ns=(state.st_atime_ns, state.st_mtime_ns))
        self.assertEqual(os.stat(self.at("in/a.png")).st_size, state.st_size)
        self.assert_a_is_rebuilt()

    def test_other_bytes_of_the_same_size_and_mtime_renamed_into_place(self):
        state = os.stat(self.at("in/a.png"))
        self.first()
        self.put("in/new", pictures.tiny(99))
        os.utime(self.at("in/new"), ns=(state.st_atime_ns, state.st_mtime_ns))
        os.replace(self.at("in/new"), self.at("in/a.png"))
        self.assert_a_is_rebuilt()

    def test_a_change_and_its_reversal_are_two_changes(self):
        self.first()
        first, original = self.contents("out"), self.get("in/a.png")
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        self.assert_reasons(self.build(), "built", "source-changed", self.OF_A)
        self.put("in/a.png", original)
        self.assert_reasons(self.build(), "built", "source-changed", self.OF_A)
        self.assertEqual(self.contents("out"), first)

    def test_two_sources_that_swap_their_names(self):
        self.first()
        old = self.contents("out")
        os.rename(self.at("in/a.png"), self.at("in/x"))
        os.rename(self.at("in/b.png"), self.at("in/a.png"))
        os.rename(self.at("in/x"), self.at("in/b.png"))
        report = self.build()
        self.assertEqual({r for _, r in report.reasons().values()}, {"source-changed"}, str(report))
        self.assertEqual(report.summary["built"] + report.summary["copied"], 4, str(report))
        new = self.contents("out")
        for end in ("-t.jpg", "-u.png"):
            self.assertEqual((new["a" + end], new["b" + end]), (old["b" + end], old["a" + end]))

    def test_a_changed_source_beside_a_changed_recipe_is_named_as_changed(self):
        self.first()
        self.put("in/a.png", pictures.tiny(99, 17, 13))
        self.manifest([{"name": "t", "width": 9}, self.variants[1]])
        report = self.build()
        self.assertEqual(report.item("out/a-t.jpg")["reason"], "source-changed")
        self.assertEqual(report.item("out/a-u.png")["reason"], "source-changed")
        self.assertEqual(report.item("out/b-t.jpg")["reason"], "recipe-changed")
        self.assert_counts(report, built=4, fresh=2, hashed=3, decoded=3)


class Twins(ThreeSources):
    def test_a_renamed_source_is_copied_and_not_decoded(self):
        self.first()
        old = self.contents("out")
        os.rename(self.at("in/a.png"), self.at("in/z.png"))
        report = self.build()
        # the source, and both twins to verify them
        self.assert_counts(report, copied=2, fresh=4, orphans=2, hashed=3)
        self.assertEqual(report.item("out/z-t.jpg")["status"], "copied")
        self.assertEqual(report.item("out/z-t.jpg")["reason"], "new")
        self.assertEqual(report.item("out/a-t.jpg")["status"], "orphan")
        self.assertEqual(report.item("out/a-t.jpg")["reason"], "orphan")
        self.assertEqual(self.get("out/z-t.jpg"), old["a-t.jpg"])
        self.assertEqual(self.get("out/z-u.png"), old["a-u.png"])
        self.assertEqual(self.get("out/a-u.png"), old["a-u.png"])

    def test_a_copied_source_is_copied_and_not_decoded(self):
        self.first()
        self.put("in/deep/er/z.png", self.get("in/a.png"))
        report = self.build()
        self.assert_counts(report, copied=2, fresh=6, hashed=3, sources=4, outputs=8)
        self.assert_reasons(report, "copied", "new", ["out/deep/er/z-t.jpg", "out/deep/er/z-u.png"])
        self.assert_equals_clean_build()
        self.assertNotEqual(os.stat(self.at("out/a-t.jpg")).st_ino, os.stat(self.at("out/deep/er/z-t.jpg")).st_ino)

    def test_a_copy_under_dry_run_is_stale_and_writes_nothing(self):
        self.first()
        self.put("in/z.png", self.get("in/a.png"))
        before = self.tree()
        report = self.build("-n")
        self.assert_counts(report, stale=2, fresh=6, hashed=range(1, 4))
        self.assert_reasons(report, "stale", "new", ["out/z-t.jpg", "out/z-u.png"])
        self.assert_untouched(before)

    def test_a_twin_that_was_tampered_with_is_not_copied(self):
        self.first()
        good = self.get("out/a-t.jpg")
        state = os.stat(self.at("out/a-t.jpg"))
        self.put("out/a-t.jpg", good[:-9] + b"tampered\xd9")  # same size and mtime: counts as fresh
        os.utime(self.at("out/a-t.jpg"), ns=(state.st_atime_ns, state.st_mtime_ns))
        self.put("in/z.png", self.get("in/a.png"))
        self.build()
        self.assertEqual(self.get("out/z-t.jpg"), good)

    def test_where_the_first_twin_is_gone_another_is_copied(self):
        self.put("in/z.png", self.get("in/a.png"))
        self.build()
        os.remove(self.at("in/a.png"))
        os.remove(self.at("out/a-t.jpg"))
        self.put("in/zz.png", self.get("in/z.png"))
        report = self.build()
        self.assertEqual(report.item("out/zz-t.jpg")["status"], "copied")
        self.assertEqual(report.summary["decoded"], 0)

    def test_of_several_copies_whose_twin_does_not_hold_one_is_built(self):
        self.build()
        bytes_of_a = self.get("in/a.png")
        os.remove(self.at("in/a.png"))
        for name in ("x", "y", "z"):
            self.put(f"in/{name}.png", bytes_of_a)
        for output in self.OF_A:
            good = self.get(output)
            self.put(output, good[:-9] + b"tampered\xd9")
        report = self.build()
        self.assert_counts(report, built=2, copied=4, fresh=4, orphans=2, hashed=range(5, 10), decoded=1)
        self.assertEqual({o for o, (s, _) in report.reasons().items() if s == "built"}, {"out/x-t.jpg", "out/x-u.png"})

    def test_a_twin_that_is_gone_is_no_twin(self):
        self.first()
        os.remove(self.at("out/a-t.jpg"))
        self.put("in/z.png", self.get("in/a.png"))
        self.build()
        self.assert_equals_clean_build()


class NewTwins(Case):
    variants = [{"name": "t", "width": 8}, {"name": "u", "width": 6}]

    def prepare(self):
        for name in ("m", "b", "sub/a", "z"):
            self.put(f"in/{name}.png", pictures.tiny(1))
        self.put("in/other.png", pictures.tiny(2))
        self.manifest(self.variants)

    def assert_first_by_path_is_built(self, report, reason):
        self.assert_counts(report, built=4, copied=6, decoded=2, hashed=range(2, 12))
        status = {output: status for output, (status, _) in report.reasons().items()}
        self.assertEqual({o for o in status if status[o] == "built"}, {f"out/{n}-{v}.jpg" for n in ("b", "other") for v in "tu"})
        self.assertEqual({r for _, r in report.reasons().values()}, {reason})
        self.assertEqual(len({self.get(f"out/{n}-t.jpg") for n in ("m", "b", "sub/a", "z")}), 1)

    def test_of_equal_new_sources_the_first_by_path_is_built(self):
        self.assert_first_by_path_is_built(self.build(), "new")
        self.assert_all_fresh(10)

    def test_of_equal_sources_the_first_by_path_is_built_under_force(self):
        self.build()
        self.assert_first_by_path_is_built(self.build("--force"), "forced")
        self.assert_all_fresh(10)


class Deleted(ThreeSources):
    def test_the_outputs_of_a_deleted_source_are_orphans_and_stay(self):
        self.first()
        os.remove(self.at("in/a.png"))
        check = self.report("check", code=3)
        self.assert_counts(check, fresh=4, orphans=2)
        self.assert_reasons(check, "orphan", "orphan", self.OF_A)
        report = self.build()
        self.assert_counts(report, fresh=4, orphans=2)
        self.assert_reasons(report, "orphan", "orphan", self.OF_A)
        self.assertTrue(self.exists("out/a-t.jpg") and self.exists("out/a-u.png"))

    def test_a_second_build_with_orphans_writes_nothing(self):
        self.first()
        os.remove(self.at("in/a.png"))
        self.build()
        before = self.tree()
        self.assert_counts(self.build(), fresh=4, orphans=2)
        self.assert_untouched(before)

    def test_a_source_that_comes_back_is_fresh_again(self):
        self.first()
        data = self.get("in/a.png")
        os.remove(self.at("in/a.png"))
        self.build()
        self.put("in/a.png", data)
        self.assert_counts(self.build(), fresh=6, hashed=range(1, 4))


class Succession(ThreeSources):
    def test_another_source_takes_over_an_output(self):
        self.first()
        os.remove(self.at("in/a.png"))
        self.put("in/a.jpg", pictures.tiny(60, 20, 20))
        report = self.build()
        self.assert_counts(report, built=2, fresh=4, hashed=1, decoded=1)
        self.assert_equals_clean_build()

    def test_the_same_bytes_under_another_extension(self):
        self.first()
        os.rename(self.at("in/a.png"), self.at("in/a.jpeg"))
        report = self.build()
        self.assertEqual((report.summary["decoded"], report.summary["orphans"]), (0, 0), str(report))
        self.assert_equals_clean_build()
        self.assert_counts(self.build(), fresh=6, hashed=(0, 1))

    def test_a_file_becomes_a_folder(self):
        self.first()
        os.remove(self.at("in/a.png"))
        self.put("in/a.png/x.png", pictures.tiny(60))
        self.assert_counts(self.build(), built=2, fresh=4, orphans=2, hashed=1, decoded=1)
        self.thumbs("prune")
        self.assert_equals_clean_build()

    def test_hard_links_are_copies(self):
        self.first()
        os.link(self.at("in/a.png"), self.at("in/z.png"))
        self.assert_counts(self.build(), copied=2, fresh=6, hashed=range(3, 5))
        self.assert_equals_clean_build()

    def test_one_source_of_twins_changes(self):
        self.put("in/z.png", self.get("in/a.png"))
        self.build()
        good = self.get("out/z-t.jpg")
        self.put("in/a.png", pictures.tiny(60, 20, 20))
        self.assert_reasons(self.build(), "built", "source-changed", self.OF_A)
        self.assertEqual(self.get("out/z-t.jpg"), good)
        self.assert_equals_clean_build()


class Retry(ThreeSources):
    def test_a_failure_is_tried_again_and_its_old_output_stays(self):
        self.first()
        old = self.contents("out")
        good = self.get("in/a.png")
        self.put("in/a.png", b"no picture at all")
        report = self.build(code=1)
        self.assert_counts(report, failed=2, fresh=4, hashed=1, decoded=(0, 1))
        self.assert_reasons(report, "failed", "source-changed", self.OF_A)
        self.assertEqual(self.contents("out"), old)
        check = self.report("check", code=3)
        self.assert_counts(check, stale=2, fresh=4, hashed=(0, 1))
        self.assert_reasons(check, "stale", "retry", self.OF_A)
        again = self.build(code=1)
        self.assert_counts(again, failed=2, fresh=4, hashed=1, decoded=(0, 1))
        self.assert_reasons(again, "failed", "retry", self.OF_A)
        self.put("in/a.png", good)
        self.assert_counts(self.build(), built=2, fresh=4, hashed=1, decoded=1)
        self.assertEqual(self.contents("out"), old)

    def test_a_new_source_that_fails_is_tried_by_every_run(self):
        self.put("in/bad.png", b"no picture at all")
        report = self.build(code=1)
        self.assert_counts(report, built=6, failed=2, hashed=4, decoded=(3, 4))
        again = self.build(code=1)
        self.assert_counts(again, fresh=6, failed=2, hashed=1, decoded=(0, 1))
        for output in ("out/bad-t.jpg", "out/bad-u.png"):
            self.assertIn(again.item(output)["reason"], ("new", "retry"))
            self.assertFalse(self.exists(output))
