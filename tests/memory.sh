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

# A guest reboots while kswapd is still exporting what it has unmapped: PREPARE cannot see those pages, nor can the cleanup,
# but they are on their way out, so nothing is left secure. The walks meet 16 pages of 2066; all others go out.
cat >"$work/race.yaml" <<YAML
uvsim: 1
name: PREPARE walks past what kswapd is exporting
profile: round
host:
  processors: 4
  memory: 128MiB
  swap: {size: 64MiB, bandwidth: 1GiB, latency: 50us, queue: 8}
  watermarks: {min: 1MiB, low: 102200KiB, high: 600MiB}
vms:
  - name: vm0
    memory: 3GiB
    image: 8KiB
    program: [boot, touch: {amount: 8MiB, offset: 1MiB}, reboot, wait_cleanup, shutdown]
expect:
  - vms.vm0.boots.1.teardown == async
  - vms.vm0.cleanups.0.error == null
  - host.pressure.exports == 2050
  - uvc.DESTR_SEC_STOR.count < 20
  - count(violations) == 0
YAML
for mode in "" --exact-pages; do
	# $mode is one word or none.
	"$uvsim" run --quiet --pv "$pv" $mode "$work/race.yaml" || {
		echo "a reboot while kswapd exports, $mode: see above" >&2
		exit 1
	}
done
