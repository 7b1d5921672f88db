"""The manual (docs/, README.md): its examples print what they show, and its manifests are accepted."""

import json
import os
import re
import subprocess
import zlib

import harness
import jpegs
import manual
import pictures

SETTINGS_OF_A_SET = {"source": "in", "output": "out"}
ONE_VARIANT = {"name": "t", "width": 8}


def picture(name, width, height):
    seed = zlib.crc32(name.encode())
    if name.endswith(".png"):
        return pictures.large_png(width, height, bytes((seed >> 8 * (i % 3) & 255) for i in range(3 * width)))
    assert width % 128 == 0 and height % 8 == 0, f"{name}: a JPEG made here is a multiple of 128x8"
    return jpegs.large(width // 128, height // 8, seed=seed)


def whole_manifest(value):
    """The manifest that a block of the manual stands for; None where it is something else."""
    if "sets" in value:
        return value
    if "variants" in value:
        return {"sets": [{**SETTINGS_OF_A_SET, **value}]}
    if "name" in value and "width" in value.keys() | {"width" if "height" in value else ""}:
        return {"sets": [{**SETTINGS_OF_A_SET, "variants": [value]}]}
    if value.keys() <= {"cache", "lock", "index", "urlBase", "stat", "limits", "defaults"}:
        return {**value, "sets": [{**SETTINGS_OF_A_SET, "variants": [ONE_VARIANT]}]}
    return None


class Examples(harness.Case):
    """A test for each page, see below."""

    def page(self):
        return next(p for p in manual.pages() if test_name(p) == self._testMethodName)

    def prepare(self):
        for name, width, height in manual.pictures_of(manual.read(self.page())):
            self.put(name, picture(name, width, height))
        os.makedirs(os.path.join(self.root, "bin"))
        os.symlink(harness.PROGRAM, os.path.join(self.root, "bin", "thumbs"))

    def shell(self, command):
        path = os.path.join(self.root, "bin") + ":" + os.environ.get("PATH", "/usr/bin:/bin")
        run = subprocess.run(
            ["sh", "-c", command],
            cwd=self.project,
            env=harness.environment(PATH=path, LC_ALL="C.UTF-8"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=harness.heed_signals,
            timeout=harness.TIMEOUT,
        )
        return run.stdout.decode(errors="replace")

    def carry_out(self, page):
        name = None
        for kind, value, line in manual.steps(manual.read(page)):
            where = f"{page}:{line}"
            if kind == "file":
                name = value
            elif kind == "run":
                self.shell(value)
            elif kind.startswith("block") and name:
                self.put(name, value)
                name = None
            elif kind == "block console":
                self.console(value, where)
            elif kind == "block json":
                self.json(value, where)

    def console(self, block, where):
        for command, expected in manual.commands(block):
            text = self.shell(command)
            self.assertTrue(manual.says(expected, text), f"{where}: {command}\n-- printed\n{text}\n-- manual\n{expected}")

    def json(self, block, where):
        try:
            value = json.loads(manual.without_comments(block))
        except ValueError as error:
            self.fail(f"{where}: {error}")
        manifest = whole_manifest(value)
        if manifest is None:
            return
        folder = os.path.join(self.root, "manifest")
        for one in manifest["sets"]:
            os.makedirs(os.path.join(folder, one["source"]), exist_ok=True)
            for mark in [v["watermark"]["file"] for v in one["variants"] if v.get("watermark")]:
                self.put(os.path.join(folder, mark), pictures.tiny(1))
        with open(os.path.join(folder, "thumbs.json"), "w", encoding="utf-8") as file:
            json.dump(manifest, file)
        result = self.thumbs("status", cwd=folder, code=(0, 2))
        left_out = [line for line in result.err.splitlines() if "built without" in line]
        self.assertEqual(result.code, 2 if left_out else 0, f"{where}: {result}")


def test_name(page):
    return "test_" + re.sub(r"\W", "_", page.removesuffix(".md"))


for _page in manual.pages():
    setattr(Examples, test_name(_page), lambda self, page=_page: self.carry_out(page))
