#!/usr/bin/env python3
"""WebP and AVIF: bytes at equal luma SSIM and CPU time, for each effort of thumbs, beside its peers at their defaults.

    THUMBS_SETS=FOLDER curves.py --format webp|avif [--thumbs PROGRAM,…] [--sharp FOLDER] [--efforts 0,4]
                                 [--set p200] [--size 256] [--pictures 40]

Each program makes thumbnails of the same pictures at several qualities, with two workers. They are compared with a full
decode and Lanczos in double precision. A program's curve goes through the mean bytes and the mean SSIM of its qualities;
at the SSIM of each of sharp's (or else the first program's) qualities, the other curves are interpolated. CPU time is
that of all qualities together, of the program and its children. AVIF files are read by `vips`.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile

import numpy

from bytes import SHARP, bytes_at, chosen, reference_of
from reference import luma_of, ssim

HERE = os.path.dirname(os.path.abspath(__file__))
QUALITIES = {"webp": [40, 50, 60, 70, 75, 80, 85, 90, 95], "avif": [30, 40, 45, 50, 55, 60, 70]}
SHOWN = {"webp": [50, 70, 80, 90], "avif": [40, 50, 60]}


def by_thumbs(program, effort):
    def make(args, source, out, work):
        commands = []
        for quality in QUALITIES[args.format]:
            manifest = os.path.join(work, f"{quality}.json")
            with open(manifest, "w", encoding="utf-8") as file:
                json.dump({"cache": f"{out}/{quality}/.cache/cache.db", "sets": [{
                    "source": source, "output": f"{out}/{quality}", "path": "{stem}.{ext}", "variants": [
                        {"name": "t", "width": args.size, "height": args.size, "format": args.format,
                         "quality": quality, "effort": effort}]}]}, file)
            commands.append([program, "build", "-q", "--force", "-j2", "-f", manifest])
        return commands
    return make


def by_sharp(args, source, out, work):
    script = os.path.join(work, "sharp.js")
    with open(script, "w", encoding="utf-8") as file:
        file.write(SHARP.replace(".jpeg({quality, chromaSubsampling: '4:2:0', ...JSON.parse(options)})",
                                 f".{args.format}({{quality}})").replace("String(quality), name)", f"String(quality), "
                                 f"path.parse(name).name + '.{args.format}')"))
    return [["node", script, source, out, str(args.size), "{}", *map(str, QUALITIES[args.format])]]


def by_vips(args, source, out, _work):
    files = [os.path.join(source, name) for name in sorted(os.listdir(source))]
    return [["vipsthumbnail", "--size", f"{args.size}x{args.size}", "-o", f"{out}/{q}/%s.{args.format}[Q={q},strip]",
             *files] for q in QUALITIES[args.format]]


PILLOW = """
import sys, os
from PIL import Image
source, out, size, *qualities = sys.argv[1:]
for quality in map(int, qualities):
    for name in os.listdir(source):
        with Image.open(os.path.join(source, name)) as image:
            image.thumbnail((int(size), int(size)))
            image.convert("RGB").save(f"{out}/{quality}/{os.path.splitext(name)[0]}.webp", quality=quality)
"""


def by_pillow(args, source, out, _work):
    return [[sys.executable, "-c", PILLOW, source, out, str(args.size), *map(str, QUALITIES[args.format])]]


def programs(args):
    found = {}
    if args.sharp:
        found["sharp"] = by_sharp
    if shutil.which("vipsthumbnail"):
        found["vipsthumbnail"] = by_vips
    if args.format == "webp":
        found["Pillow"] = by_pillow
    for program in args.thumbs.split(","):
        for effort in map(int, args.efforts.split(",")):
            label = "thumbs" if "," not in args.thumbs else program
            found[f"{label}, effort {effort}"] = by_thumbs(os.path.abspath(program), effort)
    return found


def cpu_of(commands, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def luma_of_any(path, work):
    if path.endswith(".webp"):
        return luma_of(path)
    png = os.path.join(work, "read.png")
    subprocess.run(["vips", "copy", path, png], check=True, stderr=subprocess.DEVNULL)
    return luma_of(png)


def curve(args, out, references, work):
    points = []
    for quality in QUALITIES[args.format]:
        sizes, scores = [], []
        for stem, reference in references.items():
            path = os.path.join(out, str(quality), f"{stem}.{args.format}")
            sizes.append(os.path.getsize(path))
            scores.append(ssim(reference, luma_of_any(path, work)))
        points.append((float(numpy.mean(sizes)), float(numpy.mean(scores))))
    return points


def print_tables(args, curves, seconds):
    base = next(iter(curves))
    qualities, shown = QUALITIES[args.format], SHOWN[args.format]
    print(f"Bytes at the SSIM that {base} reaches, over {base}'s, and CPU time over {base}'s:\n")
    print(f"| {base}'s quality | " + " | ".join(map(str, shown)) + " | CPU time |")
    print("|" + "---|" * (len(shown) + 2))
    for program, points in curves.items():
        cells = []
        for quality in shown:
            size, score = curves[base][qualities.index(quality)]
            found = bytes_at(points, score)
            cells.append(f"{found / size:.3f}" if found else "–")
        print(f"| {program} | " + " | ".join(cells) + f" | {seconds[program] / seconds[base]:.2f} |")
    print("\n| program | " + " | ".join(f"quality {q}" for q in shown) + " |")
    print("|" + "---|" * (len(shown) + 1))
    for program, points in curves.items():
        cells = (points[qualities.index(quality)] for quality in shown)
        print(f"| {program} | " + " | ".join(f"{size:.0f} B, {score:.4f}" for size, score in cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", choices=list(QUALITIES), required=True)
    parser.add_argument("--thumbs", default=os.path.join(HERE, "../../../build/release/src/thumbs"))
    parser.add_argument("--sharp", default="")
    parser.add_argument("--efforts", default="4")
    parser.add_argument("--set", default="p200")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--pictures", type=int, default=40)
    args = parser.parse_args()
    if "THUMBS_SETS" not in os.environ:
        parser.error("THUMBS_SETS must name the folder of the sets")
    env = {**os.environ, "NODE_PATH": os.path.join(args.sharp, "node_modules"), "VIPS_CONCURRENCY": "1"}
    curves, seconds = {}, {}
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "source")
        os.mkdir(source)
        names = chosen(os.path.join(os.path.abspath(os.environ["THUMBS_SETS"]), args.set), args.pictures, source)
        references = {os.path.splitext(name)[0]: reference_of(os.path.join(source, name), args.size) for name in names}
        for program, make in programs(args).items():
            out = os.path.join(work, "out", program.replace("/", "_"))
            for quality in QUALITIES[args.format]:
                os.makedirs(os.path.join(out, str(quality)))
            seconds[program] = cpu_of(make(args, source, out, work), env)
            curves[program] = curve(args, out, references, work)
            print(f"{program}: measured", file=sys.stderr)
    print(f"{args.set}, {len(names)} pictures → {args.size}\n")
    print_tables(args, curves, seconds)


if __name__ == "__main__":
    main()
