#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every kind of finding, provoked by a pv.c that does one thing wrong (tests/oracle/broken.h): the kind, the line of
# text, the stack with the line of pv.c, the same document page by page, and the printed command shows it again. At the end
# what was provoked is compared with the list of kinds: a new one without a case fails.
#
# Usage: tests/oracle.sh UVSIM
set -u
uvsim=$1
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
expected=1

bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
}

cp "$source/tests/oracle/small.yaml" "$work/small.yaml"
tar -xJf /usr/src/linux-source-6.12.tar.xz -C "$work" --occurrence=1 --strip-components=4 \
	linux-source-6.12/arch/s390/kvm/pv.c || exit 1
sh "$source/tests/oracle/break-pv" "$work/pv.c" >"$work/broken.c" || exit 1
pv=$work/broken.c@6.12

number() {
	awk -v name="$1" '/^enum broken/ { n = 0; on = 1 } on && /BROKEN_/ { sub(/[ ,=].*/, ""); gsub(/[ \t]/, "")
		n++; if ($0 == "BROKEN_" name) print n }  /^};/ { on = 0 }' "$source/tests/oracle/broken.h"
}

line_of() {
	grep -n "/\* $1 \*/" "$work/broken.c" | cut -d: -f1
}

# taken CASE: "pv.c:LINE FUNCTION" of what is never given back.
taken() {
	echo "pv.c:$(grep -n "/\* taken: $1 \*/" "$work/broken.c" | cut -d: -f1) $2"
}

# finds KIND CASE TEXT LINE SCENARIO [OPTION...]: the finding, with LINE of pv.c (unless empty) on a stack.
finds() {
	kind=$1
	case=$2
	text=$3
	line=$4
	scenario=$5
	shift 5
	"$uvsim" run "$@" --json "$work/a.json" "$scenario" >"$work/out" 2>&1
	status=$?
	[ "$status" -eq "$expected" ] || bad "$case: exit status $status"
	# The document of one finding: from its kind to the command that shows it again.
	awk -v kind="\"kind\": \"$kind\"" 'index($0, kind) { on = 1 } on { print } on && /"replay"/ { exit }' \
		"$work/a.json" >"$work/finding"
	grep -qE "\"text\": \"[^\"]*$text" "$work/finding" || bad "$case: no $kind: $text"
	if [ -n "$line" ]; then
		grep -qF "\"place\": \"pv.c:$line\"" "$work/finding" ||
			bad "$case: no stack with line $line"
	fi
	grep -qE "^violation \($kind\)" "$work/out" || bad "$case: not in the report"
	replay=$(grep -m1 '^again: uvsim ' "$work/out" | sed 's/^again: uvsim //')
	eval "\"\$uvsim\" $replay --quiet --json \"\$work/b.json\"" >/dev/null 2>&1
	cmp -s "$work/a.json" "$work/b.json" || bad "$case: the command in the report does not show it again"
	"$uvsim" run "$@" --quiet --exact-pages --json "$work/b.json" "$scenario" >/dev/null 2>&1
	cmp -s "$work/a.json" "$work/b.json" || bad "$case: page by page the document is another"
	echo "$kind" >>"$work/found"
	passed=$((passed + 1))
}

# stands CASE THREAD [SPAN]: the finding of the case before has that thread first on its stacks, inside that span; or
# was made at the end, by nobody: "host".
stands() {
	if [ "$2" = host ]; then
		grep -qF '"thread": "host"' "$work/finding" || bad "$1: not found at the end"
		grep -qF '"stacks": []' "$work/finding" || bad "$1: a stack though all has ended"
		return
	fi
	awk '/"stacks"/ { on = 1 } on { print } on && /\]/ { exit }' "$work/finding" >"$work/stack"
	grep -m1 '"thread"' "$work/stack" | grep -qF "\"$2\"" || bad "$1: not found in thread $2"
	[ -z "${3-}" ] || grep -qF "\"$3" "$work/stack" || bad "$1: not inside $3"
}

# shows KIND CASE TEXT [OPTION...]: as pv.c provokes it, at the line marked with the name of the case.
shows() {
	n=$(number "$2")
	[ -n "$n" ] || bad "$2: no such case"
	what=$1 name=$2 says=$3
	shift 3
	finds "$what" "$name" "$says" "$(line_of "$name")" "$work/small.yaml" \
		--set "vms.0.memory=$((3072 + n))MiB" --pv "$pv" "$@"
}

