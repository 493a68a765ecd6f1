#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules of the source tree that a program can check. Prints each place that breaks one, and what to do
# instead.
#
#	tests/tidy.sh [FOLDER]		default: the project
#
# Exit status: 0 none, 1 some.
# shellcheck disable=SC2016 # awk programs have dollars of their own
set -eu
unset CDPATH
export LC_ALL=C
cd "${1:-$(dirname "$0")/..}"

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# All files but those of builds and of git; names one a line.
find . \( -name .git -o -name build -o -name 'build-*' \) -prune -o -type f -print | sed 's,^\./,,' |
	sort >"$temporary/all"
grep -E '\.(c|h|cpp)$' "$temporary/all" >"$temporary/sources" || true
: >"$temporary/found"

# each FILE-LIST AWK-PROGRAM: run it over the files, names with spaces included.
each() {
	tr '\n' '\0' <"$1" | xargs -0 -r awk "$2" >>"$temporary/found"
}

# The licence is named at the top of every file that can bear a comment.
grep -vE '\.json$|/golden/|^COPYING$|^bench/baseline\.txt$|\.md$|^\.gitignore$' "$temporary/all" >"$temporary/licensed" ||
	true
each "$temporary/licensed" '
	FNR == 1 { if (file != "" && !named) print file ": no SPDX-License-Identifier in the first two lines"
		file = FILENAME; named = 0 }
	FNR <= 2 && /SPDX-License-Identifier: GPL-2.0-or-later/ { named = 1 }
	END { if (file != "" && !named) print file ": no SPDX-License-Identifier in the first two lines" }'

# Short files, lines that fit.
each "$temporary/sources" '
	FNR == 501 { print FILENAME ": more than 500 lines: what wants to leave?" }
	{
		width = 0
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (c == "\t")
				width += 8 - width % 8
			else if (c !~ /[\200-\277]/)
				width++
		}
		if (width > 120)
			print FILENAME ":" FNR ": " width " columns; at most 120"
		if (/[ \t]$/)
			print FILENAME ":" FNR ": white space at the end"
	}'

# Words. Each bears what to use instead. The pattern for unfinished work is put together so that it does
# not find itself.
each "$temporary/all" '
	FILENAME == "COPYING" { nextfile }
	$0 ~ "(^|[^A-Za-z_])(TO" "DO|FIX" "ME|XX" "X)([^A-Za-z_]|$)" {
		print FILENAME ":" FNR ": finish it, or say in docs/ what is left out" }
	$0 ~ "(^|[^A-Za-z_./])/wo" "rk/" { print FILENAME ":" FNR ": path of one machine" }
	/[\001-\010\013-\037]/ { print FILENAME ":" FNR ": control character" }'
grep -vE '^(bench/|cli/progress\.c$|tests/sim/planted\.c$)' "$temporary/sources" >"$temporary/timeless" || true
each "$temporary/timeless" '
	/^[ \t]*(\/?\*|\/\/)/ { next }
	/(^|[^A-Za-z0-9_>.])(s?rand|rand_r|s?random|[dlm]rand48)[ ]*\(/ {
		print FILENAME ":" FNR ": use sim_choose() on a named stream" }
	/(^|[^A-Za-z0-9_>.*])(time|clock|gettimeofday|clock_gettime|localtime|gmtime)[ ]*\(/ {
		print FILENAME ":" FNR ": use sim_now(); real time is for cli/progress.c and bench/" }
	FILENAME !~ /^tests\// && /(^|[^A-Za-z0-9_>.])(strcat|sprintf|gets|strtok|alloca)[ ]*\(/ {
		print FILENAME ":" FNR ": use a function that knows the size" }'

# One C++ file.
grep -E '\.(cpp|cc|cxx|hpp|hh)$' "$temporary/all" | grep -vx 'sim/systemc_kernel.cpp' |
	sed 's/$/: C++ is for sim\/systemc_kernel.cpp only/' >>"$temporary/found" || true

# A room includes headers of its own and of the rooms below it.
grep -E '^(sim|uv|mm|kvm|vmm|fault|scenario|report|cli)/' "$temporary/sources" | grep -v '^kvm/linux/include/' \
	>"$temporary/rooms" || true
each "$temporary/rooms" '
	BEGIN {
		below["sim"] = "sim"
		below["uv"] = "uv sim"
		below["mm"] = "mm uv sim"
		below["kvm"] = "kvm mm uv sim"
		below["kvm/linux"] = "kvm/linux kvm mm uv sim"
		below["scenario"] = "scenario sim/time.h uv/cost.h uv/fault.h"
		below["vmm"] = "vmm kvm mm uv sim scenario/scenario.h"
		below["fault"] = "fault vmm kvm mm uv sim scenario/scenario.h scenario/unit.h"
		below["report"] = "report fault vmm kvm mm uv sim scenario"
		below["cli"] = "cli report fault scenario vmm kvm/linux kvm mm uv sim"
	}
	function room_of(path) {
		if (path ~ /^kvm\/linux\//)
			return "kvm/linux"
		return substr(path, 1, index(path, "/") - 1)
	}
	/^#include "/ {
		split($0, part, "\"")
		header = part[2]
		room = room_of(FILENAME)
		# What KVM and pv.c share is declared beside the stub headers, which are found without their folder.
		if (header ~ /^kvm\/linux\/include\/uvsim\// || (room == "kvm/linux" && header ~ /^include\/uvsim\//))
			next
		# The objects of the compiled module are two files of their own.
		if (FILENAME == "kvm/linux/module.c")
			next
		n = split(below[room], allowed, " ")
		for (i = 1; i <= n; i++)
			if (allowed[i] == header || allowed[i] == room_of(header))
				next
		print FILENAME ":" FNR ": " room "/ may not include \"" header "\" (docs/architecture.md, Rooms)"
	}'

# A library is known in one place.
each "$temporary/sources" '
	function only(header, where) {
		if (index($0, "<" header) && FILENAME !~ where)
			print FILENAME ":" FNR ": <" header "...> is for " where " only"
	}
	!/^#include </ { next }
	{
		only("systemc", "^sim/systemc_kernel\\.cpp$")
		only("yaml", "^(tests/)?scenario/")
		only("jansson", "^((tests/)?(report|cli)|tests/fuzz|tools/campaign)/")
		only("elfutils/", "^kvm/linux/")
		only("gelf", "^kvm/linux/")
		only("dlfcn", "^kvm/linux/")
		only("openssl/", "^(kvm/linux|scenario|report)/")
		only("check.h", "^tests/")
	}'

# Shell scripts, whatever they are called.
tr '\n' '\0' <"$temporary/all" | xargs -0 -r grep -lE '^#!/bin/(sh|bash)' -- >"$temporary/scripts" || true
echo tools/setup.sh >>"$temporary/scripts"
if [ -s "$temporary/scripts" ] && [ -f tools/setup.sh ]; then
	command -v shellcheck >/dev/null || echo 'shellcheck is missing' >>"$temporary/found"
	tr '\n' '\0' <"$temporary/scripts" | xargs -0 shellcheck -x -f gcc >>"$temporary/found" || true
fi

cat "$temporary/found"
[ ! -s "$temporary/found" ] || exit 1
