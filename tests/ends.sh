#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# However a run ends, what it leaves is whole: signals, a reader that goes away, a full disk, no memory, a breakdown while
# the result is built. What pv.c does to end a run is in tests/oracle.sh.
#
# Usage: tests/ends.sh UVSIM
set -u
uvsim=$(realpath "$1") || exit 1
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cases=0
failed=0

bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
	[ ! -s "$work/out" ] || tail -n 5 "$work/out"
}

# Is it JSON as far as brackets go: closed in order, and nothing behind the last one?
whole() {
	[ -s "$1" ] && awk '
		{
			gsub(/\\./, ""); gsub(/"[^"]*"/, "")
			for (i = 1; i <= length($0); i++) {
				c = substr($0, i, 1)
				if (over && c ~ /[^ \t]/) exit bad = 1
				if (c == "{" || c == "[") open[++n] = c
				if (c == "}" || c == "]") {
					if (open[n] != (c == "}" ? "{" : "[")) exit bad = 1
					over = --n == 0
				}
			}
		}
		END { exit bad || n || !over }' "$1"
}

# ended CASE STATUS WANTED REASON: after a run that left a.json and a.trace.
ended() {
	cases=$((cases + 1))
	[ "$2" -eq "$3" ] || bad "$1: exit status $2"
	whole "$work/a.json" || bad "$1: half a document"
	whole "$work/a.trace" || bad "$1: half a trace"
	[ "$(grep -c '"ph":"B"' "$work/a.trace")" -eq "$(grep -c '"ph":"E"' "$work/a.trace")" ] ||
		bad "$1: begins and ends of the trace do not pair"
	[ -z "$4" ] || grep -qF "\"reason\": \"$4\"" "$work/a.json" || bad "$1: not marked as cut short: $4"
	if [ -z "$4" ] && grep -q '"partial"' "$work/a.json"; then
		bad "$1: marked as cut short"
	fi
	nothing_left "$1"
}

nothing_left() {
	[ -z "$(find "$work" -name '.uvsim-*')" ] || bad "$1: something is left behind"
	rm -f "$work/a.json" "$work/a.trace"
}

cp "$source/tests/oracle/small.yaml" "$work/small.yaml"
tar -xJf /usr/src/linux-source-6.12.tar.xz -C "$work" --occurrence=1 --strip-components=4 \
	linux-source-6.12/arch/s390/kvm/pv.c || exit 1
sh "$source/tests/oracle/break-pv" "$work/pv.c" >"$work/broken.c" || exit 1
# Who waits for the loop without an end has to know when it begins.
sed -i 's/^\tcase BROKEN_HANG:$/&\n\t\t{ extern int creat(const char *, unsigned int); creat("hanging", 0600); }/' \
	"$work/broken.c"
grep -q '"hanging"' "$work/broken.c" || exit 1
cd "$work" || exit 1
number=$(awk '/^enum broken/ { on = 1 } on && /BROKEN_/ { n++ } /BROKEN_HANG,/ { print n }' \
	"$source/tests/oracle/broken.h")
lock_order=1
for pv in 6.12 'broken.c --linux-version 6.12'; do
	# shellcheck disable=SC2086 # words
	"$uvsim" pv build $pv >out 2>&1 || bad "pv build $pv"
done

# signalled SIGNALS CASE OPTION...: as soon as the trace has begun, one right after the other.
signalled() {
	signal=$1
	name=$2
	shift 2
	"$uvsim" run "$@" --quiet --json a.json --trace a.trace small.yaml >out 2>&1 &
	job=$!
	until find . -name '.uvsim-*' -size +0 | grep -q . || ! kill -0 $job 2>/dev/null; do
		sleep 0.1
	done
	for one in $signal; do
		kill "-$one" $job
	done
	wait $job
	status=$?
	# Which of several is handed over first is for the kernel to choose.
	reason=none
	for one in $signal; do
		! grep -qF "interrupted (SIG$one)" a.json || reason="interrupted (SIG$one)"
	done
	ended "$name" $status 130 "$reason"
}

