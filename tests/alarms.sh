#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# False alarms that were: each of these was once reported, though pv.c does nothing wrong there. The expectations also say
# that it does come to the race, so that a scenario which no longer meets it does not pass for nothing.
#
#	tests/alarms.sh UVSIM PV
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
pv=$2

# quiet NAME PV...: nothing is found in it under any of these, in bulk and page by page.
quiet() {
	name=$1
	shift
	for algorithm; do
		for mode in --quiet --exact-pages; do
			"$uvsim" run --quiet $mode --pv "$algorithm" "$work/$name.yaml" >"$work/out" 2>&1 ||
				die "$name, $algorithm $mode"
		done
	done
	rm "$work/out"
}

# A guest reboots while kswapd is still exporting what it has unmapped: PREPARE cannot see those pages, nor can the cleanup,
# but they are on their way out, so nothing is left secure. The walks meet 16 pages of 2066; all others go out.
cat >"$work/prepare-past-kswapd.yaml" <<YAML
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
quiet prepare-past-kswapd "$pv" builtin:async

# Two threads at the limit of a cgroup whose victim takes its time to die wait for that, and do not wake each other because
# neither finds a page to evict: they would look hundreds of times, and for a slow victim without end (livelock).
cat >"$work/slow-victim.yaml" <<YAML
uvsim: 1
name: Two threads at the limit of a cgroup whose victim is dying
profile: round
host: {processors: 2, memory: 256MiB, swap: {size: 4KiB}}
cgroups:
  - {name: group, max: 6MiB}
vms:
  - name: victim
    memory: 64MiB
    image: 4KiB
    cgroup: group
    oom_score_adj: 1000
    program: [boot, touch: {amount: 4MiB}, reboot, idle: 1s, shutdown]
  - name: vm0
    memory: 64MiB
    image: 4KiB
    vcpus: 2
    start: 20ms
    cgroup: group
    program: [boot, touch: {amount: 4MiB}, shutdown]
expect:
  - host.cgroups.group.events.oom_kill == 1
  - host.cgroups.group.events.max < 20
  - vms.vm0.outcome == "shut down"
  - count(violations) == 0
YAML
quiet slow-victim 6.1 "$pv" builtin:sync

# A walk over pages that are clean already comes to the next one each time, though no call changes anything, and old
# firmware answers each with an error. It takes 40 ms, and kernel code may go on for 20 ms without getting anywhere.
for old in false true; do
	cat >"$work/clean-pages.yaml" <<YAML
uvsim: 1
name: A walk over clean pages
profile: z15
host: {processors: 2, memory: 1GiB, destroy_fast: false, old_destroy_rc: $old, livelock_limit: 20ms}
vms:
  - name: vm0
    memory: 256MiB
    image: 4KiB
    teardown: sync
    program: [boot, touch, reboot, reboot, shutdown]
expect:
  - vms.vm0.boots.2.phases.disable.time > 40ms
  - vms.vm0.outcome == "shut down"
  - count(violations) == 0
YAML
	quiet clean-pages 6.1 "$pv" builtin:sync
done

# A process that is killed while its guest is cleaned then unmaps what that walk has been at: it comes to an end all the
# same, however long it takes (at 16 TiB more than the 100 s after which nothing may have come of kernel code).
cat >"$work/unmaps-what-was-walked.yaml" <<YAML
uvsim: 1
name: A process that unmaps what a walk has destroyed gets on
profile: round
host: {processors: 4, memory: 256MiB, livelock_limit: 1ms}
vms:
  - name: vm0
    memory: 64MiB
    image: 4KiB
    teardown: sync
    kill: {phase: disable, after: 1us}
    program: [boot, touch, reboot, shutdown]
expect:
  - vms.vm0.outcome == killed
  - count(violations) == 0
YAML
quiet unmaps-what-was-walked 6.1 builtin:sync
