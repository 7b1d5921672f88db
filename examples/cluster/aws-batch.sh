#!/usr/bin/env bash
# Builds thumbnails with AWS Batch: an array job of N parts, then a job that merges them.
#   aws-batch.sh N QUEUE DEFINITION
# DEFINITION: a job definition whose container has thumbs, and an EFS or FSx volume at its working folder, with
# thumbs.json in it. AWS takes 2 to 10,000 parts.
set -euo pipefail
count=${1:?how many parts} queue=${2:?a job queue} definition=${3:?a job definition}

# submit NAME SCRIPT [OPTIONS...]: prints the job's id.
submit() {
  local name=$1 command
  command=$(python3 -c 'import json, sys; print(json.dumps({"command": ["sh", "-ec", sys.argv[1]]}))' "$2")
  shift 2
  aws batch submit-job --job-name "$name" --job-queue "$queue" --job-definition "$definition" \
    --container-overrides "$command" --query jobId --output text "$@"
}

# Exit status 1 says that some pictures failed, and all others are done.
parts=$(submit thumbs-parts \
  'thumbs build --shard auto --cache "parts/$AWS_BATCH_JOB_ARRAY_INDEX.db" --wait 600 || [ $? -eq 1 ]' \
  --array-properties "size=$count" --retry-strategy attempts=3)
submit thumbs-merge 'thumbs cache merge parts/*.db; thumbs check' --depends-on "jobId=$parts"
