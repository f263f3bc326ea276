#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [NAME...]: what is installed and packaged, seen by those who link and install it.
#
# The checks are the functions test_* of the *.sh files beside this one; with NAMEs only those whose names contain
# one. Prints "ok NAME", "not ok NAME: why" or "not run NAME: why" for each. What was built stays in
# BUILD_DIR/package-tests, so that a second run is quick.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
room=$build/package-tests
mkdir -p "$room" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$tmp" 2>/dev/null; rm -rf "$tmp"' EXIT
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

bad=0
for file in "$here"/test_*.sh; do
	. "$file"
	for case in $(sed -n 's/^\(test_[a-z0-9_]*\)() *{.*/\1/p' "$file"); do
		wanted "$case" "$@" || continue
		judge "$case" || bad=1
	done
done
exit $bad
