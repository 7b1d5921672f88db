"""Links to output folders, and folders without permissions."""

import os
import shutil
import unittest

import pictures
from harness import Case


class OutputFoldersByLinks(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))

    def assert_settled(self, output):
        self.assert_reasons(self.build(), "built", "new", [output])
        report = self.build()
        self.assert_counts(report, fresh=1, sources=1)
        self.assert_counts(self.report("check"), fresh=1)

    def test_a_link_into_the_source_makes_no_thumbnails_of_thumbnails(self):
        os.makedirs(self.at("in/th"))
        os.symlink("in/th", self.at("out"))
        self.manifest()
        self.assert_settled("out/a-t.jpg")

    def test_nor_does_a_source_that_is_named_by_a_link(self):
        os.symlink("in", self.at("link"))
        self.manifest(source="link", output="in/th")
        self.assert_settled("in/th/a-t.jpg")

    def test_a_thumbnail_that_is_a_source_by_way_of_a_link_is_never_removed(self):
        for command in ("prune", "clean"):
            with self.subTest(command):
                self.put("in/a.png", pictures.tiny(1))
                self.manifest()
                self.build()
                os.rename(self.at("out"), self.at("kept"))
                os.symlink("kept", self.at("out"))
                self.manifest(source="kept", output="more")
                self.build()
                self.thumbs(command)
                self.assertEqual(self.files("kept"), ["a-t.jpg"])
                for path in ("kept", "more", ".thumbs"):
                    shutil.rmtree(self.at(path), ignore_errors=True)
                os.remove(self.at("out"))


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class FoldersThatMayNotBeEntered(Case):
    def prepare(self):
        for seed, name in enumerate(("a", "s/b"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed))
        self.manifest()

    def locked(self, path, mode=0):
        """Gives everything to nobody, then removes the permissions of one folder."""
        for folder, folders, names in os.walk(self.root):
            for name in [folder] + [os.path.join(folder, n) for n in folders + names]:
                os.lchown(name, 65534, 65534)
        os.chmod(self.at(path), mode)
        self.addCleanup(lambda: self.exists(path) and os.chmod(self.at(path), 0o755))

    @staticmethod
    def nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    def as_nobody(self, command, *arguments, **options):
        return self.report(command, *arguments, before=self.nobody, **options)

    def setUp(self):
        folder = self.root
        while os.path.dirname(folder) != folder:
            if not os.stat(folder).st_mode & 0o001:
                self.skipTest(f"nobody cannot reach {folder}")
            folder = os.path.dirname(folder)

    def test_an_output_folder_stops_only_what_belongs_there(self):
        self.build()
        self.put("in/new.png", pictures.tiny(3))
        old = self.get("out/s/b-t.jpg")
        self.locked("out/s")
        check = self.as_nobody("check", code=3)
        self.assertEqual(check.summary["stale"], 2)
        report = self.as_nobody("build", code=1)
        self.assert_counts(report, built=1, fresh=1, failed=1, hashed=3, decoded=2)
        self.assertEqual(report.errors(), {"out/s/b-t.jpg": "unwritable"})
        self.assertEqual(self.get("out/s/b-t.jpg"), old)
        os.chmod(self.at("out/s"), 0o755)
        self.assert_counts(self.as_nobody("build"), built=1, fresh=2, hashed=(1, 2, 3), decoded=1)

    def test_orphans_in_such_a_folder_are_not_forgotten(self):
        self.build()
        os.remove(self.at("in/s/b.png"))
        self.locked("out/s")
        self.assertEqual(self.as_nobody("prune", code=1).summary["orphans"], 1)
        os.chmod(self.at("out/s"), 0o755)
        self.assertEqual(self.as_nobody("prune").summary["pruned"], 1)

    def test_a_first_build_too(self):
        os.makedirs(self.at("out/s"))
        self.locked("out/s")
        report = self.as_nobody("build", code=1)
        self.assertEqual(report.errors(), {"out/s/b-t.jpg": "unwritable"})
        self.assertEqual(report.summary["built"], 1)
