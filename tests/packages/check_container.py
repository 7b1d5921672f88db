#!/usr/bin/env python3
"""Holds the container recipe to a few rules, and writes the command of each RUN to a file of its own.

    check_container.py DOCKERFILE FOLDER

What is copied exists; the image is small (apt's lists are removed, nothing that is only recommended is installed), does not
run as root, and starts thumbs. Prints each fault and exits 1 where there is one.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def instructions(text):
    """(name, arguments) of each, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.M))
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def faults(known):
    last = [name for name, _ in known][::-1].index("FROM")
    final = known[-last - 1 :]
    for name, arguments in known:
        words = [word for word in arguments.split() if not word.startswith("--")]
        if name == "FROM" and not re.match(r"debian:\d+-slim\b", arguments):
            yield f"FROM {arguments}: not a slim Debian of a fixed version"
        if name == "COPY" and "--from" not in arguments:
            yield from (f"COPY {word}: no such file" for word in words[:-1] if not (ROOT / word).exists())
        if name == "RUN" and "apt-get install" in arguments and "--no-install-recommends" not in arguments:
            yield f"RUN {arguments}: installs what is only recommended"
        if name == "ADD":
            yield f"ADD {arguments}: use COPY"
    settings = dict(final)
    if settings.get("USER", "root").split(":")[0] in ("root", "0"):
        yield "the image runs as root"
    if json.loads(settings.get("ENTRYPOINT", "[]")) != ["thumbs"]:
        yield "ENTRYPOINT is not thumbs"
    for name, arguments in final:
        if name == "RUN" and "apt-get update" in arguments and "rm -rf /var/lib/apt/lists/*" not in arguments:
            yield "apt's lists stay in the image"


def main():
    known = instructions(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    commands = [re.sub(r"^(--\S+\s+)+", "", arguments) for name, arguments in known if name == "RUN"]
    for number, command in enumerate(commands):
        (pathlib.Path(sys.argv[2]) / f"step{number}").write_text(command + "\n", encoding="utf-8")
    found = list(faults(known))
    print("\n".join(found) if found else f"{len(known)} instructions, {len(commands)} steps")
    return 1 if found or len(commands) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
