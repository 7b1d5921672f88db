"""The paths of outputs: path templates, collisions, outputs that would overwrite sources."""

import json
import os

import pictures
from harness import Case


class Templates(Case):
    def made(self, path, source="a.png", variants=None, **keys):
        self.put("in/" + source, pictures.tiny(1))
        self.manifest(variants or [{"name": "t", "width": 8, "height": 9}], path=path, include=["**"], **keys)
        self.thumbs("build")
        return self.files("out")

    def test_a_table(self):
        for number, (source, path, output) in enumerate(
            (
                ("a.png", "{dir}/{stem}-{variant}.{ext}", "a-t.jpg"),
                ("d/e/a.png", "{dir}/{stem}-{variant}.{ext}", "d/e/a-t.jpg"),
                ("d/e/a.png", "{variant}/{dir}/{stem}.{ext}", "t/d/e/a.jpg"),
                ("a.png", "{variant}/{dir}/{stem}.{ext}", "t/a.jpg"),
                ("a.png", "x{dir}/{stem}.{ext}", "x/a.jpg"),
                ("a.PnG", "{stem}.{sourceExt}.{ext}", "a.PnG.jpg"),
                ("noext", "{stem}.{sourceExt}", "noext"),
                ("noext", "{stem}.{sourceExt}.{ext}", "noext.jpg"),
                ("a.b.png", "{stem}.{ext}", "a.b.jpg"),
                ("a.png", "{stem}-{width}x{height}.{ext}", "a-8x9.jpg"),
                ("{variant}.png", "{stem}-{variant}.{ext}", "{variant}-t.jpg"),
                ("{hash}.png", "{stem}.{ext}", "{hash}.jpg"),
                ("{no}/a.png", "{dir}/{stem}.{ext}", "{no}/a.jpg"),
                ("a.png", "{stem}{stem}.{ext}", "aa.jpg"),
                ("a.png", "plain.jpg", "plain.jpg"),
            )
        ):
            with self.subTest(source=source, path=path):
                self.project = os.path.join(self.root, str(number))
                os.makedirs(self.project)
                self.assertEqual(self.made(path, source), [output])

    def test_the_extension_is_the_output_formats(self):
        self.put("in/b.jpg", open(self.photo(), "rb").read())
        variants = [{"name": "j", "width": 8}, {"name": "p", "width": 8, "format": "png"}]
        variants.append({"name": "s", "width": 8, "format": "source"})
        self.assertEqual(
            self.made("{stem}-{variant}.{ext}", variants=variants),
            ["a-j.jpg", "a-p.png", "a-s.png", "b-j.jpg", "b-p.png", "b-s.jpg"],
        )
        for path in self.files("out"):
            magic = b"\x89PNG" if path.endswith("png") else b"\xff\xd8\xff"
            self.assertTrue(self.get("out/" + path).startswith(magic), path)

    def photo(self):
        """A JPEG written by the program itself."""
        self.put("../other/in/x.png", pictures.tiny(3))
        other = os.path.join(self.root, "other")
        with open(os.path.join(other, "thumbs.json"), "w") as file:
            json.dump({"sets": [{"source": "in", "output": "o", "variants": [{"name": "t", "width": 16}]}]}, file)
        self.thumbs("build", cwd=other)
        return os.path.join(other, "o/x-t.jpg")

    def test_a_result_that_leaves_the_output_folder_is_an_error(self):
        self.put("in/a.png", pictures.tiny(1))
        for path in ("../{stem}.{ext}", "{dir}/../../{stem}.{ext}", "x/../../{stem}.{ext}"):
            with self.subTest(path=path):
                self.manifest(path=path)
                before = self.tree()
                self.assertNotEqual(self.thumbs("build", code=2).err, "")
                self.assert_untouched(before)


