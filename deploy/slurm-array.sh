#!/bin/bash
# A command of textvae in shards, one in each task of a job array, which write beside the file of --out:
#
#   sbatch --array=1-8 deploy/slurm-array.sh score runs/small --data texts.txt --out scores.jsonl
#
# and, when all have finished: textvae merge scores.jsonl. Submit the same again where some have not: finished shards end at
# once. A shard alone: sbatch --array=3 --export=ALL,SHARDS=8 deploy/slurm-array.sh ... TEXTVAE names the program.
#
#SBATCH --job-name=textvae
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --requeue
#SBATCH --output=textvae-%A_%a.log
set -euo pipefail
if [ -n "${SHARDS:-}" ]; then
    set -- "$@" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS"
fi
exec "${TEXTVAE:-textvae}" "$@" --threads "${SLURM_CPUS_PER_TASK:-1}" # as many everywhere: sums are then the same to the bit
