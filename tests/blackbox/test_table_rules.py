"""Staleness after changes of the manifest: settings changed, variants and sets added, removed, renamed, reformatted."""

import json
import os

import pictures
from harness import Case, ThreeSources


class Settings(ThreeSources):
    def assert_recipe_changed(self, variants, outputs, top=None):
        self.manifest(variants, top=top or {})
        before = self.tree()
        check = self.report("check", code=3)
        self.assert_counts(check, stale=len(outputs), fresh=6 - len(outputs))
        self.assert_reasons(check, "stale", "recipe-changed", outputs)
        self.assert_untouched(before)
        report = self.build()
        self.assert_counts(report, built=len(outputs), fresh=6 - len(outputs), hashed=3, decoded=3)
        self.assert_reasons(report, "built", "recipe-changed", outputs)
        self.assert_equals_clean_build()

    def test_the_setting_of_one_variant_rebuilds_that_variant_alone(self):
        self.first()
        untouched = [self.tree()["p/" + path] for path in self.U]
        self.assert_recipe_changed([{"name": "t", "width": 7}, self.variants[1]], self.T)
        self.assertEqual(untouched, [self.tree()["p/" + path] for path in self.U])

    def test_a_default_reaches_the_variants_that_do_not_say_otherwise(self):
        self.first()
        self.assert_recipe_changed(self.variants, self.T, top={"defaults": {"quality": 60}})

    def test_each_setting_that_changes_pixels_or_bytes_counts(self):
        self.manifest([{"name": "t", "width": 8, "height": 8}])
        self.build()
        settings = [
            {"fit": "cover"},
            {"fit": "cover", "position": "left"},
            {"fit": "contain"},
            {"fit": "contain", "background": "#123456"},
            {"fit": "outside"},
            {"fit": "fill"},
            {"fit": "fill", "kernel": "mitchell"},
            {"quality": 81},
            {"progressive": True},
            {"chromaSubsampling": "4:4:4"},
            {"withoutEnlargement": False, "width": 40, "height": 40},
            {"autoOrient": False},
        ]
        for setting in settings:
            with self.subTest(setting=setting):
                self.manifest([{"name": "t", "width": 8, "height": 8, **setting}])
                report = self.build()
                self.assertEqual({r for _, r in report.reasons().values()}, {"recipe-changed"})
                self.assert_counts(report, built=3, hashed=3, decoded=3)

    def assert_same_recipe(self, variants, top=None):
        self.manifest(variants, top=top or {})
        self.assert_all_fresh(6)

    def test_a_default_that_is_spelled_out_is_no_change(self):
        self.first()
        t, u = self.variants
        for key, value in (
            ("fit", "inside"),
            ("withoutEnlargement", True),
            ("kernel", "lanczos3"),
            ("format", "jpeg"),
            ("quality", 80),
            ("progressive", False),
            ("chromaSubsampling", "4:2:0"),
            ("background", "#ffffff"),
            ("autoOrient", True),
            ("metadata", "strip"),
            ("colour", "srgb"),
            ("failOn", "truncated"),
        ):
            with self.subTest(key=key):
                self.assert_same_recipe([{**t, key: value}, u])

    def test_two_spellings_of_one_colour_are_one(self):
        self.manifest([{"name": "t", "width": 8, "background": "#aabbcc"}, self.variants[1]])
        self.first()
        for spelled in ("#abc", "#AABBCC", "#ABC"):
            with self.subTest(spelled=spelled):
                self.assert_same_recipe([{"name": "t", "width": 8, "background": spelled}, self.variants[1]])

    def test_a_setting_moved_to_the_defaults_is_no_change(self):
        self.manifest([{**self.variants[0], "quality": 70}, self.variants[1]])
        self.first()
        self.assert_same_recipe(self.variants, top={"defaults": {"quality": 70}})

    def test_a_setting_that_the_format_does_not_use_is_no_change(self):
        self.first()
        t, u = self.variants
        for key, value in (("quality", 50), ("progressive", True), ("chromaSubsampling", "4:4:4")):
            with self.subTest(key=key):
                self.assert_same_recipe([t, {**u, key: value}])
        self.assert_same_recipe([{**t, "compressionLevel": 9}, u])


class Spelling(ThreeSources):
    def document(self):
        return json.loads(self.get("thumbs.json"))

    def test_reformatted(self):
        self.first()
        for text in (json.dumps(self.document()), json.dumps(self.document(), indent="\t\t")):
            self.manifest_text(text + "\n\n")
            self.assert_all_fresh(6)

    def test_keys_reordered(self):
        self.first()
        turned = lambda value: {k: turned(v) for k, v in reversed(value.items())} if isinstance(value, dict) else value
        document = self.document()
        document["sets"] = [turned(one) | {"variants": [turned(v) for v in one["variants"]]} for one in document["sets"]]
        self.manifest_text(json.dumps(turned(document)))
        self.assert_all_fresh(6)

    def test_variants_reordered(self):
        self.first()
        self.manifest(self.variants[::-1])
        self.assert_all_fresh(6)

    def test_comments_edited(self):
        self.first()
        document = self.document()
        for comment in ("// one\n", "/* two\n lines */", "// https://example.org/*\n"):
            self.manifest_text(comment + json.dumps(document, indent=1).replace("{", "{" + comment))
            self.assert_all_fresh(6)

    def test_a_set_renamed_or_left_without_a_name(self):
        self.first()
        for name in ("another", None):
            self.manifest(self.variants, name=name)
            self.assert_all_fresh(6)

    def test_a_set_split_in_two_with_the_same_outputs(self):
        self.first()
        document = self.document()
        (one,) = document["sets"]
        document["sets"] = [
            {**one, "name": "x", "include": ["*.png"]},
            {**one, "name": "y", "include": ["sub/*.png"]},
        ]
        self.manifest_text(json.dumps(document))
        self.assert_all_fresh(6)

    def test_the_manifest_touched_or_under_another_name(self):
        self.first()
        os.utime(self.at("thumbs.json"))
        self.assert_all_fresh(6)
        os.rename(self.at("thumbs.json"), self.at("other.json"))
        self.assert_counts(self.build("-f", "other.json"), fresh=6)


