#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [NAME...]: run the programs of a build from outside, as a user would.
#
# The cases are the functions test_* of the *.sh files beside this one; with NAMEs only those whose names
# contain one. Prints "ok NAME", "not ok NAME: why" or "not run NAME: why" for each, and at the end
# "cli: N passed, N failed, N skipped". Status 1 when one failed.
set -u

cases=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
trap 'exit 1' HUP INT TERM

PATH=$build:$PATH
export PATH
unset STFLASH_PROBE STFLASH_VPROBE
umask 022

passed=0
failed=0
skipped=0

# wanted CASE NAMES...: no names want every case
wanted() {
	case=$1
	shift
	[ $# -gt 0 ] || return 0
	for name; do
		case $case in *"$name"*) return 0 ;; esac
	done
	return 1
}

# In a subshell, so that nothing of a case survives it, its background jobs included.
run_case() (
	rm -rf "$room/case" "$room/said"
	mkdir "$room/case" "$room/said" || exit 1
	. "$cases/lib.sh"
	. "$1"
	cd "$room/case" || exit 1
	listener=
	trap '[ -z "$listener" ] || { kill "$listener"; wait "$listener"; } 2>/dev/null' EXIT
	"$2"
)

why() {
	if [ -s "$room/said/why" ]; then
		tr '\n' ' ' <"$room/said/why"
	else
		echo "it ended with status $1"
	fi
}

judge() {
	run_case "$1" "$2"
	status=$?
	case $status in
	0)
		passed=$((passed + 1))
		echo "ok $2"
		;;
	77)
		skipped=$((skipped + 1))
		echo "not run $2: $(why 77)"
		;;
	*)
		failed=$((failed + 1))
		echo "not ok $2: $(why $status)"
		;;
	esac
}

for program in stflash stflash-vprobe; do
	[ -x "$build/$program" ] || {
		echo "not ok $program: it is not in $build"
		echo "cli: 0 passed, 1 failed, 0 skipped"
		exit 1
	}
done

for file in "$cases"/*.sh; do
	for case in $(sed -n 's/^\(test_[a-z0-9_]*\)() *{.*/\1/p' "$file"); do
		wanted "$case" "$@" && judge "$file" "$case"
	done
done

echo "cli: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
