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
		run "$work/turns$mode" $mode --pv "$pv" --set "vms.0.vcpus=$1" --set "host.import_lock=$2" \
			tests/versions/turns.yaml
	done
	cmp "$work/turns" "$work/turns--exact-pages" >&2 || die "import_lock $2: bulk is not exact"
	sed -n '/"touch": {/,/}/s/.*"max": \([0-9]*\)000,.*/\1/p' "$work/turns"
}

# A vCPU comes by again when all have had their turn: each holds the lock for make_secure and the UVC (1.6 us) and hands it
# over to one that sleeps (1.5 us); the guest itself takes 0.2 us of it. Without the lock it is the time of the two faults.
imports_in_turn() {
	pv=$version
	for vcpus in 4 8 16; do
		got=$(longest $vcpus true)
		[ "$got" -eq $((vcpus * 3100 - 200)) ] || fail "import_lock, $vcpus vCPUs: $got ns"
		! grep -q 'side by side' "$work/turns" || fail "$vcpus vCPUs wait, and are said not to"
		got=$(longest $vcpus false)
		[ "$got" -eq 5600 ] || fail "without import_lock, $vcpus vCPUs: $got ns"
		grep -q 'import_lock: its vCPUs import side by side' "$work/turns" || fail "$vcpus vCPUs do not wait: not told"
	done
}

# What a patch does where pages are imported is done for each page, also in bulk work; a comment there is no patch.
patched_imports() {
	sed -e '1i #include <linux/delay.h>' \
		-e 's/^\tfolio = pfn_folio(f->pfn);/&\n\tif (f->gfn == 9000)\n\t\tudelay(100);/' "$pv_c" >"$work/own.c"
	! cmp -s "$pv_c" "$work/own.c" || fail "$version: no place for a patch"
	pv=$work/own.c@$version
	got=$(longest 1 false)
	[ "$got" -eq 105600 ] || fail "$version: an import that takes longer: $got ns"
	! grep -q 'side by side' "$work/turns" || fail "a single vCPU is said not to wait"
	# A kernel that is newer than this text has a checksum of its own, perhaps.
	cp "$pv_c" "$work/plain.c"
	sed 's/^\tpriv->rc = -EAGAIN;/&\t\/* try again *\//' "$pv_c" >"$work/same.c"
	! cmp -s "$pv_c" "$work/same.c" || fail "$version: no place for a comment"
	for file in plain same own; do
		"$uvsim" pv info "$work/$file.c@$version" | sed -n 's/^imports *//p' >"$work/$file.imports"
	done
	cmp "$work/plain.imports" "$work/same.imports" >&2 || fail "$version: a comment is taken for a patch"
	grep -q '^its own, page by page: ' "$work/own.imports" || fail "$version: a patch is not taken for one"
	echo "  imports: $(cat "$work/plain.imports")"
}

# A reference that stays: whoever imports the page tries for ever, and the line that took it is named.
leaked_reference() {
	sed 's/^\tfolio = pfn_folio(f->pfn);/&\n\tif (f->gfn == 9000)\n\t\tfolio_get(folio);/' "$pv_c" >"$work/leak.c"
	line=$(($(grep -n 'f->gfn == 9000' "$work/leak.c" | cut -d: -f1) + 1))
	run "$work/leak" --pv "$work/leak.c@$version" tests/versions/turns.yaml
	grep -q '"kind": "livelock"' "$work/leak" || fail "$version: a leaked reference is no livelock"
	grep -q "\"text\": \"a reference to a folio, taken at pv.c:$line .*, is held, and its import is refused" "$work/leak" ||
		fail "$version: nobody names the leaked reference"
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
	[ "${version%%.*}" -lt 7 ] || {
		imports_in_turn
		patched_imports
		leaked_reference
	}
	all_scenarios "$version"
	[ "$size" != full ] || coverage "$version"
done
[ $status -ne 0 ] || [ $skipped -eq 0 ] || exit 77
exit $status
