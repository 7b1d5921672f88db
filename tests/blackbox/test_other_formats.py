"""Formats that are read, not written: pixels, format `source`, warnings, bombs within the limits."""

import base64
import gzip
import os
import struct
import unittest
import zlib

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
            "d.tif": (other.tiff(rows), opaque),
            "e.tiff": (other.tiff(rows, 8, zlib.compress(b"".join(bytes(p) for row in rows for p in row))), opaque),
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
        self.put("in/y.tif", other.tiff(pictures.noise(4, 4, 3), pages=3))
        report = self.build()
        self.assertEqual(report.result.err.count("its first frame is used"), 1)
        self.assertEqual(report.result.err.count("its first one is used"), 1)

    def test_the_owner_of_a_tiff_is_kept(self):
        self.put("in/x.tif", other.tiff(pictures.noise(4, 4, 3), t315=b"Ada Lovelace\0", t33432=b"(c) 1843\0"))
        self.manifest([{"name": "t", "width": 9, "metadata": "copyright"}], include=["**/*"])
        self.build()
        self.assertIn(b"Ada Lovelace", self.get("out/x-t.jpg"))
        self.assertIn(b"(c) 1843", self.get("out/x-t.jpg"))

    def test_init_names_what_it_finds(self):
        self.put("in/a.bmp", other.bmp(pictures.noise(9, 9, 3)))
        self.put("in/b.png", pictures.tiny(1))
        self.thumbs("init")
        self.assertIn("avif,bmp}", self.get("thumbs.json").decode())
        self.assertEqual(self.thumbs("build").code, 0)