shows lock-order LOCK_ORDER 'kvm->lock is taken under kvm->slots_lock'
shows lock-held LOCK_HELD 'return to user space with kvm->slots_lock'
stands lock-held vm0-cleanup1 KVM_PV_ASYNC_CLEANUP_PERFORM
shows atomic-sleep ATOMIC_SLEEP 'cond_resched\(\) may sleep, under kvm->mmu_lock'
shows recursive-read RECURSIVE_READ 'mmap_lock is read-locked again'
shows deadlock DEADLOCK 'vm0-cleanup1 waits for kvm->lock, held by vm0; vm0 waits for kvm->slots_lock, held by vm0-cleanup1'
shows deadlock RECURSIVE_LOCK 'vm0-cleanup1 waits for kvm->slots_lock, held by itself'
shows unlock UNLOCK 'kvm->slots_lock is released'
shows double-free DOUBLE_FREE 'kfree\(0x[0-9a-f]+\): 24 bytes for broken_aside \(allocated at pv.c:[0-9]+ broken_aside, freed at pv.c:[0-9]+ broken_aside\)'
shows use-after-free USE_AFTER_FREE 'byte 3 of 24 bytes for broken_aside \(allocated at pv.c:[0-9]+ broken_aside, freed at pv.c:[0-9]+ broken_aside\) is touched'
shows use-after-free PAGE_AFTER_FREE 'byte 4100 of 8192 bytes for broken_aside'
shows out-of-bounds OVERFLOW 'byte 32 of 32 bytes for broken_aside'
shows out-of-bounds UNDERFLOW '8 bytes before 24 bytes for broken_aside'
shows bad-free BAD_FREE 'not the beginning of anything allocated'
shows wild-access WILD_ACCESS '0x[0-9a-f]+ is touched, which was never allocated'
shows memory-leak MEMORY_LEAK "24 bytes for broken_aside \(allocated at $(taken MEMORY_LEAK broken_aside)\) is never freed"
stands memory-leak host
shows free-size FREE_SIZE 'allocated with another size'
shows mm-users MM_USERS "1 user of the address space vm0 left; 1 taken at $(taken MM_USERS broken_counts)"
shows protected-count COUNT 'protected_count is 0, but 1 configurations are alive'
shows protected-count WALK 'vm0 is walked with a protected_count of 0'
shows stall STALL "vm0-cleanup1 has not given up its processor for 50 ms, at pv.c:$(line_of STALL) broken_aside" \
	--set host.stall_limit=50ms
shows deadlock STUCK 'nothing can run and 4 threads are left: .*vm0-cleanup1 sleeps: broken_aside'
shows host-access HOST_ACCESS "is touched while the Ultravisor holds it: at pv.c:$(line_of HOST_ACCESS) broken_aside"
shows free-donated FREE_DONATED 'free_pages: [0-9]+ frames from 0x[0-9a-f]+ on are freed while donated'
shows free-secure FREE_SECURE 'exit_mmap: [0-9]+ frames from 0x[0-9a-f]+ on are freed while secure'
stands free-secure vm0-cpu1 exit_mmap
shows leak LEAK 'configuration 0x[0-9a-f]+ is left with 0 CPUs, 0 pages and [0-9]+ donated frames'
stands leak host
shows double-destroy DOUBLE_DESTROY 'DESTROY_SEC_CONF of handle 0x[0-9a-f]+, which is gone already'
shows prepared-secure LOWER_2G 'left secure at pv.c:[0-9]+ kvm_s390_pv_set_aside: [0-9]+ pages below 2 GiB'
stands prepared-secure vm0 KVM_PV_ASYNC_CLEANUP_PREPARE
shows mm-users USERS_TWICE 'mmput\(\) of vm0 at pv.c:[0-9]+ broken_counts, which has taken no reference'
shows mm-count MM_COUNT "a reference to an address space, taken at $(taken MM_COUNT broken_counts), is never given back"
shows mm-count MM_COUNT_TWICE 'mmdrop\(\) of vm0 at pv.c:[0-9]+ broken_counts, which has taken no reference'
shows kvm-count KVM_COUNT "a reference to a VM, taken at $(taken KVM_COUNT broken_counts), is never given back"
shows kvm-count KVM_COUNT_TWICE 'kvm_put_kvm\(\) of vm0 at pv.c:[0-9]+ broken_counts, which has taken no reference'
shows folio-count FOLIO_COUNT "a reference to a folio, taken at $(taken FOLIO_COUNT broken_counts), is never given back"
shows folio-count FOLIO_COUNT_TWICE 'put_page\(\) of a page at pv.c:[0-9]+ broken_counts, which has taken no reference'
shows module-count MODULE_COUNT "a reference to a module, taken at $(taken MODULE_COUNT broken_counts), is never given back"
shows module-count MODULE_COUNT_TWICE 'module_put\(\) of a module at pv.c:[0-9]+ broken_counts, which has taken no reference'
shows conservation COUNTER "vm0 ends with MM_ANONPAGES at -1; pv.c has changed it at $(taken COUNTER broken_counts)"
stands conservation vm0-cpu1 kvm_destroy_vm
shows task-count TASK_COUNT "a reference to a task, taken at $(taken TASK_COUNT broken_counts), is never given back"
shows task-count TASK_COUNT_TWICE 'put_task_struct\(\) of vm0-cleanup1 at pv.c:[0-9]+ broken_counts, which has taken'

