"""limits.seconds and interrupts, from the decode to the end of the encode; memory of enlarging; a small stack."""

import json
import os
import resource
import shutil
import signal
import subprocess
import time

import harness
import pictures

# Each takes seconds of CPU time on any machine, mostly in the stage in its name.
LONG = {
    "png, deflate": {"width": 6000, "format": "png", "compressionLevel": 9},
    "jpeg, progressive": {"width": 8000, "format": "jpeg", "progressive": True, "quality": 95},
    "jpeg, trellis": {"width": 5000, "format": "jpeg", "effort": 9},
    "webp": {"width": 6000, "format": "webp", "effort": 6},
    "webp, lossless": {"width": 3000, "format": "webp", "lossless": True, "effort": 9},
    "avif": {"width": 1500, "format": "avif", "effort": 9},
    "sharpen": {"width": 5000, "format": "jpeg", "sharpen": 10},
    "linear light": {"width": 9000, "format": "jpeg", "linear": True},
}


class LongCase(harness.Case):
    def prepare(self):
        self.put("in/a.png", pictures.tiny(1))
        self.put("large/b.png", pictures.rough_png(400, 400, 1))

    def long(self, variant, limits=None):
        sets = [
            {"name": "quick", "source": "in", "output": "out", "variants": [{"name": "t", "width": 8}]},
            {"name": "long", "source": "large", "output": "slow", "variants": [{"name": "t", "withoutEnlargement": False, **variant}]},
        ]
        self.put("thumbs.json", json.dumps({"sets": sets, **({"limits": limits} if limits else {})}))
        for folder in ("out", "slow", ".thumbs"):
            shutil.rmtree(self.at(folder), ignore_errors=True)

    def extension(self, variant):
        return {"jpeg": "jpg"}.get(variant["format"], variant["format"])


class Seconds(LongCase):
    def test_each_stage_ends_at_the_limit(self):
        for stage, variant in LONG.items():
            with self.subTest(stage):
                self.long(variant, {"seconds": 0.3, "memory": 0})
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                report = self.build("-j2", code=1)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                self.assertEqual(report.errors(), {f"slow/b-t.{self.extension(variant)}": "too-slow"})
                self.assertEqual(report.summary["built"], 1)
                used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                self.assertLess(used, 2, "the limit is 0.3 s")
                self.assert_no_leftovers()


class Interrupts(LongCase):
    def interrupted(self, variant, number):
        self.long(variant, {"seconds": 0, "memory": 0})
        process = self.start("build", "-j2", "--json=r.json")
        self.until(lambda: self.exists("out/a-t.jpg"))
        time.sleep(0.4)
        self.assertIsNone(process.poll(), "the build is too short for this case")
        start = time.monotonic()
        process.send_signal(number)
        self.assertEqual(process.wait(timeout=30), 128 + number)
        self.assertLess(time.monotonic() - start, 2)
        return json.loads(self.get("r.json"))

    def test_a_long_encode_is_given_up_and_finished_work_remembered(self):
        for stage, variant in LONG.items():
            with self.subTest(stage):
                document = self.interrupted(variant, signal.SIGINT)
                output = f"slow/b-t.{self.extension(variant)}"
                states = {item["output"]: (item["status"], item["reason"]) for item in document["items"]}
                self.assertEqual(states, {"out/a-t.jpg": ("built", "new"), output: ("stale", "new")})
                self.assertEqual(document["summary"]["failed"], 0)
                self.assertFalse(self.exists(output))
                self.assert_no_leftovers()
                self.assert_reasons(self.build("-n"), "stale", "new", [output])

    def test_sigterm(self):
        self.interrupted(LONG["avif"], signal.SIGTERM)

    def test_no_process_is_left_behind(self):
        self.long(LONG["avif"], {"seconds": 0})
        for number in (signal.SIGINT, signal.SIGKILL):
            process = self.start("build", "-j1")
            if not os.path.exists(f"/proc/{process.pid}/task/{process.pid}/children"):
                self.skipTest("this kernel does not tell whose child a process is")
            helpers = []

            def has_helper():
                helpers.extend(helper for helper in descendants(process.pid) if helper not in helpers)
                return helpers

            self.until(has_helper, what="a helper")
            process.send_signal(number)
            process.wait(timeout=30)
            self.until(lambda: not any(is_running(helper) for helper in helpers), seconds=2, what="the helper's end")

    def test_a_parent_that_ignored_its_children(self):
        self.long({"width": 90, "format": "avif", "effort": 9}, {"seconds": 0})
        ignore = lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        process = self.start("build", "-j1", "--json=r.json", preexec_fn=ignore)
        self.assertEqual(process.wait(timeout=30), 0)
        self.assertEqual(json.loads(self.get("r.json"))["summary"]["built"], 2)

    def test_waiting_for_memory(self):
        self.long(LONG["png, deflate"], {"seconds": 0, "memory": 0})
        for i in range(4):
            self.put(f"large/c{i}.png", pictures.rough_png(300, 300, i))
        process = self.start("build", "-j2", "--memory", "1MiB")
        time.sleep(0.7)
        self.assertIsNone(process.poll(), "the build is too short for this case")
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 130)
        self.assertLess(time.monotonic() - start, 2)


