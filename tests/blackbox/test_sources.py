"""Sources: globs, excludes, dot files, links, what is never a source."""

import os

import pictures
from harness import Case


class SourcesCase(Case):
    def lay(self, *paths):
        for seed, path in enumerate(paths):
            self.put("in/" + path, pictures.tiny(seed))

    def sources(self, command=("build", "-n"), **keys):
        keys.setdefault("path", "{dir}/{stem}.{sourceExt}-{variant}.{ext}")
        self.manifest(**keys)
        return sorted({item["source"] for item in self.report(*command).items})

    def assert_sources(self, wanted, **keys):
        self.assertEqual(self.sources(**keys), sorted("in/" + path for path in wanted), keys)


class Globs(SourcesCase):
    def test_a_table(self):
        self.lay("a.png", "b.jpg", "ab.png", "c.PNG", "d1/a.png", "d1/d2/a.png", "d1/drafts/x.png", "drafts/y.png")
        root = ["a.png", "ab.png", "c.PNG"]
        deep = ["d1/a.png", "d1/d2/a.png", "d1/drafts/x.png", "drafts/y.png"]
        for include, wanted in (
            (["*.png"], root),
            (["**/*.png"], root + deep),
            (["*.PNG"], root),
            (["**"], root + deep + ["b.jpg"]),
            (["**/*"], root + deep + ["b.jpg"]),
            (["?.png"], ["a.png", "c.PNG"]),
            (["[ab].*"], ["a.png", "b.jpg"]),
            (["[a-c].*"], ["a.png", "b.jpg", "c.PNG"]),
            (["*.{png,jpg}"], root + ["b.jpg"]),
            (["{a,b}.{png,jpg}"], ["a.png", "b.jpg"]),
            (["d1/*.png"], ["d1/a.png"]),
            (["d1/**"], ["d1/a.png", "d1/d2/a.png", "d1/drafts/x.png"]),
            (["*/*.png"], ["d1/a.png", "drafts/y.png"]),
            (["d?/**/a.png"], ["d1/a.png", "d1/d2/a.png"]),
            (["**/d2/*"], ["d1/d2/a.png"]),
            (["a.png", "b.jpg"], ["a.png", "b.jpg"]),
            (["a.png", "*.png"], root),
            (["A.png"], []),
            (["D1/*.png"], []),
        ):
            with self.subTest(include=include):
                self.assert_sources(wanted, include=include)

    def test_excludes(self):
        self.lay("a.png", "b.png", "drafts/y.png", "d1/drafts/z/x.png", "d1/c.png")
        for exclude, wanted in (
            (["**/drafts/**"], ["a.png", "b.png", "d1/c.png"]),
            (["drafts/**"], ["a.png", "b.png", "d1/c.png", "d1/drafts/z/x.png"]),
            (["a.*"], ["b.png", "d1/c.png", "d1/drafts/z/x.png", "drafts/y.png"]),
            (["**"], []),
        ):
            with self.subTest(exclude=exclude):
                self.assert_sources(wanted, exclude=exclude)

    def test_the_default_takes_every_readable_format_at_any_depth(self):
        names = ["a.jpg", "b.jpeg", "c.jpe", "d.jfif", "e.png", "f.webp", "g.avif", "H.JPG", "x/y/i.Png"]
        self.lay(*names, "k.txt", "l.gif", "m.tiff", "png", "n.png.bak")
        self.assert_sources(names)

    def test_dot_files_are_skipped_unless_named(self):
        self.lay("a.png", ".b.png", ".dot/c.png", "d/.e.png")
        for include, wanted in (
            (["**/*.png"], ["a.png"]),
            (["**"], ["a.png"]),
            (["**/.*.png"], [".b.png", "d/.e.png"]),
            ([".dot/*.png"], [".dot/c.png"]),
            (["*.png", ".b.png"], ["a.png", ".b.png"]),
        ):
            with self.subTest(include=include):
                self.assert_sources(wanted, include=include)

    def test_names_that_look_like_patterns(self):
        self.lay("[a].png", "a.png", "{b}.png", "*.png", "c$(x).png")
        self.assert_sources(["[a].png", "a.png", "{b}.png", "*.png", "c$(x).png"], include=["*.png"])

    def test_an_included_file_that_is_no_picture_fails(self):
        self.lay("a.png")
        self.put("in/notes.txt", "hello")
        self.manifest(include=["*"])
        report = self.build(code=1)
        self.assertEqual((report.summary["built"], report.summary["failed"]), (1, 1))
        self.assertEqual(report.errors(), {"out/notes-t.jpg": "not-a-picture"})


