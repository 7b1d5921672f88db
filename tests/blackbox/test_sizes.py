"""Sizes and crops: every fit, position, enlargement; extremes; kernels."""

import pictures
from harness import Case
from pictures import Png

RED, GREEN, BLUE = (200, 30, 40), (20, 180, 50), (30, 40, 220)
YELLOW, CYAN, GREY = (220, 210, 20), (10, 200, 210), (128, 128, 128)


class PictureCase(Case):
    """Pictures in, PNGs out."""

    def variant(self, name="t", **keys):
        return {"name": name, "format": "png", **keys}

    def made(self, *variants, code=0):
        """Builds every source with these variants. Returns {output below out: Png}."""
        self.manifest(list(variants), include=["**/*"])
        self.thumbs("build", "-q", code=code)
        return {path[:-4]: Png(self.get("out/" + path)) for path in self.files("out") if path.endswith(".png")}

    def one(self, rows_or_file, **keys):
        """The program's output for one picture."""
        data = rows_or_file if isinstance(rows_or_file, bytes) else pictures.png(rows_or_file)
        self.put("in/x.png", data)
        return self.made(self.variant(**keys))["x-t"]

    def assert_near(self, have, want, tolerance, message=None):
        """Two tables of pixels have the same size, and all samples agree within the tolerance."""
        self.assertEqual((len(have[0]), len(have)), (len(want[0]), len(want)), message)
        worst = max(
            (max(abs(a - b) for a, b in zip(p, q)), (x, y), p, q)
            for y, (line, other) in enumerate(zip(have, want))
            for x, (p, q) in enumerate(zip(line, other))
        )
        self.assertLessEqual(worst[0], tolerance, f"(difference, place, is, should be) = {worst} {message or ''}")


class Sizes(PictureCase):
    def test_a_table(self):
        # (source, box, fit, withoutEnlargement) -> size
        table = (
            ((3279, 6016), (1800, 1200), "inside", True, (654, 1200)),
            ((1500, 735), (300, None), "inside", True, (300, 147)),
            ((735, 1500), (None, 300), "inside", True, (147, 300)),
            ((10, 5), (5, None), "inside", True, (5, 3)),
            ((1000, 1), (100, None), "inside", True, (100, 1)),
            ((400, 200), (100, 100), "inside", True, (100, 50)),
            ((400, 200), (100, 100), "outside", True, (200, 100)),
            ((400, 200), (100, 100), "cover", True, (100, 100)),
            ((400, 200), (100, 100), "contain", True, (100, 100)),
            ((400, 200), (100, 100), "fill", True, (100, 100)),
            ((20, 10), (100, 100), "inside", True, (20, 10)),
            ((20, 10), (100, 100), "outside", True, (20, 10)),
            ((20, 10), (100, 100), "cover", True, (20, 10)),
            ((20, 10), (100, 100), "contain", True, (100, 100)),
            ((20, 10), (100, 100), "fill", True, (20, 10)),
            ((50, 400), (100, 100), "inside", True, (13, 100)),
            ((50, 400), (100, 100), "outside", True, (50, 400)),
            ((50, 400), (100, 100), "cover", True, (50, 100)),
            ((50, 400), (100, 100), "contain", True, (100, 100)),
            ((50, 400), (100, 100), "fill", True, (50, 100)),
            ((20, 10), (100, 100), "inside", False, (100, 50)),
            ((20, 10), (100, 100), "outside", False, (200, 100)),
            ((20, 10), (100, 100), "cover", False, (100, 100)),
            ((20, 10), (100, 100), "contain", False, (100, 100)),
            ((20, 10), (100, 100), "fill", False, (100, 100)),
            ((20, 10), (60, None), "fill", False, None),
            ((7, 3), (70, None), "inside", False, (70, 30)),
        )
        sources = {source for source, *_ in table}
        for width, height in sources:
            self.put(f"in/{width}x{height}.png", pictures.large_png(width, height, colour=pictures.GREY, depth=1))
        wanted, variants = {}, {}
        for source, box, fit, without, size in table:
            if size is None:
                continue
            name = f"{box[0]}_{box[1]}_{fit}_{without}"
            keys = {k: v for k, v in zip(("width", "height"), box) if v}
            variants[name] = self.variant(name, fit=fit, withoutEnlargement=without, **keys)
            wanted["%dx%d-%s" % (*source, name)] = size
        made = self.made(*variants.values())
        self.assertEqual({name: made[name].size for name in wanted}, wanted)

    def test_extremes(self):
        shapes = {"tall": (1, 10000), "wide": (10000, 1), "dot": (1, 1), "widest": (65500, 1)}
        for name, shape in shapes.items():
            self.put(f"in/{name}.png", pictures.large_png(*shape))
        made = self.made(
            *(
                self.variant(fit, width=100, height=100, fit=fit)
                for fit in ("inside", "cover", "contain", "fill", "outside")
            ),
            {"name": "full", "width": 65535, "format": "png"},
        )
        sizes = {name: picture.size for name, picture in made.items()}
        self.assertEqual(
            sizes,
            {
                "tall-inside": (1, 100), "wide-inside": (100, 1), "dot-inside": (1, 1), "widest-inside": (100, 1),
                "tall-cover": (1, 100), "wide-cover": (100, 1), "dot-cover": (1, 1), "widest-cover": (100, 1),
                "tall-contain": (100, 100), "wide-contain": (100, 100), "dot-contain": (100, 100), "widest-contain": (100, 100),
                "tall-fill": (1, 100), "wide-fill": (100, 1), "dot-fill": (1, 1), "widest-fill": (100, 1),
                "tall-outside": (1, 10000), "wide-outside": (10000, 1), "dot-outside": (1, 1), "widest-outside": (65500, 1),
                "tall-full": (1, 10000), "wide-full": (10000, 1), "dot-full": (1, 1), "widest-full": (65500, 1),
            },
        )  # fmt: skip
        for name in ("tall-inside", "wide-inside", "dot-inside", "widest-cover"):
            for line in made[name].rgba():
                self.assertEqual(set(line), {(128, 128, 128, 255)}, name)


