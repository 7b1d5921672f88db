#!/usr/bin/env bash
# Builds the thumbnails of the current folder with GNU parallel, on several hosts by ssh.
#   parallel.sh N HOST...       HOST as --sshlogin takes it: 4/user@host for four parts at a time; : is this host
# The folder must have the same path on all hosts. What was cut off is done by a second run.
set -euo pipefail
count=${1:?how many parts}
shift
logins=()
for host in "$@"; do logins+=(--sshlogin "$host"); done
mkdir -p parts
# Exit status 1 says that some pictures failed, and all others are done.
seq "$count" | parallel ${PARALLEL_SSH:+--ssh "$PARALLEL_SSH"} "${logins[@]}" --workdir "$PWD" --retries 3 --joblog parts/log \
  "thumbs build --quiet --wait 600 --shard {}/$count --cache parts/{}-of-$count.db || [ \$? -eq 1 ]"
caches=()
for ((part = 1; part <= count; part++)); do caches+=("parts/$part-of-$count.db"); done
thumbs cache merge "${caches[@]}"
