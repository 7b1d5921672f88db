#!/usr/bin/env python3
"""How long `watch` takes from a change to its thumbnail, among very many sources.

  THUMBS=PROGRAM tests/bench/watch.py [--sources 100000] [--changes 8] [--lock] FOLDER

Makes the sources in FOLDER (kept, and used again), builds them, and then changes one after the other. Prints seconds
from the end of a change to the new thumbnail on disk, and to the line that says it is recorded.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "blackbox"))

import pictures  # noqa: E402

PER_FOLDER = 500


def name(number):
    return f"{number // PER_FOLDER:04}/{number % PER_FOLDER:03}"


def make(folder, sources, lock):
    kinds = [pictures.tiny(seed) for seed in range(50)]
    for number in range(sources):
        path = os.path.join(folder, "in", name(number) + ".png")
        if os.path.exists(path):
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(kinds[number % len(kinds)])
    manifest = {"sets": [{"source": "in", "output": "out", "variants": [{"name": "t", "width": 8}]}]}
    if lock:
        manifest["lock"] = "thumbs.lock"
    with open(os.path.join(folder, "thumbs.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file)


def one_change(folder, watch, number):
    output = os.path.join(folder, "out", name(number) + "-t.jpg")
    before = os.stat(output).st_mtime_ns
    with open(os.path.join(folder, "in", name(number) + ".png"), "wb") as file:
        file.write(pictures.tiny(time.time_ns() % 10**9))
    began = time.monotonic()
    while os.stat(output).st_mtime_ns == before:
        time.sleep(0.001)
    on_disk = time.monotonic() - began
    json.loads(watch.stdout.readline())
    return on_disk, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=8)
    parser.add_argument("--lock", action="store_true")
    options = parser.parse_args()
    program = os.path.abspath(os.environ["THUMBS"])
    make(options.folder, options.sources, options.lock)
    subprocess.run([program, "-q"], cwd=options.folder, check=True)
    began = time.monotonic()
    subprocess.run([program, "-q"], cwd=options.folder, check=True)
    print(f"a run with nothing to do: {time.monotonic() - began:.2f} s")
    watch = subprocess.Popen(
        [program, "watch", "--json"], cwd=options.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while b"watching" not in watch.stderr.readline():
        pass
    watch.stdout.readline()
    step = options.sources // options.changes
    times = [one_change(options.folder, watch, number * step) for number in range(options.changes)]
    watch.terminate()
    watch.wait()
    for what, seconds in zip(("on disk", "recorded"), zip(*times)):
        print(f"{what}: median {statistics.median(seconds):.3f} s, at most {max(seconds):.3f} s")


if __name__ == "__main__":
    main()
