"""cache merge: parts built anywhere, in any order, killed and run again, equal one build."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time

import harness
import pictures
from harness import TEMPORARY, Case, environment

VARIANTS = [{"name": "t", "width": 8}, {"name": "u", "width": 6, "format": "png"}]


class Project(Case):
    sources = [f"in/{'abc'[i % 3]}/{i:02}.png" for i in range(12)]

    def prepare(self):
        for seed, name in enumerate(self.sources, 1):
            self.put(name, pictures.tiny(seed, 16, 9 + seed))
        self.put("in/twin.png", self.get(self.sources[0]))
        self.manifest(VARIANTS, top={"lock": "thumbs.lock", "index": "out/index.json"})

    def state(self, project=None):
        """Outputs, lock and index: what a merge must give as one build does."""
        out, base = {}, project or self.project
        for folder in ("out", "."):
            for path, _, names in os.walk(os.path.join(base, folder)):
                for name in names:
                    full = os.path.join(path, name)
                    if folder == "out" or name == "thumbs.lock":
                        with open(full, "rb") as file:
                            out[os.path.relpath(full, base)] = file.read()
        return out

    def copy(self, name):
        path = os.path.join(self.root, name)
        shutil.copytree(self.project, path, symlinks=True)  # with times
        return path

    def single(self, *arguments):
        """The state that one build of the project makes of it."""
        path = self.copy(f"single-{time.monotonic_ns()}")
        shutil.rmtree(os.path.join(path, "parts"), ignore_errors=True)
        self.thumbs("build", *arguments, cwd=path)
        state = self.state(path)
        shutil.rmtree(path)
        return state

    def part(self, index, count, *arguments, cache=None, **options):
        return self.thumbs("build", "-q", "--shard", f"{index}/{count}", "--cache", cache or f"parts/{index}.db", *arguments, **options)

    def parts(self, count, *arguments):
        for index in range(1, count + 1):
            self.part(index, count, *arguments)

    def files_of(self, count):
        return [f"parts/{index}.db" for index in range(1, count + 1)]

    def merge(self, *arguments, **options):
        return self.thumbs("cache", "merge", *arguments, **options)

    def assert_refused(self, says, *arguments):
        """Says why, and changes nothing."""
        before = self.tree()
        result = self.merge("--json", *arguments, code=2)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, result.err)
            self.assertIn(text, " ".join(e["message"] for e in json.loads(result.out)["errors"]))
        self.assert_untouched(before)


class Merge(Project):
    def test_parts_equal_one_build(self):
        good = self.single()
        self.parts(4)
        result = self.merge(*self.files_of(4))
        self.assertEqual(result.out, "merged 4 caches: 26 thumbnails recorded, all 4 parts\n")
        self.assertEqual(self.state(), good)
        self.thumbs("check")
        before = self.tree()
        self.merge(*self.files_of(4))
        self.assert_untouched(before)
        report = json.loads(self.merge("--json", *self.files_of(4)).out)
        self.assertEqual(report["merge"], {"caches": 4, "outputs": 26, "leftOut": 0, "parts": 4, "missing": []})
        self.assertEqual((report["command"], report["summary"]["fresh"]), ("cache merge", 26))
        self.assertEqual(self.build().summary["built"], 0)

    def test_a_part_without_sources_counts(self):
        self.parts(40)
        self.merge(*self.files_of(40))
        self.thumbs("check")

    def test_without_lock_and_index(self):
        self.manifest(VARIANTS)
        self.parts(3)
        self.merge(*reversed(self.files_of(3)))
        self.assert_counts(self.build(), fresh=26, hashed=range(50))

    def test_clones_with_caches_of_their_own(self):
        good = self.single()
        for index in (1, 2):
            clone = self.copy(f"clone{index}")
            self.thumbs("build", "--shard", f"{index}/2", cwd=clone)
        for index in (1, 2):
            shutil.copytree(os.path.join(self.root, f"clone{index}/out"), self.at("out"), dirs_exist_ok=True, copy_function=shutil.copyfile)
        report = json.loads(self.merge("--json", "../clone1/.thumbs/cache.db", "../clone2/.thumbs/cache.db").out)
        self.assertEqual(report["merge"]["outputs"], 26)
        self.assertEqual(self.state(), good)
        self.thumbs("check")
        self.assertEqual(self.build().summary["decoded"], 0)

    def test_what_does_not_stand_does_not_count(self):
        self.parts(2)
        os.remove(self.at("out/a/00-t.jpg"))
        self.put("out/b/01-u.png", b"somebody else's")
        shutil.copy(self.at("out/c/02-t.jpg"), self.at("copy"))
        os.replace(self.at("copy"), self.at("out/c/02-t.jpg"))  # the same bytes at another time
        result = self.merge(*self.files_of(2))
        self.assertIn("24 thumbnails recorded, 2 left out", result.out)
        for path in ("out/a/00-t.jpg", "out/b/01-u.png"):
            self.assertIn(f"{path}: does not stand", result.err)
        self.assertEqual({item["output"] for item in self.report("check", code=3).items}, {"out/a/00-t.jpg", "out/b/01-u.png"})
        self.assertEqual(self.build().summary["built"] + self.build().summary["copied"], 2)

    def test_a_part_whose_outputs_are_all_gone_does_not_count(self):
        self.parts(2)
        shutil.rmtree(self.at("out"))
        self.assertIn("0 thumbnails recorded, 26 left out", self.merge(*self.files_of(2)).out)
        self.assertEqual(self.build().summary["fresh"], 0)
        self.assert_equals_clean_build()

    def test_failures_are_merged_too(self):
        self.put("in/bad.png", b"no picture")
        for index in (1, 2):
            self.part(index, 2, code=(0, 1))
        self.merge(*self.files_of(2))
        self.thumbs("gallery", "look")
        self.assertEqual(self.get("look/index.html").count(b"the last attempt failed: decode: not a picture"), 2)
        self.assert_reasons(self.build(code=1), "failed", "retry", ["out/bad-t.jpg", "out/bad-u.png"])

    def test_caches_of_the_whole_need_no_parts(self):
        self.thumbs("build", "--cache", "other.db")
        self.merge("other.db")
        self.thumbs("check")
        self.parts(2)
        self.thumbs("build", "--cache", "parts/1.db")  # now it is of the whole
        self.merge("parts/1.db")
        self.assertEqual(self.build().summary["built"], 0)

    def test_what_is_gone_leaves_no_line(self):
        self.build()
        os.remove(self.at(self.sources[4]))
        good = self.single("--prune")
        self.parts(3, "--prune")
        for output in ("out/b/04-t.jpg", "out/b/04-u.png"):
            os.path.exists(self.at(output)) and os.remove(self.at(output))
        self.merge(*self.files_of(3))
        self.assertEqual(self.state(), good)
        self.thumbs("check")

    def test_dry_run(self):
        self.parts(2)
        before = self.tree()
        self.assertIn("would merge 2 caches: 26", self.merge("-n", *self.files_of(2)).out)
        self.assert_untouched(before)


class Shapes(Project):
    """What a part must know of the others' sources, or must not."""

    sources = [f"in/d{i % 3}/{('a', '50%%-', 'b c-')[i % 3]}{i:02}.png" for i in range(9)]
    shapes = {
        "ladders": {"variants": [{"name": "l", "widths": [8, 24, 64], "formats": ["png", "jpeg"]}, {"name": "s", "width": 12, "format": "source"}]},
        "hashes": {"path": "{dir}/{stem}-{hash}.{ext}", "overrides": {"d1/*": {"background": "#ff0000", "quality": 33}}},
        "beside": {"output": "in", "path": "{dir}/{stem}-thumb.{ext}"},
        "hashes below the sources": {"output": "in/t", "path": "{dir}/{stem}-{hash}.{ext}"},
    }

    def prepare(self):
        super().prepare()
        self.put("in/d0/" + os.fsdecode(b"\xff.png"), pictures.tiny(40, 20, 20))

    def test_parts_at_once_equal_one_build(self):
        for name, shape in self.shapes.items():
            with self.subTest(name):
                path = self.copy(name)
                text = json.dumps({"lock": "thumbs.lock", "index": "out/index.json", "sets": [
                    {"source": "in", "output": "out", "variants": [{"name": "t", "width": 8}], **shape}]})  # fmt: skip
                for folder in (path, self.copy(name + ", one")):
                    with open(os.path.join(folder, "thumbs.json"), "w", encoding="utf-8") as file:
                        file.write(text)
                one = os.path.join(self.root, name + ", one")
                self.thumbs("build", cwd=one)
                runs = [subprocess.Popen([harness.PROGRAM, "build", "-q", "--shard", f"{i}/3", "--cache", f"parts/{i}.db"], cwd=path) for i in (1, 2, 3)]
                self.assertEqual([run.wait() for run in runs], [0, 0, 0])
                self.merge(*self.files_of(3), cwd=path)
                self.thumbs("check", cwd=path)
                self.assertEqual(self.everything(path), self.everything(one))

    def everything(self, path):
        out = {}
        for folder, _, names in os.walk(path):
            for name in names:
                full = os.path.join(folder, name)
                if not os.path.relpath(full, path).startswith((".thumbs", "parts")):
                    with open(full, "rb") as file:
                        out[os.path.relpath(full, path)] = file.read()
        return out


