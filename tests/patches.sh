#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Mistakes in pv.c are noticed: each diff of tests/patches is applied to the pv.c of Linux 6.12, as it is installed, and
# the scenario that goes with it must report the finding that fits. The unpatched file with the same scenario reports
# nothing.
#
#	tests/patches.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# The cleanup is killed in its middle: 3 GiB take 0.5 s.
killed="vms.vm0.kill={phase: perform, after: 100ms}"
pristine=$(tools/pv-source "$uvsim" 6.12)

# try PV OPTION...: exit status in $code, findings in $work/document
try() {
	pv=$1
	shift
	code=0
	"$uvsim" run --pv "$pv" --json "$work/document" "$@" tests/patches/reboot.yaml \
		>"$work/out" 2>&1 || code=$?
}

# patched NAME: the patched file
patched() {
	cp "$pristine" "$work/$1.c"
	patch -s --fuzz=0 "$work/$1.c" "tests/patches/$1.diff" >"$work/out" 2>&1 ||
		fail "$1: does not apply"
}

# line NAME TEXT [NTH]: "pv.c:1", the line of the patched file that holds TEXT for the NTH time
line() {
	grep -n -F "$2" "$work/$1.c" | sed -n "${3:-1}s/^\([0-9]*\):.*/pv.c:\1/p"
}

# notices NAME KIND TEXT OPTION...: the patched file is reported as KIND, and TEXT tells where.
notices() {
	name=$1
	kind=$2
	text=$3
	shift 3
	try "$work/$name.c@6.12" "$@"
	if [ $code -ne 1 ]; then
		fail "$name: exit status $code"
	elif ! grep -q -e "\"$kind\"" "$work/document"; then
		fail "$name: no $kind"
	elif ! grep -q -e "$text" "$work/document"; then
		fail "$name: not at $text"
	else
		echo "$name: $kind, $(grep -m 1 -e "$text" "$work/document" | sed 's/^ *"[a-z]*": //')"
	fi
}

for diff in tests/patches/*.diff; do
	patched "$(basename "$diff" .diff)"
done

try 6.12
[ $code -eq 0 ] || fail "unpatched: exit status $code"
try 6.12 --set "$killed"
[ $code -eq 0 ] || fail "unpatched and killed: exit status $code"

# The function that should have done it, the line that does it too early, the line that allocated what is lost, the line
# where the time goes.
notices lower-2g "prepared-secure" "left secure at pv.c:[0-9]* kvm_s390_pv_set_aside"
notices free-first "free-donated" "$(line free-first 'free_pages(leftover->stor_base')"
notices count-first "protected-count" "$(line count-first 'atomic_dec(&kvm->mm->context.protected_count)' 4)"
notices lost-leftover "memory-leak" "$(line lost-leftover 'priv = kzalloc')" --set "$killed"
notices no-resched "stalls" "at $(line no-resched 'uv_destroy_folio')"
exit $status
