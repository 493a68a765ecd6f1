#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory cgroups: bulk work and single steps give the same document at each kind of limit, and what a limit does to a
# group with a dying guest in it follows from the limit.
#
#	tests/cgroups.sh UVSIM PV
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
pv=$2

# number PATH-WORD: the first value of that key in the last document of same().
number() {
	sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p" "$work/bulk" | sed -n 1p
}

cat >"$work/swap.yaml" <<YAML
uvsim: 1
name: A guest larger than its cgroup
host: {processors: 2, memory: 1GiB, swap: {size: 256MiB, queue: 8}}
cgroups:
  - {name: tenant, max: 48MiB}
vms:
  - {name: vm0, memory: 64MiB, vcpus: 2, image: 4MiB, cgroup: tenant, program: [boot, touch, reboot, touch, shutdown]}
  - {name: vm1, memory: 32MiB, image: 4MiB, start: 50ms, cgroup: tenant, program: [boot, touch, idle: 1s, shutdown]}
YAML
same --pv "$pv" "$work/swap.yaml"
same --pv "$pv" "$work/swap.yaml" --set host.processors=1
same --pv "$pv" "$work/swap.yaml" --set cgroups.0.high=32MiB
same --pv "$pv" "$work/swap.yaml" --set cgroups.0.high=40MiB --set profile=round --set host.swap.latency=2ms
same --pv "$pv" "$work/swap.yaml" --set cgroups.0.swap_max=8MiB
same --pv "$pv" "$work/swap.yaml" --set host.swap.size=0B
same --pv "$pv" "$work/swap.yaml" --set vms.vm0.oom_score_adj=-1000 --set vms.vm1.oom_score_adj=-1000 \
	--set host.swap.size=0B

# A hog beside a dying guest, by the settings of their group.
hog=scenarios/oom-cgroup.yaml
same --pv "$pv" $hog
[ "$(number oom_kill)" = 1 ] || die "max: the hog should be killed"
same --pv "$pv" $hog --set cgroups.0.max=1GiB
[ "$(number oom_kill)" = 0 ] || die "no limit: nobody should be killed"
same --pv "$pv" $hog --set cgroups.0.max=1GiB --set cgroups.0.high=260MiB
if [ "$(number oom_kill)" != 0 ] || [ "$(number above_high)" -eq 0 ]; then
	die "high: the hog should be slowed down"
fi
same --pv "$pv" $hog --set host.swap.size=512MiB
[ "$(number oom_kill)" = 0 ] || die "swap: nobody should be killed"
same --pv "$pv" $hog --set host.swap.size=512MiB --set cgroups.0.swap_max=0B
[ "$(number oom_kill)" = 1 ] || die "no swap for the group: the hog should be killed"

# A host on which nobody may be killed: the end of the run, and of nothing else.
cat >"$work/panic.yaml" <<YAML
uvsim: 1
name: Nobody to kill
host: {processors: 2, memory: 192MiB, swap: {size: 0B}}
vms:
  - {name: vm0, memory: 256MiB, image: 4MiB, oom_score_adj: -1000, program: [boot, touch, shutdown]}
expect:
  - run.end == panic
  - host.pressure.panic.text == "System is deadlocked on memory"
YAML
same --pv "$pv" "$work/panic.yaml"
"$uvsim" run --quiet --pv "$pv" "$work/panic.yaml" >/dev/null || die "a panic that is expected is no failure"
sed '/^expect:/,$d' "$work/panic.yaml" >"$work/unexpected.yaml"
if "$uvsim" run --quiet --pv "$pv" "$work/unexpected.yaml" >/dev/null; then
	die "a panic that is not expected should fail"
fi

# What others give back wakes nobody who waits for room in a group: its looks would depend on the pieces in which they do.
cat >"$work/noise.yaml" <<YAML
uvsim: 1
name: Others give back memory while a group waits
profile: round
host: {processors: 3, memory: 256MiB, swap: {size: 4MiB, latency: 2ms}}
cgroups:
  - {name: front, max: 512MiB}
  - {name: back, max: 4MiB}
vms:
  - name: vm0
    memory: 64MiB
    image: 4KiB
    cgroup: back
    program: [boot, touch: {amount: 6MiB}, touch: {amount: 6MiB}, shutdown]
processes:
  - name: noise
    memory: 64MiB
    cgroup: front
    program: [allocate, free: 50%, allocate, free, allocate, free, allocate, free, allocate, free, allocate]
expect:
  - processes.noise.exited > 30ms
  - host.cgroups.back.events.max == 18
YAML
same --pv "$pv" "$work/noise.yaml"
"$uvsim" run --quiet --pv "$pv" "$work/noise.yaml" >/dev/null || die "noise: other groups wake who waits in this one"
