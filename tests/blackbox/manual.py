"""Reads the manual: pages of markdown → the steps that test_manual.py carries out.

    ```console             `$ COMMAND` lines, each followed by what it prints (standard output and standard error). `...`
                           within a line matches any text, a line of `...` any lines. A page is one session in one folder.
    ```json                Checked for being JSON; a manifest, a set or a variant is given to the program too.
    <!-- pictures: NAME 640x480, … -->   (first thing in a page) makes these before the page runs.
    <!-- file: NAME -->    The block below is written to that file.
    <!-- run: COMMAND -->  A step that the reader need not see.
"""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOCS = os.path.join(ROOT, "docs")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
COMMENT = re.compile(r"^<!-- (pictures|file|run): (.*?) -->$", re.M | re.S)


def pages():
    """The names of all pages, relative to the root of the repository."""
    return ["README.md"] + sorted(os.path.join("docs", n) for n in os.listdir(DOCS) if n.endswith(".md"))


def read(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        return file.read()


def steps(text):
    """[(kind, value, place)] in the order of the page: comments and blocks, each with its line."""
    found = [(m.start(), m[1], m[2]) for m in COMMENT.finditer(text)]
    found += [(m.start(), "block " + m[1], m[2]) for m in FENCE.finditer(text)]
    return [(kind, value, 1 + text.count("\n", 0, at)) for at, kind, value in sorted(found)]


def pictures_of(text):
    """[(name, width, height)]"""
    names = [one.split() for kind, value, _ in steps(text) if kind == "pictures" for one in value.split(",")]
    return [(name, *map(int, size.split("x"))) for name, size in names]


def commands(block):
    """[(command, [expected line])]; a command may go on in lines that start with `> `."""
    out = []
    for line in block.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        elif line.startswith("> ") and out and not out[-1][1]:
            out[-1] = (out[-1][0] + "\n" + line[2:], [])
        else:
            out[-1][1].append(line)
    return out


def _pattern(line):
    if line == "...":
        return r"(?:[^\n]*\n)*?"
    return ".*?".join(re.escape(part) for part in line.split("...")) + r"\n"


def says(expected, text):
    """Whether the program's text is what the manual shows, but for the progress that only a slow machine sees."""
    text = re.sub(r"^(scan|hash|build) ( *\d+% )?\d+(/\d+)? (files|thumbnails)\b.*\n", "", text, flags=re.M)
    if text and not text.endswith("\n"):
        text += "\n"
    return re.fullmatch("".join(map(_pattern, expected)), text) is not None


def without_comments(text):
    """JSON as the program reads it → plain JSON; strings stay as they are."""
    token = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.S)
    return token.sub(lambda m: m[0] if m[0].startswith('"') else "", text)


def table_rows(text):
    """{first cell without backticks: [cells]} of every table of a page; a cell may name several keys."""
    rows = {}
    for line in text.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            for key in re.findall(r"`([^`]+)`", cells[0]):
                rows.setdefault(key, cells)
    return rows


def anchors(text):
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def links(text):
    prose = FENCE.sub("", text)
    return re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r'(?:src|href)="([^"]+)"', prose)
