"""Bars on a real terminal: tmux at several widths, and while its window changes."""

import os
import re
import shutil
import subprocess
import time
import uuid

import pictures
from harness import PROGRAM, Case, environment

SCAN_OR_BUILD = re.compile(r"^(scan|hash|build) .*\d")


class Terminal(Case):
    slow = True

    def prepare(self):
        # Work for some seconds, in many small steps; what fails comes first.
        for seed in range(150):
            self.put(f"in/{seed:03}-größe-漢字.png", pictures.tiny(seed, 48, 40))
        self.put("in/!bad-漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字.png", "no picture")
        self.manifest([{"name": "t", "width": 900, "withoutEnlargement": False, "effort": 9}])

    def tmux(self, *arguments):
        run = subprocess.run(["tmux", "-L", self.socket, *arguments], capture_output=True, text=True, env=environment(SHELL="/bin/sh", LC_ALL="C.UTF-8"), check=True)
        return run.stdout

    def open(self, columns, command="$THUMBS -j1"):
        if shutil.which("tmux") is None:
            self.skipTest("tmux is not installed")
        self.socket = f"thumbs-{uuid.uuid4().hex}"
        self.addCleanup(subprocess.run, ["tmux", "-L", self.socket, "kill-server"], capture_output=True, check=False)
        script = f"trap : INT; echo first; {command}; echo exit $? at the end; sleep 100"
        self.tmux("-f", "/dev/null", "-u", "new-session", "-d", "-x", str(columns), "-y", "30", "-c", self.project,
                  "-e", f"THUMBS={PROGRAM}", "-e", "LC_ALL=C.UTF-8", script)  # fmt: skip

    def lines(self):
        return [line.rstrip() for line in self.tmux("capture-pane", "-p").splitlines() if line.strip()]

    def bar(self):
        """The last line, once it is a bar of the build."""
        found = []

        def seen():
            found[:] = [line for line in self.lines() if re.match(r"build .*[1-9]\d*/151", line)]
            return found

        self.until(seen, what=f"a bar in {self.lines()}")
        return found[-1]

    def end(self):
        """Waits for the end, and returns all lines: none of them may be a bar."""
        self.until(lambda: any("at the end" in line for line in self.lines()), what=f"the end: {self.lines()}")
        lines = self.lines()
        self.assertEqual([line for line in lines if SCAN_OR_BUILD.match(line) or "/151" in line], [], lines)
        return lines

    def test_at_forty_eighty_and_two_hundred_columns(self):
        for columns in (40, 80, 200):
            with self.subTest(columns=columns):
                shutil.rmtree(self.at("out"), ignore_errors=True)
                self.open(columns)
                bar = self.bar()
                self.assertLess(len(bar), columns)
                self.assertRegex(bar, r"^build (\[#*-*\] )?\s*\d+% \d+/151")
                if columns >= 80:
                    self.assertIn("[", bar)
                self.until(lambda: "1 failed" in self.bar(), what="the failure in the bar")
                self.tmux("send-keys", "C-c")
                lines = self.end()
                self.assertEqual((lines[0], lines[-1]), ("first", "exit 130 at the end"))
                self.assertIn("thumbs: error: in/!bad-漢字", "".join(lines))
                self.tmux("kill-server")

    def test_a_window_that_changes_leaves_nothing_behind(self):
        # A bar that is written in the very moment in which the window becomes narrower is wrapped before the program can
        # know. On a busy machine that happens; three times in a row it does not.
        found = []
        for _ in range(3):
            shutil.rmtree(self.at("out"), ignore_errors=True)
            shutil.rmtree(self.at(".thumbs"), ignore_errors=True)
            found.append(self.left_by_changes())
            if not found[-1]:
                return
        self.fail(found)

    def left_by_changes(self):
        """What a run leaves on the screen of a window that changes: each screen with more than one bar."""
        left = []
        self.open(100)
        self.bar()
        for columns in (50, 30, 120, 40):
            time.sleep(0.5)  # tmux tells the program of a second change within a quarter of a second only at the end of it
            self.tmux("resize-window", "-x", str(columns))
            self.until(lambda: len(self.bar()) < columns, what="a bar that fits")
            lines = self.lines()
            if len([line for line in lines if SCAN_OR_BUILD.match(line)]) != 1:
                left.append(lines)
        self.tmux("send-keys", "C-c")
        if not left:
            self.end()
            # What tmux took away at the top while it wrapped the bar is in its history.
            self.assertEqual(self.tmux("capture-pane", "-p", "-S", "-").splitlines()[0], "first")
        self.tmux("kill-server")
        return left

    def test_the_cursor_is_there_afterwards(self):
        self.open(80, "$THUMBS -j1 in/00*")
        self.until(lambda: "at the end" in "".join(self.lines()))
        self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag} #{wrap_flag}").strip(), "1 1")

    def test_a_dumb_terminal_gets_lines(self):
        self.open(80, "TERM=dumb $THUMBS -j1 in/00* \"in/!\"* 2>&1 | cat -v")
        self.until(lambda: "at the end" in "".join(self.lines()))
        self.assertEqual([line for line in self.lines() if "^[" in line or "^M" in line], [], "control characters")
