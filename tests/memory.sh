#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory pressure: bulk work and single steps give the same document, for some sizes of host and device.
#
#	tests/memory.sh UVSIM PV
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
uvsim=$1
pv=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Expectations are those of the file as it is: only the documents matter here.
same() {
	file=$1
	shift
	"$uvsim" run --quiet --pv "$pv" "$@" --json "$work/bulk" "scenarios/$file.yaml" >/dev/null || true
	"$uvsim" run --quiet --pv "$pv" "$@" --exact-pages --json "$work/exact" "scenarios/$file.yaml" >/dev/null || true
	cmp "$work/bulk" "$work/exact" || {
		echo "$file $*: bulk work and single steps differ" >&2
		exit 1
	}
}

for file in swap oom-hog; do
	same "$file"
	same "$file" --set host.processors=1
	same "$file" --set profile=round
	same "$file" --set host.swap.size=8MiB
	same "$file" --set host.memory=160MiB --set host.swap.queue=1
	same "$file" --set host.swap.latency=5ms --set host.watermarks='{min: 256KiB, low: 1MiB, high: 16MiB}'
done
