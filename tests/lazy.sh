#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What was said of the lazy destroy series, each as a run with expectations; in bulk and page by page, which must give
# the same document.
#
#	tests/lazy.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# holds WHAT EXPECTATIONS OPTIONS... FILE; expectations one per line.
holds() {
	what=$1
	expect=$(printf '%s\n' "$always" "$2" | sed "s/^[[:space:]]*//; s/.*/'&'/" | paste -sd, -)
	shift 2
	exact=
	for mode in bulk exact; do
		status=0
		"$uvsim" run --set "expect=[$expect]" ${exact:+"$exact"} \
			--json "$work/$mode" "$@" >"$work/out" 2>&1 || status=$?
		[ $status -eq 0 ] || die "$what ($mode)"
		exact=--exact-pages
	done
	cmp "$work/bulk" "$work/exact" || die "$what: bulk work and single steps differ"
}

always='count(violations) == 0
	vms.vm0.outcome == "shut down"'
lazy=builtin:lazy

# The notifier turns an OOM kill into a delay: of at least one sleep as posted; of as long as 256 pages take as asked
# for, so that nobody waits for more than the few who were there before.
holds 'without its notifier the hog is killed' \
	'vms.hog.outcome == "killed: out of memory"
	 count(host.pressure.oom_kills) == 1' \
	--pv $lazy,oom_notifier=none tests/lazy/hog.yaml
holds 'the notifier as posted delays' \
	'vms.hog.outcome == "shut down"
	 count(host.pressure.oom_kills) == 0
	 host.pressure.stalls.failed == 0
	 host.pressure.stalls.longest >= 20ms
	 host.pressure.stalls.total >= 40ms' \
	--pv $lazy tests/lazy/hog.yaml
holds 'the notifier that waits for 256 pages delays' \
	'vms.hog.outcome == "shut down"
	 count(host.pressure.oom_kills) == 0
	 host.pressure.stalls.failed == 0
	 host.pressure.stalls.longest < 1ms
	 host.pressure.stalls.count > 100' \
	--pv $lazy,oom_notifier=256 tests/lazy/hog.yaml

# "When a guest is destroyed, its memory still counts towards its memory control group until it is actually freed": the
# hog, in the same group as the guest whose process is gone, meets the group's limit on a host that is nearly empty. The
# notifier is not asked for a group. With a hog that comes when all is freed nothing happens.
group='cgroups=[{name: guests, max: 600MiB}]'
holds 'pages set aside count to their cgroup' \
	'vms.hog.outcome == "killed: out of memory"
	 host.pressure.oom_kills.0.reason == "cgroup"
	 host.pressure.oom_kills.0.host_free > 2GiB' \
	--pv $lazy --set host.memory=4GiB --set "$group" --set vms.vm0.cgroup=guests --set vms.hog.cgroup=guests \
	tests/lazy/hog.yaml
holds 'freed pages do not count' \
	'vms.hog.outcome == "shut down"
	 count(host.pressure.oom_kills) == 0
	 host.cgroups.0.current == 0B' \
	--pv $lazy --set host.memory=4GiB --set "$group" --set vms.vm0.cgroup=guests --set vms.hog.cgroup=guests \
	--set vms.hog.start=600ms tests/lazy/hog.yaml

# A shutdown takes memory aside, all of it; the process is gone long before its memory is back. Only the hog's own
# pages can be swapped then.
holds 'a shutdown sets memory aside that cannot be swapped' \
	'vms.vm0.exit.set_aside.most > 320MiB
	 vms.vm0.exit.gone < 15ms
	 vms.vm0.exit.memory_back > 70ms
	 host.pressure.stalls.count > 0
	 host.pressure.swap.written < 64MiB
	 host.pressure.exports == 0' \
	--pv $lazy,oom_notifier=none --set 'vms.vm0.program=[boot, touch: {offset: 2GiB, amount: 320MiB}, shutdown]' \
	tests/lazy/swap.yaml
# A reboot does not: the pages stay where they are, and can be swapped while they are cleaned.
holds 'a reboot takes nothing aside' \
	'vms.vm0.boots.1.phases.disable.time < 2ms
	 host.pressure.swap.written > 256MiB
	 count(host.pressure.oom_kills) == 0
	 vms.vm0.exit.set_aside.most < 64MiB' \
	--pv $lazy,oom_notifier=none tests/lazy/swap.yaml

# The thread that cleans after a reboot may be the last user of the address space: then it ends it, and the VM, whose
# vCPUs are mapped there, ends with it.
holds 'the thread is the last user' \
	'vms.vm0.exit.gone < 15ms
	 vms.vm0.exit.memory_back > 40ms' \
	--pv $lazy --set 'vms.vm0.program=[boot, touch: {offset: 2GiB, amount: 320MiB}, reboot, shutdown]' \
	--set vms.hog.start=5s tests/lazy/swap.yaml

# Where more than half of the pages of the list are not to be had, more pages are exported on the spot, and the guest still ends.
holds 'failed allocations keep the machine going' \
	'vms.vm0.exit.set_aside.refused > 300
	 vms.vm0.exit.set_aside.exported > 550
	 vms.vm0.exit.set_aside.lost == 0
	 vms.hog.outcome == "shut down"' \
	--pv $lazy --set 'faults=[{alloc: uv_destroy_page_lazy, nth: 1, every: 3}, {alloc: uv_destroy_page_lazy, nth: 2, every: 3}]' \
	--set vms.hog.start=2s tests/lazy/hog.yaml

# Switched off it is the export of each page.
holds 'lazy_destroy=0' \
	'uvc.DESTR_SEC_STOR.count == 0
	 uvc.CONV_FROM_SEC_STOR.count >= 131072' \
	--pv $lazy,lazy_destroy=0 --set vms.hog.start=2s tests/lazy/hog.yaml

# The largest guest on the largest host, in bulk: the work of hours, in no time.
"$uvsim" run --pv $lazy --set vms.vm0.memory=16TiB --set host.memory=32TiB --set time_limit=24h \
	--set 'expect=[vms.vm0.exit.set_aside.most > 15TiB, vms.vm0.exit.memory_back > 1h, count(violations) == 0]' \
	scenarios/shutdown.yaml >"$work/out" 2>&1 || die '16 TiB'

# So it is when the next one, just as large, waits for every page of it.
"$uvsim" run --pv $lazy,oom_notifier=256 --set vms.guest.memory=16TiB --set vms.next.memory=16TiB --set host.memory=20TiB \
	--set 'expect=[count(host.pressure.oom_kills) == 0, host.pressure.stalls.total > 30min, host.pressure.stalls.longest < 1ms]' \
	tools/lazy-destroy/shutdown-next.yaml >"$work/out" 2>&1 || die '16 TiB, waited for'
