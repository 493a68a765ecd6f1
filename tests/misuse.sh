#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A pv.c that calls the kernel wrongly (tests/misuse/misuse.h) is told so, with its line; none of it is taken for the
# simulator's own wrong, and what is right is left alone. That findings come the same page by page and with their replay is
# for tests/oracle.sh.
#
#	tests/misuse.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

awk '/^int kvm_s390_pv_set_aside/ { while ((getline line <"tests/misuse/misuse.h") > 0) print line; on = 1 }
	{ print }
	on && /int res = 0;/ { print "\tmisuse(kvm);"; on = 0 }' "$(tools/pv-source "$uvsim" 6.12)" >"$work/misuse.c"
grep -q 'misuse(kvm);' "$work/misuse.c" || die "pv.c has changed"

# misuse N OPTION...: number N of the header; its document is $work/document, its report $work/out.
misuse() {
	size=$((3072 + $1))MiB
	shift
	status=0
	"$uvsim" run --pv "$work/misuse.c@6.12" --json "$work/document" --set "vms.0.memory=$size" "$@" \
		tests/oracle/small.yaml >"$work/out" 2>&1 || status=$?
}

# finds N KIND NAME TEXT: TEXT (an expression) after the kind, "@" for where the header says NAME; and nothing of ours.
finds() {
	misuse "$1"
	[ "$2" = warn ] || [ "$status" -eq 1 ] || die "$1: exit status $status"
	! grep -q internal-error "$work/document" || die "$1: taken for the simulator's own wrong"
	line=$(awk -v name="/* $3 */" 'index($0, name) { print NR }' "$work/misuse.c")
	text=$(echo "$4" | sed "s/@/at pv.c:$line misuse/")
	if [ "$2" = warn ]; then
		grep -q "^ *\"$text\"" "$work/document" || die "$1: does not warn: $text"
		return
	fi
	awk -v kind="\"kind\": \"$2\"" 'index($0, kind) { on = 1 } on { print } on && /"replay"/ { exit }' \
		"$work/document" >"$work/finding"
	grep -q "\"text\": \"$text" "$work/finding" || die "$1: no $2: $text"
	[ -z "$3" ] || grep -qF "\"place\": \"pv.c:$line\"" "$work/finding" || die "$1: no stack with the line of $3"
}

misuse 0
[ "$status" -eq 0 ] || die "what is right is reported"
misuse 0 --no-oracle
[ "$status" -eq 0 ] || die "what is right is reported without the oracle"

finds 1 unlock unlock 'mutex is released by a thread that does not hold it'
finds 2 unlock no-section 'vm0 leaves an RCU read section, and is in none'
finds 3 unlock enable 'vm0 ends a section of preempt_disable(), and is in none'
finds 4 lock-held '' 'return to user space with preempt_disable() (taken'
finds 5 atomic-sleep atomic-alloc 'an allocation may sleep, under .*, preempt_disable() (taken'
finds 6 atomic-sleep irqs 'cond_resched() may sleep, under .*, local_irq_disable() (taken'
finds 7 atomic-sleep atomic-copy 'copy_from_user() may sleep, under .*, RCU for read (taken'
finds 8 atomic-sleep '' "msleep may sleep, under a timer's interrupt"
finds 9 atomic-sleep '' 'misuse_lock may sleep, under an RCU callback'
finds 10 use-after-free dead-queue 'queue_work() on misuse, which has been destroyed'
finds 11 double-free queue-twice 'destroy_workqueue() of misuse, a second time'
finds 12 use-after-free ended 'kthread_stop() of misuse, which has ended, without a reference to it'
finds 13 use-after-free wake-ended 'wake_up_process() of misuse, which has ended, without a reference to it'
finds 14 bug no-kthread 'kthread_stop() of vm0, which is no kernel thread'
finds 15 bad-free kfree 'pages at 0x[0-9a-f]* are freed that come from vmalloc()'
finds 16 bad-free vfree 'vfree(0x[0-9a-f]*): does not come from vmalloc()'
finds 17 warn '' 'WARNING page_alloc.c:0 __alloc_pages: order 11, asked for by misuse, is more than 10'
finds 18 wild-access folio '0x123000 is taken for a page of a guest'
finds 19 wild-access folio-lock '0x123000 is taken for a page'
finds 20 crash given 'Segmentation fault at address 0x[0-9a-f]*, in the simulator: what it was given @ may be wrong'
finds 21 crash jump 'a jump to address 0, where no code is: @'
finds 22 crash '' 'a jump to address 0, where no code is: in kworker/events'
finds 23 crash '' 'Segmentation fault at address 0x10, in the simulator: what it was given [a-z].* misuse may be wrong'
