"""The manifest: what is accepted; what is rejected, with which position and suggestion."""

import json
import os
import re

import pictures
from harness import Case

LINE = re.compile(r"^(?P<file>\S*\.json):(?P<line>\d+):(?P<column>\d+): (?:(?P<pointer>/\S*|): )?(?P<message>.+)$")  # the root's pointer is empty

GOOD_VARIANT = '{ "name": "t", "width": 8 }'
GOOD_SET = '{ "source": "in", "output": "out", "variants": [ %s ] }' % GOOD_VARIANT


def with_set(text):
    return '{ "sets": [ %s ] }' % text


def with_variant(text):
    return with_set('{ "source": "in", "output": "out", "variants": [ %s ] }' % text)


def with_key(key, value):
    return with_variant('{ "name": "t", "width": 8, "height": 9, "%s": %s }' % (key, value))


class ManifestCase(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))

    def accepts(self, text):
        self.manifest_text(text)
        self.thumbs("status")

    def refuses(self, text):
        """Returns the errors, each as a match of LINE; checks that nothing was touched."""
        self.manifest_text(text)
        before = self.tree()
        result = self.thumbs("build", code=2)
        self.assertEqual(result.out, "")
        self.assert_untouched(before)
        found = [m for m in map(LINE.match, result.err.splitlines()) if m]
        self.assertTrue(found, f"no FILE:LINE:COLUMN: POINTER: message in: {result}")
        return found


