#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The program as its user meets it: exit status, messages with a place, replay, files that appear whole or not at all,
# a pv.c that touches what it gave away.
#
# Usage: tests/program.sh UVSIM
set -u
uvsim=$1
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

ok() {
	passed=$((passed + 1))
}

bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
	sed 's/^/    /' "$work/out" | tail -n 20
}

# expect STATUS TEXT COMMAND...: runs it; its exit status must be STATUS and its output hold TEXT.
expect() {
	status=$1
	text=$2
	shift 2
	"$@" >"$work/out" 2>&1
	got=$?
	if [ "$got" -eq "$status" ] && grep -qF -e "$text" "$work/out"; then
		ok
	else
		bad "status $got instead of $status, or no \"$text\": $*"
	fi
}

check() {
	if "$@" >"$work/out" 2>&1; then ok; else bad "$*"; fi
}

# A guest above 2 GiB, of which little is touched.
cat >"$work/small.yaml" <<'YAML'
uvsim: 1
name: small
profile: z16
host: {processors: 2, memory: 16GiB, destroy_fast: false}
vms:
  - name: vm0
    memory: 3GiB
    vcpus: 2
    image: 4MiB
    program:
      - boot
      - touch: {pattern: random, amount: 16MiB}
      - reboot
      - touch: {pattern: random, amount: 8MiB}
      - wait_cleanup
      - shutdown
expect:
  - vms.vm0.boots.1.teardown == async
YAML

# --- exit status and places ---
expect 0 "verdict: ok" "$uvsim" run "$work/small.yaml"
sed 's/== async/== sync/' "$work/small.yaml" >"$work/unmet.yaml"
expect 1 "FAILED" "$uvsim" run "$work/unmet.yaml"
sed 's/memory: 3GiB/memroy: 3GiB/' "$work/small.yaml" >"$work/typo.yaml"
expect 2 "typo.yaml:7:5: error:" "$uvsim" run "$work/typo.yaml"
expect 2 "memory" "$uvsim" validate "$work/typo.yaml"
expect 2 "did you mean" "$uvsim" runn
expect 2 "" "$uvsim" run --no-such-option "$work/small.yaml"
expect 2 "cannot open" "$uvsim" run "$work/none.yaml"
expect 2 "" "$uvsim" run "$work/small.yaml" --pv "$work/none.c@6.12"
expect 2 "cannot write" "$uvsim" run "$work/small.yaml" --json "$work/none/out.json"
expect 3 "cannot write" "$uvsim" run "$work/small.yaml" --json /dev/full
expect 0 "uvsim " "$uvsim" --version
expect 0 "reboot-sync" "$uvsim" list
# Nothing is cut off, however narrow the page is.
for columns in 20 54 55 80; do
	expect 0 "both" env COLUMNS=$columns "$uvsim" list findings
done

# --- results ---
check "$uvsim" run "$work/small.yaml" --quiet --json "$work/a.json"
check "$uvsim" run "$work/small.yaml" --quiet --json "$work/b.json"
check cmp "$work/a.json" "$work/b.json"
check "$uvsim" run "$work/small.yaml" --quiet --exact-pages --json "$work/b.json"
check cmp "$work/a.json" "$work/b.json"
check "$uvsim" run "$work/small.yaml" --quiet --seed 2 --json "$work/b.json"
if cmp -s "$work/a.json" "$work/b.json"; then bad "the seed does not matter"; else ok; fi
"$uvsim" run "$work/small.yaml" --quiet --json - 2>/dev/null >"$work/c.json"
check cmp "$work/a.json" "$work/c.json"

# --- choices: recorded, replayed with another seed, refused when they do not fit ---
check "$uvsim" run "$work/small.yaml" --quiet --record "$work/choices" --json "$work/b.json"
check cmp "$work/a.json" "$work/b.json"
check "$uvsim" run "$work/small.yaml" --quiet --replay "$work/choices" --seed 99 --json "$work/b.json"
check cmp "$work/a.json" "$work/b.json"
head -n 100 "$work/choices" >"$work/short"
expect 2 "short:101: error: the run chooses from " \
	"$uvsim" run "$work/small.yaml" --quiet --replay "$work/short"
sed '50s/^[^ ]*/nobody/' "$work/choices" >"$work/other"
expect 2 " here, and the log from nobody: another uvsim" \
	"$uvsim" run "$work/small.yaml" --quiet --replay "$work/other"
