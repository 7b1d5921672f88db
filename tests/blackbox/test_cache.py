"""The cache: deleted, damaged, of a newer version, in another place; the project moved or cloned."""

import os
import shutil
import sqlite3
import tempfile

import harness
import pictures
from harness import Case, ThreeSources

CACHE = ".thumbs/cache.db"


class CacheFile(ThreeSources):
    def test_a_new_cache_folder_ignores_itself(self):
        self.first()
        self.assertEqual(self.get(".thumbs/.gitignore").strip(), b"*")
        self.assertEqual(self.files(".thumbs"), [".gitignore", "cache.db"])

    def test_a_gitignore_that_is_there_stays(self):
        self.put(".thumbs/.gitignore", "mine\n")
        self.first()
        self.assertEqual(self.get(".thumbs/.gitignore"), b"mine\n")

    def test_a_cache_beside_what_is_committed_does_not_hide_it_from_git(self):
        for keys, top in (
            ({"output": "public/thumbs"}, {}),
            ({"output": "public"}, {}),
            ({"output": "link/thumbs"}, {}),
            ({"output": "out"}, {"lock": "public/locks/thumbs.lock"}),
        ):
            with self.subTest(keys=keys, top=top):
                for path in ("public", "out"):
                    shutil.rmtree(self.at(path), ignore_errors=True)
                if not os.path.lexists(self.at("link")):
                    os.symlink("public", self.at("link"))
                self.manifest(self.variants, top={"cache": "public/cache.db", **top}, **keys)
                self.build()
                self.assertTrue(self.exists("public/cache.db"))
                self.assertFalse(self.exists("public/.gitignore"))

    def test_a_cache_in_a_folder_of_its_own_below_the_outputs_is_hidden(self):
        self.manifest(self.variants, top={"cache": "out/.cache/c.db"})
        self.build()
        self.assertEqual(self.get("out/.cache/.gitignore"), b"*\n")
        self.assertFalse(self.exists("out/.gitignore"))

    def test_a_gitignore_of_an_earlier_version_is_named_and_kept(self):
        self.manifest(self.variants, top={"cache": "out/c.db"})
        self.put("out/.gitignore", "*\n")
        for _ in range(2):
            warnings = self.build()["warnings"]
            self.assertEqual(["out/.gitignore: hides out from git" in warning for warning in warnings], [True])
            self.assertEqual(self.get("out/.gitignore"), b"*\n")
        self.put("out/.gitignore", "# as we want it\n*\n")
        self.assertEqual(self.build()["warnings"], [])

    def test_deleted_costs_time_alone(self):
        self.first()
        good = self.contents("out")
        shutil.rmtree(self.at(".thumbs"))
        report = self.build()
        self.assert_counts(report, built=6, hashed=range(3, 10), decoded=3)
        self.assert_reasons(report, "built", "new", self.ALL)
        self.assertEqual(self.contents("out"), good)
        self.assert_all_fresh(6)

    def test_it_lies_where_the_manifest_says(self):
        self.manifest(self.variants, top={"cache": "var/deep/t.sqlite"})
        self.first()
        self.assertTrue(self.exists("var/deep/t.sqlite"))
        self.assertFalse(self.exists(".thumbs"))
        self.assert_all_fresh(6)

    def test_its_version_is_sqlites(self):
        self.first()
        self.assertGreater(self.version(), 0)

    def version(self, set_to=None):
        database = sqlite3.connect(self.at(CACHE))
        try:
            if set_to is not None:
                database.execute(f"PRAGMA user_version = {set_to}")
                database.commit()
            return database.execute("PRAGMA user_version").fetchone()[0]
        finally:
            database.close()

    def test_a_newer_version_is_refused_untouched(self):
        self.first()
        self.version(set_to=self.version() + 1)
        self.put("in/a.png", pictures.tiny(99))
        before = self.tree()
        for command in (["build"], ["check"], ["status"], ["build", "-n"], ["prune"], ["clean"], ["build", "--force"]):
            with self.subTest(command=command):
                self.assertNotEqual(self.thumbs(*command, code=2).err.strip(), "")
                self.assert_untouched(before)

    def test_a_folder_in_its_place_is_not_taken_for_corrupt(self):
        self.put(CACHE + "/mine.txt", "precious")
        self.assertNotEqual(self.thumbs("build", code=1).err.strip(), "")
        self.assertEqual(self.files(".thumbs/cache.db"), ["mine.txt"])
        self.assertFalse([p for p in os.listdir(self.at(".thumbs")) if "corrupt" in p])


