"""The commands: check, status, explain, prune, clean, cache; PATH selections; exit codes."""

import json
import os
import shutil

import pictures
from harness import Case, ThreeSources


class Check(ThreeSources):
    def test_exit_codes(self):
        self.thumbs("check", code=3)
        self.first()
        self.thumbs("check", code=0)
        os.remove(self.at("out/a-t.jpg"))
        self.thumbs("check", code=3)
        self.thumbs("build")
        self.thumbs("check", code=0)
        os.remove(self.at("in/a.png"))
        self.thumbs("check", code=3)
        self.thumbs("prune")
        self.thumbs("check", code=0)
        self.put("in/b.png", b"bad")
        self.thumbs("build", code=1)
        self.thumbs("check", code=3)

    def test_status_is_for_people_and_always_exits_0(self):
        self.assertIn("new", self.thumbs("status").out)
        self.first()
        self.thumbs("status")
        os.remove(self.at("out/a-t.jpg"))
        result = self.thumbs("status")
        self.assertIn("output-missing", result.out)
        self.assertIn("s", result.out)

    def test_explain_option_gives_a_line_for_each_stale_output(self):
        self.first()
        self.manifest([{"name": "t", "width": 7}, self.variants[1]])
        before = self.tree()
        for command, code in ((["check"], 3), (["status"], 0), (["build", "-n"], 0)):
            text = self.thumbs(*command, "--explain", code=code).text()
            for output in self.T:
                self.assertTrue([line for line in text.splitlines() if output in line], f"{output}: {text}")
        self.assert_untouched(before)
        text = self.thumbs("build", "--explain").text()
        for output in self.T:
            self.assertIn(output, text)


class Explain(ThreeSources):
    def test_a_changed_setting_old_and_new(self):
        self.manifest([{**self.variants[0], "quality": 71}, self.variants[1]])
        self.first()
        self.manifest([{**self.variants[0], "quality": 72}, self.variants[1]])
        before = self.tree()
        for path in ("in/a.png", "out/a-t.jpg"):
            out = self.thumbs("explain", path).out
            self.assertRegex(out, r"71.*72")
            self.assertIn("quality", out)
            self.assertIn("out/a-t.jpg", out)
            self.assertNotIn("out/b-t.jpg", out)
        self.assert_untouched(before)

    def test_fresh_and_new(self):
        self.assertIn("new", self.thumbs("explain", "in/a.png").out)
        self.first()
        self.assertRegex(self.thumbs("explain", "in/a.png").out, "fresh|up to date")

    def test_reasons(self):
        self.first()
        os.remove(self.at("out/a-t.jpg"))
        self.assertIn("output-missing", self.thumbs("explain", "out/a-t.jpg").out)
        self.put("in/b.png", pictures.tiny(99))
        self.assertIn("source-changed", self.thumbs("explain", "in/b.png").out)
        os.remove(self.at("in/sub/c.png"))
        self.assertIn("orphan", self.thumbs("explain", "out/sub/c-t.jpg").out)

    def test_a_path_that_is_nothing(self):
        self.first()
        self.thumbs("explain", "in/nothing.png", code=2)
        self.thumbs("explain", "thumbs.json", code=2)


