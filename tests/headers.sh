#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every header of a room compiles alone: whoever includes it needs nothing before it. So does each of the stub headers
# that stand behind pv.c: as 6.12 has them with gcc, as 7.3 has them with clang.
#
#	tests/headers.sh [COMPILER]
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
compiler=${1:-cc}
status=0
set --
for header in sim/*.h uv/*.h mm/*.h kvm/*.h kvm/algorithms/*.h kvm/linux/*.h scenario/*.h vmm/*.h report/*.h cli/*.h; do
	# The file is given as a header of an empty source, so that guards and includes are what is tested.
	"$compiler" -std=gnu11 -fsyntax-only -Wall -Wextra -Werror -I. -include "$header" -x c /dev/null || {
		echo "$header does not compile alone"
		status=1
	}
done

# stub COMPILER VERSION HEADER...: the numbers are those of KERNEL_VERSION().
stub() {
	cc=$1 version=$2
	shift 2
	command -v "$cc" >/dev/null || return 0
	for header; do
		echo "#include <$header>" | "$cc" -std=gnu11 -ffreestanding -nostdinc -fsyntax-only -Wall -Wextra \
			-Wno-unused-parameter -Werror "-DUVSIM_LINUX_VERSION=$version" -Ikvm/linux/include -x c - || {
			echo "<$header> does not compile alone with $cc, version $version"
			status=1
		}
	done
}

# shellcheck disable=SC2046 # names without spaces
set -- $(cd kvm/linux/include && ls linux/*.h linux/sched/*.h asm/*.h)
stub gcc 396288 "$@" kvm-s390.h gaccess.h trace.h trace-s390.h
stub clang 459520 "$@" s390.h gmap.h dat.h faultin.h
# Little hangs on what came before 6.0.
stub gcc 330240 kvm-s390.h asm/uv.h linux/mmu_notifier.h linux/pagewalk.h linux/list_lru.h linux/shrinker.h
exit $status
