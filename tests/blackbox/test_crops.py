"""Focus and trim: what is kept, how large it becomes, and what a change of them rebuilds."""

import jpegs
import pictures
from pictures import Png
from test_sizes import BLUE, GREEN, GREY, RED, YELLOW, PictureCase

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def framed(rows, left, top, right, bottom, colour=WHITE):
    """`rows` with a border of one colour."""
    width = len(rows[0]) + left + right
    middle = [[colour] * left + line + [colour] * right for line in rows]
    return pictures.filled(width, top, colour) + middle + pictures.filled(width, bottom, colour)


def far_from(colour, width, height, seed=1):
    """Noise of which no pixel is near white or black."""
    return [[tuple(60 + s // 2 for s in p) for p in line] for line in pictures.noise(width, height, seed)]


class Focus(PictureCase):
    def test_the_crop_is_centred_on_the_point_as_far_as_the_picture_reaches(self):
        rows = pictures.noise(200, 60, 2)
        self.put("in/x.png", pictures.png(rows))
        table = (("0,0", 0), ("15,50", 0), ("15.5,50", 1), ("30, 99", 30), ("50,50", 70), ("62.5,0", 95), ("85,1", 140), ("100,100", 140))
        made = self.made(*(self.variant(f"v{i}", width=60, height=60, fit="cover", focus=focus) for i, (focus, _) in enumerate(table)))
        for i, (focus, begin) in enumerate(table):
            self.assertEqual(made[f"x-v{i}"].rows, [line[begin : begin + 60] for line in rows], focus)

    def test_percent_are_of_the_upright_picture(self):
        rows = pictures.blocks([[RED, GREEN, BLUE, YELLOW]], 20)
        for orientation in range(1, 9):
            chunk = pictures.chunk(b"eXIf", pictures.tiff(orientation))
            self.put(f"in/{orientation}.png", pictures.png(pictures.as_stored(rows, orientation), before=[chunk]))
        made = self.made(self.variant(width=20, height=20, fit="cover", focus="62.5,50"))
        self.assertEqual(len(made), 8)
        for name, picture in made.items():
            self.assertEqual(picture.rows, pictures.filled(20, 20, BLUE), name)

    def test_what_a_variant_states_counts_before_the_defaults(self):
        self.put("in/x.png", pictures.png(pictures.blocks([[RED, GREEN, BLUE]], 20)))
        crop = {"width": 20, "height": 20}
        variants = [
            self.variant("inherits", fit="cover", **crop),
            self.variant("placed", fit="cover", position="left", **crop),
            self.variant("focused", fit="cover", focus="50,50", **crop),
            self.variant("inside", **crop),
        ]
        self.manifest(variants, top={"defaults": {"focus": "100,0"}})
        self.thumbs("build", "-q")
        pixels = {name: Png(self.get(f"out/x-{name}.png")).rows[3][3] for name in ("inherits", "placed", "focused")}
        self.assertEqual(pixels, {"inherits": BLUE, "placed": RED, "focused": GREEN})
        self.assertEqual(Png(self.get("out/x-inside.png")).size, (20, 7))

    def test_what_cannot_be_is_refused_with_its_place(self):
        for keys, message in (
            ({"fit": "cover", "focus": "50,50", "position": "top"}, '/sets/0/variants/0/focus: "focus" and "position" say the same in two ways: remove one of them'),
            ({"focus": "50,50"}, '/sets/0/variants/0/focus: needs "fit": "cover"; "inside" crops nothing'),
            ({"fit": "cover", "focus": "50%,50%"}, '/sets/0/variants/0/focus: invalid focus "50%,50%"; must be a point "x,y" in percent from the left and the top, such as "50,25"'),
        ):
            self.manifest([self.variant(width=20, height=20, **keys)])
            self.assertIn(message, self.thumbs("build", code=2).err)


class Trim(PictureCase):
    def full(self, name="t", **keys):
        return self.variant(name, width=65535, **keys)

    def test_a_border_is_cut_to_the_pixel(self):
        inner = far_from(WHITE, 37, 23)
        for border in (WHITE, BLACK, (250, 240, 230)):
            with self.subTest(border=border):
                made = self.one(framed(inner, 11, 5, 3, 40, border), width=65535, trim=True)
                self.assertEqual(made.rows, inner)

    def test_sizes_follow_from_what_is_left(self):
        self.put("in/x.png", pictures.png(framed(far_from(WHITE, 80, 40), 60, 100, 60, 60)))
        made = self.made(
            self.variant("inside", width=50, height=50, trim=True),
            self.variant("cover", width=30, height=30, fit="cover", trim=True),
            self.variant("contain", width=50, height=50, fit="contain", trim=True),
            self.variant("small", width=200, trim=True),
            self.variant("margin", width=88, trim={"margin": 10}),
            self.variant("not", width=50, height=50, trim=False),
        )
        sizes = {name: picture.size for name, picture in made.items()}
        wanted = {"inside": (50, 25), "cover": (30, 30), "contain": (50, 50), "small": (80, 40), "margin": (88, 48), "not": (50, 50)}
        self.assertEqual(sizes, {f"x-{name}": size for name, size in wanted.items()})

    def test_each_product_has_the_margin_asked_for_as_far_as_its_picture_reaches(self):
        inner = far_from(WHITE, 40, 20)
        picture = framed(inner, 30, 3, 30, 30)
        made = self.one(picture, width=65535, trim={"margin": 25})
        self.assertEqual(made.rows, [line[25:75] for line in picture[:28]])  # 5 pixels; 3 above, where there are no more

    def test_every_orientation(self):
        inner = far_from(WHITE, 30, 18)
        rows = framed(inner, 20, 4, 9, 13)
        for orientation in range(1, 9):
            chunk = pictures.chunk(b"eXIf", pictures.tiff(orientation))
            self.put(f"in/{orientation}.png", pictures.png(pictures.as_stored(rows, orientation), before=[chunk]))
        made = self.made(self.full(trim=True), self.full("m", trim={"margin": 50}))
        for orientation in range(1, 9):
            self.assertEqual(made[f"{orientation}-t"].rows, inner, orientation)
            self.assertEqual(made[f"{orientation}-m"].rows, [line[11:] for line in rows[:31]], orientation)

    def test_every_kind_of_png(self):
        shape = pictures.blocks([[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], 6)  # content at 6,0 of 12 × 12
        of = lambda zero, one: [[(one if v else zero) for v in line] for line in shape]
        self.put("in/grey.png", pictures.png(of((255,), (90,)), colour=pictures.GREY))
        self.put("in/bilevel.png", pictures.png(of((1,), (0,)), colour=pictures.GREY, depth=1))
        self.put("in/deep.png", pictures.png(of((65535,) * 3, (9000, 40000, 100)), depth=16))
        self.put("in/palette.png", pictures.png(of((2,), (0,)), colour=pictures.PALETTE, palette=[RED, BLUE, WHITE]))
        self.put("in/hole.png", pictures.png(of((1,), (0,)), colour=pictures.PALETTE, palette=[RED, BLUE], trns=b"\xff\0"))
        self.put("in/clear.png", pictures.png(of((7, 200, 9, 0), RED + (255,)), colour=pictures.RGBA))
        self.put("in/shade.png", pictures.png(of((0, 0), (0, 128)), colour=pictures.GREY_ALPHA))
        self.put("in/key.png", pictures.png(of(GREEN, RED), trns=b"".join(bytes([0, v]) for v in GREEN)))
        self.put("in/woven.png", pictures.png(of(WHITE, RED), interlaced=True))
        made = self.made(self.full(trim=True))
        self.assertEqual({name: picture.size for name, picture in made.items()}, dict.fromkeys(made, (12, 12)))
        self.assertEqual(len(made), 9)
        self.assertEqual(made["clear-t"].rgba()[0][0], RED + (255,))
        self.assertEqual(made["clear-t"].rgba()[0][11][3], 0)

    def test_jpegs_whatever_their_noise(self):
        for name, rows, keys in (
            ("fine", framed(far_from(WHITE, 64, 48), 32, 24, 40, 16), {}),
            ("coarse", framed(far_from(WHITE, 64, 48), 32, 24, 40, 16), {"quantum": 12}),
            ("halved", framed(pictures.filled(64, 48, RED), 32, 24, 40, 16), {"sampling": (2, 2)}),
            ("odd", framed(far_from(WHITE, 64, 48), 29, 21, 43, 19), {"quantum": 6}),
        ):
            self.put(f"in/{name}.jpg", jpegs.jpeg(rows, **keys))
        ink = framed(pictures.filled(64, 48, (255, 0, 255, 40)), 32, 24, 40, 16, (255,) * 4)
        self.put("in/ink.jpg", jpegs.jpeg(ink, colour="raw", before=jpegs.adobe(0)))
        made = self.made(self.full(trim=True))
        self.assertEqual(len(made), 5)
        for name, picture in made.items():
            width, height = picture.size
            self.assertIn(width, range(64, 64 + 12), name)  # what is lost at the border stays within its blocks
            self.assertIn(height, range(48, 48 + 12), name)

    def test_nothing_to_cut_changes_nothing(self):
        shapes = {"dot": (1, 1), "wide": (10000, 1), "tall": (1, 10000), "flat": (64, 48)}
        for name, shape in shapes.items():
            self.put(f"in/{name}.png", pictures.large_png(*shape))
        self.put("in/empty.png", pictures.png(pictures.filled(30, 20, (9, 8, 7, 0)), colour=pictures.RGBA))
        self.put("in/photo.png", pictures.png(pictures.noise(60, 40, 3)))
        for name in ("t", "plain"):
            keys = {"trim": {"margin": 20}} if name == "t" else {}
            self.manifest([self.variant("a", width=20, **keys), self.variant("b", width=9, height=9, fit="cover", **keys)], output=name)
            self.thumbs("build", "-q")
        self.assertEqual(self.contents("t"), self.contents("plain"))
        self.assertEqual(len(self.files("t")), 12)

    def test_a_large_picture_is_decoded_finely_enough_for_what_is_left(self):
        # 200 × 150 in 2400 × 1800: shrunk by what the whole picture allows, hardly anything would be left of it.
        tile = pictures.blocks([[RED, GREEN, BLUE, YELLOW], [GREY, BLACK, GREEN, RED], [BLUE, GREY, YELLOW, BLACK]], 50)
        rows = framed(tile, 1200, 700, 1000, 950)
        self.put("in/x.png", pictures.png(rows, level=1))
        self.put("in/cut.png", pictures.png(tile))
        made = self.made(self.variant(width=100, trim=True), self.variant("m", width=65535, trim=True))
        self.assertEqual(made["x-m"].size, (200, 150))
        self.assertEqual(made["x-t"].rows, made["cut-t"].rows)

    def test_a_focus_stays_a_point_of_the_source(self):
        inner = pictures.blocks([[RED, GREEN, BLUE]], 20)
        rows = framed(inner, 40, 10, 0, 10)  # 100 × 40; blue begins at 80 %
        made = self.one(rows, width=20, height=20, fit="cover", trim=True, focus="90,50")
        self.assertEqual(made.rows, pictures.filled(20, 20, BLUE))

    def test_alone_or_among_others_the_bytes_are_the_same(self):
        self.put("in/a.jpg", jpegs.jpeg(framed(far_from(WHITE, 64, 48), 32, 24, 40, 16), quantum=4))
        self.put("in/b.png", pictures.png(framed(far_from(WHITE, 90, 60), 30, 20, 10, 5)))
        variants = [
            {"name": "whole", "width": 40},
            {"name": "cut", "width": 40, "trim": True},
            {"name": "loose", "width": 40, "trim": {"threshold": 40, "margin": 5}},
            {"name": "entropy", "width": 30, "height": 30, "fit": "cover", "position": "entropy", "trim": True},
            {"name": "light", "width": 30, "linear": True, "trim": True, "format": "webp"},
        ]
        self.manifest(variants)
        self.thumbs("build", "-q", "-j4")
        together = self.contents("out")
        self.assertEqual(len(together), 10)
        for variant in variants:
            self.manifest([variant], output="alone-" + variant["name"])
            self.thumbs("build", "-q", "-j1")
            for path, data in self.contents("alone-" + variant["name"]).items():
                self.assertEqual(data, together[path], path)

    def test_a_damaged_picture_fails_as_it_would_without(self):
        data = pictures.png(framed(far_from(WHITE, 60, 60), 9, 9, 9, 9), level=0)
        self.put("in/short.png", data[: len(data) // 2])
        self.put("in/good.png", pictures.png(framed(far_from(WHITE, 20, 20), 9, 9, 9, 9)))
        self.manifest([self.full("strict", trim=True), self.full("plain"), self.full("any", trim=True, failOn="none")])
        report = self.build(code=1)
        self.assertEqual(report.errors(), {"out/short-strict.png": "truncated", "out/short-plain.png": "truncated"})
        self.assert_counts(report, built=4, failed=2, hashed=2, decoded=2)

    def test_too_little_memory_is_said_before_anything_is_decoded(self):
        self.put("in/x.png", pictures.large_png(2000, 2000))
        self.manifest([self.variant(width=20, trim=True)], top={"limits": {"memory": "1MiB"}})
        report = self.build(code=1)
        self.assertEqual(report.errors(), {"out/x-t.png": "memory"})
        self.assert_counts(report, failed=1, hashed=1)


class Stale(PictureCase):
    def prepare(self):
        self.put("in/x.png", pictures.png(framed(far_from(WHITE, 40, 30), 9, 9, 20, 9)))

    def test_only_the_variant_that_changed_is_made_again_and_explained(self):
        t, u = self.variant("t", width=20, height=20, fit="cover"), self.variant("u", width=20)
        self.manifest([t, u])
        self.build()
        for changes, line in (
            ({"focus": "30,40"}, "focus: not set -> 30,40"),
            ({"focus": "30.5,40"}, "focus: 30,40 -> 30.5,40"),
            ({"trim": True}, "trim: not set -> 10,0"),
            ({"trim": {"threshold": 10, "margin": 5}}, "trim: 10,0 -> 10,5"),
            ({}, "trim: 10,5 -> not set"),
        ):
            with self.subTest(**changes):
                self.manifest([{**t, **changes}, u])
                explained = self.thumbs("explain", "in/x.png").out.replace("→", "->")
                self.assertIn(line, explained)
                report = self.build()
                self.assert_reasons(report, "built", "recipe-changed", ["out/x-t.png"])

    def test_spelled_out_defaults_are_no_change(self):
        self.manifest([self.variant(width=20, trim=True)])
        self.build()
        for trim in ({}, {"threshold": 10}, {"margin": 0.0, "threshold": 10.0}):
            self.manifest([self.variant(width=20, trim=trim)])
            self.assert_counts(self.build(), fresh=1, hashed=(0, 1))


class Overrides(PictureCase):
    def test_single_sources_have_a_focus_a_trim_or_a_mark_of_their_own(self):
        for name in ("a", "b", "c"):
            self.put(f"in/{name}.png", pictures.png(framed(pictures.blocks([[RED, GREEN, BLUE]], 20), 20, 0, 20, 0)))
        self.put("brand/mark.png", pictures.png(pictures.filled(2, 2, YELLOW)))
        tile = self.variant("tile", width=20, height=20, fit="cover", focus="50,50")
        overrides = {
            "a.png": {"focus": "0,0"},
            "b.png": {"trim": True, "position": "left"},
            "{b,c}.png": {"watermark": {"file": "brand/mark.png", "position": "top-left", "margin": 0}},
        }
        self.manifest([tile, self.variant("whole", width=65535)], include=["**/*"], overrides=overrides)
        self.build()
        pixel = lambda name, x, y: Png(self.get(f"out/{name}.png")).rgba()[y][x][:3]
        self.assertEqual([pixel(f"{name}-tile", 10, 10) for name in "abc"], [WHITE, RED, GREEN])
        self.assertEqual([pixel(f"{name}-tile", 1, 1) for name in "abc"], [WHITE, YELLOW, YELLOW])
        self.assertEqual([Png(self.get(f"out/{name}-whole.png")).size for name in "abc"], [(100, 20), (60, 20), (100, 20)])
        self.put("brand/mark.png", pictures.png(pictures.filled(2, 2, GREY)))
        changed = [f"out/{name}-{variant}.png" for name in "bc" for variant in ("tile", "whole")]
        self.assert_reasons(self.build(), "built", "recipe-changed", changed)
