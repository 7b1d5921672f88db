"""`thumbs completions`: the scripts complete the command line in the real shells, on a real terminal."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
import unittest

import harness

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>]|\(B)")


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self, arguments, cwd, **environment):
        self.text, self.pid, self.end = "", *pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(arguments[0], arguments, environment)

    def send(self, text):
        self.text = ""
        os.write(self.end, text.encode())

    def wait_for(self, wanted, seconds=20):
        """Waits until the output of the last send() matches, without escape sequences."""
        deadline = time.monotonic() + seconds
        while not re.search(wanted, ESCAPES.sub("", self.text)):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.end], [], [], left)[0]:
                raise AssertionError(f"no {wanted!r} in {self.text!r}")
            self.text += os.read(self.end, 65536).decode(errors="replace")
        return ESCAPES.sub("", self.text)

    def close(self):
        os.close(self.end)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Completions(harness.Case):
    shell = None

    def setUp(self):
        if self.shell and not shutil.which(self.shell):
            raise unittest.SkipTest(f"{self.shell} is not installed")
        self.script = self.put("script", self.thumbs("completions", self.shell or "bash").out)
        os.makedirs(self.at("bin"))
        os.symlink(harness.PROGRAM, self.at("bin", "thumbs"))
        os.makedirs(self.at("work", "photos of 2024"))
        self.put("work/other.json", "{}")
        self.put("work/note.txt", "")
        self.put("work/sets.json", json.dumps({"sets": [
            {"name": "shop", "source": ".", "output": "out", "variants": [
                {"name": "grid", "widths": [8]}, {"name": "zoom", "width": 6}]},
            {"name": "$(touch was-run)", "source": ".", "output": "far", "variants": [{"name": "b", "width": 6}]}]}))

    def environment(self):
        return harness.environment(HOME=self.root, PATH=self.at("bin") + ":/usr/bin:/bin")

    def terminal(self, *arguments):
        terminal = Terminal(
            arguments,
            self.at("work"),
            HOME=self.root,
            TERM="xterm",
            LC_ALL="C.UTF-8",
            PATH=self.at("bin") + ":/usr/bin:/bin",
            INPUTRC="/dev/null",
        )
        self.addCleanup(terminal.close)
        return terminal

    def assert_completes(self, terminal, start, wanted):
        """Types `start` and a tab; then clears the line."""
        terminal.send(start + "\t")
        terminal.wait_for(wanted)
        terminal.send("\x15\x0b")

    def program_knows(self, words):
        known = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", self.thumbs("--help").out)) | {"-"}
        self.assertEqual([word for word in words if word not in known], [])

    def on_a_terminal(self, terminal):
        """What holds in each shell."""
        self.assert_completes(terminal, "thumbs sche", "schema ")
        self.assert_completes(terminal, "thumbs check --expl", "--explain ")
        self.assert_completes(terminal, "thumbs cache ver", "verify ")
        self.assert_completes(terminal, "thumbs completions fi", "fish ")
        self.assert_completes(terminal, "thumbs --progress pl", "plain ")
        self.assert_completes(terminal, "thumbs --color=alw", "--color=always ")
        self.assert_completes(terminal, "thumbs -f oth", "other.json ")
        self.assert_completes(terminal, "thumbs check --manifest oth", "other.json ")
        self.assert_completes(terminal, "thumbs -C pho", r"photos\\ of\\ 2024/")
        self.assert_completes(terminal, "thumbs init pho", r"photos\\ of\\ 2024/")
        self.assert_completes(terminal, "thumbs status -v pho", r"photos\\ of\\ 2024/")
        self.assert_completes(terminal, "thumbs check -f sets.json --set sh", "shop ")
        self.assert_completes(terminal, "thumbs --manifest=sets.json --variant=zo", "zoom ")
        self.assert_completes(terminal, "thumbs pho", r"photos\\ of\\ 2024/")


class Bash(Completions):
    shell = "bash"
    CALL = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _thumbs; printf "%s\\n" "${COMPREPLY[@]}"'

    def replies(self, *words):
        result = self.run_shell(["bash", "-c", self.CALL, "bash", self.script, "thumbs", *words])
        return result.split()

    def run_shell(self, arguments):
        run = subprocess.run(
            arguments, cwd=self.at("work"), env=self.environment(), capture_output=True, text=True,
            timeout=harness.TIMEOUT)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout

    def test_replies(self):
        every = self.replies("")
        self.assertIn("build", every)
        self.assertIn("completions", every)
        cases = {
            ("che",): ["check"],
            ("zzz",): [],
            ("check", "--dry"): ["--dry-run"],
            ("check", "--prun"): [],
            ("--prun",): ["--prune"],
            ("photos", "--prun"): ["--prune"],
            ("prune", "--unr"): ["--unrecorded"],
            ("-f", "x", "che"): ["check"],
            ("--manifest", "=", "x", "che"): ["check"],
            ("-C", "check", "--prun"): ["--prune"],
            ("--color", "a"): ["auto", "always"],
            ("--color", "="): ["auto", "always", "never"],
            ("--color", "=", "n"): ["never"],
            ("--color", "=", "never", "sta"): ["status"],
            ("-j", "b"): [],
            ("--json", "=", "b"): [],
            ("--json", "=", "b", "sta"): ["status"],
            ("cache", ""): ["stats", "verify", "merge"],
            ("cache", "stats", ""): [],
            ("schema", ""): [],
            ("--", "che"): [],
            ("--", "--pro"): [],
            ("--set", "s"): [],
            ("check", "-f", "sets.json", "--set", "s"): ["shop"],
            ("--manifest", "=", "sets.json", "--set", "$"): ["\\$\\(touch\\", "was-run\\)"],
            ("-f", "sets.json", "--variant", "gr"): ["grid", "grid-8"],
            ("-C", "..", "-f", "work/sets.json", "--variant", "=", "z"): ["zoom"],
            ("-C", "none", "-f", "sets.json", "--set", ""): [],
            ("gallery", "--se"): [],
            ("init", "--fo"): [],
        }
        for words, wanted in cases.items():
            with self.subTest(words=words):
                self.assertEqual(self.replies(*words), wanted)
        self.assertFalse(self.exists("work/was-run"), "a name was evaluated")

    def test_every_option_is_one_of_the_program(self):
        self.program_knows(self.replies("-") + self.replies("prune", "-"))

    def test_terminal(self):
        terminal = self.terminal("bash", "--norc", "--noprofile", "-i")
        terminal.send(f"source '{self.script}'; bind 'set bell-style none'; PS1='READY''> '\n")
        terminal.wait_for("READY> $")
        self.on_a_terminal(terminal)


class Zsh(Completions):
    shell = "zsh"

    def ready(self, load):
        terminal = self.terminal("zsh", "-f", "-i")
        terminal.send(f"PS1='READY''> '; unsetopt BEEP; {load}\n")
        terminal.wait_for("READY> ?$")
        return terminal

    def test_terminal(self):
        os.rename(self.script, self.at("_thumbs"))
        terminal = self.ready(f"fpath=('{self.project}' $fpath); autoload -Uz compinit; compinit -u -D")
        self.on_a_terminal(terminal)
        self.assert_completes(terminal, "thumbs -C . -C pho", r"photos\\ of\\ 2024/")
        terminal.send("thumbs check --\t\t")
        shown = terminal.wait_for("--version")
        self.assertIn("show what would be done; write nothing", shown)
        self.assertNotIn("--unrecorded", shown)
        terminal.send("\x15\x0bthumbs gallery --\t\t")
        self.assertNotIn("--variant", terminal.wait_for("--version"))

    def test_sourced(self):
        terminal = self.ready("autoload -Uz compinit; compinit -u -D; source <(thumbs completions zsh)")
        self.assert_completes(terminal, "thumbs sche", "schema ")


class Fish(Completions):
    shell = "fish"

    def replies(self, line):
        run = subprocess.run(
            ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", "--", self.script, line],
            cwd=self.at("work"),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=harness.TIMEOUT,
        )
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return [reply.split("\t")[0] for reply in run.stdout.splitlines()]

    def test_replies(self):
        cases = {
            "thumbs che": ["check"],
            "thumbs check --dry": ["--dry-run"],
            "thumbs check --prun": [],
            "thumbs --prun": ["--prune"],
            "thumbs photos --prun": ["--prune"],
            "thumbs prune --unr": ["--unrecorded"],
            "thumbs -f x che": ["check"],
            "thumbs -C check --prun": ["--prune"],
            "thumbs --color a": ["always", "auto"],
            "thumbs --color=n": ["--color=never"],
            "thumbs cache ": ["merge", "stats", "verify"],
            "thumbs cache stats ": [],
            "thumbs completions ": ["bash", "fish", "zsh"],
            "thumbs schema ": [],
            "thumbs -f oth": ["other.json"],
            "thumbs -C ": ["photos of 2024/"],
            "thumbs init ": ["photos of 2024/"],
            "thumbs --json=oth": ["--json=other.json"],
            "thumbs check oth": ["other.json"],
            "thumbs check -f sets.json --set sh": ["shop"],
            "thumbs --manifest=sets.json --variant g": ["grid", "grid-8"],
            "thumbs gallery --se": [],
            "thumbs init --vari": [],
        }
        for line, wanted in cases.items():
            with self.subTest(line=line):
                self.assertEqual(sorted(self.replies(line)), wanted)

    def test_every_option_is_one_of_the_program(self):
        replies = self.replies("thumbs --") + self.replies("thumbs prune --")
        self.assertIn("--prune", replies)
        self.program_knows(replies)


class Refused(Completions):
    def test_what_is_no_shell(self):
        self.assertIn('did you mean "fish"', self.thumbs("completions", "fisch", code=2).err)
        self.assertIn('"completions zsh"', self.thumbs("completions", code=2).err)
        self.assertIn("takes no PATH", self.thumbs("completions", "zsh", "x", code=2).err)
        self.assertIn("takes no --json", self.thumbs("completions", "zsh", "--json", code=2).text())

    def test_options_that_promise_what_the_command_does_not_do(self):
        for words in (("schema", "--force"), ("schema", "--verify"), ("completions", "zsh", "-B"), ("init", "--verify"),
                      ("init", "--force"), ("cache", "stats", "--force"), ("cache", "verify", "--fail-fast")):
            self.assertIn(words[0], self.thumbs(*words, code=2).err)
        self.thumbs("schema", "-q", "-j1", "--color", "never", "-C", ".", "-f", "none.json")
        self.assertEqual(self.thumbs("completions", "sets", "-f", "none.json").out, "")
