#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pv.c of every kernel that Debian has: builds without a warning with each compiler there is and under other
# version numbers, runs all scenarios that come with uvsim, and a small one in bulk and page by page with the
# same document.
#
#	tests/versions.sh UVSIM [small]
#
# A scenario's expectations are those of 6.12; another version may miss some (PREPARE does not exist before 6.2, walks
# differ), which is shown. It may not fail otherwise, nor have findings but the stalls of 5.10 (docs/oracle.md). 5.10 and
# 7.x are fetched; where that is not possible the test says so and ends with 77 (skipped), after the rest has passed.
# Prints how much of each pv.c the scenarios reach. With "small" long scenarios run with small guests, and lines are
# not counted: for programs that are slow.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/small.sh
. tests/small.sh
size=${2:-full}

# documents_equal PV: the small scenario in both ways.
documents_equal() {
	for mode in '' --exact-pages; do
		# shellcheck disable=SC2086 # no word or one
		"$uvsim" run --quiet $mode --pv "$1" --json "$work/document$mode" tests/versions/small.yaml \
			>"$work/out" 2>&1 || fail "$1: small scenario $mode"
	done
	cmp "$work/document" "$work/document--exact-pages" || fail "$1: bulk is not exact"
}

# longest VCPUS TAKES_TURNS: of all touches of absent pages, in ns, when all touch memory; bulk is exact.
longest() {
	for mode in '' --exact-pages; do
		# shellcheck disable=SC2086 # no word or one
		run "$work/turns$mode" $mode --pv "$version" --set "vms.0.vcpus=$1" --set "host.import_lock=$2" \
			tests/versions/turns.yaml
	done
	cmp "$work/turns" "$work/turns--exact-pages" >&2 || die "import_lock $2: bulk is not exact"
	sed -n '/"touch": {/,/}/s/.*"max": \([0-9]*\)000,.*/\1/p' "$work/turns"
}

# A vCPU comes by again when all have had their turn: each holds the lock for make_secure and the UVC (1.6 us) and hands it
# over to one that sleeps (1.5 us); the guest itself takes 0.2 us of it. Without the lock it is the time of the two faults.
imports_in_turn() {
	for vcpus in 4 8 16; do
		got=$(longest $vcpus true)
		[ "$got" -eq $((vcpus * 3100 - 200)) ] || fail "import_lock, $vcpus vCPUs: $got ns"
		got=$(longest $vcpus false)
		[ "$got" -eq 5600 ] || fail "without import_lock, $vcpus vCPUs: $got ns"
	done
}

all_scenarios() {
	for scenario in scenarios/*.yaml; do
		name=$(basename "$scenario" .yaml)
		code=0
		options=
		[ "$size" = full ] || options=$(small_options "$name")
		# shellcheck disable=SC2086 # a list of words
		"$uvsim" run --pv "$1" "$scenario" $options >"$work/out" 2>&1 || code=$?
		found=$(grep -o '^violation ([a-z-]*)' "$work/out" | sort -u || true)
		[ "$1" != 5.10 ] || found=$(echo "$found" | sed '/(stall)/d')
		if [ $code -gt 1 ] || [ -n "$found" ] || ! grep -q ' count(violations) == 0' "$work/out"; then
			fail "$1: $name: exit status $code"
		else
			echo "  $name: $(tail -n 1 "$work/out")"
			grep -e '✗' -e 'not expressed' -e 'KVM has no' "$work/out" || true
		fi
	done
}

builds() {
	for cc in gcc clang; do
		if ! command -v $cc >/dev/null; then
			echo "  $cc: not available"
			continue
		fi
		"$uvsim" pv build --cc $cc --label "test-$cc" "$@" >"$work/out" 2>&1 || {
			fail "$* with $cc"
			continue
		}
		[ "$(wc -l <"$work/out")" -eq 1 ] || fail "$* with $cc: warnings"
	done
}

coverage() {
	code=0
	tools/coverage --minimum 90 --pv "$1" "$uvsim" >"$work/coverage" || code=$?
	echo "  coverage: $(tail -n 1 "$work/coverage")"
	[ $code -eq 0 ] || {
		cat "$work/coverage"
		fail "$1: coverage"
	}
}

skipped=0
for version in 5.10 6.1 6.12 7; do
	case $version in
	6.*) ;;
	*)
		found=$(tools/kernel-sources "$version") || {
			echo "SKIPPED: Linux $version: not available"
			skipped=1
			continue
		}
		version=${found%% *}
		;;
	esac
	echo "Linux $version"
	builds "$version"
	# The text tells the shape: any number will do.
	pv_c=$(tools/pv-source "$uvsim" "$version")
	for other in 5.15 6.8 7.1; do
		builds --linux-version $other "$pv_c"
	done
	documents_equal "$version"
	[ "${version%%.*}" -lt 7 ] || imports_in_turn
	all_scenarios "$version"
	[ "$size" != full ] || coverage "$version"
done
[ $status -ne 0 ] || [ $skipped -eq 0 ] || exit 77
exit $status