def descendants(pid):
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as children:
                found += [int(child) for child in children.read().split()]
    except FileNotFoundError:
        pass
    return found


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Enlarging(harness.Case):
    def enlarge(self, count, variant):
        for i in range(count):
            self.put(f"in/{i}.png", pictures.rough_png(60, 60, i))
        self.manifest([{"name": "t", "withoutEnlargement": False, **variant}])

    def test_one_at_a_time_where_each_is_over_the_budget(self):
        self.skip_with_sanitizers()
        variants = [{"format": "png", "compressionLevel": 1}, {"format": "jpeg", "progressive": True}, {"format": "webp", "effort": 0}]
        for variant in variants:
            with self.subTest(**variant):
                shutil.rmtree(self.at("in"), ignore_errors=True)
                self.enlarge(1, {"width": 2500, **variant})
                alone = self.peak("-j2", "--memory", "16MiB")
                self.enlarge(3, {"width": 2500, **variant})
                self.assertLess(self.peak("-j2", "--memory", "16MiB"), alone * 1.3)

    def test_what_no_machine_and_no_format_holds_is_refused_at_once(self):
        cases = {
            "png": ({"width": 65535, "height": 65535, "fit": "fill", "format": "png"}, ("memory",)),
            "tall png": ({"width": 65535, "format": "png"}, ("memory",)),
            "jpeg": ({"width": 65535, "height": 65535, "fit": "fill"}, ("too-large",)),
            "webp": ({"width": 16384, "format": "webp"}, ("too-large",)),
            "avif": ({"width": 65535, "height": 65535, "fit": "fill", "format": "avif"}, ("memory",)),
        }
        for name, (variant, codes) in cases.items():
            with self.subTest(name):
                self.enlarge(1, variant)
                # more than any machine has; a container's limit is read in the same way
                run, peak, _ = self.measured("build", "--json=r.json")
                self.assertEqual(run.returncode, 1, run.stderr)
                error = json.loads(self.get("r.json"))["items"][0]["error"]
                self.assertIn(error["code"], codes)
                self.assertLess(peak, 300 << 10)

    def test_no_avif_is_written_that_cannot_be_read(self):
        """dav1d may reject very large pictures of libaom: the output is readable or it fails, nothing in between."""
        self.put("in/a.png", pictures.large_png(8, 8))
        for width, height in ((6000, 6000), (500, 20000)):
            with self.subTest(width=width, height=height):
                variant = {"width": width, "height": height, "fit": "fill", "format": "avif", "effort": 0}
                self.manifest([{"name": "t", "withoutEnlargement": False, **variant}])
                report = self.build(code=(0, 1))
                self.assertIn(list(report.errors().values()), ([], ["too-large"]))
                if not report.errors():
                    self.manifest([{"name": "t", "width": 8}], source="out", output="again", include=["**/*"])
                    self.build()

    def test_long_strips_are_made_or_refused_but_never_end_the_run(self):
        for variant in ({"width": 1, "height": 65535}, {"width": 65535, "height": 1}):
            for form in ("png", "jpeg", "webp", "avif"):
                with self.subTest(format=form, **variant):
                    self.enlarge(1, {**variant, "fit": "fill", "format": form, "effort": 0})
                    report = self.build(code=(0, 1))
                    self.assertIn(list(report.errors().values()), ([], ["too-large"], ["internal"], ["unsupported"]))


class SmallStack(harness.Case):
    FORMATS = ("jpeg", "png", "webp", "avif")

    def build_on(self, kib, source, output):
        path = "{stem}-{sourceExt}-{variant}.{ext}"
        variants = [{"name": form, "width": 64, "format": form} for form in self.FORMATS]
        sets = [{"source": source, "output": output, "path": path, "variants": variants}]
        self.put("thumbs.json", json.dumps({"sets": sets, "cache": f"{output}.cache/cache.db"}))
        command = ["bash", "-c", f'ulimit -s {kib}; exec "$@"', "x", harness.PROGRAM, "build", "-q", "-j2"]
        run = subprocess.run(command, cwd=self.project, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(self.files(output)), len(self.files(source)) * len(self.FORMATS))

    def test_every_format_is_made_from_every_format(self):
        self.skip_with_sanitizers()
        self.put("in/a.png", pictures.rough_png(80, 60, 1))
        for kib in (96, 128, 1000):
            with self.subTest(kib=kib):
                self.build_on(kib, "in", f"made{kib}")
                self.build_on(kib, f"made{kib}", f"again{kib}")
