"""The index file: what is in it, when it is written, and that its bytes do not depend on the way there."""

import base64
import json
import os
import shutil
import urllib.parse

import pictures
from harness import Report, ThreeSources

INDEX = "web/index.json"
ODD = "in/odd name, 50% \"q\" \u00fc.png"


class Indexed(ThreeSources):
    top = {"index": INDEX, "lock": "thumbs.lock"}

    def prepare(self):
        super().prepare()
        self.manifest(self.variants, top=self.top)

    def index(self):
        return json.loads(self.get(INDEX))


class Content(Indexed):
    def test_every_source_and_thumbnail_with_all_keys(self):
        self.put(ODD, pictures.tiny(7, 20, 10))
        self.manifest(self.variants, top={**self.top, "urlBase": "https://cdn.example.com/shop"})
        self.build()
        index = self.index()
        self.assertEqual(list(index), sorted(index))
        self.assertEqual(sorted(index), sorted(["in/a.png", "in/b.png", ODD.replace("%", "%25"), "in/sub/c.png"]))
        for name, entry in index.items():
            self.assertEqual(
                set(entry), {"width", "height", "alpha", "dominantColour", "thumbhash", "hash", "variants", "srcset"}
            )
            self.assertRegex(entry["dominantColour"], "^#[0-9a-f]{6}$")
            self.assertIn(len(base64.b64decode(entry["thumbhash"], validate=True)), range(5, 26))
            self.assertEqual(sorted(entry["variants"]), ["t", "u"])
            for key, variant in entry["variants"].items():
                self.assertEqual(
                    set(variant), {"path", "url", "width", "height", "bytes", "format", "type", "hash"}, (name, key)
                )
                path = urllib.parse.unquote(variant["path"])
                self.assertEqual(variant["bytes"], os.path.getsize(self.at(path)))
                self.assertEqual(variant["format"], {"t": "jpeg", "u": "png"}[key])
                self.assertEqual(variant["type"], {"t": "image/jpeg", "u": "image/png"}[key])
                self.assertEqual(variant["url"], "https://cdn.example.com/shop/" + urllib.parse.quote(path, safe="/"))
        hashes = {f[3]: f[4].split(":")[1] for f in (l.split("\t") for l in self.get("thumbs.lock").decode().splitlines())}
        self.assertEqual(index["in/a.png"]["variants"]["t"]["hash"], hashes["out/a-t.jpg"])

    def test_sizes_and_colours(self):
        red = [[(210, 30, 60)] * 300 for _ in range(200)]
        self.put("in/red.png", pictures.png(red))
        self.put("in/turned.png", pictures.png(red, before=[pictures.chunk(b"eXIf", pictures.tiff(6))]))
        clear = [[(0, 128, 255, 0 if x < 20 else 255) for x in range(60)] for _ in range(60)]
        self.put("in/clear.png", pictures.png(clear, colour=pictures.RGBA))
        self.build()
        index = self.index()
        facts = lambda name: [index[name][key] for key in ("width", "height", "alpha", "dominantColour")]
        self.assertEqual(facts("in/red.png"), [300, 200, False, "#d21e3c"])
        self.assertEqual(facts("in/turned.png"), [200, 300, False, "#d21e3c"])
        self.assertEqual(facts("in/clear.png"), [60, 60, True, "#0080ff"])

    def test_one_decode_serves_thumbnails_and_index(self):
        self.assertEqual(self.build().summary["decoded"], 3)

    def test_srcset_by_type_of_one_aspect_ratio(self):
        self.put("in/d.png", pictures.large_png(640, 480))
        variants = [{"name": f"{f[0]}{w}", "width": w, "format": f} for f in ("jpeg", "png") for w in (320, 80, 160)]
        self.manifest(variants + [{"name": "sq", "width": 90, "height": 90, "fit": "cover"}], top=self.top)
        self.build()
        self.assertEqual(
            self.index()["in/d.png"]["srcset"],
            {
                "image/jpeg": "out/d-j80.jpg 80w, out/d-j160.jpg 160w, out/d-j320.jpg 320w",
                "image/png": "out/d-p80.png 80w, out/d-p160.png 160w, out/d-p320.png 320w",
            },
        )


