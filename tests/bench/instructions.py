#!/usr/bin/env python3
"""A gate for speed that does not depend on the machine's mood: counts the instructions of a small fixed build, and of a
run over the same tree that finds nothing to do, under `valgrind --tool=callgrind`, and holds them to the figures in
instructions.json.

  tests/bench/instructions.py BUILD_FOLDER            fails where a count is more than 3 % off
  tests/bench/instructions.py BUILD_FOLDER --update   writes the figures anew: for a change that is meant, or for the
                                                      compiler and the libraries of another release of Debian

BUILD_FOLDER is a Release build with the programs thumbs and thumbs_shop. More instructions are a loss, and fewer are
news that should be kept: both fail. Counts depend on the compiler and the model of the CPU, so each machine has figures
of its own. On a machine without figures nothing is compared, and the program says so.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FIGURES = Path(__file__).with_name("instructions.json")
ALLOWED = 0.03
PICTURES = 40
FRESH = 2000
BUILD = {
    "defaults": {"quality": 75},
    "sets": [
        {
            "source": "products",
            "output": "thumbs",
            "variants": [{"name": "card", "width": 256, "height": 256}, {"name": "icon", "width": 64, "height": 64}],
        }
    ],
}
NO_OP = {"sets": [{"source": "many", "output": "few", "variants": [{"name": "t", "width": 16}]}]}


def machine(build):
    """What the counts depend on beside the sources."""
    cache = (build / "CMakeCache.txt").read_text()
    compiler = re.search(r"^CMAKE_CXX_COMPILER:[A-Z]+=(.*)$", cache, re.M).group(1)
    version = subprocess.run([compiler, "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
    cpu = Path("/proc/cpuinfo").read_text()
    # C libraries choose their functions by it, and the program its instruction set.
    model = re.findall(r"^(?:vendor_id|cpu family|model|model name)\s*: *(.*)$", cpu.split("\n\n")[0], re.M)
    return ", ".join([f"{Path(compiler).name} {version}", platform.machine(), *model])


def instructions(thumbs, folder, counts):
    """Of one run of the program in `folder`, whose summary must show `counts`."""
    out = folder / "callgrind.out"
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", thumbs, "-j1", "--json", "--progress", "none"],
        cwd=folder, capture_output=True, text=True,
    )
    summary = json.loads(run.stdout)["summary"] if run.returncode == 0 else {}
    if any(summary.get(name) != count for name, count in counts.items()):
        sys.exit(f"{folder}: not the run that was to be counted: exit {run.returncode}\n{run.stderr}")
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def count_all(build, folder):
    thumbs = build.resolve() / "src/thumbs"
    shop = build.resolve() / "examples/shop/thumbs_shop"
    subprocess.run([shop, folder / "products", str(PICTURES)], check=True, stdout=subprocess.DEVNULL)
    first = min((folder / "products").rglob("*.jpg"), key=lambda path: (path.stat().st_size, path))
    for number in range(FRESH):
        place = folder / "many" / f"{number % 50:02}" / f"{number:04}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(first, place)
    old = 1_600_000_000
    for path in folder.rglob("*"):
        os.utime(path, (old, old))
    figures = {}
    (folder / "thumbs.json").write_text(json.dumps(BUILD))
    figures["build"] = instructions(thumbs, folder, {"built": 2 * PICTURES, "failed": 0})
    (folder / "thumbs.json").write_text(json.dumps(NO_OP))
    shutil.rmtree(folder / ".thumbs")
    subprocess.run([thumbs, "-q"], cwd=folder, check=True)
    subprocess.run(["sleep", "2.1"], check=True)  # until no time is racy
    subprocess.run([thumbs, "-q"], cwd=folder, check=True)
    figures["nothing to do"] = instructions(thumbs, folder, {"fresh": FRESH, "hashed": 0, "built": 0})
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is missing: third_party/install.sh ci installs it")
    here = machine(arguments.build)
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    if not arguments.update and here not in figures:
        print(f"nothing is compared: {FIGURES.name} has no figures of {here}; --update adds them")
        return
    with tempfile.TemporaryDirectory(prefix="thumbs-count-") as folder:
        counted = count_all(arguments.build, Path(folder))
    if arguments.update:
        FIGURES.write_text(json.dumps(figures | {here: counted}, indent=2) + "\n")
    off = False
    for name, count in counted.items():
        before = count if arguments.update else figures[here][name]
        change = count / before - 1
        off |= abs(change) > ALLOWED
        print(f"{name}: {count:,} instructions, {change:+.2%} of {before:,}")
    if off:
        sys.exit("more than 3 % off: find out why, or, where it is meant, run again with --update and commit the figures")


if __name__ == "__main__":
    main()
