#!/usr/bin/env python3
"""Makes docs/gallery.webp: the gallery of a shop, before and after a change of settings, in a headless Chromium.

    docs/make_gallery_picture.py THUMBS PICTURES     for example: build/release/src/thumbs build/demo/products

Needs Chromium and Pillow (Debian: chromium, python3-pil).
"""

import os
import shutil
import subprocess
import sys
import tempfile

DOCS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(DOCS), "tests", "blackbox"))

import chromium  # noqa: E402
from PIL import Image  # noqa: E402

WIDTH, HEIGHT = 1180, 760
MANIFEST = """{
  "sets": [{
    "name": "products",
    "source": "products",
    "output": "public/thumbs",
    "variants": [
      { "name": "grid", "width": 200, "height": 200, "fit": "cover" },
      { "name": "zoom", "width": 360 }
    ]
  }]
}
"""


def change(folder, before, after):
    path = os.path.join(folder, "thumbs.json")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(before, after))


def main():
    program, pictures = map(os.path.abspath, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as root:
        folder = os.path.join(root, "shop")
        shutil.copytree(pictures, os.path.join(folder, "products"))
        with open(os.path.join(folder, "thumbs.json"), "w", encoding="utf-8") as file:
            file.write(MANIFEST)
        run = [program, "-C", folder, "-q"]
        subprocess.run(run, check=True)
        change(folder, '"cover"', '"contain", "background": "#fdf3dc"')
        subprocess.run(run, check=True)
        change(folder, '"width": 360', '"width": 400')
        subprocess.run([*run, "gallery"], check=True)
        shot = os.path.join(root, "shot.png")
        with chromium.Browser(WIDTH, HEIGHT) as browser:
            browser.open(os.path.join(folder, ".thumbs/gallery/index.html"))
            browser.wait_until("[...document.images].slice(0, 8).every(image => image.complete)")
            browser.screenshot(shot)
        Image.open(shot).convert("RGB").save(os.path.join(DOCS, "gallery.webp"), quality=80, method=6)


if __name__ == "__main__":
    main()
