#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [FUZZ_BUILD_DIR]: each corpus once through its target, as built with everything else, and
# a short run of each fuzzer with a fixed seed.
# run.sh --for MINUTES FUZZ_BUILD_DIR: all fuzzers in turn for so long together; what they find stays there.
set -u

here=$(cd "$(dirname "$0")" && pwd)
# Those that take longest first.
targets="session backup usbip_server usbip_client command words options spec selector ihex srec elf dfuse uf2 auto"

# Short enough for every test run; a session takes a thousand times as long as a line of text.
short_runs() {
	case $1 in
	session | backup) echo 40 ;;
	usbip_server) echo 400 ;;
	*) echo 4000 ;;
	esac
}

longest_input() {
	case $1 in
	session | backup | words | command | options | selector | spec) echo 300 ;;
	*) echo 6000 ;;
	esac
}

replay() {
	if "$build/replay_$1" "$here/corpus/$1"/* >"$work/$1.log" 2>&1; then
		echo "ok corpus of $1"
	else
		echo "not ok corpus of $1"
		sed 's/^/# /' "$work/$1.log" | head -n 40
	fi
}

# fuzz TARGET FOLDER OPTION...: new inputs go to the folder
fuzz() {
	target=$1
	into=$2
	shift 2
	mkdir -p "$into"
	"$fuzzers/fuzz_$target" -max_len="$(longest_input "$target")" -len_control=0 -timeout=120 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$work/$target-" "$@" "$into" "$here/corpus/$target" >"$work/$target.log" 2>&1
}

short_fuzz() {
	if fuzz "$1" "$work/$1" -seed=1 -runs="$(short_runs "$1")"; then
		echo "ok fuzz $1"
	else
		echo "not ok fuzz $1"
		tail -n 40 "$work/$1.log" | sed 's/^/# /'
	fi
}

executions() {
	sed -n 's/^stat::number_of_executed_units: *//p' "$work/$1.log"
}

long_fuzz() {
	minutes=$1
	fuzzers=$(cd "$2" && pwd)
	work=$fuzzers/findings
	mkdir -p "$work"
	set -- $targets
	status=0
	for target; do
		fuzz "$target" "$work/corpus-$target" -max_total_time=$((minutes * 60 / $#))
		found=$?
		printf '%-14s %10s executions in %d s, %s\n' "$target" "$(executions "$target")" $((minutes * 60 / $#)) \
			"$([ $found -eq 0 ] && echo "nothing found" || echo "FOUND something, see $work")"
		[ $found -eq 0 ] || status=1
	done
	exit $status
}

if [ "$1" = --for ]; then
	long_fuzz "$2" "$3"
fi
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fuzzers=
if [ "${STFLASH_TEST_FUZZERS-1}" = 0 ]; then
	echo "# the corpora alone; the fuzzers: ./dev test fuzz, ./dev fuzz MINUTES, ./dev test --all"
elif [ -x "${2:-/nowhere}/fuzz_session" ]; then
	fuzzers=$(cd "$2" && pwd)
else
	echo "not run fuzz: clang-14 and libclang-rt-14-dev are needed for the fuzzers; only the corpora were replayed"
fi

# work: one target after the other that nobody has taken yet.
work() {
	for target in $targets; do
		mkdir "$work/$target.taken" 2>/dev/null || continue
		{
			replay "$target"
			[ -z "$fuzzers" ] || short_fuzz "$target"
		} >"$work/$target.begun"
		mv "$work/$target.begun" "$work/$target.checks"
	done
}

for _ in $(seq "$(nproc)"); do
	work &
done
wait
for target in $targets; do
	cat "$work/$target.checks" || echo "not ok fuzz $target: it was not run to its end"
done
