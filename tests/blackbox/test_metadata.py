"""What `metadata` keeps of EXIF, IPTC and XMP in each format, and the four levels of `failOn`."""

import struct

import jpegs
import pictures
from harness import Case
from pictures import Png

GPS = b"GPS-VERSION-AND-PLACE"
PREVIEW = b"\xff\xd8PREVIEW\xff\xd9"
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description xmlns:t='http://ns.adobe.com/tiff/1.0/' xmlns:r='http://ns.adobe.com/xap/1.0/rights/' "
    b"t:Orientation='6' r:WebStatement='https://example.org/licence'/></rdf:RDF></x:xmpmeta>"
)


def exif(orientation=6):
    """IFD0 with orientation, artist, copyright and GPS, IFD1 with a preview."""
    texts = b"Ada Lens\0" + b"(c) Ada Lens\0" + GPS + PREVIEW
    first, gps_at, second = 8, 8 + 2 + 4 * 12 + 4, 8 + 2 + 4 * 12 + 4 + 2 + 12 + 4
    texts_at = second + 2 + 2 * 12 + 4
    entry = lambda tag, kind, count, value: struct.pack("<HHII", tag, kind, count, value)
    block = b"II*\0" + struct.pack("<IH", first, 4)
    block += entry(0x0112, 3, 1, orientation) + entry(0x013B, 2, 9, texts_at) + entry(0x8298, 2, 13, texts_at + 9)
    block += entry(0x8825, 4, 1, gps_at) + struct.pack("<I", second)
    block += struct.pack("<H", 1) + entry(0x001D, 2, len(GPS), texts_at + 22) + struct.pack("<I", 0)
    preview_at = texts_at + 22 + len(GPS)
    block += struct.pack("<H", 2) + entry(0x0201, 4, 1, preview_at) + entry(0x0202, 4, 1, len(PREVIEW))
    return block + struct.pack("<I", 0) + texts


def iptc_segment():
    records = b"\x1c\x02\x50\x00\x03Iri"
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    return jpegs.segment(0xED, b"Photoshop 3.0\0" + resource)


class Metadata(Case):
    def source(self):
        before = jpegs.exif(exif()) + jpegs.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP) + iptc_segment()
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=before))

    def made(self, **keys):
        self.source()
        self.manifest([{"name": "t", "width": 16, **keys}])
        self.build()
        kind = keys.get("format", "jpeg")
        return self.get("out/x-t." + {"jpeg": "jpg"}.get(kind, kind))

    def formats(self):
        for kind in ("jpeg", "png", "webp", "avif"):
            with self.subTest(format=kind):
                yield kind

    def test_strip_is_the_default_and_keeps_nothing(self):
        for kind in self.formats():
            data = self.made(format=kind)
            for secret in (b"Ada", b"GPS-", b"PREVIEW", b"xmpmeta", b"Iri"):
                self.assertNotIn(secret, data)

    def test_copyright_names_the_owner_and_no_place(self):
        for kind in self.formats():
            data = self.made(format=kind, metadata="copyright")
            self.assertIn(b"Ada Lens\0", data)
            self.assertIn(b"(c) Ada Lens; licence: https://example.org/licence\0", data)
            for secret in (b"GPS-", b"PREVIEW", b"xmpmeta", b"Iri"):
                self.assertNotIn(secret, data)

    def test_all_keeps_all_but_the_preview_and_the_turn(self):
        for kind in self.formats():
            data = self.made(format=kind, metadata="all")
            self.assertIn(b"Ada Lens\0(c) Ada Lens\0" + GPS, data)
            self.assertNotIn(b"PREVIEW", data)
            self.assertIn(b"t:Orientation='1'", data)
            self.assertIn(exif(1)[: 10 + 12], data, "orientation 1")
            self.assertEqual(b"\x1c\x02\x50\x00\x03Iri" in data, kind == "jpeg")

    def test_unturned_pixels_keep_their_orientation(self):
        data = self.made(metadata="all", autoOrient=False)
        self.assertIn(exif(6)[: 10 + 12], data)
        self.assertIn(b"t:Orientation='6'", data)

    def test_metadata_of_a_png(self):
        text = b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
        chunks = [pictures.chunk(b"eXIf", exif(1)), pictures.chunk(b"iTXt", text)]
        self.put("in/x.png", pictures.png(pictures.noise(48, 32), before=chunks))
        self.manifest([{"name": "t", "width": 16, "format": "png", "metadata": "all"}])
        self.build()
        picture = Png(self.get("out/x-t.png"))
        self.assertIn(b"Ada Lens", picture.chunk("eXIf"))
        self.assertIn(b"t:Orientation='1'", picture.chunk("iTXt"))

    def test_broken_blocks_are_no_failure(self):
        self.put("in/x.jpg", jpegs.jpeg(pictures.noise(48, 32), before=jpegs.exif(b"II*\0\xff\xff\xff\xff")))
        for mode in ("copyright", "all"):
            with self.subTest(mode=mode):
                self.manifest([{"name": "t", "width": 16, "metadata": mode}])
                self.assertEqual(self.build().summary["built"], 1)


class FailOn(Case):
    LEVELS = ("none", "truncated", "error", "warning")

    def failing(self, name, data):
        """The levels at which the file fails, with the codes."""
        self.put("in/" + name, data)
        codes = {}
        for level in self.LEVELS:
            self.manifest([{"name": "t", "width": 16, "format": "png", "failOn": level}])
            item = self.report("build", code=(0, 1)).items[0]
            if item["status"] == "failed":
                codes[level] = item["error"]["code"]
        return codes

    def test_a_clean_file_passes_all(self):
        self.assertEqual(self.failing("x.jpg", jpegs.jpeg(pictures.noise(64, 64))), {})

    def test_a_file_that_ends_early(self):
        data = jpegs.jpeg(pictures.noise(64, 64))
        self.assertEqual(
            self.failing("x.jpg", data[: len(data) * 2 // 3]),
            {"truncated": "truncated", "error": "truncated", "warning": "truncated"},
        )

    def test_corrupt_entropy_data(self):
        data = bytearray(jpegs.jpeg(pictures.noise(64, 64)))
        start = data.index(b"\xff\xda") + 200
        data[start : start + 2] = b"\xff\xd3"  # a restart marker in the wrong place
        codes = self.failing("x.jpg", bytes(data))
        self.assertNotIn("none", codes)
        self.assertNotIn("truncated", codes)
        self.assertEqual((codes.get("error"), codes.get("warning")), ("corrupt", "corrupt"))

    def test_a_wrong_checksum_of_a_critical_chunk(self):
        bad = pictures.png(pictures.noise(64, 64))
        at = bad.index(b"IDAT") + 40
        bad = bad[:at] + bytes([bad[at] ^ 1]) + bad[at + 1 :]
        codes = self.failing("x.png", bad)
        self.assertNotIn("none", codes)
        self.assertEqual(set(codes), {"truncated", "error", "warning"})

    def test_what_follows_the_end_is_no_fault(self):
        data = jpegs.jpeg(pictures.noise(64, 64))
        for name, behind in (("trailing data", b"\0" * 500), ("a second picture", data)):
            with self.subTest(name):
                self.assertEqual(self.failing("x.jpg", data + behind), {})