@unittest.skipUnless(other.has_librsvg(), "librsvg2-2 is not installed")
class Svg(Case):
    RED = "<rect width='20' height='20' fill='#f00'/>"

    def test_it_is_drawn_at_the_size_asked_for(self):
        self.put("in/x.svg", b"<?xml version='1.0'?>\n<!-- " + b"a long letterhead " * 99 + b"-->\n" + other.svg(self.RED))
        self.manifest([{"name": "t", "width": 300, "format": "source"}, {"name": "f", "width": 7, "height": 9, "fit": "fill", "format": "png"}], include=["**/*"])
        report = self.build()
        self.assertEqual([(i["width"], i["height"]) for i in report.items], [(7, 9), (300, 150)])
        for row in Png(self.get("out/x-t.png")).rgba():
            self.assertEqual(row, [(255, 0, 0, 255)] * 150 + [(0, 0, 0, 0)] * 150)

    def test_packed_by_gzip_it_is_the_same(self):
        self.put("in/x.svg", other.svg(self.RED))
        self.put("in/y.svgz", gzip.compress(other.svg(self.RED)))
        self.manifest([{"name": "t", "width": 30, "format": "png"}], include=["**/*"])
        self.build()
        self.assertEqual(self.get("out/x-t.png"), self.get("out/y-t.png"))

    def test_the_bytes_of_a_variant_depend_on_no_other(self):
        self.put("in/x.svg", other.svg("<circle cx='9' cy='9' r='8' fill='#08f'/>"))
        one = {"name": "t", "width": 90, "format": "png"}
        self.manifest([one], include=["**/*"])
        self.build()
        alone = self.get("out/x-t.png")
        self.manifest([{"name": "s", "width": 30}, one, {"name": "u", "width": 900, "format": "webp"}, {"name": "l", "widths": [50, 500]}], include=["**/*"])
        self.assertEqual(self.build("--force").summary["built"], 5)
        self.assertEqual(self.get("out/x-t.png"), alone)

    def test_it_reads_no_file_and_no_environment(self):
        self.put("in/secret.png", pictures.png([[(255, 0, 0)] * 9] * 9))
        secret = self.at("in/secret.png")
        links = "".join(f"<image width='40' height='20' xlink:href='{href}'/>" for href in ("secret.png", secret, "file://" + secret))
        entity = f"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file://{secret}'>]>".encode()
        words = "<switch><rect systemLanguage='de' width='40' height='20'/><g/></switch>"
        self.put("in/a.svg", entity + other.svg(links + words + "<text y='9'>Hello &x;</text><style>@import 'x.css';</style>"))
        self.manifest([{"name": "t", "width": 40, "format": "png"}], include=["*.svg"])
        report = self.build(env={"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"})
        self.assertIn("text is not drawn", report.result.err)
        self.assertIn("a picture in it is not drawn", report.result.err)
        self.assertEqual({pixel for row in Png(self.get("out/a-t.png")).rgba() for pixel in row}, {(0, 0, 0, 0)})

    def test_pictures_in_it_are_drawn(self):
        data = base64.b64encode(pictures.png([[(0, 255, 0)] * 4] * 4)).decode()
        self.put("in/a.svg", other.svg(f"<image width='40' height='40' preserveAspectRatio='none' href='data:image/png;base64,{data}'/>"))
        self.manifest([{"name": "t", "width": 40, "format": "png"}], include=["*.svg"])
        self.build()
        self.assertEqual(Png(self.get("out/a-t.png")).rgba()[9][20], (0, 255, 0, 255))


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
            memory="20MiB",
        )
        self.assertEqual(codes, {"huge.bmp": "too-large", "tiny.bmp": "truncated", "flat.bmp": "truncated", "runs.bmp": "truncated"})

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

    def test_tiff(self):
        rows = pictures.noise(4, 4, 3)
        zeros = zlib.compressobj(9)
        deflated = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(300)) + zeros.flush()
        lzw = bytearray()
        held = bits = 0
        for code in [256, 0] + list(range(258, 258 + 252)):
            held, bits = held << 9 | code, bits + 9
            while bits >= 8:
                bits -= 8
                lzw.append(held >> bits & 255)
        looped = bytearray(other.tiff(rows))
        at = struct.unpack("<I", looped[4:8])[0]
        struct.pack_into("<I", looped, at + 2 + 12 * struct.unpack("<H", looped[at : at + 2])[0], at)
        codes = self.limited(
            {
                "huge.tif": other.tiff(rows, size=(60000, 60000)),
                "tiny.tif": other.tiff(rows, size=(16000, 16000)),
                "tile.tif": other.tiff(rows, t322=60000, t323=60000, t324=8, t325=48),
                "strips.tif": other.tiff(rows, size=(1, 200_000_000), t278=1),
                "deflate.tif": other.tiff(rows, 8, deflated),
                "more.tif": other.tiff(rows, 8, deflated, size=(10000, 10000)),
                "lzw.tif": other.tiff(rows, 5, bytes(lzw) * 500, size=(8000, 8000)),
                "looped.tif": bytes(looped),
                "pages.tif": other.tiff(rows, pages=20_000),
                "tags.tif": other.tiff(rows, **{f"t{t}": 1 for t in range(33000, 50000) if t not in (33432, 33723, 34675)}),
                "samples.tif": other.tiff(rows, t277=60000),
                "profile.tif": other.tiff(rows, t34675=bytes(30 << 20)),
            }
        )
        self.assertEqual(codes.pop("lzw.tif") in ("truncated", "corrupt"), True)
        self.assertEqual(
            codes,
            {
                "huge.tif": "too-large",
                "tiny.tif": "truncated",
                "tile.tif": "too-large",
                "strips.tif": "corrupt",
                "deflate.tif": None,
                "more.tif": None,
                "looped.tif": None,
                "pages.tif": None,
                "tags.tif": "corrupt",
                "samples.tif": "corrupt",
                "profile.tif": None,
            },
        )

    @unittest.skipUnless(other.has_librsvg(), "librsvg2-2 is not installed")
    def test_svg(self):
        laughs = "<defs><path id='u0' d='M0 0h9v9z'/>"
        for i in range(1, 9):
            laughs += f"<g id='u{i}'>" + f"<use href='#u{i - 1}'/>" * 10 + "</g>"
        entities = "<!DOCTYPE svg [<!ENTITY e0 'ha'>" + "".join(
            f"<!ENTITY e{i} '{f'&e{i - 1};' * 10}'>" for i in range(1, 12)
        )
        huge = base64.b64encode(pictures.png(pictures.noise(4, 4, 3), size=(30000, 30000))).decode()
        codes = self.limited(
            {
                "deep.svg": other.svg("<g>" * 100_000 + "</g>" * 100_000),
                "many.svg": other.svg("<g/>" * 300_000),
                "laughs.svg": other.svg(laughs + "</defs><use href='#u8'/>"),
                "entities.svg": (entities + "]>").encode() + other.svg("<g>&e11;</g>"),
                "wide.svg": other.svg("", "width='1e9' height='1'"),
                "picture.svg": other.svg(f"<image width='9' height='9' href='data:image/png;base64,{huge}'/>"),
                "blur.svg": other.svg("<filter id='f'>" + "<feGaussianBlur stdDeviation='900'/>" * 3000 + "</filter><rect width='40' height='20' filter='url(#f)'/>"),
                "cut.svg": other.svg("<g/>")[:-9],
            },
            seconds=2,
        )
        for name in ("laughs.svg", "blur.svg"):
            self.assertIn(codes.pop(name), ("too-slow", "corrupt", "memory", None), name)
        self.assertEqual(
            codes,
            {"deep.svg": "too-large", "many.svg": "too-large", "entities.svg": "corrupt", "wide.svg": "too-large", "picture.svg": "too-large", "cut.svg": "truncated"},
        )
