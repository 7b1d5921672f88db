"""Kinds of PNG and JPEG: depths, palettes, alpha, grey, colour; what outputs contain."""

import jpegs
import pictures
from jpegs import Jpeg
from pictures import GREY, GREY_ALPHA, PALETTE, RGB, RGBA, Png
from test_sizes import BLUE, GREEN, RED, PictureCase

SIZES = ({"width": 13}, {"width": 100}, {"width": 7, "height": 7, "fit": "cover"})


class PngKinds(PictureCase):
    def assert_alike(self, files):
        """All files give the same pixels as the first one, at each size."""
        for name, data in files.items():
            self.put(f"in/{name}.png", data)
        made = self.made(*(self.variant(f"v{i}", **size) for i, size in enumerate(SIZES)))
        first = next(iter(files))
        for name in files:
            for i in range(len(SIZES)):
                with self.subTest(kind=name, size=SIZES[i]):
                    self.assertEqual(made[f"{name}-v{i}"].rgba(), made[f"{first}-v{i}"].rgba())
        return made

    def test_grey_of_every_depth(self):
        for depth in (1, 2, 4):
            top = (1 << depth) - 1
            rows = pictures.noise(29, 22, depth, 1, top)
            eight = [[(p[0] * 255 // top,) for p in line] for line in rows]
            made = self.assert_alike(
                {
                    f"eight{depth}": pictures.png(eight, GREY),
                    f"deep{depth}": pictures.png(rows, GREY, depth),
                    f"lace{depth}": pictures.png(rows, GREY, depth, interlaced=True),
                }
            )
            self.assertEqual(made[f"deep{depth}-v1"].rgba()[0][0][:1], eight[0][0])

    def test_palettes_of_every_depth(self):
        for depth in (1, 2, 4, 8):
            palette = pictures.noise(min(256, 1 << depth), 1, depth)[0]
            rows = pictures.noise(29, 22, depth, 1, len(palette) - 1)
            plain = [[palette[p[0]] for p in line] for line in rows]
            self.assert_alike(
                {
                    f"rgb{depth}": pictures.png(plain, RGB),
                    f"pal{depth}": pictures.png(rows, PALETTE, depth, palette=palette),
                    f"lace{depth}": pictures.png(rows, PALETTE, depth, interlaced=True, palette=palette),
                }
            )

    def test_interlaced_pictures_of_every_small_size(self):
        files = {}
        for width in range(1, 10):
            for height in (1, 2, 3, 5, 8):
                rows = pictures.noise(width, height, width * height)
                files[f"p{width}x{height}"] = pictures.png(rows)
                files[f"i{width}x{height}"] = pictures.png(rows, interlaced=True)
        for name, data in files.items():
            self.put(f"in/{name}.png", data)
        made = self.made(self.variant(width=50))
        for name in files:
            self.assertEqual(made[f"i{name[1:]}-t"].rows, made[f"p{name[1:]}-t"].rows, name)

    def test_interlaced_equals_non_interlaced(self):
        kinds = ((GREY, 8, 1), (GREY, 16, 1), (RGB, 8, 3), (RGB, 16, 3), (GREY_ALPHA, 8, 2), (RGBA, 8, 4), (RGBA, 16, 4))
        for colour, depth, channels in kinds:
            rows = pictures.noise(37, 26, 5, channels, (1 << depth) - 1)
            self.assert_alike(
                {
                    f"plain{colour}-{depth}": pictures.png(rows, colour, depth),
                    f"lace{colour}-{depth}": pictures.png(rows, colour, depth, interlaced=True),
                }
            )

    def test_transparent_colours(self):
        rows = pictures.noise(29, 22, 8, 1, 3)
        palette = [RED, GREEN, BLUE, (9, 9, 9)]
        alphas = [255, 0, 100, 255]
        plain = [[palette[p[0]] + (alphas[p[0]],) for p in line] for line in rows]
        self.assert_alike(
            {"rgba": pictures.png(plain, RGBA), "pal": pictures.png(rows, PALETTE, 2, palette=palette, trns=bytes(alphas[:3]))}
        )
        keyed = [[palette[p[0]] for p in line] for line in rows]
        out = [[p + (0 if p == GREEN else 255,) for p in line] for line in keyed]
        key = b"".join(bytes([0, s]) for s in GREEN)
        self.assert_alike({"full": pictures.png(out, RGBA), "key": pictures.png(keyed, RGB, trns=key)})
        grey = [[(p[0] * 85,) for p in line] for line in rows]
        out = [[p + (0 if p == (170,) else 255,) for p in line] for line in grey]
        self.assert_alike(
            {
                "ga": pictures.png(out, GREY_ALPHA),
                "gkey": pictures.png(grey, GREY, trns=b"\0\xaa"),
                "gkey2": pictures.png(rows, GREY, 2, trns=b"\0\2"),
            }
        )

    def test_sixteen_bits_are_rounded(self):
        for colour, channels in ((GREY, 1), (RGB, 3)):
            rows = pictures.noise(40, 30, 3, channels, 65535)
            picture = self.one(pictures.png(rows, colour, 16), width=40)
            self.assertEqual(picture.depth, 8)
            wanted = [[tuple((s * 255 + 32767) // 65535 for s in p) for p in line] for line in rows]
            self.assertEqual(picture.rows, wanted)

    def test_sixteen_bits_that_hold_eight_are_the_same_picture(self):
        for colour, channels in ((GREY, 1), (RGB, 3)):
            rows = pictures.noise(29, 22, 3, channels)
            wide = [[tuple(s * 257 for s in p) for p in line] for line in rows]
            self.assert_alike({f"e{colour}": pictures.png(rows, colour), f"s{colour}": pictures.png(wide, colour, 16)})

    def test_grey_stays_grey(self):
        rows = pictures.noise(30, 20, 2, 1)
        files = {
            "g8": pictures.png(rows, GREY),
            "g16": pictures.png([[(p[0] * 257,) for p in line] for line in rows], GREY, 16),
            "g1": pictures.png(pictures.noise(30, 20, 2, 1, 1), GREY, 1),
        }
        for name, data in files.items():
            self.put(f"in/{name}.png", data)
        self.put("in/jpeg.jpg", jpegs.jpeg(rows, "grey"))
        made = self.made(
            self.variant("p", width=13),
            self.variant("f", width=13, height=13, fit="fill"),
            {"name": "j", "width": 13},
        )
        self.assertEqual({name: picture.colour for name, picture in made.items()}, dict.fromkeys(made, GREY))
        for name in (*files, "jpeg"):
            self.assertEqual(len(Jpeg(self.get(f"out/{name}-j.jpg")).components), 1)
        self.put("in/ga.png", pictures.png(pictures.noise(30, 20, 2, 2), GREY_ALPHA))
        self.assertEqual(self.made(self.variant("p", width=13))["ga-p"].colour, GREY_ALPHA)


class Alpha(PictureCase):
    def test_what_is_transparent_does_not_bleed(self):
        rows = [[RED + (255,)] * 25 + [(0, 255, 0, 0)] * 26 for _ in range(51)]
        for kernel in ("box", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"):
            for size in ({"width": 17}, {"width": 5}, {"width": 90, "withoutEnlargement": False}):
                for linear in (False, True):
                    picture = self.one(pictures.png(rows, RGBA), kernel=kernel, linear=linear, **size).rgba()
                    for pixel in (p for line in picture for p in line if p[3] >= 32):
                        # The hidden green must not show, and ringing must not brighten the edge.
                        self.assert_near([[pixel[:3]]], [[RED]], 1, (kernel, size, linear, pixel))

    def test_edges_of_alpha_do_not_show_over_the_same_colour(self):
        rows = [[RED + (255,)] * 25 + [RED + (0,)] * 26 for _ in range(51)]
        background = "#%02x%02x%02x" % RED
        for kernel in ("linear", "cubic", "mitchell", "lanczos2", "lanczos3"):
            self.put("in/x.png", pictures.png(rows, RGBA))
            self.manifest([{"name": "t", "width": 90, "withoutEnlargement": False, "kernel": kernel, "background": background, "quality": 100}])
            self.thumbs("build", "-q")
            flat = jpegs.Jpeg(self.get("out/x-t.jpg")).rgb()
            self.assert_near(flat, pictures.filled(90, 90, RED), 3, kernel)

    def test_an_opaque_half_and_a_clear_half(self):
        rows = [[RED + (255,)] * 24 + [BLUE + (0,)] * 24 for _ in range(48)]
        picture = self.one(pictures.png(rows, RGBA), width=12).rgba()
        for line in picture:
            self.assert_near([line[:4]], [[RED + (255,)] * 4], 3)
            self.assertLessEqual(max(p[3] for p in line[9:]), 3)

    def test_without_a_resize_no_pixel_that_shows_changes(self):
        rows = pictures.noise(30, 20, 4, 4)
        picture = self.one(pictures.png(rows, RGBA), width=30)
        for line, other in zip(picture.rgba(), rows):
            for p, q in zip(line, other):
                self.assertEqual(p[3], q[3])
                if q[3] == 255:
                    self.assertEqual(p, q)

    def test_a_format_without_alpha_gets_the_background(self):
        rows = [[RED + (255,)] * 32 + [GREEN + (0,)] * 32 for _ in range(64)]
        self.put("in/x.png", pictures.png(rows, RGBA))
        half = [[(0, 0, 0, 128)] * 32] * 32
        self.put("in/half.png", pictures.png(half, RGBA))
        grey = [[(0, 0)] * 32] * 32
        self.put("in/grey.png", pictures.png(grey, GREY_ALPHA))
        variant = {"width": 64, "quality": 95, "chromaSubsampling": "4:4:4"}
        self.manifest([{"name": "d", **variant}, {"name": "b", "background": "#2040e0", **variant}])
        self.thumbs("build")
        for name, background in (("d", (255, 255, 255)), ("b", (32, 64, 224))):
            look = lambda source: Jpeg(self.get(f"out/{source}-{name}.jpg")).rgb()
            self.assert_near([look("x")[10][4:20]], [[RED] * 16], 6)
            self.assert_near([look("x")[10][44:60]], [[background] * 16], 6)
            self.assert_near([look("half")[10][4:20]], [[tuple(s * 127 / 255 for s in background)] * 16], 6)
            self.assert_near([look("grey")[10][4:20]], [[background] * 16], 6)

    def test_contain_in_a_jpeg_is_on_white(self):
        self.put("in/x.png", pictures.png(pictures.filled(64, 32, BLUE)))
        self.manifest([{"name": "t", "width": 64, "height": 64, "fit": "contain", "quality": 95}])
        self.thumbs("build")
        rows = Jpeg(self.get("out/x-t.jpg")).rgb()
        self.assert_near([rows[4], rows[60]], [[(255, 255, 255)] * 64] * 2, 4)
        self.assert_near([rows[32]], [[BLUE] * 64], 6)


class JpegsRead(PictureCase):
    def test_colour_of_every_sampling(self):
        rows = pictures.gradient(50, 35)
        for name, sampling in (("444", (1, 1)), ("422", (2, 1)), ("440", (1, 2)), ("420", (2, 2))):
            self.put(f"in/{name}.jpg", jpegs.jpeg(rows, sampling=sampling))
        made = self.made(self.variant(width=50))
        for name in ("444", "422", "440", "420"):
            self.assert_near(made[f"{name}-t"].rows, rows, 3 if name == "444" else 9, name)

    def test_chroma_edges_of_every_sampling_land_in_the_same_place(self):
        rows = pictures.blocks([[(220, 60, 60), (60, 60, 220)]], 64)
        for name, sampling in (("444", (1, 1)), ("420", (2, 2))):
            self.put(f"in/{name}.jpg", jpegs.jpeg(rows, sampling=sampling))
        made = self.made(self.variant(width=32))
        middle = lambda name: sum(p[0] for p in made[f"{name}-t"].rows[8])
        self.assertAlmostEqual(middle("444"), middle("420"), delta=24)

    def test_grey_rgb_and_cmyk(self):
        grey = [[(p[0],) for p in line] for line in pictures.gradient(50, 35)]
        self.put("in/grey.jpg", jpegs.jpeg(grey, "grey"))
        rows = pictures.blocks([[RED, GREEN, BLUE]], 16)
        self.put("in/rgb.jpg", jpegs.jpeg(rows, "raw", before=jpegs.adobe(0)))
        inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255)]
        plain = pictures.blocks([inks], 16)
        inverted = [[tuple(255 - s for s in p) for p in line] for line in plain]
        self.put("in/cmyk.jpg", jpegs.jpeg(plain, "raw"))
        self.put("in/adobe.jpg", jpegs.jpeg(inverted, "raw", before=jpegs.adobe(0)))
        as_ycck = [[jpegs.ycc(p[:3]) + (255 - p[3],) for p in line] for line in plain]  # R is 255 - the stored C.
        self.put("in/ycck.jpg", jpegs.jpeg(as_ycck, "raw", before=jpegs.adobe(2)))
        made = self.made(self.variant(width=99))
        self.assert_near(made["grey-t"].rows, grey, 2)
        self.assert_near(made["rgb-t"].rows, rows, 3)
        for name in ("cmyk", "adobe", "ycck"):
            self.assert_inks(made[f"{name}-t"].rows[8], name)

    def assert_inks(self, line, name):
        white, cyan, magenta, yellow, black = (line[8 + 16 * i] for i in range(5))
        self.assertGreater(min(white), 245, name)
        self.assertLess(max(black), 60, name)
        for pixel, dark in ((cyan, 0), (magenta, 1), (yellow, 2)):
            others = [s for i, s in enumerate(pixel) if i != dark]
            self.assertLess(pixel[dark] + 60, min(others), (name, pixel))
        # as printed on paper, not as pure screen colours
        self.assert_near([[cyan, magenta]], [[(0, 157, 224), (235, 14, 138)]], 9, name)

    def test_a_shrunk_jpeg_equals_the_shrunk_png(self):
        rows = pictures.gradient(160, 120)
        self.put("in/j.jpg", jpegs.jpeg(rows, sampling=(2, 2)))
        self.put("in/p.png", pictures.png(rows))
        for width in (100, 75, 40, 20, 10):
            made = self.made(self.variant(width=width))
            self.assert_near(made["j-t"].rows, made["p-t"].rows, 9, width)

    def test_the_kind_is_told_from_the_bytes(self):
        rows = pictures.gradient(50, 35)
        self.put("in/really-jpeg.png", jpegs.jpeg(rows))
        self.put("in/really-png.jpg", pictures.png(rows))
        self.put("in/no-extension", pictures.png(rows))
        made = self.made(self.variant(width=50))
        self.assertEqual(made["really-png-t"].rows, rows)
        self.assertEqual(made["no-extension-t"].rows, rows)
        self.assert_near(made["really-jpeg-t"].rows, rows, 3)


class Orientations(PictureCase):
    CELLS = [[(250, 20, 30), (20, 250, 30), (20, 30, 250)], [(240, 240, 20), (30, 30, 30), (230, 230, 230)]]

    def test_png(self):
        rows = pictures.noise(30, 20, 6)
        for little in (True, False):
            for n in range(1, 9):
                block = pictures.chunk(b"eXIf", pictures.tiff(n, little))
                self.put(f"in/{n}.png", pictures.png(pictures.as_stored(rows, n), before=[block]))
            made = self.made(self.variant("same", width=30), self.variant("half", width=15))
            for n in range(1, 9):
                self.assertEqual(made[f"{n}-same"].rows, rows, n)
                self.assert_near(made[f"{n}-half"].rows, made["1-half"].rows, 2, n)

    def test_png_with_the_block_after_the_pixels(self):
        rows = pictures.noise(30, 20, 6)
        block = pictures.chunk(b"eXIf", pictures.tiff(6))
        self.assertEqual(self.one(pictures.png(pictures.as_stored(rows, 6), after=[block]), width=30).rows, rows)

    def test_jpeg(self):
        rows = pictures.blocks(self.CELLS, 16)
        for little in (True, False):
            for n in range(1, 9):
                block = jpegs.exif(pictures.tiff(n, little))
                self.put(f"in/{n}.jpg", jpegs.jpeg(pictures.as_stored(rows, n), before=block))
            made = self.made(self.variant("same", width=48), self.variant("small", width=12))
            for n in range(1, 9):
                self.assert_near(made[f"{n}-same"].rows, rows, 4, n)
                centres = [[made[f"{n}-small"].rows[4 * y + 2][4 * x + 2] for x in range(3)] for y in range(2)]
                self.assert_near(centres, [[made["1-small"].rows[4 * y + 2][4 * x + 2] for x in range(3)] for y in range(2)], 6, n)

    def test_the_box_is_that_of_the_turned_picture(self):
        block = pictures.chunk(b"eXIf", pictures.tiff(6))
        picture = self.one(pictures.png(pictures.as_stored(pictures.noise(20, 40), 6), before=[block]), width=10)
        self.assertEqual(picture.size, (10, 20))

    def test_cover_takes_the_part_of_the_turned_picture(self):
        rows = pictures.blocks([[RED, GREEN, BLUE]], 32)
        for n in range(1, 9):
            self.put(f"in/{n}.png", pictures.png(pictures.as_stored(rows, n), before=[pictures.chunk(b"eXIf", pictures.tiff(n))]))
            self.put(f"in/j{n}.jpg", jpegs.jpeg(pictures.as_stored(rows, n), before=jpegs.exif(pictures.tiff(n))))
        made = self.made(self.variant(width=16, height=16, fit="cover", position="left"))
        for name, picture in made.items():
            self.assert_near([picture.rows[8][3:13]], [[RED] * 10], 6, name)

    def test_without_auto_orient_pixels_stay_as_stored(self):
        stored = pictures.noise(20, 30, 6)
        block = pictures.chunk(b"eXIf", pictures.tiff(6))
        self.assertEqual(self.one(pictures.png(stored, before=[block]), width=20, autoOrient=False).rows, stored)

    def test_a_broken_block_is_ignored(self):
        rows = pictures.noise(30, 20, 6)
        good = pictures.tiff(6)
        broken = [b"", b"II", good[:9], b"II*\0\xff\xff\xff\xff", good[:8] + b"\xff\xff" + good[10:], good[:-8] + b"\x09\0\0\0" + good[-4:]]
        broken += [pictures.tiff(0), pictures.tiff(9), b"\0" * 40, b"XX" + good[2:]]
        for i, block in enumerate(broken):
            self.put(f"in/{i}.png", pictures.png(rows, before=[pictures.chunk(b"eXIf", block)]))
            self.put(f"in/j{i}.jpg", jpegs.jpeg(rows, before=jpegs.exif(block)))
        made = self.made(self.variant(width=30))
        for i in range(len(broken)):
            if i not in (2, 4):  # a truncated one may still show its entry
                self.assertEqual(made[f"{i}-t"].rows, rows, broken[i])
                self.assert_near(made[f"j{i}-t"].rows, rows, 4)
