"""examples/cluster: on a real Slurm, with GNU parallel over hosts, and the shell steps of the rest as their systems run them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import manual
import pictures
from harness import PROGRAM, environment
from test_merge import Project

try:
    import yaml
except ImportError:
    yaml = None

EXAMPLES = os.path.join(manual.ROOT, "examples/cluster")
SLURM = os.path.join(manual.ROOT, "tests/cluster/slurm.sh")

# In the place of the program: task 2 of a job array hangs after a while, until it runs for the second time.
HANGS = """#!/bin/bash
if [ "${SLURM_ARRAY_TASK_ID-}" = 2 ] && [ -z "${SLURM_RESTART_COUNT-}" ]; then
  echo "$SLURMD_NODENAME $$ $PPID" > begun.new
  "$REAL" "$@" &
  mv begun.new begun
  sleep 60
fi
exec "$REAL" "$@"
"""

# In the place of AWS's program: an array job is run at once, task by task, and a job once what it waits for has run.
AWS = """#!/bin/bash
set -eu
[ "$1 $2" = "batch submit-job" ]
size=1 retry=
while [ $# -gt 0 ]; do
  case $1 in
    --container-overrides) command=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["command"][2])' "$2") ;;
    --array-properties) size=${2#size=} ;;
    --depends-on) [ "$2" = jobId=job-1 ] ;;
  esac
  shift
done
for ((i = 0; i < size; i++)); do
  if [ "$size" -gt 1 ]; then export AWS_BATCH_JOB_ARRAY_INDEX=$i AWS_BATCH_JOB_ARRAY_SIZE=$size; fi
  sh -ec "$command" >&2
done
echo job-1
"""


def needs(*programs):
    missing = [p for p in programs if not shutil.which(p, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


needs_root = unittest.skipIf(os.geteuid() != 0, "needs root")


class Cluster(Project):
    """Twelve sources; the manifest of the examples."""

    def prepare(self):
        for seed, name in enumerate(self.sources, 1):
            self.put(name.replace("in/", "pictures/"), pictures.tiny(seed, 16, 9 + seed))
        shutil.copy(os.path.join(EXAMPLES, "thumbs.json"), self.at("thumbs.json"))
        self.bin = os.path.join(self.root, "bin")
        os.makedirs(self.bin)
        os.symlink(PROGRAM, os.path.join(self.bin, "thumbs"))

    def state(self, project=None):
        base, out = project or self.project, {}
        for folder, _, names in os.walk(os.path.join(base, "thumbs")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    out[os.path.relpath(os.path.join(folder, name), base)] = file.read()
        with open(os.path.join(base, "thumbs.lock"), "rb") as file:
            return out | {"thumbs.lock": file.read()}

    def program(self, name, text):
        path = os.path.join(self.bin, name)
        if os.path.lexists(path):
            os.remove(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def variables(self, **more):
        return environment(PATH=f"{self.bin}:{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin", REAL=os.path.realpath(PROGRAM), **more)

    def run_ok(self, *command, cwd=None, **variables):
        run = subprocess.run(command, cwd=cwd or self.project, env=self.variables(**variables), stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)  # fmt: skip
        self.assertEqual(run.returncode, 0, f"{command}: {run.stdout}")
        return run.stdout

    def assert_equals_one_build(self, good):
        self.assertEqual(self.state(), good)
        self.thumbs("check")

    def example(self, name):
        if yaml is None:
            self.skipTest("Python's yaml is not installed (Debian: python3-yaml)")
        return list(yaml.safe_load_all(manual.read(f"examples/cluster/{name}")))


def free_ports(count):
    """The first of `count` ports in a row that nobody uses."""
    for first in range(20000 + os.getpid() * 10 % 10000, 32000, 10):
        taken = []
        try:
            for port in range(first, first + count):
                taken.append(socket.socket())
                taken[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for one in taken:
                one.close()
    raise OSError("no free ports")


@needs_root
@needs("slurmctld", "slurmd", "sbatch", "munged")
class Slurm(Cluster):
    slow = True

    def start_cluster(self):
        folder = tempfile.mkdtemp(prefix="slurm-")  # short: it holds a socket
        self.addCleanup(shutil.rmtree, folder)
        self.addCleanup(subprocess.run, [SLURM, "stop", folder], check=True)
        self.conf = self.run_ok(SLURM, "start", folder, str(free_ports(4))).strip()
        self.cluster = folder

    def slurm(self, *command):
        return self.run_ok(*command, SLURM_CONF=self.conf).strip()

    def states(self, *jobs):
        time.sleep(0.1)
        return self.slurm("squeue", "-h", "-a", "-r", "-t", "all", "-o", "%T", "-j", ",".join(jobs)).split()

    def log(self):
        folder = self.at("parts/of-4")
        return "\n".join(f"{n}: {self.get('parts/of-4/' + n).decode()}" for n in sorted(os.listdir(folder)) if n.endswith(".log"))

    def test_a_job_array_a_lost_node_and_the_merge_behind_it(self):
        self.skip_with_sanitizers()  # what is tested here are processes
        good = self.single()
        self.program("thumbs", HANGS)
        self.start_cluster()
        array, merge = self.slurm(os.path.join(EXAMPLES, "slurm/submit.sh"), "4", "--mem=50").split()
        self.until(lambda: self.exists("begun"), what="task 2")
        node, task, script = self.get("begun").decode().split()
        self.until(lambda: self.states(array).count("COMPLETED") == 3, what="the other tasks")
        self.assertEqual(self.states(merge), ["PENDING"])
        with open(os.path.join(self.cluster, f"slurmd-{node}.pid"), encoding="utf-8") as file:
            daemon = file.read()
        # The daemon, and what it started: its own helper first, which would tell of the script's end.
        for process in (daemon, self.related("ppid=", "-p", script)[0], script, *self.related("pid=", "--ppid", task), task):
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.slurm("scontrol", "update", f"nodename={node}", "state=down", "reason=lost")
        self.until(lambda: self.states(f"{array}_2") == ["PENDING"], what="the task to be queued again")
        self.slurm("scontrol", "update", f"jobid={array}_2", "starttime=now")  # else two minutes later
        self.until(lambda: self.states(merge) not in (["PENDING"], ["RUNNING"]), what="the merge")
        self.assertEqual(self.states(merge), ["COMPLETED"], self.log())
        self.assertIn("part 3 of 4: Slurm, SLURM_ARRAY_TASK_ID=3", self.log())
        self.assert_equals_one_build(good)
        srun = "thumbs build -q --force --shard auto --cache srun/$SLURM_PROCID.db --wait 60"
        self.slurm("srun", "-N2", "-n3", "--mem=20", "bash", "-c", srun)
        self.run_ok("bash", "-c", "thumbs cache merge srun/*.db")
        self.assert_equals_one_build(good)

    @staticmethod
    def related(*options):
        listed = subprocess.run(["ps", "-o", *options], capture_output=True, text=True, check=True)
        return listed.stdout.split()


SSHD = """ListenAddress {address}
HostKey {folder}/host
AuthorizedKeysFile {folder}/id.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile {folder}/{name}.pid
MaxStartups 100
"""


# In the place of the program: the second host is cut off as soon as it has something to do.
LEAVES = """#!/bin/sh
echo "$HOST_NUMBER" >> "$(dirname "$0")/hosts"
if [ "$HOST_NUMBER" = 2 ]; then ip link set e0 down; fi
exec "$REAL" "$@"
"""


@needs_root
@needs("parallel", "sshd", "ssh", "ip", "unshare")
class GnuParallel(Cluster):
    """Two hosts: network namespaces with an sshd each, all of them in a namespace that ends with the case."""

    HOSTS = """set -eu
