# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What shell tests share, read by them at their start: the project's folder is where they run, $work is a folder for what
# they write, $uvsim the program, which is the first argument of each.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
uvsim=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fail WHAT: the test fails and goes on; what was written to $work/out is shown. It ends with "exit $status".
status=0
fail() {
	echo "FAILED: $*"
	[ ! -s "$work/out" ] || tail -n 40 "$work/out" | sed 's/^/    /'
	# shellcheck disable=SC2034 # who reads this ends with it
	status=1
} >&2

# die WHAT: the test fails here.
die() {
	fail "$@"
	exit 1
}

# run DOCUMENT OPTION...: a scenario whose document is what matters. It may miss an expectation, since those are of the
# scenario as it is without options.
run() {
	to=$1
	shift
	rm -f "$to"
	"$uvsim" run --quiet --json "$to" "$@" >"$work/out" 2>&1 || [ $? -eq 1 ] || die "$*"
	[ -s "$to" ] || die "$*: no document"
	rm "$work/out"
}

# same OPTION...: bulk work and single steps give the same document, which is then $work/bulk.
same() {
	run "$work/bulk" "$@"
	run "$work/exact" --exact-pages "$@"
	cmp "$work/bulk" "$work/exact" || die "$*: bulk work and single steps differ"
}
