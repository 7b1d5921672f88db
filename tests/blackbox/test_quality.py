"""Linear light, sharpening, crops by content, kept colours, and warnings about broken profiles."""

import struct

import pictures
from harness import Case
from pictures import Png

GAMMA_1 = pictures.chunk(b"gAMA", struct.pack(">I", 100000))
PQ = pictures.chunk(b"cICP", bytes([9, 16, 0, 1]))
BROKEN = pictures.chunk(b"iCCP", b"x")


class Quality(Case):
    def one(self, **keys):
        self.manifest([{"name": "t", "width": 16, "format": "png", **keys}])
        result = self.thumbs("build")
        return Png(self.get("out/x-t.png")), result

    def test_a_fine_checkerboard_is_half_the_light(self):
        board = [[(255 * ((x + y) % 2),) * 3 for x in range(128)] for y in range(128)]
        self.put("in/x.png", pictures.png(board))
        for keys, wanted in (({"linear": True}, 188), ({}, 128)):
            with self.subTest(keys=keys):
                picture, _ = self.one(**keys)
                for line in picture.rows:
                    for pixel in line:
                        self.assertLessEqual(max(abs(s - wanted) for s in pixel), 2)

    def test_sharpening_steepens_an_edge_and_leaves_flats_alone(self):
        self.put("in/x.png", pictures.png([[(60,) * 3] * 64 + [(180,) * 3] * 64 for _ in range(16)]))
        plain, _ = self.one()
        sharp, _ = self.one(sharpen=1)
        self.assertEqual(sharp.rows[0][2], plain.rows[0][2])
        self.assertEqual(sharp.rows[0][13], plain.rows[0][13])
        self.assertLess(min(p[0] for p in sharp.rows[0]), min(p[0] for p in plain.rows[0]) - 4)
        self.assertGreater(max(p[0] for p in sharp.rows[0]), max(p[0] for p in plain.rows[0]) + 4)

    def test_crops_find_what_there_is_to_see(self):
        flat, busy = pictures.filled(150, 60, (120, 120, 120)), pictures.noise(60, 60)
        for first in (True, False):
            self.put("in/x.png", pictures.png([b + f if first else f + b for f, b in zip(flat, busy)]))
            for position in ("entropy", "attention"):
                with self.subTest(first=first, position=position):
                    picture, _ = self.one(height=16, fit="cover", position=position)
                    spread = [max(p[0] for p in c) - min(p[0] for p in c) for c in zip(*picture.rows)]
                    self.assertGreater(min(spread[2:-2]), 0)

    def test_kept_colours_come_with_a_profile(self):
        self.put("in/x.png", pictures.png(pictures.filled(32, 32, (55, 100, 20)), before=[GAMMA_1]))
        kept, _ = self.one(colour="keep")
        self.assertIn("iCCP", kept.names)
        self.assertEqual(kept.rows[4][4], (55, 100, 20))
        converted, _ = self.one()
        self.assertNotIn("iCCP", converted.names)
        self.assertGreater(converted.rows[4][4][0], 100)

    def test_what_is_ignored_is_said(self):
        self.put("in/x.png", pictures.png(pictures.filled(32, 32, (55, 100, 20)), before=[BROKEN]))
        picture, result = self.one()
        self.assertEqual(picture.rows[4][4], (55, 100, 20))
        self.assertIn("in/x.png: iCCP is ignored", result.err)
        report = self.build("--force")
        self.assertEqual(len(report["warnings"]), 1)
        self.put("in/x.png", pictures.png(pictures.filled(32, 32, (55, 100, 20)), before=[PQ]))
        _, result = self.one()
        self.assertNotIn("warning", result.err)
