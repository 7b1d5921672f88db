"""Ladders (`widths`, `formats`) and overrides: which outputs they stand for, and what a change of them makes stale."""

import json
import shutil

import pictures
from harness import Case


class Ladders(Case):
    ladder = {"name": "card", "widths": [4, 8, 12], "formats": ["png", "jpeg"]}
    ALL = sorted(f"a-card-{w}.{e}" for w in (4, 8, 12) for e in ("jpg", "png"))

    def prepare(self):
        self.put("in/a.png", pictures.tiny(1, 16, 12))

    def test_equals_its_variants_written_out_byte_for_byte(self):
        ladder = {**self.ladder, "height": 3, "fit": "cover", "quality": 70}
        self.manifest([ladder])
        self.build()
        rest = {k: v for k, v in ladder.items() if k not in ("widths", "formats")}
        pairs = [(w, f) for w in (4, 8, 12) for f in ("png", "jpeg")]
        single = [{**rest, "name": f"card-{w}-{f}", "width": w, "height": 3 * w // 4, "format": f} for w, f in pairs]
        self.put("one.json", json.dumps({"cache": "c.db", "sets": [{"source": "in", "output": "one", "variants": single}]}))
        self.thumbs("build", "-f", "one.json")
        for width, form in pairs:
            ext = {"png": "png", "jpeg": "jpg"}[form]
            self.assertEqual(self.get(f"out/a-card-{width}.{ext}"), self.get(f"one/a-card-{width}-{form}.{ext}"))
        self.assertEqual(self.files("out"), self.ALL)

    def test_without_widths_the_name_stays_and_a_template_may_name_the_width(self):
        self.manifest([{"name": "t", "width": 4, "formats": ["png", "jpeg"]}])
        self.build()
        self.assertEqual(self.files("out"), ["a-t.jpg", "a-t.png"])
        self.manifest([{"name": "t", "widths": [4, 8]}], path="{stem}.{width}w.{ext}", output="wide")
        self.build()
        self.assertEqual(self.files("wide"), ["a.4w.jpg", "a.8w.jpg"])

    def test_a_width_that_is_added_is_built_alone_and_one_that_is_removed_is_an_orphan(self):
        self.manifest([self.ladder])
        self.build()
        self.manifest([{**self.ladder, "widths": [4, 6, 8, 12]}])
        report = self.build()
        self.assert_counts(report, built=2, fresh=6, hashed=1, decoded=1)
        self.assert_reasons(report, "built", "new", ["out/a-card-6.jpg", "out/a-card-6.png"])
        self.manifest([{**self.ladder, "widths": [4, 6, 8]}])
        report = self.build()
        self.assert_counts(report, fresh=6, orphans=2)
        self.assertEqual(report.item("out/a-card-12.png")["variant"], "card-12")
        self.report("prune")
        self.assertEqual(self.files("out"), sorted(f"a-card-{w}.{e}" for w in (4, 6, 8) for e in ("jpg", "png")))

    def test_a_format_that_is_added_is_built_alone(self):
        self.manifest([{"name": "t", "widths": [4, 8]}])
        self.build()
        self.manifest([{"name": "t", "widths": [4, 8], "formats": ["png", "jpeg"]}])
        self.assert_reasons(self.build(), "built", "new", ["out/a-t-4.png", "out/a-t-8.png"])

    def test_written_another_way_nothing_is_built(self):
        self.manifest([self.ladder])
        self.build()
        self.manifest([{"formats": ["jpeg", "png"], "name": "card"}], top={"defaults": {"widths": [4, 8, 12]}})
        self.assert_counts(self.build(), fresh=6)
        single = [
            {"name": f"card-{w}", "width": w, "format": f} for w in (4, 8, 12) for f in ("png",)
        ] + [{"name": f"j-{w}", "width": w} for w in (4, 8, 12)]
        self.manifest(single, path="{stem}-card-{width}.{ext}")
        self.assert_counts(self.build(), fresh=6)

    def test_a_template_that_cannot_tell_formats_apart_is_refused(self):
        self.manifest([self.ladder], path="{stem}-{variant}")
        result = self.thumbs("build", code=2)
        self.assertIn('variant "card-4", format "png"', result.err)
        self.assertIn("{ext}", result.err)
        self.assertEqual(self.files("."), ["in/a.png", "thumbs.json"])

    def test_faults_are_told_at_the_item(self):
        self.manifest([{"name": "t", "width": 8}, {"name": "c", "widths": [4, 8, 8], "formats": ["png", "jpg"]}])
        result = self.thumbs("check", "--json", code=2)
        pointers = {e["pointer"] for e in json.loads(result.out)["errors"]}
        self.assertEqual(pointers, {"/sets/0/variants/1/widths/2", "/sets/0/variants/1/formats/1"})


class OwnSize(Case):
    """A picture of 16×12 pixels in a ladder that goes beyond."""

    def prepare(self):
        self.put("in/a.png", pictures.tiny(1, 16, 12))
        self.write()

    def write(self, **more):
        self.manifest([{"name": "t", "widths": [8, 16, 32, 64], **more}], top={"lock": "t.lock", "index": "index.json"})

    def test_is_made_once_and_the_index_names_what_is_left_out(self):
        self.assert_counts(self.build(), built=2, hashed=1, decoded=1)
        self.assertEqual(self.files("out"), ["a-t-16.jpg", "a-t-8.jpg"])
        entry = json.loads(self.get("index.json"))["in/a.png"]
        self.assertEqual(entry["leftOut"], ["t-32", "t-64"])
        self.assertEqual(sorted(entry["variants"]), ["t-16", "t-8"])
        self.assert_all_fresh(2)

    def test_is_the_same_from_the_lockfile_alone(self):
        self.build()
        index, lock = self.get("index.json"), self.get("t.lock")
        shutil.rmtree(self.at(".thumbs"))
        self.assert_counts(self.report("check"), fresh=2, hashed=3)
        self.assert_counts(self.build(), fresh=2, hashed=3)
        self.assertEqual((self.get("index.json"), self.get("t.lock")), (index, lock))

    def test_a_picture_that_lies_down_is_measured_upright(self):
        rows = pictures.as_stored(pictures.gradient(12, 40), 6)
        self.put("in/a.png", pictures.png(rows, before=[pictures.chunk(b"eXIf", pictures.tiff(6))]))
        self.build()
        self.assertEqual(self.files("out"), ["a-t-16.jpg", "a-t-8.jpg"])
        self.write(withoutEnlargement=False)
        self.build()
        self.assertEqual(len(self.files("out")), 4)


class Overrides(Case):
    def prepare(self):
        for seed, name in enumerate(("a", "b", "hero/c"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 8 + 4 * seed))

    def first(self, **overrides):
        self.manifest([{"name": "t", "widths": [4, 8]}], overrides=overrides or None)
        return self.build()

    C = ["out/hero/c-t-4.jpg", "out/hero/c-t-8.jpg"]

    def test_reaches_the_sources_that_it_matches_alone(self):
        self.first()
        before = self.contents("out")
        report = self.first(**{"hero/*.png": {"quality": 30}})
        self.assert_reasons(report, "built", "recipe-changed", self.C)
        self.assert_counts(report, built=2, fresh=4, hashed=1, decoded=1)
        changed = {path for path, data in self.contents("out").items() if data != before[path]}
        self.assertEqual(changed, {"hero/c-t-4.jpg", "hero/c-t-8.jpg"})
        self.assert_counts(self.first(**{"hero/*.png": {"quality": 30}, "a.PNG": {"failOn": "truncated"}}), fresh=6)
        self.assert_reasons(self.first(), "built", "recipe-changed", self.C)
        self.assertEqual(self.contents("out"), before)

    def test_later_ones_win(self):
        self.first(**{"**": {"quality": 30, "effort": 0}, "hero/**": {"quality": 60}})
        made = self.get("out/hero/c-t-8.jpg")
        self.manifest([{"name": "t", "width": 8, "quality": 60, "effort": 0}], output="two")
        self.build()
        self.assertEqual(made, self.get("two/hero/c-t.jpg"))

    def test_a_format_moves_the_output(self):
        self.first()
        report = self.first(**{"a.png": {"format": "png"}})
        self.assert_counts(report, built=2, fresh=4, orphans=2, hashed=1, decoded=1)
        self.assertTrue(self.exists("out/a-t-4.png"))

    def test_explain_names_the_value(self):
        self.first()
        self.manifest([{"name": "t", "widths": [4, 8]}], overrides={"a.png": {"quality": 31}})
        self.assertIn("quality: 80 → 31", self.thumbs("explain", "in/a.png").out)
        self.assertNotIn("quality: ", self.thumbs("explain", "in/b.png").out)

    def test_a_glob_that_matches_nothing_is_a_warning(self):
        result = self.first(**{"heros/*.png": {"quality": 30}}).result
        self.assertIn('/sets/0/overrides/heros~1*.png: "heros/*.png" matches nothing: did you mean "hero/*.png"?', result.err)

    def test_are_told_faults_at_their_place(self):
        self.manifest([{"name": "t", "width": 8}], overrides={"a.png": {"widths": [1], "qualty": 3}})
        errors = json.loads(self.thumbs("check", "--json", code=2).out)["errors"]
        self.assertEqual({e["pointer"] for e in errors}, {"/sets/0/overrides/a.png/widths", "/sets/0/overrides/a.png/qualty"})
