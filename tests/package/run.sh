#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [NAME...]: what is installed and packaged, seen by those who link and install it.
#
# The checks are the functions test_* of the *.sh files beside this one; with NAMEs only those whose names contain
# one. As many files at once as there are processors; their checks one after the other. Prints "ok NAME", "not ok NAME:
# why" or "not run NAME: why" for each. What was built stays in BUILD_DIR/package-tests, so that a second run is quick.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
room=$build/package-tests
mkdir -p "$room" || exit 1
hall=$(mktemp -d) && chmod 755 "$hall" || exit 1
workers=
trap 'kill $workers 2>/dev/null; wait; chmod -R u+w "$hall" 2>/dev/null; rm -rf "$hall"' EXIT
trap 'exit 1' HUP INT TERM
unset STFLASH_PROBE STFLASH_VPROBE DESTDIR PKG_CONFIG_PATH CMAKE_PREFIX_PATH LD_LIBRARY_PATH CFLAGS LDFLAGS

. "$here/lib.sh"

wanted() {
	case=$1
	shift
	[ $# -gt 0 ] || return 0
	for name; do
		case $case in *"$name"*) return 0 ;; esac
	done
	return 1
}

# judge_file FILE NAME...: its checks that are wanted.
judge_file() (
	file=$1
	shift
	. "$file"
	for case in $(sed -n 's/^\(test_[a-z0-9_]*\)() *{.*/\1/p' "$file"); do
		! wanted "$case" "$@" || judge "$case"
	done
)

# work N NAME...: one file after the other that nobody has taken yet, in a room of its own.
work() (
	tmp=$hall/$1
	mkdir "$tmp"
	shift
	for file in $files; do
		name=$(basename "$file" .sh)
		mkdir "$hall/taken-$name" 2>/dev/null || continue
		judge_file "$file" "$@" >"$hall/$name.new"
		mv "$hall/$name.new" "$hall/$name"
	done
)

files=$(ls "$here"/test_*.sh)
n=0
while [ $((n += 1)) -le "$(nproc 2>/dev/null || echo 1)" ]; do
	work $n "$@" </dev/null &
	workers="$workers $!"
done

at_work() {
	for worker in $workers; do
		! kill -0 "$worker" 2>/dev/null || return 0
	done
	return 1
}

bad=0
for file in $files; do
	name=$(basename "$file" .sh)
	until [ -e "$hall/$name" ] || ! at_work; do
		sleep 0.1
	done
	[ -e "$hall/$name" ] || echo "not ok $name: its worker died" >"$hall/$name"
	cat "$hall/$name"
	! grep -q '^not ok' "$hall/$name" || bad=1
done
exit $bad
