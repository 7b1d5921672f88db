"""`watch`: what sets off a build, what does not, and how it ends. No fixed waits: each case waits for what must come,
and shows that something sets off no build by a later change whose build is the next one."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pictures
from harness import PROGRAM, TEMPORARY, Case, environment
from test_sandbox import landlock


class Watch(Case):
    DEBOUNCE = ("--debounce", "60")

    def prepare(self):
        for seed, name in enumerate(("a", "b", "sub/c"), 1):
            self.put(f"in/{name}.png", pictures.tiny(seed, 16, 8 + 4 * seed))
        self.manifest()

    def watch(self, *arguments, json_lines=True):
        """Starts `watch` and waits until it waits for changes. Its JSON documents go to self.documents."""
        arguments = ("watch", *self.DEBOUNCE, *arguments) + (("--json",) if json_lines else ())
        self.documents, self.out, self.err = [], [], []
        self.process = self.start(*arguments)
        self.readers = [
            threading.Thread(target=self.read, args=(self.process.stdout, self.out), daemon=True),
            threading.Thread(target=self.read, args=(self.process.stderr, self.err), daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        self.addCleanup(self.kill)
        self.until(lambda: any("watching for changes" in line for line in self.err), what="watch to begin")
        self.until(lambda: self.out, what="the first build's result")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()

    def read(self, stream, lines):
        for line in stream:
            lines.append(line.decode(errors="surrogateescape"))

    def built(self):
        """What was made after the first build: a list of {output: status} for each document so far."""
        return [
            {item["output"]: item["status"] for item in json.loads(line)["items"]} for line in list(self.out)[1:]
        ]

    def made(self):
        return {output for document in self.built() for output, status in document.items() if status in ("built", "copied")}

    def until_made(self, *outputs):
        self.until(lambda: set(outputs) <= self.made(), what=f"{outputs} to be made: {self.out} {self.err}")

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        began = time.monotonic()
        self.assertEqual(self.process.wait(20), 128 + number)
        return time.monotonic() - began

    def settle(self):
        """Ends the watch; everything must then be as after a build."""
        self.end()
        report = self.build("--verify")
        self.assert_counts(report, fresh=report.summary["outputs"], hashed=range(1000), orphans=range(1000))
        self.assertEqual([p for p in self.files() if TEMPORARY in p or p.endswith("-journal")], [])


class Changes(Watch):
    def test_a_changed_file_is_built_alone(self):
        self.watch()
        self.put("in/a.png", pictures.tiny(9))
        self.until_made("out/a-t.jpg")
        self.assertEqual(self.built(), [{"out/a-t.jpg": "built"}])
        summary = json.loads(self.out[1])["summary"]
        self.assertEqual((summary["sources"], summary["outputs"]), (1, 1), "more than the changed file was looked at")
        self.settle()

    def test_several_changes_are_one_build(self):
        self.DEBOUNCE = ("--debounce", "0.5s")
        self.watch()
        for seed, name in enumerate(("a", "b", "sub/c"), 20):
            self.put(f"in/{name}.png", pictures.tiny(seed))
        self.until_made("out/a-t.jpg", "out/b-t.jpg", "out/sub/c-t.jpg")
        self.assertEqual(len(self.built()), 1)

    def test_editors(self):
        def by_rename(path, data):
            os.rename(self.put("in/.a.png.swp", data), self.at(path))

        def with_backup(path, data):
            os.rename(self.at(path), self.at(path + "~"))
            self.put(path, data)

        def in_place(path, data):
            with open(self.at(path), "r+b") as file:
                file.write(data)
                file.truncate(len(data))

        def removed_first(path, data):
            os.remove(self.at(path))
            self.put(path, data)

        def by_link(path, data):
            os.remove(self.at(path))
            os.link(self.put("in/4913", data), self.at(path))
            os.remove(self.at("in/4913"))

        self.watch()
        for seed, write in enumerate((by_rename, with_backup, in_place, removed_first, by_link), 30):
            with self.subTest(write=write.__name__):
                count = len(self.built())
                write("in/a.png", pictures.tiny(seed))
                self.until(lambda: "out/a-t.jpg" in {o for d in self.built()[count:] for o in d}, what=write.__name__)
        self.assertEqual([d for d in self.built() if set(d) != {"out/a-t.jpg"}], [])
        self.settle()

    def test_a_file_in_the_writing_is_not_read(self):
        self.watch()
        data = pictures.tiny(40, 64, 64)
        with open(self.at("in/slow.png"), "wb") as file:
            for at in range(0, len(data), len(data) // 5):
                file.write(data[at : at + len(data) // 5])
                file.flush()
                time.sleep(0.1)
        self.until_made("out/slow-t.jpg")
        self.assertEqual(self.built(), [{"out/slow-t.jpg": "built"}])

    def test_new_moved_and_removed_folders(self):
        self.watch()
        self.put("in/x/y/z/d.png", pictures.tiny(50))
        self.until_made("out/x/y/z/d-t.jpg")
        self.put("in/x/y/z/e.png", pictures.tiny(51))
        self.until_made("out/x/y/z/e-t.jpg")
        os.rename(self.at("in/x"), self.at("in/w"))
        self.until_made("out/w/y/z/d-t.jpg", "out/w/y/z/e-t.jpg")
        self.put("in/w/y/z/e.png", pictures.tiny(52))
        self.until(lambda: self.built()[-1] == {"out/w/y/z/e-t.jpg": "built"} or self.last_of("out/w/y/z/e-t.jpg"))
        shutil.rmtree(self.at("in/w"))
        self.until(lambda: json.loads(self.out[-1])["summary"]["orphans"] == 4, what="orphans")
        self.settle()

    def last_of(self, output):
        return self.built()[-1].get(output) == "built"

    def test_outputs_removed_or_edited_are_made_again(self):
        self.watch()
        os.remove(self.at("out/a-t.jpg"))
        self.until(lambda: len(self.built()) == 1)
        self.put("out/b-t.jpg", "mine")
        self.until(lambda: len(self.built()) == 2)
        self.assertEqual(self.built(), [{"out/a-t.jpg": "built"}, {"out/b-t.jpg": "built"}])
        shutil.rmtree(self.at("out/sub"))
        self.until_made("out/sub/c-t.jpg")
        self.settle()

    def test_what_is_no_source_sets_off_nothing(self):
        self.manifest(exclude=["**/drafts/**"], top={"lock": "thumbs.lock"})
        self.put("in/drafts/x.png", pictures.tiny(60))
        self.watch()
        self.put("in/notes.txt", "text")
        self.put("in/drafts/y.png", pictures.tiny(61))
        self.put("in/drafts/deep/y.png", pictures.tiny(61))
        self.put("in/.hidden.png", pictures.tiny(62))
        self.put("other/z.png", pictures.tiny(63))
        self.put("in/a.png", pictures.tiny(64))
        self.until_made("out/a-t.jpg")
        self.assertEqual(self.built(), [{"out/a-t.jpg": "built"}])
        self.settle()

    def test_thumbnails_beside_their_originals(self):
        self.manifest(output="in", path="{dir}/{stem}-{variant}.{ext}")
        self.watch()
        self.put("in/a.png", pictures.tiny(70))
        self.until_made("in/a-t.jpg")
        self.put("in/new/d.png", pictures.tiny(71))
        self.until_made("in/new/d-t.jpg")
        self.assertEqual(self.built(), [{"in/a-t.jpg": "built"}, {"in/new/d-t.jpg": "built"}])
        self.settle()

    def test_links(self):
        self.put("far/x.png", pictures.tiny(80))
        self.put("far/folder/y.png", pictures.tiny(81))
        self.manifest(followSymlinks=True)
        os.symlink("../far/x.png", self.at("in/x.png"))
        os.symlink("../far/folder", self.at("in/folder"))
        self.watch()
        self.put("far/x.png", pictures.tiny(82))
        self.until_made("out/x-t.jpg")
        self.put("far/folder/y.png", pictures.tiny(83))
        self.until_made("out/folder/y-t.jpg")
        os.rename(self.put("far/tmp", pictures.tiny(84)), self.at("far/x.png"))
        self.until(lambda: len(self.built()) == 3)
        self.put("far/x.png", pictures.tiny(85))
        self.until(lambda: len(self.built()) == 4)
        self.settle()

    def test_failures_are_told_once_and_mended(self):
        self.watch()
        self.put("in/bad.png", b"no picture")
        self.until(lambda: any("in/bad.png" in line for line in self.err), what="the failure")
        self.put("in/a.png", pictures.tiny(90))
        self.until_made("out/a-t.jpg")
        self.put("in/bad.png", pictures.tiny(91))
        self.until_made("out/bad-t.jpg")
        self.assertEqual(len([line for line in self.err if "in/bad.png" in line]), 1, self.err)
        self.settle()

    def test_prune(self):
        self.watch("--prune")
        os.remove(self.at("in/sub/c.png"))
        self.until(lambda: not self.exists("out/sub"), what="the orphan to go")
        self.put("in/a.png", pictures.tiny(95))
        self.until_made("out/a-t.jpg")
        self.assertEqual(self.built(), [{"out/sub/c-t.jpg": "pruned"}, {"out/a-t.jpg": "built"}])
        self.settle()


class AnySequence(Watch):
    """However changes and builds fall together, the end is that of a plain build: outputs, records and lockfile."""

    def change(self, choice):
        path = f"in/{choice.choice('abcdef')}.png"
        folder = f"in/{choice.choice('xyz')}"
        output = f"out/{choice.choice('abcdef')}-t.jpg"
        kind = choice.randrange(9)
        if kind < 4:
            self.put(path, pictures.tiny(choice.randrange(4)))
        elif kind == 4 and self.exists(path):
            os.remove(self.at(path))
        elif kind == 5 and self.exists(path):
            os.rename(self.at(path), self.at(f"in/{choice.choice('abcdef')}.png"))
        elif kind == 6:
            self.put(f"{folder}/{choice.choice('ab')}.png", pictures.tiny(choice.randrange(4)))
        elif kind == 7 and self.exists(folder):
            shutil.move(self.at(folder), self.at(f"in/{choice.choice('xyz')}{choice.randrange(100)}"))
        elif kind == 8 and self.exists(output):
            os.remove(self.at(output)) if choice.randrange(2) else self.put(output, "edited")

    def rows(self, project):
        with contextlib.closing(sqlite3.connect(os.path.join(project, ".thumbs/cache.db"))) as cache:
            outputs = "SELECT path, source, source_hash, hash, size, made, failed, set_name, variant FROM outputs"
            return cache.execute(outputs).fetchall(), cache.execute("SELECT path, hash, format FROM sources").fetchall()

    def run_changes(self, seed, **manifest):
        choice = random.Random(seed)
        self.manifest(**manifest)
        self.DEBOUNCE = ("--debounce", "10")
        self.watch("--prune")
        for _ in range(40):
            self.change(choice)
            time.sleep(choice.choice((0, 0.005, 0.02, 0.05)))
        self.put("in/last.png", pictures.tiny(99))
        self.until_made("out/last-t.jpg")
        self.until(lambda: self.thumbs("check", code=(0, 3)).code == 0, what=f"all to be fresh (seed {seed})")
        self.end()
        plain = os.path.join(self.root, f"plain{seed}")
        shutil.copytree(self.project, plain, ignore=shutil.ignore_patterns(".thumbs", "out", "thumbs.lock"))
        self.thumbs("build", cwd=plain)
        self.assertEqual(self.rows(self.project), self.rows(plain))
        for path in self.rows(plain)[0]:
            with open(os.path.join(plain, os.fsdecode(path[0])), "rb") as file:
                self.assertEqual(self.get(os.fsdecode(path[0])), file.read(), path)
        return plain

    def test_without_a_lockfile(self):
        self.run_changes(1)

    def test_with_a_lockfile(self):
        plain = self.run_changes(2, top={"lock": "thumbs.lock"})
        with open(os.path.join(plain, "thumbs.lock"), "rb") as file:
            self.assertEqual(self.get("thumbs.lock"), file.read())


class Manifests(Watch):
    def test_a_changed_manifest_counts_at_once(self):
        self.watch()
        self.manifest([{"name": "t", "width": 8}, {"name": "u", "width": 6}])
        self.until_made("out/a-u.jpg", "out/b-u.jpg", "out/sub/c-u.jpg")
        self.put("more/d.png", pictures.tiny(5))
        self.manifest(source="more")
        self.until_made("out/d-t.jpg")
        self.put("more/d.png", pictures.tiny(6))
        self.until(lambda: self.built()[-1].get("out/d-t.jpg") == "built" and len(self.built()) >= 3)
        self.settle()

    def test_a_changed_watermark_rebuilds_what_uses_it(self):
        self.put("brand/art/mark.png", pictures.png(pictures.filled(4, 4, (255, 0, 0))))
        self.manifest([{"name": "t", "width": 8, "watermark": {"file": "brand/art/mark.png"}}, {"name": "u", "width": 6}])
        self.watch()
        self.put("brand/art/mark.png", pictures.png(pictures.filled(4, 4, (0, 0, 255))))
        self.until_made("out/a-t.jpg", "out/b-t.jpg", "out/sub/c-t.jpg")
        self.assertEqual(self.made(), {"out/a-t.jpg", "out/b-t.jpg", "out/sub/c-t.jpg"})
        self.settle()

    def test_a_broken_manifest_is_named_and_the_former_one_stays_in_force(self):
        self.watch()
        self.manifest_text('{"sets": [}')
        self.until(lambda: any(line.startswith("thumbs.json:1:11:") for line in self.err), what="the fault")
        self.put("in/a.png", pictures.tiny(7))
        self.until_made("out/a-t.jpg")
        os.remove(self.at("thumbs.json"))
        self.manifest([{"name": "u", "width": 6}])
        self.until_made("out/a-u.jpg")
        self.settle()

    def test_a_manifest_that_leaves_the_sandbox_is_refused(self):
        if landlock() == 0:
            self.skipTest("this kernel has no Landlock")
        self.put("../elsewhere/d.png", pictures.tiny(5))
        self.watch()
        self.manifest(source="../elsewhere")
        self.until(lambda: any("outside of the sandbox" in line for line in self.err), what="the refusal")
        self.manifest([{"name": "u", "width": 6}])
        self.until_made("out/a-u.jpg")
        self.settle()

    def test_a_source_folder_that_goes_and_comes_back(self):
        self.manifest(source="all/in")
        os.mkdir(self.at("all"))
        os.rename(self.at("in"), self.at("all/in"))
        self.watch()
        os.rename(self.at("all"), self.at("gone"))
        self.until(lambda: any("does not exist" in line for line in self.err), what="the refusal")
        self.put("gone/in/a.png", pictures.tiny(8))
        os.rename(self.at("gone"), self.at("all"))
        self.until_made("out/a-t.jpg")
        self.put("all/in/b.png", pictures.tiny(9))
        self.until_made("out/b-t.jpg")
        self.settle()

    def test_a_manifest_at_fault_in_the_beginning_is_refused(self):
        self.manifest_text("{")
        before = self.tree()
        self.assertIn("thumbs.json:", self.thumbs("watch", code=2).err)
        document = json.loads(self.thumbs("watch", "--json", code=2).out)
        self.assertEqual(document["command"], "watch")
        self.assert_untouched(before)


class Ends(Watch):
    def test_signals_end_it(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                self.watch()
                self.assertLess(self.end(number), 2)

    def test_a_build_under_way_is_ended_with_all_committed(self):
        for seed in range(60):
            self.put(f"in/{seed}.png", pictures.rough_png(500, 500, seed))
        self.manifest([{"name": "t", "width": 480, "format": "png", "compressionLevel": 9}])
        self.watch_now()
        self.until(lambda: self.exists("out") and self.files("out"), what="the first output")
        self.assertLess(self.end(), 3)
        made = [path for path in self.files("out") if TEMPORARY not in path]
        self.assertLess(len(made), 63)
        self.assertEqual(json.loads(self.thumbs("check", "--json", code=3).out)["summary"]["fresh"], len(made))
        self.assert_no_leftovers()

    def watch_now(self):
        self.readers = []
        self.process = self.start("watch", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def test_a_closed_output_ends_it(self):
        run = subprocess.Popen(
            [PROGRAM, "watch", *self.DEBOUNCE], cwd=self.project, env=environment(),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self.addCleanup(self._reap, run)
        run.stdout.readline()
        run.stdout.close()
        run.stdout = None
        seeds = iter(range(100, 1000))

        def is_over():
            self.put("in/a.png", pictures.tiny(next(seeds)))
            time.sleep(0.1)
            return run.poll() is not None

        self.until(is_over, what="the end")
        self.assertEqual(run.returncode, 1)


class Beside(Watch):
    def test_other_commands_run_beside_it(self):
        self.watch()
        self.thumbs("check")
        self.put("in/a.png", pictures.tiny(11))
        self.until_made("out/a-t.jpg")
        self.thumbs("build", "--force", "--wait", "5")
        self.put("in/b.png", pictures.tiny(12))
        self.until(lambda: any("out/b-t.jpg" in d for d in self.built()))
        self.settle()

    def test_it_waits_for_a_run_that_holds_the_cache(self):
        self.thumbs("build")
        holder = subprocess.Popen(["flock", self.at(".thumbs"), "sleep", "60"])
        self.addCleanup(self._reap, holder)
        self.until(lambda: subprocess.run(["flock", "-n", self.at(".thumbs"), "true"]).returncode != 0)
        process = self.start("watch", "--wait", "0.1", stdout=subprocess.DEVNULL)
        self.assertIn(b"another", process.stderr.readline())
        self.assertIn(b"waiting", process.stderr.readline())
        subprocess.run(["pkill", "-P", str(holder.pid)], check=False)
        holder.terminate()
        self.assertIn(b"watching", process.stderr.readline())

    def test_too_few_watches(self):
        """The limit is lowered in a user namespace of its own."""
        script = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"'
        command = ["unshare", "-U", "-r", "sh", "-c", script, "sh"]
        if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no user namespace of its own")
        process = subprocess.Popen(
            [*command, PROGRAM, "watch", "--json", *self.DEBOUNCE], cwd=self.project, env=environment(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.addCleanup(self._reap, process)
        self.assertIn(b"sysctl fs.inotify.max_user_watches", process.stderr.readline())
        self.assertIn(b"watching", process.stderr.readline())
        process.stdout.readline()
        self.put("in/a.png", pictures.tiny(18))
        self.assertEqual([i["output"] for i in json.loads(process.stdout.readline())["items"]], ["out/a-t.jpg"])

    def test_options(self):
        for arguments, text in (
            (["watch", "-n"], "--dry-run"),
            (["build", "--debounce", "5"], "only with watch"),
            (["watch", "--debounce", "soon"], "--debounce"),
            (["watch", "--poll", "0"], "--poll"),
            (["watch", "nothing/here"], "nothing/here"),
        ):
            with self.subTest(arguments=arguments):
                self.assertIn(text, self.thumbs(*arguments, code=2).err)

    def test_a_path_narrows_it(self):
        self.watch("in/sub")
        self.put("in/a.png", pictures.tiny(13))
        self.put("in/sub/c.png", pictures.tiny(14))
        self.until_made("out/sub/c-t.jpg")
        self.assertEqual(self.files("out"), ["sub/c-t.jpg"])

    def test_text(self):
        self.watch(json_lines=False)
        self.assertRegex(self.out[0], "^built 3 in ")
        self.put("in/a.png", pictures.tiny(15))
        self.until(lambda: len(self.out) > 1)
        self.assertRegex(self.out[1], r"^\d\d:\d\d:\d\d built 1 in \d+\.\d+ s: in/a\.png\n$")


class Polling(Watch):
    DEBOUNCE = ("--debounce", "60", "--poll", "0.1")

    def test_changes(self):
        self.watch()
        self.put("in/a.png", pictures.tiny(16))
        self.until_made("out/a-t.jpg")
        self.put("in/x/d.png", pictures.tiny(17))
        self.until_made("out/x/d-t.jpg")
        os.remove(self.at("out/b-t.jpg"))
        self.until_made("out/b-t.jpg")
        os.remove(self.at("in/x/d.png"))
        self.until(lambda: json.loads(self.out[-1])["summary"]["orphans"] == 1, what="the orphan")
        self.manifest([{"name": "u", "width": 6}])
        self.until_made("out/a-u.jpg")
        self.settle()