ip link set lo up
ip link add br0 type bridge
ip addr add 10.77.0.254/24 dev br0
ip link set br0 up
for i in 1 2; do
  unshare -n sleep 100 & pid=$!
  while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  ip link add v$i type veth peer name e0 netns $pid
  ip link set v$i master br0 up
  nsenter -n -t $pid sh -c "ip addr add 10.77.0.$i/24 dev e0; ip link set e0 up; ip link set lo up; exec $SSHD -f $KEYS/h$i -E $KEYS/log"
done
for i in 1 2; do
  for try in $(seq 100); do $SSH root@10.77.0.$i true 2>/dev/null && break; sleep 0.05; done
done
"""

    def in_hosts(self, script, **variables):
        """Runs a script with both hosts at hand; all processes end with it."""
        return self.run_ok("unshare", "-n", "-m", "-p", "-f", "--kill-child", "--mount-proc", "bash", "-c", self.HOSTS + script, **variables)

    def hosts(self):
        keys = os.path.join(self.root, "keys")
        os.makedirs(keys)
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ("host", "id"):
            self.run_ok("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(keys, name))
        for i in (1, 2):
            with open(os.path.join(keys, f"h{i}"), "w", encoding="utf-8") as file:
                file.write(SSHD.format(address=f"10.77.0.{i}", folder=keys, name=f"h{i}"))
                file.write(f"SetEnv PATH={self.bin}:/usr/bin:/bin:/usr/sbin:/sbin HOST_NUMBER={i} REAL={os.path.realpath(PROGRAM)}\n")
        home = os.path.join(self.root, "home/.parallel")
        os.makedirs(home)
        open(os.path.join(home, "will-cite"), "w", encoding="utf-8").close()
        ssh = f"ssh -i {keys}/id -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=1 -o ServerAliveInterval=1 -o ServerAliveCountMax=1"
        return {"KEYS": keys, "SSH": ssh, "PARALLEL_SSH": ssh, "PARALLEL_HOME": home, "SSHD": shutil.which("sshd", path="/usr/sbin:/usr/bin")}

    def test_several_hosts_and_one_that_is_lost(self):
        self.skip_with_sanitizers()
        good = self.single()
        self.program("thumbs", LEAVES)
        try:
            variables = self.hosts()
            self.in_hosts("ip link show br0", **variables)
        except AssertionError as error:
            self.skipTest(f"no network namespaces here: {error}")
        out = self.in_hosts(f"{EXAMPLES}/parallel.sh 5 2/root@10.77.0.1 2/root@10.77.0.2\n", **variables)
        self.assertIn("merged 5 caches", out)
        with open(os.path.join(self.bin, "hosts"), encoding="utf-8") as file:
            hosts = file.read().split()
        self.assertEqual(set(hosts), {"1", "2"})
        self.assertGreater(len(hosts), 5, "what the lost host had begun was done by the other one")
        self.assert_equals_one_build(good)


class Files(Cluster):
    """Those that need what no test machine has: their shell steps, with the variables that their systems set."""

    def test_kubernetes(self):
        good = self.single()
        parts, merge = self.example("kubernetes.yaml")
        container = parts["spec"]["template"]["spec"]["containers"][0]
        variables = {v["name"]: v["value"] for v in container["env"]}
        self.assertEqual(variables["THUMBS_SHARD_COUNT"], str(parts["spec"]["completions"]))
        for index in range(parts["spec"]["completions"]):
            self.run_ok(*container["command"], *container["args"], **variables, JOB_COMPLETION_INDEX=str(index))
        container = merge["spec"]["template"]["spec"]["containers"][0]
        self.assertIn("merged 4 caches", self.run_ok(*container["command"], *container["args"]))
        self.assert_equals_one_build(good)

    def test_aws_batch(self):
        good = self.single()
        self.program("aws", AWS)
        out = self.run_ok(os.path.join(EXAMPLES, "aws-batch.sh"), "3", "queue", "definition")
        self.assertIn("part 2 of 3: AWS Batch", out)
        self.assertIn("merged 3 caches", out)
        self.assert_equals_one_build(good)

    def clones(self, count):
        return [self.copy(f"clone{i}") for i in range(1, count + 1)]

    def take(self, clone, paths):
        """As artifacts: what `paths` name, without times."""
        for path in paths:
            full = os.path.join(clone, path)
            if path.startswith("!") or not os.path.lexists(full):
                continue
            if os.path.isdir(full):
                shutil.copytree(full, self.at(path), dirs_exist_ok=True, copy_function=shutil.copyfile)
            else:
                shutil.copyfile(full, self.at(path))
        for path in paths:
            if path.startswith("!"):
                os.remove(self.at(path[1:]))

    def test_gitlab(self):
        good = self.single()
        jobs = self.example("gitlab-ci.yml")[0]
        part, count = jobs["thumbs-part"], jobs["thumbs-part"]["parallel"]
        clones = self.clones(count)
        for index, clone in enumerate(clones, 1):
            self.run_ok("bash", "-eo", "pipefail", "-c", "\n".join(part["script"]), cwd=clone, CI_NODE_INDEX=str(index), CI_NODE_TOTAL=str(count))
        for clone in clones:
            self.take(clone, part["artifacts"]["paths"] + ["!" + path for path in part["artifacts"]["exclude"]])
        self.run_ok("bash", "-eo", "pipefail", "-c", "\n".join(jobs["thumbs-merge"]["script"]))
        self.assert_equals_one_build(good)
        for path in jobs["thumbs-merge"]["artifacts"]["paths"]:
            self.assertTrue(self.exists(path), path)

    def test_github(self):
        good = self.single()
        jobs = self.example("github-actions.yml")[0]["jobs"]
        matrix = jobs["part"]["strategy"]["matrix"]["part"]
        build = next(s for s in jobs["part"]["steps"] if s.get("name") == "Build")
        upload = next(s for s in jobs["part"]["steps"] if "upload-artifact" in s.get("uses", ""))["with"]["path"].split()
        clones = self.clones(len(matrix))
        for part, clone in zip(matrix, clones):
            known = {"matrix.part": str(part), "strategy.job-total": str(len(matrix))}
            variables = {k: re.sub(r"\$\{\{ (.*?) \}\}", lambda m: known[m[1]], v) for k, v in build["env"].items()}
            self.run_ok("bash", "-eo", "pipefail", "-c", build["run"], cwd=clone, **variables)
        for clone in clones:
            self.take(clone, upload)
        merge = next(s for s in jobs["merge"]["steps"] if s.get("name") == "Merge")
        self.run_ok("bash", "-eo", "pipefail", "-c", merge["run"])
        self.assert_equals_one_build(good)
