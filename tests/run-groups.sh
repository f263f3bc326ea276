#!/bin/sh
# SPDX-License-Identifier: MIT
# run-groups.sh BUILD_DIR GROUP...
#
# Runs the groups of tests one after the other, shows each as it goes, and ends with a table and the
# line "N passed, N failed, N skipped". What is counted are checks: a cmocka case, or a line
# "ok NAME", "not ok NAME: why", "not run NAME: why" of a script. Status 1 when a check failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=$1
shift
logs=$build/test-logs
mkdir -p "$logs"

# A python3 that only finds the real one, as pyenv's does, takes longer than what the tests do with it: it is asked once.
if python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) && [ -x "$python" ]; then
	mkdir -p "$logs/bin"
	ln -sf "$python" "$logs/bin/python3"
	PATH=$(cd "$logs/bin" && pwd):$PATH
	export PATH
fi

# However busy the machine is, a program that is still at work after so many seconds hangs.
hang_s=3600

# Take longer than all others together, so they begin first.
longest="-e test_session_cut -e test_session_silent"

# cmocka_programs GROUP PREFIX: the names of the programs of every tests/GROUP/test_*.c, also of those that were not built.
cmocka_programs() {
	for source in "$here/$1"/test_*.c; do
		[ ! -e "$source" ] || echo "$2$(basename "$source" .c)"
	done
}

# run_programs NAME...: as many at once as there are processors. Each leaves what it said and, at its end, its status.
run_programs() {
	# shellcheck disable=SC2016
	printf '%s\n' "$@" | xargs -P "$(nproc)" -I '{}' sh -c '
		timeout -k 5 "$3" "$1/$4" >"$2/$4.out" 2>&1
		echo $? >"$2/$4.status.new" && mv "$2/$4.status.new" "$2/$4.status"' \
		- "$build" "$logs" "$hang_s" '{}'
}

# program_checks NAME RUNNER: one cmocka program as lines of ours, once it has ended, and what it said when a case failed.
program_checks() {
	until [ -e "$logs/$1.status" ] || ! kill -0 "$2" 2>/dev/null; do
		sleep 0.05
	done
	read -r status 2>/dev/null <"$logs/$1.status" || status=gone
	awk -v program="$1" -v status="$status" -f "$here/cmocka.awk" "$logs/$1.out"
	[ "$status" = 0 ] || sed 's/^/# /' "$logs/$1.out"
}

# cmocka_checks GROUP PREFIX
cmocka_checks() {
	programs=$(cmocka_programs "$1" "$2")
	built=$(for name in $programs; do [ ! -x "$build/$name" ] || echo "$name"; done)
	for name in $built; do
		rm -f "$logs/$name.out" "$logs/$name.status"
	done
	# shellcheck disable=SC2046,SC2086
	run_programs $(printf '%s\n' $built | grep -x $longest) $(printf '%s\n' $built | grep -vx $longest) &
	runner=$!
	for name in $programs; do
		if [ -x "$build/$name" ]; then
			program_checks "$name" "$runner"
		else
			echo "not run $name: it was not built, because a library it needs is missing"
		fi
	done
	wait "$runner"
}

group_checks() {
	case $1 in
	unit) cmocka_checks unit "" ;;
	vprobe) cmocka_checks vprobe v ;;
	structure | generated | cli | property | faults | package | vm) sh "$here/$1/run.sh" "$build" ;;
	fuzz) sh "$here/fuzz/run.sh" "$build" "${build%/*}/fuzz" ;;
	*) echo "not ok $1: there is no such group of tests" ;;
	esac
}

# A group that ends badly or checks nothing has failed, whatever it printed.
judged() {
	group_checks "$1"
	echo "status $?"
}

run_group() {
	group=$1
	start=$(date +%s)
	printf -- '--- %s\n' "$group"
	case $group in
	property | faults) together=1 ;;
	*) together=0 ;;
	esac
	judged "$group" 2>&1 | tee "$logs/$group.log" | awk -v together="$together" -f "$here/show.awk"
	awk -v group="$group" -v seconds="$(($(date +%s) - start))" -f "$here/tally.awk" "$logs/$group.log" >>"$logs/table"
}

: >"$logs/table"
for group; do
	run_group "$group"
done

printf '\n%-10s %8s %8s %8s %8s\n' group passed failed skipped seconds
awk '{ printf "%-10s %8d %8d %8d %8d\n", $1, $2, $3, $4, $5 }' "$logs/table"
for group; do
	sed -n 's/^not run /NOT RUN: /p' "$logs/$group.log"
done
echo
awk '{ p += $2; f += $3; s += $4 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$logs/table"
