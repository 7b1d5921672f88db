"""Hostile input: not a picture, truncated, too large, damaged. One never stops the others."""

import os
import random
import time
import zlib

import harness
import jpegs
import pictures
from harness import Case

WINDOW = 256 * 1024 * 1024  # far more than any of these may use, far less than their headers claim


class HostileCase(Case):
    def prepare(self):
        self.put("in/good.png", pictures.tiny(1))
        self.manifest(include=["**/*"])

    def failures(self, *arguments):
        """Builds; all sources except `good` must fail. Returns {source without extension: error code}."""
        report = self.build(*arguments, code=1)
        self.assertTrue(self.exists("out/good-t.jpg"))
        self.assertEqual(self.files("out"), ["good-t.jpg"])
        self.assert_counts(report, built=(0, 1), fresh=(0, 1), failed=len(report.errors()), hashed=range(99), decoded=range(99))
        for item in report.items:
            if item.get("error"):
                self.assertTrue(item["error"]["message"])
                self.assertIn(item["source"], report.result.err)
        return {os.path.basename(output)[:-6]: code for output, code in report.errors().items()}


class NoPictures(HostileCase):
    def test_what_is_no_picture(self):
        for name, data in {
            "text": b"Hello, this is a letter, not a picture.\n" * 9,
            "zeros": b"\0" * 5000,
            "html": b"<!DOCTYPE html><html></html>",
            "elf": b"\x7fELF" + b"\1" * 100,
        }.items():
            self.put(f"in/{name}.png", data)
            self.put(f"in/{name}-j.jpg", data)
        self.assertEqual(set(self.failures().values()), {"not-a-picture"})

    def test_what_is_empty_or_a_signature_alone(self):
        heads = {"empty": b"", "one": b"\xff", "soi": b"\xff\xd8\xff", "png": pictures.SIGNATURE, "half": pictures.SIGNATURE[:5]}
        for name, data in heads.items():
            self.put(f"in/{name}.png", data)
        codes = self.failures()
        self.assertEqual(set(codes), set(heads))
        self.assertLessEqual(set(codes.values()), {"not-a-picture", "truncated", "corrupt"})

    def test_it_is_told_by_what_it_is(self):
        lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
        cgbi = pictures.tiny(2)
        jpeg = jpegs.jpeg(pictures.gradient(8, 8))
        frame = jpeg.index(b"\xff\xc0")
        late = jpeg[: frame + 5] + b"\0\0" + jpeg[frame + 7 : -2] + b"\xff\xdc\0\4\0\x08" + jpeg[-2:]
        files = {
            "lfs": (lfs, "not-a-picture", "git lfs pull"),
            "page": (b"\n<!-- x -->\n<html><body>404 Not Found</body></html>", "not-a-picture", "HTML"),
            "empty": (b"", "not-a-picture", "empty"),
            "zeros": (b"\0" * 70000, "not-a-picture", "zeros"),
            "zip": (b"PK\3\4" + b"\0" * 40, "not-a-picture", "ZIP"),
            "gif": (b"GIF89a" + b"\0" * 40, "corrupt", "record"),
            "tiff": (b"II*\0\x08\0\0\0" + b"\0" * 40, "corrupt", "directory"),
            "heic": (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "unsupported", "HEIC"),
            "psd": (b"8BPS\0\1" + b"\0" * 40, "unsupported", "PSD"),
            "cgbi": (cgbi[:8] + pictures.chunk(b"CgBI", b"\x50\0\x20\2") + cgbi[8:], "unsupported", "CgBI"),
            "lossless": (jpeg.replace(b"\xff\xc0", b"\xff\xc3"), "unsupported", "lossless"),
            "deep": (jpeg[: frame + 4] + b"\x0c" + jpeg[frame + 5 :], "unsupported", "12-bit"),
            "late": (late, "unsupported", "DNL"),
        }
        for name, (data, _, _) in files.items():
            self.put(f"in/{name}.jpg", data)
        report = self.build(code=1)
        self.assertEqual(report.errors(), {f"out/{name}-t.jpg": code for name, (_, code, _) in files.items()})
        for item in report.items:
            if item.get("error"):
                words = files[os.path.basename(item["output"])[:-6]][2]
                self.assertIn(words, item["error"]["message"])
                self.assertIn(words, report.result.err)


