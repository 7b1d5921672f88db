"""The example page (examples/web) in a real browser, and the recipes of docs/web.md in their runtimes."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import unittest

import chromium
import jpegs
import manual
import pictures
from harness import Case

PAGE = os.path.join(manual.ROOT, "examples", "web")
PICTURE = re.compile(r"\.(jpg|webp|avif|png)$")


class Server(http.server.ThreadingHTTPServer):
    """A folder over HTTP on this machine. Pictures wait for `go`."""

    def __init__(self, folder):
        self.go = threading.Event()
        self.go.set()
        super().__init__(("127.0.0.1", 0), functools.partial(self.Handler, directory=folder))
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {".html": "text/html", ".js": "text/javascript", ".json": "application/json",
                          ".jpg": "image/jpeg", ".webp": "image/webp", "": "application/octet-stream"}

        def do_GET(self):
            if PICTURE.search(self.path):
                self.server.go.wait(20)
            super().do_GET()

        def log_message(self, *_):
            pass


class Site(Case):
    """The example with two photographs: one wide, one high, and a drawing with alpha."""

    def prepare(self):
        for name in ("index.html", "pictures.js", "thumbs.json"):
            shutil.copy(os.path.join(PAGE, name), self.at(name))
        self.put("photos/a & b/a, 50%.jpg", jpegs.large(13, 156, seed=3))
        self.put("photos/high.jpg", jpegs.large(10, 240, seed=5))
        clear = [[(200, 30, 60, 255 if x > 40 else 0) for x in range(160)] for _ in range(120)]
        self.put("photos/drawing.png", pictures.png(clear, colour=pictures.RGBA))

    def built(self):
        self.build()
        return json.loads(self.get("thumbs/index.json"))

    def served(self):
        server = Server(self.project)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server


SHIFTS = """
new Promise((done) => {
  let sum = 0;
  const watcher = new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; });
  watcher.observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 200);
})
"""
FIRST = "document.querySelector('img[alt^=\"photos/a\"]')"


@unittest.skipUnless(chromium.found(), chromium.WHY_NOT)
class InABrowser(Site):
    slow = True

    def test_the_right_file_at_each_width_and_nothing_moves(self):
        index = self.built()
        server = self.served()
        entry = index["photos/a & b/a, 50%25.jpg"]
        # The largest comes last: a browser shows a larger file that it has rather than fetch a smaller one.
        viewports = ((300, 300, "320w"), (600, 600, "640w"), (1500, 500, "640w"), (1200, 1200, "1280w"))
        with chromium.Browser() as browser:
            for viewport, width, variant in viewports:
                browser.resize(viewport, 800)
                browser.open(server.url)
                browser.wait_until(f"{FIRST}?.complete && {FIRST}.naturalWidth")
                shown = entry["variants"][variant]
                self.assertEqual(browser.evaluate(f"{FIRST}.currentSrc"), server.url + shown["url"])
                self.assertEqual(browser.evaluate(f"{FIRST}.clientWidth"), width)
                self.assertEqual(browser.evaluate(SHIFTS), 0, f"something moved at {viewport}")
            outside = [url for url in browser.requests if not url.startswith((server.url, "data:"))]
            self.assertEqual(outside, [])

    def test_placeholders_show_until_the_pictures_are_there(self):
        self.built()
        server = self.served()
        server.go.clear()
        with chromium.Browser(400, 900) as browser:
            browser.open(server.url, wait=False)
            browser.wait_until("document.images.length === 3")
            before = browser.evaluate(
                "[...document.images].map((i) => [getComputedStyle(i).backgroundImage.slice(0, 20), i.clientWidth,"
                " i.clientHeight])"
            )
            for background, width, height in before:
                self.assertTrue(background.startswith('url("data:image/png'), background)
                self.assertEqual(width, 400)
                self.assertGreater(height, 100)
            shot = self.at("before.png")
            browser.screenshot(shot)
            colour = browser.evaluate(PIXEL % "placeholder")
            server.go.set()
            browser.wait_until(f"{FIRST}?.complete && {FIRST}.naturalWidth")
            browser.wait_until(f"getComputedStyle({FIRST}).backgroundImage === 'none'")
            self.assertEqual(browser.evaluate(SHIFTS), 0)
            picture = browser.evaluate(PIXEL % "picture")
            for got, wanted in zip(colour, picture):
                self.assertLess(abs(got - wanted), 48, f"the placeholder's colour {colour} is not near {picture}")


# The mean colour of the first picture, of its placeholder or of itself.
PIXEL = """
(async () => {
  const { placeholder } = await import('./pictures.js');
  const index = await (await fetch('thumbs/index.json')).json();
  const image = new Image();
  const entry = index['photos/high.jpg'];
  image.src = '%s' === 'placeholder' ? placeholder(entry) : entry.variants['320'].url;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
})()
"""


class Recipes(Site):
    """Each block of docs/web.md that names a file is written to it, and run."""

    def write_recipes(self):
        name = None
        for kind, value, _ in manual.steps(manual.read("docs/web.md")):
            if kind == "file":
                name = value
            elif kind.startswith("block") and name:
                self.put(name, value)
                name = None

    def output_of(self, *command):
        run = subprocess.run(command, cwd=self.project, capture_output=True, text=True, timeout=60)
        self.assertEqual((run.returncode, run.stderr), (0, ""), run.stdout)
        return run.stdout

    def assert_is_a_picture(self, html, entry):
        self.assertEqual(html.count("<picture>"), 1, html)
        self.assertIn('type="image/webp"', html)
        self.assertIn(entry["srcset"]["image/webp"], html)
        self.assertIn(entry["srcset"]["image/jpeg"], html)
        widest = entry["variants"]["1280"]
        self.assertIn(f'width="{widest["width"]}"', html)
        self.assertIn(f'height="{widest["height"]}"', html)
        self.assertIn("A &#38; B" if "&#38;" in html else "A &amp; B", html)

    @unittest.skipUnless(shutil.which("php"), "PHP is not installed")
    def test_php(self):
        index = self.built()
        self.write_recipes()
        self.put("page.php", "<?php require 'picture.php'; echo picture('photos/high.jpg', 'A & B', '50vw');")
        self.assert_is_a_picture(self.output_of("php", "page.php"), index["photos/high.jpg"])

    @unittest.skipUnless(shutil.which("node"), "Node.js is not installed")
    def test_eleventy_s_shortcode(self):
        index = self.built()
        self.write_recipes()
        self.put("package.json", '{"type": "module"}')
        self.put("run.js", """
            import configure from './eleventy.config.js';
            const shortcodes = {};
            configure({ addShortcode: (name, f) => { shortcodes[name] = f; }, addPassthroughCopy: () => {},
                        addGlobalData: () => {}, addWatchTarget: () => {} });
            console.log(shortcodes.picture('photos/high.jpg', 'A & B', '50vw'));
        """)
        self.assert_is_a_picture(self.output_of("node", "run.js"), index["photos/high.jpg"])

    @unittest.skipUnless(shutil.which("node"), "Node.js is not installed")
    def test_vite_s_function(self):
        index = self.built()
        self.write_recipes()
        self.put("package.json", '{"type": "module"}')
        # Vite makes a module of a JSON file that is imported; here a line does.
        text = self.get("src/picture.js").decode()
        self.put("src/picture.js", re.sub(r"^import index from '../public/(.*)';$",
                                          r"import fs from 'node:fs';\nconst index = JSON.parse(fs.readFileSync("
                                          r"new URL('../\1', import.meta.url)));", text, flags=re.M))
        self.put("run.js", "import { picture } from './src/picture.js';\n"
                           "console.log(picture('photos/high.jpg', 'A & B', '50vw'));")
        self.assert_is_a_picture(self.output_of("node", "run.js"), index["photos/high.jpg"])

    @unittest.skipUnless(shutil.which("node"), "Node.js is not installed")
    def test_text_for_templates_says_what_elements_do(self):
        index = self.built()
        self.put("package.json", '{"type": "module"}')
        self.put("run.js", """
            import fs from 'node:fs';
            import { pictureHtml } from './pictures.js';
            const index = JSON.parse(fs.readFileSync('thumbs/index.json'));
            console.log(pictureHtml(index['photos/high.jpg'], { alt: 'A & B', sizes: '50vw' }));
        """)
        self.assert_is_a_picture(self.output_of("node", "run.js"), index["photos/high.jpg"])
