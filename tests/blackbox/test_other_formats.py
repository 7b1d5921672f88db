"""Formats that are read, not written: pixels, format `source`, warnings, bombs within the limits."""

import os

import harness
import other_pictures as other
import pictures
from harness import Case
from pictures import Png

COLOURS = [(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
WINDOW = 256 * 1024 * 1024


class OtherFormats(Case):
    def files_of_each(self):
        """name: (file, its rows of RGBA)."""
        rows = pictures.noise(21, 9, 3)
        indices = [[(x + y) % 4 for x in range(21)] for y in range(9)]
        opaque = [[pixel + (255,) for pixel in row] for row in rows]
        coloured = [[COLOURS[i] + (255,) for i in row] for row in indices]
        clear = [[(0, 0, 0, 0) if i == 2 else COLOURS[i] + (255,) for i in row] for row in indices]
        return {
            "a.bmp": (other.bmp(rows), opaque),
            "b.gif": (other.gif(indices, COLOURS), coloured),
            "c.gif": (other.gif(indices, COLOURS, transparent=2), clear),
        }

    def test_every_pixel_is_read(self):
        files = self.files_of_each()
        for name, (data, _) in files.items():
            self.put("in/" + name, data)
        self.manifest([{"name": "t", "width": 99, "format": "source"}], include=["**/*"])
        self.assertEqual(self.build().summary["built"], len(files))
        for name, (_, rows) in files.items():
            with self.subTest(name=name):
                self.assertEqual(Png(self.get(f"out/{name[0]}-t.png")).rgba(), rows)
        self.age()
        self.thumbs("build")
        self.assert_all_fresh(len(files))

    def test_no_set_takes_them_by_default(self):
        for name, (data, _) in self.files_of_each().items():
            self.put("in/" + name, data)
        self.put("in/p.png", pictures.tiny(1))
        self.manifest()
        self.thumbs("build")
        self.assertEqual(self.files("out"), ["p-t.jpg"])

    def test_of_several_frames_the_first_is_used_and_a_warning_says_so(self):
        self.put("in/x.gif", other.gif([[1, 2], [3, 0]], COLOURS, frames=3))
        self.manifest([{"name": "t", "width": 9, "failOn": "warning"}, {"name": "u", "width": 1}], include=["**/*"])
        report = self.build()
        self.assertEqual(report.result.err.count("its first frame is used"), 1)

    def test_init_names_what_it_finds(self):
        self.put("in/a.bmp", other.bmp(pictures.noise(9, 9, 3)))
        self.put("in/b.png", pictures.tiny(1))
        self.thumbs("init")
        self.assertIn("avif,bmp}", self.get("thumbs.json").decode())
        self.assertEqual(self.thumbs("build").code, 0)


class Bombs(Case):
    def limited(self, files, **limits):
        """{name: error code or None} of a build with little memory; the peak is within WINDOW."""
        for name, data in files.items():
            self.put("in/" + name, data)
        self.manifest(include=["**/*"], top={"limits": limits})
        run, peak, _ = self.measured("build", "--json", "-j1", "--progress", "none")
        self.assertLess(run.returncode, 128, "ended by a signal")
        self.assertLess(peak * 1024, WINDOW)
        report = harness.Report(harness.Result((), run.returncode, run.stdout, ""))
        codes = {os.path.basename(o)[:-6]: code for o, code in report.errors().items()}
        return {name: codes.get(name.split(".")[0]) for name in files}

    def test_bmp(self):
        rows = pictures.noise(4, 4, 3)
        runs = bytearray(other.bmp([[0] * 4], 8, size=(16000, 16000)))
        runs[30] = 1  # RLE8
        codes = self.limited(
            {
                "huge.bmp": other.bmp(rows, size=(60000, 60000)),
                "tiny.bmp": other.bmp(rows, size=(16000, 16000)),
                "flat.bmp": other.bmp(rows, size=(16000, -16000)),
                "runs.bmp": bytes(runs[:1078]) + b"\xff\1" * 30000,
            },
            memory="200MiB",
        )
        self.assertEqual(codes, {"huge.bmp": "too-large", "tiny.bmp": "truncated", "flat.bmp": "truncated", "runs.bmp": "memory"})

    def test_gif(self):
        whole = other.gif([[1] * 4] * 4, COLOURS)
        head = other.gif_head(4, 4, COLOURS)
        frame = other.gif_frame(4, 4, other.gif_data([1] * 16))
        runs = other.gif_blocks(bytes(200_000))
        codes = self.limited(
            {
                "huge.gif": other.gif_head(60000, 60000, COLOURS) + frame + b"\x3b",
                "tiny.gif": other.gif_head(16000, 16000, COLOURS) + other.gif_frame(16000, 16000, other.gif_data([1] * 16)) + b"\x3b",
                "frames.gif": head + frame * 100_000 + b"\x3b",
                "texts.gif": head + b"\x21\xfe\xff" * 1 + bytes(255) + b"\0" + (b"\x21\xfe\1x\0" * 400_000) + frame + b"\x3b",
                "codes.gif": head + other.gif_frame(4, 4, runs) + b"\x3b",
                "cut.gif": whole[:-24],
            }
        )
        self.assertEqual(
            codes,
            {"huge.gif": "too-large", "tiny.gif": "truncated", "frames.gif": None, "texts.gif": None, "codes.gif": None, "cut.gif": "truncated"},
        )
