#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every header of a room compiles alone: whoever includes it needs nothing before it. Left out are the
# stub headers of kvm/linux/include, which only stand behind pv.c.
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
exit $status