class Crops(PictureCase):
    SIDES = ("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right")

    def test_cover_takes_the_part_that_position_names(self):
        self.put("in/wide.png", pictures.png(pictures.blocks([[RED, GREEN, BLUE]], 40)))
        self.put("in/tall.png", pictures.png(pictures.blocks([[RED], [GREEN], [BLUE]], 40)))
        made = self.made(*(self.variant(p, width=20, height=20, fit="cover", position=p) for p in self.SIDES))
        for position in self.SIDES:
            across = RED if "left" in position else BLUE if "right" in position else GREEN
            down = RED if "top" in position else BLUE if "bottom" in position else GREEN
            for name, wanted in (("wide", across), ("tall", down)):
                with self.subTest(position=position, picture=name):
                    rows = [line[5:15] for line in made[f"{name}-{position}"].rows[5:15]]
                    self.assert_near(rows, pictures.filled(10, 10, wanted), 2)

    def test_cover_without_a_resize_is_an_exact_crop(self):
        rows = pictures.noise(60, 20, 5)
        self.put("in/x.png", pictures.png(rows))
        made = self.made(*(self.variant(p, width=20, height=20, fit="cover", position=p) for p in ("left", "center", "right")))
        for position, start in (("left", 0), ("center", 20), ("right", 40)):
            self.assertEqual(made[f"x-{position}"].rows, [line[start : start + 20] for line in rows], position)

    def test_inside_and_fill_keep_every_part(self):
        rows = pictures.blocks([[RED, GREEN], [BLUE, YELLOW]], 40)
        for fit, size in (("inside", (20, 20)), ("fill", (20, 10)), ("outside", (40, 40))):
            width, height = size
            picture = self.one(rows, fit=fit, width=width, height=height if fit == "fill" else width)
            self.assertEqual(picture.size, size)
            corners = [[picture.rows[y][x] for x in (2, width - 3)] for y in (2, height - 3)]
            self.assert_near(corners, [[RED, GREEN], [BLUE, YELLOW]], 3, fit)

    def test_contain_is_centred_over_nothing_where_the_format_has_alpha(self):
        picture = self.one(pictures.filled(40, 20, RED), width=20, height=20, fit="contain")
        rows = picture.rgba()
        for y, line in enumerate(rows):
            if 5 <= y < 15:
                self.assert_near([line], [[RED + (255,)] * 20], 1)
            else:
                self.assertEqual({p[3] for p in line}, {0})

    def test_contain_without_enlargement_leaves_the_picture_as_it_is(self):
        rows = pictures.noise(10, 10, 3)
        picture = self.one(rows, width=30, height=30, fit="contain").rgba()
        self.assertEqual([[p[:3] for p in line[10:20]] for line in picture[10:20]], rows)
        self.assertEqual({p[3] for line in picture[:10] + picture[20:] for p in line}, {0})

    def test_contain_over_a_background(self):
        for background, pixel in (("#00ff00", (0, 255, 0, 255)), ("#0f0", (0, 255, 0, 255)), ("#0000ff80", (0, 0, 255, 128))):
            rows = self.one(pictures.filled(40, 20, RED), width=20, height=20, fit="contain", background=background).rgba()
            self.assertEqual(set(rows[0]) | set(rows[4]) | set(rows[19]), {pixel}, background)
            self.assert_near([rows[10]], [[RED + (255,)] * 20], 1)