class Ways(Indexed):
    def test_same_bytes_by_every_way(self):
        self.build("-j1")
        first = self.get(INDEX)
        self.age()
        for name, change, decoded in (
            ("nothing to do", lambda: None, 0),
            ("index deleted", lambda: os.remove(self.at(INDEX)), 0),
            ("outputs deleted", lambda: shutil.rmtree(self.at("out")), 3),
            ("cache deleted", lambda: shutil.rmtree(self.at(".thumbs")), 0),
            ("cache and index deleted", lambda: (shutil.rmtree(self.at(".thumbs")), os.remove(self.at(INDEX))), 3),
        ):
            with self.subTest(name):
                change()
                report = self.build("-j2")
                self.assertEqual(report.summary["decoded"], decoded)
                self.assertEqual(self.get(INDEX), first)
        before = self.tree()
        report = self.build("-v")
        self.assertEqual(report["index"], {"file": INDEX, "status": "fresh", "reason": None, "decoded": 0})
        self.assert_untouched(before)

    def test_a_fresh_output_stays_fresh_with_the_reason(self):
        self.manifest(self.variants)
        self.build()
        self.age()
        os.remove(self.at("thumbs.json"))
        shutil.rmtree(self.at(".thumbs"))
        self.manifest(self.variants, top=self.top)
        self.build()  # adopts nothing: no lock yet; all is made again
        os.remove(self.at(INDEX))
        shutil.rmtree(self.at(".thumbs"))
        report = self.build("-v")
        self.assertEqual({(i["status"], i["reason"]) for i in report.items}, {("fresh", "index")})
        self.assertEqual((report.summary["fresh"], report.summary["decoded"], report["index"]["decoded"]), (6, 3, 3))

    def test_a_selection_keeps_other_entries(self):
        self.build()
        before = self.index()
        self.put("in/a.png", pictures.tiny(8, 30, 30))
        self.put("in/b.png", pictures.tiny(9, 31, 31))
        self.build("in/b.png")
        after = self.index()
        self.assertEqual(after["in/a.png"], before["in/a.png"])
        self.assertEqual(after["in/b.png"]["width"], 31)

    def test_prune_and_clean(self):
        self.build()
        os.remove(self.at("in/a.png"))
        self.thumbs("prune")
        self.assertEqual(sorted(self.index()), ["in/b.png", "in/sub/c.png"])
        self.thumbs("clean")
        self.assertFalse(self.exists(INDEX))
        self.assertFalse(self.exists("web"), "a folder that a build made")


class Check(Indexed):
    def test_missing_or_different_is_stale_with_exit_3(self):
        self.build()
        self.age()
        self.thumbs("check")
        good = self.get(INDEX)
        for text in (None, b"{}\n", good.replace(b"jpeg", b"jpg")):
            os.remove(self.at(INDEX)) if text is None else self.put(INDEX, text)
            before = self.tree()
            report = Report(self.thumbs("check", "--json", code=3))
            self.assertEqual((report["index"]["status"], report["index"]["reason"]), ("stale", "index"))
            self.assertIn("index out of date", self.thumbs("check", code=3).out)
            self.assertIn(f"{INDEX}: index", self.thumbs("check", "--explain", code=3).out)
            self.assertIn("index out of date", self.thumbs("-n").out)
            self.assertIn("index out of date", self.thumbs("status").out)
            self.assert_untouched(before)
        self.thumbs()
        self.assertEqual(self.get(INDEX), good)
        self.assertIn("nothing to do", self.thumbs().out)


class Faults(Indexed):
    def test_a_failed_source_keeps_its_entry(self):
        self.build()
        before = self.index()
        self.put("in/a.png", b"no picture")
        self.build(code=1)
        self.assertEqual(self.index(), before)

    def test_what_cannot_be_written_is_exit_1(self):
        self.put("web", b"a file")
        report = self.build(code=1)
        self.assertEqual(report["index"]["status"], "failed")
        self.assertIn(f"{INDEX}: index: ", report["errors"][0]["message"])
        self.assertEqual(report.summary["built"], 6)

    def test_conflicts_are_exit_2(self):
        for top in ({"index": "thumbs.lock", "lock": "thumbs.lock"}, {"index": "out/a-t.jpg"}, {"index": "thumbs.json"},
                    {"index": "in/a.png"}, {"index": ".thumbs/cache.db"}, {"index": "in"}):
            with self.subTest(top=top):
                self.manifest(self.variants, top=top)
                before = self.tree()
                self.thumbs(code=2)
                self.assert_untouched(before)
        self.manifest(self.variants, top=self.top)
        self.build()
        self.thumbs(f"--json={INDEX}", code=2)

    def test_another_manifest_with_the_same_index_is_named(self):
        other = {"cache": "b/cache.db", "index": INDEX, "sets": [
            {"source": "in/sub", "output": "b/out", "variants": [{"name": "t", "width": 4}]}]}
        self.put("b.json", json.dumps(other))
        self.assertNotIn("shared", self.thumbs("build").err)
        self.assertIn('web/index.json: index: shared with "thumbs.json"', self.thumbs("-f", "b.json").err)
        self.assertNotIn("shared", self.thumbs("-f", "b.json").err, "nothing was written")
        os.remove(self.at("b.json"))
        self.assertNotIn("shared", self.thumbs("build").err)

    def test_is_never_a_source(self):
        self.manifest(self.variants, include=["**/*"], top={"index": "in/index.json", "lock": "in/lock"})
        self.build()
        self.assertEqual(self.build().summary["sources"], 3)
