#!/usr/bin/env bash
# A Slurm cluster on this host, for tests: a controller and nodes n1, n2, … as processes of their own. Needs root; no
# systemd, no cgroups, no system-wide configuration. All that it writes is below DIR.
#   tests/cluster/slurm.sh start DIR PORT [NODES]    the controller listens at PORT, node I at PORT+I; prints SLURM_CONF
#   tests/cluster/slurm.sh stop DIR
set -euo pipefail
action=${1:?start or stop} dir=$(realpath -m "${2:?a folder}")
export SLURM_CONF=$dir/slurm.conf

# configure PORT NODES
configure() {
  local node
  mkdir -p "$dir/state" "$dir/log"
  {
    echo "ClusterName=thumbs"
    echo "SlurmctldHost=localhost(127.0.0.1)"
    echo "SlurmctldPort=$1"
    echo "SlurmUser=root"
    echo "SlurmdUser=root"
    echo "AuthType=auth/munge"
    echo "AuthInfo=socket=$dir/munge.socket"
    echo "CredType=cred/munge"
    echo "StateSaveLocation=$dir/state"
    echo "SlurmdSpoolDir=$dir/spool-%n"
    echo "SlurmctldPidFile=$dir/slurmctld.pid"
    echo "SlurmdPidFile=$dir/slurmd-%n.pid"
    echo "SlurmctldLogFile=$dir/log/slurmctld"
    echo "SlurmdLogFile=$dir/log/slurmd-%n"
    echo "ProctrackType=proctrack/linuxproc"
    echo "TaskPlugin=task/none"
    echo "JobAcctGatherType=jobacct_gather/none"
    echo "AccountingStorageType=accounting_storage/none"
    echo "JobCompType=jobcomp/none"
    echo "SwitchType=switch/none"
    echo "MpiDefault=none"
    echo "SelectType=select/cons_tres"
    echo "SelectTypeParameters=CR_CPU"
    echo "SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0,batch_sched_delay=0"
    echo "SlurmdParameters=config_overrides"
    echo "ReturnToService=2"
    echo "KillWait=1"
    for ((node = 1; node <= $2; node++)); do
      echo "NodeName=n$node NodeHostname=localhost NodeAddr=127.0.0.1 Port=$(($1 + node)) CPUs=2 RealMemory=1000"
    done
    echo "PartitionName=all Nodes=n[1-$2] Default=YES MaxTime=INFINITE State=UP"
  } >"$SLURM_CONF"
}

start() {
  local node try
  configure "$1" "$2"
  (umask 077 && head -c 1024 /dev/urandom >"$dir/munge.key")
  munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
    --log-file="$dir/log/munged" --seed-file="$dir/munge.seed"
  slurmctld -c 2>>"$dir/log/start"
  for ((node = 1; node <= $2; node++)); do slurmd -N "n$node"; done
  for ((try = 0; try < 200; try++)); do
    if [ "$(sinfo -h -N -t idle -o %N 2>>"$dir/log/start" | wc -l)" -eq "$2" ]; then
      echo "$SLURM_CONF"
      return
    fi
    sleep 0.05
  done
  echo "the cluster did not come up: see $dir/log" >&2
  return 1
}

# Ends all jobs, then the daemons, by the process ids that they wrote down.
stop() {
  local file
  timeout 2 scancel --quiet --state=running --user="$(id -un)" 2>/dev/null || true
  for file in "$dir"/slurmd-*.pid "$dir/slurmctld.pid" "$dir/munged.pid"; do
    if [ -f "$file" ]; then kill -9 "$(cat "$file")" 2>/dev/null || true; fi
  done
}

case $action in
  start) start "${3:?a port}" "${4-3}" ;;
  stop) stop ;;
  *) exit 2 ;;
esac
