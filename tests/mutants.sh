#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A cut of the mutants, through the tool that shows all of them to the tests: it builds, it tells who noticed, and its
# exit status is what the table says. Wrong tables must not pass.
#
#	tests/mutants.sh DIRECTORY
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
directory=$1
mkdir -p "$directory"

# At least one of each room; the last is judged to be the same machine.
cat >"$directory/faults" <<'LIST'
@ calls are taken before INIT_UV
@ a guest may find its pages swapped
@ bulk work draws a cost once
@ a segment has one byte too many
@ in bulk destroyed pages stay marked
@ ENABLE twice
@ PERFORM loses a leftover on a fatal signal
@ no mapping begins at user address 0: the same machine
LIST
while read -r fault; do
	grep -F -- "$fault" tools/mutants/table >"$directory/line" || true
	[ "$(grep -c '' "$directory/line")" -eq 1 ] || { echo "not one mutant of the table: $fault" >&2 && exit 1; }
	cat "$directory/line"
done <"$directory/faults" >"$directory/table"

# run STATUS [OPTION]...: the tool, which must end with that status; what it said is in $directory/out.
run() {
	wanted=$1
	shift
	status=0
	tools/mutants/run --suites --trust "$@" "$directory" >"$directory/out" 2>&1 || status=$?
	[ "$status" -eq "$wanted" ] || { cat "$directory/out" >&2 && echo "exit status $status, not $wanted" >&2 && exit 1; }
}

said() {
	grep -q -- "$1" "$directory/out" || { cat "$directory/out" >&2 && echo "does not say: $1" >&2 && exit 1; }
}

rm -rf "$directory/results"
run 0 --table "$directory/table"
said '^7 of 8 mutants noticed$'
said '^SURVIVED kvm/algorithms/async.c: perform: PERFORM skips the first page$'
said '^uv uv/ultravisor.c: check_common: calls are taken before INIT_UV$'
said '^kvm_algorithms kvm/algorithms/async.c: perform: PERFORM loses'

# They are remembered, and told; who survived has no result from unit tests alone.
awk '{ print } /<!-- results -->/ { print "old" }' docs/mutation.md >"$directory/manual.md"
tools/mutants/manual "$directory/results" "$directory/table" "$directory/manual.md"
cp "$directory/manual.md" "$directory/out"
said '^8 mutants, of which 7 have a result\. 0 of these survive .* of the others 7 are noticed: 100\.0 %\.$'
said '^| uv/access.c | guest_view: a guest may find its pages swapped | uv |$'
said '^| kvm/algorithms/async.c | perform: PERFORM skips the first page | no result yet |$'
if grep -q -e "^old\$" "$directory/manual.md"; then
	echo "the results of before are still there" >&2 && exit 1
fi
run 0 --table "$directory/table" --missing --as-is
said '^0 of 1 mutants noticed$'

# One that survives without a judgement, and one that is noticed with one.
grep -F 'the same machine' "$directory/table" | sed 's/ @ [^@]*$//' >"$directory/wrong"
run 1 --table "$directory/wrong" --as-is
said '^SURVIVED '
sed -n '1s/$/ @ not noticed/p' "$directory/table" >"$directory/wrong"
run 1 --table "$directory/wrong" --as-is
said 'but is judged to survive: not noticed$'

# What does not fit, or does not compile.
echo 'mm/gmap.c @ gmap_remove @ there is no such text @ ; @ nothing' >"$directory/wrong"
echo 'mm/gmap.c @ gmap_remove @ gmap->removed = true; @ gmap->removed = ; @ no C' >>"$directory/wrong"
run 2 --table "$directory/wrong" --as-is
said '^does not fit: mm/gmap.c gmap_remove: there is no such text$'
said '^does not compile: mm/gmap.c gmap_remove: gmap->removed = true;$'
# The fault is gone from the copy.
cmp mm/gmap.c "$directory/copy/mm/gmap.c"