class Accepted(ManifestCase):
    def test_each_key_with_its_values(self):
        values = {
            "fit": ["inside", "outside", "cover", "contain", "fill"],
            "position": ["center", "top", "bottom", "left", "right"]
            + ["top-left", "top-right", "bottom-left", "bottom-right"],
            "background": ["#fff", "#a0B1c2", "#11223344"],
            "withoutEnlargement": [True, False],
            "kernel": ["nearest", "box", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"],
            "format": ["jpeg", "png", "source"],
            "quality": [1, 100],
            "progressive": [True, False],
            "chromaSubsampling": ["4:2:0", "4:2:2", "4:4:4"],
            "compressionLevel": [0, 9],
            "autoOrient": [True, False],
            "metadata": ["strip"],
            "colour": ["srgb"],
            "failOn": ["truncated"],
            "width": [1, 65535],
            "height": [1, 65535],
        }
        for key, all_of_them in values.items():
            for value in all_of_them:
                with self.subTest(key=key, value=value):
                    self.manifest([{"name": "t", "width": 8, key: value}])
                    self.thumbs("status")
                    if key != "width":
                        self.manifest([{"name": "t", "width": 8}], top={"defaults": {key: value}})
                        self.thumbs("status")

    def test_width_or_height_alone(self):
        for variant in ({"width": 5}, {"height": 5}):
            self.manifest([{"name": "A_z-09", **variant}])
            self.thumbs("status")

    def test_comments(self):
        self.accepts("// first\n{ /* a */ \"sets\": [ // b\n %s /* c \n * d */ ] }\n// last" % GOOD_SET)

    def test_a_comment_inside_a_string_is_none(self):
        self.accepts(with_set(GOOD_SET.replace('"output"', '"name": "// a /* b", "output"')))

    def test_the_top_level_keys(self):
        for key, value in {
            "$schema": "./thumbs.schema.json",
            "version": 1,
            "cache": ".thumbs/x.db",
            "stat": "full",
            "limits": {"inputPixels": 0, "inputBytes": "1GiB", "memory": "auto", "seconds": 60},
            "defaults": {},
        }.items():
            with self.subTest(key=key):
                self.manifest(top={key: value})
                self.thumbs("status")

    def test_escapes_in_strings(self):
        self.accepts(with_set(GOOD_SET.replace('"in"', r'"\u0069n"')))
        self.accepts(with_set(GOOD_SET.replace('"out"', r'"o\/\ud83d\ude00\"\\"')))


class Refused(ManifestCase):
    def test_a_table_of_bad_values(self):
        one = "/sets/0"
        variant = one + "/variants/0"
        table = [
            ('{ "version": 2, "sets": [ %s ] }' % GOOD_SET, "/version"),
            ('{ "version": "1", "sets": [ %s ] }' % GOOD_SET, "/version"),
            ('{ "cache": 1, "sets": [ %s ] }' % GOOD_SET, "/cache"),
            ('{ "stat": "some", "sets": [ %s ] }' % GOOD_SET, "/stat"),
            ('{ "limits": 5, "sets": [ %s ] }' % GOOD_SET, "/limits"),
            ('{ "limits": { "inputPixels": -1 }, "sets": [ %s ] }' % GOOD_SET, "/limits/inputPixels"),
            ('{ "limits": { "inputBytes": "many" }, "sets": [ %s ] }' % GOOD_SET, "/limits/inputBytes"),
            ('{ "defaults": { "quality": 0 }, "sets": [ %s ] }' % GOOD_SET, "/defaults/quality"),
            ('{ "defaults": { "name": "x" }, "sets": [ %s ] }' % GOOD_SET, "/defaults/name"),
            ('{ "sets": [] }', "/sets"),
            ('{ "sets": {} }', "/sets"),
            (with_set("5"), one),
            (with_set(GOOD_SET.replace('"in"', "7")), one + "/source"),
            (with_set(GOOD_SET.replace('"out"', "null")), one + "/output"),
            (with_set(GOOD_SET.replace('"source"', '"include": "*.png", "source"')), one + "/include"),
            (with_set(GOOD_SET.replace('"source"', '"exclude": [1], "source"')), one + "/exclude/0"),
            (with_set(GOOD_SET.replace('"source"', '"followSymlinks": 1, "source"')), one + "/followSymlinks"),
            (with_set(GOOD_SET.replace('"source"', '"path": "{stem}-{nothing}", "source"')), one + "/path"),
            (with_set('{ "source": "in", "output": "out", "variants": [] }'), one + "/variants"),
            (with_variant('{ "name": "a b", "width": 8 }'), variant + "/name"),
            (with_variant('{ "name": "", "width": 8 }'), variant + "/name"),
            (with_variant('{ "name": "t", "width": 0 }'), variant + "/width"),
            (with_variant('{ "name": "t", "width": 65536 }'), variant + "/width"),
            (with_variant('{ "name": "t", "width": 8.5 }'), variant + "/width"),
            (with_variant('{ "name": "t", "width": "8" }'), variant + "/width"),
            (with_variant('{ "name": "t", "width": true }'), variant + "/width"),
            (with_variant('{ "name": "t", "width": 1e99 }'), variant + "/width"),
            (with_variant('{ "name": "t", "height": -1 }'), variant + "/height"),
        ] + [
            (with_key(key, value), f"{variant}/{key}")
            for key, value in (
                ("fit", '"crop"'),
                ("fit", "1"),
                ("position", '"middle"'),
                ("background", '"red"'),
                ("background", '"#12"'),
                ("background", '"#12345g"'),
                ("withoutEnlargement", "1"),
                ("kernel", '"sinc"'),
                ("linear", '"yes"'),
                ("sharpen", "11"),
                ("sharpen", "-1"),
                ("format", '"gif"'),
                ("quality", "0"),
                ("quality", "101"),
                ("lossless", "0"),
                ("progressive", '"yes"'),
                ("chromaSubsampling", '"4:1:1"'),
                ("compressionLevel", "10"),
                ("effort", "10"),
                ("autoOrient", "null"),
                ("metadata", '"some"'),
                ("colour", '"p3"'),
                ("failOn", '"all"'),
            )
        ]
        for text, pointer in table:
            with self.subTest(text=text):
                self.assertEqual([m["pointer"] for m in self.refuses(text)], [pointer])

    def test_what_is_missing(self):
        for text, key in (
            ("{}", "sets"),
            (with_set('{ "output": "out", "variants": [ %s ] }' % GOOD_VARIANT), "source"),
            (with_set('{ "source": "in", "variants": [ %s ] }' % GOOD_VARIANT), "output"),
            (with_set('{ "source": "in", "output": "out" }'), "variants"),
            (with_variant('{ "width": 8 }'), "name"),
            (with_variant('{ "name": "t" }'), "width"),
        ):
            with self.subTest(key=key):
                (found,) = self.refuses(text)
                self.assertIn(key, found["message"])

    def test_variants_of_one_name(self):
        text = with_variant('{ "name": "t", "width": 8 }, { "name": "t", "width": 9 }')
        (found,) = self.refuses(text)
        self.assertTrue(found["pointer"].startswith("/sets/0/variants/1"), found[0])

    def test_duplicate_keys(self):
        for text in (
            '{ "version": 1, "version": 1, "sets": [ %s ] }' % GOOD_SET,
            with_set(GOOD_SET.replace('"output"', '"source": "in", "output"')),
            with_variant('{ "name": "t", "width": 8, "width": 8 }'),
        ):
            with self.subTest(text=text):
                self.refuses(text)

    def test_text_that_is_no_json(self):
        for text in ("", "{", "[]x", '{ "sets": [ }', '{ "sets" [ ] }', "{ 'sets': [] }", with_set(GOOD_SET) + "}"):
            with self.subTest(text=text):
                self.refuses(text)

    def test_a_document_that_is_no_object(self):
        for text in ("[]", "5", "null", '"x"'):
            with self.subTest(text=text):
                self.refuses(text)

    def test_bytes_that_are_no_utf8(self):
        self.put("thumbs.json", with_set(GOOD_SET).encode().replace(b"out", b"o\xfft"))
        self.thumbs("build", code=2)

    def test_deep_nesting_is_no_crash(self):
        for text in ("[" * 100_000, '{"a":' * 100_000, with_key("width", "[" * 50_000 + "]" * 50_000)):
            self.refuses(text)


    def test_the_cache_must_not_be_the_manifest(self):
        os.symlink("thumbs.json", self.at("link.json"))
        for cache in ("thumbs.json", "./in/../thumbs.json", "link.json"):
            with self.subTest(cache=cache):
                text = '{ "cache": "%s", "sets": [ %s ] }' % (cache, GOOD_SET)
                (error,) = self.refuses(text)
                self.assertEqual(error["pointer"], "/cache")

    def test_a_repeated_key_is_read_for_its_faults(self):
        errors = self.refuses(with_variant('{ "name": "t", "width": 8,\n "width": 70000 }'))
        self.assertEqual([e["pointer"] for e in errors], ["/sets/0/variants/0/width"] * 2)
        self.assertIn("70000", errors[1]["message"])


class Positions(ManifestCase):
    def test_the_line_and_the_column(self):
        text = '{\n  "sets": [\n    {\n      "source": "in", "output": "out",\n      "variants": [ {\n        "name": "t",\n        "width": 8,\n        "quality":   500\n      } ]\n    }\n  ]\n}\n'
        (found,) = self.refuses(text)
        self.assertEqual(found["line"], "8")
        self.assertIn(int(found["column"]), (9, 22))  # of the key, or of its value
        self.assertEqual(found["file"], "thumbs.json")

    def test_the_line_of_a_syntax_error(self):
        (found,) = self.refuses('{\n  "sets": [\n    nonsense\n  ]\n}\n')
        self.assertEqual((found["line"], found["column"]), ("3", "5"))

    def test_comments_count_as_lines(self):
        (found,) = self.refuses("// one\n/* two\n three */\n" + with_key("quality", "0"))
        self.assertEqual(found["line"], "4")

    def test_all_errors_at_once(self):
        text = json.dumps(
            {
                "versoin": 1,
                "sets": [
                    {
                        "source": 5,
                        "output": "out",
                        "variants": [{"name": "t", "width": 0, "fit": "covr"}, {"name": "u", "widht": 5, "height": 1}],
                    },
                    {"source": "in", "output": "out2", "variants": [{"name": "t", "width": 8, "quality": 200}]},
                ],
            },
            indent=1,
        )
        pointers = {m["pointer"] for m in self.refuses(text)}
        self.assertLessEqual(
            {
                "/versoin",
                "/sets/0/source",
                "/sets/0/variants/0/width",
                "/sets/0/variants/0/fit",
                "/sets/0/variants/1/widht",
                "/sets/1/variants/0/quality",
            },
            pointers,
        )

    def test_suggestions(self):
        for text, pointer, suggestion in (
            ('{ "verison": 1, "sets": [ %s ] }' % GOOD_SET, "/verison", "version"),
            ('{ "limits": { "inputPixel": 1 }, "sets": [ %s ] }' % GOOD_SET, "/limits/inputPixel", "inputPixels"),
            (with_set(GOOD_SET.replace('"output"', '"includes": [], "output"')), "/sets/0/includes", "include"),
            (with_key("heigth", "5"), "/sets/0/variants/0/heigth", "height"),
            (with_key("fit", '"covr"'), "/sets/0/variants/0/fit", "cover"),
            (with_key("kernel", '"lanczos"'), "/sets/0/variants/0/kernel", "lanczos"),
            (with_key("format", '"jpg"'), "/sets/0/variants/0/format", "jpeg"),
            (with_set(GOOD_SET.replace('"output"', '"path": "{stem}-{varient}", "output"')), "/sets/0/path", "variant"),
        ):
            with self.subTest(pointer=pointer):
                (found,) = self.refuses(text)
                self.assertEqual(found["pointer"], pointer)
                self.assertIn(suggestion, found["message"])

    def test_the_errors_are_in_the_report(self):
        self.manifest_text(with_variant('{\n "name": "t",\n "width": 0,\n "qualitee": 5 }'))
        report = self.build(code=2)
        errors = {e["pointer"]: e for e in report["errors"]}
        self.assertEqual(set(errors), {"/sets/0/variants/0/width", "/sets/0/variants/0/qualitee"})
        self.assertEqual([errors[p]["line"] for p in sorted(errors)], [4, 3])
        for error in errors.values():
            self.assertEqual(error["file"], "thumbs.json")
            self.assertIsInstance(error["column"], int)
            self.assertTrue(error["message"])

    def test_every_command_refuses_a_bad_manifest(self):
        self.manifest_text(with_key("quality", "0"))
        before = self.tree()
        for command in (["check"], ["status"], ["explain", "in/a.png"], ["prune"], ["clean"], ["build", "-n"]):
            with self.subTest(command=command):
                self.assertIn("thumbs.json:1:", self.thumbs(*command, code=2).err)
        self.assert_untouched(before)


class Schema(ManifestCase):
    def test_it_is_json_schema(self):
        schema = json.loads(self.thumbs("schema").out)
        self.assertIn("2020-12", schema["$schema"])
        text = json.dumps(schema)
        for word in ("followSymlinks", "withoutEnlargement", "chromaSubsampling", "lanczos3", "bottom-right"):
            self.assertIn(word, text)
