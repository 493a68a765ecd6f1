#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uvsim compare: its table against tests/golden/compare_80.txt, real pv.c files of two versions in one
# process against the algorithms that state them, wrong use.
#
#	tests/compare.sh UVSIM [--update]
set -eu
export LC_ALL=C COLUMNS=80
uvsim=$1
here=$(dirname "$0")
scenario=$here/golden/compare.yaml
golden=$here/golden/compare_80.txt
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

fail() {
	echo "compare: $1" >&2
	exit 1
}

"$uvsim" compare --pv builtin:sync --pv builtin:lazy --pv builtin:async "$scenario" \
	--json "$temporary/own.json" >"$temporary/own.txt"
if [ "${2:-}" = --update ]; then
	cp "$temporary/own.txt" "$golden"
fi
diff -u "$golden" "$temporary/own.txt" || fail "the table is another"

# Two modules of different versions in one process, in an order that meets the first again. But for
# the labels the columns are those of the algorithms of our own.
"$uvsim" compare --pv 6.1 --pv builtin:lazy --pv 6.12 "$scenario" >"$temporary/real.txt"
sed 2d "$temporary/own.txt" >"$temporary/a"
sed 2d "$temporary/real.txt" >"$temporary/b"
diff -u "$temporary/a" "$temporary/b" || fail "a real pv.c and its statement differ"

# Options of an algorithm on a line of their own; what lack of memory did, on a host that has an answer to it.
COLUMNS=120 "$uvsim" compare --pv builtin:lazy,oom_notifier=none --pv builtin:lazy,oom_notifier=256 \
	"$here/lazy/hog.yaml" --json "$temporary/hog.json" >"$temporary/hog.txt"
sed -n 2p "$temporary/hog.txt" | grep -q '^ *builtin:lazy *builtin:lazy$' || fail "no names"
sed -n 3p "$temporary/hog.txt" | grep -q '^ *oom_notifier=none *oom_notifier=256$' || fail "no options"
grep -q '^killed for lack of memory *1 *0$' "$temporary/hog.txt" || fail "no OOM kill, or too many"
for row in 'end: process gone' 'end: memory back' 'waits for memory, in all' 'longest wait for memory' \
	'written to swap'; do
	grep -q "^$row  " "$temporary/hog.txt" || fail "no row \"$row\""
done
grep -q '"oom_kills": 1,' "$temporary/hog.json" || fail "no OOM kill in the JSON"

# Narrow: in blocks, no line too long.
COLUMNS=50 "$uvsim" compare --pv builtin:sync --pv builtin:async "$scenario" >"$temporary/narrow.txt"
[ "$(grep -c '^reboots' "$temporary/narrow.txt")" -eq 2 ] || fail "two blocks are wanted"
awk 'length($0) > 50 { exit 1 }' "$temporary/narrow.txt" || fail "a line is too long"

# Wrong use: status 2 and a word that helps.
refused() {
	word=$1
	shift
	status=0
	"$uvsim" compare "$@" >"$temporary/out" 2>"$temporary/err" || status=$?
	[ "$status" -eq 2 ] || fail "status $status for $*"
	grep -q -- "$word" "$temporary/err" || fail "no \"$word\" for $*"
}
refused 'twice' --pv builtin:sync "$scenario"
refused 'a scenario' --pv builtin:sync --pv builtin:async
refused 'builtin:lazy' --pv builtin:sync --pv builtin:none "$scenario"
refused 'cannot open' --pv builtin:sync --pv builtin:async "$temporary/none.yaml"

# A chart, if gnuplot is there; without it a message that names it.
status=0
PATH=$temporary "$uvsim" compare --pv builtin:sync --pv builtin:async "$scenario" \
	--plot "$temporary/chart.svg" >"$temporary/out" 2>"$temporary/err" || status=$?
[ "$status" -eq 3 ] || fail "status $status without gnuplot"
grep -q gnuplot "$temporary/err" || fail "the message does not name gnuplot"
if command -v gnuplot >"$temporary/out"; then
	"$uvsim" compare --pv builtin:sync --pv builtin:async "$scenario" \
		--plot "$temporary/chart.svg" >"$temporary/out"
	grep -q '<svg' "$temporary/chart.svg" || fail "no chart"
	grep -q 'gone until protected' "$temporary/chart.svg" || fail "no legend"
	"$uvsim" compare --pv builtin:sync --pv builtin:lazy,lazy_destroy=0 "$scenario" "$here/lazy/hog.yaml" \
		--plot "$temporary/chart.svg" >"$temporary/out" 2>"$temporary/err"
	[ ! -s "$temporary/err" ] || fail "gnuplot complains: $(cat "$temporary/err")"
	grep -q 'lazy_destroy=0' "$temporary/chart.svg" || fail "options are missing in the chart"
	grep -q 'A hog right after a shutdown' "$temporary/chart.svg" || fail "the second panel is missing"
fi