signalled INT 'Ctrl-C' --exact-pages --set vms.0.memory=14GiB \
	--set vms.0.program.1.touch.amount=500GiB
signalled TERM 'SIGTERM' --exact-pages --set vms.0.memory=14GiB \
	--set vms.0.program.1.touch.amount=500GiB

# A terminal that goes away; and what timeout(1) does: it sends the signal to the process, and to its group at once.
signalled HUP 'a terminal that goes away' --exact-pages --set vms.0.memory=14GiB \
	--set vms.0.program.1.touch.amount=500GiB
signalled 'TERM TERM' 'timeout' --exact-pages --set vms.0.memory=14GiB \
	--set vms.0.program.1.touch.amount=500GiB
signalled 'TERM INT HUP' 'all at once' --exact-pages --set vms.0.memory=14GiB \
	--set vms.0.program.1.touch.amount=500GiB

# Before the run has begun: it ends as soon as it begins. The choice log comes when the signal has come.
"$uvsim" run --quiet --record log small.yaml >out 2>&1 || bad 'a signal before the run: no choice log'
mkfifo late
"$uvsim" run --quiet --json a.json --trace a.trace --replay late small.yaml >out 2>&1 &
job=$!
exec 3>late
kill -TERM $job
sleep 0.2
cat log >&3
exec 3>&-
wait $job
status=$?
grep -q '"time": 0$' a.json || bad 'a signal before the run: it has run'
ended 'a signal before the run' $status 130 'interrupted (SIGTERM)'

# In a loop of pv.c that calls nothing; the watchdog alone would wait for longer than this test may take.
hanging() {
	rm -f hanging
	nice "$uvsim" run --quiet --json a.json --trace a.trace --watchdog 10000 --pv broken.c@6.12 \
		--set "vms.0.memory=$((3072 + number))MiB" small.yaml >out 2>&1 &
	job=$!
	until [ -e hanging ] || ! kill -0 $job 2>/dev/null; do
		sleep 0.1
	done
}

# Nobody waits any longer: nothing is left but what was there.
hanging
kill -INT $job
sleep 0.6
kill -INT $job
wait $job
[ $? -eq 130 ] || bad 'two signals: exit status'
nothing_left 'two signals'
cases=$((cases + 1))

# Once is enough, when somebody waits.
hanging
kill -INT $job
wait $job
status=$?
grep -q '"kind": "hang"' a.json || bad 'Ctrl-C in a loop of pv.c: no hang'
grep -q "\"place\": \"pv.c:$(grep -n '/\* HANG \*/' broken.c | cut -d: -f1)\"" a.json ||
	bad 'Ctrl-C in a loop of pv.c: no line'
ended 'Ctrl-C in a loop of pv.c' $status 130 'interrupted (SIGINT)'

# pv.c ends the process.
sed '/^static inline void broken_aside/,/^}/s/^\tcase BROKEN_CRASH:$/&\n\t\t{ extern void exit(int); exit(5); }/' broken.c >exits.c
grep -q 'exit(5)' exits.c || bad 'pv.c ends the process: not the source that it was'
"$uvsim" run --quiet --json a.json --trace a.trace --pv exits.c@6.12 \
	--set "vms.0.memory=$((3072 + number + 1))MiB" small.yaml >out 2>&1
status=$?
grep -q '"text": "exit() is called' a.json || bad 'pv.c ends the process: no finding'
ended 'pv.c ends the process' $status 3 'internal error'

# Nobody reads what is printed.
{
	"$uvsim" run --json a.json --trace a.trace small.yaml 2>out
	echo $? >status
} | true
ended 'a pipe that is closed' "$(cat status)" 3 ''
"$uvsim" run --json a.json --trace a.trace small.yaml >&- 2>out
ended 'no standard output' $? 3 ''
"$uvsim" run --json a.json --trace a.trace --progress small.yaml >out 2>&-
ended 'no standard error' $? 0 ''

