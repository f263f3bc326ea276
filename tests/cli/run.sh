#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [NAME...]: run the programs of a build from outside, as a user would.
#
# The cases are the functions test_* of the *.sh files beside this one; with NAMEs only those whose names
# contain one. As many run at once as there are processors. Prints "ok NAME", "not ok NAME: why" or "not run NAME: why"
# for each, in their order, and at the end "cli: N passed, N failed, N skipped". Status 1 when one failed.
set -u

cases=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
hall=$(mktemp -d) || exit 1
mkdir "$hall/taken" "$hall/verdicts" && mkfifo "$hall/news" || exit 1
exec 8<>"$hall/news"
workers=
trap 'kill $workers 2>/dev/null; wait; rm -rf "$hall"' EXIT
trap 'exit 1' HUP INT TERM

PATH=$build:$PATH
export PATH
unset STFLASH_PROBE STFLASH_VPROBE
umask 022

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

# judge FILE CASE: its verdict, a line.
judge() {
	run_case "$1" "$2" >&2
	status=$?
	case $status in
	0) echo "ok $2" ;;
	77) echo "not run $2: $(why 77)" ;;
	78) echo "# $2 has its turn on another day" ;;
	*) echo "not ok $2: $(why $status)" ;;
	esac
}

# work N: one case after the other that nobody has taken yet, in a room of its own.
work() (
	room=$hall/$1
	mkdir "$room" || exit 1
	trap ': >"$room/ended"; echo >&8' EXIT
	while read -r file case; do
		mkdir "$hall/taken/$case" 2>/dev/null || continue
		begun=$(date +%s)
		judge "$file" "$case" </dev/null >"$room/verdict" 8>&-
		echo "$(($(date +%s) - begun)) s $case" >>"$room/seconds"
		mv "$room/verdict" "$hall/verdicts/$case"
		echo >&8
	done <"$hall/cases"
)

all_ended() {
	for n in $numbers; do
		[ -e "$hall/$n/ended" ] || return
	done
}

# verdict CASE: when it is there, which a worker says with a line. A worker that died leaves none.
verdict() {
	until [ -e "$hall/verdicts/$1" ]; do
		if all_ended && [ ! -e "$hall/verdicts/$1" ]; then
			echo "not ok $1: it was not run to its end"
			return
		fi
		read -r _ <&8
	done
	cat "$hall/verdicts/$1"
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
		wanted "$case" "$@" && echo "$file $case"
	done
done >"$hall/cases"

# Some cases wait for most of their time, so there are more workers than processors.
numbers=$(seq $(($(nproc) * 2)))
for number in $numbers; do
	work "$number" &
	workers="$workers $!"
done

while read -r _ case; do
	verdict "$case"
done <"$hall/cases" | tee "$hall/all"

count() {
	grep -c "^$1 test_" "$hall/all"
}

sort -rn "$hall"/*/seconds >"$build/cli-seconds"
echo "# the slowest: $(cat "$hall"/*/seconds | sort -rn | head -n 8 | tr '\n' ',' | sed 's/,/, /g; s/, $//')"
echo "cli: $(count ok) passed, $(count 'not ok') failed, $(count 'not run') skipped"
[ "$(count 'not ok')" -eq 0 ] && [ "$(count ok)" -gt 0 ]
