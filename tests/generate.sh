#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A random scenario of the campaign is a function of its number alone, whatever compiler the campaign was built with: what
# somebody found with seed N is there for all others. The checksum of some scenarios of each kind is kept; --update after a
# change to the generator.
#
#	tests/generate.sh CAMPAIGN [--update]
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
export LC_ALL=C
campaign=$uvsim
golden=tests/golden/campaign.cksum

"$campaign" --varied --write "$work/all" 60 1
for seed in 3 4 5; do
	[ -s "$work/all/c$seed.yaml" ] && [ -s "$work/all/c$seed-profile.yaml" ]
done
grep -q '^cgroups:' "$work"/all/c*.yaml && grep -q '^processes:' "$work"/all/c*.yaml
(cd "$work/all" && cat c*.yaml) | cksum >"$work/sum"
if [ "${2:-}" = --update ]; then
	cp "$work/sum" $golden
fi
diff $golden "$work/sum" || die "other scenarios than before, or another compiler's: see the top of this file"
