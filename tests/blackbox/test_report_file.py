"""`--json=FILE` never replaces a file that the run reads or writes."""

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