class Links(SourcesCase):
    def prepare(self):
        self.lay("a.png", "d/b.png")
        self.put("outside/c.png", pictures.tiny(9))

    def link(self, name, target):
        os.symlink(target, self.at("in", name))

    def test_the_rules_without_following(self):
        self.link("to-file.png", "a.png")
        self.link("up-and-down.png", "../in/d/b.png")
        self.link("to-folder", "d")
        self.link("leaves.png", "../outside/c.png")
        self.link("dangling.png", "nowhere.png")
        self.assert_sources(["a.png", "d/b.png", "to-file.png", "up-and-down.png"])
        result = self.thumbs("build")
        for name in ("to-folder", "leaves.png", "dangling.png"):
            self.assertIn(name, result.err)
        self.assertNotIn("to-file.png", result.err)

    def test_following(self):
        self.link("to-file.png", "a.png")
        self.link("to-folder", "d")
        self.link("leaves.png", "../outside/c.png")
        self.link("leaves", "../outside")
        wanted = ["a.png", "d/b.png", "to-file.png", "to-folder/b.png", "leaves.png", "leaves/c.png"]
        self.assert_sources(wanted, followSymlinks=True)

    def test_a_circle_of_links_ends(self):
        self.link("d/up", "..")
        self.link("self", "self")
        self.assert_sources(["a.png", "d/b.png"])
        self.manifest(followSymlinks=True)
        self.thumbs("build", "-n", code=None, timeout=20)

    def test_a_link_as_the_source_folder_itself(self):
        os.rename(self.at("in"), self.at("real"))
        os.symlink("real", self.at("in"))
        self.assert_sources(["a.png", "d/b.png"])

    def test_the_target_of_a_link_changes(self):
        self.link("to-file.png", "a.png")
        self.manifest()
        self.build()
        self.put("in/a.png", pictures.tiny(50))
        report = self.build()
        self.assertEqual(set(report.reasons()), {"out/a-t.jpg", "out/to-file-t.jpg"})
        self.assert_equals_clean_build()

    def test_what_is_no_regular_file_is_no_source(self):
        os.mkfifo(self.at("in/pipe.png"))
        os.makedirs(self.at("in/folder.png"))
        self.assert_sources(["a.png", "d/b.png"])


class NeverASource(SourcesCase):
    def test_thumbnails_beside_the_originals(self):
        self.lay("a.png", "b.jpg", "sub/c.png")
        self.put("in/b.jpg", pictures.tiny(1))
        variants = [{"name": "t", "width": 8}, {"name": "u", "width": 6, "format": "png"}]
        self.manifest(variants, output="in")
        self.age()
        self.assert_counts(self.build(), built=6, hashed=3, decoded=3, sources=3)
        self.assertEqual(len(self.files("in")), 9)
        self.assert_all_fresh(6)
        self.thumbs("build", "--force")
        self.assertEqual(len(self.files("in")), 9)

    def test_thumbnails_beside_the_originals_without_a_cache(self):
        self.lay("a.png", "b.png")
        self.manifest(output="in")
        self.build()
        for path in self.files(".thumbs"):
            os.remove(self.at(".thumbs", path))
        self.assert_counts(self.build(), built=2, hashed=range(2, 5), decoded=2, sources=2)
        self.assertEqual(len(self.files("in")), 4)

    def test_an_output_folder_within_the_source(self):
        self.lay("a.png", "sub/b.png")
        self.manifest(output="in/thumbs")
        self.build()
        self.assert_counts(self.build(), fresh=2, hashed=range(0, 3), sources=2)
        self.assertEqual(self.files("in/thumbs"), ["a-t.jpg", "sub/b-t.jpg"])

    def test_the_manifest_the_cache_and_the_report(self):
        self.put("a.png", pictures.tiny(1))
        self.manifest(source=".", include=["**", ".thumbs/**"], output="out")
        for _ in range(2):
            self.thumbs("build", "--json=report.json")
            self.assertEqual(self.files("out"), ["a-t.jpg"])

    def test_a_thumbnail_of_a_former_rule_is_an_orphan_wherever_a_set_reads_now(self):
        self.lay("a.png")
        self.manifest()
        self.build()
        self.manifest(source="out", output="out2")
        report = self.build()
        self.assertEqual((report.summary["built"], report.summary["orphans"]), (0, 1), str(report))
        self.thumbs("prune")
        self.assertFalse(self.exists("out/a-t.jpg"))


class MissingSource(SourcesCase):
    def test_it_is_an_error(self):
        self.manifest()
        before = self.tree()
        for command in ("build", "check", "status"):
            self.assertIn("in", self.thumbs(command, code=2).err)
        self.assert_untouched(before)

    def test_an_empty_one_is_none(self):
        os.makedirs(self.at("in"))
        self.manifest()
        self.assert_counts(self.build(), sources=0, outputs=0)

    def test_a_file_in_its_place_is_an_error(self):
        self.put("in", "a file")
        self.manifest()
        self.thumbs("build", code=2)
