"""--set, --variant and --files-from: what they narrow, and that nothing outside is made, pruned or forgotten."""

import subprocess

import pictures
from harness import PROGRAM, Case, environment


class Names(Case):
    def prepare(self):
        for seed, name in enumerate(("a", "b"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 8 + 4 * seed))
            self.put(f"logos/{name}.png", pictures.tiny(seed + 5, 16, 8 + 4 * seed))
        self.write(["card"])

    def write(self, ladder, more=""):
        widths = "4, 8" if ladder else "8"
        self.manifest_text(
            '{"lock": "t.lock", "sets": ['
            f'{{"name": "photos", "source": "in", "output": "out", "variants": [{{"name": "card", "widths": [{widths}]}},'
            ' {"name": "tile", "width": 6}]},'
            '{"name": "logos", "source": "logos", "output": "lo", "variants": [{"name": "tile", "width": 6}]}'
            f"{more}]}}"
        )

    def built(self, *arguments):
        report = self.build("--force", *arguments)
        return sorted(path for path, (status, _) in report.reasons().items() if status == "built")

    def test_a_table(self):
        card = [f"out/{s}-card-{w}.jpg" for s in "ab" for w in (4, 8)]
        tile = [f"out/{s}-tile.jpg" for s in "ab"]
        logos = [f"lo/{s}-tile.jpg" for s in "ab"]
        self.assertEqual(self.built(), sorted(card + tile + logos))
        for arguments, outputs in (
            (("--set", "logos"), logos),
            (("--set", "photos", "--set=logos"), card + tile + logos),
            (("--set", "[pl]*"), card + tile + logos),
            (("--variant", "card"), card),
            (("--variant", "card-4"), [path for path in card if "-4" in path]),
            (("--variant", "card-*"), card),
            (("--variant", "tile"), tile + logos),
            (("--variant", "tile", "--set", "logos"), logos),
            (("--variant", "tile", "--variant", "card-8"), tile + logos + [path for path in card if "-8" in path]),
            (("--variant", "tile", "in/a.png"), ["out/a-tile.jpg"]),
        ):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.built(*arguments), sorted(outputs))

    def test_a_name_that_matches_nothing_is_refused_with_the_nearest(self):
        for arguments, words in (
            (("--variant", "crad"), ['variant "crad" is not in thumbs.json', 'did you mean "card"?']),
            (("--set", "photo"), ['set "photo" is not in thumbs.json', 'did you mean "photos"?']),
            (("--set", "logos", "--variant", "card"), ['variant "card" is not in the sets', 'expected one of "tile"']),
            (("--set", "logos", "in/a.png"), ['"in/a.png" matches no source']),
            (("--variant", ""), ["--variant: the name is empty"]),
        ):
            with self.subTest(arguments=arguments):
                before = self.tree()
                result = self.thumbs("build", *arguments, code=2)
                for word in words:
                    self.assertIn(word, result.err)
                self.assert_untouched(before)

    def test_nothing_outside_is_made_pruned_or_forgotten(self):
        self.build()
        lock = self.get("t.lock")
        self.write([])  # the card of 4 is gone, and has another name
        self.put("in/a.png", pictures.tiny(9, 20, 9))
        report = self.build("--variant", "tile", "--prune")
        self.assertEqual(report.reasons(), {"out/a-tile.jpg": ("built", "source-changed")})
        self.assertTrue(self.exists("out/a-card-4.jpg"))
        lines = [line for line in self.get("t.lock").splitlines() if b"out/a-tile.jpg" not in line]
        self.assertEqual(lines, [line for line in lock.splitlines() if b"out/a-tile.jpg" not in line])
        self.assert_counts(self.report("check", code=3), fresh=5, stale=1, orphans=2, hashed=1)
        report = self.report("prune", "--variant", "card")
        self.assertEqual(report.summary["pruned"], 2)
        self.assertFalse(self.exists("out/a-card-4.jpg"))
        self.assertTrue(self.exists("out/a-card-8.jpg"))

    def test_clean_of_a_set_keeps_the_cache_and_the_rest(self):
        self.build()
        self.report("clean", "--set", "logos")
        self.assertFalse(self.exists("lo"))
        self.assertTrue(self.exists(".thumbs/cache.db"))
        self.assert_counts(self.report("check", code=3), fresh=6, stale=2)

    def test_check_counts_what_is_asked_for(self):
        self.build("--set", "logos")
        report = self.report("check", "--set", "logos")
        self.assert_counts(report, sources=2, outputs=2, fresh=2, stale=0)
        self.assert_counts(self.report("check", code=3), outputs=8, fresh=2, stale=6, hashed=range(5))


class Lists(Case):
    def prepare(self):
        for seed, name in enumerate(("a", "b", "sub/c", "new\nline"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 8 + 4 * seed))
        self.manifest()

    def built(self, *arguments, text=b"", code=0):
        run = subprocess.run(
            [PROGRAM, "build", "-B", "-v", "--progress", "none", *arguments],
            cwd=self.project, env=environment(), input=text, capture_output=True,
        )
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stderr.decode() if code else sorted(set(self.files("out")))

    def test_one_path_a_line(self):
        self.put("list.txt", "in/a.png\n\nin/sub\n")
        self.assertEqual(self.built("--files-from", "list.txt"), ["a-t.jpg", "sub/c-t.jpg"])

    def test_from_standard_input_with_nul_and_with_paths_of_the_command_line(self):
        self.assertEqual(self.built("-0", "--files-from", "-", "in/b.png", text=b"in/new\nline.png\0"), ["b-t.jpg", "new\nline-t.jpg"])

    def test_the_last_line_needs_no_end_and_globs_are_globs(self):
        self.assertEqual(self.built("--files-from=-", text=b"in/[ab].png"), ["a-t.jpg", "b-t.jpg"])

    def test_an_empty_list_selects_nothing(self):
        run = self.built("--files-from", "-") if self.exists("out") else None
        self.assertIsNone(run)
        self.assertEqual(self.built("--files-from", "-", text=b"\n"), [])

    def test_what_is_wrong_is_told_with_file_and_line(self):
        self.put("list.txt", "in/a.png\nin/x.png\n\nin/y.png\n")
        error = self.built("--files-from", "list.txt", code=2)
        self.assertIn('list.txt:2: "in/x.png", list.txt:4: "in/y.png" matches no source of thumbs.json', error)
        self.assertIn("--files-from none.txt: No such file", self.built("--files-from", "none.txt", code=2))
        self.assertIn("standard input:1: the PATH contains a NUL", self.built("--files-from", "-", text=b"a\0b\n", code=2))
        self.assertIn("--null works only with --files-from", self.built("-0", code=2))
        self.assertFalse(self.exists("out"))
