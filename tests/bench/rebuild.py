#!/usr/bin/env python3
"""What it costs to write many small outputs: into nothing, over what is there, and after 1 % of the sources changed.

    rebuild.py --thumbs PROGRAM [--sharp FOLDER] [--counts 1000,20000] [--jobs 1,2] [--layouts tree,flat] [FOLDER…]

Pictures of 24×16 are made in memory (/dev/shm), so that little else than creating, renaming and syncing files is
measured. Outputs go into each FOLDER in turn, such as the mount points of several file systems: in one folder, or in
a tree with a folder for each 100. Peers write the same pictures in place: Pillow in two processes, and sharp from
FOLDER/node_modules. Prints a Markdown table of wall seconds; "again" and "1 %" are medians of --rounds.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from PIL import Image

PILLOW = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from PIL import Image
def make(pair):
    with Image.open(pair[0]) as image:
        image.thumbnail((16, 16))
        os.makedirs(os.path.dirname(pair[1]), exist_ok=True)
        image.save(pair[1], quality=75)
if __name__ == "__main__":
    with ProcessPoolExecutor(int(sys.argv[1])) as pool:
        list(pool.map(make, [line.rstrip("\\n").split("\\t") for line in sys.stdin], chunksize=50))
"""
SHARP = """
const sharp = require('sharp'), fs = require('fs'), path = require('path');
sharp.concurrency(1); sharp.cache(false);
const pairs = fs.readFileSync(0, 'utf8').trim().split('\\n').map(line => line.split('\\t'));
let next = 0;
async function work() {
  while (next < pairs.length) {
    const [from, to] = pairs[next++];
    fs.mkdirSync(path.dirname(to), { recursive: true });
    await sharp(from).resize(16, 16, { fit: 'inside' }).jpeg({ quality: 75 }).toFile(to);
  }
}
Promise.all(Array.from({ length: +process.argv[1] }, work));
"""


def make_sources(folder, count):
    names = []
    for i in range(count):
        name = f"{i // 100}/{i}.jpg"
        os.makedirs(os.path.join(folder, str(i // 100)), exist_ok=True)
        paint(os.path.join(folder, name), i)
        names.append(name)
    return names


def paint(path, number):
    Image.new("RGB", (24, 16), (number % 256, number // 256 % 256, number // 65536)).save(path, quality=90)


def seconds(command, text=None, **options):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, input=text, text=True, **options)
    return time.monotonic() - start


class Thumbs:
    def __init__(self, program, sources, out, layout, jobs):
        self.manifest = out + ".json"
        template = "{dir}/{stem}.{ext}" if layout == "tree" else "{stem}.{ext}"
        with open(self.manifest, "w") as file:
            json.dump({"cache": out + ".db", "sets": [{"source": sources, "output": out, "path": template,
                                                       "variants": [{"name": "t", "width": 16}]}]}, file)
        self.command = [program, "build", "-q", "-f", self.manifest, "-j", str(jobs)]

    def first(self, _):
        return seconds(self.command)

    def again(self, _):
        return seconds([*self.command, "--force"])

    changed = first


class Peer:
    def __init__(self, command, sources, out, layout, **options):
        self.command, self.options = command, options
        self.target = lambda name: os.path.join(out, name if layout == "tree" else os.path.basename(name))
        self.sources = sources

    def first(self, names):
        pairs = "".join(f"{os.path.join(self.sources, name)}\t{self.target(name)}\n" for name in names)
        return seconds(self.command, pairs, **self.options)

    again = changed = first


def measure(make, names, sources, rounds):
    """Seconds of the first build, of builds over it, and of builds after 1 % of the sources changed."""
    tool = make()
    first = tool.first(names)
    again = statistics.median(tool.again(names) for _ in range(rounds))
    few = []
    for number in range(rounds):
        changed = names[number :: 100]
        for i, name in enumerate(changed):
            paint(os.path.join(sources, name), 77777 + 1000 * number + i)
        few.append(tool.changed(changed))
    return first, again, statistics.median(few)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", metavar="FOLDER", default=["."])
    parser.add_argument("--thumbs", required=True, metavar="PROGRAM")
    parser.add_argument("--sharp", metavar="FOLDER")
    parser.add_argument("--counts", default="1000,20000")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--layouts", default="tree,flat")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    args = parser.parse_args()
    print("| folder | outputs | program | first | again | again / first | 1 % |\n|---|---|---|---|---|---|---|")
    for count in map(int, args.counts.split(",")):
        sources = tempfile.mkdtemp(dir="/dev/shm")
        names = make_sources(sources, count)
        try:
            for folder in args.folders:
                for layout in args.layouts.split(","):
                    for name, make in tools(args, sources, layout):
                        out = tempfile.mkdtemp(dir=folder)
                        first, again, few = measure(lambda: make(os.path.join(out, "out")), names, sources, args.rounds)
                        where = "one folder" if layout == "flat" else "a tree"
                        print(f"| {folder} | {count} in {where} | {name} | {first:.2f} | {again:.2f} | "
                              f"{again / first:.2f} | {few:.2f} |", flush=True)
                        shutil.rmtree(out)
        finally:
            shutil.rmtree(sources)


def tools(args, sources, layout):
    for jobs in args.jobs.split(","):
        yield f"thumbs -j{jobs}", lambda out, jobs=jobs: Thumbs(os.path.abspath(args.thumbs), sources, out, layout, jobs)
    if args.no_peers:
        return
    yield "Pillow, 2 processes", lambda out: Peer(["/usr/bin/python3", "-c", PILLOW, "2"], sources, out, layout)
    if args.sharp:
        environment = {**os.environ, "NODE_PATH": os.path.join(os.path.abspath(args.sharp), "node_modules")}
        yield "sharp, 2 at once", lambda out: Peer(["node", "-e", SHARP, "2"], sources, out, layout, env=environment)


if __name__ == "__main__":
    main()
