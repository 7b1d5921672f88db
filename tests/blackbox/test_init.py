"""`thumbs init`: what it finds, what it writes, and that the result builds."""

import json
import os
import shutil
import subprocess

import manual
import pictures
from harness import Case, Report


def manifest_of(text):
    return json.loads(manual.without_comments(text))


class Init(Case):
    def sets(self, file="thumbs.json"):
        return {s["name"]: s for s in manifest_of(self.get(file).decode())["sets"]}

    def init_and_build(self, *arguments):
        self.thumbs("init", *arguments)
        report = self.build()
        self.assertEqual(report["warnings"], [])
        self.thumbs("check")
        return report

    def test_a_site_gets_a_set_for_each_kind_of_pictures(self):
        names = ("assets/products/mugs/a", "assets/products/shoes/b", "content/blog/2024/c", "node_modules/x/d", ".git/e")
        for seed, name in enumerate(names):
            self.put(name + ".png", pictures.tiny(seed, 16, 16))
        os.mkdir(self.at("public"))
        result = self.thumbs("init")
        self.assertEqual(result.err, "")
        self.assertIn("2 pictures in assets/products, up to 16x16 → public/thumbs/products (grid)\n", result.out)
        self.assertIn("Next: look it over, then run `thumbs` to build 3 thumbnails\n", result.out)
        self.assertIn(".gitignore", result.out)
        sets = self.sets()
        self.assertEqual([s["source"] for s in sets.values()], ["assets/products", "content/blog"])
        self.assertEqual(sets["blog"]["output"], "public/thumbs/blog")
        text = self.get("thumbs.json").decode()
        self.assertIn("docs/manifest.md", text)
        self.assertIn('"$schema": "./thumbs.schema.json"', text)
        self.assertEqual(self.build().summary["built"], 3)
        self.thumbs("check")
        self.assert_no_leftovers()

    def test_never_overwrites(self):
        self.put("photos/a.png", pictures.tiny(1))
        self.put("file", "{}")
        os.mkdir(self.at("folder"))
        os.symlink("nowhere", self.at("dangling"))
        for name in ("file", "folder", "dangling"):
            for option in ([], ["-n"], ["--json"]):
                before = self.tree()
                result = self.thumbs("init", "-f", name, *option, code=2)
                self.assertIn(f"{name}: exists", result.text())
                self.assert_untouched(before)
        self.thumbs("init")
        before = self.tree()
        self.assertIn("thumbs.json: exists", self.thumbs("init", code=2).err)
        self.assertIn("never overwrites", self.thumbs("init", "--force", code=2).err)
        self.assert_untouched(before)

    def test_another_folder_and_another_name(self):
        self.put("site/photos/a.png", pictures.tiny(1))
        result = self.thumbs("init", "site")
        self.assertIn("wrote site/thumbs.json\n", result.out)
        self.assertIn("`thumbs -C site`", result.out)
        self.thumbs("-C", "site")
        result = self.thumbs("init", "site", "-f", "my own.json")
        self.assertIn("`thumbs -C site -f 'my own.json'`", result.out)
        self.assertEqual(manifest_of(self.get("site/my own.json").decode())["cache"], ".thumbs/my_own.db")
        self.thumbs("-C", "site", "-f", "my own.json")
        self.thumbs("-C", "site", "check")
        for missing in ("nowhere", "site/photos/a.png"):
            self.assertIn("no such folder", self.thumbs("init", missing, code=2).err)
        self.assertIn("one folder", self.thumbs("init", "a", "b", code=2).err)

    def test_a_cache_of_another_manifest_is_left_alone(self):
        self.put("photos/a.png", pictures.tiny(1))
        self.manifest(source="photos", output="elsewhere")
        os.rename(self.at("thumbs.json"), self.at("other.json"))
        self.thumbs("-f", "other.json")
        self.init_and_build()
        self.thumbs("-f", "other.json", "check")

    def test_a_new_start_keeps_the_thumbnails(self):
        self.put("photos/a.png", pictures.tiny(1))
        self.init_and_build()
        os.remove(self.at("thumbs.json"))
        self.put("photos/b.png", pictures.tiny(2))
        report = self.init_and_build()
        self.assertEqual((report.summary["built"], report.summary["fresh"], report.summary["orphans"]), (1, 1, 0))
        os.remove(self.at("thumbs.json"))
        self.put("thumbs/mine.txt", "x")
        self.thumbs("init")
        self.assertEqual(self.sets()["photos"]["output"], "thumbnails")

    def test_without_a_manifest_thumbs_names_init(self):
        before = self.tree()
        self.assertIn("Run `thumbs init` to write one", self.thumbs(code=2).err)
        self.assertIn("Run `thumbs -C . init` to write one", self.thumbs("-C", ".", "check", code=2).err)
        self.assertNotIn("init", self.thumbs("-f", "other.json", code=2).err)
        self.assert_untouched(before)

    def test_a_dry_run_prints_the_manifest_and_writes_nothing(self):
        self.put("photos/a.png", pictures.tiny(1))
        before = self.tree()
        text = self.thumbs("init", "-n").out
        self.assert_untouched(before)
        self.thumbs("init", "-q")
        self.assertEqual(self.get("thumbs.json").decode(), text)

    def test_the_report(self):
        self.put("photos/a%.png", pictures.tiny(1))
        self.put("photos/bad.png", "no picture")
        report = Report(self.thumbs("init", "--json"))
        self.assertEqual((report["command"], report["manifest"]), ("init", "thumbs.json"))
        found = report["init"]
        self.assertEqual((found["written"], found["pictures"]), (True, 2))
        self.assertEqual(found["text"], self.get("thumbs.json").decode())
        wanted = {"name": "photos", "source": "photos", "output": "thumbs", "pictures": 2, "variants": ["grid"]}
        self.assertEqual(found["sets"], [wanted])
        self.assertEqual(len(report["warnings"]), 1)
        self.assertIn("1 of 2 pictures that init looked at will fail, such as photos/bad.png: ", report["warnings"][0])
        rows = manual.table_rows(manual.read("docs/json-report.md"))
        self.assertEqual(sorted(found.keys() - rows.keys()), [])

    def test_a_folder_without_pictures_gets_a_starter_that_builds(self):
        self.put("dist/a.png", pictures.tiny(1))
        result = self.thumbs("init")
        self.assertIn("no pictures found; not looked into: dist", result.err)
        self.assertEqual(self.sets()["pictures"]["source"], ".")
        report = self.build()
        self.assert_counts(report)
        self.put("new.png", pictures.tiny(2))
        self.assertEqual(self.build().summary["built"], 1)

    def test_pictures_right_in_the_folder(self):
        for seed, name in enumerate(("a.png", "b.png", "2024/c.png", "node_modules/x.png")):
            self.put(name, pictures.tiny(seed))
        self.assertEqual(self.init_and_build().summary["sources"], 3)
        self.assertEqual(self.files("thumbs/2024"), ["c-grid.jpg"])

    def test_names_that_would_meet(self):
        for seed, name in enumerate(("a.png", "a.jpe", "A.png", "B/x.png", "b/x.png", "c/link.jpg", "c/target.png")):
            self.put("photos/" + name, pictures.tiny(seed))
        os.remove(self.at("photos/c/link.jpg"))
        os.symlink("target.png", self.at("photos/c/link.jpg"))
        os.symlink("target.png", self.at("photos/c/target.jpg"))
        self.init_and_build()

    def test_odd_names(self):
        for seed, name in enumerate((b'q"uo\\te', b"new\nline", b"-dash", b"sp ace", "größe".encode(), b"[x]{y}", b"# c")):
            folder = os.path.join(os.fsencode(self.project), b"assets", name)
            os.makedirs(folder)
            with open(os.path.join(folder, b"\xff*.png"), "wb") as file:
                file.write(pictures.tiny(seed))
        self.assertEqual(self.init_and_build().summary["built"], 7)

    def test_a_folder_that_a_manifest_cannot_name_is_left_out_aloud(self):
        self.put("photos/a.png", pictures.tiny(1))
        os.mkdir(os.path.join(os.fsencode(self.project), b"\xff"))
        with open(os.path.join(os.fsencode(self.project), b"\xff", b"b.png"), "wb") as file:
            file.write(pictures.tiny(1))
        self.assertIn(r'cannot name them: "\377"', self.thumbs("init").err)
        self.assertEqual(self.build().summary["built"], 1)

    def test_the_report_does_not_take_the_manifests_place(self):
        self.put("photos/a.png", pictures.tiny(1))
        before = self.tree()
        self.assertIn("would overwrite", self.thumbs("init", "--json=thumbs.json", code=2).err)
        self.assert_untouched(before)

    def test_a_folder_that_cannot_be_written(self):
        if os.geteuid() == 0:
            run = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", self.project], capture_output=True)
            if run.returncode != 0:
                self.skipTest("no mount allowed")
            self.addCleanup(subprocess.run, ["umount", self.project], check=True)
        else:
            os.chmod(self.project, 0o555)
            self.addCleanup(os.chmod, self.project, 0o755)
        self.assertIn("thumbs.json: ", self.thumbs("init", code=1).err)

    def test_the_corpus(self):
        corpus = os.environ.get("THUMBS_CORPUS")
        if not corpus:
            self.skipTest("THUMBS_CORPUS is not set")
        for name in ("small", "pngsuite", "hostile", "formats"):
            shutil.copytree(os.path.join(corpus, name), self.at(name), symlinks=True)
        self.thumbs("init")
        self.assertGreater(self.report("status").summary["stale"], 50)
        self.assertGreater(self.build("pngsuite", code=(0, 1)).summary["built"], 9)
