#!/usr/bin/env python3
"""Bytes over luma SSIM, for thumbs and its peers: a table of bytes at equal SSIM over sharp's, and an SVG plot.

    THUMBS_SETS=FOLDER bytes.py [--thumbs PROGRAM] [--sharp FOLDER] [--set seed] [--size 128] [--pictures 200] [--plot FILE]

Each program makes thumbnails of the same pictures at qualities 50 to 90. They are compared with a full decode and
Lanczos in double precision, of the same size. A point of a curve is a quality: the mean bytes of a file, the mean
SSIM. At sharp's SSIM of each quality, other curves are interpolated (logarithm of the bytes over SSIM). Peers are used
where they are installed, sharp from FOLDER/node_modules: as it comes, and with mozjpeg's trellis quantisation.
"""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image

from reference import luma_of, resized, ssim

HERE = os.path.dirname(os.path.abspath(__file__))
QUALITIES = range(50, 91, 5)
BASE = "sharp"
COLOURS = {"thumbs": "#0050c8", "thumbs, effort 0": "#70a8ff", "sharp": "#c83000", "sharp, trellis": "#ff9050",
           "vipsthumbnail": "#208030", "Pillow": "#808080"}

SHARP = """
const sharp = require('sharp'), fs = require('fs'), path = require('path');
const [source, out, size, options, ...qualities] = process.argv.slice(2);
sharp.concurrency(1); sharp.cache(false);
(async () => {
  for (const quality of qualities.map(Number)) {
    fs.mkdirSync(path.join(out, String(quality)), {recursive: true});
    for (const name of fs.readdirSync(source))
      await sharp(path.join(source, name)).resize({width: +size, height: +size, fit: 'inside', withoutEnlargement: true})
        .jpeg({quality, chromaSubsampling: '4:2:0', ...JSON.parse(options)}).toFile(path.join(out, String(quality), name));
  }
})();
"""


def run(command, **more):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **more)


def by_thumbs(program, effort):
    def make(source, out, size, work):
        variants = [{"name": str(q), "width": size, "height": size, "quality": q, "effort": effort,
                     "chromaSubsampling": "4:2:0"} for q in QUALITIES]
        manifest = os.path.join(work, "thumbs.json")
        with open(manifest, "w", encoding="utf-8") as file:
            json.dump({"cache": work + "/.cache/cache.db", "sets": [{
                "source": source, "output": out, "path": "{variant}/{stem}.jpg", "variants": variants}]}, file)
        run([program, "build", "-q", "--force", "-f", manifest])
    return make


def by_sharp(folder, options):
    def make(source, out, size, work):
        script = os.path.join(work, "sharp.js")
        with open(script, "w", encoding="utf-8") as file:
            file.write(SHARP)
        run(["node", script, source, out, str(size), json.dumps(options), *map(str, QUALITIES)],
            env={**os.environ, "NODE_PATH": os.path.join(folder, "node_modules")})
    return make


def by_vips(source, out, size, _work):
    files = [os.path.join(source, name) for name in os.listdir(source)]
    for quality in QUALITIES:
        os.makedirs(os.path.join(out, str(quality)))
        run(["vipsthumbnail", "--size", f"{size}x{size}", "-o",
             f"{out}/{quality}/%s.jpg[Q={quality},strip,optimize_coding,subsample_mode=on]", *files])


def by_pillow(source, out, size, _work):
    for quality in QUALITIES:
        os.makedirs(os.path.join(out, str(quality)))
        for name in os.listdir(source):
            with Image.open(os.path.join(source, name)) as image:
                image.thumbnail((size, size))
                picture = image.convert("RGB")
                picture.info = {}  # comments and the like would be written again
                picture.save(f"{out}/{quality}/{name}", quality=quality, optimize=True, subsampling="4:2:0")


def makers(args):
    found = {"thumbs": by_thumbs(args.thumbs, 4), "thumbs, effort 0": by_thumbs(args.thumbs, 0)}
    if args.sharp:
        found[BASE] = by_sharp(args.sharp, {})
        found["sharp, trellis"] = by_sharp(args.sharp, {"trellisQuantisation": True})
    if shutil.which("vipsthumbnail"):
        found["vipsthumbnail"] = by_vips
    found["Pillow"] = by_pillow
    return found


def curve(out, references):
    """[(mean bytes, mean SSIM)] of the qualities. A file of another size than the reference's is a fault of ours."""
    points = []
    for quality in QUALITIES:
        sizes, scores = [], []
        for name, reference in references.items():
            path = os.path.join(out, str(quality), name)
            sizes.append(os.path.getsize(path))
            scores.append(ssim(reference, luma_of(path)))
        points.append((float(numpy.mean(sizes)), float(numpy.mean(scores))))
    return points


def bytes_at(points, score):
    """None where the curve does not reach so far."""
    for (bytes_a, a), (bytes_b, b) in zip(points, points[1:]):
        if a <= score <= b:
            return math.exp(numpy.interp(score, [a, b], [math.log(bytes_a), math.log(bytes_b)]))
    return None