# What no pv.c can do: an Ultravisor that does not encrypt what is to go to swap ...
cp "$source/tests/faults/swap-write-error.yaml" "$work/swap.yaml"
finds writeback 'no export' 'vm0: page 0x[0-9a-f]+ goes to swap though it could not be made accessible' '' \
	"$work/swap.yaml" --set 'faults=[{uvc: CONV_FROM_SEC_STOR, nth: 10}]' --set 'expect=[]'
stands writeback kswapd
finds plain-content 'no export' "written to swap: 1 frames from 0x[0-9a-f]+ on with a guest's secrets in them" '' \
	"$work/swap.yaml" --set 'faults=[{uvc: CONV_FROM_SEC_STOR, nth: 10}]' --set 'expect=[]'
stands plain-content kswapd

# ... that does not clear what it destroys, or takes back what is not what it gave away.
finds foreign-content 'not cleared' 'configuration 0x[0-9a-f]+ sees frame 0x[0-9a-f]+ as its page 0x[0-9a-f]+' '' \
	"$source/tests/faults/firmware-keeps-content.yaml"
stands foreign-content vm0-cpu0
finds stale-import 'not compared' 'page 0x[0-9a-f]+ of configuration 0x[0-9a-f]+ comes back .*: as an earlier export' '' \
	"$source/tests/faults/firmware-takes-old.yaml"
stands stale-import vm0-cpu0

# What the Ultravisor answers hangs on contents, not on whether the oracle looks at them.
"$uvsim" run --quiet --no-oracle "$source/tests/faults/swap-returns-damaged.yaml" >"$work/out" 2>&1 ||
	bad 'a damaged page is taken without the oracle'

# Whatever ends a run before its time: document and trace are whole, and say so.
# ends REASON KIND CASE TEXT [OPTION...]
ends() {
	reason=$1
	shift
	shows "$@"
	shift 3
	grep -qF "\"reason\": \"$reason\"" "$work/a.json" || bad "$case: not marked as cut short: $reason"
	tail -n 1 "$work/a.json" | grep -qx '}' || bad "$case: half a document"
	grep -qF "cut short: $reason" "$work/out" || bad "$case: the verdict does not say cut short: $reason"
	"$uvsim" run --set "vms.0.memory=$((3072 + n))MiB" --pv "$pv" "$@" --quiet --json "$work/t.json" \
		--trace "$work/trace" --steps "$work/steps" "$work/small.yaml" >/dev/null 2>&1
	tail -n 1 "$work/trace" | grep -qxF ']}' || bad "$case: half a trace"
	[ "$(grep -c '"ph":"B"' "$work/trace")" -eq "$(grep -c '"ph":"E"' "$work/trace")" ] ||
		bad "$case: begins and ends of the trace do not pair"
	[ -s "$work/steps" ] || bad "$case: no steps"
	find "$work" -name '.uvsim-*' | grep . && bad "$case: something is left behind"
}

ends livelock livelock LIVELOCK 'vm0-cleanup1: kernel code has run for 50 ms and nothing has come of it' \
	--set host.livelock_limit=50ms
ends livelock livelock TO_AND_FRO 'vm0-cleanup1: kernel code has run for 50 ms and nothing has come of it' \
	--set host.livelock_limit=50ms
ends livelock livelock SLEEPS 'vm0-cleanup1: threads have gone to sleep half a million times and nothing has come of it'
ends livelock livelock CALLS 'functions are called again and again and no time passes'
ends hang hang HANG 'no end to be seen of a loop without any call at pv.c:[0-9]+ broken_aside' --watchdog 1
ends crash crash CRASH 'Segmentation fault at address 0x8: at pv.c:[0-9]+ broken_aside'
ends bug bug BUG 'pv.c:[0-9]+ broken_aside: BUG: BUG\(\)'
ends crash crash STACK 'the stack has no room left: at pv.c:[0-9]+ broken_deep'
expected=3
ends 'internal error' internal-error ASSERT 'shim_notify.c:[0-9]+: .*shim->mm->sim == mm.* does not hold'

sed -n 's/^FINDING("\([a-z-]*\)".*/\1/p' "$source/sim/findings.def" | sort >"$work/kinds"
sort -u "$work/found" | comm -23 "$work/kinds" - | while read -r kind; do
	echo "FAILED: $kind: nothing provokes it"
done | grep . && failed=$((failed + 1))
"$uvsim" list findings | sed -n 's/^  \([a-z][a-z0-9-]*\) .*/\1/p' | sort | cmp -s - "$work/kinds" || bad "uvsim list findings: other kinds"
while read -r kind; do
	grep -q "^|.*\`$kind\`" "$source/docs/oracle.md" || bad "docs/oracle.md: no $kind"
done <"$work/kinds"

echo "$passed cases, $failed failures"
[ "$failed" -eq 0 ]
