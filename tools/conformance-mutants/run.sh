#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Test the tester: build uvsim with one fault in the Ultravisor at a time (file "mutants") and see that
# `uvsim uv conformance` fails. Works on a copy of the sources in DIRECTORY, some seconds a mutant.
#
#	tools/conformance-mutants/run.sh DIRECTORY
#
# Exit status: 0 all noticed, 1 one survived, 2 a mutant no longer fits the sources, 3 other trouble.
set -u
[ $# -eq 1 ] || { echo "usage: $0 DIRECTORY" >&2; exit 3; }
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
copy=$1/source
build=$1/build
unset UVSIM_DATA

mkdir -p "$copy" "$build" || exit 3
(cd "$source" && git ls-files -z | tar -c --null -T - -f -) | tar -x -m -C "$copy" -f - || exit 3
cmake -S "$copy" -B "$build" -DUVSIM_TESTS=OFF >"$1/log" 2>&1 || { tail "$1/log"; exit 3; }
make_uvsim() { cmake --build "$build" --target uvsim -j2 >"$1/log" 2>&1; }
conforms() { timeout 120 "$build/uvsim" uv conformance "$@" >"$out" 2>&1; }
out=$1/table
make_uvsim "$1" || { tail "$1/log"; exit 3; }
conforms --profile z15 --profile z16 --profile z17 || { tail -3 "$out"; exit 3; }

all=0 survived=0
while IFS='@' read -r file expression row; do
	case $file in '' | '#'*) continue ;; esac
	all=$((all + 1))
	cp "$copy/$file" "$1/original"
	sed -i "$expression" "$copy/$file"
	if cmp -s "$copy/$file" "$1/original"; then
		echo "does not fit: $file $expression"
		exit 2
	fi
	if ! make_uvsim "$1"; then
		echo "does not compile: $file $expression"
		tail -5 "$1/log"
		exit 2
	fi
	if conforms --profile z16; then
		survived=$((survived + 1))
		echo "SURVIVED $file $expression"
	else
		rows=$(awk '$NF == "FAILED" { printf "%s ", $1 }' "$out")
		case " $rows" in
		*" $row "*) echo "noticed by $rows: $file" ;;
		' ') echo "noticed by an end before the table ($(tail -1 "$out")): $file $expression" ;;
		*) echo "noticed by ${rows}but not by $row: $file $expression" ;;
		esac
	fi
	cp "$1/original" "$copy/$file"
done <"$here/mutants"
echo "$((all - survived)) of $all mutants noticed"
[ "$survived" -eq 0 ]
