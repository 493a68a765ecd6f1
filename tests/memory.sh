#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory pressure: bulk work and single steps give the same document, for some sizes of host and device.
#
#	tests/memory.sh UVSIM PV
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
pv=$2

for name in swap oom-hog; do
	set -- --pv "$pv" "scenarios/$name.yaml"
	same "$@"
	same "$@" --set host.processors=1
	same "$@" --set profile=round
	same "$@" --set host.swap.size=8MiB
	same "$@" --set host.memory=160MiB --set host.swap.queue=1
	same "$@" --set host.swap.latency=5ms --set host.watermarks='{min: 256KiB, low: 1MiB, high: 16MiB}'
done