class Refused(Project):
    def test_a_set_that_is_not_whole(self):
        self.parts(4)
        files = self.files_of(4)
        self.assertIn("part:      3/4\n", self.thumbs("cache", "stats", "--cache", files[2]).out)
        self.assert_refused("part 3 of 4 is missing", files[0], files[1], files[3])
        self.assert_refused("parts 1, 2 and 4 of 4 are missing", files[2])
        self.assert_refused("parts/9.db: no such cache", *files, "parts/9.db")
        shutil.copy(self.at(files[1]), self.at("again.db"))
        self.assert_refused("again.db: is part 2 of 4, as is parts/2.db", *files, "again.db")
        self.assert_refused("named twice", *files, "./parts/1.db")
        self.part(2, 3, cache="three.db")
        self.assert_refused(("three.db: is part 2 of 3", "part of 4"), *files, "three.db")
        self.put("empty.db", b"")
        self.assert_refused("empty.db: is empty", *files, "empty.db")
        self.thumbs("cache", "merge", code=2)

    def test_force_takes_what_there_is_and_the_rest_may_come_later(self):
        good = self.single()
        self.parts(3)
        result = self.merge("--force", "parts/1.db", "parts/3.db")
        self.assertIn("part 2 of 3 is missing", result.err)
        self.assertEqual(json.loads(self.merge("--json", "--force", "parts/3.db").out)["merge"]["missing"], [2])
        self.merge("parts/2.db")
        self.assertEqual(self.state(), good)
        self.thumbs("check")

    def test_the_cache_of_a_part_takes_the_others(self):
        self.parts(3)
        self.merge("--cache", "parts/1.db", "parts/2.db", "parts/3.db")
        self.thumbs("check", "--cache", "parts/1.db")
        self.parts(3)
        self.merge("--cache", "parts/1.db", *self.files_of(3))  # itself too
        self.thumbs("check", "--cache", "parts/1.db")

    def test_other_manifests(self):
        self.parts(2)
        text = self.get("thumbs.json").decode()
        self.put("b.json", text.replace('"width": 8', '"width": 7').replace('"out"', '"out2"').replace("thumbs.lock", "b.lock").replace("out/index", "out2/index"))
        self.thumbs("build", "-q", "-f", "b.json", "--cache", "b.db")
        self.assert_refused("b.db: belongs to", *self.files_of(2), "b.db")
        self.assertIn("b.json", self.merge("b.db", code=2).err)
        shutil.copytree(self.project, os.path.join(self.root, "other"))
        other = os.path.join(self.root, "other")
        with open(os.path.join(other, "thumbs.json"), "w") as file:
            file.write(text.replace('"width": 8', '"width": 9').replace('"width": 6', '"width": 5'))
        for name in os.listdir(os.path.join(other, "in")):
            os.rename(os.path.join(other, "in", name), os.path.join(other, "in", "x" + name))
        self.thumbs("build", "-q", "--cache", "c.db", cwd=other)
        self.assert_refused("c.db: belongs to", "../other/c.db")
        shutil.copy(os.path.join(other, "c.db"), self.at("c.db"))
        self.assert_refused("c.db: none of its sources and outputs stands here", "c.db")

    def test_a_manifest_that_changed_since(self):
        self.parts(2)
        text = self.get("thumbs.json").decode()
        self.put("thumbs.json", "// reformatted\n" + text.replace("  ", " ").replace('"name": "s"', '"name": "renamed"'))
        self.merge("-n", *self.files_of(2))
        self.put("thumbs.json", text.replace('"width": 8', '"width": 9'))
        self.assert_refused(("parts/1.db", "another state of it"), *self.files_of(2))
        self.parts(2)
        self.merge(*self.files_of(2))
        self.thumbs("check")

    def test_other_versions_and_files(self):
        self.parts(2)
        files = self.files_of(2)
        for version in (5, 7, 99):
            shutil.copy(self.at(files[1]), self.at("v.db"))
            with sqlite3.connect(self.at("v.db")) as database:
                database.execute(f"PRAGMA user_version={version}")
                if version == 5:
                    database.execute("DROP TABLE failures")
            self.assert_refused(("v.db", f"version {version}"), files[0], "v.db")
        self.put("x.db", b"\0" * 4096)
        self.assert_refused("x.db: is corrupt", *files, "x.db")
        self.assert_refused("thumbs.json", *files, "thumbs.json")
        self.assert_refused("in: ", *files, "in")

    def test_a_part_that_did_not_get_to_its_end(self):
        self.parts(2)
        self.age()
        for name in self.sources:
            self.put(name, pictures.tiny(99, 16, 16))
        runs = 0
        while True:  # until a kill comes between two commits
            process = self.start("build", "--shard", "1/2", "--cache", "parts/1.db", "--force", "-j1")
            time.sleep(0.002 * runs)
            process.send_signal(signal.SIGSTOP if runs < 0 else signal.SIGKILL)
            process.communicate()
            runs += 1
            with sqlite3.connect(self.at("parts/1.db")) as database:
                if process.returncode == 0 or not database.execute("SELECT finished FROM parts").fetchone()[0]:
                    break
        self.parts(2)
        self.merge(*self.files_of(2))
        self.thumbs("check")

    def test_a_part_that_gave_up_is_not_finished(self):
        self.put("in/a/!bad.png", b"no picture")
        mine = next(i for i in (1, 2) if self.report("check", "--shard", f"{i}/2", "in/a/!bad.png", code=(0, 3)).items)
        self.part(mine, 2, "--fail-fast", "-j1", code=1)
        self.part(3 - mine, 2)
        self.assert_refused(f"parts/{mine}.db: part {mine} of 2 is not finished", *self.files_of(2))


