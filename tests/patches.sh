#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Mistakes in pv.c are noticed: each diff of tests/patches is applied to the pv.c of Linux 6.12, as it is installed, and
# the scenario that goes with it must report the finding that fits. The unpatched file with the same scenario reports
# nothing.
#
#	tests/patches.sh UVSIM
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
uvsim=$1
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
status=0

fail() {
	echo "FAILED: $*"
	tail -n 40 "$temporary/output" | sed 's/^/    /'
	status=1
}

# The cleanup is killed in its middle: 3 GiB take 0.5 s.
killed="vms.vm0.kill={phase: perform, after: 100ms}"
pristine=$("$uvsim" pv info 6.12 | awk '$1 == "source" { sub(/^[^ ]+ +/, ""); print }')

# run PV OPTION...: exit status in $code, findings in $temporary/document
run() {
	pv=$1
	shift
	code=0
	"$uvsim" run --pv "$pv" --json "$temporary/document" "$@" tests/patches/reboot.yaml \
		>"$temporary/output" 2>&1 || code=$?
}

# notices NAME TEXT OPTION...: the result of the patched file holds TEXT.
notices() {
	name=$1
	text=$2
	shift 2
	cp "$pristine" "$temporary/$name.c"
	patch -s --fuzz=0 "$temporary/$name.c" "tests/patches/$name.diff" >"$temporary/output" 2>&1 || {
		fail "$name: does not apply"
		return
	}
	run "$temporary/$name.c@6.12" "$@"
	if [ $code -ne 1 ]; then
		fail "$name: exit status $code"
	elif ! grep -q -e "$text" "$temporary/document"; then
		fail "$name: no $text"
	else
		echo "$name: $(grep -m 1 -e "$text" "$temporary/document")"
	fi
}

run 6.12
[ $code -eq 0 ] || fail "unpatched: exit status $code"
run 6.12 --set "$killed"
[ $code -eq 0 ] || fail "unpatched and killed: exit status $code"

notices lower-2g "\"kind\": \"prepared-secure\""
notices free-first "\"kind\": \"free-donated\""
notices count-first "\"kind\": \"protected-count\""
notices lost-leftover "\"kind\": \"leak\"" --set "$killed"
notices no-resched "\"where\": \"kvm_s390_pv_deinit_aside_vm\""
exit $status
