"""Watermarks: what is drawn, what a changed mark rebuilds, what is refused."""

import os

import jpegs
import pictures
from pictures import Png
from test_sizes import BLUE, GREEN, RED, PictureCase

BASE = (90, 90, 90)
OLD = 10**9 * 1_600_000_000  # long ago, in nanoseconds


class Marked(PictureCase):
    def mark(self, colour=RED, alpha=255, path="brand/mark.png"):
        self.put(path, pictures.png(pictures.filled(8, 4, colour + (alpha,)), colour=pictures.RGBA))

    def with_mark(self, name="t", **keys):
        mark = {"file": "brand/mark.png", **keys.pop("mark", {})}
        return self.variant(name, **{"width": 40, **keys}, watermark=mark)


class Drawn(Marked):
    def test_place_size_and_margin(self):
        self.mark()
        self.put("in/x.png", pictures.png(pictures.filled(80, 40, BASE)))
        made = self.made(
            self.with_mark("default"),
            self.with_mark("large", mark={"position": "top-left", "scale": 50, "margin": 10}),
            self.with_mark("middle", mark={"position": "center", "scale": 10}),
        )
        places = {
            name: sorted((x, y) for y, line in enumerate(picture.rows) for x, p in enumerate(line) if p == RED)
            for name, picture in made.items()
        }
        area = lambda left, top, width, height: [(x, y) for x in range(left, left + width) for y in range(top, top + height)]
        # Thumbnails are 40 × 20; the mark is twice as wide as high.
        self.assertEqual(places, {"x-default": area(29, 14, 10, 5), "x-large": area(2, 2, 20, 10), "x-middle": area(18, 9, 4, 2)})
        for picture in made.values():
            self.assertEqual({p for line in picture.rows for p in line}, {RED, BASE})

    def test_over_every_kind_of_picture(self):
        self.mark()
        grey = pictures.filled(40, 20, (90,))
        self.put("in/grey.png", pictures.png(grey, colour=pictures.GREY))
        self.put("in/clear.png", pictures.png(pictures.filled(40, 20, (0, 0, 0, 0)), colour=pictures.RGBA))
        self.put("in/palette.png", pictures.png(pictures.filled(40, 20, (0,)), colour=pictures.PALETTE, palette=[BASE]))
        self.put("in/photo.jpg", jpegs.jpeg(pictures.filled(40, 20, BASE), sampling=(2, 2)))
        ink = pictures.filled(40, 20, (255, 255, 255, 255))
        self.put("in/ink.jpg", jpegs.jpeg(ink, colour="raw", before=jpegs.adobe(0)))
        made = self.made(self.with_mark(mark={"position": "center", "scale": 50}), self.with_mark("pad", height=40, fit="contain"))
        for name in ("grey", "clear", "palette", "photo", "ink"):
            self.assertEqual(made[f"{name}-t"].rgba()[10][20], RED + (255,), name)
            self.assertNotEqual(made[f"{name}-t"].rgba()[0][0][:3], RED, name)
        self.assertEqual(made["clear-t"].rgba()[0][0][3], 0)
        self.assertEqual(made["grey-pad"].rgba()[36][36], RED + (255,))  # on the padding, at the thumbnail's corner

    def test_grey_stays_grey_under_a_grey_mark(self):
        self.mark((255, 255, 255), 128)
        made = self.one(pictures.png(pictures.filled(40, 20, (91,)), colour=pictures.GREY), width=40, watermark={"file": "brand/mark.png"})
        self.assertIn(made.colour, (pictures.GREY, pictures.PALETTE))
        self.assertEqual(made.rgba()[16][35][:3], (173,) * 3)

    def test_opacity_and_lossy_formats(self):
        self.mark((255, 255, 255))
        self.put("in/x.png", pictures.png(pictures.filled(64, 64, (55, 55, 55))))
        mark = {"position": "center", "scale": 50, "opacity": 0.5}
        variants = [{"name": f, "format": f, "width": 64, "watermark": {"file": "brand/mark.png", **mark}} for f in ("png", "jpeg", "webp", "avif")]
        self.manifest(variants)
        self.thumbs("build", "-q")
        self.assertEqual(Png(self.get("out/x-png.png")).rows[32][32], (155, 155, 155))
        for path in ("jpg", "webp", "avif"):
            self.put(f"copies/x.{path}", self.get(f"out/x-{'jpeg' if path == 'jpg' else path}.{path}"))
        self.manifest([{"name": "again", "width": 64, "format": "png"}], source="copies", output="read", path="{sourceExt}.png", top={"cache": ".thumbs/2.db"})
        self.thumbs("build", "-q")
        for path in ("jpg", "webp", "avif"):
            rows = Png(self.get(f"read/{path}.png")).rgba()
            self.assertLess(abs(rows[32][32][0] - 155), 6, path)
            self.assertLess(abs(rows[4][4][0] - 55), 6, path)

    def test_the_same_bytes_alone_among_others_and_at_any_number_of_jobs(self):
        self.mark(RED, 100)
        for seed in range(4):
            self.put(f"in/{seed}.png", pictures.png(pictures.noise(60, 40, seed)))
        variants = [self.with_mark("a"), {"name": "b", "width": 30, "watermark": {"file": "brand/mark.png", "scale": 60}}, {"name": "c", "width": 30}]
        self.manifest(variants)
        self.thumbs("build", "-q", "-j8")
        together = self.contents("out")
        self.thumbs("build", "-q", "-j1", "--force")
        self.assertEqual(self.contents("out"), together)
        for variant in variants:
            self.manifest([variant], output="alone", top={"cache": f".thumbs/{variant['name']}.db"})
            self.thumbs("build", "-q")
        self.assertEqual(self.contents("alone"), together)


