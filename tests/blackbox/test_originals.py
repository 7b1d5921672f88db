"""Thumbnails below and beside their originals: no thumbnail is a source, no original is overwritten."""

import os
import shutil

import pictures
from harness import Case

LAYOUTS = ("in", "in/thumbs")


class Beside(Case):
    def lay_out(self, output, **keys):
        shutil.rmtree(self.at("in"), ignore_errors=True)
        shutil.rmtree(self.at(".thumbs"), ignore_errors=True)
        if self.exists("thumbs.lock"):
            os.remove(self.at("thumbs.lock"))
        for seed, name in enumerate(("a", "b")):
            self.put(f"in/{name}.png", pictures.tiny(seed))
        self.manifest(output=output, **keys)
        self.assert_summary(self.build(), built=2, failed=0)

    def assert_summary(self, report, **expected):
        self.assertEqual({name: report.summary[name] for name in expected}, expected, str(report))

    def assert_settled(self):
        self.assert_summary(self.build(), built=0, copied=0, failed=0, stale=0)


class Thumbnails(Beside):
    """A thumbnail without its source, variant or set is an orphan, never an original."""

    def test_of_a_deleted_source_with_the_hash_in_its_name(self):
        for output in LAYOUTS:
            with self.subTest(output=output):
                self.lay_out(output, path="{dir}/{stem}.{hash}.{ext}")
                os.remove(self.at("in/a.png"))
                self.assert_summary(self.report("check", code=3), orphans=1, stale=0)
                self.assert_summary(self.build("--prune"), pruned=1, built=0)
                self.assert_settled()

    def test_of_changed_content_with_the_hash_in_its_name(self):
        for output in LAYOUTS:
            with self.subTest(output=output):
                self.lay_out(output, path="{dir}/{stem}.{hash}.{ext}")
                for seed in range(10, 13):
                    self.put("in/a.png", pictures.tiny(seed))
                    self.assert_summary(self.build("--prune"), built=1, pruned=1, sources=2)
                self.assertEqual(len(self.files("in")), 4)

    def test_after_the_cache_was_deleted_the_lock_tells(self):
        for output in LAYOUTS:
            with self.subTest(output=output):
                self.lay_out(output)
                self.manifest_text(self.get("thumbs.json").decode().replace("{", '{"lock": "thumbs.lock",', 1))
                self.thumbs("build")
                shutil.rmtree(self.at(".thumbs"))
                os.remove(self.at("in/a.png"))
                self.assert_summary(self.report("check", code=3), orphans=1, stale=0, sources=1)
                self.assert_summary(self.build("--prune"), pruned=1, built=0, decoded=0)
                self.assert_settled()

    def test_without_a_record_a_lost_cache_costs_time_alone(self):
        for output in LAYOUTS:
            with self.subTest(output=output):
                self.lay_out(output)
                before = self.contents("in")
                shutil.rmtree(self.at(".thumbs"))
                report = self.build()
                self.assert_summary(report, built=2, failed=0, decoded=2, bytesWritten=0)
                self.assertEqual(self.contents("in"), before)
                self.assertNotIn("warning", self.thumbs("build", "-n").err)
                self.assert_settled()
                self.assert_summary(self.build("--force"), built=2)

    def test_of_a_chain_of_sets(self):
        self.lay_out("in/web")
        for _ in range(3):
            self.manifest_text(
                """{"sets": [
                {"name": "one", "source": "in", "output": "in/web", "variants": [{"name": "t", "width": 8}]},
                {"name": "two", "source": "in/web", "output": "in/grid", "variants": [{"name": "u", "width": 4}]}]}"""
            )
            result = self.thumbs("build")
            self.assertIn('"two"', result.err)
        self.assertEqual(len(self.files("in")), 4)


class Files(Beside):
    """Files at an output's path that thumbs has no record of."""

    def prepare(self):
        self.put("in/shoe.png", pictures.tiny(1))
        self.put("in/shoe-t.jpg", b"an original")

    def test_an_original_stays_and_is_named(self):
        self.manifest(output="in")
        for arguments in (("build",), ("build", "--force"), ("build", "--verify"), ("build", "in/shoe.png")):
            report = self.report(*arguments, code=1)
            item = report.item("in/shoe-t.jpg")
            self.assertEqual((item["status"], item["error"]["code"]), ("failed", "would-overwrite"))
            self.assertIn("--overwrite", item["error"]["message"])
            self.assertEqual(self.get("in/shoe-t.jpg"), b"an original")
        for command in ("prune", "clean"):
            self.thumbs(command)
            self.assertEqual(self.get("in/shoe-t.jpg"), b"an original")

    def test_it_is_named_before_a_build(self):
        self.manifest(output="in")
        for arguments in (("build", "-n"), ("check",), ("status",)):
            err = self.thumbs(*arguments, code=(0, 3)).err
            self.assertEqual(err.count("in/shoe-t.jpg: thumbs has no record of this file"), 1, err)

    def test_overwrite_replaces_it_once(self):
        self.manifest(output="in")
        self.assertIn("in/shoe-t.jpg", self.thumbs("build", "--overwrite").err)
        self.assertEqual(self.get("in/shoe-t.jpg")[:2], b"\xff\xd8")
        self.assertEqual(self.thumbs("build").err, "")
        self.thumbs("check", "--overwrite", code=2)

    def test_the_others_are_made(self):
        self.put("in/boot.png", pictures.tiny(2))
        self.manifest(output="in")
        self.assert_summary(self.report("build", code=1), built=1, failed=1)

    def test_links_and_folders_stay_too(self):
        os.remove(self.at("in/shoe-t.jpg"))
        self.manifest(output="in")
        self.put("elsewhere.jpg", b"precious")
        os.symlink("../elsewhere.jpg", self.at("in/shoe-t.jpg"))
        self.thumbs("build", code=1)
        self.assertTrue(os.path.islink(self.at("in/shoe-t.jpg")))
        self.assertEqual(self.get("elsewhere.jpg"), b"precious")

    def test_outside_of_the_sources_it_is_replaced_with_a_warning(self):
        self.put("out/shoe-t.jpg", b"somebody's")
        self.manifest(include=["shoe.png"])
        self.assertEqual(self.thumbs("build").err.count("out/shoe-t.jpg: thumbs has no record"), 1)
        self.assertEqual(self.get("out/shoe-t.jpg")[:2], b"\xff\xd8")
        self.assertEqual(self.thumbs("build", "--force").err, "")