class Collisions(Case):
    def assert_collide(self, *names):
        before = self.tree()
        for command in ("build", "check", "status"):
            result = self.thumbs(command, code=2)
            for name in names:
                self.assertIn(name, result.err)
        self.assert_untouched(before)

    def test_two_variants(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest([{"name": "one", "width": 8}, {"name": "two", "width": 9}], path="{stem}.{ext}")
        self.assert_collide("one", "two", "a.png")

    def test_two_sources(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/a.jpg", pictures.tiny(2))
        self.manifest()
        self.assert_collide("in/a.png", "in/a.jpg")

    def test_two_folders_flattened(self):
        self.put("in/x/a.png", pictures.tiny(1))
        self.put("in/y/a.png", pictures.tiny(2))
        self.manifest(path="{stem}.{ext}")
        self.assert_collide("in/x/a.png", "in/y/a.png")

    def test_with_case_folded(self):
        self.put("in/A.png", pictures.tiny(1))
        self.put("in/a.jpg", pictures.tiny(2))
        self.manifest()
        self.assert_collide("in/A.png", "in/a.jpg")

    def test_folders_with_case_folded(self):
        self.put("in/Dir/a.png", pictures.tiny(1))
        self.put("in/dir/a.png", pictures.tiny(2))
        self.manifest()
        self.assert_collide("in/Dir/a.png", "in/dir/a.png")

    def test_two_sets(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in2/a.png", pictures.tiny(2))
        variants = [{"name": "t", "width": 8}]
        sets = [{"source": s, "output": "out", "variants": variants} for s in ("in", "in2")]
        self.manifest_text(json.dumps({"sets": sets}))
        self.assert_collide("in/a.png", "in2/a.png")

    def test_two_sets_by_two_ways_to_one_folder(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in2/a.png", pictures.tiny(2))
        variants = [{"name": "t", "width": 8}]
        sets = [
            {"source": "in", "output": "out", "path": "x/{stem}.{ext}", "variants": variants},
            {"source": "in2", "output": "./out/y/../x", "path": "{stem}.{ext}", "variants": variants},
        ]
        self.manifest_text(json.dumps({"sets": sets}))
        self.assert_collide("in/a.png", "in2/a.png")

    def test_a_collision_that_a_selection_would_hide_is_still_one(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/a.jpg", pictures.tiny(2))
        self.manifest()
        before = self.tree()
        self.thumbs("build", "in/a.png", code=2)
        self.assert_untouched(before)


class OntoSources(Case):
    def prepare(self):
        self.put("in/a.jpg", pictures.tiny(1))
        self.put("in/b.png", pictures.tiny(2))

    def assert_refused(self, *names):
        before = self.tree()
        result = self.thumbs("build", code=2)
        for name in names:
            self.assertIn(name, result.err)
        self.assert_untouched(before)

    def test_onto_the_source_itself(self):
        self.manifest(output="in", path="{stem}.{ext}", include=["*.jpg"])
        self.assert_refused("in/a.jpg")

    def test_onto_the_source_by_another_spelling(self):
        self.manifest(output="out/../in/.", path="{stem}.{ext}", include=["*.jpg"])
        self.assert_refused("in/a.jpg")

    def test_onto_a_source_of_another_set(self):
        os.makedirs(self.at("more"))
        self.put("more/a.png", pictures.tiny(3))
        variants = [{"name": "t", "width": 8}]
        sets = [
            {"source": "in", "output": "out", "variants": variants},
            {"source": "more", "output": "in", "path": "{stem}.{ext}", "variants": variants},
        ]
        self.manifest_text(json.dumps({"sets": sets}))
        self.assert_refused("in/a.jpg")

    def test_by_way_of_a_link_to_the_source_folder_no_source_is_lost(self):
        os.symlink("in", self.at("out"))
        self.manifest(path="{stem}.{ext}", include=["*.jpg"])
        source = self.get("in/a.jpg")
        self.thumbs("build", code=None)
        self.assertEqual(self.get("in/a.jpg"), source)

    def test_a_hard_link_between_output_and_source_is_cut(self):
        os.makedirs(self.at("out"))
        os.link(self.at("in/b.png"), self.at("out/b-t.jpg"))
        self.manifest(include=["b.png"])
        source = self.get("in/b.png")
        self.thumbs("build")
        self.assertEqual(self.get("in/b.png"), source)
        self.assertTrue(self.get("out/b-t.jpg").startswith(b"\xff\xd8"))
