"""Mounted folders, files with several names, and modes from the umask."""

import json
import os
import shutil
import socket
import stat
import subprocess
import unittest

import harness
import pictures
from harness import Case, Report, Result


class Mounted(Case):
    def mounted(self, mount, then):
        """Runs a shell script in its own mount namespace; $1 is the program. Returns its output."""
        if not shutil.which("unshare"):
            self.skipTest("no unshare")
        script = f'({mount}) || exit 99\ntouch ../mounted\n{then}\n'
        run = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", harness.PROGRAM], cwd=self.project, capture_output=True, timeout=60
        )
        if not os.path.exists(os.path.join(self.root, "mounted")):
            self.skipTest("cannot mount here")
        return Result([then], run.returncode, run.stdout.decode(), run.stderr.decode())

    def reports(self, result):
        """Several documents, one after the other."""
        found, text, decoder = [], result.out.strip(), json.JSONDecoder()
        while text:
            document, end = decoder.raw_decode(text)
            found.append(Report(Result(result.arguments, result.code, json.dumps(document), result.err)))
            text = text[end:].strip()
        return found


class SeveralFileSystems(Mounted):
    def prepare(self):
        for seed, name in enumerate(("a/x", "b/y", "c/z"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed))
            os.makedirs(self.at("out", name[0]))
        self.manifest()

    def test_outputs_on_three_file_systems(self):
        result = self.mounted(
            "mount -t tmpfs none out/a && mount -t tmpfs none out/b",
            '"$1" build --json; "$1" build --json; "$1" check --verify --json; ls out/*',
        )
        names = result.out[result.out.index("out/a:") :]
        result.out = result.out[: result.out.index("out/a:")]
        first, second, check = self.reports(result)
        self.assert_counts(first, built=3, hashed=3, decoded=3)
        self.assert_counts(second, fresh=3, hashed=(0, 3))
        self.assert_counts(check, fresh=3, hashed=6)
        self.assertEqual(names.split(), ["out/a:", "x-t.jpg", "out/b:", "y-t.jpg", "out/c:", "z-t.jpg"])

    def test_each_of_them_is_synced(self):
        if not shutil.which("strace"):
            self.skipTest("no strace")
        result = self.mounted(
            "mount -t tmpfs none out/a && mount -t tmpfs none out/b",
            'strace -f -e trace=syncfs,fsync -o ../trace "$1" build -q; echo $?',
        )
        with open(os.path.join(self.root, "trace")) as file:
            trace = file.read()
        if "ptrace" in result.err or "syncfs" not in trace and "fsync" not in trace:
            self.skipTest("strace cannot trace here")
        self.assertEqual(trace.count("syncfs("), 3, trace)

    def test_sources_on_another_file_system(self):
        result = self.mounted(
            "cp -r in ../copy && mount -t tmpfs none in && cp -r ../copy/. in",
            '"$1" build --json; "$1" build --json',
        )
        first, second = self.reports(result)
        self.assert_counts(first, built=3, hashed=3, decoded=3)
        self.assert_counts(second, fresh=3, hashed=3)  # still racy

    def test_a_read_only_one_fails_what_belongs_there_alone(self):
        result = self.mounted(
            "mount -t tmpfs none out/a && mount -o remount,ro out/a",
            '"$1" build --json; echo "{\\"code\\": $?}"; "$1" build --json; mount -o remount,rw out/a; "$1" build --json',
        )
        first, code, second, third = self.reports(result)
        self.assertEqual(code["code"], 1)
        for report, fresh in ((first, 0), (second, 2)):
            self.assertEqual(report.errors(), {"out/a/x-t.jpg": "unwritable"})
            self.assertEqual((report.summary["built"], report.summary["fresh"]), (2 - fresh, fresh))
        self.assertEqual(third.reasons(), {"out/a/x-t.jpg": ("built", "retry")})


