#!/usr/bin/env bash
# Builds the thumbnails of the current folder with Slurm: a job array of N parts, then a job that merges them.
#   submit.sh N [SBATCH OPTIONS...]        prints the ids of both
# The folder must be on a file system that all nodes share. A part that did not succeed keeps the merge from starting.
# Run it again then: it makes what is missing.
set -euo pipefail
count=${1:?how many parts}
shift
here=$(dirname "$(realpath "$0")")
caches=parts/of-$count
mkdir -p "$caches"
array=$(sbatch --parsable --array="1-$count" --output="$caches/%a.log" "$@" "$here/part.sbatch" "$caches")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --output="$caches/merge.log" "$@" \
  "$here/merge.sbatch" "$caches")
echo "$array $merge"
