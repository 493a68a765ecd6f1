#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds modules from the sources of Debian's kernels, for the tests that come after.
#
#	tests/pv-build.sh UVSIM VERSION...
set -eu
uvsim=$1
shift
for version in "$@"; do
	"$uvsim" pv build "$version"
done
