#!/usr/bin/env python3
"""Holds the manual pages to the program: every command, option, exit code and key of the manifest has an entry.

    check_man_pages.py PROGRAM PAGE…      PAGE: thumbs.1 and thumbs.json.5, gzipped or not

mandoc looks for faults too, where it is installed. Prints each fault and exits 1 where there is one.
"""

import gzip
import json
import pathlib
import re
import shutil
import subprocess
import sys


def text_of(path):
    data = pathlib.Path(path).read_bytes()
    return (gzip.decompress(data) if path.endswith(".gz") else data).decode("ascii")


def entries(page):
    """{label: text} of the bold labels of lists, escapes undone."""
    found = {}
    for label, text in re.findall(r"^\.TP\n\\fB(.*?)\\fR.*\n((?:(?!\.TP|\.SH|\.SS|\.R).*\n)*)", page, re.M):
        found[label.replace("\\-", "-")] = text.strip()
    return found


def printed(program, *arguments):
    return subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def commands_and_options(help_text):
    """What --help names as (commands, options)."""
    part = help_text[help_text.index("Commands:") : help_text.index("\nIf a PATH")]
    options = {word for line in re.findall(r"^ {2,6}(-.*?)(?:  |$)", part, re.M) for word in re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", line)}
    return set(re.findall(r"^  ([a-z]+)", part, re.M)), options


def keys(schema):
    """Every key of a manifest, at any depth."""
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            if isinstance(value, dict) and value.keys() & {"description", "$ref"}:  # else it only restricts a key
                yield name
        for value in schema.values():
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


def faults_of_command_page(page, program):
    named = entries(page)
    commands, options = commands_and_options(printed(program, "--help"))
    assert len(commands) > 8 and len(options) > 20, (commands, options)
    of_page = {word for label in named for word in re.split(r", ", label)}
    for command in sorted(commands - {label.split(" ")[0] for label in named}):
        yield f"thumbs.1 has no entry for the command {command}"
    for option in sorted(options - of_page):
        yield f"thumbs.1 has no entry for {option}"
    for code in ("0", "1", "2", "3", "75", "129", "130", "143"):
        if code not in named:
            yield f"thumbs.1 has no entry for the exit code {code}"
    yield from (f"thumbs.1 says nothing about {label}" for label, text in named.items() if not text)


def faults_of_manifest_page(page, program):
    named = entries(page)
    known = set(keys(json.loads(printed(program, "schema"))))
    assert len(known) > 30, known
    yield from (f"thumbs.json.5 has no entry for {key}" for key in sorted(known - named.keys()))
    yield from (f"thumbs.json.5 says nothing about {label}" for label, text in named.items() if not text)


def faults(program, paths):
    version = printed(program, "--version").splitlines()[0]
    for path in paths:
        page = text_of(path)
        if f'"{version}"' not in page.splitlines()[0]:
            yield f"{path} is not of {version}"
        yield from (faults_of_manifest_page if ".json.5" in path else faults_of_command_page)(page, program)
        if shutil.which("mandoc"):
            lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page.encode(), stdout=subprocess.PIPE)
            yield from lint.stdout.decode().splitlines()
        else:
            print("mandoc is not installed: no lint")


def main():
    found = list(faults(sys.argv[1], sys.argv[2:]))
    print("\n".join(found) if found else f"{len(sys.argv) - 2} manual pages leave nothing out")
    return 1 if found or len(sys.argv) != 4 else 0


if __name__ == "__main__":
    sys.exit(main())
