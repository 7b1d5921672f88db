"""Parts of the sources: --shard, --cache, and what schedulers say."""

import json
import os

import pictures
from harness import TEMPORARY, Case, environment

VARIANTS = [{"name": "t", "width": 8}, {"name": "u", "width": 6, "format": "png"}]


class Parts(Case):
    """Twelve sources, with lock and index."""

    names = [f"in/{'abc'[i % 3]}/{i:02}.png" for i in range(12)]

    def prepare(self):
        for seed, name in enumerate(self.names, 1):
            self.put(name, pictures.tiny(seed, 16, 9 + seed))
        self.manifest(VARIANTS, top={"lock": "thumbs.lock", "index": "out/index.json"})

    def side_files(self):
        return self.get("thumbs.lock"), self.get("out/index.json")

    def part(self, index, count, *arguments, **options):
        return self.build("--shard", f"{index}/{count}", *arguments, **options)

    def sources_of(self, index, count, *arguments):
        report = self.report("check", "-v", "--shard", f"{index}/{count}", *arguments, code=(0, 3))
        return {item["source"] for item in report.items}


class Sequential(Parts):
    def test_one_after_the_other_equal_one_build(self):
        good = self.clean_build()
        self.build()
        whole = self.side_files()
        for count in (2, 3, 7, 20):
            self.thumbs("clean")
            built = []
            for index in range(count, 0, -1):
                report = self.part(index, count)
                self.assertEqual(report["shard"], f"{index}/{count}")
                built.append(report.summary["built"])
                self.assertEqual(report.summary["built"], report.summary["outputs"])
            self.assertEqual(sum(built), 24)
            self.assertEqual(self.contents("out"), good)
            self.assertEqual(self.side_files(), whole)
            self.thumbs("check")
            before = self.tree()
            self.assertEqual(self.build("--stats").summary["built"], 0)
            if count == 20:
                self.assert_untouched(before)  # the sources are not racy any more
        self.assertIn(0, built, "with 20 parts some are empty")

    def test_a_part_makes_prunes_and_forgets_nothing_of_others(self):
        self.build()
        lock, index = self.side_files()
        mine = self.sources_of(1, 2)
        others = set(self.names) - mine
        self.assertTrue(mine and others)
        gone_mine, gone_other = min(mine), min(others)
        changed_mine, changed_other = max(mine), max(others)
        for name in (gone_mine, gone_other):
            os.remove(self.at(name))
        for name in (changed_mine, changed_other):
            self.put(name, pictures.tiny(77, 20, 20))
        report = self.part(1, 2, "--prune")
        self.assertEqual({item["source"] for item in report.items}, {gone_mine, changed_mine})
        self.assert_counts(report, built=2, pruned=2, fresh=range(24), hashed=range(50), decoded=1)
        old, new = json.loads(index), json.loads(self.get("out/index.json"))
        self.assertEqual(set(old) - set(new), {gone_mine})
        self.assertEqual([key for key in new if new[key] != old[key]], [changed_mine])
        lines = lambda text: {line for line in text.decode().splitlines() if line.split("\t")[0] in others or any(o in line for o in others)}
        self.assertEqual(lines(self.get("thumbs.lock")), lines(lock))
        self.part(2, 2, "--prune")
        now = self.side_files()
        self.assertEqual(self.contents("out"), self.clean_build())
        self.thumbs("clean")
        self.build()
        self.assertEqual(self.side_files(), now)

    def test_a_part_is_cleaned_alone(self):
        self.build()
        mine = self.sources_of(2, 3)
        self.thumbs("clean", "--shard", "2/3")
        self.assertEqual(set(json.loads(self.get("out/index.json"))), set(self.names) - mine)
        self.assertEqual(self.build().summary["built"], 2 * len(mine))

    def test_with_paths_both_narrow(self):
        mine = self.sources_of(1, 2)
        report = self.part(1, 2, "in/a")
        self.assertEqual({i["source"] for i in report.items}, {name for name in mine if name.startswith("in/a/")})
        other = min(set(self.names) - mine)
        report = self.part(1, 2, other)
        self.assert_counts(report)
        self.thumbs("build", "--shard", "1/2", "nothing/here", code=2)

    def test_an_empty_part_is_no_failure(self):
        self.build()
        self.age()
        self.build()
        empty = next(i for i in range(1, 500) if not self.sources_of(i, 500))
        self.thumbs("build", "--shard", f"{empty}/500")  # once: that it was worked on is recorded
        before = self.tree()
        result = self.thumbs("build", "--shard", f"{empty}/500")
        self.assertIn("nothing to do", result.text())
        self.assert_untouched(before)
        self.thumbs("check", "--shard", f"{empty}/500")
        self.assert_counts(self.part(empty, 500))


