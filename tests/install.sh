#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs a build into an empty folder and uses what is there: the program finds its scenarios and
# profiles, and compiles pv.c against the installed headers.
#
#	tests/install.sh BUILD
set -eu
unset CDPATH
build=$1
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

fail() {
	echo "install: $*" >&2
	exit 1
}

DESTDIR=$temporary cmake --install "$build" >"$temporary/log" || {
	cat "$temporary/log"
	exit 1
}
prefix=$temporary$(sed -n 's/^CMAKE_INSTALL_PREFIX:PATH=//p' "$build/CMakeCache.txt")
for file in bin/uvsim share/man/man1/uvsim.1 share/uvsim/profiles/z16.yaml share/uvsim/scenarios/reboot-sync.yaml \
	share/uvsim/scenarios/scenario.schema.json share/uvsim/kvm/linux/module.c share/doc/uvsim/README.md; do
	[ -f "$prefix/$file" ] || fail "$file is missing"
done

# Away from the sources, with a cache of its own, so that the module must be built from what is installed.
cd "$temporary"
UVSIM_DATA=$prefix/share/uvsim
UVSIM_CACHE=$temporary/cache
export UVSIM_DATA UVSIM_CACHE
"$prefix/bin/uvsim" list profiles | grep -q z16 || fail 'the profiles are not found'
"$prefix/bin/uvsim" run --quiet "$UVSIM_DATA/scenarios/shutdown.yaml" || fail 'the program does not run'
log=$(find "$UVSIM_CACHE/modules" -name build.log)
[ -f "$log" ] || fail 'no module was built'
