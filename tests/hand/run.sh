#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The reboots that were worked out by hand, in bulk and page by page.
#
#	tests/hand/run.sh UVSIM
set -eu
unset CDPATH
uvsim=$(realpath "$1")
cd "$(dirname "$0")"
for file in *.yaml; do
	"$uvsim" run "$file" --pv 6.12 --quiet
	"$uvsim" run "$file" --pv 6.12 --quiet --exact-pages
done
