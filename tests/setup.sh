#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tools/setup.sh with a package manager that only writes down what it is asked: nothing missing, nothing
# asked; something missing, only that; no way to become root, a message.
# shellcheck disable=SC2015,SC2016 # fail does not return; scripts are written with their dollars
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
bin=$temporary/bin
mkdir "$bin"
for tool in awk env sed cat; do
	ln -s "$(command -v $tool)" "$bin/$tool"
done

# fake NAME: a program of that name, from standard input.
fake() {
	{
		echo '#!/bin/sh'
		cat
	} >"$bin/$1"
	chmod +x "$bin/$1"
}

fail() {
	echo "setup: $*" >&2
	cat "$temporary/output" >&2
	exit 1
}

# try USER-ID PACKAGE...: need_packages as that user. What apt-get was asked is left in calls.
try() {
	echo "echo $1" | fake id
	shift
	: >"$temporary/calls"
	status=0
	(
		PATH=$bin
		CALLS=$temporary/calls
		export PATH CALLS
		. tools/setup.sh
		need_packages "$@"
	) >"$temporary/output" 2>&1 || status=$?
}

fake dpkg-query <<'END'
# Installed: one, and two for two architectures; three was removed but its settings are left.
for package in "$@"; do
	case $package in
	one) echo 'ii  one' ;;
	two) printf 'ii  two\nii  two\n' ;;
	three) echo 'rc  three' ;;
	esac
done
END
fake apt-get <<'END'
echo "$DEBIAN_FRONTEND $*" >>"$CALLS"
END

try 0 one two
[ $status -eq 0 ] && [ ! -s "$temporary/calls" ] || fail 'asks for packages that are there'

try 0 one three four two
[ $status -eq 0 ] || fail 'root cannot install'
[ "$(grep -c '^noninteractive .* update$' "$temporary/calls")" = 1 ] || fail 'no update of the lists'
grep -q ' install --no-install-recommends three four$' "$temporary/calls" || fail 'not what is missing'

try 1000 one three
[ $status -eq 3 ] && grep -q 'three' "$temporary/output" || fail 'no message without a way to be root'
[ ! -s "$temporary/calls" ] || fail 'calls apt-get without being root'

fake sudo <<'END'
echo "sudo" >>"$CALLS"
exec "$@"
END
try 1000 one three
[ $status -eq 0 ] && grep -q sudo "$temporary/calls" && grep -q 'install.* three$' "$temporary/calls" ||
	fail 'does not use sudo'

fake apt-get <<'END'
exit 100
END
try 0 three
[ $status -eq 3 ] || fail 'a failed installation goes unnoticed'