class PowerCut(ThreeSources):
    """A transaction that was cut off: the cache has half of it, the journal can roll it back."""

    def cut(self):
        aside = os.path.join(self.root, "aside")
        database = sqlite3.connect(self.at(CACHE), isolation_level=None)
        database.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
        database.execute("BEGIN IMMEDIATE")
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            database.execute(f'DELETE FROM "{table}"')
        database.execute("CREATE TABLE more (text)")
        database.executemany("INSERT INTO more VALUES (?)", [("x" * 500,)] * 2000)
        shutil.copytree(self.at(".thumbs"), aside)
        database.execute("ROLLBACK")
        database.close()
        for name in ("cache.db", "cache.db-journal"):
            shutil.copy(os.path.join(aside, name), self.at(".thumbs"))

    def test_what_was_committed_holds(self):
        self.first()
        self.cut()
        before = self.tree()
        self.thumbs("check")
        with tempfile.TemporaryDirectory() as folder:  # where the cache is put right in a copy, within the sandbox
            self.assert_counts(self.report("status", env=harness.environment(TMPDIR=folder)), fresh=6)
            self.assertEqual(os.listdir(folder), [])
        self.assert_counts(self.build("-n"), fresh=6)
        self.assert_untouched(before)
        self.assert_counts(self.build(), fresh=6)
        os.remove(self.at("out/a-t.jpg"))
        self.assert_counts(self.build(), built=1, fresh=5, hashed=1, decoded=1)
        self.assert_no_leftovers()
        self.assert_all_fresh(6)