class EmptyMountPoint(Mounted):
    def test_nothing_is_pruned_while_the_disk_is_away(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()
        self.build()
        result = self.mounted(
            "mount -t tmpfs none in",
            'for c in "build --prune" prune; do "$1" $c >/dev/null; echo $?; done; "$1" build >/dev/null; echo $?',
        )
        self.assertEqual(result.out.split(), ["1", "2", "0"], str(result))
        self.assertIn("had sources and now has none", result.err)
        self.assert_counts(self.build(), fresh=1, hashed=(0, 1))


class BindMounts(Mounted):
    def prepare(self):
        self.put("in/sub/a.png", pictures.tiny(1))
        self.manifest()

    def test_a_folder_that_is_reached_twice_gives_two_sources(self):
        os.makedirs(self.at("in/again"))
        result = self.mounted("mount --bind in/sub in/again", '"$1" build --json; "$1" build --json')
        first, second = self.reports(result)
        self.assert_counts(first, built=1, copied=1, hashed=(2, 3), decoded=1)
        self.assert_counts(second, fresh=2, hashed=(0, 1, 2))

    def test_a_folder_below_itself_ends(self):
        os.makedirs(self.at("in/sub/loop"))
        result = self.mounted("mount --rbind in in/sub/loop", '"$1" build --json')
        self.assertEqual(self.reports(result)[0].summary["failed"], 0, str(result))

    def test_the_output_folder_among_the_sources_makes_no_thumbnails_of_thumbnails(self):
        os.makedirs(self.at("in/th"))
        os.makedirs(self.at("out"))
        result = self.mounted(
            "mount --bind out in/th", 'for i in 1 2 3; do "$1" build >/dev/null; echo $?; done; find out -type f'
        )
        self.assertEqual(result.out.split(), ["0", "2", "2", "out/sub/a-t.jpg"], str(result))
        self.assertIn("in/th/sub/a-t.jpg", result.err)


class CaseFolding(Mounted):
    def prepare(self):
        self.put("in/Photo.png", pictures.tiny(1))
        self.manifest()
        self.build()

    def test_a_source_that_was_renamed_in_case_alone_keeps_its_thumbnail(self):
        os.rename(self.at("in/Photo.png"), self.at("in/photo.png"))
        self.build()
        # One file with both names, as on a file system that ignores case.
        os.remove(self.at("out/Photo-t.jpg"))
        os.link(self.at("out/photo-t.jpg"), self.at("out/Photo-t.jpg"))
        self.assertEqual(self.report("prune").summary["pruned"], 0)
        self.assertTrue(self.exists("out/photo-t.jpg"))
        self.assertEqual(self.build().summary["orphans"], 0)

    def test_two_files_are_told_apart(self):
        os.rename(self.at("in/Photo.png"), self.at("in/photo.png"))
        self.assertEqual(self.build("--prune").summary["pruned"], 1)
        self.assertEqual(self.files("out"), ["photo-t.jpg"])

    def test_normal_forms_are_different_names(self):
        for name in ("caf\u00e9", "cafe\u0301"):
            self.put(f"in/{name}.png", pictures.tiny(len(name)))
        self.assertEqual(self.build().summary["built"], 2)
        self.assertEqual(len(self.files("out")), 3)

    def test_on_a_file_system_that_folds_case(self):
        result = self.mounted(
            "truncate -s 32M ../image && mkfs.ext4 -q -O casefold ../image && mkdir fold && mount -o loop ../image fold"
            " && mkdir fold/p && chattr +F fold/p && cp -r in thumbs.json fold/p",
            'cd fold/p; "$1" build -q; mv in/Photo.png in/photo.png; "$1" build --prune --json; "$1" build --json; ls out',
        )
        self.assertIn("hoto-t.jpg", result.out)
        self.assertIn('"built":0', result.out[result.out.rindex('"schema"') :].replace(" ", ""))


class OddFiles(Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()

    def test_what_is_no_file_is_named_and_never_opened(self):
        os.mkfifo(self.at("in/fifo.png"))
        os.symlink("fifo.png", self.at("in/link.png"))
        bound = socket.socket(socket.AF_UNIX)
        self.addCleanup(bound.close)
        here = os.getcwd()
        os.chdir(self.at("in"))
        try:
            bound.bind("socket.png")
        finally:
            os.chdir(here)
        names = ["fifo.png", "link.png", "socket.png"]
        if os.geteuid() == 0:
            os.mknod(self.at("in/device.png"), stat.S_IFCHR | 0o600, os.makedev(1, 3))
            names.append("device.png")
        result = self.thumbs("build", "--json", timeout=10)
        for name in names:
            self.assertIn(f"in/{name}: skipped", result.err)
        self.assert_counts(Report(result), built=1, hashed=1, decoded=1)

    def test_a_fifo_at_an_outputs_path_is_replaced(self):
        self.build()
        os.remove(self.at("out/a-t.jpg"))
        os.mkfifo(self.at("out/a-t.jpg"))
        report = self.build(timeout=10)
        self.assertEqual(report.reasons(), {"out/a-t.jpg": ("built", "output-modified")})
        self.assertTrue(self.get("out/a-t.jpg").startswith(b"\xff\xd8"))

    def test_hard_links(self):
        os.link(self.at("in/a.png"), self.at("in/b.png"))
        self.assert_counts(self.build(), built=1, copied=1, hashed=(2, 3), decoded=1)
        old = self.get("out/a-t.jpg")
        os.link(self.at("out/a-t.jpg"), self.at("kept.jpg"))
        self.put("in/c.png", pictures.tiny(9))
        os.replace(self.at("in/c.png"), self.at("in/a.png"))
        self.build()
        self.assertEqual(self.get("kept.jpg"), old)
        self.assertNotEqual(self.get("out/a-t.jpg"), old)

    def test_a_name_of_255_bytes_without_an_extension(self):
        self.put("in/" + "n" * 255, pictures.tiny(1))
        self.manifest(include=["**"], path="{stem}.{ext}")
        report = self.build(code=1)
        self.assertEqual(report.errors(), {f"out/{'n' * 255}.jpg": "unwritable"})
        self.assertIn("File name too long", str(report))
        self.assertEqual(self.files("out"), ["a.jpg"])
        self.assert_no_leftovers()


class Modes(Case):
    def prepare(self):
        self.put("in/s/a.png", pictures.tiny(1))
        self.manifest(top={"lock": "l/thumbs.lock"})

    def mode(self, path):
        return stat.S_IMODE(os.stat(self.at(path)).st_mode)

    def test_outputs_folders_and_the_cache_follow_the_umask(self):
        for mask in (0o000, 0o002, 0o022, 0o027, 0o077):
            with self.subTest(mask=oct(mask)):
                for path in ("out", ".thumbs", "l"):
                    shutil.rmtree(self.at(path), ignore_errors=True)
                self.thumbs("build", "--json=report.json", before=lambda: os.umask(mask))
                for path in ("out/s/a-t.jpg", "report.json", ".thumbs/cache.db", ".thumbs/.gitignore", "l/thumbs.lock"):
                    self.assertEqual(self.mode(path), 0o666 & ~mask, path)
                for path in ("out", "out/s", ".thumbs", "l"):
                    self.assertEqual(self.mode(path), 0o777 & ~mask, path)
                os.remove(self.at("report.json"))

    def test_a_rebuilt_output_follows_it_too(self):
        self.build()
        os.chmod(self.at("out/s/a-t.jpg"), 0o600)
        self.thumbs("build", "--force", before=lambda: os.umask(0o022))
        self.assertEqual(self.mode("out/s/a-t.jpg"), 0o644)

    @unittest.skipIf(os.geteuid() != 0, "only root may give a folder to any group")
    def test_a_folder_that_hands_its_group_down(self):
        os.makedirs(self.at("out"))
        os.chown(self.at("out"), -1, 12345)
        os.chmod(self.at("out"), 0o2775)
        self.build()
        for path in ("out/s", "out/s/a-t.jpg"):
            self.assertEqual(os.stat(self.at(path)).st_gid, 12345, path)
        self.assertEqual(self.mode("out/s") & 0o2000, 0o2000)

    def test_a_default_acl_comes_before_the_umask(self):
        # user::rwx, group::rwx, other::---, as the kernel stores it: version 2, then (tag, permissions, id).
        entries = ((0x01, 7), (0x04, 7), (0x20, 0))
        acl = (2).to_bytes(4, "little") + b"".join(
            tag.to_bytes(2, "little") + rights.to_bytes(2, "little") + b"\xff" * 4 for tag, rights in entries
        )
        os.makedirs(self.at("out"))
        try:
            os.setxattr(self.at("out"), "system.posix_acl_default", acl)
        except OSError:
            self.skipTest("no access control lists here")
        self.thumbs("build", before=lambda: os.umask(0o077))
        self.assertEqual(self.mode("out/s/a-t.jpg"), 0o660)


class Spellings(Case):
    def test_folders_spelled_in_other_ways_are_the_same_folders(self):
        self.put("in/a.png", pictures.tiny(1))
        self.manifest()
        self.build()
        for source, output in (
            ("in/", "out/"),
            ("./in", "./out"),
            ("in/../in//", "out/x/.."),
            (self.at("in"), self.at("out")),
            ("../p/in", "../p/out"),
        ):
            with self.subTest(source=source):
                self.manifest(source=source, output=output)
                self.assertEqual(self.build().reasons(), {})
        for path in ("in/", "./in/../in//", "in/a.png", self.at("in"), ".", "/"):
            with self.subTest(path=path):
                self.assertEqual(self.build("--force", "-n", path).summary["stale"], 1)
        for path in ("", "out", "..x", "in/a.pn"):
            with self.subTest(path=path):
                self.thumbs("build", path, code=2)
