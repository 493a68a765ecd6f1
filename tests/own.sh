#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Patches of the real pv.c that use more of the kernel than it does: a walk of their own over the page tables (tests/own/walk.c),
# an MMU notifier that wants to know of everything (tests/own/notify.c), members of the VM's struct and much of a module
# (tests/own/members.c). Nothing is found, and bulk work and single steps give the same document; with the walks as much
# is destroyed as with the kernel's.
#
#	tests/own.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

pv=$(tools/pv-source "$uvsim" 6.12)

# both WHAT FILE SCENARIO: in bulk and page by page; nothing found. The document is $work/WHAT.json.
both() {
	for mode in '' --exact-pages; do
		# shellcheck disable=SC2086 # no word or one
		run "$work/$1$mode.json" $mode --pv "$2@6.12" "$3"
		grep -q '"violations": \[\]' "$work/$1$mode.json" || die "$1 $mode: something is found in $3"
		! grep -q 'WARN' "$work/$1$mode.json" || die "$1 $mode: warns in $3"
	done
	cmp "$work/$1.json" "$work/$1--exact-pages.json" || die "$1: bulk is not exact in $3"
}

destroyed() {
	awk '/"DESTR_SEC_STOR"/ { on = 1 } on && /"count"/ { gsub(/[^0-9]/, ""); print; exit }' "$1"
}

awk '{ print } /^#include "kvm-s390.h"/ { while ((getline line <"tests/own/walk.c") > 0) print line }' "$pv" |
	sed -e 's/s390_uv_destroy_range_interruptible(kvm->mm, 0, TASK_SIZE_MAX)/own_destroy(kvm->mm, 0, TASK_SIZE_MAX, true)/' \
		-e 's/s390_uv_destroy_range(\(.*\));$/own_destroy(\1, false);/' >"$work/walk.c"
! grep 's390_uv_destroy_range.*(' "$work/walk.c" || die "pv.c has changed"
both walk "$work/walk.c" tests/versions/small.yaml
run "$work/kernel.json" --pv 6.12 tests/versions/small.yaml
[ -n "$(destroyed "$work/kernel.json")" ] || die "nothing is destroyed"
[ "$(destroyed "$work/walk.json")" -eq "$(destroyed "$work/kernel.json")" ] ||
	die "$(destroyed "$work/walk.json") pages destroyed, not $(destroyed "$work/kernel.json")"

awk '/^static const struct mmu_notifier_ops/ { while ((getline line <"tests/own/notify.c") > 0) print line }
	{ print }
	/\.release = kvm_s390_pv_mmu/ {
		print "\t.invalidate_range_start = own_start, .invalidate_range_end = own_end, .clear_flush_young = own_young,"
	}' "$pv" >"$work/notify.c"
grep -q own_young, "$work/notify.c" || die "pv.c has changed"
for scenario in swapped-reboot-sync swap; do
	both notify "$work/notify.c" "scenarios/$scenario.yaml"
done

# Members of the kernel's own, in kvm_host.h beside the file; an unknown header is empty, and both is said.
awk '{ print } /^#include "kvm-s390.h"/ { while ((getline line <"tests/own/members.c") > 0) print line }' "$pv" |
	sed 's/s390_uv_destroy_range_interruptible(kvm->mm, 0, TASK_SIZE_MAX)/own_walk(kvm)/' >"$work/members.c"
grep -q '(own_walk(kvm))' "$work/members.c" || die "pv.c has changed"
cp tests/own/kvm_host.h "$work/kvm_host.h"
both members "$work/members.c" tests/patches/reboot.yaml
run "$work/kernel.json" --pv 6.12 tests/patches/reboot.yaml
[ "$(destroyed "$work/members.json")" -eq "$(destroyed "$work/kernel.json")" ] ||
	die "$(destroyed "$work/members.json") pages destroyed, not $(destroyed "$work/kernel.json")"
"$uvsim" pv build --linux-version 6.12 "$work/members.c" >"$work/out" 2>&1 || die "does not build"
grep -q "pv.c: from .*kvm_host.h: 'own_next' of 'struct kvm_s390_pv', 'own_bits' of .*, 'own_call' .*, 'own_list' .*, 'own_total' of 'struct kvm_arch'; zero" \
	"$work/out" || die "the members are not told"
grep -q "pv.c:[0-9]*: header 'linux/no_such_header.h' is unknown here and taken as empty" "$work/out" ||
	die "the header is not told"
! grep -q 'warning' "$work/out" || die "warnings"
# Another header, another module; without it there are none.
sed -i 's/own_total/own_sum/' "$work/kvm_host.h"
! "$uvsim" pv build --linux-version 6.12 "$work/members.c" >"$work/out" 2>&1 || die "own_total is nowhere"
grep -q "unknown member 'own_total' of 'struct kvm_arch': give it to the struct in arch/s390/include" "$work/out" ||
	die "own_total"

# What is found is found as often in bulk as page by page: asleep under a lock that is held over a walk.
sed 's/^\tif (s390_uv_destroy_range_interruptible(.*/\tstatic DEFINE_SPINLOCK(lock);\n\tspin_lock(\&lock);\n&/
	s/^\tif (kvm_s390_pv_dispose_one_leftover(kvm, p, rc, rrc))/\tspin_unlock(\&lock);\n&/
	s/^\tpriv = kzalloc(.*/\tpreempt_disable();\n\t{ unsigned long flags; local_irq_save(flags); local_irq_restore(flags); }\n&\n\tpreempt_enable();/' \
	"$pv" >"$work/asleep.c"
for mode in '' --exact-pages; do
	# shellcheck disable=SC2086 # no word or one
	run "$work/asleep$mode.json" $mode --pv "$work/asleep.c@6.12" tests/patches/reboot.yaml
done
grep -q '"text": "mmap_lock may sleep, under lock (taken at pv.c:[0-9]* kvm_s390_pv_deinit_aside_vm)"' \
	"$work/asleep.json" || die "asleep is not found"
grep -q '"text": "an allocation may sleep, under kvm->lock (.*), preempt_disable() (taken at pv.c:[0-9]* kvm_s390_pv_set_aside)"' \
	"$work/asleep.json" || die "asleep without preemption is not found"
! grep -q 'local_irq_disable' "$work/asleep.json" || die "interrupts are on again"
cmp "$work/asleep.json" "$work/asleep--exact-pages.json" || die "asleep: bulk is not exact"
