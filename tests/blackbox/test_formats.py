"""Output formats: JPEG and PNG settings; nothing left of the source's metadata."""

import jpegs
import pictures
from jpegs import Jpeg
from pictures import GREY, PALETTE, Png, RGB, RGBA
from harness import Case

METADATA = {"tEXt", "zTXt", "iTXt", "eXIf", "tIME", "iCCP", "pHYs", "sPLT", "hIST"}


class JpegOutput(Case):
    def prepare(self):
        self.put("in/x.png", pictures.png(pictures.gradient(64, 48)))

    def one(self, **keys):
        self.manifest([{"name": "t", "width": 64, **keys}])
        self.thumbs("build")
        return self.get("out/x-t.jpg")

    def test_baseline_or_progressive(self):
        self.assertFalse(Jpeg(self.one()).progressive)
        self.assertTrue(Jpeg(self.one(progressive=True)).progressive)

    def test_chroma_subsampling(self):
        for keys, wanted in (
            ({}, "4:2:0"),
            ({"quality": 89}, "4:2:0"),
            ({"quality": 90}, "4:4:4"),
            ({"quality": 100}, "4:4:4"),
            ({"quality": 95, "chromaSubsampling": "4:2:0"}, "4:2:0"),
            ({"quality": 50, "chromaSubsampling": "4:4:4"}, "4:4:4"),
            ({"chromaSubsampling": "4:2:2"}, "4:2:2"),
            ({"chromaSubsampling": "4:2:2", "progressive": True}, "4:2:2"),
        ):
            with self.subTest(keys=keys):
                self.assertEqual(Jpeg(self.one(**keys)).sampling, wanted)

    def test_quality_costs_bytes_and_brings_likeness(self):
        rows, last_size, last_error = pictures.gradient(64, 48), 0, 1e9
        for quality in (10, 40, 70, 95):
            data = self.one(quality=quality, chromaSubsampling="4:4:4")
            have = Jpeg(data).rgb()
            error = sum((a - b) ** 2 for l, m in zip(have, rows) for p, q in zip(l, m) for a, b in zip(p, q))
            self.assertGreater(len(data), last_size)
            self.assertLess(error, last_error)
            last_size, last_error = len(data), error
        self.assertLess(last_error / (64 * 48 * 3), 4)

    def test_a_white_page_is_that_of_plain_quantisation(self):
        page = pictures.filled(48, 40, (255, 255, 255))
        for line in page[21:]:
            line[13:37] = [(180, 40, 40)] * 24
        self.put("in/x.png", pictures.png(page))
        for quality in (20, 49, 50, 51, 75):
            plain = Jpeg(self.one(quality=quality, effort=0)).rgb()[:16]
            for effort in (1, 4, 9):
                with self.subTest(quality=quality, effort=effort):
                    self.assertEqual(Jpeg(self.one(quality=quality, effort=effort)).rgb()[:16], plain)

    def test_small_and_odd_sizes(self):
        for width, height in ((1, 1), (7, 9), (8, 8), (17, 1), (1, 33)):
            rows = pictures.filled(width, height, (40, 90, 200))
            self.put("in/x.png", pictures.png(rows))
            picture = Jpeg(self.one())
            self.assertEqual(picture.size, (width, height))
            for line in picture.rgb():
                for pixel in line:
                    self.assertLessEqual(max(abs(a - b) for a, b in zip(pixel, (40, 90, 200))), 8)


