#!/usr/bin/env python3
"""What share of the processor's time each stage of the pipeline takes; prints a Markdown table.

    THUMBS_SETS=FOLDER stages.py [--thumbs PROGRAM] [SET:SIZE…]

By perf, which sees the kernel's work for a stage too: a sample belongs to the stage that is in its call stack. One
worker, so that nobody waits. Serial stages matter most: with n workers a serial stage holds the others up where its
share is above 1/n.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Where a sample's stack has one of these functions, it belongs to the stage; and whether only one worker at a time is in
# it.
STAGES = [(r"concrete_filter<void, std::shared_ptr<thumbs::Work>", "next source", "one"),
          (r"thumbs::Stages::read\b", "read and hash", "all"),
          (r"thumbs::(encode_|quantise)", "encode", "all"),
          (r"thumbs::resize\b", "resize", "all"),
          (r"thumbs::Stages::make\b", "decode", "all"),
          (r"thumbs::Stages::write\b", "write", "all"),
          (r"concrete_filter<std::shared_ptr<thumbs::Work>, void", "commit", "one")]
OTHER = "before and after the pipeline (scan, cache, durable writes)"


def samples(program, source, size, work):
    """The call stacks of a build, innermost function first."""
    manifest = {"cache": "cache.db", "sets": [{"source": source, "output": "out", "variants": [
        {"name": "t", "width": size, "height": size, "quality": 75}]}]}
    with open(os.path.join(work, "thumbs.json"), "w") as file:
        json.dump(manifest, file)
    data = os.path.join(work, "perf.data")
    subprocess.run(["perf", "record", "-q", "-F", "500", "--call-graph", "dwarf,16384", "-o", data, program, "build",
                    "-f", os.path.join(work, "thumbs.json"), "-j", "1", "-q"], check=True, stderr=subprocess.DEVNULL)
    text = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym"], check=True, capture_output=True,
                          text=True).stdout
    return text.split("\n\n")


def stage_of(stack):
    for line in stack.splitlines():
        for pattern, name, _ in STAGES:
            if re.search(pattern, line):
                return name
    return OTHER


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=["product:256"], metavar="SET:SIZE")
    parser.add_argument("--thumbs", default=os.path.join(HERE, "../../build/release/src/thumbs"))
    args = parser.parse_args()
    folder = os.environ.get("THUMBS_SETS")
    if not folder:
        sys.exit("THUMBS_SETS must name the folder of the sets")
    for item in args.sets:
        name, size = item.split(":")
        with tempfile.TemporaryDirectory() as work:
            source = os.path.abspath(os.path.join(folder, name))
            found = collections.Counter(stage_of(s) for s in samples(os.path.abspath(args.thumbs), source, int(size), work)
                                        if s.strip())
        total = sum(found.values())
        print(f"`{name}` → {size}, {total} samples\n\n| stage | workers | share |\n|---|---|---|")
        for _, stage, workers in STAGES:
            print(f"| {stage} | {workers} | {100 * found[stage] / total:.1f} % |")
        print(f"| {OTHER} | | {100 * found[OTHER] / total:.1f} % |\n")


if __name__ == "__main__":
    main()
