"""The manual leaves nothing out, and refers to nothing that is not there."""

import glob
import json
import os
import re

import harness
import manual
import pictures


def without_indent(code):
    return re.sub(r"^ +", "", code, flags=re.M)


class Complete(harness.Case):
    """What the program knows, the manual names."""

    def settings(self, schema):
        """(key, its schema) for each key of a manifest."""
        for part in (schema, schema["$defs"]["limits"], schema["$defs"]["set"], schema["$defs"]["settings"]):
            yield from part["properties"].items()

    def test_every_key_of_the_manifest_with_its_values(self):
        rows = manual.table_rows(manual.read("docs/manifest.md"))
        schema = json.loads(self.thumbs("schema").out)
        for key, value in self.settings(schema):
            self.assertTrue(key in rows, f"manifest.md has no row for {key}")
            row = " | ".join(rows[key])
            for word in value.get("enum", []):
                self.assertIn(f"`{word}`", row, f"manifest.md, {key}")
            if "maximum" in value and value["maximum"] < 10**9:
                self.assertIn(f"{value['minimum']} to {value['maximum']}", row, f"manifest.md, {key}")
            if isinstance(value.get("default"), (str, int, float)):
                shown = json.dumps(value["default"]).strip('"')
                self.assertIn(f"`{shown}`", rows[key][2], f"manifest.md, the default of {key}")

    def test_every_token_of_a_path(self):
        text = manual.read("docs/manifest.md")
        tokens = re.findall(r"\{\w+\}", json.loads(self.thumbs("schema").out)["$defs"]["template"]["description"])
        self.assertGreater(len(tokens), 5)
        for token in tokens:
            self.assertIn(f"| `{token}` |", text)

    def test_every_command_and_option(self):
        text, rows = self.thumbs("--help").out, manual.table_rows(manual.read("docs/command-line.md"))
        options = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", text))
        self.assertGreater(len(options), 20)
        named = {option for key in rows for option in re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", key)}
        self.assertEqual(sorted(options - named), [], "options that command-line.md has no row for")
        commands = re.findall(r"^  ([a-z]+)", text[text.index("Commands:") : text.index("Build options:")], re.M)
        self.assertGreater(len(commands), 5)
        self.assertEqual([c for c in commands if not any(key.split()[0] == c for key in rows)], [])

    def words(self, enumeration):
        """How the sources spell an enumeration in reports."""
        words = set()
        for file in glob.glob(os.path.join(manual.ROOT, "src", "**", "*.cpp"), recursive=True):
            with open(file, encoding="utf-8") as source:
                words |= set(re.findall(rf'case {enumeration}::\w+: return "([a-z-]+)"', source.read()))
        self.assertGreater(len(words), 5, f"where did {enumeration} go?")
        return words

    def assert_rows(self, page, words):
        rows = manual.table_rows(manual.read(page))
        self.assertEqual(sorted(words - rows.keys()), [], f"{page} has no row for these")

    def test_every_error_code(self):
        self.assert_rows("docs/failure.md", self.words("ErrorCode") - {"interrupted", "usage", "busy"})

    def test_every_reason(self):
        self.assert_rows("docs/staleness.md", self.words("Reason"))

    def test_every_status(self):
        self.assert_rows("docs/json-report.md", self.words("Status"))

    def fields(self, value):
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield key
            yield from self.fields(inner)
        for inner in value if isinstance(value, list) else ():
            yield from self.fields(inner)

    def test_every_field_of_the_report(self):
        self.manifest()
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/b.png", "no picture")
        documents = [self.report("build", code=1).document, self.report("cache", "stats").document]
        self.put("thumbs.json", "{}")
        documents.append(self.report("build", code=2).document)
        self.assert_rows("docs/json-report.md", set(self.fields(documents)))

    def test_every_exit_code(self):
        rows = manual.table_rows(manual.read("docs/command-line.md"))
        text = self.thumbs("--help").out
        codes = set(re.findall(r"\b(\d+)\b(?=:? )", text[text.index("Exit codes:") : text.index("Examples:")]))
        self.assertGreaterEqual(codes, {"0", "1", "2", "3", "75", "130", "129"})
        self.assertEqual(sorted(codes - rows.keys()), [])


class Sound(harness.Case):
    """The manual refers to nothing that is not there."""

    def test_links_lead_somewhere(self):
        for page in manual.pages() + ["CHANGELOG.md", "CONTRIBUTING.md", "tests/README.md"]:
            folder = os.path.dirname(page)
            for link in manual.links(manual.read(page)):
                path, _, anchor = link.partition("#")
                target = os.path.normpath(os.path.join(folder, path)) if path else page
                if "://" in link:
                    continue
                self.assertTrue(os.path.exists(os.path.join(manual.ROOT, target)), f"{page}: {link}")
                if anchor and target.endswith(".md"):
                    self.assertIn(anchor, manual.anchors(manual.read(target)), f"{page}: {link}")

    def test_code_is_that_of_the_examples(self):
        """Which are compiled and run. A line `// ...` stands for any lines."""
        names = glob.glob("examples/library/*.cpp", root_dir=manual.ROOT)
        examples = [without_indent(manual.read(name)) for name in names]
        blocks = [(page, block) for page in manual.pages() for kind, block, _ in manual.steps(manual.read(page)) if kind == "block cpp"]
        self.assertGreater(len(blocks), 3)
        for page, block in blocks:
            parts = without_indent(block).split("// ...\n")
            self.assertTrue(any(all(part in example for part in parts) for example in examples), f"{page}: no example has this code:\n{block}")

    def test_every_page_is_in_the_table_of_contents(self):
        contents = manual.links(manual.read("docs/README.md"))
        left = [p for p in manual.pages() if p.startswith("docs/") and os.path.basename(p) not in contents + ["README.md"]]
        self.assertEqual(left, [])

    def test_the_tests_that_hold_invariants_exist(self):
        text, known = manual.read("docs/invariants.md"), ""
        for folder, _, names in os.walk(os.path.join(manual.ROOT, "tests")):
            for name in names:
                known += name + "\n"
                if name.endswith(("_test.cpp", "_fuzz.cpp", ".py")):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        known += file.read()
        named = re.findall(r"`([A-Z]\w+)\.([\w*]+)`", text) + re.findall(r"`(\w+\.(?:py|cpp))()`", text)
        self.assertGreater(len(named), 50)
        for suite, case in named:
            self.assertIn(suite, known, "invariants.md names a suite that is not there")
            self.assertIn(case.rstrip("*"), known, f"invariants.md names a test of {suite} that is not there")
