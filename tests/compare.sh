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
fi
