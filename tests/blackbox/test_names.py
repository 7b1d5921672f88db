"""File names: spaces, newlines, quotes, leading dashes, bytes that are not UTF-8, very long ones."""

import os
import re

import pictures
from harness import Case

NAMES = [
    "two words",
    " leading and trailing ",
    "new\nline",
    "tab\tand\rreturn",
    "-rf",
    "--help",
    "quote'double\"back\\slash",
    "dollar $HOME `id` $(id);&|",
    "star*?[x]{a,b}",
    "%41%",
    "ünïcödé 日本 🙂",
    "decomposed e\u0301",
    os.fsdecode(b"latin \xe9"),
    os.fsdecode(b"bytes \xff\xfe%"),
    "a..b",
    "~tilde",
    "#hash",
    "\x01\x1b[31m",
]


def decoded(path):
    """A path of the report as bytes: undoes the percent-encoding."""
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), path.encode())


class Names(Case):
    def prepare(self):
        for seed, name in enumerate(NAMES):
            self.put(f"in/{name}.png", pictures.tiny(seed))
            self.put(f"in/d {name}/x.png", pictures.tiny(1000 + seed))
        self.manifest()

    def test_on_disk_and_again(self):
        self.build()
        wanted = [f"{name}-t.jpg" for name in NAMES] + [f"d {name}/x-t.jpg" for name in NAMES]
        self.assertEqual(self.files("out"), sorted(wanted))
        self.assert_all_fresh(2 * len(NAMES))

    def test_in_the_report(self):
        report = self.build()
        sources = {item["source"] for item in report.items}
        for name in NAMES:
            raw = os.fsencode(name)
            path = [s for s in sources if decoded(s) == b"in/" + raw + b".png"]
            self.assertEqual(len(path), 1, name)
            try:
                self.assertEqual(path[0], f"in/{raw.decode().replace('%', '%25')}.png")
            except UnicodeDecodeError:
                self.assertEqual(path[0].count("%"), len(re.findall(rb"[\x80-\xff%]", raw)))

    def test_no_two_files_have_one_name_in_a_report(self):
        names = [b"a%FF", b"a\xff", b"a%25FF"]
        for seed, name in enumerate(names):
            self.put(os.fsdecode(b"in/" + name + b".png"), pictures.tiny(200 + seed))
        report = self.build("-v")
        for key in ("source", "output"):
            self.assertEqual(len({item[key] for item in report.items}), len(report.items))
        found = {decoded(item["source"]) for item in report.items}
        self.assertLessEqual({b"in/" + name + b".png" for name in names}, found)

    def test_nor_in_its_messages(self):
        names = [b"a%FF", b"a\xff"]
        for name in names:
            self.put(os.fsdecode(b"in/" + name + b".png"), "no picture")
            os.symlink("nowhere", self.at(os.fsdecode(b"in/dangling " + name + b".png")))
        report = self.build(code=1)
        messages = sorted(w for w in report["warnings"] if "dangling" in w)
        self.assertEqual([m.split(".png")[0] for m in messages], ["in/dangling a%25FF", "in/dangling a%FF"])
        for name, shown in zip(names, ("a%25FF", "a%FF")):
            errors = self.report("build", os.fsdecode(b"in/no " + name), code=2)["errors"]
            self.assertIn(f"in/no {shown}", errors[0]["message"])

    def test_as_arguments(self):
        for name in NAMES:
            with self.subTest(name=name):
                report = self.build("-n", f"./in/{name}.png")
                if re.search(r"[*?\[\]{}\\]", name):
                    self.assertIn(f"out/{name}-t.jpg", report.reasons())
                else:
                    self.assertEqual(len(report.items), 1)
                self.thumbs("explain", f"in/{name}.png")

    def test_a_leading_dash_after_two_dashes(self):
        self.manifest(source=".", output="out", include=["*.png"])
        self.put("-rf.png", pictures.tiny(1))
        self.assertEqual(set(self.build("-n", "--", "-rf.png").reasons()), {"out/-rf-t.jpg"})

    def test_pruned_and_cleaned(self):
        self.build()
        for name in NAMES:
            os.remove(self.at(f"in/{name}.png"))
        self.assertEqual(self.report("prune").summary["pruned"], len(NAMES))
        self.thumbs("clean")
        self.assertEqual(self.files("out") if self.exists("out") else [], [])


class LongNames(Case):
    def test_names_as_long_as_a_file_system_allows(self):
        longest = "n" * 251
        self.put(f"in/{longest}.png", pictures.tiny(1))
        self.put(f"in/{'d' * 255}/{'e' * 255}/x.png", pictures.tiny(2))
        self.manifest(path="{dir}/{stem}.{ext}")
        self.build()
        self.assertEqual(self.files("out"), sorted([f"{longest}.jpg", f"{'d' * 255}/{'e' * 255}/x.jpg"]))
        self.build("--force")
        self.assert_no_leftovers()

    def test_an_output_name_that_is_too_long_fails_alone(self):
        self.put(f"in/{'n' * 251}.png", pictures.tiny(1))
        self.put("in/x.png", pictures.tiny(2))
        self.manifest(path="{stem}-{variant}.{ext}")
        report = self.build(code=1)
        self.assertEqual((report.summary["built"], report.summary["failed"]), (1, 1))
        self.assertEqual(self.files("out"), ["x-t.jpg"])

    def test_deep_folders(self):
        deep = "/".join(["f" * 100] * 18)
        self.put(f"in/{deep}/x.png", pictures.tiny(1))
        self.manifest()
        self.assertEqual(self.build().summary["built"], 1)
        self.assertEqual(self.files("out"), [f"{deep}/x-t.jpg"])
        self.build()
