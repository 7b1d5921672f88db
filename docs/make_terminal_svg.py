#!/usr/bin/env python3
"""Draws docs/terminal.svg: a terminal in which the real program is at work.

    docs/make_terminal_svg.py THUMBS PICTURES     for example: build/release/src/thumbs build/demo/products

Runs the session below on a copy of PICTURES, in a pseudo terminal, and turns what it shows, at the speed at which it
shows it, into an animated SVG. Where animations are off, the SVG is the last screen.
"""

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
from xml.sax.saxutils import escape

COLUMNS, CHARACTER, LINE, PADDING, TITLE = 78, 8.4, 20, 18, 34
TYPING, PAUSE, END = 0.03, 1.2, 5.0  # seconds: a character, after a command's output, the last screen
KEYS = 3  # characters that appear at once while a command is typed

MANIFEST = """{
  "sets": [{
    "source": "products",
    "output": "thumbs",
    "variants": [
      { "name": "grid", "width": 256, "height": 256, "fit": "cover" },
      { "name": "zoom", "width": 1200, "quality": 85 }
    ]
  }]
}
"""
SESSION = [
    "thumbs",
    "thumbs                           # nothing changed",
    "touch products/*/*; thumbs       # same bytes, other times",
    "mv products/bath/sku-0020.jpg products/bath/tap.jpg; thumbs -v",
    "sed -i 's/: 85/: 75/' thumbs.json; thumbs -n --explain products/bath/tap.jpg",
]
SHOWN = [None, None, None, r"^(built|copied|\d+ orphan)", None]  # which lines of each command's output, where it is long

STYLE = """
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #d6deeb }
.command { fill: #ffffff; font-weight: 600 } .comment { fill: #94a3b8 } .prompt { fill: #22c55e } .bar { fill: #7dd3fc } .passing { visibility: hidden }
@media (prefers-reduced-motion: no-preference) { .step { animation: var(--a) TOTALs step-end infinite } }
"""


def record(command, folder, program):
    """Runs one command → [(seconds, bytes)] as they came."""
    master, slave = pty.openpty()
    environment = {**os.environ, "PATH": os.path.dirname(program) + ":" + os.environ["PATH"], "TERM": "xterm"}
    environment["NO_COLOR"] = "1"
    subprocess.run(["stty", "columns", str(COLUMNS), "rows", "24"], stdin=slave, check=True)
    start = time.monotonic()
    child = subprocess.Popen(["sh", "-c", command], cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    chunks = []
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not data:
            break
        chunks.append((time.monotonic() - start, data.decode()))
    os.close(master)
    if child.wait() != 0:
        sys.exit(f"{command}: exit {child.returncode}")
    return chunks


def screen_lines(chunks):
    """→ ([(text, from, to)] of passing lines, [(text, from)] of lines that stay); in seconds."""
    line, since, passing, staying = "", 0.0, [], []
    for now, data in chunks:
        for part in re.findall(r"\r\x1b\[K|\r?\n|[^\r\n]+", data):
            if part.endswith("\n"):
                staying.append((line, since if line else now))
                line = ""
            elif part.startswith("\r"):
                if line:
                    passing.append((line, since, now))
                line = ""
            else:
                line, since = line + part, now
    return passing, staying


class Film:
    """Texts of a terminal, each with its row and the time that it is seen."""

    def __init__(self):
        self.now, self.row, self.texts = 0.5, 0, []  # (row, column, text, class, from, to or None)

    def type(self, command):
        self.texts.append((self.row, 0, "$", "prompt", max(self.now - 0.4, 0), None))
        comment = (command + "#").index("#")
        for i in range(0, len(command), KEYS):
            kind = "command" if i < comment else "comment"
            self.texts.append((self.row, 2 + i, command[i : i + KEYS], kind, self.now + i * TYPING, None))
        self.now += len(command) * TYPING + 0.3
        self.row += 1

    def play(self, chunks, shown):
        passing, staying = screen_lines(chunks)
        for text, begin, end in passing:
            self.texts.append((self.row, 0, text, "bar", self.now + begin, self.now + end))
        for text, begin in staying:
            if shown is None or re.search(shown, text):
                self.texts.append((self.row, 0, text[:COLUMNS], "", self.now + begin, None))
                self.row += 1
        self.now += (chunks[-1][0] if chunks else 0) + PAUSE

    def svg(self):
        total = self.now + END
        width, height = COLUMNS * CHARACTER + 2 * PADDING, TITLE + self.row * LINE + PADDING
        frames, body = {}, []
        for row, column, text, kind, begin, end in self.texts:
            key = (round(100 * begin / total, 2), round(100 * end / total, 2) if end else None)
            name = frames.setdefault(key, f"k{len(frames)}")
            x, y, length = PADDING + column * CHARACTER, TITLE + (row + 0.75) * LINE, len(text) * CHARACTER
            classes = " ".join(filter(None, ["step", kind, "passing" if end else ""]))
            body.append(
                f'<text class="{classes}" style="--a:{name}" x="{x:.1f}" y="{y:.1f}" textLength="{length:.1f}"'
                f' xml:space="preserve">{escape(text)}</text>'
            )
        rules = [
            f"@keyframes {name}{{0%{{visibility:hidden}}{begin}%{{visibility:visible}}"
            + (f"{end}%{{visibility:hidden}}}}" if end else "}")
            for (begin, end), name in frames.items()
        ]
        dots = "".join(f'<circle cx="{20 + 20 * i}" cy="17" r="6" fill="{c}"/>' for i, c in enumerate(["#f87171", "#fbbf24", "#34d399"]))
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
                ' role="img" aria-label="thumbs in a terminal: it builds 600 thumbnails, then does nothing until something changes">',
                f"<style>{STYLE.replace('TOTAL', f'{total:.1f}')}{''.join(rules)}</style>",
                f'<rect x=".5" y=".5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="10" fill="#0f172a" stroke="#475569"/>',
                dots,
                *body,
                "</svg>\n",
            ]
        )


def main(program, pictures):
    film = Film()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(pictures, os.path.join(folder, "products"))
        with open(os.path.join(folder, "thumbs.json"), "w", encoding="utf-8") as file:
            file.write(MANIFEST)
        time.sleep(2.2)  # pictures that are not brand-new, as a user's are
        for command, shown in zip(SESSION, SHOWN):
            film.type(command)
            film.play(record(command, folder, os.path.abspath(program)), shown)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "terminal.svg"), "w", encoding="utf-8") as file:
        file.write(film.svg())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