class Variants(ThreeSources):
    def test_a_variant_added_is_built_alone(self):
        self.first()
        self.manifest(self.variants + [{"name": "v", "width": 5}])
        report = self.build()
        self.assert_counts(report, built=3, fresh=6, hashed=3, decoded=3, outputs=9)
        self.assert_reasons(report, "built", "new", ["out/a-v.jpg", "out/b-v.jpg", "out/sub/c-v.jpg"])
        self.assert_equals_clean_build()

    def test_a_variant_removed_leaves_orphans(self):
        self.first()
        self.manifest(self.variants[:1])
        check = self.report("check", code=3)
        self.assert_counts(check, fresh=3, orphans=3)
        report = self.build()
        self.assert_counts(report, fresh=3, orphans=3, outputs=3)
        self.assert_reasons(report, "orphan", "orphan", self.U)
        self.assertEqual({(i["set"], i["variant"]) for i in report.items}, {("s", "u")})
        report = self.build("--prune")
        self.assert_counts(report, fresh=3, pruned=3)
        self.assertEqual({s for s, _ in report.reasons().values()}, {"pruned"})
        self.assertEqual({(i["set"], i["variant"]) for i in report.items}, {("s", "u")})
        self.assert_equals_clean_build()
        self.assert_all_fresh(3)

    def test_a_variant_removed_and_put_back_is_fresh(self):
        self.first()
        self.manifest(self.variants[:1])
        self.build()
        self.manifest(self.variants)
        self.assert_counts(self.build(), fresh=6, hashed=range(0, 4))

    def test_a_variant_renamed_is_new_and_leaves_orphans(self):
        self.first()
        self.manifest([self.variants[0], {**self.variants[1], "name": "w"}])
        report = self.build()
        self.assertEqual(report.summary["built"] + report.summary["copied"], 3, str(report))
        self.assertEqual((report.summary["fresh"], report.summary["orphans"]), (3, 3))
        self.assertEqual(report.item("out/a-w.png")["reason"], "new")
        self.assertEqual(self.get("out/a-w.png"), self.get("out/a-u.png"))

    def test_another_output_folder_is_new_and_leaves_orphans(self):
        self.first()
        self.manifest(self.variants, output="elsewhere")
        report = self.build()
        self.assertEqual(report.summary["built"] + report.summary["copied"], 6, str(report))
        self.assertEqual((report.summary["fresh"], report.summary["orphans"]), (0, 6))

    def test_another_include_leaves_orphans(self):
        self.first()
        self.manifest(self.variants, exclude=["sub/**"])
        report = self.build()
        self.assert_counts(report, fresh=4, orphans=2)

    def test_a_set_added_and_removed(self):
        self.put("more/d.png", pictures.tiny(7))
        self.first()
        document = json.loads(self.get("thumbs.json"))
        more = {"source": "more", "output": "out2", "variants": [{"name": "t", "width": 8}]}
        self.manifest_text(json.dumps({"sets": [more] + document["sets"]}))
        report = self.build()
        self.assert_counts(report, built=1, fresh=6, hashed=1, decoded=1, outputs=7, sources=4)
        self.assert_reasons(report, "built", "new", ["out2/d-t.jpg"])
        self.manifest_text(json.dumps(document))
        self.assert_counts(self.build(), fresh=6, orphans=1)


class History(Case):
    """An incremental build equals a clean one, byte for byte, at any -j."""

    def prepare(self):
        for seed in range(6):
            self.put(f"in/{seed}.png", pictures.tiny(seed, 60 + seed, 40))
        self.put("in/large.png", pictures.png(pictures.gradient(200, 150)))

    def test_no_history_and_no_sibling_shows_in_the_bytes(self):
        small, middle, large = ({"name": n, "width": w} for n, w in (("s", 11), ("m", 23), ("l", 90)))
        for variants in ([small], [small, large], [middle, large], [large, small, middle]):
            self.manifest(variants)
            self.build("-j2")
        self.thumbs("prune")
        self.put("in/0.png", pictures.tiny(77, 50, 50))
        self.put("in/large.png", pictures.png(pictures.gradient(201, 99)))
        os.remove(self.at("out/3-m.jpg"))
        self.build("-j1")
        self.assert_equals_clean_build()

    def test_the_number_of_workers_does_not_show_in_the_bytes(self):
        self.manifest([{"name": "s", "width": 11}, {"name": "p", "width": 40, "format": "png"}])
        self.build("-j1")
        one = self.contents("out")
        for jobs in ("-j2", "-j7"):
            self.build("--force", jobs)
            self.assertEqual(self.contents("out"), one)
