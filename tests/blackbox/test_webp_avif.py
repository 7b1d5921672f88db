"""WebP and AVIF, written and read back by the program, since Python cannot read them."""

import pictures
from pictures import RGB, RGBA, Png
from harness import Case

FORMATS = ("webp", "avif")


def kind(data):
    """"webp lossy", "webp lossless", "avif", or what the bytes begin with."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp lossless" if b"VP8L" in data[12:40] else "webp lossy"
    return "avif" if data[4:12] == b"ftypavif" else repr(data[:12])


class WebpAvif(Case):
    def one(self, **keys):
        """The bytes of the one output of in/x.png."""
        self.manifest([{"name": "t", "width": 64, **keys}], include=["x.*"])
        self.thumbs("build")
        return self.get("out/x-t." + keys["format"])

    def read_back(self, data):
        """The pixels that the program reads from `data`, not resized."""
        self.put("back/y", data)
        self.manifest([{"name": "t", "width": 999, "format": "png"}], source="back", include=["y"], output="seen")
        self.thumbs("build")
        return Png(self.get("seen/y-t.png"))

    def test_each_format_is_what_it_says(self):
        self.put("in/x.png", pictures.png(pictures.gradient(64, 48)))
        self.manifest(
            [
                {"name": "w", "width": 32, "format": "webp"},
                {"name": "l", "width": 32, "format": "webp", "lossless": True},
                {"name": "a", "width": 32, "format": "avif"},
                {"name": "b", "width": 32, "format": "avif", "lossless": True, "effort": 0},
            ]
        )
        self.assertEqual(self.build().summary["built"], 4)
        self.assertEqual(
            {path: kind(data) for path, data in self.contents("out").items()},
            {"x-w.webp": "webp lossy", "x-l.webp": "webp lossless", "x-a.avif": "avif", "x-b.avif": "avif"},
        )
        self.age()
        self.thumbs("build")
        self.assert_all_fresh(4)

    def test_without_loss_every_pixel_comes_back(self):
        for colour, channels in ((RGB, 3), (RGBA, 4)):
            rows = [[p[:3] + (max(p[3], 1),) if channels == 4 else p for p in line] for line in pictures.noise(40, 30, 3, channels)]
            for form in FORMATS:
                with self.subTest(format=form, channels=channels):
                    self.put("in/x.png", pictures.png(rows, colour))
                    plain = self.one(format="png")
                    lossless = self.one(format=form, lossless=True)
                    self.assertEqual(self.read_back(lossless).rgba(), Png(plain).rgba())

    def test_contain_is_transparent_around(self):
        self.put("in/x.png", pictures.png(pictures.filled(20, 10, (200, 30, 40))))
        for form in FORMATS:
            with self.subTest(format=form):
                rows = self.read_back(self.one(format=form, width=20, height=20, fit="contain", quality=90)).rgba()
                self.assertEqual({line[10][3] for line in rows[:5] + rows[15:]}, {0})
                self.assertEqual({line[10][3] for line in rows[5:15]}, {255})
                for have, want in zip(rows[10][10], (200, 30, 40)):
                    self.assertLessEqual(abs(have - want), 8)

    def test_format_source_keeps_the_format(self):
        self.put("in/x.png", pictures.png(pictures.gradient(64, 48)))
        made = {form: self.one(format=form, effort=0) for form in FORMATS}
        self.thumbs("clean")
        for form, data in made.items():
            self.put(f"in/{form}.bin", data)
        self.manifest([{"name": "s", "width": 16, "format": "source"}], include=["*.bin"])
        self.assertEqual(self.build().summary["built"], 2)
        self.assertEqual(
            {path: kind(data) for path, data in self.contents("out").items()},
            {"webp-s.webp": "webp lossy", "avif-s.avif": "avif"},
        )

    def test_quality_costs_bytes_and_means_nothing_without_loss(self):
        self.put("in/x.png", pictures.png(pictures.noise(64, 48, 3)))
        for form in FORMATS:
            with self.subTest(format=form):
                sizes = [len(self.one(format=form, quality=quality, effort=1)) for quality in (10, 50, 90)]
                self.assertEqual(sizes, sorted(set(sizes)))
                first = self.one(format=form, lossless=True, quality=10, effort=1)
                self.manifest([{"name": "t", "width": 64, "format": form, "lossless": True, "quality": 90, "effort": 1}])
                self.assertEqual(self.build().summary["fresh"], 1)
                self.assertEqual(self.get("out/x-t." + form), first)

    def test_what_webp_cannot_hold_is_too_large(self):
        self.put("in/x.png", pictures.png(pictures.filled(100, 1, (9, 9, 9))))
        self.manifest([{"name": "t", "width": 16384, "withoutEnlargement": False, "format": "webp"}])
        self.assertEqual(self.build(code=1).errors(), {"out/x-t.webp": "too-large"})

    def test_cut_short(self):
        self.put("in/x.png", pictures.png(pictures.noise(64, 48, 3)))
        for form in FORMATS:
            with self.subTest(format=form):
                data = self.one(format=form)
                self.put("bad/y.jpg", data[: len(data) * 2 // 3])
                self.manifest([{"name": "t", "width": 8}], source="bad")
                self.assertEqual(self.build(code=1).errors(), {"out/y-t.jpg": "truncated"})

    def test_the_same_bytes_at_any_j(self):
        for seed in range(6):
            self.put(f"in/{seed}.png", pictures.png(pictures.noise(40, 30, seed + 1, 4), RGBA))
        self.manifest([{"name": form, "width": 20, "format": form} for form in FORMATS])
        self.thumbs("build", "-j1")
        first = self.contents("out")
        self.assertEqual(len(first), 12)
        self.thumbs("build", "-j4", "--force")
        self.assertEqual(self.contents("out"), first)
