#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A clock that jumps: a pv.c with a few lines put in that read the clocks each time a VM is destroyed sees the wall clock
# and TOD jump when they should, and the monotone clock go on.
#
#	tests/clock.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

source=$(tools/pv-source "$uvsim" 6.12)
# At the first destroy (2 s) and at the second; a WARN_ONCE() for each, since one speaks once.
awk '
	/^#include <linux\/kvm.h>/ { print "#include <linux/ktime.h>" }
	{ print }
	/^int kvm_s390_pv_deinit_vm\(/ { inside = 1 }
	inside && /int cc;/ {
		print "\tstatic int times;"
		print "\ts64 ahead = ktime_get_real_seconds() - ktime_get_seconds();"
		print "\ts64 tod = (s64)get_tod_clock() / 4096000000LL - ktime_get_seconds();"
		print "\tWARN_ONCE(times == 0, \"first %lld %lld\", ahead, tod);"
		print "\tWARN_ONCE(times == 1, \"second %lld %lld\", ahead, tod);"
		print "\tWARN_ONCE(times == 2, \"third %lld %lld\", ahead, tod);"
		print "\ttimes++;"
		inside = 0
	}' "$source" >"$work/pv.c"
cat >"$work/scenario.yaml" <<'END'
uvsim: 1
profile: z15
host: {processors: 2, memory: 4GiB}
vms:
  - name: vm0
    memory: 64MiB
    image: 1MiB
    teardown: sync
    program: [boot, idle: 1s, reboot, idle: 10s, reboot, idle: 10s, shutdown]
faults:
  - {clock: forward, by: 100s, from: 5s}
  - {clock: back, by: 97s, from: 15s}
END
"$uvsim" run --pv "$work/pv.c@6.12" "$work/scenario.yaml" >"$work/out" 2>&1 || die "the run"
for text in 'first 0 0' 'second 100 100' 'third 3 3'; do
	grep -q "$text" "$work/out" || die "no \"$text\""
done
grep -q 'Faults put in: 2' "$work/out" || die "two jumps"