class Resizing(PictureCase):
    ALL = ("nearest", "box", "linear", "cubic", "mitchell", "lanczos2", "lanczos3")

    def kernels(self, rows, kernels=ALL, colour=pictures.RGB, **keys):
        self.put("in/x.png", pictures.png(rows, colour))
        made = self.made(*(self.variant(k, kernel=k, **keys) for k in kernels))
        return {k: made[f"x-{k}"] for k in kernels}

    def test_a_box_of_the_same_size_changes_no_pixel(self):
        rows = pictures.noise(31, 23, 2)
        for kernel, picture in self.kernels(rows, width=31, height=23).items():
            self.assertEqual(picture.rows, rows, kernel)
        for kernel, picture in self.kernels(rows, width=99).items():
            self.assertEqual(picture.rows, rows, kernel)

    def test_a_flat_picture_stays_flat(self):
        for size in (7, 33, 101):
            keys = {"width": size, "height": size, "fit": "fill", "withoutEnlargement": False}
            for kernel, picture in self.kernels(pictures.filled(50, 40, (3, 254, 77)), **keys).items():
                self.assertEqual({p for line in picture.rows for p in line}, {(3, 254, 77)}, (kernel, size))

    def test_nearest_repeats_pixels(self):
        rows = pictures.noise(6, 5, 3)
        picture = self.kernels(rows, ("nearest",), width=18, withoutEnlargement=False)["nearest"]
        self.assertEqual(picture.rows, [[p for p in line for _ in range(3)] for line in rows for _ in range(3)])

    def test_nearest_makes_no_new_colours(self):
        rows = pictures.noise(60, 45, 3)
        picture = self.kernels(rows, ("nearest",), width=13)["nearest"]
        self.assertLessEqual({p for line in picture.rows for p in line}, {p for line in rows for p in line})

    def test_box_averages(self):
        rows = pictures.noise(24, 16, 4)
        picture = self.kernels(rows, ("box",), width=6)["box"]
        mean = lambda x, y, c: sum(rows[4 * y + j][4 * x + i][c] for j in range(4) for i in range(4)) / 16
        self.assert_near(picture.rows, [[tuple(mean(x, y, c) for c in range(3)) for x in range(6)] for y in range(4)], 1)

    def test_kernels_against_double_precision(self):
        plane = [[p[0] for p in line] for line in pictures.noise(48, 40, 6, 1)]
        for width, height in ((20, 17), (33, 40), (70, 55)):
            keys = {"width": width, "height": height, "fit": "fill", "withoutEnlargement": False}
            made = self.kernels([[(s,) for s in line] for line in plane], pictures.KERNELS, pictures.GREY, **keys)
            for kernel, picture in made.items():
                with self.subTest(kernel=kernel, size=(width, height)):
                    exact = pictures.resampled(plane, width, height, kernel)
                    exact = [[(max(0.0, min(255.0, s)),) for s in line] for line in exact]
                    inner = lambda rows: [line[5:-5] for line in rows[5:-5]]
                    self.assert_near(inner(picture.rows), inner(exact), 2)

    def test_a_strong_shrink_of_a_smooth_picture_is_right_in_place(self):
        picture = self.one(pictures.gradient(320, 240), width=20, height=15)
        exact = [[tuple((255 * (x + 0.5) / 20, 255 * (y + 0.5) / 15)) for x in range(20)] for y in range(15)]
        inner = lambda rows: [[p[:2] for p in line[1:-1]] for line in rows[1:-1]]
        self.assert_near(inner(picture.rows), inner(exact), 3)
