"""A rebuild writes over files that it has replaced, where nobody can notice (ext4 and XFS)."""

import errno
import mmap
import os
import platform
import signal
import subprocess
import time
import unittest

import pictures
from harness import Case
from test_filtered_calls import filters_work, refuse

FOLDERS = 5
SOURCES = 2000  # four batches: a file that is replaced in one can be reused two later
K_CACHESTAT = 451


class Reuse(Case):
    def prepare(self):
        for i in range(SOURCES):
            self.put(f"in/{i % FOLDERS}/{i}.png", pictures.tiny(i, 24, 16))
        self.put(".thumbs/before", b"")  # no folder: no replaced file gets a second name for the gallery
        self.build_with(8)
        self.old = self.contents("out")

    def build_with(self, width, *arguments, **options):
        self.manifest([{"name": "t", "width": width, "format": "png"}], path="{dir}/{stem}.{ext}")
        return self.build("-j2", *arguments, **options)

    def inodes(self):
        return {os.lstat(self.at("out", path)).st_ino for path in self.files("out")}

    def skip_unless_reused(self):
        kind = subprocess.run(["stat", "-f", "-c", "%T", self.root], stdout=subprocess.PIPE, check=True).stdout
        if kind.strip() not in (b"ext2/ext3", b"xfs"):
            self.skipTest("the temporary folder lies on no ext4 or XFS")

    def assert_rebuilt(self):
        self.assert_no_leftovers()
        self.assert_equals_clean_build()

    def test_a_rebuild_reuses_files_and_gives_what_a_clean_build_gives(self):
        before = self.inodes()
        report = self.build_with(6)
        self.assertEqual(report.summary["built"], SOURCES)
        self.assert_rebuilt()
        self.assertEqual(self.build().summary["fresh"], SOURCES)
        self.skip_unless_reused()
        self.assertGreater(len(before & self.inodes()), SOURCES // 4)

    @unittest.skipIf(platform.machine() != "x86_64", "the numbers of this machine's system calls are not known")
    def test_on_kernels_without_cachestat(self):
        if not filters_work():
            self.skipTest("no seccomp filters here")
        before = self.inodes()
        self.build_with(6, before=lambda: refuse(K_CACHESTAT, errno.ENOSYS))
        self.assert_rebuilt()
        self.skip_unless_reused()
        self.assertGreater(len(before & self.inodes()), SOURCES // 4)

    def test_who_has_an_old_thumbnail_keeps_it_whole(self):
        opened, mapped, sent, linked = {}, {}, {}, {}
        os.makedirs(self.at("links"))
        for n, path in enumerate(sorted(self.old)):
            place = self.at("out", path)
            if n % 8 == 0:
                opened[path] = open(place, "rb")  # pylint: disable=consider-using-with
            elif n % 8 == 2:
                with open(place, "rb") as file:
                    mapped[path] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            elif n % 16 == 4:
                end, start = os.pipe()
                with open(place, "rb") as file:
                    self.assertEqual(os.splice(file.fileno(), start, 1 << 16), len(self.old[path]))
                os.close(start)
                sent[path] = end
            elif n % 8 == 6:
                linked[path] = self.at("links", str(n))
                os.link(place, linked[path])
        self.build_with(6)
        self.assert_rebuilt()
        for path, file in opened.items():
            self.assertEqual(file.read(), self.old[path], path)
            file.close()
        for path, view in mapped.items():
            self.assertEqual(view[:], self.old[path], path)
            view.close()
        for path, end in sent.items():
            self.assertEqual(os.read(end, 1 << 16), self.old[path], path)
            os.close(end)
        for path, link in linked.items():
            with open(link, "rb") as file:
                self.assertEqual(file.read(), self.old[path], path)

    def test_killed_at_any_moment(self):
        """Each thumbnail is the old one or the new one, and the next run mends the rest."""
        new = None
        for seconds in (0.05, 0.1, 0.15, 0.2, 0.3, 0.4):
            self.build_with(8)
            self.assertEqual(self.contents("out"), self.old)
            self.manifest([{"name": "t", "width": 6, "format": "png"}], path="{dir}/{stem}.{ext}")
            process = self.start("build", "-j2")
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
            process.wait()
            left = {path: data for path, data in self.contents("out").items() if ".thumbs-tmp-" not in path}
            self.assertEqual(set(left), set(self.old))
            self.build()
            self.assert_no_leftovers()
            if new is None:
                self.assert_equals_clean_build()
                new = self.contents("out")
            self.assertEqual(self.contents("out"), new)
            for path, data in left.items():
                self.assertIn(data, (self.old[path], new[path]), path)


if __name__ == "__main__":
    unittest.main()
