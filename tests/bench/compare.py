#!/usr/bin/env python3
"""thumbs beside its peers: the same pictures, in turn, several rounds; prints Markdown tables.

    THUMBS_SETS=FOLDER compare.py [--thumbs PROGRAM] [--rounds 3] [--sharp FOLDER] [--write] [--cold] [SET…]

--cold drops the sources from the system's cache of files before each run.
--write puts the tables between the marks in README.md beside this script, and draws compare.svg.

THUMBS_SETS holds a folder of pictures for each set (see README.md beside this). A set is NAME:SIZE[,SIZE…], the
thumbnails' box; by default seed:128 product:256 photos:256 p200:128,256,512,1024.
Peers are used where they are installed: Pillow (one process a core), vipsthumbnail, GraphicsMagick, ImageMagick, and
sharp from FOLDER/node_modules. Wall and CPU seconds are those of the best round, memory is the largest process's peak.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SETS = ["seed:128", "product:256", "photos:256", "p200:128,256,512,1024"]
CORES = len(os.sched_getaffinity(0))
QUALITY = 75

PILLOW = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from PIL import Image
source, out, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
def make(name):
    with Image.open(os.path.join(source, name)) as image:
        image.thumbnail((size, size))
        image.convert("RGB").save(os.path.join(out, f"{os.path.splitext(name)[0]}-{size}.jpg"), quality=%d)
if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        list(pool.map(make, os.listdir(source)))
""" % QUALITY

SHARP = """
const sharp = require('sharp'), fs = require('fs'), path = require('path');
const [source, out, sizes, workers] = process.argv.slice(2);
sharp.concurrency(1); sharp.cache(false);
const names = fs.readdirSync(source);
let next = 0;
async function work() {
  while (next < names.length) {
    const name = names[next++], bytes = fs.readFileSync(path.join(source, name));
    for (const size of sizes.split(',').map(Number))
      await sharp(bytes).resize({width: size, height: size, fit: 'inside', withoutEnlargement: true})
        .jpeg({quality: %d}).toFile(path.join(out, `${path.parse(name).name}-${size}.jpg`));
  }
}
Promise.all(Array.from({length: +workers}, work));
""" % QUALITY


def thumbs_manifest(source, out, sizes):
    variants = [{"name": str(s), "width": s, "height": s, "quality": QUALITY} for s in sizes]
    return {"cache": out + "/.cache/cache.db", "sets": [{"source": source, "output": out, "variants": variants}]}