class Damaged(HostileCase):
    def test_truncated(self):
        png, jpeg = pictures.tiny(3, 64, 64), jpegs.jpeg(pictures.noise(64, 64, 3))
        interlaced = pictures.png(pictures.noise(64, 64, 3), interlaced=True)
        for part in (0.3, 0.6, 0.9):
            for name, data, end in (("p", png, "png"), ("i", interlaced, "png"), ("j", jpeg, "jpg")):
                self.put(f"in/{name}{int(part * 10)}.{end}", data[: int(len(data) * part)])
        codes = self.failures()
        self.assertEqual(codes, dict.fromkeys([f"{n}{i}" for n in "pij" for i in (3, 6, 9)], "truncated"))

    def test_every_prefix_ends_cleanly(self):
        files = {"p": pictures.png(pictures.noise(6, 6, 3)), "j": jpegs.jpeg(pictures.noise(8, 8, 3), "ycc")}
        for name, data in files.items():
            for length in range(0, len(data) - 2, 3):
                self.put(f"in/{name}{length:04}", data[:length])
        self.build(code=1)
        self.assertTrue(self.exists("out/good-t.jpg"))

    def test_random_damage_ends_cleanly(self):
        pick = random.Random(5)
        files = {
            "p": pictures.png(pictures.noise(20, 20, 3)),
            "i": pictures.png(pictures.noise(20, 20, 3), interlaced=True),
            "j": jpegs.jpeg(pictures.gradient(40, 40), sampling=(2, 2), before=jpegs.exif(pictures.tiff(6))),
        }
        for name, data in files.items():
            for i in range(60):
                bad = bytearray(data)
                for _ in range(pick.randint(1, 8)):
                    bad[pick.randrange(len(bad))] = pick.randrange(256)
                self.put(f"in/{name}{i}", bytes(bad))
        self.build(code=(0, 1))
        self.assertTrue(self.exists("out/good-t.jpg"))

    def test_a_critical_chunk_with_a_wrong_crc(self):
        rows = pictures.noise(20, 20, 3)
        data = bytearray(pictures.png(rows, level=0))
        at = data.index(b"IDAT") + 50
        data[at] ^= 1
        self.put("in/crc.png", bytes(data))
        broken = pictures.chunk(b"IDAT", b"no zlib data at all " * 9)
        whole = pictures.png(rows)
        start, end = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
        self.put("in/zlib.png", whole[:start] + broken + whole[end:])
        codes = self.failures()
        self.assertEqual(set(codes), {"crc", "zlib"})
        self.assertLessEqual(set(codes.values()), {"corrupt", "truncated"})

    def test_an_ancillary_chunk_with_a_wrong_crc_is_no_failure(self):
        bad = pictures.chunk(b"tEXt", b"Comment\0hello", crc=1)
        self.put("in/x.png", pictures.png(pictures.noise(20, 20, 3), before=[bad]))
        self.assertEqual(self.build().summary["built"], 2)

    def test_bytes_after_the_end_are_no_failure(self):
        self.put("in/x.png", pictures.tiny(4) + b"trailing" * 9)
        self.put("in/y.jpg", jpegs.jpeg(pictures.gradient(20, 20), after=b"") + b"trailing" * 9)
        self.assertEqual(self.build().summary["built"], 3)

    def test_what_lacks_its_end_alone_is_built_with_a_warning(self):
        rows = pictures.noise(21, 17, 3)
        png, jpeg = pictures.png(rows), jpegs.jpeg(rows, "ycc", end=False)
        files = {
            "none.png": png[:-12],
            "some.png": png[:-5],
            "checksum.png": png[:-18],
            "zeros.png": png[:-12] + b"\0" * 12,
            "many.png": png[:-16] + b"\0" * 5000,
            "laced.png": pictures.png(rows, interlaced=True)[:-12],
            "none.jpg": jpeg,
            "half.jpg": jpeg + b"\xff",
            "zeros.jpg": jpeg + b"\0" * 64,
        }
        for name, data in files.items():
            self.put(f"in/{name}", data)
        self.put("in/whole.png", png)
        self.put("in/whole.jpg", jpegs.jpeg(rows, "ycc"))
        variants = [{"name": "t", "width": 8}, {"name": "s", "width": 20, "format": "png"}]
        self.manifest(variants, path="{stem}.{sourceExt}-{variant}.{ext}")
        report = self.build()
        for name in files:
            with self.subTest(name=name):
                kind = name[-3:]
                self.assertIn(f"in/{name}", report.result.err)
                for end in ("t.jpg", "s.png"):
                    self.assertEqual(self.get(f"out/{name}-{end}"), self.get(f"out/whole.{kind}-{end}"))
        self.assertNotIn("whole", report.result.err)
        self.manifest([{**variants[0], "failOn": "warning"}], path="{stem}.{sourceExt}-{variant}.{ext}")
        report = self.build(code=1)
        self.assertEqual(set(report.errors()), {f"out/{name}-t.jpg" for name in files})
        self.manifest([{**variants[0], "failOn": "error"}], path="{stem}.{sourceExt}-{variant}.{ext}")
        self.build()

    def test_zeros_in_place_of_pixels_are_no_end(self):
        png, jpeg = pictures.png(pictures.noise(64, 64, 3)), jpegs.jpeg(pictures.noise(64, 64, 3))
        for part in (0.4, 0.7, 0.9):
            for name, data in (("p.png", png), ("j.jpg", jpeg)):
                kept = int(len(data) * part)
                self.put(f"in/{int(part * 10)}{name}", data[:kept] + b"\0" * (len(data) - kept))
        codes = self.failures()
        self.assertEqual(set(codes), {f"{i}{n}" for i in (4, 7, 9) for n in "pj"})
        self.assertLessEqual(set(codes.values()), {"truncated", "corrupt"})

    def test_more_than_500_scans(self):
        self.put("in/scans.jpg", jpegs.many_scans(600))
        self.assertEqual(set(self.failures()), {"scans"})

    def test_an_old_output_outlives_a_bad_source(self):
        self.build()
        old = self.get("out/good-t.jpg")
        self.put("in/good.png", b"bad")
        result = self.thumbs("build", code=1)
        self.assertIn("in/good.png", result.err)
        self.assertEqual(self.get("out/good-t.jpg"), old)


