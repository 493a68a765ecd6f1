#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every scenario of tests/faults: its expectations are met with each pv.c it names, page by page and in bulk, with the
# same document; and up to the first fault the run is, UVC by UVC, the one without any.
#
#	tests/faults.sh UVSIM [FILE...]
#
# Lines at the top of a scenario: "# pv: PV..." runs it with these; "# finds: KIND" says that there is a violation, and
# just that; "# line of: TEXT" puts the line of pv.c that has TEXT in it into the first fault.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
uvsim=$1
shift
[ $# -gt 0 ] || set -- tests/faults/*.yaml
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
status=0

fail() {
	echo "FAILED: $*"
	[ ! -s "$temporary/output" ] || cat "$temporary/output"
	status=1
}

# The calls of a trace that ended before TIME.
before() {
	awk -v time="$1" '
		length($1) > length(time) || (length($1) == length(time) && $1 "" >= time "") { exit }
		{ print }' "$2"
}

# run WANTED OPTION...: exit status WANTED, and no expectation missed.
run() {
	wanted=$1
	shift
	code=0
	"$uvsim" run "$@" >"$temporary/output" 2>&1 || code=$?
	[ $code -eq "$wanted" ] && ! grep -q '✗' "$temporary/output"
}

# The time of the first fault, in ps; nothing if there was none.
first_fault() {
	awk '/^ "faults":/ { faults = 1 }
		faults && /"list":/ { list = 1 }
		list && /"time":/ { gsub(/[^0-9]/, ""); print; exit }' "$1"
}

compare() {
	scenario=$1
	pv=$2
	finds=$(sed -n 's/^# finds: //p' "$scenario")
	text=$(sed -n 's/^# line of: //p' "$scenario")
	wanted=0
	[ -z "$finds" ] || wanted=1
	set -- --pv "$pv" "$scenario"
	[ -z "$text" ] || set -- "$@" --set "faults.0.line=$(grep -nF "$text" "$(tools/pv-source "$uvsim" "$pv")" |
		sed 's/:.*//')"
	run $wanted "$@" --json "$temporary/bulk" || fail "$scenario: $pv"
	run $wanted "$@" --exact-pages --json "$temporary/exact" --uvc-trace "$temporary/faulted" ||
		fail "$scenario: $pv, page by page"
	[ -z "$finds" ] || grep -q "\"kind\": \"$finds\"" "$temporary/bulk" || fail "$scenario: $pv: finds no $finds"
	: >"$temporary/output"
	cmp "$temporary/bulk" "$temporary/exact" || fail "$scenario: $pv: bulk is not exact"
	first=$(first_fault "$temporary/exact")
	[ -n "$first" ] || return 0
	sed '/^faults:/,/^expect:/{/^expect:/!d}; /^expect:/,$d' "$scenario" >"$temporary/plain.yaml"
	run 0 --pv "$pv" "$temporary/plain.yaml" --exact-pages --uvc-trace "$temporary/unfaulted" ||
		fail "$scenario: $pv: without faults"
	: >"$temporary/output"
	before "$first" "$temporary/faulted" >"$temporary/a"
	before "$first" "$temporary/unfaulted" >"$temporary/b"
	cmp "$temporary/a" "$temporary/b" || fail "$scenario: $pv: differs before the first fault, at $first ps"
}

for scenario in "$@"; do
	# shellcheck disable=SC2013 # words, not lines
	for pv in $(sed -n 's/^# pv: //p' "$scenario"); do
		compare "$scenario" "$pv"
	done
done
exit $status
