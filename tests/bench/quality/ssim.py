#!/usr/bin/env python3
"""How close thumbnails are to a full decode and a Lanczos resize in double precision: thumbs beside its peers.

    ssim.py [--thumbs PROGRAM] [--sharp FOLDER] [--size 256] [--quality 80] FOLDER…

For each photograph below the FOLDERs (e.g. $THUMBS_CORPUS/photos): luma SSIM and PSNR of the PNG thumbnail that each
program makes (before any encoder), and the bytes of its JPEG at one quality number. Peers are used where they are
installed: vipsthumbnail, Pillow (its thumbnail() method), and sharp from FOLDER/node_modules. Left out are pictures that
are not larger than the box, not 8-bit grey or RGB, or whose profile is not sRGB: programs differ in colour there, and not
in their resize. Prints a Markdown table; exits 1 where thumbs is below 0.99 on any photograph, or more than 0.001 below
the best peer's mean.
"""
import argparse
import io
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageCms, ImageOps

import reference

Image.MAX_IMAGE_PIXELS = None
LEAST_SSIM = 0.99
MOST_BEHIND = 0.001

SHARP = """
const sharp = require('sharp'), fs = require('fs'), path = require('path');
const [source, out, size, quality] = process.argv.slice(1);
(async () => {
  for (const name of fs.readdirSync(source)) {
    const made = () => sharp(path.join(source, name)).rotate()
      .resize({width: +size, height: +size, fit: 'inside', withoutEnlargement: true});
    await made().png().toFile(path.join(out, name + '.png'));
    await made().jpeg({quality: +quality}).toFile(path.join(out, name + '.jpg'));
  }
})();
"""


def is_srgb(image):
    profile = image.info.get("icc_profile")
    if not profile:
        return True
    try:
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except ImageCms.PyCMSError:
        return False


def photographs(folders, size):
    """Path → upright size, of what can be compared."""
    found = {}
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(root, name)
                try:
                    with Image.open(path) as image:
                        good = image.mode in ("L", "RGB") and max(image.size) > size and is_srgb(image)
                        if good:
                            found[path] = ImageOps.exif_transpose(image).size
                except (OSError, SyntaxError):
                    continue
    return dict(sorted(found.items()))


def upright_luma(path):
    with Image.open(path) as image:
        image = ImageOps.exif_transpose(image)
        plane = numpy.asarray(image, dtype=numpy.float64)
        return plane if image.mode == "L" else numpy.asarray(image.convert("RGB"), dtype=numpy.float64) @ reference.LUMA


def run_thumbs(args, source, out):
    variants = [{"name": name, "width": args.size, "height": args.size, "format": name, "quality": args.quality}
                for name in ("png", "jpeg")]
    manifest = {"cache": out + "/.cache/cache.db",
                "sets": [{"source": source, "output": out, "path": "{stem}.{sourceExt}.{ext}", "variants": variants}]}
    with open(out + ".json", "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    subprocess.run([args.thumbs, "build", "-q", "-f", out + ".json"], check=True)


def run_vips(args, source, out):
    for name in os.listdir(source):
        for ending in (".png", f".jpg[Q={args.quality},strip]"):
            subprocess.run(["vipsthumbnail", os.path.join(source, name), "--size", f"{args.size}x{args.size}>", "-o",
                            os.path.join(out, name + ending)], check=True)


def run_pillow(args, source, out):
    for name in os.listdir(source):
        with Image.open(os.path.join(source, name)) as image:
            image.thumbnail((args.size, args.size), Image.LANCZOS)
            image = ImageOps.exif_transpose(image)
            image.save(os.path.join(out, name + ".png"))
            image.save(os.path.join(out, name + ".jpg"), quality=args.quality)


def run_sharp(args, source, out):
    subprocess.run(["node", "-e", SHARP, source, out, str(args.size), str(args.quality)], check=True,
                   env={**os.environ, "NODE_PATH": os.path.join(args.sharp, "node_modules")})


def programs(args):
    found = {"thumbs": run_thumbs}
    if shutil.which("vipsthumbnail"):
        found["vipsthumbnail"] = run_vips
    if args.sharp:
        found["sharp"] = run_sharp
    found["Pillow"] = run_pillow
    return found


def psnr(a, b):
    error = float(numpy.mean((a - b) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255 * 255 / error)


def measure(photos, outs):
    """Program → a list of (SSIM, PSNR, bytes of the JPEG), an entry a photograph."""
    figures = {program: [] for program in outs}
    for link, path in photos.items():
        plane = upright_luma(path)
        made = {program: os.path.join(out, link) for program, out in outs.items()}
        wanted = {}
        for program, base in made.items():
            luma = upright_luma(base + ".png")
            if luma.shape not in wanted:  # programs may round a side differently
                wanted[luma.shape] = reference.resized(plane, luma.shape[1], luma.shape[0])
            expected = numpy.clip(wanted[luma.shape], 0, 255)
            figures[program].append((reference.ssim(luma, expected), psnr(luma, expected), os.path.getsize(base + ".jpg")))
    return figures


def print_table(figures, args, count):
    print(f"{count} photographs → {args.size}, JPEG at quality {args.quality}\n")
    print("| program | SSIM mean | worst | PSNR mean dB | JPEG bytes |")
    print("|---|---|---|---|---|")
    for program, rows in figures.items():
        ssims, psnrs, sizes = zip(*rows)
        print(f"| {program} | {numpy.mean(ssims):.5f} | {min(ssims):.5f} | {numpy.mean(psnrs):.2f} | {sum(sizes):,} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thumbs", default="build/release/src/thumbs")
    parser.add_argument("--sharp", default="")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--quality", type=int, default=80)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "in")
        os.mkdir(source)
        photos, outs = {}, {}
        for number, path in enumerate(photographs(args.folders, args.size)):
            link = f"{number:04d}{os.path.splitext(path)[1].lower()}"
            shutil.copy(path, os.path.join(source, link))
            photos[link] = path
        for program, run in programs(args).items():
            outs[program] = os.path.join(work, program)
            os.mkdir(outs[program])
            run(args, source, outs[program])
        figures = measure(photos, outs)
    print_table(figures, args, len(photos))
    bad = [(path, row[0]) for path, row in zip(photos.values(), figures["thumbs"]) if row[0] < LEAST_SSIM]
    for path, ssim in bad:
        print(f"below {LEAST_SSIM}: {os.path.basename(path)} {ssim:.5f}", file=sys.stderr)
    means = {program: numpy.mean([row[0] for row in rows]) for program, rows in figures.items()}
    behind = max(means.values()) - means["thumbs"]
    if behind > MOST_BEHIND:
        print(f"{behind:.5f} behind the best mean", file=sys.stderr)
    return 1 if bad or behind > MOST_BEHIND or not photos else 0


if __name__ == "__main__":
    sys.exit(main())
