"""A folder shared by a group: two users build, check, prune and clean in turn, with files of each other."""

import os
import stat
import unittest

import pictures
from harness import Case

GROUP, ANNE, BEN = 54320, 54321, 54322


def become(user):
    def change():
        os.setgroups([GROUP])
        os.setgid(user)  # the user's own group, as usual on Linux; files get the shared one from the folder
        os.setuid(user)
        os.umask(0o002)

    return change


@unittest.skipIf(os.geteuid() != 0, "only root can become two others")
class SharedFolder(Case):
    def prepare(self):
        for seed, name in enumerate(("a", "b", "sub/c"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 12))
        self.manifest(top={"lock": "locks/thumbs.lock"})
        self.give_to_the_group()

    def setUp(self):
        folder = self.root
        while os.path.dirname(folder) != folder:
            if not os.stat(folder).st_mode & 0o001:
                self.skipTest(f"others cannot reach {folder}")
            folder = os.path.dirname(folder)

    def give_to_the_group(self):
        for folder, _, names in os.walk(self.project):
            os.chown(folder, ANNE, GROUP)
            os.chmod(folder, 0o2775)
            for name in names:
                os.chown(os.path.join(folder, name), ANNE, GROUP)

    def by(self, user, command, *arguments, **options):
        return self.report(command, *arguments, before=become(user), **options)

    def change(self, seed):
        self.put("in/a.png", pictures.tiny(seed, 16, 12))
        os.chmod(self.at("in/a.png"), 0o664)

    def test_each_goes_on_where_the_other_left_off(self):
        self.assert_counts(self.by(ANNE, "build"), built=3, hashed=3, decoded=3)
        for number, user in enumerate((BEN, ANNE, BEN)):
            self.assertEqual(self.by(user, "check").summary["fresh"], 3)
            self.change(50 + number)
            report = self.by(user, "build")
            self.assertEqual((report.summary["built"], report.summary["fresh"]), (1, 2), report)
        self.assertEqual(os.stat(self.at("out/a-t.jpg")).st_uid, BEN)
        os.remove(self.at("in/sub/c.png"))
        self.assertEqual(self.by(BEN, "prune").summary["pruned"], 1)
        self.assertEqual(self.by(ANNE, "check", "--verify").summary["fresh"], 2)
        self.assertEqual(self.by(BEN, "build", "--force").summary["built"], 2)
        self.assertEqual(self.by(ANNE, "clean").summary["pruned"], 2)
        self.assertFalse(self.exists(".thumbs"))

    def test_a_cache_that_is_set_aside_and_a_report_can_be_replaced_by_the_other(self):
        self.thumbs("build", "--json=report.json", before=become(ANNE))
        with open(self.at(".thumbs/cache.db"), "r+b") as file:
            file.write(b"damage" * 100)
        self.thumbs("build", "--json=report.json", before=become(BEN))
        self.assertEqual(self.by(ANNE, "build", "--force").summary["built"], 3)
        self.thumbs("check", "--json=report.json", before=become(ANNE))
        for folder, _, names in os.walk(self.at(".thumbs")):
            for path in [folder] + [os.path.join(folder, name) for name in names]:
                found = os.stat(path)
                self.assertEqual((found.st_gid, found.st_mode & stat.S_IWGRP), (GROUP, stat.S_IWGRP), path)