class Prune(ThreeSources):
    def orphaned(self):
        self.first()
        os.remove(self.at("in/a.png"))

    def test_it_removes_orphans_alone(self):
        self.orphaned()
        report = self.report("prune")
        self.assert_counts(report, pruned=2, fresh=range(0, 5), hashed=range(0, 3))
        self.assert_reasons(report, "pruned", "orphan", self.OF_A)
        self.assertEqual(self.files("out"), ["b-t.jpg", "b-u.png", "sub/c-t.jpg", "sub/c-u.png"])
        self.assert_all_fresh(4)

    def test_verbose_names_what_was_removed(self):
        self.orphaned()
        self.assertIn("pruned out/a-t.jpg", self.thumbs("prune", "-v", "out/a-t.jpg").out)
        self.assertIn("pruned out/a-u.png", self.thumbs("build", "--prune", "-v").out)
        self.assertIn("pruned out/b-t.jpg", self.thumbs("clean", "-v").out)

    def test_it_builds_nothing(self):
        self.orphaned()
        self.put("in/new.png", pictures.tiny(50))
        self.assertEqual(self.report("prune").summary["built"], 0)
        self.assertFalse(self.exists("out/new-t.jpg"))

    def test_a_changed_orphan_is_named_once_kept_and_forgotten(self):
        self.orphaned()
        self.put("out/a-t.jpg", b"retouched by hand")
        result = self.thumbs("prune")
        self.assertIn("out/a-t.jpg", result.err)
        self.assertEqual(self.get("out/a-t.jpg"), b"retouched by hand")
        self.assertFalse(self.exists("out/a-u.png"))
        self.assertNotIn("a-t.jpg", self.thumbs("prune").text())
        self.assert_all_fresh(4)

    def test_a_touched_orphan_is_unchanged(self):
        self.orphaned()
        os.utime(self.at("out/a-t.jpg"), (1_000_000_000, 1_000_000_000))
        self.assert_counts(self.report("prune"), pruned=2, fresh=range(0, 5), hashed=range(1, 3))
        self.assertFalse(self.exists("out/a-t.jpg"))

    def test_an_orphan_that_is_gone_is_forgotten(self):
        self.orphaned()
        os.remove(self.at("out/a-t.jpg"))
        self.thumbs("prune")
        self.assert_all_fresh(4)

    def test_dry_run_writes_nothing(self):
        self.orphaned()
        before = self.tree()
        report = self.report("prune", "-n")
        self.assertEqual(report.summary["pruned"], 0)
        self.assertIn("out/a-t.jpg", {item["output"] for item in report.items})
        self.assertIn("out/a-t.jpg", self.thumbs("prune", "-n").text())
        self.assert_untouched(before)

    def test_a_set_that_lost_all_its_sources_is_refused_without_force(self):
        self.first()
        shutil.rmtree(self.at("in"))
        os.makedirs(self.at("in"))
        before = self.tree(without=["p/.thumbs*"])
        self.assertNotEqual(self.thumbs("prune", code=None).err.strip(), "")
        self.thumbs("build", "--prune", code=None)
        self.assert_untouched(before, without=["p/.thumbs*"])
        self.assertEqual(self.report("prune", "--force").summary["pruned"], 6)
        self.assertFalse(self.exists("out/a-t.jpg"))

    def test_with_build_only_after_no_failure(self):
        self.orphaned()
        good = self.get("in/b.png")
        self.put("in/b.png", b"bad")
        self.assert_counts(self.build("--prune", code=1), failed=2, fresh=2, orphans=2, hashed=1, decoded=(0, 1))
        self.assertTrue(self.exists("out/a-t.jpg"))
        self.put("in/b.png", good)
        self.assert_counts(self.build("--prune"), built=2, fresh=2, pruned=2, hashed=1, decoded=1)
        self.assertFalse(self.exists("out/a-t.jpg"))

    def test_a_selection_of_orphans(self):
        self.orphaned()
        os.remove(self.at("in/b.png"))
        report = self.report("prune", "out/a-t.jpg")
        self.assertEqual(report.summary["pruned"], 1)
        self.assertEqual(self.files("out"), ["a-u.png", "b-t.jpg", "b-u.png", "sub/c-t.jpg", "sub/c-u.png"])
        self.thumbs("prune", "out/nothing.jpg", code=2)

    def test_it_removes_a_link_and_not_its_target(self):
        self.orphaned()
        os.rename(self.at("out/a-t.jpg"), self.at("moved.jpg"))
        os.symlink("../moved.jpg", self.at("out/a-t.jpg"))
        self.thumbs("prune")
        self.assertTrue(self.exists("moved.jpg"))

    def test_a_set_that_never_had_a_source_stops_nothing(self):
        variants = [{"name": "t", "width": 8}]
        sets = [
            {"name": kind, "source": "in", "include": [f"**/*.{kind}"], "output": f"out/{kind}", "variants": variants}
            for kind in ("png", "webp")
        ]
        self.manifest_text(json.dumps({"sets": sets}))
        self.build()
        os.remove(self.at("in/a.png"))
        self.assertEqual(self.report("prune").summary["pruned"], 1)


class Clean(ThreeSources):
    def test_it_removes_what_it_made_and_the_cache(self):
        self.put("out/mine.txt", "mine")
        self.first()
        self.put("out/b-t.jpg", b"retouched by hand")
        self.thumbs("clean")
        self.assertEqual(self.files("out"), ["b-t.jpg", "mine.txt"])
        self.assertFalse(self.exists(".thumbs/cache.db"))
        self.assertEqual(self.files("in"), ["a.png", "b.png", "sub/c.png"])

    def test_orphans_go_too(self):
        self.first()
        os.remove(self.at("in/a.png"))
        self.thumbs("clean")
        self.assertEqual(self.files("out") if self.exists("out") else [], [])

    def test_dry_run_writes_nothing(self):
        self.first()
        before = self.tree()
        self.thumbs("clean", "-n")
        self.assert_untouched(before)

    def test_without_a_cache(self):
        self.put("out/a-t.jpg", b"not ours")
        self.thumbs("clean")
        self.assertEqual(self.files("out"), ["a-t.jpg"])


