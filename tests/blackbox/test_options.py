"""The options and the report."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys

import harness
import pictures
from harness import Case, ThreeSources


class Options(ThreeSources):
    def test_version_and_help(self):
        for arguments in (["--version"], ["--help"], ["-h"], ["build", "--help"]):
            result = self.thumbs(*arguments, cwd=self.root)
            self.assertNotEqual(result.out.strip(), "")
            self.assertEqual(result.err, "")
        first, *libraries = self.thumbs("--version").out.splitlines()
        self.assertRegex(first, r"^thumbs \d+\.\d+\.\d+$")
        for name in ("libjpeg-turbo", "libpng", "libdeflate", "lcms"):
            self.assertTrue(any(re.fullmatch(rf"  {name} \d+(\.\d+)+", line) for line in libraries), libraries)
        text = self.thumbs("--help").out
        for word in ("build", "check", "prune", "--manifest", "--jobs", "--dry-run", "--force", "--json", "--fail-fast"):
            self.assertIn(word, text)

    def test_usage_errors(self):
        before = self.tree()
        for arguments in (
            ["--nonsense"],
            ["build", "--nonsense"],
            ["-Z"],
            ["nonsense"],
            ["-j", "0"],
            ["-j", "many"],
            ["-j", "-1"],
            ["-j"],
            ["--memory", "much"],
            ["--wait", "long"],
            ["--progress", "loud"],
            ["--color", "blue"],
            ["-C", "nowhere"],
            ["-f", "nowhere.json"],
            ["explain"],
            ["--force=false"],
            ["--dry-run=1"],
        ):
            with self.subTest(arguments=arguments):
                result = self.thumbs(*arguments, code=2)
                self.assertEqual(result.out, "")
                self.assertNotEqual(result.err.strip(), "")
        self.assert_untouched(before)

    def test_no_manifest_here(self):
        result = self.thumbs("build", cwd=self.at("in"), code=2)
        self.assertIn("thumbs.json", result.err)

    def test_no_command_is_build(self):
        self.thumbs()
        self.assertEqual(len(self.files("out")), 6)

    def test_manifest_and_folder(self):
        os.rename(self.at("thumbs.json"), self.at("other.json"))
        for arguments, cwd in (
            (["-f", "other.json"], self.project),
            (["--manifest", "other.json"], self.project),
            (["--manifest=other.json"], self.project),
            (["-f", "p/other.json"], self.root),
            (["-C", "p", "-f", "other.json"], self.root),
            (["-f", self.at("other.json")], "/"),
        ):
            with self.subTest(arguments=arguments):
                report = self.report("build", "-n", *arguments, cwd=cwd)
                self.assert_reasons(report, "stale", "new", self.ALL)

    def test_options_before_and_after_the_command(self):
        self.thumbs("-j", "1", "build", "-n")
        self.thumbs("build", "-n", "-j1")
        self.thumbs("build", "--dry-run", "--jobs=2")
        self.thumbs("build", "--dry-run", "--", "in/a.png")

    def test_jobs_are_reported_and_follow_the_affinity(self):
        self.assertEqual(self.build("-n", "-j3")["jobs"], 3)
        one = min(os.sched_getaffinity(0))
        report = self.build("-n", before=lambda: os.sched_setaffinity(0, {one}))
        self.assertEqual(report["jobs"], 1)

    def test_a_small_memory_budget_still_builds(self):
        self.assert_counts(self.build("--memory", "1MiB"), built=6, hashed=3, decoded=3)

    def test_large_files_leave_memory_as_they_found_it(self):
        self.skip_with_sanitizers()
        shutil.rmtree(self.at("in"))
        data = pictures.rough_png(1200, 1800, 1)  # 6.2 MiB
        for i in range(20):
            self.put(f"in/{i}.png", data + bytes([i]))  # bytes after the last chunk are not part of the picture
        self.manifest()
        self.assertLess(self.peak("-j1"), 40, "a file's memory was not given back")
        self.assertLess(self.peak("-j16", "--memory", "16MiB"), 80, "files in flight are no part of the budget")

    def test_stats(self):
        text = self.thumbs("--stats").text()
        self.assertRegex(text, r"[0-9.]+ s to find out what is stale, [0-9.]+ s to build with \d+ workers?:\n")
        self.assertRegex(text, r"(?m)^  decode +\d+ % +[0-9.]+ s$")
        self.assertRegex(text, r"(?m)bounds this run|too few pictures")
        self.assertIn("nothing was made", self.thumbs("--stats").text())
        stats = self.build("--force", "--stats", "-j1").document["stats"]
        stages = [stats[name] for name in ("read", "decode", "resize", "encode", "write", "record", "memory")]
        self.assertTrue(all(stage["seconds"] >= 0 and stage["cpuSeconds"] >= 0 for stage in stages), stats)
        of_workers = [stats[name] for name in ("read", "decode", "resize", "encode", "write", "memory")]
        spent = sum(stage["seconds"] for stage in of_workers) + stats["idleSeconds"]
        self.assertAlmostEqual(spent, stats["buildSeconds"], delta=0.02)
        self.assertIn(stats["bound"], ("cpu", "reading", "writing", "memory", "pictures"))
        self.assertNotIn("stats", self.build().document)
        self.assertIn("--stats works only with build", self.thumbs("check", "--stats", code=2).err)

    def test_fail_fast(self):
        for i in range(60):
            self.put(f"in/bad{i:02}.png", b"no picture %d" % i)
        report = self.build("--fail-fast", "-j1", code=1)
        self.assertTrue(1 <= report.summary["failed"] < 120, report.summary)
        self.assertEqual(self.build("-j1", code=1).summary["failed"], 120)

    def test_dry_run_writes_nothing_and_exits_0(self):
        before = self.tree()
        report = self.build("-n")
        self.assert_counts(report, stale=6, hashed=range(0, 4))
        self.assertIn("6", self.thumbs("-n").text())
        self.assert_untouched(before)
        self.put("in/bad.png", b"bad")
        before = self.tree()
        self.thumbs("build", "--dry-run")
        self.assert_untouched(before)

    def test_dry_run_prunes_nothing(self):
        self.first()
        os.remove(self.at("in/a.png"))
        before = self.tree()
        self.build("-n", "--prune")
        self.assert_untouched(before)


class Streams(ThreeSources):
    def test_quiet_says_nothing_but_errors(self):
        result = self.thumbs("build", "-q")
        self.assertEqual((result.out, result.err), ("", ""))
        self.put("in/bad.png", b"bad")
        result = self.thumbs("build", "--quiet", code=1)
        self.assertIn("in/bad.png", result.err)
        self.assertEqual(result.out, "")

    def test_verbose_names_each_output(self):
        text = self.thumbs("build", "-v").text()
        for output in self.ALL:
            self.assertIn(output, text)

    def test_errors_and_warnings_go_to_stderr(self):
        self.put("in/bad.png", b"bad")
        os.symlink("nowhere", self.at("in/gone.png"))
        result = self.thumbs("build", code=1)
        self.assertIn("in/bad.png", result.err)
        self.assertIn("gone.png", result.err)
        self.assertNotIn("bad.png", result.out)

    def test_json_alone_on_stdout_or_in_a_file(self):
        self.put("in/bad.png", b"bad")
        os.symlink("nowhere", self.at("in/gone.png"))
        report = self.build("-v", "--progress", "plain", code=1)  # it parses stdout
        result = self.thumbs("build", "--json=report.json", "--force", code=1)
        document = json.loads(self.get("report.json"))
        self.assertEqual(document["summary"]["built"], 6)
        self.assertEqual(set(document), set(report.document))
        self.assertNotIn('"summary"', result.out)

    def test_no_colours_where_nobody_looks(self):
        self.put("in/bad.png", b"bad")
        for arguments, changes in (
            ([], {}),
            (["--color", "never"], {"CLICOLOR_FORCE": "1"}),
            (["--color=auto"], {"TERM": "dumb"}),
            ([], {"NO_COLOR": "1"}),
        ):
            result = self.thumbs("build", *arguments, code=1, env=harness.environment(**changes))
            self.assertNotIn("\x1b", result.text())

    def test_colours_when_asked(self):
        self.put("in/bad.png", b"bad")
        self.assertIn("\x1b[", self.thumbs("build", "--color", "always", code=1).text())
        forced = harness.environment(CLICOLOR_FORCE="1")
        self.assertIn("\x1b[", self.thumbs("build", code=1, env=forced).text())

    def on_a_terminal(self, *arguments, **changes):
        ours, theirs = pty.openpty()
        run = subprocess.Popen(
            [harness.PROGRAM, *arguments],
            cwd=self.project,
            env=harness.environment(TERM="xterm", **changes),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        text = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            text += part
        os.close(ours)
        return run.wait(timeout=30), text.decode(errors="replace")

    def test_bars_on_a_terminal(self):
        code, text = self.on_a_terminal("build", "--progress", "bar")
        self.assertEqual(code, 0, text)
        self.assertIn("%", text)
        code, text = self.on_a_terminal("build", "--force", "--progress", "none")
        self.assertNotIn("%", text)

    def test_no_colour_on_a_terminal_that_asks_for_none(self):
        self.put("in/bad.png", b"bad")
        _, text = self.on_a_terminal("build", "--progress", "none", NO_COLOR="1")
        self.assertNotRegex(text, "\x1b\\[[0-9;]*m")
        _, text = self.on_a_terminal("build", "--progress", "none")
        self.assertRegex(text, "\x1b\\[[0-9;]*m")

    def test_plain_lines_when_asked_even_for_a_short_run(self):
        text = self.thumbs("build", "--progress", "plain").err
        self.assertRegex(text, r"(?m)^scan 3 files")
        self.assertRegex(text, r"(?m)^build 100% 6/6 thumbnails")
        self.assertNotIn("\r", text)
        self.assertEqual(self.thumbs("build", "--force", "--progress", "none").err, "")

    def test_no_bars_in_a_pipe(self):
        result = self.thumbs("build")
        self.assertNotIn("\r", result.text())


class TheReport(ThreeSources):
    def test_the_document(self):
        document = self.build("-j2").document
        for key in ("schema", "tool", "version", "command", "manifest", "jobs", "shard", "summary", "items"):
            self.assertIn(key, document)
        self.assertEqual((document["schema"], document["tool"]), (1, "thumbs"))
        self.assertEqual((document["command"], document["jobs"]), ("build", 2))
        for key in harness.COUNTED + ("sources", "outputs", "statted", "bytesRead", "bytesWritten", "seconds"):
            self.assertIn(key, document["summary"])
        self.assertEqual(self.report("check").document["command"], "check")

    def test_the_items(self):
        report = self.build()
        self.assertEqual([item["output"] for item in report.items], sorted(self.ALL))
        for item in report.items:
            self.assertLessEqual(
                {"set", "source", "variant", "output", "status", "reason", "width", "height", "bytes", "milliseconds"},
                set(item),
            )
            data = self.get(item["output"])
            self.assertEqual((item["set"], item["bytes"]), ("s", len(data)))
            if item["variant"] == "u":
                self.assertEqual(pictures.Png(data).size, (item["width"], item["height"]))
        first = report.items[0]
        self.assertEqual((first["source"], first["variant"]), ("in/a.png", "t"))
        self.assertEqual((first["width"], first["height"]), (8, 6))

    def test_the_bytes(self):
        summary = self.build().summary
        sources = sum(len(data) for data in self.contents("in").values())
        self.assertGreaterEqual(summary["bytesRead"], sources)
        self.assertEqual(summary["bytesWritten"], sum(len(data) for data in self.contents("out").values()))
        summary = self.build().summary
        self.assertEqual((summary["bytesRead"], summary["bytesWritten"]), (0, 0))
        self.assertGreaterEqual(summary["statted"], 9)

    def test_verbose_lists_fresh_ones_too(self):
        self.first()
        report = self.build("-v")
        self.assertEqual([item["output"] for item in report.items], sorted(self.ALL))
        self.assertEqual({item["status"] for item in report.items}, {"fresh"})

    def test_a_failure(self):
        self.put("in/bad.png", b"no picture")
        item = self.build(code=1).item("out/bad-t.jpg")
        self.assertEqual((item["status"], item["source"]), ("failed", "in/bad.png"))
        self.assertEqual(item["error"]["code"], "not-a-picture")
        self.assertTrue(item["error"]["message"])

    def test_a_set_without_a_name_has_its_index(self):
        self.manifest(self.variants, name=None)
        self.assertEqual({str(item["set"]) for item in self.build().items}, {"0"})

    def test_exit_2_gives_a_document_with_errors(self):
        self.assertTrue(self.build("in/nothing.png", code=2)["errors"])
        os.rename(self.at("in"), self.at("gone"))
        self.assertTrue(self.build(code=2)["errors"][0]["message"])

    def test_paths_are_relative_to_the_manifest_wherever_one_stands(self):
        report = self.report("build", "-f", "../thumbs.json", cwd=self.at("in"))
        self.assertEqual(report.items[0]["source"], "in/a.png")
