#!/usr/bin/env python3
"""Holds the sources to the layers and to one home for each foreign header; files to 400 lines.

Prints each fault as FILE:LINE: text and exits 1 where there is one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_LINES = 400

# What a folder of src may include besides itself and the public headers (include/thumbs); what those may include in
# turn is theirs to say. build.cpp stands above all but cli.
LAYERS = {
    "support": "",
    "text": "support",
    "path": "support",
    "parallel": "support",
    "machine": "support",
    "sandbox": "support",
    "store": "support",
    "jobserver": "support",
    "manifest": "disk path support",
    "disk": "parallel path support",
    "scan": "disk manifest parallel path support",
    "init": "disk manifest path support",
    "cache": "disk path support",
    "lockfile": "cache path support",
    "pageindex": "cache text support",
    "graph": "cache disk manifest path support",
    "rules": "graph cache scan disk manifest path text support",
    "image": "support",
    "report": "text",
    "gallery": "support",
    "pipeline": "image graph cache disk machine manifest path store jobserver support",
    "engine": "pipeline rules graph lockfile pageindex cache scan disk machine manifest image parallel path store jobserver support",
    "build.cpp": "engine rules graph cache disk manifest parallel path",
    "library": "engine init lockfile cache disk image machine manifest parallel path sandbox store support",
    "run.cpp": "library engine cache machine store parallel",
    "run_part.cpp": "library engine graph cache disk manifest parallel",
    "watch": "disk manifest path support",
    "watch.cpp": "watch library engine cache disk path",
    "cli": "",
    "man": "cli",
}

# Foreign headers by prefix, and the only files (path prefixes below src) that may include them.
FOREIGN = {
    "jpeglib.h": ["image/codec/jpeg/"],
    "jerror.h": ["image/codec/jpeg/"],
    "png.h": ["image/codec/png/"],
    "zlib.h": ["image/codec/png/", "image/codec/svg/gzip.cpp"],
    "libdeflate.h": ["image/codec/png/"],
    "webp/": ["image/codec/webp/"],
    "avif/": ["image/codec/avif/"],
    "gif_lib.h": ["image/codec/gif/"],
    "libheif/": ["image/codec/heic/"],
    "tiffio.h": ["image/codec/tiff/"],
    "lcms2": ["image/colour/icc.cpp"],
    "expat.h": ["image/metadata/xmp_walk.cpp", "image/codec/svg/document.cpp"],
    "curl/": ["store/http/"],
    "sqlite3.h": ["cache/"],
    "xxhash.h": ["support/hash.cpp"],
    "hwy/": ["image/"],
    "nlohmann/": ["manifest/", "pageindex/", "man/"],
    "CLI/": ["cli/"],
    "oneapi/tbb": ["parallel/", "pipeline/pipeline.cpp", "cli/worker_threads.cpp"],
    "tbb/": [],
}

# Folders below src that other code enters by one header alone.
ROOMS = {
    "image/codec/avif/": "avif.h",
    "image/codec/bmp/": "bmp.h",
    "image/codec/gif/": "gif.h",
    "image/codec/heic/": "heic.h",
    "image/codec/jpeg/": "jpeg.h",
    "image/codec/jpeg/fast/": "fast.h",
    "image/codec/jpeg/trellis/": "trellis.h",
    "image/codec/png/": "png.h",
    "image/codec/png/fast/": "fast.h",
    "image/codec/svg/": "svg.h",
    "image/codec/tiff/": "tiff.h",
    "image/codec/webp/": "webp.h",
}

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')


def module_of(path):
    return path.split("/")[0]


def faults_of_include(where, included):
    """`where` is a path below src; `included` what stands between the brackets."""
    for prefix, homes in FOREIGN.items():
        if included.startswith(prefix):
            if not any(where.startswith(home) for home in homes):
                yield f"{included} belongs to {', '.join(homes) or 'nobody: use oneapi/tbb'}"
            return
    for room, entry in ROOMS.items():
        if included.startswith(room) and not where.startswith(room) and included != room + entry:
            yield f"{included} is private to {room}: include {room}{entry}"
    module, target = module_of(where), module_of(included)
    if target in LAYERS and target != module and target not in LAYERS[module].split():
        yield f"{module} may not include {included}: it may use {LAYERS[module] or 'no other module'}"
    if included == "thumbs/build.h" and module not in ("engine", "build.cpp", "run.cpp", "run_part.cpp", "watch.cpp", "library", "cli", "pipeline"):
        yield f"{module} lies below the library's front door and may not include {included}"


def faults_of_file(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > MAX_LINES:
        yield f"{path.relative_to(ROOT)}:{MAX_LINES + 1}: {len(lines)} lines; split it ({MAX_LINES} at most)"
    if not lines or not lines[0].startswith("//"):
        if ROOT / "include" in path.parents or path.suffix == ".h":
            yield f"{path.relative_to(ROOT)}:1: a header begins with what it owns"
    source = ROOT / "src"
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        if source in path.parents:
            where = path.relative_to(source).as_posix()
            if module_of(where) not in LAYERS:
                yield f"{path.relative_to(ROOT)}:1: no layer is known for this folder"
                return
            found = faults_of_include(where, match[1])
        else:  # include/thumbs: the standard library and itself
            found = [] if "/" not in match[1] or match[1].startswith("thumbs/") else [f"public headers may not include {match[1]}"]
        for fault in found:
            yield f"{path.relative_to(ROOT)}:{number}: {fault}"


def main():
    files = [p for top in ("src", "include") for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".cpp")]
    faults = [fault for path in sorted(files) for fault in faults_of_file(path)]
    print("\n".join(faults) if faults else f"{len(files)} files keep to the layers")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