# A disk that is full, at once or on the way: the file that has no room is told, and not there; others are whole.
"$uvsim" run --quiet --json /dev/full --trace a.trace small.yaml >out 2>&1
[ $? -eq 3 ] || bad 'a full disk: exit status'
grep -q 'cannot write /dev/full' out || bad 'a full disk: not told'
whole a.trace || bad 'a full disk: half a trace'
(
	ulimit -f 160
	"$uvsim" run --quiet --json a.json --trace b.trace --steps steps small.yaml >out 2>&1
)
[ $? -eq 3 ] || bad 'a disk that gets full: exit status'
grep -q 'cannot write b.trace' out || bad 'a disk that gets full: the trace is not told'
grep -q 'cannot write steps' out || bad 'a disk that gets full: the steps are not told'
for file in b.trace steps; do
	[ ! -e $file ] || bad "a disk that gets full: half of $file"
done
whole a.json || bad 'a disk that gets full: half a document'
nothing_left 'a disk that gets full'
cases=$((cases + 2))

# No memory for the next of many threads. (Sanitizers want more address space than any limit leaves.)
sed -e 's/name: vm0/name: v\n    count: 200/; s/memory: 3GiB/memory: 64MiB/; s/vcpus: 2/vcpus: 8/' \
	-e 's/ - touch.*/ - touch: {amount: 1MiB}/' small.yaml >many.yaml
# shellcheck disable=SC3045 # dash has it
if (ulimit -v 19060000 && { "$uvsim" --version || exit 1; }) >/dev/null 2>&1; then
	(
		ulimit -v 19060000
		"$uvsim" run --quiet --json a.json --trace a.trace many.yaml >out 2>&1
	)
	status=$?
	grep -q 'internal error: ' out || bad 'no memory: not told'
	grep -q '"kind": "internal-error"' a.json || bad 'no memory: no finding'
	ended 'no memory' $status 3 'internal error'
	# A comparison tells of the run that was cut short, too.
	(
		ulimit -v 17000000
		"$uvsim" compare --pv builtin:sync --pv 6.12 --json c.json small.yaml >out 2>&1
	)
	[ $? -eq 3 ] || bad 'a comparison without memory: exit status'
	whole c.json || bad 'a comparison without memory: half a document'
	grep -q '"kind": "internal-error"' c.json || bad 'a comparison without memory: no finding'
	grep -q 'no table' out || bad 'a comparison without memory: nothing told'
	nothing_left 'a comparison without memory'
	cases=$((cases + 1))
	# Not even for the host, or for anything: before the run begins.
	for limit in 100000 30000; do
		(
			ulimit -v $limit
			"$uvsim" run --json a.json --trace a.trace small.yaml >out 2>&1
		)
		status=$?
		grep -q '"kind": "internal-error"' a.json || bad "no memory to begin, $limit KiB: no finding"
		ended "no memory to begin, $limit KiB" $status 3 'internal error'
	done
else
	echo "without a limit of memory: this uvsim does not start with one"
fi

# The heap has a limit: wherever it is met, also while everything is loaded, a finding is described, or written.
cat >limit.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

static long limit = -1, live, peak;
static void *(*next_malloc)(size_t), *(*next_calloc)(size_t, size_t), *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("HEAP_LIMIT");

	next_calloc = dlsym(RTLD_NEXT, "calloc");
	next_malloc = dlsym(RTLD_NEXT, "malloc");
	next_realloc = dlsym(RTLD_NEXT, "realloc");
	next_free = dlsym(RTLD_NEXT, "free");
	limit = text ? atol(text) : -1;
}

__attribute__((destructor)) static void end(void)
{
	if (limit < 0)
		fprintf(stderr, "peak %ld\n", peak);
}

