# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What ./quickstart and ./check share: missing Debian packages, configuring, building. To be sourced
# by a POSIX shell that stands in the top folder. Nothing is done twice: packages that are there are
# not touched, a build folder that is configured is not configured again.

# For the program and the main job; the same and more for all tests.
packages_run='cmake ninja-build gcc g++ libc6-dev pkg-config libsystemc-dev libyaml-dev libjansson-dev
libssl-dev libdw-dev check xz-utils linux-source-6.12'
# shellcheck disable=SC2034 # used by ./check
packages_check="$packages_run clang libclang-rt-14-dev linux-source-6.1 patch shellcheck"

die() {
	printf '%s\n' "$@" >&2
	exit 3
}

# have_packages NAME...: are all of them installed?
have_packages() {
	# A package may be there for several architectures; an unknown one has no line.
	dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null |
		awk -v want=$# '/^ii/ && !seen[$2]++ { n++ } END { exit n != want }'
}

# need_packages NAME...: install what is missing.
need_packages() {
	if ! command -v dpkg-query >/dev/null; then
		echo "This is no Debian: these packages, or what they are here, must be there: $*" >&2
		return 0
	fi
	if have_packages "$@"; then
		return 0
	fi
	missing=''
	for package in "$@"; do
		have_packages "$package" || missing="$missing $package"
	done
	if [ "$(id -u)" -eq 0 ]; then
		as_root=''
	elif command -v sudo >/dev/null; then
		as_root=sudo
	else
		die "Missing Debian packages:$missing" \
			"Install them as root, or call this script as root or with sudo installed."
	fi
	echo "Installing Debian packages:$missing" >&2
	# shellcheck disable=SC2086 # both are lists of words
	{
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update &&
			$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
				install --no-install-recommends $missing
	} </dev/null >&2 || die "Could not install the packages:$missing"
}

# build PRESET FOLDER TARGET: bring TARGET up to date in FOLDER, the one that PRESET of
# CMakePresets.json names. Quiet unless something fails.
build() {
	preset=$1
	folder=$2
	target=$3
	mkdir -p "$folder"
	echo "Building $target in $folder (log: $folder/build.log)" >&2
	(
		# Two calls at a time take turns.
		! command -v flock >/dev/null || flock 9
		# A folder configured before the sources were moved, or not to its end, is of no use.
		if ! grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" "$folder/CMakeCache.txt" ||
			! [ -f "$folder/build.ninja" ]; then
			rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
			cmake --preset "$preset" >"$folder/configure.log" 2>&1 || {
				cat "$folder/configure.log" >&2
				die "Configuring $folder failed."
			}
		fi
		cmake --build "$folder" --target "$target" >"$folder/build.log" 2>&1 || {
			tail -n 60 "$folder/build.log" >&2
			die "Building $folder failed."
		}
	) 9>"$folder/.lock"
}

# use_cache FOLDER: where modules made of pv.c are kept if the user's environment names no place.
use_cache() {
	if [ -z "${UVSIM_CACHE:-}" ] && [ -z "${XDG_CACHE_HOME:-}" ] &&
		! { [ -n "${HOME:-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; }; then
		UVSIM_CACHE=$1
		export UVSIM_CACHE
	fi
}
