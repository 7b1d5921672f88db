"""prune and clean remove folders that a build made and that are empty now, and no others."""

import os
import shutil

import pictures
from harness import Case


class EmptiedFolders(Case):
    TOP = {"cache": "var/state/cache.db", "lock": "locks/deep/thumbs.lock"}

    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("in/sub/b.png", pictures.tiny(2))
        self.manifest(top=self.TOP, output="public/thumbs")

    def folders(self):
        return sorted(
            os.path.relpath(os.path.join(base, name), self.project) for base, names, _ in os.walk(self.project) for name in names
        )

    def test_clean_leaves_the_project_as_it_was(self):
        before = self.folders(), self.files()
        self.build()
        self.put("in/c.png", pictures.tiny(3))
        self.build()
        os.remove(self.at("in/c.png"))
        self.thumbs("clean")
        self.assertEqual((self.folders(), self.files()), before)

    def test_what_was_there_before_or_is_in_use_stays(self):
        for path in ("public", "var", "locks/deep"):
            os.makedirs(self.at(path))
        before = self.folders()
        self.build()
        self.thumbs("clean")
        self.assertEqual(self.folders(), before)
        self.build()
        self.put("public/thumbs/sub/mine.txt", "mine")
        self.put("var/state/mine.txt", "mine")
        self.thumbs("clean")
        self.assertEqual(self.files("public"), ["thumbs/sub/mine.txt"])
        self.assertEqual(self.files("var"), ["state/.gitignore", "state/mine.txt"])

    def test_a_cache_beside_the_outputs(self):
        self.manifest(top={"cache": "public/cache.db"}, output="public/thumbs")
        before = self.folders()
        self.build()
        self.thumbs("clean")
        self.assertEqual(self.folders(), before)

    def test_prune(self):
        self.build()
        os.remove(self.at("in/sub/b.png"))
        self.thumbs("build", "--prune")
        self.assertFalse(self.exists("public/thumbs/sub"))
        os.remove(self.at("in/a.png"))
        self.thumbs("prune", "--force")
        self.assertFalse(self.exists("public"))
        self.assertTrue(self.exists("in"))
        self.put("in/a.png", pictures.tiny(1))
        self.build()
        self.thumbs("clean")
        self.assertFalse(self.exists("public"))

    def test_a_folder_that_is_a_link_stays(self):
        os.makedirs(self.at("elsewhere"))
        os.symlink("elsewhere", self.at("public"))
        self.build()
        self.thumbs("clean")
        self.assertTrue(os.path.islink(self.at("public")))
        self.assertEqual(os.listdir(self.at("elsewhere")), [])

    def test_after_the_cache_was_lost_nothing_that_may_be_anybodys_is_removed(self):
        self.build()
        shutil.rmtree(self.at("var"))
        self.build()
        self.thumbs("clean")
        self.assertEqual(self.files("public"), [])
        self.assertTrue(self.exists("public/thumbs"))
        self.assertFalse(self.exists("public/thumbs/sub"))