class PngOutput(Case):
    def test_compression_level(self):
        self.put("in/x.png", pictures.png(pictures.gradient(200, 150)))
        sizes, rows = {}, {}
        for level in (0, 1, 6, 9):
            self.manifest([{"name": "t", "width": 200, "format": "png", "compressionLevel": level}])
            self.thumbs("build")
            data = self.get("out/x-t.png")
            sizes[level], rows[level] = len(data), Png(data).rows
        self.assertGreater(sizes[0], 200 * 150 * 3)
        self.assertLess(sizes[6], sizes[0])
        self.assertLessEqual(sizes[9], sizes[1])
        self.assertTrue(all(r == pictures.gradient(200, 150) for r in rows.values()))

    def made_of(self, data, **keys):
        self.put("in/x.png", data)
        self.manifest([{"name": "t", "width": 400, "height": 400, "format": "png", **keys}])
        self.thumbs("build")
        return self.get("out/x-t.png")

    def test_the_smallest_form_that_loses_nothing(self):
        inks = [(200, 30, 40), (20, 160, 60), (30, 60, 210), (255, 255, 255), (250, 200, 0)]
        patches = lambda colours: [[colours[(x * x // 9 + y * y // 7) % len(colours)] for x in range(200)] for y in range(150)]
        clear = [(0, 0, 0, 0)] + [c + (255,) for c in inks]
        for name, rows, colour, wanted in (
            ("two colours", patches(inks[:2]), RGB, (PALETTE, 1)),
            ("four colours", patches(inks[:4]), RGB, (PALETTE, 2)),
            ("five colours", patches(inks), RGB, (PALETTE, 4)),
            ("clear parts", patches(clear), RGBA, (PALETTE, 4)),
            ("alpha that is opaque", [[p + (255,) for p in line] for line in pictures.noise(90, 80, 2)], RGBA, (RGB, 8)),
            ("RGB that is black and white", patches([(0, 0, 0), (255, 255, 255)]), RGB, (GREY, 1)),
            ("RGB that is grey", [[p * 3 for p in line] for line in pictures.noise(90, 80, 1, 1)], RGB, (GREY, 8)),
            ("grey of 16 levels", patches([(17 * i,) for i in range(16)]), GREY, (GREY, 4)),
            ("noise", pictures.noise(90, 80), RGB, (RGB, 8)),
        ):
            with self.subTest(name):
                picture = Png(self.made_of(pictures.png(rows, colour)))
                self.assertEqual((picture.colour, picture.depth), wanted)
                self.assertEqual(picture.rgba(), Png(pictures.png(rows, colour)).rgba())

    def test_a_palette_source_does_not_grow(self):
        for count in (2, 7, 32, 200):
            palette = [(i * 7 % 256, i * 31 % 256, 255 - i) for i in range(count)]
            rows = [[((x * x // 40 + y * y // 30 + x // 9) % count,) for x in range(180)] for y in range(140)]
            depth = 1 if count <= 2 else 4 if count <= 16 else 8
            for trns in (None, bytes([0, 128])):
                with self.subTest(colours=count, trns=trns):
                    source = pictures.png(rows, PALETTE, depth, palette=palette, trns=trns, level=9)
                    made = self.made_of(source)
                    self.assertLessEqual(len(made), len(source))
                    clear = lambda table: [[p if p[3] else (0, 0, 0, 0) for p in line] for line in table]
                    self.assertEqual(clear(Png(made).rgba()), clear(Png(source).rgba()))

    def test_the_default_level_is_6(self):
        self.put("in/x.png", pictures.png(pictures.gradient(80, 60)))
        self.manifest([{"name": "a", "width": 50, "format": "png"}, {"name": "b", "width": 50, "format": "png", "compressionLevel": 6}])
        self.thumbs("build")
        self.assertEqual(self.get("out/x-a.png"), self.get("out/x-b.png"))


class NoMetadata(Case):
    def test_nothing_of_the_source_is_left(self):
        secret = b"SECRET-PLACE"
        rows = pictures.noise(30, 20, 3)
        text = pictures.chunk(b"tEXt", b"Comment\0" + secret)
        block = pictures.chunk(b"eXIf", pictures.tiff(6) + secret)
        time = pictures.chunk(b"tIME", b"\x07\xe0\1\1\1\1\1")
        self.put("in/p.png", pictures.png(rows, before=[text, block], after=[time, text]))
        self.put("in/a.png", pictures.png(pictures.noise(30, 20, 4, 4), RGBA, before=[text, block]))
        before = jpegs.exif(pictures.tiff(6) + secret) + jpegs.segment(0xFE, secret)
        before += jpegs.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + secret) + jpegs.segment(0xED, secret)
        self.put("in/j.jpg", jpegs.jpeg(rows, before=before))
        self.manifest(
            [
                {"name": "same", "width": 99},
                {"name": "small", "width": 10, "progressive": True},
                {"name": "p", "width": 99, "format": "png"},
                {"name": "q", "width": 10, "format": "png"},
            ]
        )
        self.thumbs("build")
        self.assertEqual(len(self.files("out")), 12)
        for path in self.files("out"):
            data = self.get("out/" + path)
            with self.subTest(path=path):
                self.assertNotIn(secret, data)
                if path.endswith("jpg"):
                    self.assertEqual({m for m in Jpeg(data).markers if 0xE1 <= m <= 0xEF or m == 0xFE} - {0xEE}, set())
                else:
                    self.assertEqual(METADATA & set(Png(data).names), set())