def programs(args, source, out, sizes, work):
    """Name → shell command, for what is installed."""
    manifest = os.path.join(work, "thumbs.json")
    with open(manifest, "w", encoding="utf-8") as file:
        json.dump(thumbs_manifest(source, out, sizes), file)
    for name, text in (("pillow.py", PILLOW), ("sharp.js", SHARP)):
        with open(os.path.join(work, name), "w", encoding="utf-8") as file:
            file.write(text)
    files = f"find {source} -type f -print0"
    each = f"xargs -0 -P{CORES} -n 50"
    found = {
        "thumbs": f"{args.thumbs} build -q -f {manifest}",
        "thumbs -j1": f"{args.thumbs} build -q -j1 -f {manifest}",
    }
    if subprocess.run(["/usr/bin/python3", "-c", "import PIL"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        found["Pillow"] = " && ".join(f"/usr/bin/python3 {work}/pillow.py {source} {out} {s}" for s in sizes)
    if shutil.which("vipsthumbnail"):
        found["vipsthumbnail"] = " && ".join(
            f"{files} | VIPS_CONCURRENCY=1 {each} vipsthumbnail --size {s}x{s} -o {out}/%s-{s}.jpg[Q={QUALITY},strip]"
            for s in sizes)
    mogrify = "-size {d}x{d} -resize {s}x{s} -quality %d -format jpg" % QUALITY
    if shutil.which("gm"):
        found["GraphicsMagick"] = " && ".join(
            f"mkdir -p {out}/{s} && (cd {source} && find . -type f -print0) | OMP_NUM_THREADS=1 {each} env -C {source} gm mogrify -output-directory {out}/{s} "
            + mogrify.format(s=s, d=2 * s) for s in sizes)
    if shutil.which("mogrify-im6.q16"):
        found["ImageMagick"] = " && ".join(
            f"mkdir -p {out}/{s} && {files} | MAGICK_THREAD_LIMIT=1 {each} mogrify-im6.q16 -path {out}/{s} "
            + f"-define jpeg:size={2 * s}x{2 * s} -thumbnail {s}x{s} -quality {QUALITY} -format jpg" for s in sizes)
    if args.sharp:
        found["sharp"] = (f"NODE_PATH={args.sharp}/node_modules node {work}/sharp.js {source} {out} "
                          f"{','.join(map(str, sizes))} {CORES}")
    return found


def drop_from_cache(folder):
    for name in os.listdir(folder):
        file = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def run(command, out, cold):
    os.makedirs(out)
    subprocess.run("sync", check=False)
    if cold:
        drop_from_cache(cold)
    start = time.monotonic()
    child = subprocess.Popen(["bash", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    made = [os.path.join(folder, name) for folder, _, names in os.walk(out) for name in names if name.endswith(".jpg")]
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "mib": usage.ru_maxrss / 1024, "files": len(made),
            "bytes": sum(map(os.path.getsize, made)), "status": status}


def table(name, sizes, results):
    ours = results["thumbs"]["wall"]
    lines = [f"`{name}` → {', '.join(map(str, sizes))}", "",
             "| program | wall s | × thumbs | CPU s | peak MiB | files | bytes |", "|---|---|---|---|---|---|---|"]
    for program, r in sorted(results.items(), key=lambda item: item[1]["wall"]):
        note = "" if r["status"] == 0 else " (failed)"
        lines.append(f"| {program}{note} | {r['wall']:.2f} | {r['wall'] / ours:.2f} | {r['cpu']:.2f} | {r['mib']:.0f} | "
                     f"{r['files']} | {r['bytes']:,} |")
    return "\n".join(lines) + "\n"


def chart(everything):
    """Bars of wall time over thumbs', a group for each set."""
    bar, left, scale, widest = 16, 150, 40, 12
    rows, y = [], 10
    for (name, sizes), results in everything.items():
        y += 24
        rows.append(f'<text x="4" y="{y - 6}" font-weight="bold">{name} → {", ".join(map(str, sizes))}</text>')
        ours = results["thumbs"]["wall"]
        for program, r in sorted(results.items(), key=lambda item: item[1]["wall"]):
            ratio = r["wall"] / ours
            width = min(ratio, widest) * scale
            colour = "#c2410c" if program.startswith("thumbs") else "#64748b"
            rows.append(f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">{program}</text>'
                        f'<rect x="{left}" y="{y + 2}" width="{width:.1f}" height="{bar - 4}" fill="{colour}"/>'
                        f'<text x="{left + width + 4:.1f}" y="{y + 12}">{ratio:.2f}</text>')
            y += bar
    width = left + widest * scale + 60
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 10}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="white"/>' + "".join(rows) + "</svg>\n")


def write(everything):
    readme = os.path.join(HERE, "README.md")
    begin, end = "<!-- compare.py writes from here -->\n", "<!-- to here -->\n"
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    before, after = text.split(begin)[0], text.split(end)[1]
    tables = "\n".join(table(name, sizes, results) for (name, sizes), results in everything.items())
    picture = "![wall time over thumbs'](compare.svg)\n\n"
    with open(readme, "w", encoding="utf-8") as file:
        file.write(before + begin + "\n" + picture + tables + "\n" + end + after)
    with open(os.path.join(HERE, "compare.svg"), "w", encoding="utf-8") as file:
        file.write(chart(everything))


def compare(args, folder, sizes):
    source = os.path.join(os.path.abspath(os.environ["THUMBS_SETS"]), folder)
    if not os.path.isdir(source):
        sys.exit(f"{source}: there is no such set; README.md beside this script says how sets are made")
    work = tempfile.mkdtemp()
    best = {}
    for turn in range(args.rounds):
        for program in programs(args, source, work, sizes, work):
            # A new folder each time, removed at the end: ext4 is slow to make files where some were just removed.
            out = os.path.join(work, f"out-{turn}-{program.replace(' ', '')}")
            result = run(programs(args, source, out, sizes, work)[program], out, source if args.cold else None)
            if program not in best or result["wall"] < best[program]["wall"]:
                best[program] = result
    shutil.rmtree(work)
    print("\n" + table(folder, sizes, best), flush=True)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thumbs", default=os.path.join(HERE, "../../build/release/src/thumbs"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sharp", default="")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--cold", action="store_true", help="sources are not in the system's cache")
    parser.add_argument("sets", nargs="*", default=SETS)
    args = parser.parse_args()
    if "THUMBS_SETS" not in os.environ:
        parser.error("THUMBS_SETS must name the folder of the sets")
    args.thumbs = os.path.abspath(args.thumbs)
    everything = {}
    for entry in args.sets:
        folder, _, text = entry.partition(":")
        sizes = tuple(int(s) for s in text.split(","))
        everything[folder, sizes] = compare(args, folder, sizes)
    if args.write:
        write(everything)


if __name__ == "__main__":
    main()
