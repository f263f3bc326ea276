#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh BUILD_DIR: line coverage of src and probes from the .gcda files there, file by file.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$1

find "$build/src" "$build/probes" -name '*.gcda' -exec sh -c 'cd "$1" && shift && gcov -n "$@"' gcov "$build" {} + 2>/dev/null |
	awk -v top="$top/" '
	/^File /  { file = substr($0, 7, length($0) - 7) }
	/^Lines / { if (index(file, top) == 1 && file ~ /\.c$/) {
			split($2, percent, /[:%]/)
			print substr(file, length(top) + 1), percent[2], $4
		} file = "" }' |
	sort |
	awk '{ printf "%-44s %6.1f %% of %5d lines\n", $1, $2, $3; hit += $2 * $3 / 100; all += $3 }
	END { if (!all) { print "no coverage data: no test ran"; exit 1 }
		printf "%-44s %6.1f %% of %5d lines\n", "all", 100 * hit / all, all }'
