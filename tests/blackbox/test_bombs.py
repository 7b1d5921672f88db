"""Small files that ask for much memory or time: refused, or finished within the limits."""

import base64
import os
import struct
import unittest
import zlib

import harness
import jpegs
import other_pictures as other
import pictures
from harness import Case

COLOURS = [(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
WINDOW = 256 * 1024 * 1024


class Bombs(Case):
    def limited(self, files, variants=None, **limits):
        """{name: error code or None} of a build with little memory; the peak is within WINDOW."""
        for name, data in files.items():
            self.put("in/" + name, data)
        self.manifest(variants, include=["**/*"], top={"limits": limits})
        run, peak, _ = self.measured("build", "--json", "-j1", "--progress", "none")
        self.assertLess(run.returncode, 128, "ended by a signal")
        self.assertLess(peak * 1024, WINDOW)
        report = harness.Report(harness.Result((), run.returncode, run.stdout, ""))
        codes = {os.path.basename(o)[:-6]: code for o, code in report.errors().items()}
        return {name: codes.get(name.split(".")[0]) for name in files}

    def made(self, **keys):
        """A small picture in another format, by the program."""
        self.put("from/x.png", pictures.png(pictures.noise(8, 8, 1)))
        self.manifest([{"name": "t", "width": 8, **keys}], source="from", output="made")
        self.thumbs("build")
        return self.get("made/x-t." + keys["format"])

    def test_jpeg(self):
        rows = pictures.noise(8, 8, 1)
        comment = jpegs.segment(0xFE, b"x")
        codes = self.limited(
            {
                "comments.jpg": jpegs.jpeg(rows, before=comment * 500_000),
                "long.jpg": jpegs.jpeg(rows, before=jpegs.segment(0xFE, bytes(65000)) * 1000),
                "exif.jpg": jpegs.jpeg(rows, before=jpegs.exif(pictures.tiff(6)) * 100_000),
                "profile.jpg": jpegs.jpeg(rows, before=jpegs.segment(0xE2, b"ICC_PROFILE\0\1\xff" + bytes(65000)) * 1000),
                "tables.jpg": jpegs.jpeg(rows, before=jpegs.segment(0xDB, b"\0" + b"\1" * 64) * 200_000),
                "scans.jpg": jpegs.many_scans(600),
                "huge.jpg": jpegs.jpeg(rows, size=(65500, 65500)),
                "tiny.jpg": jpegs.jpeg(rows, size=(16000, 16000)),  # corrupt, but whole to its end marker
                "cut.jpg": jpegs.jpeg(rows, size=(16000, 16000), end=False),
            },
            variants=[{"name": "t", "width": 8, "metadata": "all"}],
            seconds=10,
        )
        self.assertEqual(
            codes,
            {
                "comments.jpg": None,
                "long.jpg": None,
                "exif.jpg": None,
                "profile.jpg": None,
                "tables.jpg": None,
                "scans.jpg": "too-slow",
                "huge.jpg": "too-large",
                "tiny.jpg": None,
                "cut.jpg": "truncated",
            },
        )

    def test_webp(self):
        still = self.made(format="webp", lossless=True)[12:]

        def webp(chunks):
            return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks

        def chunk(name, body):
            return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

        def lossless(side):
            return webp(chunk(b"VP8L", b"\x2f" + struct.pack("<I", side - 1 | side - 1 << 14) + bytes(20)))

        def canvas(flags, side):
            return chunk(b"VP8X", struct.pack("<I", flags) + struct.pack("<I", side - 1)[:3] * 2)

        animated = canvas(2, 8) + chunk(b"ANIM", bytes(6))
        frame = chunk(b"ANMF", bytes(6) + struct.pack("<I", 7)[:3] * 2 + bytes(4) + still)
        codes = self.limited(
            {
                "huge.webp": lossless(16384),
                "tiny.webp": lossless(16000),
                "canvas.webp": webp(canvas(2, 60000) + chunk(b"ANIM", bytes(6)) + frame),
                "frames.webp": webp(animated + frame * 100_000),
                "chunks.webp": webp(canvas(0, 8) + still + chunk(b"LONG", b"x") * 500_000),
                "exif.webp": webp(canvas(8, 8) + still + chunk(b"EXIF", pictures.tiff(6)) * 100_000),
            },
            variants=[{"name": "t", "width": 8, "metadata": "all"}],
            memory="200MiB",
        )
        self.assertEqual(
            codes,
            {
                "huge.webp": "too-large",
                "tiny.webp": "memory",
                "canvas.webp": "too-large",
                "frames.webp": None,
                "chunks.webp": None,
                "exif.webp": None,
            },
        )

    def test_avif(self):
        still = self.made(format="avif")
        size = b"ispe" + bytes(4) + struct.pack(">II", 8, 8)
        self.assertIn(size, still)

        def sized(side):
            return still.replace(size, size[:8] + struct.pack(">II", side, side))

        codes = self.limited(
            {
                "huge.avif": sized(60000),
                "tiny.avif": sized(16000),
                "boxes.avif": still + struct.pack(">I4s", 8, b"free") * 1_000_000,
                "long.avif": still + struct.pack(">I4s", 0x7FFFFFFF, b"free"),
            },
            memory="200MiB",
        )
        self.assertEqual(codes, {"huge.avif": "too-large", "tiny.avif": "memory", "boxes.avif": None, "long.avif": None})

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