class Stale(Marked):
    def prepare(self):
        self.mark()
        for name in ("a", "b"):
            self.put(f"in/{name}.png", pictures.png(pictures.noise(60, 40, 1 if name == "a" else 2)))
        self.manifest([self.with_mark("marked"), self.variant("plain", width=20)])

    def test_a_changed_mark_rebuilds_what_uses_it_and_only_that(self):
        self.build()
        self.mark(BLUE)
        text = self.thumbs("explain", "in/a.png").out
        self.assertRegex(text, r"watermark: [0-9a-f]{32} (→|->) [0-9a-f]{32}")
        report = self.build()
        self.assert_reasons(report, "built", "recipe-changed", ["out/a-marked.png", "out/b-marked.png"])
        self.assertEqual(Png(self.get("out/a-marked.png")).rows[-3][-4], BLUE)
        self.assertEqual(self.clean_build(), self.contents("out"))

    def test_settings_of_the_mark_are_explained(self):
        self.build()
        for mark, line in (
            ({"scale": 40}, "watermarkScale: 25 -> 40"),
            ({"scale": 40, "opacity": 0.5}, "watermarkOpacity: 1 -> 0.5"),
            ({"scale": 40, "opacity": 0.5, "position": "top"}, "watermarkPosition: bottom-right -> top"),
        ):
            self.manifest([self.with_mark("marked", mark=mark), self.variant("plain", width=20)])
            self.assertIn(line, self.thumbs("explain", "in/a.png").out.replace("→", "->"))
            self.assert_counts(self.build(), built=2, fresh=2, decoded=2, hashed=range(0, 6))

    def test_touched_moved_or_copied_the_same_mark_is_no_change(self):
        self.build()
        self.assert_all_fresh(4)  # the mark is not read again
        os.utime(self.at("brand/mark.png"), ns=(OLD, OLD))
        self.assert_counts(self.build(), fresh=4, hashed=1)
        os.makedirs(self.at("art"))
        os.rename(self.at("brand/mark.png"), self.at("art/logo.png"))
        self.manifest([self.variant("marked", width=40, watermark={"file": "art/logo.png"}), self.variant("plain", width=20)])
        self.assert_counts(self.build(), fresh=4, hashed=1)

    def test_verify_reads_the_mark(self):
        self.build()
        self.assert_counts(self.build("--verify"), fresh=4, hashed=7)

    def test_without_the_mark_the_thumbnail_is_plain_again(self):
        self.build()
        self.manifest([self.variant("marked", width=40, watermark=False), self.variant("plain", width=20)])
        report = self.build()
        self.assert_reasons(report, "built", "recipe-changed", ["out/a-marked.png", "out/b-marked.png"])

    def test_a_lock_alone_knows_the_mark(self):
        self.manifest([self.with_mark("marked")], top={"lock": "thumbs.lock"})
        self.build()
        for path in self.files(".thumbs"):
            os.remove(self.at(".thumbs", path))
        self.assert_counts(self.build(), fresh=2, hashed=range(1, 6))
        self.mark(GREEN)
        self.assert_counts(self.build(), built=2, decoded=2, hashed=range(1, 6))


class Refused(Marked):
    def test_a_missing_or_broken_mark_is_a_manifest_error_and_touches_nothing(self):
        self.put("in/x.png", pictures.tiny(1))
        self.put("brand/text.png", "no picture")
        self.put("brand/short.png", pictures.png(pictures.noise(40, 40), level=0)[:900])
        os.makedirs(self.at("brand/folder.png"))
        for name, why in (
            ("gone", "does not exist"),
            ("text", "cannot be used"),
            ("short", "cannot be used"),
            ("folder", "is not a file"),
        ):
            with self.subTest(name):
                self.manifest([self.variant(width=8, watermark={"file": f"brand/{name}.png"})])
                before = self.tree()
                for command in ("build", "check", "status"):
                    result = self.thumbs(command, code=2)
                    self.assertRegex(result.err, rf'^(thumbs: )?thumbs.json:\d+:\d+: /sets/0/variants/0/watermark/file: the watermark "brand/{name}.png" {why}')
                    self.assertIn('change "file"', result.err)
                self.assert_untouched(before)

    def test_in_the_defaults_that_is_where_it_is_named(self):
        self.put("in/x.png", pictures.tiny(1))
        self.manifest([self.variant(width=8)], top={"defaults": {"watermark": {"file": "gone.png"}}})
        self.assertIn(": /defaults/watermark/file: ", self.thumbs("build", code=2).err)

    def test_a_fresh_project_opens_no_mark_even_if_it_is_broken(self):
        self.put("in/x.png", pictures.tiny(1))
        self.put("brand/mark.png", "no picture")
        self.manifest([self.with_mark()])
        self.thumbs("build", code=2)
        self.assertEqual(self.files("out") if self.exists("out") else [], [])

    def test_the_mark_is_no_source_and_no_output(self):
        self.mark(path="in/mark.png")
        self.put("in/x.png", pictures.tiny(1))
        mark = {"file": "in/mark.png"}
        self.manifest([self.variant(width=8, watermark=mark)])
        self.build()
        self.assertEqual(self.files("out"), ["x-t.png"])
        self.manifest([self.variant("mark", width=8, watermark=mark)], output="in", path="{variant}.{ext}")
        before = self.tree()
        self.assertIn('would overwrite "in/mark.png", which thumbs itself uses', self.thumbs("build", code=2).err)
        self.assert_untouched(before)