sed '50s/$/999999999/' "$work/choices" >"$work/other"
expect 2 "999999999, only 0 to " \
	"$uvsim" run "$work/small.yaml" --quiet --replay "$work/other"
{ cat "$work/choices" && echo "x 2 1"; } >"$work/other"
expect 2 "other:$(($(wc -l <"$work/other"))): error: the run is over, and the log goes on" \
	"$uvsim" run "$work/small.yaml" --quiet --replay "$work/other"
expect 2 "scenario" "$uvsim" run "$work/unmet.yaml" --quiet --replay "$work/choices"

# --- the trace: begins and ends pair, every lane has a name ---
check "$uvsim" run "$work/small.yaml" --quiet --trace "$work/trace.json"
check test "$(grep -c '"ph":"B"' "$work/trace.json")" -gt 100
check test "$(grep -c '"ph":"B"' "$work/trace.json")" -eq "$(grep -c '"ph":"E"' "$work/trace.json")"
check grep -qF '"name":"vm0-cpu1"' "$work/trace.json"

# --- stopped in the middle: what there is is whole, and says so ---
mkdir "$work/stopped"
sed 's/amount: 16MiB/amount: 12GiB/; s/memory: 3GiB/memory: 14GiB/' "$work/small.yaml" >"$work/long.yaml"
"$uvsim" run "$work/long.yaml" --exact-pages --quiet --json "$work/stopped/r.json" --record "$work/stopped/c" \
	>"$work/out" 2>&1 &
job=$!
until find "$work/stopped" -name '.uvsim-*' -size +0 | grep -q . || ! kill -0 $job 2>/dev/null; do
	sleep 0.1
done
kill -TERM $job 2>/dev/null
wait $job
check test "$?" -eq 130
check grep -qF '"reason": "interrupted (SIGTERM)"' "$work/stopped/r.json"
check test "$(tail -n 1 "$work/stopped/r.json")" = "}"
check test "$(find "$work/stopped" -type f | wc -l)" -eq 2
check test -s "$work/stopped/c"

# --- pv.c ---
tree=$work/tree/linux-source-6.12
mkdir "$work/tree"
tar -xJf /usr/src/linux-source-6.12.tar.xz -C "$work/tree" --occurrence=1 \
	linux-source-6.12/arch/s390/kvm/pv.c linux-source-6.12/Makefile
sum=$(sha256sum "$tree/arch/s390/kvm/pv.c" | cut -d' ' -f1)
expect 0 "$sum" "$uvsim" pv info 6.12
expect 0 "verdict: ok" "$uvsim" run "$work/small.yaml" --quiet --pv "$tree"

# Storage that was given away is touched: named with its line.
pv=$work/pv.c
line=$(grep -n 'gmap->guest_handle = uvcb.guest_handle' "$tree/arch/s390/kvm/pv.c" | cut -d: -f1)
sed "${line}s/\$/ memset((void *)kvm->arch.pv.stor_base, 0, 8);/" "$tree/arch/s390/kvm/pv.c" >"$pv"
expect 1 "(host-access)" "$uvsim" run "$work/small.yaml" --pv "$pv@6.12"
"$uvsim" run "$work/small.yaml" --pv "$pv@6.12" --json "$work/b.json" >/dev/null 2>&1
check grep -qF "pv.c:$line kvm_s390_pv_init_vm" "$work/b.json"

# ... and freed before the Ultravisor gave it back.
sed 's/^	cc = uv_cmd_nodata(leftover->handle, UVC_CMD_DESTROY_SEC_CONF, rc, rrc);/	free_pages(leftover->stor_base, get_order(uv_info.guest_base_stor_len));\n&/' \
	"$tree/arch/s390/kvm/pv.c" >"$pv"
expect 1 "(free-donated)" "$uvsim" run "$work/small.yaml" --pv "$pv@6.12"

UVSIM_CACHE=$work/cache CC=/no/such/compiler expect 3 "compiler" "$uvsim" run "$work/small.yaml" --pv 6.12
UVSIM_CACHE=/dev/null/cache expect 3 "cache" "$uvsim" run "$work/small.yaml" --pv 6.12
expect 0 "ok" "$uvsim" validate "$source"/scenarios/reboot-sync.yaml

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
