"""Sections 2 and 6: `--json=FILE` never replaces what the run reads, makes or lives on."""

import json
import os

import pictures
from harness import Case


class ReportFile(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()

    def assert_refused(self, file, *arguments):
        before = self.tree()
        for command in ("build", "check", "status", "prune"):
            with self.subTest(file=file, command=command):
                result = self.thumbs(command, f"--json={file}", *arguments, code=2)
                self.assertIn(os.path.basename(file), result.err)
                self.assert_untouched(before)

    def test_a_source(self):
        os.symlink("in/a.png", self.at("link"))
        for file in ("in/a.png", "./in/../in/a.png", self.at("in/a.png"), "link"):
            self.assert_refused(file)

    def test_an_output_before_and_after_it_is_made(self):
        self.assert_refused("out/a-t.jpg")
        self.build()
        self.assert_refused("out/a-t.jpg")
        self.assert_refused("out/A-T.jpg")

    def test_the_manifest_and_the_cache_before_and_after_it_is_made(self):
        self.assert_refused("thumbs.json")
        self.assert_refused(".thumbs/cache.db")
        self.build()
        for file in (".thumbs/cache.db", ".thumbs/cache.db-journal"):
            self.assert_refused(file)
            self.thumbs("cache", "stats", f"--json={file}", code=2)

    def test_a_former_report_among_the_sources_is_replaced(self):
        self.manifest(include=["**"])
        for _ in range(2):
            self.thumbs("build", "--json=in/report.json")
            with open(self.at("in/report.json")) as file:
                self.assertEqual(json.load(file)["summary"]["sources"], 1)

    def test_a_former_report_is_never_a_source(self):
        self.manifest(include=["**"])
        self.put("in/sub/other.JSON", '{"tool": "another"}')
        self.thumbs("build", "--json=in/report.json", code=1)
        self.thumbs("status", "--json=in/sub/Status.JSON")
        for command, code in (("check", 3), ("build", 1)):
            report = self.report(command, code=code)
            self.assertEqual({item["source"] for item in report.items}, {"in/sub/other.JSON"})
            self.assertEqual(report.summary["sources"], 2)

    def test_a_refused_run_still_reports_to_a_file(self):
        self.manifest(source="none")
        self.thumbs("build", "--json=report.json", code=2)
        with open(self.at("report.json")) as file:
            self.assertEqual(len(json.load(file)["errors"]), 1)


class Originals(Case):
    """A file that looks like an original and stands where a thumbnail goes: replaced, as the contract says, but said."""

    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/a.jpg", b"somebody's picture")
        self.put("in/b.jpg", b"not in the way")
        self.manifest(output="in", path="{stem}.{ext}", include=["*.png", "a.jpg"])

    def test_both_files_are_named_before_it_is_replaced(self):
        for arguments in (("build", "-n"), ("check",), ("status",), ("build",)):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.get("in/a.jpg"), b"somebody's picture")
                err = self.thumbs(*arguments, code=(0, 3)).err
                self.assertEqual(err.count("in/a.jpg: is replaced, for the thumbnail of in/a.png"), 1, err)
        self.assertTrue(self.get("in/a.jpg").startswith(b"\xff\xd8"))

    def test_and_never_again(self):
        self.thumbs("build")
        for arguments in (("build",), ("build", "--force"), ("check",)):
            self.assertNotIn("replaced", self.thumbs(*arguments).err)

    def test_what_is_not_selected_is_not_replaced(self):
        self.put("in/c.png", pictures.tiny(2))
        self.assertNotIn("replaced", self.thumbs("build", "in/c.png").err)
        self.assertEqual(self.get("in/a.jpg"), b"somebody's picture")

    def test_thumbnails_beside_their_originals_say_nothing(self):
        self.manifest(output="in")
        os.remove(self.at("in/a.jpg"))
        os.remove(self.at("in/b.jpg"))
        for _ in range(2):
            self.assertNotIn("replaced", self.thumbs("build").err)
