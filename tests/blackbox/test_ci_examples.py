"""examples/ci: the shell steps of the workflows, run as the services run them, in a small project."""

import json
import os
import re
import shlex
import subprocess

import manual
import pictures
from harness import PROGRAM, Case, environment

try:
    import yaml
except ImportError:
    yaml = None

# Stands for GitHub's own program: records what it was called with, and knows no comment yet.
GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$*" in *--edit-last*) exit 1;; esac
cat "$5" > "$GH_LOG.body"
"""


class CiExamples(Case):
    def prepare(self):
        for seed in (1, 2):
            self.put(f"pictures/{seed}.png", pictures.tiny(seed))
        self.put("thumbs.json", manual.read("examples/ci/thumbs.json"))

    def example(self, name):
        if yaml is None:
            self.skipTest("Python's yaml is not installed (Debian: python3-yaml)")
        return yaml.safe_load(manual.read(f"examples/ci/{name}"))

    def shell(self, script, **variables):
        """Runs a script the way the services do: bash, ending at the first error."""
        bin_folder = os.path.join(self.root, "bin")
        if not os.path.isdir(bin_folder):
            os.makedirs(bin_folder)
            os.symlink(PROGRAM, os.path.join(bin_folder, "thumbs"))
            with open(os.path.join(bin_folder, "gh"), "w", encoding="utf-8") as file:
                file.write(GH)
            os.chmod(os.path.join(bin_folder, "gh"), 0o755)
        variables["PATH"] = bin_folder + ":" + os.environ.get("PATH", "/usr/bin:/bin")
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.project,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    # -- GitHub --

    def github(self, job, event="pull_request"):
        """Runs the steps of a job. Returns {step's name: (exit status, text)}; a step that fails ends the job."""
        temp = os.path.join(self.root, "temp")
        os.makedirs(temp, exist_ok=True)
        files = {name: os.path.join(temp, name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GH_LOG")}
        files |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": self.project, "RUNNER_TEMP": temp}
        known = {"github.event_name": event, "github.event.pull_request.number": "7"}
        done = {}
        for step in self.example("github-actions.yml")["jobs"][job]["steps"]:
            if "run" not in step or step["name"] == "Install thumbs" or not self.condition(step.get("if", "true"), known):
                continue
            values = {k: re.sub(r"\$\{\{ (.*?) \}\}", lambda m: known.get(m[1], m[1]), v) for k, v in step.get("env", {}).items()}
            open(files["GITHUB_OUTPUT"], "w", encoding="utf-8").close()
            run = self.shell(step["run"], **files, **values)
            done[step["name"]] = (run.returncode, run.stdout)
            with open(files["GITHUB_OUTPUT"], encoding="utf-8") as file:
                known |= {f"steps.{step.get('id')}.outputs.{k}": v for k, v in (line.strip().split("=", 1) for line in file)}
            if run.returncode != 0:
                break
        return done

    @staticmethod
    def condition(text, known):
        terms = [re.fullmatch(r"(\S+) == '(.*)'", term) for term in text.split(" && ")]
        return text == "true" or all(known.get(term[1]) == term[2] for term in terms)

    def test_github_check(self):
        done = self.github("check")
        self.assertEqual(list(done), ["Check", "Comment", "Result"])
        self.assertEqual(done["Result"][0], 3)
        self.assertIn("::error::2 thumbnails are not up to date: run `thumbs build`", done["Check"][1])
        with open(os.path.join(self.root, "temp", "GH_LOG.body"), encoding="utf-8") as file:
            body = file.read()
        self.assertTrue(body.startswith("### thumbs: 2 thumbnails are not up to date\n"), body)
        with open(os.path.join(self.root, "temp", "GITHUB_STEP_SUMMARY"), encoding="utf-8") as file:
            self.assertEqual(file.read(), body)
        with open(os.path.join(self.root, "temp", "GH_LOG"), encoding="utf-8") as file:
            calls = file.read().splitlines()
        self.assertEqual([c.split()[:3] for c in calls], [["pr", "comment", "7"]] * 2)

        self.thumbs("build")
        self.assertEqual({k: v[0] for k, v in self.github("check").items()}, {"Check": 0, "Result": 0})
        self.put("thumbs.json", "{}")
        done = self.github("check", event="push")
        self.assertEqual({k: v[0] for k, v in done.items()}, {"Check": 0, "Result": 2})
        self.assertIn("::error file=thumbs.json,line=1,col=1::", done["Check"][1])

    def test_github_build(self):
        steps = self.example("github-actions.yml")["jobs"]["build"]["steps"]
        cached = next(s["with"]["path"] for s in steps if s.get("uses", "").startswith("actions/cache@")).split()
        self.assertEqual(self.github("build")["Build"][0], 0)
        for path in cached:
            self.assertTrue(self.exists(path), f"{path} is cached but not made")
        os.utime(self.at("pictures/1.png"))  # a fresh checkout has other times
        self.put("pictures/2.png", pictures.tiny(9))
        self.assertEqual(self.github("build")["Build"][0], 0)
        with open(os.path.join(self.root, "temp", "thumbs-report.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["summary"]["built"], 1)

    # -- GitLab --

    def gitlab(self, job):
        return self.shell("\n".join(self.example("gitlab-ci.yml")[job]["script"]))

    def test_gitlab(self):
        run = self.gitlab("thumbs-check")
        self.assertEqual(run.returncode, 3, run.stdout)
        self.assertIn("### thumbs: 2 thumbnails are not up to date", run.stdout)
        self.assertEqual(self.gitlab("thumbs-build").returncode, 0)
        self.assertEqual(self.gitlab("thumbs-check").returncode, 0)
        jobs = self.example("gitlab-ci.yml")
        for path in jobs["thumbs-build"]["cache"]["paths"] + jobs["thumbs-build"]["artifacts"]["paths"]:
            self.assertTrue(self.exists(path), f"{path} is kept but not made")

    # -- pre-commit --

    def test_pre_commit(self):
        hook = self.example("pre-commit-config.yaml")["repos"][0]["hooks"][0]
        self.assertFalse(hook["pass_filenames"])
        for file in ("thumbs.json", "thumbs.lock", "pictures/1.png", "thumbs/1-small.png"):
            self.assertRegex(file, hook["files"])
        entry = shlex.join(shlex.split(hook["entry"]))
        self.shell("git init -q .; git add pictures thumbs.json")
        for change in ("true", "cp pictures/1.png pictures/3.png", "rm thumbs/2-small.png; cp pictures/1.png pictures/2.png"):
            self.assertEqual(self.shell(change).returncode, 0)
            run = self.shell(entry)
            self.assertEqual((run.returncode, run.stdout), (1, "Add the new thumbnails: git add thumbs thumbs.lock\n"))
            self.assertEqual(self.shell("git add pictures thumbs thumbs.lock").returncode, 0)
            run = self.shell(entry)
            self.assertEqual((run.returncode, run.stdout), (0, ""))
        self.put("pictures/bad.png", "no picture")
        self.assertEqual(self.shell(entry).returncode, 1)

    def test_plain_shell(self):
        run = subprocess.run([os.path.join(manual.ROOT, "examples/ci/run.sh"), PROGRAM], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
