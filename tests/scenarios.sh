#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs scenarios that come with uvsim; each must meet its own expectations.
#
#	tests/scenarios.sh UVSIM PV NAME...
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
uvsim=$1
pv=$2
shift 2
status=0
for name in "$@"; do
	"$uvsim" run --quiet --pv "$pv" "scenarios/$name.yaml" || {
		"$uvsim" run --pv "$pv" "scenarios/$name.yaml" || true
		status=1
	}
done
exit $status
