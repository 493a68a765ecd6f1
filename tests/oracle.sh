#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every kind of finding, provoked by a pv.c that does one thing wrong (tests/oracle/broken.h): the kind, the line of
# text, the stack with the line of pv.c, the same document page by page, and the printed command shows it again.
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

# shows KIND CASE TEXT [OPTION...]: the finding, with the line marked with the name of the case on a stack.
shows() {
	kind=$1
	case=$2
	text=$3
	shift 3
	n=$(number "$case")
	line=$(line_of "$case")
	set -- --set "vms.0.memory=$((3072 + n))MiB" --pv "$pv" "$@"
	"$uvsim" run "$@" --json "$work/a.json" "$work/small.yaml" >"$work/out" 2>&1
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
	"$uvsim" run "$@" --quiet --exact-pages --json "$work/b.json" "$work/small.yaml" >/dev/null 2>&1
	cmp -s "$work/a.json" "$work/b.json" || bad "$case: page by page the document is another"
	passed=$((passed + 1))
}

shows lock-order LOCK_ORDER 'kvm->lock is taken under kvm->slots_lock'
shows lock-held LOCK_HELD 'return to user space with kvm->slots_lock'
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
shows memory-leak MEMORY_LEAK '24 bytes for broken_aside \(allocated at pv.c:[0-9]+ broken_aside\) is never freed'
shows free-size FREE_SIZE 'allocated with another size'
shows mm-users MM_USERS '1 user of the address space vm0 left; 1 taken at pv.c:[0-9]+ broken_aside'
shows protected-count COUNT 'protected_count is 0, but 1 configurations are alive'
shows protected-count WALK 'vm0 is walked with a protected_count of 0'

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

ends livelock livelock LIVELOCK 'vm0-cleanup1: kernel code has run for [0-9]+ ms and nothing has come of it' \
	--set host.livelock_limit=50ms
ends livelock livelock CALLS 'functions call each other and no time passes'
ends hang hang HANG 'no end to be seen of a loop without any call at pv.c:[0-9]+ broken_aside' --watchdog 1
ends crash crash CRASH 'Segmentation fault at address 0x8: at pv.c:[0-9]+ broken_aside'
ends crash crash STACK 'Segmentation fault at an address far from null: at pv.c:[0-9]+ broken_deep'
expected=3
ends 'internal error' internal-error ASSERT 'shim.c:[0-9]+: .*lock->sim != NULL.* does not hold'

echo "$passed cases, $failed failures"
[ "$failed" -eq 0 ]