static void *counted(void *memory)
{
	live += memory ? (long)malloc_usable_size(memory) : 0;
	peak = live > peak ? live : peak;
	return memory;
}

static int refused(size_t bytes)
{
	if (limit < 0 || live + (long)bytes <= limit)
		return 0;
	errno = ENOMEM;
	return 1;
}

/* Before begin() the library's own, without a way round dlsym(). */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

void *malloc(size_t bytes)
{
	return refused(bytes) ? NULL : counted((next_malloc ? next_malloc : __libc_malloc)(bytes));
}

void *calloc(size_t n, size_t bytes)
{
	return refused(n * bytes) ? NULL : counted((next_calloc ? next_calloc : __libc_calloc)(n, bytes));
}

void *realloc(void *old, size_t bytes)
{
	long before = old ? (long)malloc_usable_size(old) : 0;
	void *memory;

	if ((long)bytes > before && refused(bytes - (size_t)before))
		return NULL;
	memory = (next_realloc ? next_realloc : __libc_realloc)(old, bytes);
	if (memory)
		live -= before;
	return counted(memory);
}

void free(void *memory)
{
	live -= memory ? (long)malloc_usable_size(memory) : 0;
	(next_free ? next_free : __libc_free)(memory);
}
END
"${CC:-cc}" -shared -fPIC -o limit.so limit.c -ldl || bad 'no library that limits the heap'
sed -e 's/name: vm0/name: v\n    count: 40/; s/memory: 3GiB/memory: 64MiB/; s/vcpus: 2/vcpus: 4/' \
	-e 's/ - touch.*/ - touch: {amount: 1MiB}/' small.yaml >several.yaml
# limited FILE FIRST OPTION...: shares of what the run takes without a limit, from FIRST sixteenths on.
limited() {
	file=$1
	share=$2
	shift 2
	LD_PRELOAD=./limit.so "$uvsim" run --quiet --json a.json --trace a.trace "$@" "$file" >out 2>&1
	peak=$(sed -n 's/^peak //p' out)
	if [ "${peak:-0}" -lt 1000000 ]; then
		echo "without a limit of the heap: this uvsim has an allocator of its own"
		return
	fi
	rm -f a.json a.trace
	while [ "$share" -lt 16 ]; do
		LD_PRELOAD=./limit.so HEAP_LIMIT=$((peak * share / 16)) "$uvsim" run --quiet --json a.json \
			--trace a.trace "$@" "$file" >out 2>&1
		status=$?
		wanted=3
		grep -q '"kind": "internal-error"' a.json || wanted=$(grep -q '"violations": \[\]' a.json; echo $?)
		ended "$file in $share sixteenths of its heap" $status "$wanted" \
			"$([ "$wanted" -ne 3 ] || echo 'internal error')"
		share=$((share + 1))
	done
}

limited several.yaml 4
limited small.yaml 5 --pv broken.c@6.12 --set "vms.0.memory=$((3072 + lock_order))MiB"

# A breakdown while the result is built: what there is then says so.
cat >breaks.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>

/* Breaks down when it is called for the fifth time: jansson's, as the report uses it. */
void *json_array(void)
{
	static int calls;

	if (++calls == 5)
		*(volatile int *)8 = calls;
	return ((void *(*)(void))dlsym(RTLD_NEXT, "json_array"))();
}
END
"${CC:-cc}" -shared -fPIC -o breaks.so breaks.c -ldl || bad 'no library that breaks'
LD_PRELOAD=./breaks.so "$uvsim" run --json a.json --trace a.trace small.yaml >out 2>&1
status=$?
grep -q '"seed": 1' a.json || bad 'while the result is built: the document says nothing of the run'
grep -q '"text": "the result of the run cannot be built: Segmentation fault"' a.json || bad 'while the result is built: no finding'
ended 'while the result is built' $status 3 'internal error'

echo "$cases cases, $failed failures"
[ "$failed" -eq 0 ]
