#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What users of memory see: the scenarios of docs/what-if.md at small size give the same document in bulk and page by
# page, memory over time included; looking changes nothing; the search finds what a run by hand confirms; the chart is
# drawn.
#
#	tests/neighbour.sh UVSIM PV
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
pv=$2

small() {
	name=$1
	shift
	same "scenarios/$name.yaml" --pv "$pv" --memory --set host.memory=480MiB --set vms.old.memory=256MiB \
		--set vms.old.vcpus=3 --set vms.old.image=4MiB --set host.processors=4 --set 'expect=[]' "$@"
}

for name in restart-sync restart-no-destroy-fast restart-async-teardown; do
	small "$name" --set vms.new.memory=256MiB --set vms.new.vcpus=3 --set vms.new.image=4MiB
	small "$name" --set vms.new.memory=256MiB --set vms.new.vcpus=3 --set vms.new.image=4MiB \
		--set host.processors=1 --set host.swap.size=64MiB
done
small hog-after-shutdown --set processes.hog.memory=100MiB
small hog-after-shutdown --set processes.hog.memory=100MiB --set host.swap.size=64MiB \
	--set 'vms.old.kill={at: 100ms, all: true}'
small hog-after-shutdown --set processes.hog.memory=100MiB --set vms.old.async_teardown=false --pv builtin:lazy
small hog-after-shutdown --set processes.hog.memory=100MiB --set processes.hog.count=1 --set host.swap.size=300MiB \
	--set 'processes.hog.program=[allocate: {rate: 1GiB}, use: {times: 3, every: 20ms}, free: 50%, allocate: 10%]'
same scenarios/reboot-full-host.yaml --pv "$pv" --set host.memory=400MiB --set vms.vm0.memory=256MiB \
	--set vms.vm0.image=4MiB --set vms.vm0.vcpus=2

# A run that is looked at is the same run.
set -- scenarios/hog-after-shutdown.yaml --pv "$pv" --set host.memory=480MiB --set vms.old.memory=256MiB \
	--set vms.old.image=4MiB --set processes.hog.memory=100MiB
run "$work/on" --counters "$work/counters-on" "$@" --set report.memory=true --set report.points=4096
run "$work/off" --counters "$work/counters-off" "$@" --set report.memory=false
cmp "$work/counters-on" "$work/counters-off" || die "memory over time changes the run"
grep -q '"memory": *{' "$work/on" || die "no memory over time"

# What was found is enough, and one step less is not; more than one condition; what cannot be found.
until='oom_kills == 0 && longest_stall < 100ms'
"$uvsim" run "$@" --find host.memory --until "$until" --json "$work/find" >"$work/out"
answer=$(sed -n 's/^host.memory: \([0-9]*\) MiB is enough for .*/\1/p' "$work/out")
[ "${answer:-0}" -gt 300 ] || die "nothing found: $(cat "$work/out")"
for memory in "$answer" "$((answer - 1))"; do
	"$uvsim" run --quiet "$@" --set "host.memory=${memory}MiB" \
		--set 'expect=["count(host.pressure.oom_kills) == 0", "host.pressure.stalls.longest < 100ms"]' \
		>"$work/out" && status=0 || status=$?
	[ "$status" -eq "$((memory != answer))" ] || die "host.memory=${memory}MiB: status $status"
done
grep -q '"schema": *"uvsim.find/1"' "$work/find" || die "no document of the search"
"$uvsim" run "$@" --find host.memory --until 'oom_kills > 1000' --between 400MiB..500MiB --step 50MiB >"$work/out" &&
	die "found what there is not"
grep -q 'not even 500 MiB is enough' "$work/out" || die "$(cat "$work/out")"
"$uvsim" run "$@" --find host.memory --until 'oom_kilz == 0' >"$work/out" 2>&1 && die "a wrong condition was taken"
grep -q "oom_kilz" "$work/out" || die "$(cat "$work/out")"
"$uvsim" run "$@" --find host.memry --between 1GiB..2GiB --until 'oom_kills == 0' >"$work/out" 2>&1 &&
	die "a wrong path was taken"
grep -q "did you mean 'memory'" "$work/out" || die "$(cat "$work/out")"

if command -v gnuplot >/dev/null; then
	"$uvsim" plot "$work/on" -o "$work/chart.svg"
	grep -q 'to be cleaned' "$work/chart.svg" || die "no chart"
fi
"$uvsim" plot "$work/off" -o "$work/none.svg" 2>"$work/out" && die "a chart of nothing"
grep -q 'no memory over time' "$work/out" || die "$(cat "$work/out")"