class CacheCommands(ThreeSources):
    def test_stats_and_verify_exit_0_and_change_nothing(self):
        self.first()
        before = self.tree()
        self.assertNotEqual(self.thumbs("cache", "stats").out.strip(), "")
        self.thumbs("cache", "verify")
        self.assert_untouched(before)

    def test_an_unknown_one_is_refused(self):
        self.thumbs("cache", "polish", code=2)
        self.thumbs("cache", code=2)


class Selection(ThreeSources):
    def test_files_folders_and_globs(self):
        for arguments, wanted in (
            (["in/a.png"], self.OF_A),
            (["./in/a.png"], self.OF_A),
            (["in/sub"], ["out/sub/c-t.jpg", "out/sub/c-u.png"]),
            (["in/sub/"], ["out/sub/c-t.jpg", "out/sub/c-u.png"]),
            (["in/*.png"], self.OF_A + self.OF_B),
            (["in/**/*.png"], self.ALL),
            (["in"], self.ALL),
            (["."], self.ALL),
            (["in/a.png", "in/sub"], self.OF_A + ["out/sub/c-t.jpg", "out/sub/c-u.png"]),
            ([self.at("in/b.png")], self.OF_B),
        ):
            with self.subTest(arguments=arguments):
                self.assert_reasons(self.build("-n", *arguments), "stale", "new", wanted)

    def test_a_build_of_a_selection_makes_nothing_else(self):
        self.assert_counts(self.build("in/a.png"), built=2, hashed=range(1, 4), decoded=1)
        self.assertEqual(self.files("out"), ["a-t.jpg", "a-u.png"])
        self.assert_counts(self.build(), built=4, fresh=2, hashed=2, decoded=2)

    def test_no_command_with_a_path_is_build(self):
        self.thumbs("in/a.png")
        self.assertEqual(self.files("out"), ["a-t.jpg", "a-u.png"])

    def test_a_path_that_matches_nothing_is_an_error(self):
        self.first()
        before = self.tree()
        for path in ("in/nothing.png", "nothing", "in/*.gif", "thumbs.json", "../p/in/x"):
            for command in ("build", "check", "status"):
                with self.subTest(path=path, command=command):
                    self.assertIn(path, self.thumbs(command, path, code=2).err)
        self.thumbs("build", "in/a.png", "in/nothing.png", code=2)
        self.assert_untouched(before)

    def test_relative_to_the_current_folder(self):
        result = self.report("build", "-n", "-f", "../thumbs.json", "a.png", cwd=self.at("in"))
        self.assert_reasons(result, "stale", "new", self.OF_A)
        result = self.report("build", "-n", "-C", "in", "-f", "../thumbs.json", "a.png")
        self.assert_reasons(result, "stale", "new", self.OF_A)

    def test_nothing_outside_is_pruned_or_forgotten(self):
        self.first()
        os.remove(self.at("in/a.png"))
        self.assertEqual(self.build("--prune", "in/b.png").summary["pruned"], 0)
        self.assertTrue(self.exists("out/a-t.jpg"))
        self.put("in/sub/c.png", pictures.tiny(99))
        self.thumbs("build", "in/b.png")
        self.thumbs("check", "in/b.png")
        self.assert_counts(self.build(), built=2, fresh=2, orphans=2, hashed=1, decoded=1)

    def test_check_of_a_selection(self):
        self.thumbs("build", "in/a.png")
        self.thumbs("check", "in/a.png", code=0)
        self.thumbs("check", "in/b.png", code=3)


class Shared(Case):
    def test_a_source_of_two_sets(self):
        self.put("in/a.png", pictures.tiny(1))
        one = {"source": "in", "variants": [{"name": "t", "width": 8}]}
        sets = [{**one, "name": "x", "output": "out"}, {**one, "name": "y", "output": "out2"}]
        self.manifest_text(json.dumps({"sets": sets}))
        report = self.build()
        self.assertEqual(report.summary["built"] + report.summary["copied"], 2)
        self.assertEqual(self.get("out/a-t.jpg"), self.get("out2/a-t.jpg"))
        self.assertEqual({item["set"] for item in report.items}, {"x", "y"})
