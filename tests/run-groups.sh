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

# program_checks PROGRAM: one cmocka program as lines of ours, what it said when a case failed.
program_checks() {
	program=$1
	name=${program##*/}
	timeout 300 "$program" >"$logs/$name.out" 2>&1
	status=$?
	awk -v program="$name" -v status="$status" -f "$here/cmocka.awk" "$logs/$name.out"
	[ "$status" -eq 0 ] || sed 's/^/# /' "$logs/$name.out"
}

# cmocka_checks GROUP PREFIX: every tests/GROUP/test_*.c, also those that were not built.
cmocka_checks() {
	for source in "$here/$1"/test_*.c; do
		[ -e "$source" ] || continue
		program=$build/$2$(basename "$source" .c)
		if [ -x "$program" ]; then
			program_checks "$program"
		else
			echo "not run ${program##*/}: it was not built, because a library it needs is missing"
		fi
	done
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