class Killed(Project):
    def killed_after(self, seconds, *arguments, cwd=None):
        """Runs, kills after a while. Whether it ended before."""
        process = subprocess.Popen([harness.PROGRAM, *arguments], cwd=cwd or self.project, env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        try:
            err = process.communicate(timeout=seconds)[1]
            self.assertIn(process.returncode, (0, 1), err)
            return process.returncode == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return False

    def one_part(self, luck, index, count):
        arguments = ("build", "-q", "--shard", f"{index}/{count}", "--cache", f"parts/{index}.db", "--wait", "30")
        for _ in range(luck.choice((0, 0, 1, 2))):
            self.killed_after(luck.uniform(0, 0.05), *arguments)
        if luck.random() < 0.3:  # twice at once, in one cache or in two
            other = luck.choice((arguments, arguments[:5] + (f"parts/{index}-again.db",) + arguments[6:]))
            runs = [self.start(*arguments), self.start(*other)]
            for run in runs:
                err = run.communicate()[1]
                self.assertEqual(run.returncode, 0, err)
        else:
            self.thumbs(*arguments)

    def history(self, luck):
        """Some earlier state of the project, then a change."""
        if luck.random() < 0.5:
            self.thumbs("build", "-q")
            for name in luck.sample(self.sources, 3):
                self.put(name, pictures.tiny(luck.randrange(1000), 16, 12))
            if luck.random() < 0.5:
                os.remove(self.at(luck.choice(self.sources)))

    def test_any_history_equals_one_build(self):
        seed = int(os.environ.get("THUMBS_SEED", time.time_ns() % 1000000))
        print(f"test_merge: THUMBS_SEED={seed}", flush=True)
        luck = random.Random(seed)
        end = time.monotonic() + float(os.environ.get("THUMBS_SECONDS", 3))
        rounds = 0
        while time.monotonic() < end:
            with self.subTest(seed=seed, round=rounds):
                self.one_history(luck)
            rounds += 1
            for name in os.listdir(self.project):
                path = self.at(name)
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
            self.prepare()
        self.assertGreater(rounds, 0)

    def one_history(self, luck):
        self.history(luck)
        good = self.single("--prune")
        count = luck.randint(1, 6)
        for index in luck.sample(range(1, count + 1), count):
            self.one_part(luck, index, count)
        files = self.files_of(count)
        luck.shuffle(files)
        merge = ("cache", "merge", *files)
        for _ in range(luck.choice((0, 1, 3))):
            self.killed_after(luck.uniform(0, 0.04), *merge)
            self.thumbs("cache", "verify", code=(0, 1))
        self.thumbs(*merge)
        self.thumbs("build", "-q", "--prune")
        self.thumbs("check")
        self.assertEqual(self.state(), good)
        self.assertEqual([f for f in self.files() if TEMPORARY in f or f.endswith("-journal")], [])