class TooLarge(HostileCase):
    def limited(self, *arguments):
        """Builds with a small address space. Returns the codes and the peak memory in bytes."""
        started = time.monotonic()
        run, peak, _ = self.measured("build", "--json", "-j1", "--progress", "none", *arguments)
        self.assertLess(run.returncode, 128, "ended by a signal")
        self.assertLess(time.monotonic() - started, 30)
        report = harness.Report(harness.Result(arguments, run.returncode, run.stdout, ""))
        return {os.path.basename(o)[:-6]: code for o, code in report.errors().items()}, peak * 1024

    def test_headers_that_ask_for_too_much(self):
        rows = pictures.noise(8, 8, 1)
        self.put("in/p.png", pictures.png(rows, size=(30000, 30000)))
        self.put("in/q.png", pictures.png(rows, size=(2**31 - 1, 2**31 - 1)))
        self.put("in/l.png", pictures.png(rows, interlaced=True, size=(60000, 60000)))
        self.put("in/j.jpg", jpegs.jpeg(rows, size=(65500, 65500)))
        codes, peak = self.limited()
        self.assertEqual(codes, {"p": "too-large", "q": "too-large", "l": "too-large", "j": "too-large"})
        self.assertLess(peak, WINDOW)

    def test_the_limits_of_the_manifest(self):
        self.put("in/x.png", pictures.png(pictures.noise(40, 30, 1)))
        for limits, code in (
            ({"inputPixels": 1199}, "too-large"),
            ({"inputPixels": 1200}, None),
            ({"inputPixels": 0}, None),
            ({"inputBytes": "3KiB"}, "too-large"),
            ({"inputBytes": "1MiB"}, None),
            ({"memory": "512MiB"}, None),
        ):
            with self.subTest(limits=limits):
                self.manifest(include=["x.png"], top={"limits": limits})
                report = self.build("--force", code=1 if code else 0)
                self.assertEqual(report.errors(), {"out/x-t.jpg": code} if code else {})

    def test_the_limit_of_memory_for_one_picture(self):
        rows = [[(x & 255, 0, 0) for x in range(900)]] * 900
        self.put("in/x.png", pictures.png(rows, interlaced=True))
        self.manifest(include=["**/*"], top={"limits": {"memory": "2MiB"}})
        self.assertLessEqual(set(self.failures().values()), {"too-large", "memory"})

    def test_more_bytes_than_the_default_allows(self):
        self.put("in/x.png", pictures.tiny(3))
        os.truncate(self.at("in/x.png"), 3 << 30)
        started = time.monotonic()
        codes, peak = self.limited()
        self.assertEqual(codes, {"x": "too-large"})
        self.assertLess(peak, WINDOW)
        self.assertLess(time.monotonic() - started, 10)

    def test_a_result_that_its_format_cannot_hold(self):
        self.put("in/wide.png", pictures.large_png(65535, 1))
        self.manifest([{"name": "t", "width": 65535}], include=["**/*"])
        self.assertEqual(self.failures(), {"wide": "too-large"})

    def test_chunks_that_inflate_without_end(self):
        packer = zlib.compressobj(9)
        bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
        rows = pictures.noise(8, 8, 1)
        self.put("in/ztxt.png", pictures.png(rows, before=[pictures.chunk(b"zTXt", b"Comment\0\0" + bomb)]))
        self.put("in/iccp.png", pictures.png(rows, before=[pictures.chunk(b"iCCP", b"profile\0\0" + bomb)]))
        itxt = pictures.chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb)
        self.put("in/itxt.png", pictures.png(rows, before=[itxt] * 4))
        self.put("in/idat.png", pictures.png(rows)[:33] + pictures.chunk(b"IDAT", bomb) + pictures.chunk(b"IEND", b""))
        _, peak = self.limited()
        self.assertLess(peak, WINDOW)
        self.assertTrue(self.exists("out/good-t.jpg"))

    def test_many_small_text_chunks(self):
        text = pictures.chunk(b"tEXt", b"Comment\0hello")
        self.put("in/x.png", pictures.png(pictures.noise(8, 8, 1), before=[text * 200_000]))
        _, peak = self.limited()
        self.assertLess(peak, WINDOW)
        self.assertTrue(self.exists("out/good-t.jpg"))

    def test_a_large_picture_does_not_take_its_size_in_memory(self):
        self.put("in/x.png", pictures.large_png(14000, 14000))
        codes, peak = self.limited()
        self.assertEqual(codes, {})
        self.assertLess(peak, WINDOW)
