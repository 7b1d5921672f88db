"""Formats that are read, not written: pixels, format `source`, warnings, the index."""

import base64
import gzip
import json
import os
import unittest
import zlib

import other_pictures as other
import pictures
from harness import Case
from pictures import Png

COLOURS = [(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)]


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

    def test_index_and_gallery_know_them(self):
        files = {name: data for name, (data, _) in self.files_of_each().items()}
        if other.has_librsvg():
            files["f.svg"] = other.svg("", "width='21' height='9'")
        for name, data in files.items():
            self.put("in/" + name, data)
        self.manifest(include=["**/*"], top={"index": "index.json"})
        self.build()
        index = json.loads(self.get("index.json"))
        self.assertEqual({n: (e["width"], e["height"]) for n, e in index.items()}, {"in/" + n: (21, 9) for n in files})
        self.assertEqual({n for n, e in index.items() if e["alpha"]}, {"in/c.gif", "in/f.svg"} & set(index))
        self.thumbs("gallery", "gallery")
        page = self.get("gallery/index.html").decode()
        for name in files:
            self.assertIn(name, page)

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
