"""`metadata: all` writes what is true of the thumbnail and warns of what it leaves out; `copyright` finds the owner."""

import hashlib
import re
import struct
import zlib

import jpegs
import pictures
from harness import Case
from pictures import Png

EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif"}
NAMESPACES = (
    "xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:n='http://ns.adobe.com/xmp/note/' "
    "xmlns:h='http://ns.adobe.com/hdr-gain-map/1.0/' xmlns:p='http://ns.adobe.com/photoshop/1.0/' "
    "xmlns:d='http://purl.org/dc/elements/1.1/'"
)


def packet(attributes="", properties=""):
    return (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        f"<rdf:Description {NAMESPACES} {attributes}>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def exif(order, orientation, width, height, maker=b""):
    """IFD0 with orientation, pixel layout and a pointer to sizes, colour space and a maker's note."""
    first, second = 8, 8 + 2 + 3 * 12 + 4
    note_at = second + 2 + 4 * 12 + 4
    entry = lambda tag, kind, count, value: struct.pack(order + "HHI", tag, kind, count) + value
    short = lambda tag, value: entry(tag, 3, 1, struct.pack(order + "HH", value, 0))
    long = lambda tag, value, count=1, kind=4: entry(tag, kind, count, struct.pack(order + "I", value))
    block = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, first)
    block += struct.pack(order + "H", 3) + short(0x0102, 8) + short(0x0112, orientation) + long(0x8769, second)
    block += struct.pack(order + "IH", 0, 4)
    block += long(0x927C, note_at, max(len(maker), 5), 7) + short(0xA001, 1) + long(0xA002, width) + short(0xA003, height)
    return block + struct.pack(order + "I", 0) + (maker or b"MAKER")


def exif_values(data):
    """{tag: number} of a file's EXIF block, including the Exif directory."""
    at = next(m.start() for m in re.finditer(rb"II\*\0|MM\0\*", data))
    block, order = data[at:], "<" if data[at : at + 2] == b"II" else ">"
    values, todo = {}, [struct.unpack_from(order + "I", block, 4)[0]]
    while todo:
        where = todo.pop()
        (count,) = struct.unpack_from(order + "H", block, where)
        for i in range(count):
            tag, kind, _ = struct.unpack_from(order + "HHI", block, where + 2 + 12 * i)
            (values[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), block, where + 10 + 12 * i)
        if 0x8769 in values and where != values[0x8769]:
            todo.append(values[0x8769])
    return values


def xmp_segment(body):
    return jpegs.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + body)


def extension_segments(body):
    name = hashlib.md5(body).hexdigest().upper().encode()
    head = b"http://ns.adobe.com/xmp/extension/\0" + name
    parts = [(at, body[at : at + 60000]) for at in range(0, len(body), 60000)]
    return name, b"".join(jpegs.segment(0xE1, head + struct.pack(">II", len(body), at) + p) for at, p in parts)


