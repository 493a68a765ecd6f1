#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/tidy.sh finds each thing that it is there to find, and nothing in a clean tree.
set -eu
unset CDPATH
here=$(cd "$(dirname "$0")" && pwd)
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
licence='/* SPDX-License-Identifier: GPL-2.0-or-later */'
status=0

# catches TEXT FILE LINE...: a tree with just this file; TEXT must be in what tidy says, "" for nothing.
catches() {
	text=$1
	file=$2
	shift 2
	rm -rf "$temporary/tree"
	mkdir -p "$temporary/tree/$(dirname "$file")"
	printf '%s\n' "$@" >"$temporary/tree/$file"
	"$here/tidy.sh" "$temporary/tree" >"$temporary/said" && clean=1 || clean=0
	if { [ -z "$text" ] && [ "$clean" -eq 0 ]; } ||
		{ [ -n "$text" ] && { [ "$clean" -eq 1 ] || ! grep -qF "$text" "$temporary/said"; }; }; then
		echo "tidy does not say \"$text\" of $file: $*"
		cat "$temporary/said"
		status=1
	fi
}

long=$(printf '%0125d' 0)
catches '' sim/a.c "$licence" '#include "sim/b.h"' '	/* at random (rarely) */' '	x->time(1);'
catches 'no SPDX' sim/a.c 'int x;'
catches '126 columns' sim/a.c "$licence" "$long;"
catches 'white space' sim/a.c "$licence" 'int x; '
catches 'more than 500 lines' sim/a.c "$licence" "$(seq 501)"
catches 'finish it' sim/a.c "$licence" '/* TO''DO */'
catches 'path of one machine' docs/a.md 'see /wo''rk/x'
catches 'control character' sim/a.c "$licence" "$(printf 'a\033b')"
catches 'sim_choose()' uv/a.c "$licence" '	x = rand();'
catches 'sim_now()' mm/a.c "$licence" '	x = time(NULL);'
catches 'sim_now()' mm/a.c "$licence" '	clock_gettime(CLOCK_REALTIME, &x);'
catches '' bench/a.c "$licence" '	clock_gettime(CLOCK_REALTIME, &x);'
catches 'knows the size' kvm/a.c "$licence" '	strcat(a, b);'
catches 'C++ is for' sim/more.cpp "$licence"
catches 'sim/ may not include "uv/a.h"' sim/a.c "$licence" '#include "uv/a.h"'
catches 'uv/ may not include "mm/a.h"' uv/a.h "$licence" '#include "mm/a.h"'
catches 'kvm/ may not include' kvm/a.c "$licence" '#include "kvm/linux/shim.h"'
catches 'vmm/ may not include' vmm/a.c "$licence" '#include "kvm/linux/shim.h"'
catches 'scenario/ may not include' scenario/a.c "$licence" '#include "sim/engine.h"'
catches '' vmm/a.c "$licence" '#include "scenario/scenario.h"' '#include "kvm/kvm.h"'
catches 'is for' report/a.c "$licence" '#include <yaml.h>'
catches 'is for' vmm/a.c "$licence" '#include <jansson.h>'
catches 'is for' sim/a.c "$licence" '#include <systemc>'
exit $status