class DamagedCache(ThreeSources):
    def assert_recovers(self, aside):
        """A build makes good thumbnails and warns; the next one has nothing to do."""
        result = self.thumbs("build")
        corrupt = [name for name in os.listdir(self.at(".thumbs")) if name.startswith("cache.db.corrupt-")]
        if aside:
            self.assertEqual(len(corrupt), 1, str(result))
            self.assertIn("corrupt", result.err)
        self.assertEqual(self.contents("out"), self.good)
        for name in corrupt:
            os.remove(self.at(".thumbs", name))
        self.assert_all_fresh(6)
        return corrupt

    def damaged(self, data):
        self.put(CACHE, data)
        before = self.tree()
        self.assertIn(self.thumbs("check", code=None).code, (0, 3))
        self.thumbs("status", code=None)
        self.thumbs("build", "-n", code=None)
        self.assert_untouched(before)

    def built(self):
        self.first()
        self.good, self.whole = self.contents("out"), self.get(CACHE)

    def test_truncated_at_many_lengths(self):
        self.built()
        size = len(self.whole)
        lengths = {0, 1, 16, 99, 100, 101, 512, 1024, 4095, 4096, 4097, size // 2, size - 4096, size - 1}
        for length in sorted(l for l in lengths if 0 <= l < size):
            with self.subTest(length=length):
                self.damaged(self.whole[:length])
                self.assert_recovers(aside=False)

    def test_garbage_is_set_aside(self):
        self.built()
        for data in (b"no database " * 1000, b"\0" * len(self.whole), b"SQLite format 3\0" + b"\xff" * 5000):
            with self.subTest(data=data[:20]):
                self.damaged(data)
                self.assert_recovers(aside=True)

    def test_what_is_set_aside_is_kept_whole(self):
        self.built()
        garbage = b"no database " * 1000
        self.put(CACHE, garbage)
        self.thumbs("build")
        self.put(CACHE, garbage)
        self.thumbs("build")
        aside = sorted(p for p in self.files(".thumbs") if ".corrupt-" in p)
        self.assertEqual(len(aside), 2)
        self.assertEqual([self.get(".thumbs/" + name) for name in aside], [garbage] * 2)

    def test_damage_within_the_pages(self):
        self.built()
        for start in range(100, len(self.whole), 1711):
            with self.subTest(start=start):
                data = bytearray(self.whole)
                data[start : start + 300] = bytes(255 - b for b in data[start : start + 300])
                self.put(CACHE, bytes(data))
                self.assert_outputs_come_out_right()

    def assert_outputs_come_out_right(self):
        """Damage may go unnoticed if no page is malformed: then --force repairs it."""
        self.thumbs("build")
        self.thumbs("build", "--force")
        self.assertEqual(self.contents("out"), self.good)
        shutil.rmtree(self.at(".thumbs"))

    def test_free_space_that_is_damaged_stops_no_commit_and_loses_no_row(self):
        self.built()
        met = 0
        for page in range(4096, len(self.whole), 4096):
            with self.subTest(page=page):
                data = bytearray(self.whole)
                data[page + 1 : page + 3] = b"\xff\xff"  # the offset of the page's first free block
                self.put(CACHE, bytes(data))
                os.remove(self.at("out/a-t.jpg"))
                report = self.build()
                self.assert_counts(report, built=1, fresh=5, decoded=1, hashed=1)
                corrupt = [name for name in self.files(".thumbs") if ".corrupt-" in name]
                self.assertEqual(len(report["warnings"]), len(corrupt))
                met += len(corrupt)
                for name in corrupt:
                    self.assertIn(name, report["warnings"][0])
                    self.assertIn(name, report.result.err)
                    os.remove(self.at(".thumbs", name))
                self.assert_all_fresh(6)
        self.assertGreater(met, 0)

    def test_another_programs_database_is_not_written_into(self):
        self.built()
        os.remove(self.at(CACHE))
        database = sqlite3.connect(self.at(CACHE))
        database.execute("CREATE TABLE letters (text)")
        database.execute("INSERT INTO letters VALUES ('precious')")
        database.commit()
        database.close()
        self.assert_refused(CACHE)

    def test_a_picture_or_a_text_in_its_place_is_refused(self):
        for path in ("in/a.png", "notes.json"):
            with self.subTest(path=path):
                self.put("notes.json", '{ "precious": true }')
                self.manifest(self.variants, top={"cache": path})
                self.assert_refused(path)

    def assert_refused(self, path):
        before = self.tree()
        for command in (["build"], ["check"], ["status"], ["build", "-n"], ["clean"]):
            with self.subTest(command=command):
                self.assertIn(path, self.thumbs(*command, code=2).err)
                self.assert_untouched(before)


class Moved(ThreeSources):
    def test_a_moved_project_is_fresh(self):
        self.first()
        other = os.path.join(self.root, "elsewhere")
        os.rename(self.project, other)
        self.project = other
        self.assert_all_fresh(6)

    def test_a_cloned_project_is_hashed_and_nothing_decoded(self):
        self.first()
        self.clone(shutil.copy)
        self.assert_counts(self.build(), fresh=6, hashed=9)

    def test_a_copy_that_kept_its_times_hashes_its_sources_alone(self):
        self.first()
        self.clone(shutil.copy2)
        self.assert_counts(self.build(), fresh=6, hashed=3)

    def clone(self, how):
        other = os.path.join(self.root, "elsewhere")
        shutil.copytree(self.project, other, copy_function=how)
        shutil.rmtree(self.project)
        self.project = other


class MinimalStat(ThreeSources):
    def prepare(self):
        super().prepare()
        self.manifest(self.variants, top={"stat": "minimal"})

    def test_inodes_and_ctimes_do_not_count(self):
        self.first()
        Moved.clone(self, shutil.copy2)
        self.assert_counts(self.build(), fresh=6)

    def test_size_and_mtime_count(self):
        self.first()
        os.utime(self.at("in/a.png"), (1_000_000_000, 1_000_000_000))
        self.assert_counts(self.build(), fresh=6, hashed=1)
        self.put("in/b.png", pictures.tiny(99, 17, 13))
        self.assert_reasons(self.build(), "built", "source-changed", self.OF_B)

    def test_a_racy_source_is_hashed_although_size_and_mtime_are_equal(self):
        self.put("in/a.png", pictures.tiny(50))
        self.first()
        state = os.stat(self.at("in/a.png"))
        self.put("in/a.png", pictures.tiny(99))
        os.utime(self.at("in/a.png"), ns=(state.st_atime_ns, state.st_mtime_ns))
        self.assert_reasons(self.build(), "built", "source-changed", self.OF_A)

    def test_what_it_trusted_is_not_enough_for_full(self):
        os.chmod(self.at("in/a.png"), 0o600)  # sets ctime to now
        self.first()
        self.assert_all_fresh(6)
        self.manifest(self.variants)
        # Its ctime was racy: a later write could have the same stat data.
        self.assert_counts(self.report("check"), fresh=6, hashed=1)

    def test_verify_finds_what_size_and_mtime_do_not_show(self):
        self.first()
        state = os.stat(self.at("in/a.png"))
        self.put("in/a.png", pictures.tiny(99))
        os.utime(self.at("in/a.png"), ns=(state.st_atime_ns, state.st_mtime_ns))
        self.assert_counts(self.report("check"), fresh=6, hashed=(0, 1))
        report = self.build("--verify")
        self.assert_reasons(report, "built", "source-changed", self.OF_A)
        self.assert_counts(report, built=2, fresh=4, decoded=1, hashed=range(5, 10))


class Outsiders(Case):
    """Sources, outputs and cache outside the manifest's folder."""

    def prepare(self):
        for seed in range(2):
            self.put(f"../pictures/{seed}.png", pictures.tiny(seed))
        self.manifest(source="../pictures", output="../made", top={"cache": "../state/c.db"})

    def test_paths_that_go_up(self):
        self.assert_counts(self.build(), built=2, hashed=2, decoded=2)
        self.assert_all_fresh(2)
        other = os.path.join(self.root, "new-home")
        os.makedirs(other)
        for name in ("p", "pictures", "made", "state"):
            os.rename(os.path.join(self.root, name), os.path.join(other, name))
        self.project = os.path.join(other, "p")
        self.assert_all_fresh(2)

    def test_absolute_paths(self):
        folder = os.path.join(self.root, "pictures")
        self.manifest(source=folder, output=self.at("abs"), top={"cache": self.at("c.db")})
        self.assert_counts(self.build(), built=2, hashed=2, decoded=2)
        self.assert_all_fresh(2)
