#!/usr/bin/env python3
"""What a shared store saves, and what a bad one costs; prints a Markdown table.

    THUMBS_SETS=FOLDER store.py [--thumbs PROGRAM] [--rounds N] [SET:SIZE:FORMAT…]

Each round builds from nothing, in turn: without a store, with one that is empty (to fill it), full, silent, or 50 ms
away. nginx serves it (Debian: nginx-light); `folder` is the folder behind it. Medians of the rounds; ratios are of the
same round, since the machine may be busy.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../blackbox"))
import stores  # noqa: E402


def build(program, source, size, picture_format, store, work):
    """Seconds, seconds of CPU, and the report's summary of a build from nothing."""
    project = os.path.join(work, "project")
    shutil.rmtree(project, ignore_errors=True)
    os.makedirs(project)
    manifest = {"sets": [{"source": source, "output": "out", "variants": [
        {"name": "t", "width": size, "height": size, "format": picture_format}]}]}
    if store:
        manifest["store"] = store
    with open(os.path.join(project, "thumbs.json"), "w") as file:
        json.dump(manifest, file)
    before, start = os.times(), time.monotonic()
    run = subprocess.run([program, "build", "--json", "--progress=none"], cwd=project, capture_output=True, text=True, check=True)
    seconds, after = time.monotonic() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, cpu, json.loads(run.stdout)["summary"]


def measure(program, source, size, picture_format, rounds):
    """→ {store: [(seconds, over that without a store, CPU seconds, decoded)]}"""
    measured = {}
    with tempfile.TemporaryDirectory() as work:
        os.makedirs(os.path.join(work, "nginx"))
        nginx, silent = stores.Nginx(os.path.join(work, "nginx")), stores.Silent()
        far = stores.Between(nginx.port, lambda request: time.sleep(0.05))
        kinds = {"none": None, "nginx, empty": nginx.url, "nginx, full": nginx.url, "folder, full": nginx.data,
                 "50 ms away, full": far.url, "silent": silent.url}
        for _ in range(rounds):
            shutil.rmtree(nginx.data, ignore_errors=True)
            for kind, store in kinds.items():
                seconds, cpu, summary = build(program, source, size, picture_format, store, work)
                base = measured["none"][-1][0] if kind != "none" else seconds
                measured.setdefault(kind, []).append((seconds, seconds / base, cpu, summary["decoded"]))
        for server in (nginx, far, silent):
            server.close()
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=["product:256:jpeg", "p200:256:avif"], metavar="SET:SIZE:FORMAT")
    parser.add_argument("--thumbs", default=os.path.join(HERE, "../../build/release/src/thumbs"))
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    folder = os.environ.get("THUMBS_SETS")
    if not folder or not stores.NGINX:
        sys.exit("needs THUMBS_SETS, a folder of picture sets, and nginx")
    print("| set | store | time | over none | CPU | decoded |\n|---|---|---|---|---|---|")
    for name in args.sets:
        source, size, picture_format = name.split(":")
        measured = measure(os.path.abspath(args.thumbs), os.path.join(os.path.abspath(folder), source), int(size), picture_format, args.rounds)
        for kind, runs in measured.items():
            seconds, ratio, cpu, decoded = (statistics.median(column) for column in zip(*runs))
            print(f"| {source} → {picture_format} | {kind} | {seconds:.2f} s | {ratio:.2f} | {cpu:.2f} s | {decoded:.0f} |")


if __name__ == "__main__":
    main()