def table(curves):
    picks = range(0, len(QUALITIES), 2)
    print("Bytes at the SSIM that sharp reaches, over sharp's:\n")
    print("| sharp's quality | " + " | ".join(str(QUALITIES[i]) for i in picks) + " | mean |")
    print("|" + "---|" * (len(picks) + 2))
    for program, points in curves.items():
        ratios = [bytes_at(points, curves[BASE][i][1]) for i in picks]
        ratios = [r and r / curves[BASE][i][0] for r, i in zip(ratios, picks)]
        known = [r for r in ratios if r]
        cells = " | ".join(f"{r:.3f}" if r else "–" for r in ratios)
        print(f"| {program} | {cells} | {numpy.mean(known):.3f} |" if known else f"| {program} | {cells} | – |")


def summary(curves):
    print("\n| program | " + " | ".join(f"quality {q}" for q in QUALITIES[::2]) + " |")
    print("|" + "---|" * (len(QUALITIES[::2]) + 1))
    for program, points in curves.items():
        print(f"| {program} | " + " | ".join(f"{size:.0f} B, {score:.4f}" for size, score in points[::2]) + " |")


def plot(curves, title):
    """An SVG of all curves: bytes to the right, SSIM upwards."""
    width, height, left, bottom = 720, 440, 64, 44
    sizes = [p[0] for points in curves.values() for p in points]
    scores = [p[1] for points in curves.values() for p in points]
    most = math.ceil(max(sizes) / 500) * 500
    low, high = math.floor(min(scores) * 200) / 200, math.ceil(max(scores) * 200) / 200
    x = lambda size: left + size / most * (width - left - 12)
    y = lambda score: height - bottom - (score - low) / (high - low) * (height - bottom - 32)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="#fff"/><text x="{left}" y="20">{title}</text>']
    for size in range(0, most + 1, 500):
        out.append(f'<path d="M{x(size):.1f} 32V{height - bottom}" stroke="#ddd"/>'
                   f'<text x="{x(size):.1f}" y="{height - bottom + 16}" text-anchor="middle">{size}</text>')
    for i in range(round((high - low) / 0.005) + 1):
        score = low + 0.005 * i
        out.append(f'<path d="M{left} {y(score):.1f}H{width - 12}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y(score) + 4:.1f}" text-anchor="end">{score:.3f}</text>')
    out.append(f'<text x="{width / 2}" y="{height - 8}" text-anchor="middle">bytes of a file (mean)</text>')
    for i, (program, points) in enumerate(curves.items()):
        colour = COLOURS[program]
        path = " ".join(f"{x(size):.1f},{y(score):.1f}" for size, score in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x(size):.1f}" cy="{y(score):.1f}" r="3" fill="{colour}"/>' for size, score in points]
        row = height - bottom - 20 - 18 * (len(curves) - 1 - i)
        out.append(f'<path d="M{width - 190} {row}h24" stroke="{colour}" stroke-width="2"/>'
                   f'<text x="{width - 160}" y="{row + 4}">{program}</text>')
    return "\n".join(out) + "\n</svg>\n"


def chosen(folder, count, into):
    """Copies `count` of the folder's JPEGs, evenly spread over their names; gives the names."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".jpg"))
    names = names[::max(1, len(names) // count)][:count]
    for name in names:
        shutil.copyfile(os.path.join(folder, name), os.path.join(into, name))
    return names


def reference_of(path, size):
    plane = luma_of(path)
    scale = min(1.0, size / max(plane.shape))
    height, width = (max(1, math.floor(side * scale + 0.5)) for side in plane.shape)
    return resized(plane, width, height)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thumbs", default=os.path.join(HERE, "../../../build/release/src/thumbs"))
    parser.add_argument("--sharp", default="")
    parser.add_argument("--set", default="seed")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--plot", default="")
    args = parser.parse_args()
    if "THUMBS_SETS" not in os.environ:
        parser.error("THUMBS_SETS must name the folder of the sets")
    args.thumbs = os.path.abspath(args.thumbs)
    curves = {}
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "source")
        os.mkdir(source)
        names = chosen(os.path.join(os.path.abspath(os.environ["THUMBS_SETS"]), args.set), args.pictures, source)
        references = {name: reference_of(os.path.join(source, name), args.size) for name in names}
        for program, make in makers(args).items():
            out = os.path.join(work, "out", program)
            os.makedirs(out)
            make(source, out, args.size, work)
            curves[program] = curve(out, references)
            print(f"{program}: measured", file=sys.stderr)
    if BASE in curves:
        table(curves)
    summary(curves)
    if args.plot:
        with open(args.plot, "w", encoding="utf-8") as file:
            file.write(plot(curves, f"{args.set}, {len(names)} pictures → {args.size}: luma SSIM over bytes, quality 50 to 90"))


if __name__ == "__main__":
    main()