class Everything(Case):
    def variants(self, mode, **keys):
        self.manifest(
            [{"name": kind, "width": 16, "format": kind, "metadata": mode, **keys} for kind in EXTENSIONS]
        )

    def outputs(self, stem="x"):
        for kind, extension in EXTENSIONS.items():
            with self.subTest(format=kind):
                yield kind, self.get(f"out/{stem}-{kind}.{extension}")

    def test_sizes_and_turn_are_the_thumbnails(self):
        pixels = pictures.noise(48, 32)
        for order in "<>":
            self.put("in/x.jpg", jpegs.jpeg(pixels, before=jpegs.exif(exif(order, 6, 48, 32))))
            self.variants("all")
            self.build()
            for _, data in self.outputs():
                values = exif_values(data)
                self.assertEqual((values[0xA002], values[0xA003]), (16, 24))
                self.assertEqual(values[0x0112], 1)
                self.assertEqual(values[0xA001], 1)
                self.assertNotIn(0x0102, values)
                self.assertIn(b"MAKER", data)

    def test_pixels_that_are_not_turned_keep_their_orientation(self):
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=jpegs.exif(exif("<", 6, 48, 32))))
        self.variants("all", autoOrient=False)
        self.build()
        for _, data in self.outputs():
            values = exif_values(data)
            self.assertEqual((values[0x0112], values[0xA002], values[0xA003]), (6, 16, 11))

    def test_xmp_says_nothing_of_what_is_not_there(self):
        attributes = "e:PixelXDimension='48' e:PixelYDimension='32' h:Version='1.0' h:GainMapMax='2' p:Credit='Ada'"
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=xmp_segment(packet(attributes))))
        self.variants("all")
        self.build()
        for _, data in self.outputs():
            self.assertIn(b"e:PixelXDimension='16' e:PixelYDimension='11'", data)
            self.assertNotIn(b"GainMapMax", data)
            self.assertIn(b"p:Credit='Ada'", data)

    def test_extended_xmp_is_whole_in_every_format(self):
        name, extension = extension_segments(packet(f"p:History='{'h' * 150000}'"))
        main = xmp_segment(packet(f"n:HasExtendedXMP='{name.decode()}' p:Credit='Ada'"))
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=main + extension))
        self.variants("all")
        self.assertEqual(self.build()["warnings"], [])
        for kind, data in self.outputs():
            self.assertGreaterEqual(data.count(b"h"), 150000)
            self.assertIn(b"p:Credit='Ada'", data)
            self.assertEqual(b"HasExtendedXMP" in data, kind == "jpeg")
            if kind == "jpeg":
                parts = [b for _, b in jpegs.Jpeg(data).segments if b.startswith(b"http://ns.adobe.com/xmp/ext")]
                whole = b"".join(part[35 + 40 :] for part in parts)
                self.assertEqual(hashlib.md5(whole).hexdigest().upper().encode(), parts[0][35 : 35 + 32])
                self.assertIn(parts[0][35 : 35 + 32], data[: data.index(parts[0])])

    def test_what_is_lost_is_named(self):
        records = b"\x1c\x02\x50\x00\x04Iris" + b"\x1c\x02\x78\x00\x05words"
        resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
        before = jpegs.segment(0xED, b"Photoshop 3.0\0" + resource) + xmp_segment(packet("n:HasExtendedXMP='gone'"))
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=before))
        note = pictures.chunk(b"eXIf", exif("<", 1, 48, 32, b"M" * 70000))
        text = pictures.chunk(b"tEXt", b"Disclaimer\0none")
        self.put("in/y.png", pictures.png(pictures.noise(48, 32), before=[note, text]))
        self.put("in/z.jpg", jpegs.jpeg(pictures.noise(48, 32), before=jpegs.exif(b"II*\0\xff\xff\xff\xff")))
        self.variants("all")
        warnings = self.build()["warnings"]
        for source, what in (
            ("in/x.jpg", f"IPTC ({len(records)} bytes) is left out, except for creator and copyright: not supported in PNG"),
            ("in/x.jpg", "not supported in AVIF"),
            ("in/x.jpg", "extended XMP (0 bytes) is left out: it is not in the file"),
            ("in/y.png", "EXIF (70"),
            ("in/y.png", "the text Disclaimer (4 bytes) is left out: not supported in JPEG"),
            ("in/z.jpg", "EXIF (8 bytes) is left out: it is broken"),
        ):
            with self.subTest(what):
                self.assertTrue(any(w.startswith(source + ": ") and what in w for w in warnings), warnings)
        for kind, data in self.outputs():
            self.assertIn(b"Iris", data)
            self.assertEqual(b"words" in data, kind == "jpeg")
            self.assertNotIn(b"HasExtendedXMP", data)

    def test_strip_says_nothing(self):
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=jpegs.exif(b"II*\0\xff\xff\xff\xff")))
        self.variants("strip")
        self.assertEqual(self.build()["warnings"], [])

    def test_texts_of_a_png_reach_every_format(self):
        hexed = exif("<", 1, 48, 32).hex()
        raw = f"\nexif\n  {len(hexed) // 2}\n{hexed}\n".encode()
        chunks = [
            pictures.chunk(b"tEXt", b"Copyright\0(c) J\xf6rg"),
            pictures.chunk(b"iTXt", b"Author\0\0\0de\0Autor\0" + "Jörg L.".encode()),
            pictures.chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw)),
        ]
        self.put("in/x.png", pictures.png(pictures.noise(48, 32), before=chunks))
        for mode in ("copyright", "all"):
            self.variants(mode)
            self.assertEqual(self.build()["warnings"], [])
            for kind, data in self.outputs():
                for text in ("(c) Jörg", "Jörg L."):
                    self.assertIn(text.encode(), data)
                values = exif_values(data)
                if (kind, mode) != ("png", "all"):  # there texts stay text chunks
                    self.assertIn(0x8298, values)
                    self.assertIn(0x013B, values)
                self.assertEqual(values.get(0xA002), 16 if mode == "all" else None)
                if kind == "png":
                    texts = [body for name, body in Png(data).chunks if name == "iTXt"]
                    self.assertIn("Copyright\0\0\0\0\0(c) Jörg".encode(), texts)

    def test_copyright_speaks_the_default_language(self):
        rights = (
            "<d:rights><rdf:Alt><rdf:li xml:lang='fr'>Droits</rdf:li>"
            "<rdf:li xml:lang='x-default'>(c) Ada</rdf:li></rdf:Alt></d:rights>"
        )
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=xmp_segment(packet("", rights))))
        self.variants("copyright")
        self.build()
        for _, data in self.outputs():
            self.assertIn(b"(c) Ada\0", data)
            self.assertIn(b'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) Ada</rdf:li>', data)
            self.assertNotIn(b"Droits", data)
