#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each name that KVM on s390, gmap and uv code of the installed kernel calls is there, or known with a reason: none is unknown.
# Nor is any of the names below, which patches use and none of those files does. The list of reasons says nothing of
# what is there, and a build that needs a listed name is told the reason.
#
#	tests/kernel-api.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# Only these files are wanted of a long archive: looked at once.
mkdir "$work/tree"
tar -xJf /usr/src/linux-source-6.12.tar.xz -C "$work/tree" --wildcards '*/arch/s390/kvm/*' '*/arch/s390/mm/gmap*' \
	'*/arch/s390/kernel/uv.c'
tools/kernel-api "$work/tree" >"$work/classes"
tail -1 "$work/classes"
! grep '^unknown' "$work/classes" || fail "6.12 calls names that are unknown"
[ "$(grep -c '^there' "$work/classes")" -ge 380 ] || fail "fewer names are there than once were"

# What a teardown patch would use must not hide behind a reason.
grep '^known' "$work/classes" | awk '{ print $3 }' |
	grep -E '^(folio_|walk_page|mmu_|vma_|find_vma|get_user_pages|pin_user|uv_(call|dest|conv|pin)|spin_|mutex_|mmget|mmput)' &&
	fail "known, but should be there"

cat >"$work/names" <<'END'
read_seqbegin
percpu_ref_kill
percpu_counter_add
call_srcu
llist_del_all
xas_for_each
alloc_workqueue
cond_resched_rwlock_write
task_work_add
kthread_queue_work
wait_on_bit
scoped_cond_guard
lockdep_assert_held_write
might_sleep
list_lru_walk
shrinker_register
register_shrinker
mem_cgroup_charge
folio_test_hugetlb
mmput_async
mm_flags_test
fatal_signal_pending
mmu_interval_read_begin
mmu_notifier_get
walk_page_range_vma
folio_walk_start
folio_ref_freeze
get_user_pages_fast
END
tools/kernel-api --names "$work/names" | grep -v '^there' | grep -v ' names: ' && fail "should be there"

# A name that is there needs no reason.
awk '/^[^=#]/ { for (i = 1; i <= NF; i++) if ($i !~ /[*?]/) print $i }' kvm/linux/include/uvsim/not-modelled | sort >"$work/listed"
tools/kernel-api --names "$work/listed" | grep '^there' && fail "listed as not modelled, and there"

# As a user meets it.
pv=$(tools/pv-source "$uvsim" 6.12)
sed 's/^	kvm_s390_destroy_lower_2g(kvm);/	kvm_s390_inject_vm(kvm, NULL); sie64a(); frobnicate(kvm);/' "$pv" >"$work/pv.c"
! cmp -s "$pv" "$work/pv.c" || fail "pv.c has changed"
line=$(grep -n sie64a "$work/pv.c" | cut -d: -f1)
if "$uvsim" pv build "$work/pv.c@6.12" >"$work/out" 2>&1; then
	fail "built all the same"
fi
for text in "pv.c:$line: symbol 'kvm_s390_inject_vm' is known, but not modelled:" '    interrupts of a guest are not modelled' \
	"'sie64a' is known, but not modelled:" "unknown symbol 'frobnicate'" 'kvm/linux/include/kvm-s390.h'; do
	grep -qF "$text" "$work/out" || fail "not told: $text"
done
exit $status