class Caches(Parts):
    def test_parts_at_once_in_caches_of_one_folder(self):
        good = self.clean_build()
        runs = [self.start("build", "--shard", f"{i}/4", "--cache", f"parts/{i}.db", "--wait", "0") for i in range(1, 5)]
        for run in runs:
            out, err = run.communicate()
            self.assertEqual(run.returncode, 0, err)
        out = self.contents("out")
        out.pop("index.json")
        good.pop("index.json")
        self.assertEqual(out, good)
        self.assertEqual(self.files("parts"), [".gitignore", "1.db", "2.db", "3.db", "4.db"])
        self.assertFalse(self.exists(".thumbs"))
        self.assertEqual([name for name in self.files() if TEMPORARY in name], [])
        self.thumbs("check", "--shard", "3/4", "--cache", "parts/3.db")

    def test_a_cache_anywhere(self):
        os.makedirs(self.at("deep/down"))
        elsewhere = os.path.join(self.root, "elsewhere/c.db")
        for name, cwd in ((elsewhere, None), ("../../x.db", "deep/down"), ("./deep/../y.db", None)):
            where = self.at(cwd or ".")
            manifest = os.path.join("../.." if cwd else ".", "thumbs.json")
            report = self.build("-f", manifest, "--force", "--cache", name, cwd=where)
            self.assertEqual(report.summary["built"], 24)
            self.assertEqual(report["sandbox"]["seccomp"], self.build()["sandbox"]["seccomp"])
            self.thumbs("check", "-f", manifest, "--cache", name, cwd=where)
            self.assertIn("24", self.thumbs("cache", "stats", "-f", manifest, "--cache", name, cwd=where).out)
        self.assertTrue(os.path.exists(elsewhere) and self.exists("x.db") and self.exists("y.db"))

    def test_what_is_no_place_for_a_cache(self):
        self.build()
        before = self.tree()
        for name, what in (("thumbs.json", "manifest"), ("./thumbs.lock", "lockfile"), ("out/index.json", "index")):
            self.assertIn(f"is the {what}", self.thumbs("build", "--cache", name, code=2).err)
        self.thumbs("build", "--cache", "x.db", "--json=x.db", code=2)
        self.thumbs("build", "--cache", self.names[0], "--force", code=2)
        self.assert_untouched(before)

    def test_the_file_that_a_lock_makes_goes_where_nothing_is_recorded(self):
        self.thumbs("prune", "--cache", "x.db")
        self.assertFalse(self.exists("x.db"))


class Schedulers(Parts):
    def test_auto_says_what_it_took(self):
        aws = environment(AWS_BATCH_JOB_ARRAY_INDEX="1", AWS_BATCH_JOB_ARRAY_SIZE="3")
        mine = self.sources_of(2, 3)
        for arguments, env in ((["--shard", "auto"], aws), ([], dict(aws, THUMBS_SHARD="auto"))):
            result = self.thumbs("build", "-n", "--json", *arguments, env=env)
            self.assertIn("part 2 of 3: AWS Batch, AWS_BATCH_JOB_ARRAY_INDEX=1, AWS_BATCH_JOB_ARRAY_SIZE=3", result.err)
            document = json.loads(result.out)
            self.assertEqual(document["shard"], "2/3")
            self.assertEqual(document["shardFrom"], "AWS Batch, AWS_BATCH_JOB_ARRAY_INDEX=1, AWS_BATCH_JOB_ARRAY_SIZE=3")
            self.assertEqual({item["source"] for item in document["items"]}, mine)
        self.assertIsNone(self.build("-n", env=aws)["shard"])
        self.assertEqual(self.build("-n", env=environment(THUMBS_SHARD="2/3"))["shard"], "2/3")

    def test_what_is_not_known_is_refused(self):
        before = self.tree()
        for arguments, env, names in (
            (["--shard", "auto"], {}, "--shard"),
            (["--shard", "4/3"], {}, "--shard"),
            ([], {"THUMBS_SHARD": "0/3"}, "THUMBS_SHARD"),
            (["--shard", "auto"], {"JOB_COMPLETION_INDEX": "1"}, "JOB_COMPLETION_INDEX"),
            (["--shard", "auto"], {"CI_NODE_INDEX": "4", "CI_NODE_TOTAL": "3"}, "CI_NODE_INDEX"),
        ):
            result = self.thumbs("build", "--json", *arguments, env=environment(**env), code=2)
            self.assertIn(names, result.err)
            self.assertIn(names, json.loads(result.out)["errors"][0]["message"])
        self.assert_untouched(before)
