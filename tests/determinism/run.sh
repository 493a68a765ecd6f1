#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The same scenario, seed, profile and pv.c give the same bytes: from gcc and clang, at -O0 and -O2, of uvsim as of the
# module; twice in a row; and when replayed from its choice log with another seed. Large guests are made small by
# --set: what is compared is the document, not whether expectations hold.
#
#	tests/determinism/run.sh UVSIM
set -eu
unset CDPATH
uvsim=$(realpath "$1")
cd "$(dirname "$0")/../.."
source=$PWD
# shellcheck source=tests/small.sh
. tests/small.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# configure COMPILER LEVEL: builds uvsim in $work/COMPILER-LEVEL.
configure() {
	c=$1
	case $c in gcc) cxx=g++ ;; *) cxx=clang++ ;; esac
	if ! {
		cmake -S "$source" -B "$work/$c$2" -DUVSIM_TESTS=OFF -DCMAKE_BUILD_TYPE=None \
			-DCMAKE_C_COMPILER="$c" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_C_FLAGS="$2" \
			-DCMAKE_CXX_FLAGS="$2" && cmake --build "$work/$c$2" --target uvsim -j "$(nproc)"
	} >"$work/log" 2>&1; then
		tail -n 20 "$work/log"
		exit 1
	fi
}

# run_one UVSIM FILE OPTION...: an expectation may fail, since the guest is another.
run_one() {
	program=$1
	shift
	"$program" run "$@" --quiet >"$work/out" 2>&1 || [ $? -eq 1 ] || {
		cat "$work/out"
		exit 1
	}
}

# all UVSIM CACHE COMPILER FOLDER: every scenario's document.
all() {
	mkdir "$4"
	for file in scenarios/*.yaml; do
		name=$(basename "$file" .yaml)
		# shellcheck disable=SC2046 # a list of words
		UVSIM_CACHE=$2 CC=$3 run_one "$1" "$file" --json "$4/$name.json" $(small_options "$name")
	done
}

# same FOLDER WHAT: compared with the first.
same() {
	for document in "$work"/first/*.json; do
		cmp "$document" "$1/$(basename "$document")" || {
			echo "FAILED: $2: $(basename "$document" .json) differs"
			failed=1
		}
	done
	echo "$2: $(find "$1" -name '*.json' | wc -l) documents compared"
}

all "$uvsim" "$work/cache" gcc "$work/first"
all "$uvsim" "$work/cache" gcc "$work/again"
same "$work/again" "twice in a row"
all "$uvsim" "$work/cache" clang "$work/module"
same "$work/module" "pv.c by clang"

for c in gcc clang; do
	for level in -O0 -O2; do
		configure "$c" "$level"
		all "$work/$c$level/uvsim" "$work/cache" "$c" "$work/$c$level.out"
		same "$work/$c$level.out" "$c $level"
	done
done

# Another seed in the log's first line: it shows up in the document, and nowhere else.
mkdir "$work/replayed"
for file in scenarios/*.yaml; do
	name=$(basename "$file" .yaml)
	export UVSIM_CACHE="$work/cache"
	# shellcheck disable=SC2046 # a list of words
	run_one "$uvsim" "$file" --record "$work/choices" $(small_options "$name")
	sed '1s/ seed=[0-9]*/ seed=4711/' "$work/choices" >"$work/reseeded"
	# shellcheck disable=SC2046 # a list of words
	run_one "$uvsim" "$file" --replay "$work/reseeded" --json "$work/replay.json" $(small_options "$name")
	grep -q '"seed": 4711' "$work/replay.json" || {
		echo "FAILED: $name: the replay does not name the seed of its log"
		failed=1
	}
	seed=$(sed -n 's/^ *"seed": \([0-9]*\).*/\1/p' "$work/first/$name.json")
	sed "s/\"seed\": 4711/\"seed\": $seed/" "$work/replay.json" >"$work/replayed/$name.json"
done
same "$work/replayed" "replayed with another seed"
exit $failed
