"""In a GitHub workflow: log groups and annotations on standard error, a job summary, everything else as ever."""

import json
import os

import pictures
from harness import Case, environment


class Github(Case):
    def prepare(self):
        self.put("site/in/a.png", pictures.tiny(1))
        self.put("site/in/50%, or|so.png", "no picture")
        self.put("site/thumbs.json", json.dumps({"sets": [{"source": "in", "output": "out", "variants": [{"name": "t", "width": 8}, {"name": "u", "width": 4}]}]}))
        self.summary = os.path.join(self.root, "summary.md")

    def run_in_workflow(self, *arguments, **options):
        variables = environment(GITHUB_ACTIONS="true", GITHUB_WORKSPACE=self.project, GITHUB_STEP_SUMMARY=self.summary)
        return self.thumbs(*arguments, env=variables, **options)

    def summary_text(self):
        with open(self.summary, encoding="utf-8") as file:
            return file.read()

    def test_a_picture_that_fails(self):
        result = self.run_in_workflow("-C", "site", code=1)
        self.assertEqual(
            result.err,
            "::group::thumbs build\n"
            "thumbs: error: in/50%, or|so.png: decode: not a picture of a known format\n"
            "::endgroup::\n"
            "::error file=site/in/50%25%2C or|so.png::decode: not a picture of a known format\n",
        )
        self.assertTrue(result.out.startswith("built 2, failed 2 "), result.out)
        self.assertTrue(self.summary_text().startswith("### thumbs: 2 thumbnails failed\n\n2 built, 2 failed\n"), self.summary_text())
        self.assertIn("| `out/50%, or\\|so-t.jpg` | failed | `decode: not a picture of a known format` |", self.summary_text())

    def test_standard_output_and_exit_codes_are_as_ever(self):
        for arguments, code in ((["build", "--json"], 1), (["check", "--json"], 3), (["check"], 3), (["status"], 0), (["init", "--json"], 2)):
            with self.subTest(arguments=arguments):
                here = self.run_in_workflow(*arguments, code=code, cwd=self.at("site"))
                there = self.thumbs(*arguments, code=code, cwd=self.at("site"))
                if "--json" in arguments:
                    self.assertEqual(json.loads(here.out).keys(), json.loads(there.out).keys())
                else:
                    self.assertEqual(here.out, there.out)
                self.assertNotIn("::", there.err)

    def test_each_run_appends_to_the_summary(self):
        self.run_in_workflow("check", "-q", code=3, cwd=self.at("site"))
        first = self.summary_text()
        self.run_in_workflow("check", "-q", code=3, cwd=self.at("site"))
        self.assertEqual(self.summary_text(), first * 2)
        self.run_in_workflow("cache", "stats", cwd=self.at("site"))
        self.assertEqual(self.summary_text(), first * 2)

    def test_a_summary_that_cannot_be_written_is_a_warning(self):
        self.summary = os.path.join(self.root, "nowhere", "summary.md")
        result = self.run_in_workflow("status", cwd=self.at("site"))
        self.assertIn("thumbs: warning: GITHUB_STEP_SUMMARY: ", result.err)

    def test_wrong_options_and_manifests(self):
        result = self.run_in_workflow("build", "--jobs", "x", code=2)
        self.assertIn('::error::--jobs: "x" is not a number', result.err)
        self.put("site/thumbs.json", '{\n  "sets": 1,\n  "more": 2\n}')
        result = self.run_in_workflow("check", "-f", "site/thumbs.json", code=2)
        self.assertEqual(result.err.count("::error file=site/thumbs.json,line="), 2, result.err)
        self.assertIn("the manifest or the command line is wrong", self.summary_text())
